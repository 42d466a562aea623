# Copyright 2026 Odoo Integration Suite contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl)
from datetime import timedelta

from odoo import api, fields, models


class IntegrationFlow(models.Model):
    """Flows that read on a schedule: a full load that changes only what differs."""

    _inherit = "integration.flow"

    last_load_at = fields.Datetime(string="Last read", readonly=True, copy=False)

    @api.onchange("entity", "direction", "connector_id")
    def _onchange_rhythm(self):
        """Propose a schedule for what the system sends no messages of."""
        for flow in self.filtered(lambda f: f.connector_id and f.direction == "in"):
            flow.update(self._rhythm(flow.connector_id, flow.entity))

    @api.model_create_multi
    def create(self, vals_list):
        """Override: what the system sends no messages of is read on a schedule."""
        connectors = self.env["integration.connector"]
        proposed = [
            self._rhythm(connectors.browse(v.get("connector_id")), v.get("entity"))
            if v.get("direction", "in") == "in" and "trigger" not in v
            else {}
            for v in vals_list
        ]
        return super().create(
            [{**more, **v} for more, v in zip(proposed, vals_list, strict=True)]
        )

    @api.model
    def _rhythm(self, connector, entity: str) -> dict:
        """Fields of a new flow that follow from how the system tells of the entity."""
        polled = connector._adapter()._polled if connector.system else {}
        if entity not in polled:
            return {}
        return {"trigger": "schedule", "interval_minutes": polled[entity]}

    # === ACTION METHODS === #

    def action_read_now(self):
        """Read what is new at once, without waiting for the schedule.

        :raises UserError: outgoing, paused, without rights, or the connector rests
        """
        for flow in self:
            flow._require_loadable()
            flow.connector_id._require_active()
        self._read_now()
        return self.env["integration.connector"]._notify(
            self.env._("It is being read. Look again in a moment.")
        )

    # === BUSINESS METHODS === #

    def _read_now(self) -> None:
        """Start reading what is new, where it is not being read already."""
        self.filtered(
            lambda flow: flow.load_state not in ("running", "stopping")
        )._start_load()

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
