# Copyright 2026 Odoo Integration Suite contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl)
"""Events, webhook endpoints and the account; signatures.

Event: SDK ``_event.py``. Signature: SDK ``_webhook.py``. Only snapshot events here.
"""

import fnmatch
import hashlib
import hmac
import json
from pathlib import Path

from . import stripe_params as params
from .stripe_errors import ApiError, bad_parameter
from .stripe_generations import EVENTS
from .stripe_render import NEWEST, clone, date_of, render, render_previous
from .stripe_resources import LIST, Call, Resource, difference, register

DAY = 86400
KEPT_DAYS = 30
MOST_ENDPOINTS = 16
_SCHEMA = Path(__file__).parent.parent / "data/stripe/schemas_endive/event.json"


def known_types() -> frozenset[str]:
    """All event types of the newest API; empty when the schema is not there."""
    if not _SCHEMA.exists():
        return frozenset()
    return frozenset(json.loads(_SCHEMA.read_text())["properties"]["type"]["enum"])


def sign(secret: str, body: bytes, moment: int) -> str:
    """Hex HMAC-SHA256 of ``<moment>.<body>`` with the whole secret as key."""
    message = f"{moment}.".encode() + body
    return hmac.new(secret.encode(), message, hashlib.sha256).hexdigest()


def _changed(before: dict, after: dict) -> dict:
    return {
        key: clone(value)
        for key, value in before.items()
        if key not in after or after[key] != value
    }


@register
class Events(Resource):
    """What happened. ``data`` never changes after the event was made.

    Kept beside the object: ``_previous``, and per endpoint how the delivery stands.
    """

    name = "events"
    kind = "event"
    prefix = "evt_1"
    id_length = 23
    scope = "event"
    routes = [
        ("GET", "/v1/events", "listing"),
        ("GET", "/v1/events/{id}", "retrieve"),
    ]

    def make(
        self,
        kind: str,
        obj: dict,
        call: Call,
        previous: dict | None,
        before: dict | None = None,
    ) -> dict:
        data = {"object": clone(obj)}
        if before is not None:
            previous = difference(render(before, NEWEST), render(obj, NEWEST))
        if previous is not None:
            data["previous_attributes"] = clone(previous)
        return self.store(
            {
                "id": self.new_id(),
                "object": "event",
                "api_version": self.sim.api_version,
                "created": call.at,
                "data": data,
                "livemode": self.sim.livemode,
                "pending_webhooks": 0,
                "request": {
                    "id": call.request_id,
                    "idempotency_key": call.idempotency_key,
                },
                "type": kind,
                "_deliveries": {},
                # Only what changed: shapes of other generations are made from it.
                "_before": before and _changed(before, obj),
            }
        )

    def body(self, event: dict, version: str | None = None) -> dict:
        """The event in the shape of a version (an endpoint's), else of its own."""
        version = version or event["api_version"]
        shown = {key: event[key] for key in event if not key.startswith("_")}
        shown["api_version"] = version
        waiting = [s for s in event["_deliveries"].values() if s != "delivered"]
        shown["pending_webhooks"] = len(waiting)
        kind = event["data"]["object"]["object"]
        find = self.sim.api.expander.find
        snapshot = render(event["data"]["object"], version, find)
        shown["data"] = {"object": snapshot}
        if event.get("_before"):
            before = {**event["data"]["object"], **event["_before"]}
            before = render(before, version, find)
            shown["data"]["previous_attributes"] = difference(before, snapshot)
        elif "previous_attributes" in event["data"]:
            shown["data"]["previous_attributes"] = render_previous(
                event["data"]["previous_attributes"], kind, version
            )
        return shown

    def view(self, obj: dict, call: Call) -> dict:
        return self.body(obj)

    def _kept(self, event: dict) -> bool:
        return event["created"] > self.sim.clock.timestamp() - KEPT_DAYS * DAY

    def retrieve(self, call: Call, id: str) -> dict:  # noqa: A002
        params.read(call.params, {"expand": params.ListOf(params.Str())})
        event = self.get(id)
        if not self._kept(event):
            self.get(f"{id} (older than {KEPT_DAYS} days)")
        return self.body(event)

    def listing(self, call: Call) -> dict:
        values = params.read(
            call.params,
            {
                **LIST,
                "created": params.Range(),
                "type": params.Str(),
                "types": params.ListOf(params.Str(), most=20),
                "delivery_success": params.Bool(),
                "expand": params.ListOf(params.Str()),
            },
        )
        if values.get("type") and values.get("types"):
            raise bad_parameter("You may pass either type or types, not both.", "types")
        return self.page(
            call, "/v1/events", values, lambda event: self._wanted(event, values)
        )

    def _wanted(self, event: dict, values: dict) -> bool:
        kind, kinds = values.get("type"), values.get("types")
        if kind and not fnmatch.fnmatchcase(event["type"], kind):
            return False
        if kinds and event["type"] not in kinds:
            return False
        if not params.Range.fits(event["created"], values.get("created")):
            return False
        success = values.get("delivery_success")
        if success is not None:
            # SDK doc: false gives what is pending or failed for any endpoint.
            states = event["_deliveries"].values()
            if all(state == "delivered" for state in states) != success:
                return False
        return self._kept(event) and self.is_known(event, self.sim.api_version)

    @staticmethod
    def is_known(event: dict, version: str) -> bool:
        """Whether a version has the type of event."""
        return date_of(version) >= EVENTS.get(event["type"], "")


_ENDPOINT = {
    "description": params.Str(5000),
    "enabled_events": params.ListOf(params.Str(required=True)),
    "metadata": params.Metadata(),
    "url": params.Str(5000, pattern=r"https?://\S+", code="url_invalid"),
    "expand": params.ListOf(params.Str()),
}
_NEW_ENDPOINT = {
    **_ENDPOINT,
    "api_version": params.Str(),
    "connect": params.Unsupported(),
    "enabled_events": params.ListOf(params.Str(required=True), required=True),
    "url": params.Str(5000, pattern=r"https?://\S+", code="url_invalid", required=True),
}


@register
class WebhookEndpoints(Resource):
    """Where events go. Secrets are kept apart: only creation shows one."""

    name = "webhook_endpoints"
    kind = "webhook_endpoint"
    prefix = "we_1"
    id_length = 23
    scope = "webhook"
    routes = [
        ("POST", "/v1/webhook_endpoints", "create"),
        ("GET", "/v1/webhook_endpoints", "listing"),
        ("GET", "/v1/webhook_endpoints/{id}", "retrieve"),
        ("POST", "/v1/webhook_endpoints/{id}", "update"),
        ("DELETE", "/v1/webhook_endpoints/{id}", "delete"),
    ]

    def __init__(self, sim):
        super().__init__(sim)
        self.types = known_types()
        # id -> [[secret, virtual time at which it ends or None]]
        self.secrets: dict[str, list[list]] = {}

    def dump(self):
        return {**super().dump(), "secrets": self.secrets}

    def load(self, data):
        super().load(data)
        self.secrets = data["secrets"]

    def _check(self, values: dict):
        for index, name in enumerate(values.get("enabled_events") or ()):
            if name != "*" and self.types and name not in self.types:
                raise bad_parameter(
                    f"Invalid enabled_events[{index}]: {name}",
                    f"enabled_events[{index}]",
                )
        url = values.get("url") or "https://"
        if self.sim.livemode and not url.startswith("https://"):
            raise bad_parameter(
                "Invalid URL: webhook endpoints in live mode must use https.",
                "url",
                "url_invalid",
            )

    def create(self, call: Call) -> dict:
        values = params.read(call.params, _NEW_ENDPOINT)
        self._check(values)
        version = values.get("api_version")
        if version:
            date_of(version)
        if len(self.objects) >= MOST_ENDPOINTS:
            mode = "live" if self.sim.livemode else "test"
            raise ApiError(
                400,
                f"You have reached the maximum of {MOST_ENDPOINTS} {mode} webhook "
                "endpoints.",
            )
        obj = self.store(
            {
                "id": self.new_id(),
                "object": "webhook_endpoint",
                "api_version": version,
                "application": None,
                "created": call.at,
                "description": values.get("description"),
                "enabled_events": values["enabled_events"],
                "livemode": self.sim.livemode,
                "metadata": params.Metadata.merge({}, values.get("metadata")),
                "status": "enabled",
                "url": values["url"],
            }
        )
        self.secrets[obj["id"]] = [[self.sim.ids("whsec_", 32), None]]
        self.sim.endpoint_made.set()
        return {**self.view(obj, call), "secret": self.secrets[obj["id"]][0][0]}

    def update(self, call: Call, id: str) -> dict:  # noqa: A002
        obj = self.get(id)
        values = params.read(call.params, {**_ENDPOINT, "disabled": params.Bool()})
        self._check(values)
        new = clone(obj)
        if "disabled" in values:
            new["status"] = "disabled" if values["disabled"] else "enabled"
        if "metadata" in values:
            new["metadata"] = params.Metadata.merge(obj["metadata"], values["metadata"])
        for name in ("description", "enabled_events", "url"):
            if values.get(name) or (name == "description" and name in values):
                new[name] = values[name]
        self.objects[id] = new
        return self.view(new, call)

    def retrieve(self, call: Call, id: str) -> dict:  # noqa: A002
        return self.view(self.get(id), call)

    def listing(self, call: Call) -> dict:
        values = params.read(
            call.params, {**LIST, "expand": params.ListOf(params.Str())}
        )
        return self.page(call, "/v1/webhook_endpoints", values)

    def delete(self, call: Call, id: str) -> dict:  # noqa: A002
        self.get(id)
        self.secrets.pop(id, None)
        return dict(self.drop(id))

    def roll(self, id: str, overlap: float) -> str:  # noqa: A002
        """A new secret; the old ones stay valid for ``overlap`` virtual seconds."""
        self.get(id)
        until = self.sim.clock.now() + overlap
        for entry in self.secrets[id]:
            entry[1] = until if entry[1] is None else min(entry[1], until)
        self.secrets[id].append([self.sim.ids("whsec_", 32), None])
        return self.secrets[id][-1][0]

    def valid_secrets(self, id: str) -> list[str]:  # noqa: A002
        """The secrets in force, newest first."""
        now = self.sim.clock.now()
        return [
            secret
            for secret, until in reversed(self.secrets[id])
            if until is None or until > now
        ]

    def wanting(self, event_type: str) -> list[dict]:
        return [
            obj
            for obj in self.objects.values()
            if obj["status"] == "enabled"
            and ("*" in obj["enabled_events"] or event_type in obj["enabled_events"])
        ]


@register
class Accounts(Resource):
    name = "accounts"
    kind = "account"
    scope = "account"
    routes = [
        ("GET", "/v1/account", "retrieve"),
        ("GET", "/v1/accounts/{id}", "retrieve"),
    ]

    def retrieve(self, call: Call, id: str | None = None) -> dict:  # noqa: A002
        params.read(call.params, {"expand": params.ListOf(params.Str())})
        if id:
            return self.view(self.get(id), call)
        return self.view(self.get(self.sim.account), call)

    def seed(self):
        """The one account; made when the simulator starts with nothing stored."""
        self.store(
            {
                "id": self.sim.account,
                "object": "account",
                "business_profile": {
                    "mcc": None,
                    "name": "Example Trading",
                    "product_description": None,
                    "support_email": "support@trading.example",
                    "url": "https://trading.example",
                },
                "business_type": "company",
                "capabilities": {"card_payments": "active", "transfers": "active"},
                "charges_enabled": True,
                "controller": {"type": "account"},
                "country": "DE",
                "created": self.sim.clock.timestamp() - 400 * DAY,
                "default_currency": "eur",
                "details_submitted": True,
                "email": "owner@trading.example",
                "metadata": {},
                "payouts_enabled": True,
                "settings": {
                    "branding": dict.fromkeys(
                        ("icon", "logo", "primary_color", "secondary_color")
                    ),
                    "card_payments": {"statement_descriptor_prefix": None},
                    "dashboard": {
                        "display_name": "Example Trading",
                        "timezone": "Europe/Berlin",
                    },
                    "payments": {"statement_descriptor": None},
                },
                "type": "standard",
            }
        )
