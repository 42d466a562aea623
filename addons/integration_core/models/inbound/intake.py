# Copyright 2026 Odoo Integration Suite contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl)
import uuid as uuidlib
import zlib
from datetime import datetime, timezone

from psycopg2.extras import Json, execute_values

from odoo import api, models

from ...const import SHARD_SLOTS
from ...engine import masking
from ...engine.errors import SchemaError
from ...messages import Message

COLUMNS = (
    "uuid",
    "connector_id",
    "company_id",
    "direction",
    "event_type",
    "source_type",
    "source_event_id",
    "fingerprint",
    "entity",
    "external_id",
    "lane",
    "kind",
    "occurred_at",
    "received_at",
    "body",
    "body_size",
    "headers",
    "credential_id",
    "correlation_id",
    "state",
    "error_class",
    "error",
    "error_path",
    "hint",
    "attempts",
    "shard",
    "version",
)
INSERT = (
    f"INSERT INTO integration_event ({', '.join(COLUMNS)}) VALUES %s "
    "ON CONFLICT (connector_id, direction, source_event_id) DO NOTHING "
    "RETURNING id, uuid, source_event_id, state, shard"
)
INSERT_ONE = INSERT.replace("VALUES %s", f"VALUES ({', '.join(['%s'] * len(COLUMNS))})")


class IntegrationIntake(models.AbstractModel):
    """Writes messages into the inbox: plain SQL, no ORM, no shared row."""

    _name = "integration.intake"
    _description = "Inbox"

    @api.model
    def _store(self, gate, messages: list[Message], meta: dict) -> list[dict]:
        """Insert the events of one delivery in one statement.

        A known id with the same fingerprint is a duplicate and has no effect; with
        another fingerprint it becomes a quarantined row of its own,
        ``<id>#<fingerprint>``.

        :param gate: :class:`connector_webhook.Gate`
        :param meta: headers, credential_id, correlation_id
        :return: one dict a message: uuid, status (stored, duplicate, clash), shard
        """
        rows = [self._row(gate, message, meta) for message in messages]
        stored = self._insert(rows)
        results, clashes = [], []
        # By the row, not by the id: one delivery may use an id twice.
        kept = {row["uuid"] for row in stored.values()}
        missing = [
            m for m, row in zip(messages, rows, strict=True) if row[0] not in kept
        ]
        known = self._known(gate, missing) if missing else {}
        for message, row in zip(messages, rows, strict=True):
            identifier = message.source_event_id
            if row[0] in kept:
                results.append(dict(stored[identifier], status="stored"))
                continue
            uuid, fingerprint = known.get(identifier, ("", message.fingerprint))
            clash = fingerprint != message.fingerprint
            if clash:
                clashes.append(self._clash_row(gate, message, meta))
            results.append(
                {"uuid": uuid, "status": "clash" if clash else "duplicate", "shard": 0}
            )
        if clashes:
            # A clash that was seen before is a plain duplicate of itself.
            aside = list(self._insert(clashes).values())
            for result in results:
                if result["status"] == "clash" and aside:
                    result["aside_id"] = aside.pop(0)["id"]
        return results

    @api.model
    def _insert(self, rows: list[tuple]) -> dict:
        """:return: source_event_id → dict of what was really inserted"""
        cr = self.env.cr._obj
        if len(rows) == 1:
            # Nearly every delivery; spares building the statement anew.
            cr.execute(INSERT_ONE, rows[0])
            inserted = cr.fetchall()
        else:
            inserted = execute_values(cr, INSERT, rows, page_size=len(rows), fetch=True)
        return {
            source_event_id: {"id": id_, "uuid": uuid, "state": state, "shard": shard}
            for id_, uuid, source_event_id, state, shard in inserted
        }

    @api.model
    def _known(self, gate, messages: list[Message]) -> dict:
        """source_event_id → (uuid, fingerprint) of rows that were there before."""
        self.env.cr._obj.execute(
            """
            SELECT source_event_id, uuid, fingerprint FROM integration_event
             WHERE connector_id = %s AND direction = 'in'
               AND source_event_id IN %s
            """,
            # IN, not ANY: for one id that is plain equality, which finds its row by
            # the unique index even before the table's first ANALYZE.
            (gate.connector_id, tuple(m.source_event_id for m in messages)),
        )
        return {row[0]: (row[1], row[2]) for row in self.env.cr._obj.fetchall()}

    @api.model
    def _row(self, gate, message: Message, meta: dict, state: str = "") -> tuple:
        """Values of one event in the order of :data:`COLUMNS`."""
        uuid = str(uuidlib.uuid4())
        error = message.error
        lane = (
            f"{message.entity}:{message.external_id}" if message.external_id else None
        )
        body = self.env["integration.vault"]._encrypt(
            message.body, self.env["integration.event"]._body_aad(uuid)
        )
        return (
            uuid,
            gate.connector_id,
            gate.company_id,
            "in",
            message.event_type or None,
            message.source_type or None,
            message.source_event_id,
            message.fingerprint or None,
            message.entity or None,
            message.external_id or None,
            lane,
            self._kind(message.entity),
            message.occurred_at,
            meta.get("received_at") or utcnow(),
            body,
            len(message.body),
            Json(meta.get("headers") or {}),
            meta.get("credential_id"),
            meta.get("correlation_id"),
            state or ("quarantine" if error else "pending"),
            error.error_class if error else None,
            error.message[:2000] if error else None,
            error.path or None if error else None,
            self._hint(error) if error else None,
            0,
            shard_of(lane),
            message.version or None,
        )

    @api.model
    def _hint(self, error) -> str | None:
        """What a person does about it; what the error does not say is the usual."""
        usual = self.env["integration.outcome"]._usual_hint
        return error.hint or usual(error.error_class) or None

    @api.model
    def _kind(self, entity: str) -> str:
        model = self.env["integration.entity"]._for(entity) if entity else None
        return model._kind if model is not None else "state"

    @api.model
    def _clash_row(self, gate, message: Message, meta: dict) -> tuple:
        """A message whose id was used before for something else."""
        clash = Message(
            source_event_id=f"{message.source_event_id}#{message.fingerprint}",
            source_type=message.source_type,
            body=message.body,
            event_type=message.event_type,
            occurred_at=message.occurred_at,
            fingerprint=message.fingerprint,
            error=SchemaError(
                self.env._(
                    "The message id %(id)s was used before for another message.",
                    id=message.source_event_id,
                ),
                hint=self.env._(
                    "Odoo is unchanged. Compare both messages; if this one is genuine, "
                    "read the object again from the system."
                ),
            ),
        )
        return self._row(gate, clash, meta)

    @api.model
    def _headers(self, gate, headers: dict) -> dict:
        """What is kept of the request headers: an allow-list, never signatures."""
        adapter = self.env[f"integration.adapter.{gate.system}"]
        return masking.keep_headers(headers, extra=adapter._kept_headers)


def utcnow() -> datetime:
    """Naive UTC with microseconds, as PostgreSQL timestamps here are."""
    return datetime.now(timezone.utc).replace(tzinfo=None)


def shard_of(lane: str | None) -> int:
    """Slot of a lane: stable over processes and restarts, unlike ``hash()``."""
    return zlib.crc32((lane or "").encode()) % SHARD_SLOTS
