# Copyright 2026 Odoo Integration Suite contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl)
from odoo import api, fields, models
from odoo.exceptions import UserError


class IntegrationEntitlement(models.Model):
    """Buttons of an entitlement."""

    _inherit = "integration.entitlement"

    @api.depends("name", "partner_id")
    def _compute_display_name(self):
        for one in self:
            one.display_name = f"{one.name} ({one.partner_id.display_name})"

    def action_open_remote(self):
        """Open the customer in the other system's own screens."""
        return self.summary_id.action_open_remote()

    def action_open_integration_log(self):
        """What was told about the entitlements of this customer."""
        return self.summary_id.action_open_integration_log()

    def action_open_customer(self):
        """The customer."""
        self.ensure_one()
        return {
            "type": "ir.actions.act_window",
            "res_model": "res.partner",
            "res_id": self.partner_id.id,
            "view_mode": "form",
        }


class IntegrationEntitlementSummary(models.Model):
    """Buttons of a customer's entitlements."""

    _inherit = "integration.entitlement.summary"

    def action_open_remote(self):
        """Open the customer in the other system's own screens."""
        self.ensure_one()
        # sudo: only an address; accountants need no rights on connectors.
        connector = self.connector_id.sudo()
        url = connector._adapter()._remote_url(
            connector, "entitlement", self.external_id
        )
        if not url:
            raise UserError(self.env._("This system has no page for the object."))
        return {"type": "ir.actions.act_url", "url": url, "target": "new"}


class IntegrationSubscription(models.Model):
    """What the customer of a subscription may use."""

    _inherit = "integration.subscription"

    entitlement_count = fields.Integer(compute="_compute_entitlement_count")

    def _compute_entitlement_count(self):
        counts = {
            (partner.id, connector.id): count
            for partner, connector, count in self.env[
                "integration.entitlement"
            ]._read_group(
                [
                    ("partner_id", "in", self.partner_id.ids),
                    ("connector_id", "in", self.connector_id.ids),
                    ("state", "=", "active"),
                ],
                ["partner_id", "connector_id"],
                ["__count"],
            )
        }
        for subscription in self:
            key = (subscription.partner_id.id, subscription.connector_id.id)
            subscription.entitlement_count = counts.get(key, 0)

    def action_open_entitlements(self):
        """What its customer may use in that system, by all subscriptions together."""
        self.ensure_one()
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "integration_subscription.action_entitlement"
        )
        return dict(
            action,
            domain=[
                ("partner_id", "=", self.partner_id.id),
                ("connector_id", "=", self.connector_id.id),
            ],
            context={"search_default_active": 1},
        )
