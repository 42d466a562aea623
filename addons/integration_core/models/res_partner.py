# Copyright 2026 Odoo Integration Suite contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl)
from odoo import api, fields, models
from odoo.exceptions import UserError


class ResPartner(models.Model):
    _inherit = "res.partner"

    integration_link_count = fields.Integer(
        compute="_compute_integration_link_count",
        groups="integration_core.group_user",
    )

    def _compute_integration_link_count(self):
        counts = dict(
            self.env["integration.external.id"]._read_group(
                [("model", "=", self._name), ("res_id", "in", self.ids)],
                ["res_id"],
                ["__count"],
            )
        )
        for partner in self:
            partner.integration_link_count = counts.get(partner.id, 0)

    def action_open_integrations(self):
        """The objects of other systems this contact is linked to."""
        self.ensure_one()
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Linked Records"),
            "res_model": "integration.external.id",
            "view_mode": "list,form",
            "domain": [("model", "=", self._name), ("res_id", "=", self.id)],
        }

    @api.ondelete(at_uninstall=False)
    def _unlink_except_linked(self):
        """A linked record stays: the other system would only make it again."""
        link = (
            self.env["integration.external.id"]
            .sudo()
            .search([("model", "=", self._name), ("res_id", "in", self.ids)], limit=1)
        )
        if link:
            raise UserError(
                self.env._(
                    "%(name)s is linked to %(id)s in %(connector)s. Archive it, or "
                    "unlink it first under Integrations › Linked Records.",
                    name=self.browse(link.res_id).display_name,
                    id=link.external_id,
                    connector=link.connector_id.name,
                )
            )
