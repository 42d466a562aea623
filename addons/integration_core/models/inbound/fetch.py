# Copyright 2026 Odoo Integration Suite contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl)
from odoo import api, fields, models

from odoo.addons.queue_job.exception import RetryableJobError

from ...engine import strict_json, trace
from ...engine.errors import (
    AuthenticationError,
    IntegrationError,
    RateLimitedError,
    TransientError,
)
from ...messages import POLL, Message, Source
from ...transaction import checkpoint

# What a source has only now and then; kept with its message where it has it.
MARKS = ("reference", "merged_into")


class IntegrationFetch(models.AbstractModel):
    """Reads single objects from a peer into the inbox."""

    _name = "integration.fetch"
    _description = "Fetch"

    @api.model
    def _run(self, connector, entity: str, external_id: str) -> str:
        """Read one object and store it as a message; the drain does the rest.

        :raises RetryableJobError: the peer does not answer just now
        """
        if not connector._may_work():
            return "the connector stands still"
        try:
            source = connector._adapter()._fetch(connector, entity, external_id)
        except (TransientError, RateLimitedError) as error:
            raise RetryableJobError(
                str(error), seconds=int(error.retry_after or 30), ignore_retry=True
            ) from error
        except AuthenticationError as error:
            connector._suspend(connector._explain(error))
            return str(error)
        except IntegrationError as error:
            connector._log(
                "attempt",
                str(error),
                status="error",
                error_class=error.error_class,
                direction="in",
                entity=entity,
                external_id=external_id,
            )
            self._tell_waiting(connector, entity, external_id, error)
            return str(error)
        self._store(connector, entity, external_id, source)
        checkpoint(self.env)
        connector._wake_all()
        return f"read {entity} {external_id}"

    @api.model
    def _store(self, connector, entity: str, external_id: str, source: Source) -> None:
        """Put a read object into the inbox: ``poll:<entity>:<id>:<version>``."""
        message = self._message(entity, external_id, source)
        meta = {"correlation_id": trace.new_trace_id(), "headers": {}}
        self.env["integration.intake"]._store(
            connector.sudo()._webhook_gate(), [message], meta
        )

    @api.model
    def _message(self, entity: str, external_id: str, source: Source) -> Message:
        """A read object as a message; :meth:`_unpack` is its reverse."""
        body = strict_json.dumps(
            {
                "record": source.record,
                "version": source.version,
                "deleted": source.deleted,
                **{name: v for name in MARKS if (v := getattr(source, name))},
            }
        )
        return Message(
            source_event_id=f"{POLL}:{entity}:{external_id}:{source.version}",
            source_type=f"{POLL}.{entity}",
            body=body.encode(),
            event_type=f"{entity}.{'deleted' if source.deleted else 'updated'}",
            entity=entity,
            external_id=external_id,
            occurred_at=fields.Datetime.now(),
            version=source.version,
            fingerprint=f"{POLL}:{source.version}",
        )

    @api.model
    def _message_of(self, item) -> Message:
        """An object of a page as a message of its own.

        One that the adapter could not read is set aside as it came; a person's retry
        reads it from the system again.
        """
        message = self._message(item.entity, item.external_id, item.source)
        if item.error and not item.digest:
            message.error = item.error
            message.source_type = item.source_type
        return message

    @api.model
    def _unpack(self, body: bytes) -> Source:
        """The source inside a message that :meth:`_message` made."""
        return Source(**strict_json.loads(body))

    @api.model
    def _tell_waiting(self, connector, entity, external_id, error) -> None:
        """The object cannot be read: who waits for it needs a person."""
        events = self.env["integration.event"].search(
            [
                ("connector_id", "=", connector.id),
                ("state", "=", "waiting"),
                ("waiting_for", "=", f"{entity}:{external_id}"),
            ]
        )
        for event in events:
            event._to_review(
                self.env._(
                    "It refers to %(entity)s %(id)s, which cannot be read: %(error)s",
                    entity=entity,
                    id=external_id,
                    error=str(error),
                ),
                error.hint
                or self.env._("Check whether it exists in the system, then retry."),
            )
