# Copyright 2026 Odoo Integration Suite contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl)
from datetime import timedelta

import psycopg2

from odoo import api, fields, models

from ...engine.errors import IntegrationError, UnknownOutcomeError
from ...engine.masking import masked_logger
from ...messages import Outgoing
from ...transaction import checkpoint, fresh_snapshot

_logger = masked_logger(__name__)

WORK_LOCK = 0x0D00D
ACTIVE_LOCK = 0x0D00E
BATCH = 20  # each of them is a call to the peer
CONFLICTS = 5  # times the outcome of a call is written again after a conflict

# In the order of the first fields of messages.Outgoing.
COLUMNS = (
    "e.id, e.uuid, e.entity, e.event_type, e.lane, e.kind, e.model, e.res_id, "
    "COALESCE(e.external_id, ''), COALESCE(e.attempts, 0), "
    "COALESCE(e.idempotency_key, ''), COALESCE(e.correlation_id, ''), e.received_at, "
    "COALESCE(e.changed, '[]'), COALESCE(e.forced, false), "
    "COALESCE(e.event_type, '') LIKE '%%.deleted', e.body, e.state, e.sent_at"
)
LANE, KIND = 4, 5  # places in COLUMNS
# A lane is held by what is being sent or repeated, and by a fact that is not sent yet:
# facts go in order, of snapshots only the newest counts. Also by a new object of which
# nobody could tell whether it was made: it might be made twice.
READY = f"""
    SELECT {COLUMNS}
      FROM integration_event e
     WHERE e.connector_id = %(connector)s AND e.state = 'pending'
       AND e.direction = 'out' AND e.shard %% %(drains)s = %(drain)s
       AND e.entity <> ALL(%(paused)s)
       AND NOT EXISTS (
           SELECT 1 FROM integration_event h
            WHERE h.connector_id = e.connector_id AND h.lane = e.lane
              AND h.direction = 'out' AND h.id <> e.id
              AND (h.state IN ('retry', 'sending')
                   OR (h.kind = 'effect' AND h.id < e.id AND h.state IN
                       ('waiting', 'review', 'dead', 'quarantine'))
                   OR (h.state = 'dead' AND h.error_class = 'unknown_outcome'
                       AND h.external_id IS NULL AND h.id < e.id)))
     ORDER BY e.id
     LIMIT %(limit)s
"""


class IntegrationSend(models.AbstractModel):
    """Sends a connector's ready messages: intent first, the call, then the outcome.

    The intent (state sending, idempotency key and content) is committed before
    the call, which runs outside of any transaction; the outcome is another one. Who
    finds a message in state sending does not know whether the call arrived: it is
    repeated with the same key and content where the peer honours keys, else looked up.
    A session lock on the message keeps two jobs apart.
    """

    _name = "integration.send"
    _inherit = "integration.drain"
    _description = "Send drain"

    _work_lock = WORK_LOCK
    _active_lock = ACTIVE_LOCK
    _batch = BATCH

    # === WHAT IS READY === #

    @api.model
    def _wake_again(self, connector, drain: int) -> None:
        """Override of `integration.drain`."""
        connector._wake_send(drain)

    @api.model
    def _ready(self, connector, drain: int, limit: int) -> list[tuple]:
        """Override of `integration.drain`: ready rows of one send drain."""
        self.env.cr.execute(
            READY,
            {
                "connector": connector.id,
                "drains": connector.drain_count,
                "drain": drain,
                "paused": connector._paused_out(),
                "limit": limit,
            },
        )
        return in_turn(self.env.cr.fetchall())

    @api.model
    def _rows(self, event_ids) -> list[tuple]:
        """Rows of single messages, whatever their state."""
        self.env.cr.execute(
            f"SELECT {COLUMNS} FROM integration_event e "
            "WHERE e.id = ANY(%s) AND e.direction = 'out' ORDER BY e.id",
            (list(event_ids),),
        )
        return self.env.cr.fetchall()

    @api.model
    def _others_wait(self, connector) -> bool:
        """Override of `integration.drain`: sending is slow, so it always gives way."""
        self.env.cr.execute(
            """
            SELECT 1 FROM queue_job
             WHERE state IN ('pending', 'enqueued')
               AND (identity_key LIKE 'integration.drain:%%'
                    OR identity_key LIKE 'integration.send:%%')
               AND identity_key NOT LIKE %s
             LIMIT 1
            """,
            (f"integration.send:{connector.id}:%",),
        )
        return bool(self.env.cr.fetchone())

    # === A BATCH === #

    @api.model
    def _take(self, connector, rows: list[tuple]) -> bool:
        """Override of `integration.drain`: prepare together, send one by one."""
        items = [Outgoing(*row) for row in rows]
        woken = self._prepare(connector, items)
        for item in items:
            if not item.open:
                continue
            self._take_in_changes(connector)
            if not connector._may_work():
                break  # what is not sent yet stays in the queue
            woken |= self._send_one(connector, item)
        return woken

    @api.model
    def _prepare(self, connector, items: list[Outgoing], alone: bool = False) -> bool:
        """What to send of each; commits what became of the others."""
        outgoing = self.env["integration.outgoing"]
        outgoing._prepare(connector, items)
        woken = outgoing._finish(connector, [i for i in items if not i.open], alone)
        checkpoint(self.env)
        return woken

    @api.model
    def _send_one(self, connector, item: Outgoing, alone: bool = False) -> bool:
        """Intent, call, outcome of one message; each is committed.

        :return: whether messages that waited were put back into the queue
        """
        event = self.env["integration.event"].browse(item.event_id)
        if not event._lock_event():
            return False
        try:
            if not self.env["integration.outgoing"]._intend(item):
                return False  # a person, or another job, was quicker
            checkpoint(self.env)
            self._call(connector, item)
            return self._settle(connector, item, alone)
        finally:
            fresh_snapshot(self.env)
            event._unlock_event()
            checkpoint(self.env)

    @api.model
    def _call(self, connector, item: Outgoing) -> None:
        """The call itself. A fault of ours after it is no proof that nothing came of
        it, so its outcome is unknown."""
        try:
            item.written = connector._adapter()._send(connector, item)
        except IntegrationError as error:
            item.fail(error)
        except Exception:
            _logger.exception("Message %s: sending broke", item.uuid)
            item.fail(
                UnknownOutcomeError(
                    self.env._("Something unexpected happened while sending it.")
                )
            )

    @api.model
    def _settle(self, connector, item: Outgoing, alone: bool) -> bool:
        """Write down what a call came to; the peer's answer is never thrown away."""
        outgoing = self.env["integration.outgoing"]
        for attempt in range(CONFLICTS):
            # The credential was read before the call: a snapshot that is old by now.
            fresh_snapshot(self.env)
            error, outcome = item.error, item.outcome
            try:
                woken = outgoing._conclude(connector, item, alone)
                checkpoint(self.env)
                return woken
            except psycopg2.OperationalError as conflict:
                last = attempt == CONFLICTS - 1
                if last or not connector._is_concurrency_error(conflict):
                    raise
                item.error, item.outcome = error, outcome
            except Exception:
                _logger.exception("Message %s: its outcome was not kept", item.uuid)
                return self._settle_in_doubt(connector, item, alone)
        return False

    @api.model
    def _settle_in_doubt(self, connector, item: Outgoing, alone: bool) -> bool:
        """An outcome that cannot be written down is as good as unknown: the message is
        repeated or looked up, and not for ever."""
        fresh_snapshot(self.env)
        item.written = None
        item.fail(
            UnknownOutcomeError(
                self.env._("It was sent, but what came of it could not be kept.")
            )
        )
        try:
            woken = self.env["integration.outgoing"]._conclude(connector, item, alone)
            checkpoint(self.env)
            return woken
        except psycopg2.OperationalError:
            raise
        except Exception:
            # It stays "sending": the sweeper goes on with it.
            _logger.exception("Message %s stays in doubt", item.uuid)
            return False

    # === A MESSAGE BY ITSELF === #

    @api.model
    def _alone(self, event) -> float | None:
        """One attempt at a message that has a job of its own; commits its outcome.

        :return: seconds until the next attempt, None when there is none
        """
        checkpoint(self.env)  # fresh snapshot under the lock
        event.invalidate_recordset()
        connector = event.connector_id
        if not event._is_held_out():
            return None
        if not connector._may_work():
            if event.state == "retry":
                event._back_to_queue()
            return None
        item = Outgoing(*self._rows(event.ids)[0])
        if item.state == "sending" and not self._resume(connector, item):
            return self._next_attempt(event)
        if self._prepare_again(connector, event, item):
            self._send_one(connector, item, alone=True)
        return self._next_attempt(event)

    @api.model
    def _prepare_again(self, connector, event, item: Outgoing) -> bool:
        """Prepare a message for another attempt; whether it is to be sent."""
        if item.outcome:
            return False
        self._prepare(connector, [item], alone=True)
        return item.open

    @api.model
    def _resume(self, connector, item: Outgoing) -> bool:
        """A message whose call may or may not have arrived.

        :return: whether it certainly did not: then it is sent as if it were new
        """
        outgoing = self.env["integration.outgoing"]
        outgoing._recall(connector, item)
        checkpoint(self.env)
        adapter = connector._adapter()
        age = fields.Datetime.now() - (item.sent_at or item.received_at)
        if age < timedelta(seconds=adapter._key_life):
            self._call(connector, item)
        else:
            self._ask(connector, item)
            if item.open and item.written is None:
                fresh_snapshot(self.env)
                outgoing._not_done(item)
                checkpoint(self.env)
                return True
        self._settle(connector, item, alone=True)
        return False

    @api.model
    def _ask(self, connector, item: Outgoing) -> None:
        """Look up whether the write was done. While that cannot be told, it is open."""
        item.looked_up = True
        try:
            item.written = connector._adapter()._look_up(connector, item)
        except IntegrationError as error:
            item.fail(error)
        except Exception:
            _logger.exception("Message %s: looking it up broke", item.uuid)
            item.fail(UnknownOutcomeError(self.env._("It could not be looked up.")))

    @api.model
    def _next_attempt(self, event) -> float | None:
        event.invalidate_recordset()
        if event.state not in ("retry", "sending") or not event.next_attempt:
            return None
        delay = (event.next_attempt - fields.Datetime.now()).total_seconds()
        return max(1.0, delay)


def in_turn(rows: list[tuple]) -> list[tuple]:
    """Of the facts of one lane only the first goes into a batch, nothing behind it."""
    held: set[str] = set()
    seen: set[str] = set()
    taken = []
    for row in rows:
        lane, kind = row[LANE], row[KIND]
        if lane in held or (kind == "effect" and lane in seen):
            continue
        seen.add(lane)
        if kind == "effect":
            held.add(lane)
        taken.append(row)
    return taken
