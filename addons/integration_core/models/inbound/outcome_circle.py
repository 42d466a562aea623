# Copyright 2026 Odoo Integration Suite contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl)
from psycopg2.extras import execute_values

from odoo import api, models

from ...engine.circles import MOST, find_circles
from ...engine.errors import MissingReferenceError
from ...messages import Item

# UNION, not UNION ALL: a message that was met before leads nowhere new.
CHAIN = """
    WITH RECURSIVE chain (id, entity, external_id, missing) AS (
        SELECT e.id, e.entity, e.external_id, e.missing
          FROM (VALUES %s) AS v (entity, external_id)
          JOIN integration_event e
            ON e.connector_id = {connector} AND e.direction = 'in'
           AND e.entity = v.entity AND e.external_id = v.external_id
           AND e.state = 'waiting'
         UNION
        SELECT e.id, e.entity, e.external_id, e.missing
          FROM chain c
          CROSS JOIN LATERAL jsonb_array_elements(COALESCE(c.missing, '[]')) r
          JOIN integration_event e
            ON e.connector_id = {connector} AND e.direction = 'in'
           AND e.entity = r ->> 0 AND e.external_id = r ->> 1
           AND e.state = 'waiting'
    )
    SELECT id, entity, external_id, missing FROM chain LIMIT {most}
"""


class IntegrationOutcome(models.AbstractModel):
    """Messages that wait for each other: none of them would ever come first.

    Looked for when one begins to wait, so a person hears of it at once and not after
    the deadline. Two that begin at the same moment in different transactions do not
    see each other; the sweeper does.
    """

    _inherit = "integration.outcome"

    @api.model
    def _break_circles(self, connector, items: list[Item], rows: dict) -> None:
        """Send those who begin to wait in a circle, and all others in it, to review.

        :param rows: event id → new values of its row, not written yet
        """
        begin: dict[tuple, list[Item]] = {}
        for item in items:
            if rows[item.event_id]["state"] == "waiting":
                begin.setdefault((item.entity, item.external_id), []).append(item)
        if not begin:
            return
        waits, events = self._chain(connector, begin)
        for node, error in self._circle_errors(connector, waits):
            for item in begin.get(node, ()):
                item.error = error
                rows[item.event_id].update(self._circle_row(error))
            self._circle_event(events.get(node, []), error)

    @api.model
    def _chain(self, connector, begin: dict) -> tuple[dict, dict]:
        """Who waits for what, from these items on along all that waits already.

        :return: object → objects it lacks; object → ids of its waiting messages
        """
        waits = {
            node: [
                tuple(r) for i in found for r in i.error.details.get("missing") or []
            ]
            for node, found in begin.items()
        }
        events: dict[tuple, list] = {}
        ahead = {ref for refs in waits.values() for ref in refs} - waits.keys()
        if not ahead:
            return waits, events
        found = execute_values(
            self.env.cr._obj,
            CHAIN.format(connector=int(connector.id), most=MOST),
            sorted(ahead),
            page_size=len(ahead),
            fetch=True,
        )
        for event_id, entity, external_id, missing in found:
            node = (entity, external_id)
            events.setdefault(node, []).append(event_id)
            waits.setdefault(node, []).extend(map(tuple, missing or []))
        return waits, events

    @api.model
    def _real_circles(self, connector, waits: dict) -> list[list]:
        """Circles, without those that what has arrived meanwhile has broken."""
        circles = find_circles(waits)
        if not circles:
            return []
        known = self.env["integration.external.id"]._resolve(
            connector, {node for circle in circles for node in circle}
        )
        if not known:
            return circles
        return find_circles(
            {
                node: [ref for ref in refs if ref not in known]
                for node, refs in waits.items()
            }
        )

    # === WHAT IS SAID AND DONE === #

    @api.model
    def _circle_errors(self, connector, waits: dict):
        """Yield (object, its error) for every object that waits in a circle."""
        for circle in self._real_circles(connector, waits):
            for place, node in enumerate(circle):
                yield node, self._circle_error(circle[place:] + circle[:place])

    @api.model
    def _circle_error(self, circle: list[tuple]) -> MissingReferenceError:
        """The error of the first of these, which names all the others."""
        hint = self.env._(
            "Take one of these references away in the system, or link or make one of "
            "the records in Odoo by hand; then retry all of them."
        )
        entity, external_id = circle[1 % len(circle)]
        # The same for every message of the circle: one cause in people's lists.
        cause = "circle:" + ">".join(":".join(node) for node in sorted(circle))
        return MissingReferenceError(
            self._circle_text(circle),
            entity=entity,
            external_id=external_id,
            hint=hint,
            details={"cause": cause[:200]},
        )

    @api.model
    def _circle_text(self, circle: list[tuple]) -> str:
        if len(circle) == 1:
            return self.env._("It refers to itself, so it can never come first.")
        labels = dict(self.env["integration.entity"]._entity_selection())
        names = [
            f"{labels.get(entity, entity).lower()} {external_id}"
            for entity, external_id in circle[1:]
        ]
        if len(names) > 6:
            names[5:-1] = ["…"]
        return self.env._(
            "These wait for each other, so none can come first: this one refers to "
            "%(names)s, and that refers back to this one.",
            names=self.env._(", which refers to ").join(names),
        )

    @api.model
    def _circle_row(self, error: MissingReferenceError) -> dict:
        return {
            "state": "review",
            "error": error.message[:2000],
            "hint": error.hint,
            "waiting_for": None,
            "next_attempt": None,
        }

    @api.model
    def _circle_event(self, event_ids: list[int], error) -> None:
        """The same for messages that wait already."""
        events = self.env["integration.event"].browse(event_ids)
        events._give_up(
            "review",
            "missing_reference",
            error.message,
            error.hint,
            error.details["cause"],
        )
        # What follows writes in plain SQL and forgets what is only in memory.
        events.flush_recordset()


class IntegrationSweeper(models.AbstractModel):
    """Circles whose messages began to wait at the same moment."""

    _inherit = "integration.sweeper"

    @api.model
    def _expire_waiting(self) -> None:  # pylint: disable=missing-return
        """Override to ask a person about those who wait for each other, too."""
        super()._expire_waiting()
        self.env.cr.execute(
            """
            SELECT connector_id, entity, external_id, array_agg(id),
                   jsonb_agg(missing)
              FROM integration_event
             WHERE state = 'waiting' AND missing IS NOT NULL AND direction = 'in'
             GROUP BY connector_id, entity, external_id
             ORDER BY max(id) DESC
             LIMIT %s
            """,
            (MOST,),
        )
        waits: dict[int, dict] = {}
        events: dict[tuple, list] = {}
        for connector_id, entity, external_id, ids, missing in self.env.cr.fetchall():
            node = (entity, external_id)
            refs = [tuple(ref) for one in missing for ref in one or []]
            waits.setdefault(connector_id, {})[node] = refs
            events[connector_id, node] = ids
        outcome = self.env["integration.outcome"]
        for connector_id, graph in waits.items():
            connector = self.env["integration.connector"].browse(connector_id)
            for node, error in outcome._circle_errors(connector, graph):
                outcome._circle_event(events[connector_id, node], error)
