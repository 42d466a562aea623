# Copyright 2026 Odoo Integration Suite contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl)
import math
from datetime import datetime, timezone

from odoo import api, models

from odoo.addons.integration_core.engine import strict_json
from odoo.addons.integration_core.engine.errors import SchemaError
from odoo.addons.integration_core.engine.http_body import BodyError
from odoo.addons.integration_core.messages import EventPage

from .. import const, shapes

EVENTS = "/v1/events"
#: "You can list events going back up to 30 days" (docs.stripe.com/api/events/list).
EVENTS_KEPT_DAYS = 30
#: Most entries of ``types[]`` in one request (SDK ``_event_list_params``).
MAX_TYPES = 20
LISTED = {"data": [{"id": str}], "has_more": bool}


class IntegrationAdapterStripe(models.AbstractModel):
    """Catch-up: the events that Stripe keeps, whether they reached us or not.

    A list is newest first. Towards the newer end (``ending_before``) it is read in the
    order in which things happened; that needs an event to begin from, and the newest
    one before the stretch of time serves. Where Stripe has none, the stretch is read
    from its newer end.

    An event keeps the shape of the API version that it was made with, which may be
    another than the webhook's; the normal form levels that.
    """

    _inherit = "integration.adapter.stripe"
    _missed_days = EVENTS_KEPT_DAYS

    @api.model
    def _missed(self, connector, since, until, cursor: str, limit: int) -> EventPage:
        """Override of `integration.adapter`.

        The cursor says which share of the event types is read (one request takes 20),
        in which direction, and after which event.
        """
        place = strict_json.loads(cursor.encode()) if cursor else {"part": 0}
        shares = _shares(connector._message_entities())
        if place["part"] >= len(shares):  # fewer flows than a page ago
            return EventPage([], "")
        params = {
            "limit": min(limit, const.PAGE_SIZE),
            "types[]": shares[place["part"]],
        }
        with self._client(connector) as client:
            if "direction" not in place:
                place.update(self._begin(client, params, since))
            answer = self._events(
                client,
                {
                    **params,
                    "created[gte]": _unix(since),
                    "created[lte]": _unix(until),
                    **({place["direction"]: place["id"]} if place["id"] else {}),
                },
            )
        data, forward = answer["data"], place["direction"] == "ending_before"
        gate = connector.sudo()._webhook_gate()
        messages = []
        for event in reversed(data):
            body = strict_json.dumps(event).encode()
            messages += self._split_safely(gate, body, {})
        if data and answer["has_more"]:
            place["id"] = data[0 if forward else -1]["id"]
        else:
            place = {"part": place["part"] + 1}
        more = place["part"] < len(shares)
        return EventPage(messages, strict_json.dumps(place) if more else "")

    @api.model
    def _begin(self, client, params: dict, since: datetime) -> dict:
        """Where the first page of a share starts."""
        before = {**params, "created[lt]": _unix(since), "limit": 1}
        data = self._events(client, before)["data"]
        if data:
            return {"direction": "ending_before", "id": data[0]["id"]}
        return {"direction": "starting_after", "id": ""}

    @api.model
    def _events(self, client, params: dict) -> dict:
        """One page of events; a smaller one where they are too large together."""
        while True:
            try:
                answer = client.request("GET", EVENTS, params=params).json()
                break
            except BodyError:
                if params["limit"] == 1:
                    raise
                params = {**params, "limit": max(1, params["limit"] // 4)}
        shapes.check(answer, LISTED)
        if answer.get("data") is None:
            raise SchemaError("the answer holds no list of events", path="data")
        return answer


def _shares(entities: frozenset) -> list[list[str]]:
    """Event types about these entities in the portions that one request may name.

    In the order of :data:`const.EVENTS`: what others refer to comes first.
    """
    names = [
        name
        for name in const.HANDLED_EVENTS
        if const.EVENTS[name][1] in entities
        # Its second message, in older versions, is about the payment.
        or (name == "invoice.paid" and "payment" in entities)
    ]
    return [names[at : at + MAX_TYPES] for at in range(0, len(names), MAX_TYPES)]


def _unix(moment: datetime) -> int:
    """Naive UTC as whole seconds, as Stripe dates events."""
    return math.floor(moment.replace(tzinfo=timezone.utc).timestamp())
