# Copyright 2026 Odoo Integration Suite contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl)
"""The promise: whatever was acknowledged arrives exactly once, come what may."""

import collections
import os
import random
import secrets
import time
from concurrent.futures import ThreadPoolExecutor

from e2e import oracle
from e2e.accidents import Accidents
from e2e.waiting import until

from simulators import companies

EVENTS = 1000
CUSTOMERS = 300
WITH_VAT = ("DE", "FR", "BE", "NL", "IT", "AT", "PL")


class Business:
    """Makes customers and changes them until there are enough events."""

    def __init__(self, sim, rng: random.Random, mail: str):
        self.sim, self.rng, self.mail = sim, rng, mail
        self.made = 0
        self.gone: set[str] = set()

    def run(self) -> None:
        self.sim.clock.freeze(int(time.time()) - 10 * EVENTS)
        for number in range(CUSTOMERS):
            self.create(number)
        acts = [self.rename] * 6 + [self.move] * 6 + [self.ship] * 3
        acts += [self.mend_nothing_else] * 2 + [self.register] * 2 + [self.leave]
        while len(self.sim.events) < EVENTS:
            self.tick()
            customer = self.rng.choice(sorted(self.sim.customers))
            self.rng.choice(acts)(customer)
        self.tick()
        self.sim.clock.unfreeze()

    def tick(self) -> None:
        """Most events have a second of their own, some share it."""
        if self.rng.random() < 0.93:
            self.sim.clock.advance(self.rng.randrange(1, 8))

    def create(self, number: int) -> None:
        self.tick()
        values = companies.company(self.rng)
        values.pop("tax_id_data", None)
        name = values.pop("name")
        kind = self.rng.choice(("name", "business_name", "individual_name"))
        mail = f"c{number}@{self.mail}"
        self.sim.create_customer(**{**values, kind: name, "email": mail})

    def rename(self, customer: str) -> None:
        name = f"{self.rng.choice(companies.FIRST)} {self.rng.randrange(10**6)}"
        self.sim.update_customer(customer, name=name)

    def move(self, customer: str) -> None:
        country = self.rng.choice(companies.COUNTRIES)
        self.sim.update_customer(
            customer,
            address=companies.address(self.rng, country),
            phone=f"{country.phone}{self.rng.randrange(1000, 10000)}",
            preferred_locales=[country.locale],
        )

    def ship(self, customer: str) -> None:
        country = self.rng.choice(companies.COUNTRIES)
        self.sim.update_customer(
            customer,
            shipping={
                "name": f"Depot {self.rng.randrange(100)}",
                "phone": f"{country.phone}{self.rng.randrange(1000, 10000)}",
                "address": companies.address(self.rng, country),
            },
        )

    def mend_nothing_else(self, customer: str) -> None:
        """A change of something that Odoo does not have."""
        self.sim.update_customer(
            customer, metadata={"segment": str(self.rng.randrange(10**6))}
        )

    def register(self, customer: str) -> None:
        """A tax id: the message is only a hint, the customer must be read."""
        if any(t["customer"] == customer for t in self.sim.tax_ids.values()):
            return
        country = self.rng.choice(WITH_VAT)
        self.sim.add_tax_id(customer, **companies.vat(self.rng, country))

    def leave(self, customer: str) -> None:
        if len(self.gone) < CUSTOMERS // 20:
            self.sim.delete_customer(customer)
            self.gone.add(customer)


def test_a_thousand_events_arrive_exactly_once(stack, make_hub, sim, mail, capsys):
    seed = os.environ.get("E2E_SEED") or secrets.token_hex(4)
    with capsys.disabled():
        print(f"\n  E2E_SEED={seed}")
    rng = random.Random(seed)
    hub = make_hub().live()
    log_start = stack.postgres.log_position()
    sim.sender._random.seed(seed)
    sim.sender.configure(paused=True, duplicates=(1, 4))
    business = Business(sim, rng, mail)
    business.run()
    copies = len(sim.sender.pending())
    accidents = Accidents(hub)
    started = time.monotonic()

    sim.sender.flush(shuffle=True)
    accidents.wait_taken(copies // 8)
    accidents.kill_web_worker()
    accidents.wait_taken(copies // 3)
    accidents.kill_drainer()
    accidents.wait_taken(copies * 2 // 3)
    accidents.crash_postgres()

    until(
        "everything is delivered",
        lambda: not sim.sender.pending(),
        300,
        0.1,
        moving=accidents.taken,
    )
    taken_in = time.monotonic() - started
    # A dead job is found after 70 s at most, a message that nobody calls after 75 s.
    states = hub.wait_rest(180)
    took = time.monotonic() - started
    conflicts = stack.postgres.conflicts(log_start)
    answers = collections.Counter(d.status or "none" for d in sim.deliveries)
    with capsys.disabled():
        for line in accidents.said:
            print(f"  {line} of {copies} deliveries")
        print(
            f"  {len(sim.deliveries)} attempts, answers {dict(answers)}, all taken"
            f" after {taken_in:.0f} s, all at rest after {took:.0f} s: {states};"
            f" {len(conflicts)} conflicts;"
            f" servers started again: {stack.web.restarts + stack.jobs.restarts}"
        )

    assert set(answers) <= {200, 503, 500, "none"}
    # A request in which a worker first meets its broken connection ends inside of Odoo
    # (http.py, _serve_db), before any code of ours: a few for each of two workers.
    assert answers[500] <= 6
    check_messages(hub)
    check_customers(hub, business)
    check_words(hub)
    assert conflicts == []


def test_simultaneous_copies_are_one(hub, sim, mail):
    """Copies that arrive at the same instant neither collide nor both count."""
    log_start = hub.stack.postgres.log_position()
    sim.sender.configure(paused=True)
    events = [hub.new_event(mail) for _number in range(40)]
    with ThreadPoolExecutor(4) as senders:
        for event in events:
            answers = list(senders.map(hub.deliver, [event] * 4))
            assert [answer.status for answer in answers] == [200] * 4
            said = [answer.json() for answer in answers]
            assert sorted(one["status"] for one in said) == ["duplicate"] * 3 + [
                "stored"
            ]
            assert len({one["event"] for one in said}) == 1
    assert hub.wait_rest() == {"done": 40}
    assert oracle.differences(hub) == []
    assert hub.stack.postgres.conflicts(log_start) == []


def check_messages(hub) -> None:
    """Every acknowledged message is stored once and at its end."""
    acknowledged = {d.event for d in hub.sim.deliveries if d.outcome == "delivered"}
    assert acknowledged == set(hub.sim.events), "the sender gave something up"
    stored = hub.events()
    by_id = {event["source_event_id"]: event for event in stored}
    assert len(by_id) == len(stored)
    assert acknowledged <= set(by_id)
    unfinished = [e for e in stored if e["state"] not in ("done", "skipped")]
    assert unfinished == []
    reasons = {e["skip_reason"] for e in stored if e["state"] == "skipped"}
    assert reasons <= {"stale", "superseded", "no_change"}, reasons


def check_customers(hub, business) -> None:
    """Each customer is one partner, equal to what Stripe has now."""
    differences = oracle.differences(hub)
    assert differences == [], "\n".join(differences[:20])
    links = hub.links()
    assert len(set(links.values())) == len(links), "two customers share a partner"
    alive = hub.stack.value(
        "SELECT count(*) FROM res_partner WHERE email LIKE %s AND active "
        "AND parent_id IS NULL",
        f"%@{business.mail}",
    )
    assert alive == len(hub.sim.customers)
    archived = hub.stack.sql(
        "SELECT email, count(*) FROM res_partner WHERE email LIKE %s "
        "AND NOT active AND parent_id IS NULL GROUP BY email",
        f"%@{business.mail}",
    )
    assert len(archived) <= len(business.gone)
    assert all(count == 1 for _mail, count in archived)
    for customer in business.gone & set(links):
        assert oracle.actual(hub)[customer, ""]["active"] is None


def check_words(hub) -> None:
    """Nothing that a person may read looks like a program's inside."""
    texts = hub.stack.sql(
        """
        SELECT concat_ws(' ', error, hint) FROM integration_event
         WHERE connector_id = %(id)s
        UNION ALL SELECT concat_ws(' ', message, hint) FROM integration_exception
         WHERE connector_id = %(id)s
        UNION ALL SELECT d.message FROM integration_job_log_detail d
          JOIN integration_job_log l ON l.id = d.log_id WHERE l.connector_id = %(id)s
        """.replace("%(id)s", str(int(hub.id)))
    )
    assert not [t for (t,) in texts if "Traceback" in (t or "") or 'File "' in t]
