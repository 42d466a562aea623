# Copyright 2026 Odoo Integration Suite contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl)
"""What customers may use: features, sets that change, and Stripe's own types."""

import json

import pytest
import requests
import stripe
from conformance.judge import GENERATIONS, Judge

from simulators.stripe_intervals import DAY


@pytest.fixture
def plans(sim):
    """Monthly prices by name: 20.00 and 50.00 EUR."""
    made = {}
    for name, amount in (("Starter", 2000), ("Team", 5000)):
        product = sim.create_product(name)["id"]
        recurring = {"interval": "month"}
        made[name] = sim.create_price(product, amount, recurring=recurring)["id"]
    return made


def summaries(sim):
    """Keys that each summary told, oldest first."""
    return [
        [one["lookup_key"] for one in event["data"]["object"]["entitlements"]["data"]]
        for event in sim.events.values()
        if event["type"].startswith("entitlements.")
    ]


def test_a_set_is_told_when_it_changes(client, sim, customer, plans):
    """By the SDK: features, what products have of them, what is granted."""
    team = sim.prices[plans["Team"]]["product"]
    starter = sim.prices[plans["Starter"]]["product"]
    feature = client.v1.entitlements.features.create(
        {"lookup_key": "api", "name": "API access"}
    )
    for product in (team, starter):
        client.v1.products.features.create(product, {"entitlement_feature": feature.id})
    sim.create_feature("sso", "Single sign-on", team)
    with pytest.raises(stripe.InvalidRequestError):
        client.v1.entitlements.features.create({"lookup_key": "api", "name": "Two"})

    made = sim.create_subscription(customer, [{"price": plans["Starter"]}])["id"]
    sim.update_subscription(made, description="Nothing that grants")
    item = sim.subscriptions[made]["items"]["data"][0]["id"]
    sim.update_subscription(made, items=[{"id": item, "price": plans["Team"]}])
    # A second one grants nothing new, and one that ends takes nothing away.
    other = sim.create_subscription(customer, [{"price": plans["Starter"]}])["id"]
    sim.exhaust_retries(made)
    assert summaries(sim) == [["api"], ["api", "sso"], ["api"]]
    found = client.v1.entitlements.active_entitlements.list(
        {"customer": customer, "expand": ["data.feature"]}
    )
    (one,) = found.data
    assert isinstance(one, stripe.entitlements.ActiveEntitlement)
    assert (one.lookup_key, one.feature.name) == ("api", "API access")
    again = client.v1.entitlements.active_entitlements.retrieve(one.id)
    assert again.feature == feature.id
    sim.cancel_subscription(other)
    assert summaries(sim)[3:] == [[]]
    assert sim.entitlements(customer) == []
    with pytest.raises(stripe.InvalidRequestError):
        client.v1.entitlements.active_entitlements.list({"customer": "cus_none"})


def test_a_trial_grants_and_a_pause_keeps(sim, customer, plans):
    sim.create_feature("api", "API", sim.prices[plans["Team"]]["product"])
    end = {"end_behavior": {"missing_payment_method": "pause"}}
    made = sim.create_subscription(
        customer, [{"price": plans["Team"]}], trial_period_days=7, trial_settings=end
    )
    assert sim.entitlements(customer) == ["api"]
    sim.clock.advance(8 * DAY)
    sim.run_subscriptions()
    assert sim.subscriptions[made["id"]]["status"] == "paused"
    assert sim.entitlements(customer) == ["api"]
    sim.delete_customer(customer)
    assert summaries(sim) == [["api"], []]


@pytest.mark.parametrize("version", GENERATIONS)
def test_entitlements_fit_the_types(sim, receiver, customer, plans, version):
    judge = Judge(version)
    sim.add_endpoint(receiver.url, api_version=version)
    product = sim.prices[plans["Team"]]["product"]
    for number in range(12):
        sim.create_feature(f"key_{number}", f"Feature {number}", product)
    sim.create_subscription(customer, [{"price": plans["Team"]}])
    headers = {"Authorization": "Bearer sk_test_demo", "Stripe-Version": version}
    active = f"/v1/entitlements/active_entitlements?customer={customer}"
    for path in (
        "/v1/entitlements/features",
        f"/v1/products/{product}/features",
        active,
        f"{active}&expand[]=data.feature",
    ):
        answer = requests.get(sim.url + path, headers=headers, timeout=10)
        assert answer.status_code == 200, f"{path}: {answer.text}"
        assert answer.json()["has_more"], path
        judge.check(answer.json())
    assert sim.wait_idle()
    (told,) = (
        json.loads(request.body)
        for request in receiver.got
        if b"active_entitlement_summary" in request.body
    )
    judge.check(told)
    shown = told["data"]["object"]["entitlements"]
    assert (len(shown["data"]), shown["has_more"]) == (10, True)
    assert len(judge.seen) == 5
