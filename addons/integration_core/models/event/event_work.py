# Copyright 2026 Odoo Integration Suite contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl)
import psycopg2
from psycopg2.extras import execute_values

from odoo import api, fields, models

from odoo.addons.queue_job.exception import RetryableJobError

from ...engine.errors import ERROR_CLASSES, IntegrationError
from ...engine.masking import masked_logger
from ...messages import Item
from ...transaction import checkpoint

_logger = masked_logger(__name__)

# References that one job reads for one message; what is left is read when it is woken.
MOST_READ = 100
EVENT_LOCK = 0x0D00C


class IntegrationEvent(models.Model):
    """The job of a single event: retries, and reading from the peer first."""

    _inherit = "integration.event"

    def _enqueue_process(self, seconds: float = 0) -> None:
        """Give each event a job of its own; its uuid is kept to find a dead job.

        :param seconds: earliest start from now
        """
        for event in self.sudo():
            later = event.with_delay(
                eta=int(seconds) or None,
                priority=8,
                # The event counts its attempts itself; queue_job never gives up.
                max_retries=0,
                channel=event.connector_id._channel(),
                description=event.display_name,
            )
            job = getattr(later, event._own_job())()
            self.env.cr.execute(
                "UPDATE integration_event SET job_uuid = %s WHERE id = %s",
                (job.uuid, event.id),
            )
        self.invalidate_recordset(["job_uuid"])

    def _own_job(self) -> str:
        """Name of the job that takes this event alone."""
        return "_job_process"

    @api.model
    def _end_superseded(self, connector, newer: list, which: str, why: str) -> None:
        """End snapshots that failed or wait and for which newer messages stand.

        :param newer: (lane, event id, version) of the newer messages
        :param which: SQL condition that tells an older row ``e`` from a newer ``v``
        :param why: what people read as the resolution
        """
        if not newer:
            return
        ended = execute_values(
            self.env.cr._obj,
            f"""
            UPDATE integration_event e
               SET state = 'skipped', skip_reason = 'superseded',
                   waiting_for = NULL, next_attempt = NULL,
                   finished_at = now() AT TIME ZONE 'UTC'
              FROM (VALUES %s) AS v (lane, id, version)
             WHERE e.connector_id = {int(connector.id)} AND e.lane = v.lane
               AND e.kind = 'state'
               AND e.state IN ('review', 'dead', 'quarantine', 'waiting')
               AND {which}
            RETURNING e.id
            """,
            newer,
            page_size=1000,
            fetch=True,
        )
        if ended:
            self.env["integration.exception"]._close([row[0] for row in ended], why)

    def _job_process(self) -> str:
        """Job: work on one event that could not go with its batch.

        :raises RetryableJobError: it is to be tried again; attempts, error and log
            are committed before, because queue_job drops what a retried job wrote
        """
        self.ensure_one()
        event = self.sudo()
        if not event._lock_event():
            return "another job works on this message"
        try:
            seconds = event._process_alone()
        finally:
            self.env.cr.rollback()
            event._unlock_event()
        checkpoint(self.env)
        if seconds is not None:
            raise RetryableJobError(
                event.error or "trying again", seconds=int(seconds), ignore_retry=True
            )
        # The lane is free again: what waited behind it may go on, if anything did.
        event.connector_id._wake_ready()
        return event.state

    def _process_alone(self) -> float | None:
        """One attempt. Commits its outcome.

        :return: seconds until the next attempt, None when there is none
        """
        checkpoint(self.env)  # fresh snapshot under the lock
        self.invalidate_recordset()
        connector = self.connector_id
        if not self._is_held():
            return None
        if not connector._may_work():
            self._back_to_queue()
            return None
        pipeline = self.env["integration.pipeline"]
        rows = pipeline._rows(self.ids)
        checkpoint(self.env)  # no open snapshot while the peer is asked
        fresh = self._read_first(connector, rows)
        if not self._is_held():
            return None  # a person decided while the peer was asked
        try:
            pipeline._inbound(connector, rows, fresh=fresh, alone=True)
            checkpoint(self.env)
        except psycopg2.OperationalError as error:
            self.env.cr.rollback()
            if not connector._is_concurrency_error(error):
                raise
            return 1.0
        self.invalidate_recordset()
        if self.state != "retry":
            return None
        delay = (self.next_attempt - fields.Datetime.now()).total_seconds()
        return max(1.0, delay)

    def _is_held(self) -> bool:
        """Whether this message still waits for this job.

        A person may have ended it, or put it back so that a later job holds it.
        """
        self.invalidate_recordset(["state", "job_uuid"])
        job_uuid = self.env.context.get("job_uuid")
        return self.state == "retry" and job_uuid in (None, self.job_uuid)

    def _read_first(self, connector, rows: list[tuple]) -> dict:
        """Ask the peer for the object, if this message needs it.

        :return: event id → the source, or the error that reading it gave
        """
        adapter = connector._adapter()
        item = Item(*rows[0])
        if not item.entity or not (item.read_first or adapter._needs_fetch(item)):
            return {}
        try:
            source = adapter._fetch(connector, item.entity, item.external_id)
        except IntegrationError as error:
            source = error
        return {item.event_id: source}

    def _back_to_queue(self) -> None:
        """The connector stands still: the event waits in the queue, not in a job."""
        self.env.cr.execute(
            "UPDATE integration_event SET state = 'pending', job_uuid = NULL, "
            "next_attempt = NULL WHERE id = ANY(%s)",
            (self.ids,),
        )
        checkpoint(self.env)
        self.invalidate_recordset()

    def _job_process_failed(self, exc_name="", exc_message="", exc_info=""):
        """Queue job: the job itself broke; a person is told, nothing is lost."""
        for event in self.sudo().filtered(lambda e: e.state == "retry"):
            _logger.error("Message %s: job failed: %s", event.uuid, exc_name)
            event._give_up_unexpected()

    def _give_up_unexpected(self) -> None:
        """A fault of the program: the server log has it, a person gets the message."""
        self._give_up(
            "dead",
            "permanent",
            self.env._("Something unexpected happened while working on it."),
            self.env._("Nothing was booked. Retry it; if it fails again, report it."),
        )

    def _enqueue_fetch(self) -> None:
        """Enqueue the job that reads what these events wait for.

        One job a reference, however many wait; its argument is the event and nothing a
        peer has sent. Where single objects cannot be read, they wait for its message.
        """
        for event in self.sudo().filtered(lambda e: e._can_read_reference()):
            event.with_delay(
                priority=7,
                max_retries=0,
                channel=event.connector_id._channel(),
                identity_key=f"integration.fetch:{event.connector_id.id}:"
                f"{event.waiting_for}",
                description=event.waiting_for,
            )._job_fetch()

    def _can_read_reference(self) -> bool:
        """Whether reading what this message waits for can help."""
        entity, _colon, external_id = (self.waiting_for or "").partition(":")
        return self._is_worth_reading(entity, external_id)

    def _is_worth_reading(self, entity: str, external_id: str) -> bool:
        """Whether an object should be read for this message.

        The system must let it be read and a flow take it. What a message brings that
        is on its way, or waits itself, is not read again for each one that refers to
        it; should that message come to nothing, the sweeper reads it.
        """
        connector = self.connector_id
        if not connector._adapter()._can_fetch or entity not in connector._plans():
            return False
        self.env.cr.execute(
            """
            SELECT 1 FROM integration_event
             WHERE connector_id = %s AND entity = %s AND external_id = %s
               AND direction = 'in' AND state NOT IN ('done', 'skipped', 'cancelled')
             LIMIT 1
            """,
            (connector.id, entity, external_id),
        )
        return not self.env.cr.fetchone()

    def _job_fetch(self) -> str:
        """Job: read what this event waits for, and all else it refers to and lacks.

        Everything in one go: a document of fifteen unknown products would otherwise
        wait, be read for and be tried again fifteen times.
        """
        self.ensure_one()
        event = self.sudo()._who_waits()
        # Meanwhile it may wait for something else, which nobody can read.
        if event.state != "waiting" or not event._can_read_reference():
            return "nothing is to be read any more"
        awaited = event.waiting_for.split(":", 1)
        others = [ref for ref in event.missing or [] if ref != awaited]
        fetch = self.env["integration.fetch"]
        for entity, external_id in others[:MOST_READ]:
            if event._is_worth_reading(entity, external_id):
                fetch._run(event.connector_id, entity, external_id)
        # What it is woken by comes last: then the others are on their way.
        return fetch._run(event.connector_id, *awaited)

    def _who_waits(self):
        """Itself, or who waits for the same: it was overtaken by a newer message, or
        ended, and no second job reads what this one was to read."""
        self.ensure_one()
        names = [":".join(reference) for reference in self.missing or []]
        if self.state == "waiting" or not names:
            return self
        others = self.search(
            [
                ("connector_id", "=", self.connector_id.id),
                ("direction", "=", "in"),
                ("state", "=", "waiting"),
                ("waiting_for", "in", names),
            ],
            limit=1,
        )
        return others or self

    def _lock_event(self) -> bool:
        self.env.cr.execute(
            "SELECT pg_try_advisory_lock(%s, %s)", (EVENT_LOCK, self.id)
        )
        return self.env.cr.fetchone()[0]

    def _unlock_event(self) -> None:
        self.env.cr.execute("SELECT pg_advisory_unlock(%s, %s)", (EVENT_LOCK, self.id))

    # === OUTCOMES BY HAND === #

    def _to_review(self, message: str, hint: str) -> None:
        """A reference does not come: a person is asked about these events."""
        for event in self:
            cause = f"missing:{event.waiting_for}" if event.waiting_for else None
            event._give_up("review", "missing_reference", message, hint, cause)

    def _give_up(
        self, state: str, error_class: str, message: str, hint: str, cause=None
    ) -> None:
        """Stop working on these events and put them into somebody's list.

        :param cause: what they have in common with others, see `integration.exception`
        """
        self.sudo().write(
            {
                "state": state,
                "error_class": error_class,
                "error": message,
                "hint": hint,
                "waiting_for": False,
                "next_attempt": False,
            }
        )
        self._open_exceptions(cause)
        for event in self:
            self.env["integration.job.log"]._append(
                event.connector_id,
                [event._log_row("refuse", message, "error", error_class)],
            )

    def _file_set_aside(self) -> None:
        """List and log messages that intake set aside: unreadable, or a used id."""
        self._open_exceptions()
        for event in self.sudo():
            self.env["integration.job.log"]._append(
                event.connector_id,
                [event._log_row("refuse", event.error, "error", event.error_class)],
            )

    def _open_exceptions(self, cause: str | None = None) -> None:
        """Open the exception of each event from what the event says."""
        known = {"cause": cause} if cause else {}
        self.env["integration.exception"]._open(
            [
                known
                | {
                    "event_id": event.id,
                    "connector_id": event.connector_id.id,
                    "company_id": event.company_id.id,
                    "entity": event.entity,
                    "external_id": event.external_id,
                    "event_state": event.state,
                    "error_class": event.error_class,
                    "family": ERROR_CLASSES[event.error_class or "permanent"].family,
                    "message": event.error or event.display_name,
                    "path": event.error_path,
                    "hint": event.hint,
                    "amount": event.amount,
                    "currency_id": event.currency_id.id,
                    "user_id": event.connector_id.user_id.id,
                }
                for event in self.sudo()
            ]
        )

    def _log_row(
        self, operation: str, message: str, status="success", error_class=None
    ):
        """A sync log line about this event."""
        return {
            "operation": operation,
            "message": message,
            "status": status,
            "error_class": error_class,
            "direction": self.direction,
            "entity": self.entity or None,
            "external_id": self.external_id or None,
            "event_id": self.id,
            "correlation_id": self.correlation_id or None,
            "job_uuid": self.job_uuid or None,
        }

    @api.model
    def _finish_by_person(
        self, events, state: str, operation: str, reason: str
    ) -> None:
        """End events by a person's decision; logged with the person and the reason."""
        events.sudo().write(
            {
                "state": state,
                "finished_at": fields.Datetime.now(),
                "waiting_for": False,
                "next_attempt": False,
            }
        )
        self.env["integration.exception"]._close(events.ids, reason)
        for event in events.sudo():
            self.env["integration.job.log"]._append(
                event.connector_id,
                [dict(event._log_row(operation, reason), actor_id=self.env.uid)],
            )
