# Copyright 2026 Odoo Integration Suite contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl)
import uuid
from datetime import timedelta

from psycopg2.extras import Json, execute_values

from odoo import api, fields, models

from ...engine.errors import ERROR_CLASSES, MissingReferenceError
from ...messages import Outgoing
from ..inbound.intake import shard_of

DEFER = timedelta(seconds=2)
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
    "external_id": "varchar",
    "changed": "jsonb",
    "forced": "bool",
    "finished_at": "timestamp",
    "amount": "numeric",
    "currency_id": "int",
    "lane": "varchar",
    "model": "varchar",
    "res_id": "int",
    "shard": "int",
    "calling": "bool",
}
# A person may have ended it meanwhile; what is at its end stays as it is, and so does
# what is being sent, except for who sends it.
UPDATE = f"""
    UPDATE integration_event e
       SET {", ".join(f"{name} = v.{name}" for name in COLUMNS if name != "calling")}
      FROM (VALUES %s) AS v (id, {", ".join(COLUMNS)})
     WHERE e.id = v.id
       AND (e.state IN ('pending', 'retry') OR (e.state = 'sending' AND v.calling))
    RETURNING e.id
"""
TEMPLATE = f"(%s, {', '.join(f'%s::{kind}' for kind in COLUMNS.values())})"


class IntegrationOutgoing(models.AbstractModel):
    """How messages end: intent, outcome, log, exceptions, and who waited for them."""

    _inherit = "integration.outgoing"

    # === INTENT === #

    @api.model
    def _intend(self, item: Outgoing) -> bool:
        """Write down that this content is being sent; to be committed before the call.

        A new key each time: what was refused may be sent again. Only a call whose
        answer was lost is repeated with its own key (:meth:`_recall`).

        :return: False when the message is not to be sent any more
        """
        item.idempotency_key = str(uuid.uuid4())
        item.sent_at = fields.Datetime.now()
        body = self._pack(item)
        self.env.cr.execute(
            """
            UPDATE integration_event
               SET state = 'sending', idempotency_key = %s, sent_at = %s, body = %s,
                   body_size = %s, external_id = %s, next_attempt = NULL,
                   error_class = NULL, error = NULL, error_path = NULL, hint = NULL
             WHERE id = %s AND state IN ('pending', 'retry')
            """,
            (
                item.idempotency_key,
                item.sent_at,
                body,
                len(body),
                item.external_id or None,
                item.event_id,
            ),
        )
        item.calling = self.env.cr.rowcount == 1
        return item.calling

    @api.model
    def _recall(self, connector, item: Outgoing) -> None:
        """What an interrupted call was about; counts as an attempt."""
        content = self._unpack(item)
        item.calling = True
        item.flow = connector._out_plans().get(item.entity)
        item.values = content.get("request")
        item.record, item.keys = content["sent"], content["keys"]
        item.reference, item.stamps = content["reference"], content["stamps"]
        item.marks = content["marks"]
        item.links = (
            self.env["integration.external.id"]
            ._links_of(connector, item.entity, [(item.model, item.res_id)])
            .get((item.model, item.res_id), {})
        )
        item.link = item.links.get("")
        # sudo: its name, for the log. A deleted record has none.
        record = self.env[item.model].sudo().browse(item.res_id).exists()
        item.document_name = record.display_name or ""

    @api.model
    def _not_done(self, item: Outgoing) -> None:
        """The look-up says that the call never arrived: the message is new again."""
        self.env.cr.execute(
            "UPDATE integration_event SET state = 'retry', idempotency_key = NULL "
            "WHERE id = %s AND state = 'sending'",
            (item.event_id,),
        )
        item.state, item.calling, item.looked_up = "retry", False, False

    # === OUTCOME OF A CALL === #

    @api.model
    def _conclude(self, connector, item: Outgoing, alone: bool) -> bool:
        """What a call came to: binding, state, log; in one transaction."""
        if not item.outcome and item.written is not None:
            item.outcome = "done"
            self._bind(connector, item)
        return self._finish(connector, [item], alone)

    @api.model
    def _finish(self, connector, items: list[Outgoing], alone: bool) -> bool:
        """Write down how messages ended, or go on.

        :param alone: the message's own job runs and repeats it itself
        :return: whether messages were put back into the queue, or moved to another
        """
        items = self._drop(items)
        if not items:
            return False
        now = fields.Datetime.now()
        rows = {item.event_id: self._row(connector, item, now) for item in items}
        changed = execute_values(
            self.env.cr._obj,
            UPDATE,
            [
                (event_id, *(row.get(name) for name in COLUMNS))
                for event_id, row in rows.items()
            ],
            template=TEMPLATE,
            page_size=1000,
            fetch=True,
        )
        written = {row[0] for row in changed}
        items = [item for item in items if item.event_id in written]
        self._log(connector, items, rows, now)
        self.env["integration.event"].invalidate_model(flush=False)
        self._end_older(connector, items)
        self._follow_up(connector, items, rows, alone, now)
        woken = self._wake_waiting(connector, items)
        # What joins another lane may be another drain's.
        return woken or any(item.outcome == "move" for item in items)

    @api.model
    def _drop(self, items: list[Outgoing]) -> list[Outgoing]:
        """Forget what was never a message: a record of another entity of the model."""
        dropped = [item.event_id for item in items if item.outcome == "drop"]
        if dropped:
            self.env.cr.execute(
                "DELETE FROM integration_event WHERE id = ANY(%s) "
                "AND state IN ('pending', 'retry')",
                (dropped,),
            )
        return [item for item in items if item.outcome != "drop"]

    @api.model
    def _row(self, connector, item: Outgoing, now) -> dict:
        """New values of a message's row, by what became of it."""
        row = {
            "attempts": item.attempts,
            "external_id": item.external_id or None,
            "changed": Json(item.changed),
            "forced": item.forced,
            "amount": item.amount,
            "currency_id": item.currency_id,
            "lane": item.lane,
            "model": item.model,
            "res_id": item.res_id,
            "shard": shard_of(item.lane),
            "calling": item.calling,
        }
        if item.outcome == "done":
            return dict(row, state="done", finished_at=now)
        if item.outcome == "skip":
            return dict(row, state="skipped", skip_reason=item.reason, finished_at=now)
        if item.outcome == "move":
            return dict(row, state="pending")
        if item.outcome == "later":
            return dict(row, state="retry", next_attempt=now + DEFER)
        return row | self._failure(connector, item, now)

    @api.model
    def _failure(self, connector, item: Outgoing, now) -> dict:
        """Values of a message that was not sent: the class of its error decides."""
        error = item.error
        doubt = self._in_doubt(item)
        error_class = ERROR_CLASSES["unknown_outcome" if doubt else error.error_class]
        values = {
            "state": error_class.state,
            "error_class": error_class.name,
            "error": error.message[:2000],
            "error_path": error.path or None,
            "hint": error.hint or None,
            "attempts": item.attempts + error_class.counted,
        }
        if values["state"] in ("retry", "sending"):
            return self._retry(connector, item, values, now)
        if isinstance(error, MissingReferenceError):
            waiting_for = f"{error.entity}:{error.external_id}"
            return dict(
                values,
                waiting_for=waiting_for,
                missing=Json(error.details.get("missing") or []),
                next_attempt=now + timedelta(hours=item.flow.wait_hours),
            )
        return values

    @api.model
    def _in_doubt(self, item: Outgoing) -> bool:
        """Whether it is still unknown what came of a call whose answer was lost.

        Only an answer to the same call ends that: no look-up that failed, nothing that
        may pass, and nothing that was refused before it left this server.
        """
        if item.state != "sending":
            return False
        error_class = ERROR_CLASSES[item.error.error_class]
        may_pass = error_class.state in ("retry", "pending", "sending")
        status = item.error.details.get("status")
        unsent = error_class.name == "permanent" and status is None
        return item.looked_up or may_pass or unsent

    @api.model
    def _retry(self, connector, item: Outgoing, values: dict, now) -> dict:
        policy = self.env["integration.outcome"]._policy(connector)
        if not policy.exhausted(values["attempts"]):
            attempts = max(1, values["attempts"])
            seconds = policy.delay(attempts, item.error.retry_after)
            return dict(values, next_attempt=now + timedelta(seconds=seconds))
        if values["state"] == "sending":
            hint = self.env._(
                "Retry it when the system answers again: it is looked up there first. "
                "Or look yourself; if it arrived, link the record and skip the message."
            )
        else:
            hint = self.env._(
                "It was tried %(count)s times. Retry it when the cause is gone.",
                count=values["attempts"],
            )
        return dict(values, state="dead", hint=hint)

    # === LOG === #

    @api.model
    def _log(self, connector, items: list[Outgoing], rows: dict, now) -> None:
        """One line for each write, refusal and attempt; none where nothing was."""
        lines = []
        for item in items:
            line = self._log_line(item, rows[item.event_id])
            if line:
                sent = item.outcome == "done" and item.sent_at
                elapsed = (
                    int((now - item.sent_at).total_seconds() * 1000) if sent else 0
                )
                lines.append(
                    dict(
                        line,
                        direction="out",
                        entity=item.entity,
                        external_id=item.external_id or None,
                        event_id=item.event_id,
                        correlation_id=item.correlation_id or None,
                        duration_ms=elapsed,
                        amount=item.amount,
                        currency_id=item.currency_id,
                        model=item.model,
                        res_id=item.res_id,
                        document_name=item.document_name or None,
                        actor_id=connector.service_user_id.id,
                    )
                )
        self.env["integration.job.log"]._append(connector, lines)

    @api.model
    def _log_line(self, item: Outgoing, row: dict) -> dict | None:
        if item.outcome == "fail":
            goes_on = row["state"] in ("retry", "pending", "waiting", "sending")
            outcome = self.env["integration.outcome"]
            return {
                "operation": "attempt" if goes_on else "refuse",
                "status": "warning" if row["state"] == "waiting" else "error",
                "error_class": row["error_class"],
                "message": outcome._failure_message(item.error),
                "http_status": item.error.details.get("status"),
            }
        if item.outcome != "done" and item.reason not in ("shadow", "not_owner"):
            return None
        return {
            "operation": self._operation(item),
            "status": "warning" if item.notes else "success",
            "message": ". ".join([*self._summary(item), *item.notes]),
            "diff": item.diff,
        }

    @api.model
    def _operation(self, item: Outgoing) -> str:
        if item.reason == "not_owner":
            return "none"
        if item.deleted:
            return "delete"
        return "update" if item.link else "create"

    @api.model
    def _summary(self, item: Outgoing) -> list[str]:
        """What was sent, in a few words."""
        if item.reason == "not_owner":
            return [self.env._("Not sent: the other system owns what changed")]
        words = [self.env._("Compared only")] if item.reason == "shadow" else []
        if item.values is not None:
            words.append(self.env._("Change request"))
        names = ", ".join(item.keys[:6]) + (", …" if len(item.keys) > 6 else "")
        if item.keys:
            words.append(self.env._("Sent: %(fields)s", fields=names))
        return words or [item.document_name or item.external_id]
