# Copyright 2026 Odoo Integration Suite contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl)
from odoo import api, fields, models

from ...fields import LooseMany2one


class IntegrationEffect(models.Model):
    """Ledger of business effects that may happen once: post, pay, refund, send.

    The unique key is the guarantee; everything before it only saves work. Rows are
    written in the transaction of the effect and never deleted.
    """

    _name = "integration.effect"
    _description = "Business Effect"
    _order = "id desc"
    _log_access = False
    _rec_name = "key"

    key = fields.Char(required=True, readonly=True)
    company_id = fields.Many2one(
        "res.company", required=True, readonly=True, index=True
    )
    model = fields.Char(readonly=True)
    res_id = fields.Many2oneReference(model_field="model", readonly=True)
    event_id = LooseMany2one("integration.event", readonly=True, index=True)
    create_date = fields.Datetime(readonly=True, required=True)

    _key_uniq = models.UniqueIndex("(key)", "This effect has already happened.")
    # What happened to a document: asked for each one that goes out.
    _document_idx = models.Index("(model, res_id)")

    @api.model
    def _key(self, connector, business_key: str, effect: str) -> str:
        """Key of one effect: system, account, business key, effect.

        The account and not the connector: two connectors to one account must not pay
        the same invoice twice.
        """
        return "|".join(
            [
                connector.system,
                connector.account_ref or f"connector:{connector.id}",
                business_key,
                effect,
            ]
        )

    @api.model
    def _happened(self, keys: list[str]) -> dict:
        """Key → effect record, for those of the keys that already happened."""
        found = self.sudo().search([("key", "in", keys)])
        return {effect.key: effect for effect in found}

    @api.model
    def _record(self, company, rows: list[dict]):
        """Write effects down, in the transaction that does them.

        :param rows: dicts with key, model, res_id, event_id
        :raises psycopg2.errors.UniqueViolation: one has happened meanwhile; the whole
            transaction must be given up, which undoes the second effect
        """
        now = fields.Datetime.now()
        return self.sudo().create(
            [dict(row, company_id=company.id, create_date=now) for row in rows]
        )
