# Copyright 2026 Odoo Integration Suite contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl)
"""The other system fails in every way it knows; the work is done all the same."""

import time

import pytest
from e2e import oracle
from e2e.people import OdooRefused
from e2e.waiting import until

from simulators import companies

VAT = {"type": "eu_vat", "value": "DE136695976"}
# Fault at the first reading → (error class, attempts that it costs).
FAULTS = {
    "reset": ({"kind": "reset"}, "transient", 1),
    "lost": ({"kind": "reset", "when": "after"}, "transient", 1),
    "limit": ({"status": 429}, "rate_limited", 0),
    "error": ({"status": 500}, "transient", 1),
    "gateway": ({"status": 503}, "transient", 1),
    # Longer than the client waits for an answer (20 s).
    "slow": ({"kind": "slow", "delay": 21.0}, "transient", 1),
}


def new_customer(sim, mail: str, number=0, **values) -> str:
    """A customer of the simulator; returns its id."""
    values = {"name": f"Customer {number}", "email": f"c{number}@{mail}", **values}
    return sim.create_customer(**values)["id"]


def attempts(hub, event_id: int) -> list[str]:
    """Error classes of the failed attempts, as the sync log tells them."""
    rows = hub.stack.sql(
        "SELECT error_class FROM integration_job_log "
        "WHERE event_id = %s AND operation = 'attempt' ORDER BY id",
        event_id,
    )
    return [row[0] for row in rows]


# === READING ONE OBJECT === #


def test_reading_is_repeated_as_the_fault_says(hub, sim, mail):
    """A tax id is only a hint: the customer must be read, and reading fails first."""
    hints = {}
    for number, (name, (fault, _class, _count)) in enumerate(FAULTS.items()):
        customer = new_customer(sim, mail, number)
        sim.faults.add(method="GET", path=f"/v1/customers/{customer}", count=1, **fault)
        sim.add_tax_id(customer, **VAT)
        hints[name] = (customer, hub.last_event())
    hub.delivered()
    for name, (customer, event_id) in hints.items():
        _fault, error_class, count = FAULTS[name]
        event = hub.wait_state(event_id, "done", timeout=120)
        assert attempts(hub, event["id"]) == [error_class], name
        assert event["attempts"] == count, name
        assert hub.exceptions(event["id"]) == []
        assert oracle.actual(hub)[customer, ""]["vat"] == VAT["value"]
    assert oracle.differences(hub) == []


def test_a_peer_that_is_down_is_waited_for(hub, sim, mail):
    customer = new_customer(sim, mail)
    assert hub.settle() == {"done": 1}
    sim.sender.configure(paused=True)
    sim.add_tax_id(customer, **VAT)
    sim.clock.advance(5)
    sim.update_customer(customer, name="Renamed")
    hint, snapshot = (hub.body_of(event) for event in list(sim.events)[1:])
    other = hub.new_event(mail)
    sim.stop()
    try:
        assert hub.deliver(hint).status == 200
        failed = until(
            "the first attempt failed",
            lambda: (e := hub.event(hint["id"]))["attempts"] and e,
        )
        assert (failed["state"], failed["error_class"]) == ("retry", "transient")
        # A message that needs no reading does not wait for the peer; one of the same
        # customer keeps its place behind the hint.
        assert hub.deliver(snapshot).status == 200
        assert hub.deliver(other).status == 200
        hub.wait_state(other["id"], "done")
        assert hub.event(snapshot["id"])["state"] == "pending"
    finally:
        sim.restart()
    assert hub.wait_rest() == {"done": 3, "skipped": 1}
    assert oracle.differences(hub) == []


def test_a_refused_key_stops_the_connector_until_there_is_a_new_one(hub, sim, mail):
    first = new_customer(sim, mail, 1)
    hub.settle()
    sim.expired_keys.add("sk_test_demo")
    sim.add_tax_id(first, **VAT)
    hint = hub.last_event()
    until("the connector is suspended", lambda: hub.state == "suspended")
    event = hub.wait_state(hint, "pending")
    assert event["attempts"] == 0
    second = new_customer(sim, mail, 2)
    hub.delivered()
    assert hub.states() == {"done": 1, "pending": 2}, "what arrives meanwhile waits"
    told = hub.stack.value(
        "SELECT count(*) FROM mail_activity WHERE res_model = 'integration.connector' "
        "AND res_id = %s AND user_id = %s",
        hub.id,
        hub.manager.uid,
    )
    assert told == 1
    with pytest.raises(OdooRefused, match="does not accept the API key"):
        hub.press("action_test_connection")

    sim.keys["sk_test_new"] = "*"
    hub.store_key("sk_test_new")
    hub.press("action_test_connection")
    hub.press("action_submit")
    hub.press("action_approve", by=hub.second)
    assert hub.wait_rest() == {"done": 3}
    assert set(hub.links()) == {first, second}
    assert oracle.differences(hub) == []


def test_a_webhook_that_disappears_is_noticed(hub, sim):
    sim.act("DELETE", f"/v1/webhook_endpoints/{hub.endpoint}")
    hub.stack.run_cron("cron_check_connectors")
    problem = until(
        "the problem is noticed", lambda: hub.read("webhook_problem")["webhook_problem"]
    )
    assert "Register webhook" in problem
    told = hub.stack.sql(
        "SELECT summary FROM mail_activity WHERE res_model = 'integration.connector' "
        "AND res_id = %s",
        hub.id,
    )
    assert told == [("Messages no longer arrive",)]
    hub.press("action_register_webhook")
    assert not hub.read("webhook_problem")["webhook_problem"]
    assert len(sim.webhook_endpoints) == 1


# === ORDER === #


def held_events(hub, sim) -> None:
    """The simulator makes events and sends none; the tests send them as they like."""
    sim.sender.configure(paused=True)
    sim.clock.freeze(int(time.time()) - 1000)


def test_older_never_overwrites_newer(hub, sim, mail):
    held_events(hub, sim)
    customer = new_customer(sim, mail)
    for name in ("Second", "Third"):
        sim.clock.advance(10)
        sim.update_customer(customer, name=name)
    bodies = [hub.body_of(event) for event in sim.events]
    for body in reversed(bodies):
        assert hub.deliver(body).status == 200
        hub.wait_state(body["id"], "done", "skipped")
    states = [hub.event(body["id"]) for body in bodies]
    assert [e["state"] for e in states] == ["skipped", "skipped", "done"]
    assert {e["skip_reason"] for e in states[:2]} == {"stale"}
    assert oracle.differences(hub) == []


def test_a_deletion_before_the_creation_leaves_nothing(hub, sim, mail):
    held_events(hub, sim)
    customer = new_customer(sim, mail)
    sim.clock.advance(10)
    sim.delete_customer(customer)
    for event_id in reversed(list(sim.events)):
        assert hub.deliver(hub.body_of(event_id)).status == 200
        hub.wait_state(event_id, "skipped")
    assert hub.links() == {}
    assert not hub.stack.value(
        "SELECT count(*) FROM res_partner WHERE email LIKE %s", f"%@{mail}"
    )


def test_a_deletion_archives_and_never_deletes(hub, sim, mail):
    customer = new_customer(sim, mail)
    hub.settle()
    partner = hub.partner(customer)
    sim.clock.advance(5)
    sim.delete_customer(customer)
    hub.settle()
    assert hub.partner(customer) == {**partner, "active": False}


def test_equal_seconds_are_decided_by_reading_again(hub, sim, mail):
    held_events(hub, sim)
    customers = [new_customer(sim, mail, number) for number in range(3)]
    for customer in customers:
        sim.clock.advance(10)
        for name in ("One", "Two", "Three"):
            sim.update_customer(customer, name=f"{name} {customer}")
    sim.clock.advance(10)
    bodies = [hub.body_of(event) for event in sim.events]
    reads = len(sim.requests)
    # Newest first, oldest first, and the newest in the middle.
    for body in [*reversed(bodies), *bodies]:
        assert hub.deliver(body).status == 200
    hub.wait_rest()
    assert oracle.differences(hub) == []
    assert len(sim.requests) > reads, "nobody asked Stripe"
    assert set(hub.states()) == {"done", "skipped"}


# === INITIAL LOAD === #

CUSTOMERS = 230


def changes(hub) -> tuple:
    """What a run that changes nothing must leave as it is."""
    return (
        hub.stack.value(
            "SELECT count(*) FROM integration_job_log WHERE connector_id = %s "
            "AND operation IN ('create', 'update', 'link', 'archive')",
            hub.id,
        ),
        hub.stack.value(
            "SELECT max(p.write_date) FROM res_partner p "
            "JOIN integration_external_id x ON x.res_id = p.id "
            "WHERE x.connector_id = %s",
            hub.id,
        ),
    )


def load_state(hub) -> dict:
    return hub.read_flow(
        "load_state", "load_total", "load_done", "load_failed", "load_message"
    )


def test_the_initial_load_survives_faults_and_a_stop(make_hub, sim, mail, rng):
    for number in range(CUSTOMERS):
        values = companies.company(rng)
        sim.create_customer(**{**values, "email": f"c{number}@{mail}"})
    assert not sim.deliveries, "there was no webhook yet"
    hub = make_hub().live()
    hub.manager.write("integration.flow", hub.flow, batch_size=20)
    hub.press_flow("action_count")
    assert load_state(hub)["load_state"] == "counted"
    assert load_state(hub)["load_total"] == CUSTOMERS

    # From the third page on slow enough to be stopped on the way.
    slow = sim.faults.add(
        kind="slow", method="GET", path="/v1/customers", skip=2, delay=3.0
    )
    hub.press_flow("action_load")
    until("some pages are read", lambda: load_state(hub)["load_done"] >= 40)
    hub.press_flow("action_stop_load")
    until("it stops", lambda: load_state(hub)["load_state"] == "stopped")
    half = load_state(hub)["load_done"]
    assert 40 <= half < CUSTOMERS
    assert len(hub.links()) == half
    sim.faults.remove(slow.id)

    # The fourth page from here fails once; the load goes on by itself.
    sim.faults.add(status=503, method="GET", path="/v1/customers", skip=3, count=1)
    hub.press_flow("action_load")
    until("it is loaded", lambda: load_state(hub)["load_state"] == "done", pause=0.2)
    assert load_state(hub)["load_done"] == CUSTOMERS
    assert load_state(hub)["load_failed"] == 0
    assert len(hub.links()) == CUSTOMERS
    assert oracle.differences(hub) == []

    before = changes(hub)
    hub.press_flow("action_load")
    until("it is loaded again", lambda: load_state(hub)["load_state"] == "done")
    assert load_state(hub)["load_done"] == CUSTOMERS
    assert changes(hub) == before, "the second load changed something"
