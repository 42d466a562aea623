# Copyright 2026 Odoo Integration Suite contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl)
"""Stripe's documents in Odoo's books: each once, to the cent, come what may."""

import collections
import os
import random
import time

from e2e import ledger_oracle
from e2e.accidents import Accidents
from e2e.accounting import OLD_SHAPE
from e2e.waiting import until

from simulators.stripe_random import RandomInvoices

INVOICES = int(os.environ.get("E2E_INVOICES") or 200)
DAY = 86400
# Charges that belong to no invoice, for ten invoices.
CHARGES = 1


class Trade:
    """Weeks of business: invoices, and all that becomes of them."""

    def __init__(self, sim, seed: str):
        self.sim = sim
        self.rng = random.Random(f"{seed}:trade")
        self.draw = RandomInvoices(sim, seed, customers=25)
        self.late: list[str] = []  # charges whose balance transaction comes late

    def run(self, invoices: int) -> None:
        for number in range(invoices):
            self.pass_time()
            invoice = self.draw.invoice()["id"]
            self.pass_time()
            before = set(self.sim.charges)
            settle = self.rng.random() > 0.2
            self.draw.live(invoice, settle)
            if not settle:
                self.late += sorted(set(self.sim.charges) - before)
            if number % 10 < CHARGES:
                self.charge()
            if number % 4 == 0:
                self.change()
            if len(self.late) > 5:
                self.settle()
        while self.late:
            self.settle()

    def pass_time(self) -> None:
        """Mostly everything has a second of its own, some things share it."""
        if self.rng.random() < 0.9:
            self.sim.clock.advance(self.rng.randrange(1, 5000))

    def settle(self) -> None:
        """Charges know days later what arrived of them."""
        self.pass_time()
        charge = self.late.pop(0)
        found = self.sim.charges[charge]
        if found["status"] == "succeeded" and not found["balance_transaction"]:
            self.sim.settle_charge(charge)

    def charge(self) -> None:
        currency = self.rng.choice(("eur", "usd", "gbp", "jpy", "kwd"))
        self.sim.create_charge(
            self.draw.amount(currency),
            currency,
            customer=self.rng.choice([None, *self.draw.customers]),
            intent=self.rng.random() < 0.7,
            declined=self.rng.random() < 0.2,
        )

    def change(self) -> None:
        """Master data moves meanwhile."""
        if not self.sim.products:
            return  # all invoices so far are by agreement
        product = self.rng.choice(sorted(self.sim.products))
        kind = self.rng.random()
        if kind < 0.5:
            name = f"Renamed {self.rng.randrange(10**6)}"
            self.sim.update_product(product, name=name)
        elif kind < 0.7:
            self.sim.update_product(product, active=self.rng.random() < 0.5)
        else:
            customer = self.rng.choice(self.draw.customers)
            self.sim.update_customer(customer, phone=f"+49{self.rng.randrange(10**8)}")


def test_every_document_is_booked_once(stack, make_books, sim, seed, tell):
    """Two generations of messages, copies, no order, kills: the books are right."""
    log_start = stack.postgres.log_position()
    sim.balances = ["eur", "usd"]
    sim.sender._random.seed(seed)
    hub = make_books(settled=("EUR", "USD")).draft()
    old = hub.add_old_endpoint()
    hub.activate()
    sim.clock.freeze(int(time.time()) - 40 * DAY)
    trade = Trade(sim, seed)
    hub.settle()
    hub.map_taxes()
    sim.sender.configure(paused=True, duplicates=(1, 4), retry_for=400 * DAY)
    first = set(sim.events)
    trade.run(INVOICES)
    sim.clock.unfreeze()
    routes = route(sim, [e for e in sim.events if e not in first], old, hub.endpoint)
    wanted = {job.event for job in sim.sender.pending()}
    copies = len(sim.sender.pending())
    tell(f"{len(sim.events)} events, {copies} deliveries: {routes}")
    accidents = Accidents(hub)
    taken = accidents.taken()
    started = time.monotonic()

    sim.sender.flush(shuffle=True)
    accidents.wait_taken(taken + copies // 8)
    accidents.kill_web_worker()
    accidents.wait_taken(taken + copies // 4)
    accidents.kill_drainer()
    accidents.wait_taken(taken + copies * 2 // 3)
    accidents.crash_postgres()
    until(
        "everything is delivered",
        lambda: not sim.sender.pending(),
        300,
        0.1,
        moving=accidents.taken,
    )
    taken_in = time.monotonic() - started
    hub.wait_rest(180)
    # Two drains may pass each other: who waits for what is there is found by a sweep.
    until("nobody waits", lambda: "waiting" not in hub.states(), 180, moving=hub.states)
    states = hub.wait_rest(180)
    for line in accidents.said:
        tell(line)
    tell(
        f"all taken after {taken_in:.0f} s, at rest after"
        f" {time.monotonic() - started:.0f} s: {states}"
    )
    for event in hub.events("state NOT IN ('done', 'skipped')"):
        tell({k: v for k, v in event.items() if v})
    check_messages(hub, wanted)

    books = check_books(hub, tell)
    conflicts = stack.postgres.conflicts(log_start)
    tell(f"{len(conflicts)} conflicts")

    again(hub, old, sim, tell)
    assert ledger_oracle.Books(hub).differences() == []
    assert books.sums() == books.expected_sums()


def route(sim, events: list[str], old: str, new: str) -> dict:
    """The day of the change of versions: first only the old endpoint, then both, then
    only the new one. What an endpoint does not get is taken out of the sender."""
    wanted = {}
    for number, event in enumerate(events):
        part = number / len(events)
        wanted[event] = {old} if part < 0.45 else {new} if part > 0.55 else {old, new}
    sender = sim.sender
    with sender._ready:
        sender._heap[:] = [
            job for job in sender._heap if job.endpoint in wanted[job.event]
        ]
        sender._heap.sort()
    shapes = {old: OLD_SHAPE, new: "newest"}
    return dict(collections.Counter(shapes[j.endpoint] for j in sender.pending()))


def check_messages(hub, wanted: set[str]) -> None:
    """What was sent is stored once and at its end; nobody waits for anything."""
    acknowledged = {d.event for d in hub.sim.deliveries if d.outcome == "delivered"}
    assert not wanted - acknowledged, "the sender gave something up"
    stored = hub.events()
    by_id = {event["source_event_id"] for event in stored}
    assert len(by_id) == len(stored)
    assert not acknowledged - by_id
    open_ones = [e for e in stored if e["state"] not in ("done", "skipped")]
    assert open_ones == []
    reasons = {e["skip_reason"] for e in stored if e["state"] == "skipped"}
    assert reasons <= {"stale", "superseded", "no_change", "not_final"}, reasons


def check_books(hub, tell) -> ledger_oracle.Books:
    """Everything is there, once, to the cent; nothing is half done."""
    books = ledger_oracle.Books(hub)
    found = books.differences()
    assert found == [], "\n".join(found[:40])
    assert books.sums() == books.expected_sums()
    half = books.half_done()
    assert half == [], "\n".join(half[:40])
    statuses = collections.Counter(s.status for s in books.ledger.invoices.values())
    tell(
        f"{len(books.moves)} invoices {dict(statuses)}, {len(books.payments)} payments;"
        f" {books.said()}"
    )
    return books


def again(hub, old: str, sim, tell) -> None:
    """Everything once more, in the other shape each, then read: nothing changes."""
    before = ledger_oracle.snapshot(hub)
    started = time.monotonic()
    sim.sender.configure(duplicates=(1, 1))
    taken = {(d.event, d.endpoint) for d in sim.deliveries if d.outcome == "delivered"}
    for event in list(sim.events):
        for endpoint in (old, hub.endpoint):
            if (event, endpoint) not in taken:
                sim.redeliver(event, endpoint)
    hub.settle()
    assert ledger_oracle.snapshot(hub) == before
    hub.load()
    hub.wait_rest()
    assert ledger_oracle.snapshot(hub) == before
    hub.change_version(OLD_SHAPE)
    hub.load()
    states = hub.wait_rest()
    assert ledger_oracle.snapshot(hub) == before
    tell(f"again, and read in both shapes in {time.monotonic() - started:.0f} s:")
    tell(f"{states}")
