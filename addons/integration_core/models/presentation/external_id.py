# Copyright 2026 Odoo Integration Suite contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl)
from odoo import models


class IntegrationExternalId(models.Model):
    _inherit = "integration.external.id"

    def action_open_logs(self):
        """What was done to the linked record."""
        self.ensure_one()
        action = self.env["ir.actions.actions"]._for_xml_id(
            "integration_core.action_job_log"
        )
        return dict(
            action,
            domain=[("model", "=", self.model), ("res_id", "=", self.res_id)],
            context={},
        )
