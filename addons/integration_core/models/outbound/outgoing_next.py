# Copyright 2026 Odoo Integration Suite contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl)

from odoo import api, models

from ...const import ATTENTION_STATES
from ...engine.circles import MOST, find_circles
from ...engine.errors import AuthenticationError
from ...messages import Outgoing
from ..inbound.outcome import cause_of


class IntegrationOutgoing(models.AbstractModel):
    """What follows: for older messages, for those who wait, for jobs."""

    _inherit = "integration.outgoing"

    @api.model
    def _end_older(self, connector, items: list[Outgoing]) -> None:
        """A newer snapshot stands for what is left of older ones of its lane."""
        self.env["integration.event"]._end_superseded(
            connector,
            [
                (item.lane, item.event_id, "")
                for item in items
                if item.kind == "state"
                and (item.outcome in ("done", "fail") or item.reason == "no_change")
            ],
            "e.direction = 'out' AND e.id < v.id",
            self.env._("A newer change of the same record stands for it."),
        )

    @api.model
    def _follow_up(self, connector, items, rows: dict, alone: bool, now) -> None:
        """Jobs for what goes on alone, a person for what needs one."""
        events = self.env["integration.event"]
        for item in items:
            row = rows[item.event_id]
            event = events.browse(item.event_id)
            if row["state"] in ("retry", "sending") and not alone:
                event._enqueue_process((row["next_attempt"] - now).total_seconds())
            if row["state"] in ATTENTION_STATES:
                event._open_exceptions(cause_of(item.error))
            if row["state"] == "waiting":
                self._break_circle(connector, item)
            if isinstance(item.error, AuthenticationError):
                connector._suspend(connector._explain(item.error))

    @api.model
    def _wake_waiting(self, connector, items: list[Outgoing]) -> bool:
        """Put messages back that waited for records that the peer knows by now, or that
        are gone: merged ones, whose references lead elsewhere now."""
        lanes = [
            item.lane
            for item in items
            if item.outcome == "done"
            or item.reason == "superseded"
            or (item.reason == "no_change" and item.link)
        ]
        if not lanes:
            return False
        self.env.cr.execute(
            """
            UPDATE integration_event
               SET state = 'pending', waiting_for = NULL, next_attempt = NULL
             WHERE connector_id = %s AND direction = 'out' AND state = 'waiting'
               AND waiting_for = ANY(%s)
            """,
            (connector.id, lanes),
        )
        return self.env.cr.rowcount > 0

    # === CIRCLES === #

    @api.model
    def _break_circle(self, connector, item: Outgoing) -> None:
        """Records that wait for each other would wait for ever: a person decides."""
        circle = self._circle(connector, item.lane)
        if not circle:
            return
        events = self.env["integration.event"].search(
            [
                ("connector_id", "=", connector.id),
                ("direction", "=", "out"),
                ("state", "=", "waiting"),
                ("lane", "in", circle),
            ]
        )
        names = [self._lane_name(lane) for lane in circle]
        for event in events:
            event._give_up(
                "review",
                "business_rule",
                self.env._(
                    "These records refer to each other, so none can be sent first: "
                    "%(circle)s.",
                    circle=" → ".join([*names, names[0]]),
                ),
                self.env._("Remove one of the references in Odoo, then retry."),
                "circle",
            )

    @api.model
    def _circle(self, connector, lane: str) -> list[str]:
        """Lanes that wait for each other in a ring, from this one on; else nothing."""
        self.env.cr.execute(
            """
            WITH RECURSIVE chain (lane, waiting_for) AS (
                SELECT lane, waiting_for FROM integration_event
                 WHERE connector_id = %(connector)s AND direction = 'out'
                   AND state = 'waiting' AND lane = %(lane)s
                 UNION
                SELECT e.lane, e.waiting_for
                  FROM chain c
                  JOIN integration_event e ON e.lane = c.waiting_for
                 WHERE e.connector_id = %(connector)s AND e.direction = 'out'
                   AND e.state = 'waiting'
            )
            SELECT lane, waiting_for FROM chain LIMIT %(most)s
            """,
            {"connector": connector.id, "lane": lane, "most": MOST},
        )
        waits: dict[str, list] = {lane: []}
        for waiting, waiting_for in self.env.cr.fetchall():
            waits.setdefault(waiting, []).append(waiting_for)
        found = (one for one in find_circles(waits) if lane in one)
        return next(found, [])

    @api.model
    def _lane_name(self, lane: str) -> str:
        """The record of a lane, for people."""
        model, _comma, res_id = lane.partition(":")[2].partition(",")
        # sudo: only its name.
        return self.env[model].sudo().browse(int(res_id)).display_name
