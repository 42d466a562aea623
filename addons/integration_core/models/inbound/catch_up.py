# Copyright 2026 Odoo Integration Suite contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl)
import time
from collections import Counter
from datetime import timedelta

from odoo import api, fields, models

from odoo.addons.queue_job.exception import RetryableJobError

from ...engine import trace
from ...engine.errors import (
    AuthenticationError,
    IntegrationError,
    RateLimitedError,
    TransientError,
    UnknownOutcomeError,
)
from ...messages import EventPage, Message
from ...transaction import checkpoint

BUDGET = 20.0  # seconds one job works before it hands over to the next
PAGE_SIZE = 100
RETRY_AFTER = 30  # seconds, where the peer does not say
KEPT_DAYS = 30  # runs that found nothing to take in

STATES = [
    ("running", "Running"),
    ("done", "Complete"),
    ("stopped", "Stopped"),
    ("failed", "Stopped by a problem"),
]


class IntegrationCatchUp(models.Model):
    """One run that asks a peer for the messages of a stretch of time.

    What the inbox does not know was missed and is stored, through the same intake and
    with the same unique id as a delivery; so a run may be repeated, killed, or meet the
    late delivery of the same message. A page, its counts and the place to go on are one
    transaction.
    """

    _name = "integration.catch.up"
    _description = "Catch-up"
    _order = "id desc"

    connector_id = fields.Many2one(
        "integration.connector",
        required=True,
        readonly=True,
        index=True,
        ondelete="cascade",
    )
    company_id = fields.Many2one(
        related="connector_id.company_id", store=True, index=True
    )
    state = fields.Selection(STATES, required=True, default="running", readonly=True)
    user_id = fields.Many2one(
        "res.users",
        string="Started by",
        readonly=True,
        help="Empty: the connector's schedule started it.",
    )
    since = fields.Datetime("From", required=True, readonly=True)
    until = fields.Datetime("To", required=True, readonly=True)
    cursor = fields.Char(readonly=True)
    seen = fields.Integer(
        default=0, readonly=True, help="Messages that the system had of this time."
    )
    known = fields.Integer(
        "Had arrived",
        default=0,
        readonly=True,
        help="Messages that were in the inbox already.",
    )
    missed = fields.Integer(
        default=0,
        readonly=True,
        help="Messages that had not arrived and were taken in now.",
    )
    set_aside = fields.Integer(
        default=0,
        readonly=True,
        help="Messages, among the missed ones, that a person must see.",
    )
    unwanted = fields.Integer(
        "Not wanted", default=0, readonly=True, help="Messages that no flow takes."
    )
    missed_types = fields.Json(readonly=True)
    missed_text = fields.Char("What was missed", compute="_compute_missed_text")
    note = fields.Char(readonly=True, help="What else was done.")
    message = fields.Char("Problem", readonly=True, help="What stands in the way.")
    correlation_id = fields.Char(
        "Trace",
        required=True,
        readonly=True,
        default=lambda self: trace.new_trace_id(),
    )
    started_at = fields.Datetime(
        "Started", required=True, readonly=True, default=fields.Datetime.now
    )
    ended_at = fields.Datetime("Ended", readonly=True)

    _one_at_a_time = models.UniqueIndex(
        "(connector_id) WHERE state = 'running'",
        "This connector is catching up already.",
    )

    # === COMPUTE METHODS === #

    @api.depends("connector_id", "started_at")
    def _compute_display_name(self):
        for run in self:
            moment = fields.Datetime.context_timestamp(run, run.started_at)
            run.display_name = f"{run.connector_id.name} {moment:%Y-%m-%d %H:%M}"

    @api.depends("missed_types")
    def _compute_missed_text(self):
        for run in self:
            # The most frequent first.
            counts = Counter(run.missed_types or {}).most_common()
            run.missed_text = ", ".join(f"{kind}: {count}" for kind, count in counts)

    # === ACTION METHODS === #

    def action_open_messages(self):
        """The messages that this run took in."""
        self.ensure_one()
        action = self.env["ir.actions.actions"]._for_xml_id(
            "integration_core.action_event"
        )
        domain = [
            ("connector_id", "=", self.connector_id.id),
            ("correlation_id", "=", self.correlation_id),
        ]
        return dict(action, domain=domain, context={})

    # === JOB === #

    def _enqueue(self) -> None:
        self.sudo().with_delay(
            priority=15,
            max_retries=0,
            channel=self.connector_id._channel(),
            identity_key=f"integration.catch_up:{self.id}",
            description=self.env._("Catch-up of %(name)s", name=self.connector_id.name),
        )._job_run()

    def _job_run(self) -> str:
        """Job: take page after page until the end, a standstill, or the time is up."""
        run = self.sudo()
        connector, deadline = run.connector_id, time.monotonic() + BUDGET
        while run.state == "running" and not connector._standstill_reason():
            if not run._take_page():
                break
            # A code change, or time for others: another job goes on.
            drain = self.env["integration.drain"]
            if not drain._take_in_changes(connector) or time.monotonic() > deadline:
                run._enqueue()
                break
        reason = connector._standstill_reason()
        if run.state == "running" and reason:
            run._end("stopped", reason)
        checkpoint(self.env)
        return f"{run.missed} of {run.seen} missed"

    def _job_run_failed(self, exc_name="", exc_message="", exc_info=""):
        """Queue job: the run broke; the next begins where the last good one ended."""
        self.sudo()._end("failed", self.env._("Something unexpected happened."))

    def _take_page(self) -> bool:
        """Ask for one page and take in what is missing of it.

        :return: whether there are more
        :raises RetryableJobError: the peer does not answer just now
        """
        connector = self.connector_id
        checkpoint(self.env)  # no open snapshot while the peer is asked
        try:
            page = connector._adapter()._missed(
                connector, self.since, self.until, self.cursor or "", PAGE_SIZE
            )
        except (TransientError, RateLimitedError, UnknownOutcomeError) as error:
            self.message = connector._explain(error)
            checkpoint(self.env)
            raise RetryableJobError(
                str(error),
                seconds=int(error.retry_after or RETRY_AFTER),
                ignore_retry=True,
            ) from error
        except AuthenticationError as error:
            connector._suspend(connector._explain(error))
            self._end("stopped", connector._explain(error))
            return False
        except IntegrationError as error:
            self._end("failed", connector._explain(error))
            return False
        checkpoint(self.env)  # a fresh snapshot: what arrived meanwhile is no conflict
        stored = self._take(page)
        if not page.cursor:
            self._end("done")
        checkpoint(self.env)
        if stored:
            connector._wake_all()
        return bool(page.cursor)

    def _take(self, page: EventPage) -> int:
        """Store what is missing and count; nothing is committed here.

        :return: how many messages were stored
        """
        gate = self.connector_id._webhook_gate()
        entities = self.connector_id._message_entities()
        wanted = [m for m in page.messages if _is_wanted(m, entities)]
        fresh = self._unknown(gate, wanted)
        meta = {"correlation_id": self.correlation_id, "headers": {}}
        intake = self.env["integration.intake"]
        results = intake._store(gate, fresh, meta) if fresh else []
        missed, aside = Counter(self.missed_types or {}), []
        for message, result in zip(fresh, results, strict=True):
            aside_id = result.get("aside_id")
            if result["status"] != "stored" and not aside_id:
                continue
            missed[message.event_type or message.source_type or "?"] += 1
            if aside_id or result["state"] == "quarantine":
                aside.append(aside_id or result["id"])
        count = missed.total() - self.missed
        self.write(
            {
                "seen": self.seen + len(page.messages),
                "known": self.known + len(wanted) - count,
                "missed": self.missed + count,
                "missed_types": dict(missed),
                "set_aside": self.set_aside + len(aside),
                "unwanted": self.unwanted + len(page.messages) - len(wanted),
                "cursor": page.cursor or False,
                "message": False,
            }
        )
        self.env["integration.event"].browse(aside)._file_set_aside()
        return count

    @api.model
    def _unknown(self, gate, messages: list[Message]) -> list[Message]:
        """Those that the inbox does not have: nearly all are there, and to build rows
        only to have them refused would encrypt every body again."""
        if not messages:
            return []
        known = self.env["integration.intake"]._known(gate, messages)
        return [
            message
            for message in messages
            if message.source_event_id not in known
            or (known[message.source_event_id][1] or "") != message.fingerprint
        ]

    # === THE END === #

    def _end(self, state: str, message: str = "") -> None:
        """Close the run; a complete one moves the connector's watermark."""
        self.ensure_one()
        again = state == "failed" and self._failed_before(message)
        self.write(
            {
                "state": state,
                "message": message or False,
                "ended_at": fields.Datetime.now(),
            }
        )
        # Before another run of the connector is inserted: there is one at a time.
        self.flush_recordset(["state"])
        if state == "done":
            self.connector_id.catch_up_until = self.until
        if state == "failed" and not again:
            self._tell_responsible()
        # A log that says every hour that nothing happened is not read.
        if self.missed or self.user_id or self.note or (message and not again):
            self._log_end()

    def _failed_before(self, message: str) -> bool:
        """Whether the run before ended with the same problem."""
        before = self.search(
            [("connector_id", "=", self.connector_id.id), ("id", "<", self.id)], limit=1
        )
        return before.state == "failed" and before.message == message

    def _log_end(self) -> None:
        parts = [
            self.env._(
                "Catch-up: %(seen)s messages looked at, %(missed)s were missed.",
                seen=self.seen,
                missed=self.missed,
            ),
            self.missed_text and f"{self.missed_text}.",
            self.note,
            self.message,
        ]
        done = "warning" if self.missed else "success"
        self.connector_id._log(
            "configure",
            " ".join(part for part in parts if part),
            status=done if self.state == "done" else "error",
            actor_id=self.user_id.id or self.env.uid,
            correlation_id=self.correlation_id,
        )

    def _tell_responsible(self) -> None:
        connector = self.connector_id
        if connector.user_id:
            connector.activity_schedule(
                "mail.mail_activity_data_warning",
                date_deadline=fields.Date.context_today(connector),
                summary=self.env._("Missed messages cannot be looked for"),
                note=self.message,
                user_id=connector.user_id.id,
            )

    # === UPKEEP === #

    @api.model
    def _restart_dead(self) -> None:
        """Runs whose job is gone go on where they were; those that must not, end."""
        self.flush_model(["state"])
        self.env.cr.execute(
            """
            SELECT r.id FROM integration_catch_up r
             WHERE r.state = 'running'
               AND NOT EXISTS (
                   SELECT 1 FROM queue_job j
                    WHERE j.identity_key = 'integration.catch_up:' || r.id
                      AND j.state NOT IN ('done', 'failed', 'cancelled'))
            """
        )
        for run in self.browse([row[0] for row in self.env.cr.fetchall()]):
            reason = run.connector_id._standstill_reason()
            if reason:
                run._end("stopped", reason)
            else:
                run._enqueue()

    @api.autovacuum
    def _gc_without_findings(self):
        """Forget old runs of the schedule that found nothing."""
        limit = fields.Datetime.now() - timedelta(days=KEPT_DAYS)
        self.search(
            [
                ("started_at", "<", limit),
                ("state", "!=", "running"),
                ("missed", "=", 0),
                ("user_id", "=", False),
                ("note", "=", False),
            ]
        ).unlink()


def _is_wanted(message: Message, entities: frozenset) -> bool:
    """Whether a flow takes it, or a person must see it because nobody can read it."""
    return message.entity in entities or bool(message.error and not message.entity)
