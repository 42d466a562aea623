# Copyright 2026 Odoo Integration Suite contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl)
from datetime import timedelta

from odoo import api, fields, models


class IntegrationFlow(models.Model):
    """Flows that read on a schedule: a full load that changes only what differs."""

    _inherit = "integration.flow"

    last_load_at = fields.Datetime(string="Last read", readonly=True, copy=False)

    @api.model
    def _cron_run_scheduled(self):
        """Cron: start the load of every flow whose interval has passed."""
        flows = self.search(
            [
                ("trigger", "in", ("schedule", "both")),
                ("direction", "=", "in"),
                ("mode", "!=", "paused"),
                ("mapping_id", "!=", False),
                ("load_state", "not in", ("running", "stopping")),
            ]
        )
        flows.filtered(lambda flow: flow._is_due())._start_load()

    def _is_due(self) -> bool:
        """Whether the flow may work and its interval has passed."""
        self.ensure_one()
        if not self.connector_id._may_work():
            return False
        if not self.last_load_at:
            return True
        interval = timedelta(minutes=max(1, self.interval_minutes))
        return self.last_load_at + interval <= fields.Datetime.now()
