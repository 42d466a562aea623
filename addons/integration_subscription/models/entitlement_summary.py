# Copyright 2026 Odoo Integration Suite contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl)
from odoo import api, fields, models


class IntegrationEntitlementSummary(models.Model):
    """What one customer of a connected system may use, all that it ever was.

    The record that a message is about: systems tell the whole set of a customer.
    Written by the entity alone (`entity_entitlement.py`).
    """

    _name = "integration.entitlement.summary"
    _description = "Entitlements of a Customer"
    _inherit = ["integration.linked", "integration.governed"]
    _order = "id desc"
    _rec_names_search = ["partner_id", "external_id"]

    external_id = fields.Char(required=True, readonly=True, string="Customer there")
    connector_id = fields.Many2one(
        "integration.connector",
        required=True,
        readonly=True,
        index=True,
        ondelete="restrict",
    )
    company_id = fields.Many2one(
        "res.company", required=True, readonly=True, index=True
    )
    partner_id = fields.Many2one(
        "res.partner",
        string="Customer",
        required=True,
        readonly=True,
        index=True,
        ondelete="restrict",
    )
    entitlement_ids = fields.One2many(
        "integration.entitlement", "summary_id", string="Entitlements", readonly=True
    )

    _object_uniq = models.UniqueIndex(
        "(connector_id, external_id)",
        "The entitlements of this customer are there already.",
    )

    @api.depends("partner_id.display_name")
    def _compute_display_name(self):
        for summary in self:
            summary.display_name = self.env._(
                "Entitlements of %(customer)s",
                customer=summary.partner_id.display_name,
            )

    def _granted_text(self) -> str | None:
        """What is granted now, as people read it in the log; None: nothing."""
        self.ensure_one()
        names = self.entitlement_ids.filtered(lambda one: one.state == "active")
        return ", ".join(sorted(names.mapped("name"))) or None
