# Copyright 2026 Odoo Integration Suite contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl)
"""Events on their way to endpoints: payload of the endpoint's version, signatures."""

import json
import time
from typing import TYPE_CHECKING

from .kernel import Delivery, Sender
from .stripe_events import sign

if TYPE_CHECKING:
    from .stripe import StripeSimulator


class Outbox:
    """Turns events into signed deliveries and notes how they ended.

    ``sign_clock``: "wall" signs with the real time, which receivers compare with
    their own; "virtual" with the simulator's.
    """

    def __init__(self, sim: "StripeSimulator"):
        self.sim = sim
        self.sign_clock = "wall"
        self.sender = Sender(sim.clock, self._message, self._ended, sim.seed)

    def dispatch(self, event: dict) -> None:
        """Schedule a new event for everybody who wants it."""
        endpoints = self.sim.resources["webhook_endpoints"]
        events = self.sim.resources["events"]
        for endpoint in endpoints.wanting(event["type"]):
            version = endpoint["api_version"] or self.sim.api_version
            if events.is_known(event, version):
                self._schedule(event, endpoint)
        destinations = self.sim.resources["event_destinations"].wanting(event["type"])
        if destinations:
            previous = event["data"].get("previous_attributes")
            url = self.sim.api.url_of(event["data"]["object"])
            thin = self.sim.resources["thin_events"].make(event, url, previous)
            for destination in destinations:
                self._schedule(thin, destination)

    def _schedule(self, event: dict, endpoint: dict):
        event["_deliveries"][endpoint["id"]] = "pending"
        self.sender.send(event["id"], endpoint["id"])

    def redeliver(self, event_id: str, endpoint: str | None = None) -> None:
        """Send an event once more, to one endpoint or to all.

        :raises stripe_errors.ApiError: when the event or the endpoint is unknown
        """
        with self.sim.lock:
            self.sim.resources["events"].get(event_id)
            endpoints = self.sim.resources["webhook_endpoints"]
            if endpoint:
                endpoints.get(endpoint)
            names = [endpoint] if endpoint else list(endpoints.objects)
        for name in names:
            self.sender.send(event_id, name)

    def headers(self, body: bytes, secrets: list[str]) -> dict:
        """Headers of a delivery: one ``v1`` for each secret in force."""
        moment = time.time() if self.sign_clock == "wall" else self.sim.clock.now()
        moment = int(moment)
        parts = [f"t={moment}", *(f"v1={sign(key, body, moment)}" for key in secrets)]
        if not self.sim.livemode:
            # Test mode carries a scheme that everybody must ignore.
            parts.append(f"v0={sign('whsec_not_a_secret', body, moment)}")
        return {
            "Content-Type": "application/json; charset=utf-8",
            "User-Agent": "Stripe/1.0 (+https://stripe.com/docs/webhooks)",
            "Accept": "*/*; q=0.5, application/xml",
            "Cache-Control": "no-cache",
            "Stripe-Signature": ",".join(parts),
        }

    def _message(self, job):
        """What to send now; None: the endpoint is gone or disabled."""
        with self.sim.lock:
            if job.event in self.sim.resources["thin_events"].objects:
                return self._thin_message(job)
            endpoints = self.sim.resources["webhook_endpoints"]
            endpoint = endpoints.objects.get(job.endpoint)
            if not endpoint or endpoint["status"] != "enabled":
                return None
            events = self.sim.resources["events"]
            data = events.body(events.get(job.event), endpoint["api_version"])
            secrets = endpoints.valid_secrets(endpoint["id"])
        body = json.dumps(data, indent=2, ensure_ascii=False).encode()
        return endpoint["url"], self.headers(body, secrets), body

    def _thin_message(self, job):
        destinations = self.sim.resources["event_destinations"]
        destination = destinations.objects.get(job.endpoint)
        if not destination or destination["status"] != "enabled":
            return None
        events = self.sim.resources["thin_events"]
        body = events.body(events.get(job.event))
        secrets = destinations.valid_secrets(destination["id"])
        return destination["webhook_endpoint"]["url"], self.headers(body, secrets), body

    def _ended(self, delivery: Delivery):
        with self.sim.lock:
            thin = self.sim.resources["thin_events"].objects
            event = self.sim.events.get(delivery.event) or thin.get(delivery.event)
            if event and event["_deliveries"].get(delivery.endpoint) != "delivered":
                event["_deliveries"][delivery.endpoint] = delivery.outcome
        self.sim.touched()
