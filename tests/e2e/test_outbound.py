# Copyright 2026 Odoo Integration Suite contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl)
"""Records of Odoo at Stripe: once, whatever gets lost, and one write on each side."""

import pytest
from e2e.waiting import until

DAY = 86400


@pytest.fixture
def hub(make_sender):
    """Customers and products go out, and come in."""
    return make_sender(sent=("customer", "product"))


@pytest.fixture
def partner(hub, mail):
    """Makes customers in Odoo, as people do."""

    def make(number=0, **values) -> int:
        values = {"name": f"Deco {number}", "email": f"c{number}@{mail}", **values}
        return hub.stack.people["admin"].create("res.partner", **values)

    return make


def change(hub, partner_id, **values):
    hub.stack.people["admin"].write("res.partner", partner_id, **values)


def phones(hub, partner_id, customer):
    here = hub.stack.value("SELECT phone FROM res_partner WHERE id = %s", partner_id)
    return here, hub.sim.customer(customer)["phone"]


# === ONE WRITE ON EACH SIDE === #


def test_a_full_round_trip_is_one_write_on_each_side(hub, sim, partner):
    hub.count()
    record = partner(phone="+49 221 1", city="Köln")
    customer = hub.wait_linked("customer", record)
    hub.settle()
    assert hub.written() == ["/v1/customers"]
    assert hub.changed() == [] and hub.changed("out") == [("customer", "create")]

    hub.count()
    change(hub, record, phone="+49 221 2")
    until("it is there", lambda: sim.customer(customer)["phone"] == "+49 221 2")
    hub.settle()
    assert hub.written() == [f"/v1/customers/{customer}"]
    assert hub.changed() == [] and hub.changed("out") == [("customer", "update")]

    hub.count()
    sim.update_customer(customer, phone="+49 221 3")
    until("it is here", lambda: phones(hub, record, customer)[0] == "+49 221 3")
    hub.settle()
    assert hub.written() == []
    assert hub.changed() == [("customer", "update")] and hub.changed("out") == []
    stored = hub.events("source_type = 'customer.updated'")
    assert stored, "the webhook never told"


def test_both_sides_change_one_customer(hub, sim, partner, mail):
    record = partner(phone="+49 221 1")
    customer = hub.wait_linked("customer", record)
    hub.settle()
    sim.sender.configure(paused=True)
    sim.update_customer(customer, email=f"new@{mail}")
    change(hub, record, phone="+49 221 2")
    sim.sender.configure(paused=False)
    until("both have both", lambda: _agree(hub, sim, record, customer, mail))
    hub.settle()
    assert _agree(hub, sim, record, customer, mail)
    assert not hub.events("state IN ('review', 'dead', 'quarantine')")


def _agree(hub, sim, record, customer, mail) -> bool:
    here = hub.stack.sql("SELECT phone, email FROM res_partner WHERE id = %s", record)
    there = sim.customer(customer)
    wanted = ("+49 221 2", f"new@{mail}")
    return here == [wanted] and (there["phone"], there["email"]) == wanted


def test_many_changes_at_once_are_sent_as_one(hub, sim, partner):
    record = partner()
    customer = hub.wait_linked("customer", record)
    hub.count()
    for number in range(10):
        change(hub, record, phone=f"+49 221 {number}")
    until("the last is there", lambda: sim.customer(customer)["phone"] == "+49 221 9")
    hub.settle()
    assert len(hub.written()) < 10
    assert set(hub.written()) == {f"/v1/customers/{customer}"}
    assert hub.changed() == []


# === LOST ANSWERS === #

LOST = {
    "reset": {"kind": "reset", "when": "after"},
    "bad_gateway": {"status": 502, "when": "after"},
    "kept_500": {"status": 500, "when": "after"},
    "500_before": {"status": 500, "when": "during"},
    "never_arrived": {"kind": "reset", "when": "before"},
    "rate_limit": {"status": 429, "when": "before"},
}


@pytest.mark.parametrize("fault", LOST.values(), ids=LOST)
def test_a_lost_answer_makes_no_second_object(hub, sim, partner, fault):
    hub.count()
    sim.faults.add(method="POST", path="/v1/customers", count=1, **fault)
    record = partner()
    until("it failed once", lambda: _tried(hub, record))
    hub.hurry()
    customer = hub.wait_linked("customer", record, 90)
    hub.settle()
    assert list(sim.customers) == [customer]
    assert hub.written().count("/v1/customers") == 1
    assert [message["state"] for message in hub.outbox()] == ["done"]


def _tried(hub, record) -> bool:
    (message,) = hub.outbox("customer", record)
    return message["attempts"] > 0 or message["state"] in ("retry", "sending", "done")


def test_a_worker_killed_between_call_and_outcome(hub, sim, partner):
    hub.count()
    with hub.sender_killed("/v1/customers"):
        record = partner()
    (message,) = hub.outbox("customer", record)
    assert (message["state"], hub.linked("customer")) == ("sending", {})
    hub.sweep()
    # A killed job keeps its place in the channel until queue_job finds it.
    customer = hub.wait_linked("customer", record, 150)
    hub.settle()
    assert list(sim.customers) == [customer]
    assert hub.written() == ["/v1/customers"]
    assert hub.changed() == []


def test_a_killed_worker_is_found_when_keys_are_forgotten(hub, sim, partner):
    """A day later the key is of no use: the customer is looked up by its mark."""
    sim.sender.configure(paused=True)
    hub.count()

    def a_day_goes_by():
        sim.clock.advance(DAY + 60)
        sim.api.saved.clear()
        hub.stack.sql(
            "UPDATE integration_event SET sent_at = sent_at - interval '25 hours', "
            "received_at = received_at - interval '25 hours' WHERE connector_id = %s "
            "AND direction = 'out'",
            hub.id,
        )

    with hub.sender_killed("/v1/customers", a_day_goes_by):
        record = partner()
    hub.sweep()
    # A killed job keeps its place in the channel until queue_job finds it.
    customer = hub.wait_linked("customer", record, 150)
    hub.wait_rest()
    assert list(sim.customers) == [customer]
    assert hub.written() == ["/v1/customers"]
    looked = [r["path"] for r in sim.requests if r["path"].endswith("/search")]
    assert looked == ["/v1/customers/search"]


def test_bad_weather_loses_nothing_and_doubles_nothing(hub, sim, partner):
    """Forty customers while every third answer gets lost in one way or another."""
    hub.count()
    for fault in LOST.values():
        sim.faults.add(method="POST", path="/v1/customers", probability=0.08, **fault)
    records = [partner(number) for number in range(40)]

    def all_sent():
        hub.hurry()
        return len(hub.linked("customer")) == len(records)

    until("all are sent", all_sent, 60, 0.5, moving=hub.moving)
    sim.faults.clear()
    hub.settle()
    assert len(sim.customers) == len(records)
    assert sorted(hub.linked("customer")) == sorted(records)
    assert set(hub.linked("customer").values()) == set(sim.customers)
    assert hub.changed() == []
