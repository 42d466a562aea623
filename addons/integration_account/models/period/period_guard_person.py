# Copyright 2026 Odoo Integration Suite contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl)
from odoo import api, fields, models

KIND_OF_ENTITY = {"payment": "pay"}


class IntegrationPeriodGuard(models.AbstractModel):
    """Documents of the hub that a person posts: Odoo asks nobody about their day.

    The person sees Odoo's own banner and may go on; what changes its day is listed
    with the person's name, so that the list is whole.
    """

    _inherit = "integration.period.guard"

    @api.model
    def _posted_by_person(self, moves, days: dict) -> None:
        """List entries that Odoo dated otherwise while a person posted them.

        :param moves: account.move records that were just posted
        :param days: id of a move → its date before
        """
        records = {("account.move", move.id): move for move in moves}
        records |= {
            ("account.payment", move.origin_payment_id.id): move
            for move in moves.filtered("origin_payment_id")
        }
        # sudo: links of the hub, whatever the rights of who posts.
        links = (
            self.env["integration.external.id"]
            .sudo()
            .search(
                [
                    ("model", "in", ["account.move", "account.payment"]),
                    ("res_id", "in", [res_id for _model, res_id in records]),
                    ("primary", "=", True),
                    ("role", "=", False),
                ]
            )
            .filtered(lambda link: (link.model, link.res_id) in records)
        )
        for link in links:
            move = records[link.model, link.res_id]
            values = self._values_of_person(link, move, days[move.id])
            documents = self.env["integration.shifted.document"]
            documents._put(link.connector_id, [values])._refresh_activities()

    @api.model
    def _values_of_person(self, link, move, wanted) -> dict:
        locks = move.company_id._get_violated_lock_dates(
            wanted, bool(move._affect_tax_report()), move.journal_id
        )
        lock_date, lock = locks[-1] if locks else (False, False)
        return {
            "entity": link.entity,
            "external_id": link.external_id,
            "object_id": link.external_id,
            "kind": KIND_OF_ENTITY.get(link.entity, "post"),
            "title": move.display_name,
            "journal_id": move.journal_id.id,
            "model": link.model,
            "res_id": link.res_id,
            "wanted_date": wanted,
            "booked_date": move.date,
            "lock": lock,
            "lock_date": lock_date,
            "amount": move.amount_total,
            "currency_id": move.currency_id.id,
            "policy": move.journal_id.integration_period_policy,
            "state": "booked",
            "decided_by": self.env.uid,
            "decided_on": fields.Datetime.now(),
            "reason": self.env._("Posted by hand."),
        }
