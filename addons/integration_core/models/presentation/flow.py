# Copyright 2026 Odoo Integration Suite contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl)
from odoo import api, fields, models
from odoo.tools import SQL


class IntegrationFlow(models.Model):
    """How late a flow is, and what waits in it."""

    _inherit = "integration.flow"

    queue_count = fields.Integer("In queue", compute="_compute_lag")
    lag_seconds = fields.Integer("Lag (s)", compute="_compute_lag")
    lag_text = fields.Char("Lag", compute="_compute_lag")
    is_late = fields.Boolean(compute="_compute_lag", search="_search_is_late")

    def _compute_lag(self):
        found = self._lags(self.connector_id.ids)
        for flow in self:
            key = flow.connector_id.id, flow.entity, flow.direction
            count, seconds = found.get(key, (0, 0))
            flow.queue_count = count
            flow.lag_seconds = seconds
            flow.lag_text = self._lag_words(seconds)
            flow.is_late = bool(flow.slo_seconds) and seconds > flow.slo_seconds

    @api.model
    def _lags(self, connector_ids) -> dict:
        """(connector, entity, direction) → (waiting messages, age of the oldest)."""
        self.env["integration.event"].flush_model()
        rows = self.env.execute_query(
            SQL(
                """
                SELECT connector_id, entity, direction, count(*),
                       EXTRACT(epoch FROM (now() AT TIME ZONE 'UTC')
                               - min(received_at))::int
                  FROM integration_event
                 WHERE state = 'pending' AND connector_id = ANY(%(ids)s)
                 GROUP BY connector_id, entity, direction
                """,
                ids=list(connector_ids),
            )
        )
        return {row[:3]: (row[3], max(row[4], 0)) for row in rows}

    @api.model
    def _search_is_late(self, operator, value):
        if operator != "in":
            return NotImplemented
        late = self.search([("slo_seconds", ">", 0)]).filtered("is_late")
        return [("id", "in" if True in value else "not in", late.ids)]

    def _lag_words(self, seconds: int) -> str:
        if not seconds:
            return self.env._("up to date")
        if seconds < 120:
            return self.env._("%(n)s s", n=seconds)
        if seconds < 7200:
            return self.env._("%(n)s min", n=seconds // 60)
        return self.env._("%(n)s h", n=seconds // 3600)
