# Copyright 2026 Odoo Integration Suite contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl)
import json

from odoo import api, fields, models
from odoo.fields import NO_ACCESS

from ...const import (
    DIRECTIONS,
    ERROR_CLASS_LABELS,
    EVENT_STATES,
    KINDS,
    SKIP_LABELS,
)
from ...engine import masking, strict_json
from ...engine.errors import IntegrationError
from ...fields import LooseMany2one


class IntegrationEvent(models.Model):
    """One message in or out, from its arrival to its end: the truth of the hub.

    Rows are inserted by intake in plain SQL (`integration.intake`) and moved on by
    the pipeline. Unique (connector, direction, source_event_id) is what makes a
    repeated delivery harmless, for as long as the row exists.
    """

    _name = "integration.event"
    _description = "Message"
    _order = "id desc"
    _log_access = False

    uuid = fields.Char(required=True, readonly=True, index=True)
    # No foreign key: it locks the hot parent row at every insert.
    connector_id = LooseMany2one(
        "integration.connector", required=True, readonly=True, string="Connector"
    )
    company_id = LooseMany2one(
        "res.company", required=True, readonly=True, index=True, string="Company"
    )
    direction = fields.Selection(DIRECTIONS, required=True, readonly=True)
    event_type = fields.Char(
        readonly=True, help="What happened, in the common words: customer.updated."
    )
    source_type = fields.Char(readonly=True, help="What the system calls it.")
    source_event_id = fields.Char(
        readonly=True, help="The system's own id of this message."
    )
    fingerprint = fields.Char(
        readonly=True, help="What must be equal when the same id arrives again."
    )
    entity = fields.Char(readonly=True)
    external_id = fields.Char(readonly=True, string="Object there")
    lane = fields.Char(readonly=True, help="Messages of one lane stay in order.")
    kind = fields.Selection(KINDS, readonly=True)
    occurred_at = fields.Datetime(readonly=True)
    received_at = fields.Datetime(required=True, readonly=True)
    body = fields.Binary(attachment=False, groups=NO_ACCESS, prefetch=False)
    body_size = fields.Integer(readonly=True)
    payload = fields.Text(
        compute="_compute_payload",
        string="Content",
        help="The message as received, with personal data and secrets masked.",
    )
    headers = fields.Json(readonly=True)
    credential_id = LooseMany2one(
        "integration.credential", readonly=True, string="Matched secret"
    )
    correlation_id = fields.Char(readonly=True, index="btree_not_null", string="Trace")
    causation_id = LooseMany2one("integration.event", readonly=True, string="Caused by")
    state = fields.Selection(
        EVENT_STATES, required=True, default="pending", readonly=True
    )
    skip_reason = fields.Selection(list(SKIP_LABELS.items()), readonly=True)
    error_class = fields.Selection(ERROR_CLASS_LABELS, readonly=True)
    error = fields.Char(readonly=True, string="Problem")
    error_path = fields.Char(readonly=True)
    hint = fields.Char(readonly=True, string="What to do")
    attempts = fields.Integer(readonly=True, default=0)
    next_attempt = fields.Datetime(readonly=True)
    waiting_for = fields.Char(readonly=True)
    missing = fields.Json(
        readonly=True, help="All it refers to and that was not there: [entity, id]."
    )
    replay_of_id = LooseMany2one("integration.event", readonly=True)
    shard = fields.Integer(readonly=True, default=0)
    idempotency_key = fields.Char(readonly=True)
    remote_id = fields.Char(readonly=True)
    job_uuid = fields.Char(readonly=True)
    version = fields.Char(
        readonly=True, help="How new the content is, by the system's own clock."
    )
    forced = fields.Boolean(
        readonly=True,
        help="A person asked for it: equal content is looked at again. A field that "
        "the system did not change still keeps what Odoo says.",
    )
    read_first = fields.Boolean(
        readonly=True, help="The object is read from the system before it is applied."
    )
    finished_at = fields.Datetime(readonly=True)
    model = fields.Char(readonly=True)
    res_id = fields.Many2oneReference(
        model_field="model", readonly=True, string="Document"
    )
    amount = fields.Monetary(readonly=True)
    currency_id = fields.Many2one("res.currency", readonly=True)
    title = fields.Char(compute="_compute_title")
    exception_id = fields.Many2one(
        "integration.exception", compute="_compute_exception_id"
    )
    log_ids = fields.One2many("integration.job.log", "event_id")

    _source_uniq = models.UniqueIndex(
        "(connector_id, direction, source_event_id)",
        "This message was already received.",
    )
    _ready = models.Index("(connector_id, direction, id) WHERE state = 'pending'")
    # Who holds a lane: a retry always, anything unresolved when order matters.
    _lane_held = models.Index(
        "(connector_id, lane) WHERE state = 'retry' OR (kind = 'effect' AND "
        "state IN ('waiting', 'review', 'dead', 'quarantine'))"
    )
    _attention = models.Index(
        "(connector_id, lane) WHERE state IN ('review', 'dead', 'quarantine')"
    )
    _waiting = models.Index("(connector_id, waiting_for) WHERE state = 'waiting'")
    _unfinished = models.Index(
        "(state, next_attempt) WHERE state IN ('retry', 'waiting', 'sending')"
    )
    _newest = models.Index("(connector_id, id DESC)")
    _object = models.Index("(connector_id, entity, external_id)")

    def init(self):
        """Make the question that intake asks with every message.

        Is a drain active (it holds the signal lock exclusively), or does a wake-up
        wait? A function, because PL/pgSQL keeps the plan of its query, and planning
        it was half of what the question cost.
        """
        self.env.cr.execute(
            """
            CREATE OR REPLACE FUNCTION integration_awake(
                class integer, drain integer, wake text) RETURNS boolean
            LANGUAGE plpgsql AS $$
            BEGIN
                IF NOT pg_try_advisory_xact_lock_shared(class, drain) THEN
                    RETURN true;
                END IF;
                RETURN EXISTS (
                    SELECT 1 FROM queue_job
                     WHERE identity_key = wake AND identity_key IS NOT NULL
                       AND state IN ('pending', 'enqueued', 'wait_dependencies'));
            END $$;
            """
        )

    # === COMPUTE METHODS === #

    @api.depends("source_type", "external_id", "entity", "state")
    def _compute_display_name(self):
        for event in self:
            event.display_name = (
                f"{event.source_type or event.entity or ''} {event.external_id or ''}"
            ).strip() or event.uuid

    @api.depends("entity", "external_id", "state", "connector_id")
    def _compute_title(self):
        entities = dict(self.env["integration.entity"]._entity_selection())
        states = dict(self._fields["state"]._description_selection(self.env))
        for event in self:
            words = {
                "entity": entities.get(event.entity, self.env._("Message")),
                "id": event.external_id or "",
                "connector": event.connector_id.name or "",
                "state": (states.get(event.state) or "").lower(),
            }
            event.title = (
                self.env._("%(entity)s %(id)s to %(connector)s: %(state)s", **words)
                if event.direction == "out"
                else self.env._(
                    "%(entity)s %(id)s from %(connector)s: %(state)s", **words
                )
            )

    def _compute_payload(self):
        for event in self:
            event.payload = event._masked_payload()

    def _masked_payload(self) -> str:
        """The content for people: indented and masked; never fails."""
        self.ensure_one()
        try:
            body = self._read_body()
        except Exception:
            return self.env._("The content cannot be decrypted with this server's key.")
        if not body:
            return self.env._("The content was removed after its retention period.")
        try:
            document = strict_json.loads(body)
        except IntegrationError:
            text = masking.mask_text(body[:2000].decode("utf-8", "replace"))
            return text.replace("\x00", "␀")
        return _indent(masking.mask(document))

    def _compute_exception_id(self):
        found = self.env["integration.exception"].search(
            [("event_id", "in", self.ids), ("state", "=", "open")]
        )
        by_event = {exception.event_id.id: exception for exception in found}
        for event in self:
            event.exception_id = by_event.get(event.id, False)

    # === BUSINESS METHODS === #

    @api.model
    def _body_aad(self, uuid: str) -> str:
        """What an event's body is bound to."""
        return f"integration.event|{uuid}|body"

    def _read_body(self) -> bytes:
        """The raw bytes as received.

        :raises UserError: no key on this server
        :raises engine.encryption.DecryptionError: altered or wrong key
        """
        self.ensure_one()
        self.env.cr.execute(
            "SELECT body FROM integration_event WHERE id = ANY(%s)", (self.ids,)
        )
        sealed = (self.env.cr.fetchone() or (None,))[0]
        if not sealed:
            return b""
        return self.env["integration.vault"]._decrypt(
            bytes(sealed), self._body_aad(self.uuid)
        )

    def related_action_open_event(self):
        """Queue job: open the message a job works on."""
        return {
            "type": "ir.actions.act_window",
            "res_model": self._name,
            "res_id": self.id,
            "view_mode": "form",
        }


def _indent(document) -> str:
    """Two-space JSON; numbers keep the digits they were received with."""
    return json.dumps(
        json.loads(strict_json.dumps(document)), indent=2, ensure_ascii=False
    )
