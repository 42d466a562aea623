# Copyright 2026 Odoo Integration Suite contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl)
from odoo import fields, models


class AccountMove(models.Model):
    """Which subscription an invoice belongs to."""

    _inherit = "account.move"

    integration_subscription_ref = fields.Char(
        string="Subscription there",
        readonly=True,
        copy=False,
        index="btree_not_null",
        help="Id of the subscription in the system that made the invoice. Kept, so "
        "that a subscription that comes later finds its invoices.",
    )
    integration_subscription_id = fields.Many2one(
        "integration.subscription",
        string="Subscription",
        readonly=True,
        copy=False,
        index="btree_not_null",
        ondelete="set null",
    )

    def action_open_integration_subscription(self):
        """The subscription that the invoice belongs to."""
        self.ensure_one()
        return {
            "type": "ir.actions.act_window",
            "res_model": "integration.subscription",
            "res_id": self.integration_subscription_id.id,
            "view_mode": "form",
        }
