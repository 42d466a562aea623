# Copyright 2026 Odoo Integration Suite contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl)
from odoo import fields, models


class IntegrationConnector(models.Model):
    _inherit = "integration.connector"

    system = fields.Selection(
        selection_add=[("bench", "Benchmark")], ondelete={"bench": "cascade"}
    )

    def _job_noop(self):
        """Job: nothing at all, to see what a job itself costs."""
