# Copyright 2026 Odoo Integration Suite contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl)
import time
from decimal import Decimal

import psycopg2

from odoo import api, models

from ... import settings
from ...const import ATTENTION_STATES
from ...engine.exposition import Family, render
from ...engine.masking import masked_logger

_logger = masked_logger(__name__)

# A figure that is not there in time is left out; the others are told all the same.
STATEMENT_TIMEOUT = 2000  # milliseconds
UNFINISHED = ("pending", "retry", "waiting", "sending", *ATTENTION_STATES)

CONNECTORS = """
    SELECT c.id, c.name, c.system, c.environment, co.name, c.state,
           c.webhook_checked_at IS NOT NULL, c.webhook_problem IS NULL,
           EXTRACT(epoch FROM c.catch_up_until),
           (SELECT EXTRACT(epoch FROM finished_at) FROM integration_event
             WHERE connector_id = c.id AND state = 'done' ORDER BY id DESC LIMIT 1),
           (SELECT COALESCE(sum(missed), 0) FROM integration_catch_up
             WHERE connector_id = c.id
               AND started_at >= now() AT TIME ZONE 'UTC' - interval '1 day')
      FROM integration_connector c
      JOIN res_company co ON co.id = c.company_id
     WHERE c.active AND c.state <> 'retired'
"""
# One branch for each partial index of the table, so that none of what is finished is
# read, however much of it there is.
QUEUE = """
    SELECT connector_id, direction, entity, state, count(*), sum(attempts),
           EXTRACT(epoch FROM now() AT TIME ZONE 'UTC' - min(received_at))
      FROM (SELECT connector_id, direction, entity, state, attempts, received_at
              FROM integration_event WHERE state = 'pending'
            UNION ALL
            SELECT connector_id, direction, entity, state, attempts, received_at
              FROM integration_event WHERE state IN ('retry', 'waiting', 'sending')
            UNION ALL
            SELECT connector_id, direction, entity, state, attempts, received_at
              FROM integration_event WHERE state IN ('review', 'dead', 'quarantine')
           ) e
     GROUP BY connector_id, direction, entity, state
"""
FLOWS = """
    SELECT connector_id, entity, direction, mode, slo_seconds
      FROM integration_flow
     WHERE connector_id IN (SELECT id FROM integration_connector
                             WHERE active AND state <> 'retired')
"""
LAST_HOUR = """
    SELECT connector_id, direction, state, count(*)
      FROM integration_event
     WHERE received_at >= now() AT TIME ZONE 'UTC' - interval '1 hour'
     GROUP BY connector_id, direction, state
"""
EXCEPTIONS = """
    SELECT x.connector_id, x.error_class, x.family, c.name, count(*),
           count(*) FILTER (WHERE x.user_id IS NULL),
           COALESCE(sum(x.amount), 0)::text,
           EXTRACT(epoch FROM now() AT TIME ZONE 'UTC' - min(x.opened_at))
      FROM integration_exception x
      LEFT JOIN res_currency c ON c.id = x.currency_id
     WHERE x.state = 'open'
     GROUP BY x.connector_id, x.error_class, x.family, c.name
"""
LOG = """
    SELECT connector_id, direction, operation, status, count(*)
      FROM integration_job_log
     WHERE create_date >= now() AT TIME ZONE 'UTC' - interval '1 hour'
     GROUP BY connector_id, direction, operation, status
"""
JOBS = """
    SELECT state, count(*),
           EXTRACT(epoch FROM now() AT TIME ZONE 'UTC' - min(date_created)
                   FILTER (WHERE eta IS NULL OR eta < now() AT TIME ZONE 'UTC'))
      FROM queue_job
     WHERE state IN ('wait_dependencies', 'pending', 'enqueued', 'started', 'failed')
       AND channel LIKE 'root.integration%'
     GROUP BY state
"""
APPROVALS = """
    SELECT action, count(*),
           EXTRACT(epoch FROM now() AT TIME ZONE 'UTC' - min(create_date))
      FROM integration_approval WHERE state = 'requested' GROUP BY action
"""


class IntegrationEvent(models.Model):
    """What the figures of the last hour are found by."""

    _inherit = "integration.event"

    # Rows are appended in the order of their arrival: a few kilobytes, and next to no
    # work for those who insert.
    _by_arrival = models.Index("USING brin (received_at) WITH (autosummarize = on)")


class IntegrationMetrics(models.AbstractModel):
    """The hub in figures, read from the database whenever somebody asks.

    Nothing is counted in a process, so every worker says the same and a restart loses
    nothing. Labels are ids, states and codes: nothing of a person or a message.
    """

    _name = "integration.metrics"
    _description = "Metrics"

    @api.model
    def _text(self) -> str:
        """All figures in the text format of Prometheus.

        Their number of statements does not depend on how many connectors, flows or
        messages there are.
        """
        started = time.monotonic()
        failed = Family(
            "integration_scrape_failed",
            "1 where these figures could not be read in time.",
        )
        families = []
        self.env.flush_all()
        self.env.cr.execute("SET LOCAL statement_timeout = %s", (STATEMENT_TIMEOUT,))
        for name, collect in self._parts().items():
            try:
                with self.env.cr.savepoint(flush=False):
                    families += collect()
            except psycopg2.Error as error:
                _logger.warning("Metrics: %s: %s", name, error)
                failed.add(1, part=name)
            else:
                failed.add(0, part=name)
        duration = Family(
            "integration_scrape_seconds", "How long reading these figures took."
        )
        duration.add(round(time.monotonic() - started, 4))
        return render([*families, failed, duration])

    @api.model
    def _parts(self) -> dict:
        """Name → method that returns families; a domain addon adds its own.

        Each costs a fixed number of statements, reads nothing of people, and uses an
        index: it runs every few seconds for ever.
        """
        return {
            "connectors": self._connectors,
            "queue": self._queue,
            "last_hour": self._last_hour,
            "exceptions": self._exceptions,
            "log": self._log,
            "jobs": self._jobs,
            "approvals": self._approvals,
        }

    def _rows(self, statement: str, *params) -> list[tuple]:
        self.env.cr.execute(statement, params or None)
        return self.env.cr.fetchall()

    # === PARTS === #

    @api.model
    def _connectors(self) -> list[Family]:
        info = Family(
            "integration_connector_info", "What a connector is; always 1, to join by."
        )
        up = Family(
            "integration_connector_up",
            "1 while the connector works: active, and on the server it belongs to.",
        )
        webhook = Family(
            "integration_webhook_ok",
            "1 if the webhook was right at its last check at the system.",
        )
        complete = Family(
            "integration_catch_up_complete_timestamp_seconds",
            "Every message the system made until then is known to be here.",
        )
        missed = Family(
            "integration_catch_up_missed_day",
            "Messages of the last day that had not arrived and were fetched.",
        )
        success = Family(
            "integration_last_success_timestamp_seconds",
            "When a message was last applied.",
        )
        current = settings.current_environment()
        for row in self._rows(CONNECTORS):
            connector, name, system, environment, company, state = row[:6]
            checked, fine, until, last, gaps = row[6:]
            info.add(
                1,
                connector=connector,
                name=name,
                system=system,
                environment=environment,
                company=company,
                state=state,
            )
            works = state == "active" and environment == current
            up.add(int(works), connector=connector)
            missed.add(int(gaps), connector=connector)
            if checked:
                webhook.add(int(fine), connector=connector)
            if until is not None:
                complete.add(int(until), connector=connector)
            if last is not None:
                success.add(int(last), connector=connector)
        return [info, up, webhook, complete, missed, success]

    @api.model
    def _queue(self) -> list[Family]:
        """Messages that are not finished, and how late each flow is."""
        messages = Family(
            "integration_messages", "Messages that are not finished, by state."
        )
        oldest = Family(
            "integration_message_oldest_seconds",
            "Age of the oldest message in a state.",
        )
        retries = Family(
            "integration_retry_attempts",
            "Attempts made so far for the messages that are being tried again.",
        )
        behind = Family(
            "integration_flow_behind_seconds",
            "Age of the oldest message in the queue of a flow.",
        )
        promised = Family(
            "integration_flow_slo_seconds", "How old that may be; 0: no promise."
        )
        flows = self._rows(FLOWS)
        for connector, direction in {(row[0], row[2]) for row in flows}:
            for state in UNFINISHED:
                where = {"direction": direction, "state": state}
                messages.add(0, connector=connector, **where)
            retries.add(0, connector=connector, direction=direction)
        lags, ages = {}, {}
        for connector, direction, entity, state, count, tries, age in self._rows(QUEUE):
            where = {"connector": connector, "direction": direction}
            messages.add(count, state=state, **where)
            key = connector, direction, state
            ages[key] = max(ages.get(key, 0), int(age or 0))
            if state == "retry":
                retries.add(int(tries or 0), **where)
            if state == "pending":
                lags[connector, entity, direction] = max(int(age or 0), 0)
        for (connector, direction, state), age in ages.items():
            oldest.add(
                max(age, 0), connector=connector, direction=direction, state=state
            )
        for connector, entity, direction, mode, slo in flows:
            where = {"connector": connector, "entity": entity, "direction": direction}
            lag = lags.get((connector, entity, direction), 0)
            behind.add(lag, mode=mode, **where)
            promised.add(slo or 0, mode=mode, **where)
        return [messages, oldest, retries, behind, promised]

    @api.model
    def _last_hour(self) -> list[Family]:
        """What arrived lately, and what has become of it by now."""
        family = Family(
            "integration_messages_last_hour",
            "Messages that arrived within the last hour, by what they are now.",
        )
        for connector, direction, state, count in self._rows(LAST_HOUR):
            family.add(count, connector=connector, direction=direction, state=state)
        return [family]

    @api.model
    def _exceptions(self) -> list[Family]:
        waiting = Family(
            "integration_exceptions_open", "Messages that wait for a person."
        )
        free = Family(
            "integration_exceptions_unassigned", "Of those, what nobody takes care of."
        )
        blocked = Family(
            "integration_exceptions_blocked_amount",
            "Amounts that wait with them, by currency.",
        )
        oldest = Family(
            "integration_exceptions_oldest_seconds",
            "How long the oldest waits for a person.",
        )
        ages = {}
        for row in self._rows(EXCEPTIONS):
            connector, error_class, kind, currency, count, unassigned, amount, age = row
            where = {"connector": connector, "error_class": error_class}
            waiting.add(count, family=kind, **where)
            free.add(unassigned, connector=connector)
            if currency:
                blocked.add(Decimal(amount), currency=currency, **where)
            ages[connector] = max(ages.get(connector, 0), int(age))
        for connector, age in ages.items():
            oldest.add(age, connector=connector)
        return [waiting, free, blocked, oldest]

    @api.model
    def _log(self) -> list[Family]:
        family = Family(
            "integration_log_lines_last_hour", "Lines of the sync log of the last hour."
        )
        for connector, direction, operation, status, count in self._rows(LOG):
            family.add(
                count,
                connector=connector,
                direction=direction,
                operation=operation,
                status=status,
            )
        return [family]

    @api.model
    def _jobs(self) -> list[Family]:
        jobs = Family("integration_jobs", "Jobs that are not finished, by state.")
        oldest = Family(
            "integration_job_oldest_seconds", "Age of the oldest job that is due."
        )
        swept = Family(
            "integration_sweeper_silence_seconds",
            "Since the sweeper ran; it runs every minute where jobs are worked on.",
        )
        for state, count, age in self._rows(JOBS):
            jobs.add(count, state=state)
            if age is not None and state in ("pending", "enqueued"):
                oldest.add(max(int(age), 0), state=state)
        silence = self._rows(
            "SELECT EXTRACT(epoch FROM now() AT TIME ZONE 'UTC' - lastcall) "
            "FROM ir_cron WHERE id = %s AND lastcall IS NOT NULL",
            self.env["ir.model.data"]._xmlid_to_res_id("integration_core.cron_sweep"),
        )
        for (seconds,) in silence:
            swept.add(int(seconds))
        return [jobs, oldest, swept]

    @api.model
    def _approvals(self) -> list[Family]:
        waiting = Family(
            "integration_approvals_waiting", "Requests that wait for a second person."
        )
        oldest = Family(
            "integration_approvals_oldest_seconds", "How long the oldest waits."
        )
        for action, count, age in self._rows(APPROVALS):
            waiting.add(count, action=action)
            oldest.add(max(int(age), 0), action=action)
        return [waiting, oldest]
