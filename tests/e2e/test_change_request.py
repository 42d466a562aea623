# Copyright 2026 Odoo Integration Suite contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl)
"""A field that Stripe owns is changed at Stripe, on two people's word."""

import pytest
from e2e.people import OdooRefused
from e2e.waiting import until

HERE, THERE = "+49 221 1", "+49 221 2"


@pytest.fixture
def hub(make_sender):
    return make_sender(sent=("customer",))


@pytest.fixture
def phone_is_theirs(hub):
    """Stripe decides the phone number of customers."""
    rule = hub.manager.create(
        "integration.ownership",
        entity="customer",
        field="phone",
        owner="stripe",
        operation="update",
        on_conflict="reject",
    )
    yield
    hub.manager.call("integration.ownership", "unlink", [rule])


def phone(hub, partner):
    return hub.stack.value("SELECT phone FROM res_partner WHERE id = %s", partner)


def newest_request(hub):
    return hub.stack.sql(
        "SELECT id, state, change_state FROM integration_approval "
        "WHERE action = 'change' ORDER BY id DESC LIMIT 1"
    )[0]


def test_the_owner_is_asked_and_odoo_follows(hub, sim, mail, phone_is_theirs):
    clerk = hub.stack.people["admin"]
    customer = sim.create_customer(name="Deco", email=f"c@{mail}", phone=HERE)["id"]
    links = until("it is here", lambda: hub.linked("customer"))
    (partner,) = [record for record, there in links.items() if there == customer]
    hub.settle()
    hub.count()

    # Nobody changes it in Odoo; the owner is asked instead.
    with pytest.raises(OdooRefused):
        clerk.write("res.partner", partner, phone=THERE)
    ask = ("res.partner", partner, {"phone": THERE}, "the customer called")
    clerk.call("integration.ownership", "request_change", *ask)
    request, state, _change = newest_request(hub)
    assert state == "requested"

    # Not by the one who asks; and until somebody else agrees, nothing moves.
    with pytest.raises(OdooRefused, match="second person"):
        clerk.press("integration.approval", request, "action_approve")
    hub.settle()
    assert (phone(hub, partner), sim.customer(customer)["phone"]) == (HERE, HERE)
    assert hub.written() == []

    hub.second.press("integration.approval", request, "action_approve")
    until("it is there", lambda: sim.customer(customer)["phone"] == THERE)
    until("it is here too", lambda: phone(hub, partner) == THERE)
    until("it is accepted", lambda: newest_request(hub)[2] == "accepted")
    hub.settle()
    assert hub.written() == [f"/v1/customers/{customer}"]
