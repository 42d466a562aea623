# Copyright 2026 Odoo Integration Suite contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl)
from datetime import timedelta

from psycopg2.extras import Json, execute_values

from odoo import api, fields, models

from ...const import ATTENTION_STATES
from ...engine.errors import ERROR_CLASSES, MissingReferenceError
from ...engine.retry import RetryPolicy
from ...messages import Item

COLUMNS = {
    "state": "varchar",
    "skip_reason": "varchar",
    "error_class": "varchar",
    "error": "varchar",
    "error_path": "varchar",
    "hint": "varchar",
    "attempts": "int",
    "next_attempt": "timestamp",
    "waiting_for": "varchar",
    "missing": "jsonb",
    "version": "varchar",
    "read_first": "bool",
    "finished_at": "timestamp",
    "model": "varchar",
    "res_id": "int",
    "amount": "numeric",
    "currency_id": "int",
}
UPDATE = f"""
    UPDATE integration_event e
       SET {", ".join(f"{name} = v.{name}" for name in COLUMNS)}
      FROM (VALUES %s) AS v (id, {", ".join(COLUMNS)})
     WHERE e.id = v.id
"""
TEMPLATE = f"(%s, {', '.join(f'%s::{kind}' for kind in COLUMNS.values())})"


class IntegrationOutcome(models.AbstractModel):
    """Writes down how a batch ended: states, log, exceptions, jobs that follow."""

    _name = "integration.outcome"
    _description = "Outcome"

    @api.model
    def _finish(self, connector, items: list[Item], alone: bool, elapsed: int) -> bool:
        """One statement a table, whatever the size of the batch.

        :param alone: the item's own job runs and repeats it itself
        :param elapsed: milliseconds an item
        :return: whether messages that waited were put back into the queue
        """
        now = fields.Datetime.now()
        rows = {item.event_id: self._row(connector, item, now) for item in items}
        self._break_circles(connector, items, rows)
        execute_values(
            self.env.cr._obj,
            UPDATE,
            [
                (event_id, *(row.get(name) for name in COLUMNS))
                for event_id, row in rows.items()
            ],
            template=TEMPLATE,
            page_size=1000,
        )
        self._touch_versions(connector, items)
        self._log(connector, items, rows, elapsed)
        self._exceptions(connector, items, rows)
        self.env["integration.event"].invalidate_model(flush=False)
        self._follow_up(connector, items, rows, alone)
        self._tell_waiting(connector, items)
        return self._wake_waiting(connector, items)

    @api.model
    def _finish_bulk(self, connector, items: list[Item], meta: dict, elapsed) -> int:
        """As :meth:`_finish` for the objects of a page.

        :return: how many failed and became events of their own
        """
        failed = [item for item in items if item.outcome in ("fail", "fetch")]
        fine = [item for item in items if item.outcome not in ("fail", "fetch")]
        self._touch_versions(connector, fine)
        self._log(connector, fine, {}, elapsed)
        self._end_older(connector, fine, {})
        if failed:
            intake = self.env["integration.intake"]
            fetch = self.env["integration.fetch"]
            messages = [fetch._message_of(item) for item in failed]
            # Stored as pending: the drain meets the same problem and files it as it
            # files every other, with its exception, its log line and its retries.
            stored = intake._store(connector._webhook_gate(), messages, meta)
            aside = [r["id"] for r in stored if r.get("state") == "quarantine"]
            self.env["integration.event"].browse(aside)._file_set_aside()
        self._tell_waiting(connector, fine)
        woken = self._wake_waiting(connector, fine)
        if failed or woken:
            connector._wake_all(together=True)
        return len(failed)

    # === STATES === #

    @api.model
    def _row(self, connector, item: Item, now) -> dict:
        """New values of an event row, by what became of the item."""
        row = {
            "attempts": item.attempts,
            "version": (item.source.version if item.source else "") or item.version,
            "model": item.model or None,
            "res_id": item.res_id or None,
            "amount": item.amount,
            "currency_id": item.currency_id,
            "read_first": False,
        }
        if item.outcome == "done":
            return dict(row, state="done", finished_at=now)
        if item.comes_back:
            # Tried by itself in the next batch, as if the two had come one by one.
            return dict(row, state="pending")
        if item.outcome == "skip":
            return dict(row, state="skipped", skip_reason=item.reason, finished_at=now)
        if item.outcome == "fetch":
            return dict(row, state="retry", next_attempt=now, read_first=True)
        return dict(row, **self._failure(connector, item, now))

    @api.model
    def _failure(self, connector, item: Item, now) -> dict:
        """Values of a failed item: the class of its error decides."""
        error = item.error
        error_class = ERROR_CLASSES[error.error_class]
        # Nothing was sent, so there is nothing to look up: it is simply tried again.
        state = "retry" if error_class.state == "sending" else error_class.state
        values = {
            "state": state,
            "error_class": error_class.name,
            "error": error.message[:2000],
            "error_path": error.path or None,
            "hint": error.hint or self._usual_hint(error.error_class) or None,
            "attempts": item.attempts + (1 if error_class.counted else 0),
            "read_first": item.read_first,
        }
        if state == "retry":
            return self._retry(connector, values, error, now)
        if isinstance(error, MissingReferenceError):
            return self._wait(item, values, error, now)
        return values

    @api.model
    def _usual_hint(self, error_class: str) -> str:
        """What to do where the error itself does not say it."""
        if error_class != "schema":
            return ""
        return self.env._(
            "Odoo is unchanged. Compare the field with the other system: if it is "
            "right there, let the object be sent or read again; otherwise skip the "
            "message."
        )

    @api.model
    def _retry(self, connector, values: dict, error, now) -> dict:
        policy = self._policy(connector)
        if policy.exhausted(values["attempts"]):
            values["state"] = "dead"
            values["hint"] = self.env._(
                "It was tried %(count)s times. Retry it when the cause is gone.",
                count=values["attempts"],
            )
            return values
        seconds = policy.delay(max(1, values["attempts"]), error.retry_after)
        return dict(values, next_attempt=now + timedelta(seconds=seconds))

    @api.model
    def _policy(self, connector) -> RetryPolicy:
        """Retry schedule of a connector's events."""
        return RetryPolicy(max_attempts=connector._adapter()._max_attempts)

    @api.model
    def _wait(self, item: Item, values: dict, error, now) -> dict:
        if item.flow.missing_reference == "review":
            return dict(values, state="review")
        return dict(
            values,
            waiting_for=f"{error.entity}:{error.external_id}",
            missing=Json(error.details.get("missing") or []),
            next_attempt=now + timedelta(hours=item.flow.wait_hours),
        )

    @api.model
    def _touch_versions(self, connector, items: list[Item]) -> None:
        """Equal content in a newer message: remember how new it is, so that what lies
        between, and arrives late, is known to be old."""
        newer = [
            (item.link.id, item.source.version)
            for item in items
            if item.outcome == "skip"
            and item.reason == "no_change"
            and item.link
            and item.source.version > (item.link.version or "")
        ]
        if newer:
            execute_values(
                self.env.cr._obj,
                "UPDATE integration_external_id x SET version = v.version "
                "FROM (VALUES %s) AS v (id, version) WHERE x.id = v.id",
                newer,
                page_size=1000,
            )

    # === LOG AND EXCEPTIONS === #

    @api.model
    def _log(self, connector, items: list[Item], rows: dict, elapsed: int) -> None:
        """One line for each change, refusal and attempt; none where nothing was."""
        lines = []
        for item in items:
            line = self._log_line(item, rows.get(item.event_id))
            if line:
                lines.append(
                    dict(
                        line,
                        direction="in",
                        entity=item.entity,
                        external_id=item.external_id,
                        event_id=item.event_id or None,
                        correlation_id=item.correlation_id,
                        duration_ms=elapsed,
                        amount=item.amount,
                        currency_id=item.currency_id,
                        actor_id=connector.service_user_id.id,
                    )
                )
        self.env["integration.job.log"]._append(connector, lines)

    @api.model
    def _log_line(self, item: Item, row: dict) -> dict | None:
        if item.outcome == "fail":
            attempt = row["state"] in ("retry", "pending", "waiting")
            return {
                "operation": "attempt" if attempt else "refuse",
                "status": "warning" if row["state"] == "waiting" else "error",
                "error_class": row["error_class"],
                "message": self._failure_message(item.error),
                "diff": item.conflicts,
                "http_status": item.error.details.get("status"),
            }
        written = item.outcome == "done" and item.operation != "none"
        if not written and item.reason != "shadow" and not item.notes:
            return None
        message = ". ".join([*self._summary(item), *item.notes])
        return {
            "operation": item.operation or "none",
            "status": "warning" if item.notes else "success",
            "message": message or item.document_name,
            "document_name": item.document_name or None,
            "model": item.model or None,
            "res_id": item.res_id or None,
            "diff": item.diff,
        }

    @api.model
    def _summary(self, item: Item) -> list[str]:
        """What was done, in a few words: which fields a change touched."""
        words = []
        if item.reason == "shadow":
            words.append(self.env._("Compared only"))
        if item.operation in ("update", "link") and item.diff:
            fields_of = self.env[item.model]._fields
            names = [
                fields_of[name]._description_string(self.env)
                if name in fields_of
                else name.replace(".", ": ")
                for name in list(item.diff)[:6]
            ]
            if len(item.diff) > 6:
                names.append("…")
            words.append(self.env._("Changed: %(fields)s", fields=", ".join(names)))
        return words

    @api.model
    def _failure_message(self, error) -> str:
        """The error, with the peer's own number of the request where there is one."""
        request_id = error.details.get("request_id")
        if not request_id:
            return str(error)
        return self.env._(
            "%(error)s (request %(request)s)", error=str(error), request=request_id
        )

    @api.model
    def _exceptions(self, connector, items: list[Item], rows: dict) -> None:
        """Open what waits for a person, close what a newer success made needless."""
        self.env["integration.exception"]._open(
            [
                {
                    "event_id": item.event_id,
                    "connector_id": connector.id,
                    "company_id": connector.company_id.id,
                    "entity": item.entity,
                    "external_id": item.external_id,
                    "event_state": rows[item.event_id]["state"],
                    "error_class": item.error.error_class,
                    "family": item.error.family,
                    "message": item.error.message,
                    "path": item.error.path or False,
                    "cause": cause_of(item.error),
                    "hint": rows[item.event_id]["hint"] or False,
                    "amount": item.amount or 0,
                    "currency_id": item.currency_id or False,
                    "user_id": connector.user_id.id,
                }
                for item in items
                if rows[item.event_id]["state"] in ATTENTION_STATES
            ]
        )
        self._end_older(connector, items, rows)


def cause_of(error) -> str | None:
    """What several failed messages may have in common, as a short text."""
    details = error.details
    if details.get("value_map"):
        return f"value_map:{details['value_map']}:{details.get('value')}"[:200]
    return details.get("cause")
