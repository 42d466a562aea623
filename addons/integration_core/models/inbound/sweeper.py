# Copyright 2026 Odoo Integration Suite contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl)
from datetime import timedelta

from psycopg2 import errors

from odoo import api, fields, models

from ...engine.masking import masked_logger

_logger = masked_logger(__name__)

STRANDED_AFTER = timedelta(seconds=15)
DEAD_JOB_AFTER = timedelta(seconds=90)
LIMIT = 500
# Somebody worked on the same rows: no fault, and the next minute is soon enough.
CONFLICTS = (errors.SerializationFailure, errors.DeadlockDetected)


class IntegrationSweeper(models.AbstractModel):
    """Finds what a crash left behind, every minute: nothing is ever lost.

    Not needed in the ordinary course. It covers: a process killed between storing a
    message and waking its drain, a deleted or failed job, a reference that was bound
    while a message went to wait for it, and a wait past its deadline.
    """

    _name = "integration.sweeper"
    _description = "Sweeper"

    @api.model
    def _cron_sweep(self):
        """Cron: each part in its own transaction."""
        for part in (
            self._wake_stranded,
            self._restart_retries,
            self._settle_sending,
            self._wake_waiting,
            self._expire_waiting,
            self._fetch_waiting,
            self._open_missing_exceptions,
            self._restart_loads,
        ):
            try:
                part()
            except Exception as error:
                # What breaks one part must not stop the others.
                if isinstance(error, CONFLICTS):
                    _logger.info("Sweeper: %s, in a minute again", part.__name__)
                else:
                    _logger.exception("Sweeper: %s", part.__name__)
                self.env.cr.rollback()
                self.env.invalidate_all(flush=False)
            self.env["ir.cron"]._commit_progress(1)

    @api.model
    def _wake_stranded(self) -> None:
        """Messages in the queue, of either way, that no job is going to take."""
        self.env.cr.execute(
            """
            SELECT DISTINCT connector_id FROM integration_event
             WHERE state = 'pending' AND received_at < %s
            """,
            (fields.Datetime.now() - STRANDED_AFTER,),
        )
        ids = [row[0] for row in self.env.cr.fetchall()]
        self.env["integration.connector"].browse(ids).exists()._wake_all()

    @api.model
    def _restart_retries(self) -> None:
        """Retries whose job is gone, failed, or never came back from a crash."""
        self.env.cr.execute(
            """
            SELECT e.id FROM integration_event e
              LEFT JOIN queue_job j ON j.uuid = e.job_uuid
             WHERE e.state = 'retry'
               AND COALESCE(e.next_attempt, e.received_at) < %s
               AND (j.id IS NULL OR j.state IN ('failed', 'cancelled', 'done'))
             LIMIT %s
            """,
            (fields.Datetime.now() - DEAD_JOB_AFTER, LIMIT),
        )
        ids = [row[0] for row in self.env.cr.fetchall()]
        self.env["integration.event"].browse(ids)._enqueue_process()

    @api.model
    def _settle_sending(self) -> None:
        """Calls that were cut off: first it is found out whether they arrived."""
        events = self.env["integration.event"]
        events.browse(events._stuck(LIMIT))._enqueue_process()

    @api.model
    def _wake_waiting(self) -> None:
        """Messages whose reference was bound at the moment they went to wait."""
        self.env.cr.execute(
            """
            UPDATE integration_event e
               SET state = 'pending', waiting_for = NULL, next_attempt = NULL
              FROM integration_external_id x
             WHERE e.state = 'waiting' AND x.connector_id = e.connector_id
               AND x.role = '' AND x.entity = split_part(e.waiting_for, ':', 1)
               AND x.external_id = substr(
                   e.waiting_for, strpos(e.waiting_for, ':') + 1)
            RETURNING e.connector_id
            """
        )
        ids = {row[0] for row in self.env.cr.fetchall()}
        self.env.cr.execute(
            """
            UPDATE integration_event e
               SET state = 'pending', waiting_for = NULL, next_attempt = NULL
              FROM integration_external_id x
             WHERE e.state = 'waiting' AND e.direction = 'out'
               AND x.connector_id = e.connector_id AND x.role = ''
               AND x.entity = split_part(e.waiting_for, ':', 1)
               AND x.model = substring(e.waiting_for FROM ':(.+),')
               AND x.res_id = substring(e.waiting_for FROM ',([0-9]+)$')::int
            RETURNING e.connector_id
            """
        )
        ids |= {row[0] for row in self.env.cr.fetchall()}
        self.env["integration.connector"].browse(sorted(ids))._wake_all()

    @api.model
    def _expire_waiting(self) -> None:
        """Messages that waited too long: a person is asked."""
        events = self.env["integration.event"].search(
            [("state", "=", "waiting"), ("next_attempt", "<", fields.Datetime.now())],
            limit=LIMIT,
        )
        for event in events:
            event._to_review(
                self.env._(
                    "It refers to %(reference)s, which did not arrive in time.",
                    reference=event.waiting_for,
                ),
                self.env._("Check whether it exists in the system, then retry."),
            )

    @api.model
    def _fetch_waiting(self) -> None:
        """References that should be read, but no job is going to and none came in.

        One that was read and left aside (filtered, compared only) is not read for ever:
        its deadline asks a person.
        """
        self.env.cr.execute(
            """
            SELECT min(e.id) FROM integration_event e
              JOIN integration_flow f ON f.connector_id = e.connector_id
               AND f.entity = e.entity AND f.direction = 'in'
               AND f.missing_reference = 'fetch'
             WHERE e.state = 'waiting' AND e.direction = 'in' AND e.received_at < %s
               AND NOT EXISTS (
                   SELECT 1 FROM integration_event o
                    WHERE o.connector_id = e.connector_id
                      AND o.lane = e.waiting_for
                      AND o.entity = split_part(e.waiting_for, ':', 1)
                      AND o.external_id = substr(
                          e.waiting_for, strpos(e.waiting_for, ':') + 1)
                      AND (o.state NOT IN ('done', 'skipped', 'cancelled')
                           OR (o.source_type = 'poll.' || o.entity
                               AND o.received_at > e.received_at)))
             GROUP BY e.connector_id, e.waiting_for
             LIMIT %s
            """,
            (fields.Datetime.now() - DEAD_JOB_AFTER, LIMIT),
        )
        ids = [row[0] for row in self.env.cr.fetchall()]
        events = self.env["integration.event"].browse(ids)
        events.filtered(lambda e: e.connector_id._may_work())._enqueue_fetch()

    @api.model
    def _open_missing_exceptions(self) -> None:
        """Messages that wait for a person but are in nobody's list."""
        self.env.cr.execute(
            """
            SELECT e.id FROM integration_event e
             WHERE e.state IN ('review', 'dead', 'quarantine')
               AND NOT EXISTS (SELECT 1 FROM integration_exception x
                                WHERE x.event_id = e.id AND x.state = 'open')
             LIMIT %s
            """,
            (LIMIT,),
        )
        ids = [row[0] for row in self.env.cr.fetchall()]
        self.env["integration.event"].browse(ids)._open_exceptions()

    @api.model
    def _restart_loads(self) -> None:
        """Loads whose job is gone: they go on, or stop as they were asked to."""
        self.env["integration.flow"].flush_model(["load_state"])
        self.env.cr.execute(
            """
            SELECT f.id FROM integration_flow f
             WHERE f.load_state IN ('running', 'stopping')
               AND NOT EXISTS (
                   SELECT 1 FROM queue_job j
                    WHERE j.identity_key = 'integration.load:' || f.id
                      AND j.state NOT IN ('done', 'failed', 'cancelled'))
            """
        )
        for flow in self.env["integration.flow"].browse(
            [row[0] for row in self.env.cr.fetchall()]
        ):
            flow._enqueue_load()
