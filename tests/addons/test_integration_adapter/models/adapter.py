# Copyright 2026 Odoo Integration Suite contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl)
import hashlib
from datetime import datetime
from decimal import Decimal
from urllib.parse import quote

from odoo import api, fields, models

from odoo.addons.integration_core.engine import signature, strict_json, versions
from odoo.addons.integration_core.engine.errors import SchemaError
from odoo.addons.integration_core.messages import (
    Balance,
    Control,
    ControlPage,
    EventPage,
    Identity,
    Message,
    Page,
    Source,
    Written,
)

KINDS = {"customer", "contact"}


class IntegrationConnector(models.Model):
    _inherit = "integration.connector"

    system = fields.Selection(
        selection_add=[("demo_system", "Demo system")],
        ondelete={"demo_system": "cascade"},
    )


class IntegrationAdapterDemoSystem(models.AbstractModel):
    """A made-up system, whole: what it sends, how it proves it, how it is read.

    It posts a list of ``{"event", "kind", "id", "at", "deleted", "record"}`` and the
    header ``X-Demo-Signature``: HMAC-SHA256 of the body in hex. Its API answers
    ``GET /account``, ``GET /<kind>/<id>`` and ``GET /<kind>?since=&after=<id>``; it
    keeps what it posted for a week, under ``GET /events?since=&until=&after=<event>``.

    It is written with ``POST /<kind>`` (new), ``POST /<kind>/<id>`` (only what the
    record names) and ``DELETE /<kind>/<id>``; ``GET /written/<Idempotency-Key>`` gives
    the object that a request with that key made or changed.
    """

    _name = "integration.adapter.demo_system"
    _inherit = "integration.adapter"
    _description = "Adapter: demo system"
    _can_fetch = True
    _missed_days = 7
    _can_control = frozenset(KINDS)
    _can_balance = True
    _parts = frozenset({("contact", "customer")})
    _can_send = frozenset(KINDS)

    # === INTAKE === #

    @api.model
    def _authenticate(self, delivery, secrets):
        given = delivery.headers.get("x-demo-signature", "")
        found = None
        for index, secret in enumerate(secrets):
            expected = signature.hmac_sha256(secret, delivery.body).hex()
            if signature.matches([expected], [given]) and found is None:
                found = index
        return found

    @api.model
    def _split(self, gate, body, headers):
        try:
            return [self._message(entry) for entry in _list(strict_json.loads(body))]
        except (SchemaError, KeyError, TypeError):
            return [self._unreadable(body, SchemaError("This is no list of events."))]

    @api.model
    def _message(self, entry: dict) -> Message:
        kind, body = entry["kind"], strict_json.dumps(entry).encode()
        known = kind if kind in KINDS else ""
        return Message(
            source_event_id=str(entry["event"]),
            source_type=str(kind),
            event_type=known and f"{known}.updated",
            entity=known,
            external_id=str(entry["id"]),
            version=versions.from_iso(entry["at"]),
            fingerprint=hashlib.sha256(body).hexdigest()[:16],
            body=body,
        )

    @api.model
    def _source(self, connector, item):
        return _source_of(strict_json.loads(item.body))

    # === READING === #

    @api.model
    def _client_headers(self, connector):
        key = self.env["integration.credential"]._current(connector, "api_key")
        return {"Authorization": f"Bearer {key._reveal()}"} if key else {}

    @api.model
    def _get(self, connector, path, **params):
        with self._client(connector) as client:
            return client.request("GET", path, params=params).json()

    @api.model
    def _test_connection(self, connector):
        account = self._get(connector, "/account")
        return Identity(account["id"], account["name"])

    @api.model
    def _fetch(self, connector, entity, external_id):
        return _source_of(self._get(connector, f"/{entity}/{quote(external_id)}"))

    @api.model
    def _page(self, connector, entity, cursor, limit):
        since, bar, after = cursor.rpartition("|")
        period = {"since": since} if since else {}
        answer = self._get(connector, f"/{entity}", after=after, limit=limit, **period)
        records = [(entry["id"], entry) for entry in answer["entries"]]
        following = f"{since}{bar}{records[-1][0]}" if answer["more"] else ""
        return Page(records, following, _version(answer))

    @api.model
    def _page_source(self, connector, entity, record, page):
        return _source_of(record)

    # === LISTS THAT GROW, LISTS OF PARTS === #

    @api.model
    def _cursor_since(self, connector, entity, since):
        return f"{since.isoformat()}|"

    @api.model
    def _page_of(self, connector, entity, owner, owner_id, cursor, limit):
        path = f"/{owner}/{quote(owner_id)}/{entity}"
        answer = self._get(connector, path, after=cursor, limit=limit)
        records = [(entry["id"], entry) for entry in answer["entries"]]
        following = records[-1][0] if answer["more"] else ""
        return Page(records, following, _version(answer))

    # === COMPARING === #

    @api.model
    def _balances(self, connector):
        return [
            Balance(one["currency"], Decimal(one["free"]), Decimal(one["coming"]))
            for one in self._get(connector, "/balances")["entries"]
        ]

    @api.model
    def _control(self, connector, entity, since, until, cursor, limit):
        period = {"since": since.isoformat(), "until": until.isoformat()}
        answer = self._get(connector, f"/{entity}", after=cursor, limit=limit, **period)
        records = [_control_of(entry) for entry in answer["entries"]]
        following = records[-1].external_id if answer["more"] else ""
        return ControlPage(records, following)

    # === WRITING === #

    @api.model
    def _send(self, connector, outgoing):
        path = f"/{outgoing.entity}"
        if outgoing.external_id:
            path += f"/{quote(outgoing.external_id)}"
        with self._client(connector) as client:
            answer = client.request(
                "DELETE" if outgoing.deleted else "POST",
                path,
                json={"record": outgoing.record, "reference": outgoing.reference},
                headers={"Idempotency-Key": outgoing.idempotency_key},
                read=False,
            )
        entry = answer.json()
        return Written(entry["id"], _source_of(entry))

    @api.model
    def _look_up(self, connector, outgoing):
        found = self._get(connector, f"/written/{outgoing.idempotency_key}")
        entry = found["entry"]
        return Written(entry["id"], _source_of(entry)) if entry else None

    # === AFTER AN OUTAGE === #

    @api.model
    def _missed(self, connector, since, until, cursor, limit):
        period = {"since": since.isoformat(), "until": until.isoformat()}
        answer = self._get(connector, "/events", after=cursor, limit=limit, **period)
        gate, messages = connector.sudo()._webhook_gate(), []
        for entry in answer["entries"]:
            body = strict_json.dumps([entry]).encode()
            messages += self._split_safely(gate, body, {})
        after = answer["entries"][-1]["event"] if answer["more"] else ""
        return EventPage(messages, after)


def _list(document) -> list:
    return document if isinstance(document, list) and document else [None]


def _source_of(entry: dict) -> Source:
    version = versions.from_iso(entry["at"])
    return Source(
        entry["record"],
        version,
        deleted=bool(entry.get("deleted")),
        reference=entry.get("reference") or "",
    )


def _version(answer: dict) -> str:
    """When the peer answered, by its clock; a list may not say it."""
    return versions.from_iso(answer["at"]) if answer.get("at") else ""


def _control_of(entry: dict) -> Control:
    moment = datetime.fromisoformat(versions.from_iso(entry["at"])[:-1])
    amount = entry.get("amount")
    return Control(
        external_id=entry["id"],
        key=entry.get("number") or entry["id"],
        amount=amount and {"amount": amount, "currency": entry["currency"]},
        occurred_at=moment,
        note=entry["record"].get("company") or "",
    )
