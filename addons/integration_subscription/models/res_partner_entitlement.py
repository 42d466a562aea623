# Copyright 2026 Odoo Integration Suite contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl)
from odoo import fields, models

from .res_partner import SUBSCRIPTION_READERS


class ResPartner(models.Model):
    """What a customer may use."""

    _inherit = "res.partner"

    integration_entitlement_count = fields.Integer(
        compute="_compute_integration_entitlement_count",
        groups=SUBSCRIPTION_READERS,
    )

    def _compute_integration_entitlement_count(self):
        """Different features that are granted now, to it or to its people."""
        rows = self.env["integration.entitlement"].search_fetch(
            [("partner_id", "child_of", self.ids), ("state", "=", "active")],
            ["partner_id", "lookup_key"],
        )
        keys: dict[int, set] = {}
        for row in rows:
            partner = row.partner_id
            while partner:
                keys.setdefault(partner.id, set()).add(row.lookup_key)
                partner = partner.parent_id
        for partner in self:
            partner.integration_entitlement_count = len(
                keys.get(partner._origin.id, ())
            )

    def _integration_entitlements(self):
        """What these customers may use now, for other addons to ask.

        A person may use what the person was granted and what the company was that it
        belongs to (its commercial partner); a company does not get what only one of
        its people was granted. Only companies of the environment count.

        :return: active `integration.entitlement` of all connectors; the same feature
            may be there more than once
        :raises AccessError: the user has no role of Integrations or accounting; work
            for others is asked with the rights of a technical user
        """
        customers = self | self.commercial_partner_id
        return self.env["integration.entitlement"].search(
            [
                ("partner_id", "in", customers.ids),
                ("company_id", "in", self.env.companies.ids),
                ("state", "=", "active"),
            ]
        )

    def _is_entitled(self, lookup_key: str) -> bool:
        """Whether this customer may use a feature now.

        :param lookup_key: ``integration.entitlement.lookup_key``, to the letter
        :raises AccessError: as :meth:`_integration_entitlements`
        """
        self.ensure_one()
        return lookup_key in self._integration_entitlements().mapped("lookup_key")

    def action_open_integration_entitlements(self):
        """What this customer may use, and could."""
        self.ensure_one()
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "integration_subscription.action_entitlement"
        )
        return dict(
            action,
            domain=[("partner_id", "child_of", self.ids)],
            context={"search_default_active": 1},
        )
