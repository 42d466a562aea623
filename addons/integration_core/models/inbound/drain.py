# Copyright 2026 Odoo Integration Suite contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl)
import gc
import time

import psycopg2

from odoo import api, models

from ...engine.masking import masked_logger
from ...transaction import checkpoint

_logger = masked_logger(__name__)

# First half of the two-part advisory lock keys, so that they meet nobody else's.
WORK_LOCK = 0x0D00A  # exclusive among drains: who holds it, works
ACTIVE_LOCK = 0x0D00B  # the signal that intake probes; another key on purpose

BATCH = 100
LINGER = 0.3  # seconds a drain waits for more before it leaves
NAP = 0.05
BUDGET = 20.0  # seconds; far below limit_time_real, and others get their turn

# In the order of the first fields of messages.Item.
READY_COLUMNS = (
    "e.id, e.uuid, e.entity, e.external_id, e.lane, e.source_type, e.event_type, "
    "e.kind, e.body, e.attempts, e.version, e.occurred_at, e.received_at, "
    "e.correlation_id, e.forced, e.read_first"
)
ENTITY, EXTERNAL_ID, LANE, KIND = 2, 3, 4, 7  # places in READY_COLUMNS
READY = f"""
    SELECT {READY_COLUMNS}
      FROM integration_event e
     WHERE e.connector_id = %(connector)s AND e.state = 'pending'
       AND e.direction = 'in' AND e.shard %% %(drains)s = %(drain)s
       AND (e.entity IS NULL OR e.entity <> ALL(%(paused)s))
       AND NOT EXISTS (
           SELECT 1 FROM integration_event h
            WHERE h.connector_id = e.connector_id AND h.lane = e.lane AND h.id < e.id
              AND (h.state = 'retry' OR (h.kind = 'effect' AND h.state IN
                   ('waiting', 'review', 'dead', 'quarantine'))))
     ORDER BY e.id
     LIMIT %(limit)s
"""
RECENT = "1 minute"
WAKE_ACROSS = """
    UPDATE integration_event e
       SET state = 'pending', waiting_for = NULL, next_attempt = NULL
      FROM integration_external_id x
     WHERE e.connector_id = %(connector)s AND e.state = 'waiting'
       AND (e.id = ANY(%(ids)s) OR e.waiting_for = ANY(%(names)s))
       AND x.connector_id = e.connector_id AND x.role = ''
       AND x.entity = split_part(e.waiting_for, ':', 1)
       AND x.external_id = substr(e.waiting_for, strpos(e.waiting_for, ':') + 1)
       AND x.create_date > timezone('UTC', now()) - %(recent)s::interval
"""


class IntegrationDrain(models.AbstractModel):
    """Works through a connector's ready messages in batches, one drain a shard.

    Why two session locks and a last look (proved in facts, mechanisms §1): intake
    commits its event first and only then asks whether a drain is active or a wake-up
    waits. Whoever it finds takes a later snapshot and sees the event. A drain that
    leaves must therefore release both locks first and look once more after that; the
    other order lost events in 2 of 1,830 rounds.
    """

    _name = "integration.drain"
    _description = "Drain"

    # What another kind of drain has of its own (`integration.send`).
    _work_lock = WORK_LOCK
    _active_lock = ACTIVE_LOCK
    _batch = BATCH

    @api.model
    def _wake_again(self, connector, drain: int) -> None:
        """Enqueue the job that goes on where this one leaves."""
        connector._wake(drain)

    @api.model
    def _run(self, connector, drain: int) -> str:
        """Drain until nothing is ready or the time is up.

        :return: a sentence for the job's result
        """
        deadline = time.monotonic() + BUDGET
        done = 0
        while connector._may_work():
            if not self._lock(connector, drain):
                return f"{done} messages; another worker is active"
            try:
                count, give_way = self._drain(connector, drain, deadline)
                done += count
            finally:
                # After an error the transaction must end before anything else; the
                # pool's reset does not release session locks.
                self.env.cr.rollback()
                self._unlock(connector, drain)
            checkpoint(self.env)
            if not self._ready(connector, drain, 1):
                break
            if give_way or time.monotonic() > deadline:
                self._wake_again(connector, drain)
                checkpoint(self.env)
                break
            connector.invalidate_recordset(["state"])
        return f"{done} messages"

    @api.model
    def _drain(self, connector, drain: int, deadline: float) -> tuple[int, bool]:
        """Batches until empty; lingers a little, since messages come in bursts.

        :return: how many, and whether it left early, so that another job must go on
        """
        done, last, conflicts = 0, time.monotonic(), 0
        while time.monotonic() < deadline:
            if not self._take_in_changes(connector):
                return done, True
            if not connector._may_work():
                break
            rows = self._ready(connector, drain, self._batch)
            if not rows:
                # No idle transaction while napping: its snapshot would hold vacuum.
                self.env.cr.rollback()
                if time.monotonic() - last > LINGER:
                    break
                time.sleep(NAP)
                continue
            try:
                self._work(connector, rows)
            except psycopg2.OperationalError as error:
                # Somebody else changed the same rows: nothing is written, the events
                # stay pending and the next transaction takes them. No attempt is used.
                self._recover(error)
                conflicts += 1
                time.sleep(min(0.05 * 2**conflicts, 1.0))
                continue
            done += len(rows)
            last, conflicts = time.monotonic(), 0
            self.env.invalidate_all(flush=False)
            # What the ORM leaves behind in cycles otherwise waits for Python's next
            # full collection: 14 % more memory after 50,000 messages.
            gc.collect(1)
            if self._others_wait(connector):
                return done, True
        return done, False

    @api.model
    def _take_in_changes(self, connector) -> bool:
        """See what people changed meanwhile: a pause, a flow's mode, a mapping.

        Odoo looks for changes of other processes when a request begins, and a drain is
        one request of up to twenty seconds. Asked in the snapshot of the batch, so that
        a message that came after a change is worked on as the change says.

        :return: False when the server's code changed: another job must go on
        """
        registry = self.env.registry
        current = registry.check_signaling(self.env.cr)
        connector.invalidate_recordset(["state"])
        return current is registry

    @api.model
    def _work(self, connector, rows: list[tuple]) -> None:
        """One batch in one transaction.

        The pipeline isolates what its steps trip over. What breaks outside of them, in
        an adapter or in ourselves, must not stop the queue either: the batch is halved
        until the one message is found, and that one is given to a person.
        """
        try:
            woken = self._take(connector, rows)
        except psycopg2.OperationalError:
            raise
        except Exception:
            _logger.exception("Connector %s: a batch broke", connector.id)
            self.env.cr.rollback()
            self.env.invalidate_all(flush=False)
            if len(rows) == 1:
                self.env["integration.event"].browse(rows[0][0])._give_up_unexpected()
                checkpoint(self.env)
                return
            middle = len(rows) // 2
            self._work(connector, rows[:middle])
            self._work(connector, rows[middle:])
            return
        if woken:
            connector._wake_all()
            checkpoint(self.env)

    @api.model
    def _take(self, connector, rows: list[tuple]) -> bool:
        """Take rows through the path, and commit.

        :return: whether messages that waited were put back into the queue
        """
        woken = self.env["integration.pipeline"]._inbound(connector, rows)
        checkpoint(self.env)
        return self._wake_across(connector, rows) or woken

    @api.model
    def _wake_across(self, connector, rows: list[tuple]) -> bool:
        """Wake what two drains hid from each other.

        One binds an object, the other puts a message to wait for it, and neither sees
        in its snapshot what the other has not committed. Both look once more after
        their commit: whoever commits last sees the other. What was bound long ago is
        left to the sweeper, so that a message that cannot use it is not tried in a
        circle.

        :return: whether messages that waited were put back into the queue
        """
        ids = [row[0] for row in rows]
        names = [f"{row[ENTITY]}:{row[EXTERNAL_ID]}" for row in rows]
        try:
            self.env.cr.execute(
                WAKE_ACROSS,
                {
                    "connector": connector.id,
                    "ids": ids,
                    "names": names,
                    "recent": RECENT,
                },
            )
            return self.env.cr.rowcount > 0
        except psycopg2.OperationalError as error:
            # The other one was quicker to wake them; or they are changed right now,
            # and the sweeper looks.
            self._recover(error)
            return True

    @api.model
    def _recover(self, error: psycopg2.OperationalError) -> None:
        """Give a transaction up after a conflict; other errors are passed on."""
        self.env.cr.rollback()
        self.env.invalidate_all(flush=False)
        if not self.env["integration.connector"]._is_concurrency_error(error):
            raise error
        _logger.info("Drain: conflict %s, trying again", error.pgcode)

    @api.model
    def _ready(self, connector, drain: int, limit: int) -> list[tuple]:
        """Ready rows of one drain in order, leaving out lanes that somebody holds."""
        self.env.cr.execute(
            READY,
            {
                "connector": connector.id,
                "drains": connector.drain_count,
                "drain": drain,
                "paused": connector._paused_entities(),
                "limit": limit,
            },
        )
        return one_effect_a_lane(self.env.cr.fetchall())

    @api.model
    def _others_wait(self, connector) -> bool:
        """Whether another connector's wake-up waits: then this one gives way."""
        self.env.cr.execute(
            """
            SELECT 1 FROM queue_job
             WHERE state IN ('pending', 'enqueued')
               AND identity_key LIKE 'integration.drain:%%'
               AND identity_key NOT LIKE %s
             LIMIT 1
            """,
            (f"integration.drain:{connector.id}:%",),
        )
        return bool(self.env.cr.fetchone())

    @api.model
    def _lock(self, connector, drain: int) -> bool:
        """Take both session locks; False when another drain works on this shard."""
        cr = self.env.cr
        # Another statement than the one that probes: intake's shared probe of the
        # same key would make this try fail.
        cr.execute(
            "SELECT pg_try_advisory_lock(%s, %s)",
            (self._work_lock, lock_key(connector.id, drain)),
        )
        if not cr.fetchone()[0]:
            return False
        try:
            cr.execute(
                "SELECT pg_advisory_lock(%s, %s)",
                (self._active_lock, lock_key(connector.id, drain)),
            )
        except psycopg2.Error:
            # The connection goes back to the pool, and its session locks with it.
            cr.rollback()
            self._unlock(connector, drain)
            raise
        checkpoint(self.env)  # the next statement takes a fresh snapshot
        return True

    @api.model
    def _unlock(self, connector, drain: int) -> None:
        key = lock_key(connector.id, drain)
        self.env.cr.execute(
            "SELECT pg_advisory_unlock(%s, %s), pg_advisory_unlock(%s, %s)",
            (self._active_lock, key, self._work_lock, key),
        )


def lock_key(connector_id: int, drain: int) -> int:
    """Second half of the lock keys: unique for a connector and drain."""
    return connector_id * 16 + drain


def one_effect_a_lane(rows: list[tuple]) -> list[tuple]:
    """Of the effects of one lane only the first goes into a batch.

    Should it fail, the second must wait behind it. Snapshots need no turn: their
    versions decide.
    """
    seen: set[str] = set()
    taken = []
    for row in rows:
        lane, kind = row[LANE], row[KIND]
        if kind == "effect" and lane in seen:
            continue
        seen.add(lane)
        taken.append(row)
    return taken
