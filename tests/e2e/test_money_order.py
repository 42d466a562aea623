# Copyright 2026 Odoo Integration Suite contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl)
"""The messages of one sale arrive in any order, and the sale ends right."""

import random
import time

import pytest
from e2e import ledger_oracle
from e2e.waiting import until

from simulators.stripe_random import RATES

DAY = 86400
# Orders that are known to be mean; the others are drawn. What a story does not have is
# left out, what is not named comes last.
MEAN = (
    ("invoice.finalized", "price.created", "product.created", "customer.created"),
    ("charge.succeeded", "invoice_payment.paid", "charge.updated", "invoice.paid"),
    ("invoice_payment.paid", "invoice.paid", "charge.updated", "charge.succeeded"),
    ("charge.updated", "charge.succeeded", "invoice_payment.paid", "invoice.finalized"),
    ("invoice.paid", "charge.succeeded", "customer.created", "invoice.finalized"),
    ("invoice_payment.paid", "charge.updated", "customer.created", "charge.succeeded"),
)
DRAWN = 4


class Story:
    """A customer buys something with tax and pays; all the messages about it.

    :param shape: id of the endpoint that sends them
    :param currency: other than the balance's: the amount that arrives comes late
    """

    def __init__(self, sim, number: int, mail: str, endpoint: str, currency: str):
        before = set(sim.events)
        sim.clock.advance(60)
        self.sim, self.endpoint = sim, endpoint
        customer = sim.create_customer(
            name=f"Story {number} {mail}", email=f"s{number}@{mail}"
        )
        product = sim.create_product(f"Thing {number}")
        price = sim.create_price(product["id"], 1999 + number, currency)
        sim.clock.advance(60)
        rates = [rate["id"] for rate in sim.tax_rates.values()]
        lines = [
            {
                "price": price["id"],
                "quantity": number + 1,
                "tax_rates": [rates[number % len(rates)]],
            }
        ]
        invoice = sim.create_invoice(customer["id"], lines, currency=currency)["id"]
        sim.finalize_invoice(invoice)
        sim.clock.advance(3600)
        known = set(sim.charges)
        if number % 4 == 1:
            sim.pay_invoice(invoice, amount=500, settle=False)
        sim.pay_invoice(invoice, settle=False, intent=number % 5 != 2)
        sim.clock.advance(3600)
        for charge in sorted(set(sim.charges) - known):
            sim.settle_charge(charge)
        version = sim.webhook_endpoints[endpoint]["api_version"]
        wanted = sim.webhook_endpoints[endpoint]["enabled_events"]
        events = sim.resources["events"]
        self.events = [
            event
            for event in sim.events.values()
            if event["id"] not in before
            and event["type"] in wanted
            and events.is_known(event, version)
        ]

    def put_in_order(self, order) -> None:
        """:param order: event types, or a random.Random that shuffles"""
        if isinstance(order, random.Random):
            order.shuffle(self.events)
            return
        places = {name: place for place, name in enumerate(order)}
        self.events.sort(key=lambda e: places.get(e["type"], len(places)))

    def body(self, number: int) -> dict:
        version = self.sim.webhook_endpoints[self.endpoint]["api_version"]
        return self.sim.resources["events"].body(self.events[number], version)


@pytest.mark.parametrize("missing", ["fetch", "wait"])
def test_order_does_not_matter(make_books, sim, rng, mail, tell, missing):
    """Each message is worked on before the next one arrives.

    ``wait``: nothing is read from Stripe, what is missing must come by itself.
    """
    sim.sender.configure(paused=True)
    sim.clock.freeze(int(time.time()) - 30 * DAY)
    hub = make_books().draft()
    old = hub.add_old_endpoint()
    for flow in hub.flows.values():
        hub.manager.write("integration.flow", flow, missing_reference=missing)
    hub.activate()
    for percentage, inclusive, name, country in RATES[:5]:
        sim.create_tax_rate(percentage, inclusive, name, country=country)
    hub.load("tax_rate")
    hub.map_taxes()
    stories = []
    for number, order in enumerate([*MEAN, *[rng] * DRAWN]):
        for endpoint in (hub.endpoint, old):
            place = len(stories)
            currency = "gbp" if number % 3 == 2 else "eur"
            stories.append(Story(sim, place, mail, endpoint, currency))
            stories[-1].put_in_order(order)
    started = time.monotonic()
    for step in range(max(len(story.events) for story in stories)):
        for story in stories:
            if step < len(story.events):
                secret = hub.secret_of(story.endpoint)
                assert hub.deliver(story.body(step), secret).status == 200
        hub.wait_rest()
    until("nobody waits", lambda: "waiting" not in hub.states(), 180, moving=hub.states)
    states = hub.wait_rest()
    tell(f"{missing}: {len(stories)} sales in {time.monotonic() - started:.0f} s,")
    tell(f"{states}")
    for event in hub.events("state NOT IN ('done', 'skipped')"):
        tell({k: v for k, v in event.items() if v})
    books = ledger_oracle.Books(hub)
    found = books.differences()
    assert found == [], "\n".join(found[:40])
    assert books.sums() == books.expected_sums()
    assert books.half_done() == []
    assert set(states) <= {"done", "skipped"}
