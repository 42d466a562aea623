# Copyright 2026 Odoo Integration Suite contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl)
from odoo import api, fields, models


class IntegrationMapping(models.Model):
    """Links of the mapping form."""

    _inherit = "integration.mapping"

    # A sum of version numbers over a group says nothing.
    version = fields.Integer(aggregator=None)
    version_count = fields.Integer(compute="_compute_version_count")

    @api.depends("system", "entity", "direction", "company_id")
    def _compute_version_count(self):
        for mapping in self:
            mapping.version_count = self.with_context(active_test=False).search_count(
                mapping._versions_domain()
            )

    def action_open_versions(self):
        """All versions of this mapping."""
        self.ensure_one()
        action = self.env["ir.actions.actions"]._for_xml_id(
            "integration_core.action_mapping"
        )
        context = {"active_test": False}
        return dict(action, domain=self._versions_domain(), context=context)

    def action_open_flows(self):
        """The flows that use this version."""
        self.ensure_one()
        action = self.env["ir.actions.actions"]._for_xml_id(
            "integration_core.action_flow"
        )
        return dict(action, domain=[("mapping_id", "=", self.id)], context={})
