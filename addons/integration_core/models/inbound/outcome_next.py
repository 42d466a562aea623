# Copyright 2026 Odoo Integration Suite contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl)
from psycopg2.extras import execute_values

from odoo import api, fields, models

from ...const import SKIP_LABELS
from ...engine.errors import AuthenticationError, MissingReferenceError
from ...messages import Item

# Reasons to skip an object that do not pass by themselves, so nobody waits for it.
ENDS_WAITING = ("before_start_date", "filtered", "not_final", "not_subscribed")


class IntegrationOutcome(models.AbstractModel):
    """What follows: for older messages, for those who wait, for jobs."""

    _inherit = "integration.outcome"

    # === OLDER MESSAGES OF THE SAME OBJECT === #

    @api.model
    def _end_older(self, connector, items: list[Item], rows: dict) -> None:
        """End what failed or waits and is older than what these messages say.

        :param rows: event id → new values of its row; empty for a page of a list
        """
        snapshots = [item for item in items if item.kind == "state" and item.lane]
        self._supersede(
            connector,
            [i for i in snapshots if i.outcome == "done" or i.reason == "no_change"],
            "<=",
            self.env._("A newer message of the same object was applied."),
        )
        # Of several that fail, one entry in somebody's list is enough: the newest.
        failed = [
            item
            for item in snapshots
            if item.source
            and rows.get(item.event_id, {}).get("state")
            in ("review", "dead", "waiting")
        ]
        stands = self.env._("A newer message of the same object stands for it.")
        self._supersede(connector, failed, "<", stands)
        # Two messages of one second: what was read last is the object as it is.
        read = [item for item in failed if item.just_read]
        self._supersede(connector, read, "=", stands, "e.id < v.id AND ")
        self._step_back(connector, failed, stands)

    @api.model
    def _step_back(self, connector, items: list[Item], why: str) -> None:
        """End those of these messages that a newer one of their object stands for.

        The newer one was tried before them and needs a person, or waits.
        """
        if not items:
            return
        ended = execute_values(
            self.env.cr._obj,
            f"""
            UPDATE integration_event e
               SET state = 'skipped', skip_reason = 'superseded',
                   waiting_for = NULL, next_attempt = NULL,
                   finished_at = now() AT TIME ZONE 'UTC'
              FROM (VALUES %s) AS v (lane, id, version)
             WHERE e.id = v.id
               AND EXISTS (
                   SELECT 1 FROM integration_event n
                    WHERE n.connector_id = {int(connector.id)} AND n.lane = v.lane
                      AND n.kind = 'state' AND n.id <> v.id
                      AND n.state IN ('review', 'dead', 'waiting')
                      AND n.version > v.version)
            RETURNING e.id
            """,
            [(item.lane, item.event_id, item.source.version) for item in items],
            page_size=1000,
            fetch=True,
        )
        if ended:
            self.env["integration.exception"]._close([row[0] for row in ended], why)

    @api.model
    def _supersede(
        self, connector, items: list[Item], older: str, why: str, also: str = ""
    ) -> None:
        """End what failed or waits of these objects and is older than these messages.

        :param older: how its version compares, ``<=`` or ``<``
        :param also: SQL in front of that condition, of rows ``e`` and messages ``v``
        """
        self.env["integration.event"]._end_superseded(
            connector,
            [(item.lane, item.event_id, item.source.version) for item in items],
            f"{also}e.id <> v.id AND COALESCE(e.version, '') {older} v.version",
            why,
        )

    # === JOBS AND THOSE WHO WAIT === #

    @api.model
    def _follow_up(self, connector, items: list[Item], rows: dict, alone: bool) -> None:
        """Jobs for what goes on alone, fetches for what waits, a stop for bad keys."""
        now = fields.Datetime.now()
        for item in items:
            row = rows[item.event_id]
            event = self.env["integration.event"].browse(item.event_id)
            if row["state"] == "retry" and not alone:
                event._enqueue_process((row["next_attempt"] - now).total_seconds())
            if row["state"] == "waiting" and item.flow.missing_reference == "fetch":
                event._enqueue_fetch()
            if isinstance(item.error, AuthenticationError):
                connector._suspend(connector._explain(item.error))

    @api.model
    def _tell_waiting(self, connector, items: list[Item]) -> None:
        """An object that others wait for was read, and does not come: tell a person."""
        for item in items:
            if item.outcome != "skip" or not item.just_read or item.link:
                continue
            gone = bool(item.source and item.source.deleted)
            if item.reason not in ENDS_WAITING and not gone:
                continue
            why = (
                self.env._("It was deleted there") if gone else SKIP_LABELS[item.reason]
            )
            self.env["integration.fetch"]._tell_waiting(
                connector,
                item.entity,
                item.external_id,
                MissingReferenceError(
                    why,
                    hint=self.env._(
                        "Link or make the record in Odoo by hand, or change the "
                        "setting that leaves it out; then retry."
                    ),
                ),
            )

    @api.model
    def _wake_waiting(self, connector, items: list[Item]) -> bool:
        """Put messages back that waited for what this batch bound."""
        bound = [
            f"{item.entity}:{item.external_id}" for item in items if _has_arrived(item)
        ]
        bound += [
            f"{row['entity']}:{row['external_id']}"
            for item in items
            if item.outcome == "done"
            for row in item.bindings
            if not row.get("role")
        ]
        bound += [
            name for item in items if item.outcome == "done" for name in item.arrived
        ]
        if not bound:
            return False
        self.env.cr.execute(
            """
            UPDATE integration_event
               SET state = 'pending', waiting_for = NULL, next_attempt = NULL
             WHERE connector_id = %s AND state = 'waiting' AND waiting_for = ANY(%s)
            """,
            (connector.id, bound),
        )
        return self.env.cr.rowcount > 0


def _has_arrived(item: Item) -> bool:
    """Whether those who wait for the object may go on.

    It is new here. Or it was read: then somebody waits who began to wait when another
    worker had bound it already, and had not committed.
    """
    if item.outcome == "done":
        return item.link is None or item.just_read
    return item.just_read and item.reason == "no_change" and item.link is not None
