# Copyright 2026 Odoo Integration Suite contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl)
"""Thin events (v2): event destinations and their small, unversioned notifications.

SDK ``v2/core/_event.py``, ``v2/core/_event_destination.py``. Only destinations of type
webhook with thin payload; answers to errors have the shape of v1.
"""

import json
from datetime import UTC, datetime

from . import stripe_params as params
from .stripe_errors import bad_parameter
from .stripe_events import WebhookEndpoints
from .stripe_resources import Call, Resource, register

_URL = {"url": params.Str(5000, pattern=r"https?://\S+", required=True)}
_NEW = {
    "name": params.Str(required=True),
    "type": params.Str(choices=("webhook_endpoint",), required=True),
    "event_payload": params.Str(choices=("thin",), required=True),
    "enabled_events": params.ListOf(params.Str(required=True), required=True),
    "webhook_endpoint": params.Hash(_URL, required=True),
    "description": params.Str(),
    "metadata": params.Metadata(),
    "include": params.ListOf(params.Str()),
}
_READ = {"include": params.ListOf(params.Str()), "limit": params.Int(1, 100)}
# Fields of webhook_endpoint that are shown only when asked for.
_HIDDEN = ("signing_secret", "url")


def instant(moment: float) -> str:
    """RFC 3339 in UTC with milliseconds, as v2 writes times."""
    text = datetime.fromtimestamp(moment, UTC).isoformat(timespec="milliseconds")
    return text.replace("+00:00", "Z")


@register
class EventDestinations(WebhookEndpoints):
    """Where thin events go. Enabled types carry the prefix ``v1.``."""

    name = "event_destinations"
    kind = "v2.core.event_destination"
    prefix = "ed_"
    scope = "event_destination"
    routes = [
        ("POST", "/v2/core/event_destinations", "create"),
        ("GET", "/v2/core/event_destinations", "listing"),
        ("GET", "/v2/core/event_destinations/{id}", "retrieve"),
        ("DELETE", "/v2/core/event_destinations/{id}", "delete"),
        ("POST", "/v2/core/event_destinations/{id}/disable", "disable"),
        ("POST", "/v2/core/event_destinations/{id}/enable", "enable"),
    ]

    def create(self, call: Call) -> dict:
        values = params.read(call.params, _NEW)
        for index, name in enumerate(values["enabled_events"]):
            known = name.startswith("v2.") or name.removeprefix("v1.") in self.types
            if self.types and name != "*" and not known:
                raise bad_parameter("Unknown event type.", f"enabled_events[{index}]")
        obj = self.store(
            {
                "id": self.new_id(),
                "object": self.kind,
                "created": instant(call.at),
                "description": values.get("description") or "",
                "enabled_events": values["enabled_events"],
                "event_payload": "thin",
                "events_from": ["@self"],
                "livemode": self.sim.livemode,
                "metadata": params.Metadata.merge({}, values.get("metadata")),
                "name": values["name"],
                "snapshot_api_version": None,
                "status": "enabled",
                "status_details": None,
                "type": "webhook_endpoint",
                "updated": instant(call.at),
                "webhook_endpoint": {"url": values["webhook_endpoint"]["url"]},
            }
        )
        self.secrets[obj["id"]] = [[self.sim.ids("whsec_", 32), None]]
        self.sim.endpoint_made.set()
        return self.view(obj, call)

    def view(self, obj: dict, call: Call) -> dict:
        shown = super().view(obj, call)
        shown["webhook_endpoint"]["signing_secret"] = self.secrets[obj["id"]][-1][0]
        asked = call.params.get("include") or ()
        for name in _HIDDEN:
            if f"webhook_endpoint.{name}" not in asked:
                shown["webhook_endpoint"][name] = None
        return shown

    def retrieve(self, call: Call, id: str) -> dict:  # noqa: A002
        params.read(call.params, _READ)
        return self.view(self.get(id), call)

    def listing(self, call: Call) -> dict:
        params.read(call.params, _READ)
        return {
            "data": [self.view(obj, call) for obj in self.newest_first()],
            "next_page_url": None,
            "previous_page_url": None,
        }

    def delete(self, call: Call, id: str) -> dict:  # noqa: A002
        stub = super().delete(call, id)
        return {"id": stub["id"], "object": stub["object"]}

    def disable(self, call: Call, id: str) -> dict:  # noqa: A002
        return self._switch(call, id, "disabled", {"disabled": {"reason": "user"}})

    def enable(self, call: Call, id: str) -> dict:  # noqa: A002
        return self._switch(call, id, "enabled", None)

    def _switch(self, call: Call, id: str, status: str, details) -> dict:  # noqa: A002
        change = {"status": status, "status_details": details}
        self.objects[id] = {**self.get(id), **change, "updated": instant(call.at)}
        return self.view(self.objects[id], call)

    def wanting(self, event_type: str) -> list[dict]:
        return super().wanting(f"v1.{event_type}")


@register
class ThinEvents(Resource):
    """The thin twin of a snapshot event, with an id of its own."""

    name = "thin_events"
    kind = "v2.core.event"
    prefix = "evt_"
    scope = "event"
    routes = [("GET", "/v2/core/events/{id}", "retrieve")]

    def make(self, event: dict, url: str, previous: dict | None) -> dict:
        """:param url: where the object that the event is about is read"""
        obj = event["data"]["object"]
        request = event["request"]
        reason = (
            {"type": "request", "request": dict(request)} if request["id"] else None
        )
        changes = None
        if previous is not None:
            after = {key: obj.get(key) for key in previous}
            changes = {"before": previous, "after": after}
        return self.store(
            {
                "id": self.new_id(),
                "object": "v2.core.event",
                "type": f"v1.{event['type']}",
                "created": instant(event["created"]),
                "livemode": self.sim.livemode,
                "context": None,
                "related_object": {"id": obj["id"], "type": obj["object"], "url": url},
                "reason": reason,
                "changes": changes,
                "snapshot_event": event["id"],
                "_deliveries": {},
            }
        )

    def retrieve(self, call: Call, id: str) -> dict:  # noqa: A002
        return self.view(self.get(id), call)

    def view(self, obj: dict, call: Call) -> dict:
        shown = super().view(obj, call)
        return {key: shown[key] for key in shown if not key.startswith("_")}

    @staticmethod
    def body(event: dict) -> bytes:
        """The notification: without changes and without the snapshot's id."""
        shown = {
            key: value
            for key, value in event.items()
            if not key.startswith("_") and key not in ("changes", "snapshot_event")
        }
        return json.dumps(shown, indent=2, ensure_ascii=False).encode()
