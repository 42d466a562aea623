# Copyright 2026 Odoo Integration Suite contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl)
"""All that the simulator sends fits Stripe's own types, generation by generation."""

import json

import pytest
import requests
from conformance.judge import DATA, GENERATIONS, Judge


def live(sim, hook):
    """Every kind of call and change, once."""
    sim.add_endpoint(hook, description="All")
    customer = sim.create_customer(
        name="Full",
        business_name="Full Ltd",
        individual_name="A Person",
        email="a@example.com",
        phone="+49 30 1",
        description="d",
        balance=-500,
        address={"line1": "1", "city": "Köln", "country": "DE"},
        shipping={"name": "S", "address": {"city": "Bonn"}},
        preferred_locales=["de"],
        tax_exempt="reverse",
        metadata={"a": "b"},
        invoice_settings={
            "footer": "f",
            "custom_fields": [{"name": "n", "value": "v"}],
        },
        tax_id_data=[{"type": "eu_vat", "value": "DE136695976"}],
    )
    bare = sim.create_customer()
    sim.update_customer(
        customer["id"], business_name="Other", address="", shipping="", metadata=""
    )
    sim.update_customer(bare["id"], address={"city": "X"}, name="N")
    tax_id = next(iter(sim.tax_ids))
    sim.verify_tax_id(tax_id, "verified", name="Full Ltd")
    sim.remove_tax_id(customer["id"], tax_id)
    sim.add_tax_id(bare["id"], "gb_vat", "GB569575185")
    sim.delete_customer(customer["id"])
    return customer["id"], bare["id"]


@pytest.mark.parametrize("version", GENERATIONS)
def test_answers_of_the_api(sim, version):
    judge = Judge(version)
    gone, here = live(sim, "http://127.0.0.1:9/hook")
    headers = {"Authorization": "Bearer sk_test_demo", "Stripe-Version": version}

    def call(method, path, **data):
        answer = requests.request(
            method, sim.url + path, headers=headers, data=data, timeout=5
        )
        assert answer.status_code == 200, answer.text
        judge.check(answer.json())
        return answer.json()

    made = call("POST", "/v1/customers", name="X", **{"expand[]": "tax_ids"})
    path = f"/v1/customers/{made['id']}/tax_ids"
    tax_id = call("POST", path, type="us_ein", value="12-3456789")
    for path in (
        f"/v1/customers/{here}?expand[]=tax_ids&expand[]=sources",
        f"/v1/customers/{gone}",
        "/v1/customers?expand[]=data.tax_ids&expand[]=data.subscriptions",
        f"/v1/customers/{made['id']}/tax_ids?expand[]=data.customer",
        f"/v1/tax_ids/{tax_id['id']}?expand[]=customer",
        "/v1/webhook_endpoints",
        "/v1/account",
    ):
        call("GET", path)
    endpoint = call(
        "POST",
        "/v1/webhook_endpoints",
        url="https://a.example",
        **{"enabled_events[0]": "*"},
    )
    assert endpoint["secret"]
    call("POST", f"/v1/webhook_endpoints/{endpoint['id']}", disabled="true")
    call("DELETE", f"/v1/webhook_endpoints/{endpoint['id']}")
    call("DELETE", f"/v1/customers/{made['id']}/tax_ids/{tax_id['id']}")
    call("DELETE", f"/v1/customers/{made['id']}")


@pytest.mark.parametrize("version", GENERATIONS)
def test_events_in_the_version_of_their_endpoint(sim, receiver, version):
    judge = Judge(version)
    sim.add_endpoint(receiver.url, api_version=version)
    live(sim, f"{receiver.url}/default")
    assert sim.wait_idle()
    pinned = [r for r in receiver.got if not r.path.endswith("default")]
    assert len(pinned) == len(sim.events)
    for request in pinned:
        event = json.loads(request.body)
        assert event["api_version"] == version
        judge.check(event)
    types = {event["type"] for event in sim.events.values()}
    assert types == {
        "customer.created",
        "customer.updated",
        "customer.deleted",
        "customer.tax_id.created",
        "customer.tax_id.updated",
        "customer.tax_id.deleted",
    }


def test_events_of_the_api_follow_the_account_not_the_request(sim):
    live(sim, "http://127.0.0.1:9/hook")
    judge = Judge("2026-10-28.endive")
    headers = {
        "Authorization": "Bearer sk_test_demo",
        "Stripe-Version": "2024-06-20",
    }
    answer = requests.get(
        f"{sim.url}/v1/events?limit=100", headers=headers, timeout=5
    ).json()
    judge.check(answer)
    assert {event["api_version"] for event in answer["data"]} == {"2026-10-28.endive"}


def test_event_destinations(sim):
    judge = Judge("2026-10-28.endive")
    made = sim.add_thin_destination("https://a.example")
    judge.check(made)
    path = f"/v2/core/event_destinations/{made['id']}"
    judge.check(sim.act("POST", f"{path}/disable"))


def test_the_judge_itself_refuses_a_foreign_generation(sim):
    customer = sim.create_customer(name="A", business_name="B")
    Judge("2026-10-28.endive").check(customer)
    with pytest.raises(AssertionError, match="business_name"):
        Judge("2024-06-20").check(customer)
    with pytest.raises(AssertionError, match="created"):
        Judge("2026-10-28.endive").check({**customer, "created": "soon"})


def test_samples_published_by_stripe_have_no_field_that_we_lack(sim):
    fixtures = json.loads((DATA / "fixtures3.json").read_text())["resources"]
    customer = sim.create_customer(name="A")
    assert set(fixtures["customer"]) <= set(customer)
    tax_id = sim.add_tax_id(customer["id"], "us_ein", "12-3456789")
    assert set(fixtures["tax_id"]) <= set(tax_id)
    endpoint = sim.add_endpoint("https://a.example")
    assert set(fixtures["webhook_endpoint"]) <= set(endpoint)
