# Copyright 2026 Odoo Integration Suite contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl)
from odoo import api, fields, models
from odoo.exceptions import UserError

from odoo.addons.queue_job.exception import RetryableJobError

from ... import settings
from ...engine.errors import UnknownOutcomeError
from ...engine.masking import masked_logger
from ...messages import Outgoing
from ...transaction import checkpoint, fresh_snapshot, is_outage
from .event_work import EVENT_LOCK

_logger = masked_logger(__name__)


class IntegrationEvent(models.Model):
    """An outgoing message and its own job."""

    _inherit = "integration.event"

    changed = fields.Json(
        readonly=True, help="Fields that changed in Odoo; the record is read when sent."
    )
    sent_at = fields.Datetime(
        readonly=True, help="When the last attempt to send it began."
    )

    # Who holds a lane of the way out, and what newer messages make needless.
    _out_lane = models.Index(
        "(connector_id, lane) WHERE direction = 'out' AND "
        "state IN ('retry', 'sending', 'waiting', 'review', 'dead', 'quarantine')"
    )

    def _own_job(self) -> str:
        """Override: an outgoing message is sent."""
        return "_job_send" if self.direction == "out" else super()._own_job()

    def _job_send(self) -> str:
        """Job: send one message that could not go with its batch.

        :raises RetryableJobError: it is to be tried again
        """
        self.ensure_one()
        event = self.sudo()
        if not event._lock_event():
            return "another job works on this message"
        try:
            seconds = self.env["integration.send"]._alone(event)
        finally:
            fresh_snapshot(self.env)
            event._unlock_event()
        checkpoint(self.env)
        if seconds is not None:
            raise RetryableJobError(
                event.error or "trying again", seconds=int(seconds), ignore_retry=True
            )
        event.connector_id._wake_all()
        return event.state

    def _is_held_out(self) -> bool:
        """Whether this message still waits for this job."""
        job_uuid = self.env.context.get("job_uuid")
        return self.state in ("retry", "sending") and (
            job_uuid in (None, self.job_uuid)
        )

    def _job_send_failed(self, exc_name="", exc_message="", exc_info=""):
        """Queue job: the job itself broke. What was being sent is looked up again."""
        for event in self.sudo().filtered(lambda e: e.state in ("retry", "sending")):
            if event.state == "sending" or is_outage(exc_name):
                _logger.warning("Message %s: job failed: %s", event.uuid, exc_name)
                event._send_again()
            else:
                event._give_up_unexpected()

    def _send_again(self) -> None:
        """As after any other lost answer: later, and not for ever."""
        for row in self.env["integration.send"]._rows(self.ids):
            item = Outgoing(*row)
            connector = self.browse(item.event_id).connector_id
            item.flow = connector._out_plans().get(item.entity)
            item.calling = item.state == "sending"
            item.fail(UnknownOutcomeError(self.env._("Sending it was interrupted.")))
            self.env["integration.outgoing"]._finish(connector, [item], False)

    def action_retry(self):
        """Override: a message that is just being sent cannot be put back."""
        if any(e.direction == "out" and e.state == "sending" for e in self):
            raise UserError(
                self.env._(
                    "It is being sent, and whether it arrived is looked up. "
                    "Wait until that is known."
                )
            )
        # What may have arrived is not new: first it is found out, as after a crash.
        doubtful = self.sudo().filtered(
            lambda e: (
                e.direction == "out"
                and e.state == "dead"
                and e.error_class == "unknown_outcome"
                and e.idempotency_key
            )
        )
        result = super().action_retry()
        doubtful.write({"state": "sending"})
        doubtful._enqueue_process()
        return result

    @api.model
    def _stuck(self, limit: int) -> list[int]:
        """Messages in state sending that nobody works on: their outcome is unknown.

        Only of connectors that may work: the others' come up when they do again.
        """
        self.env.cr.execute(
            """
            SELECT id FROM (
                SELECT e.id FROM integration_event e
                  JOIN integration_connector c ON c.id = e.connector_id
                   AND c.state = 'active' AND c.environment = %s
                  LEFT JOIN queue_job j ON j.uuid = e.job_uuid
                 WHERE e.state = 'sending' AND e.direction = 'out'
                   AND (j.id IS NULL OR j.state IN ('failed', 'cancelled', 'done'))
                 ORDER BY e.id LIMIT %s) s
             WHERE pg_try_advisory_xact_lock(%s, s.id)
            """,
            (settings.current_environment(), limit, EVENT_LOCK),
        )
        return [row[0] for row in self.env.cr.fetchall()]
