# Copyright 2026 Odoo Integration Suite contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl)
from odoo import fields, models

from .subscription import RUNNING

#: Who sees on a customer what other systems say about subscriptions.
SUBSCRIPTION_READERS = (
    "integration_core.group_user,account.group_account_invoice,"
    "account.group_account_readonly"
)


class ResPartner(models.Model):
    """A customer's subscriptions, where people look for them."""

    _inherit = "res.partner"

    integration_subscription_ids = fields.One2many(
        "integration.subscription",
        "partner_id",
        string="Subscriptions",
        groups=SUBSCRIPTION_READERS,
    )
    integration_subscription_count = fields.Integer(
        compute="_compute_integration_subscription_count",
        groups=SUBSCRIPTION_READERS,
    )

    def _compute_integration_subscription_count(self):
        """Those that run; of a company with those of its people."""
        counts = self.env["integration.subscription"]._read_group(
            [("partner_id", "child_of", self.ids), ("status", "in", RUNNING)],
            ["partner_id"],
            ["__count"],
        )
        self.integration_subscription_count = 0
        own = set(self._ids)
        for partner, count in counts:
            while partner:
                if partner.id in own:
                    self.browse(partner.id).integration_subscription_count += count
                partner = partner.parent_id

    def action_open_integration_subscriptions(self):
        """The subscriptions of this customer."""
        self.ensure_one()
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "integration_subscription.action_subscription"
        )
        return dict(
            action,
            domain=[("partner_id", "child_of", self.ids)],
            context={"search_default_running": 1},
        )
