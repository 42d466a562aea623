# Copyright 2026 Odoo Integration Suite contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl)
from odoo import api, fields, models
from odoo.exceptions import UserError


class IntegrationLinked(models.AbstractModel):
    """Buttons of a record that other systems know, and why it is not deleted."""

    _name = "integration.linked"
    _description = "Record with links"

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
        for record in self:
            record.integration_link_count = counts.get(record.id, 0)

    def action_open_integrations(self):
        """The objects of other systems this record is linked to."""
        return self._open_of_hub(
            "integration.external.id", self.env._("Linked Records")
        )

    def action_open_integration_log(self):
        """What an integration did to this record."""
        return self._open_of_hub("integration.job.log", self.env._("Sync Log"))

    def _open_of_hub(self, model: str, title: str) -> dict:
        self.ensure_one()
        return {
            "type": "ir.actions.act_window",
            "name": title,
            "res_model": model,
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
                    "%(name)s is linked to %(id)s in %(connector)s. Archive or cancel "
                    "it, or unlink it first under Integrations › Linked Records.",
                    name=self.browse(link.res_id).display_name,
                    id=link.external_id,
                    connector=link.connector_id.name,
                )
            )
