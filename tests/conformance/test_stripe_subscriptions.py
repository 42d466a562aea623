# Copyright 2026 Odoo Integration Suite contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl)
"""Subscriptions: their life, what changes cost, and Stripe's own types."""

import json
from datetime import datetime, timezone

import pytest
import requests
import stripe
from conformance.judge import GENERATIONS, Judge
from conformance.sdk import old, types

from simulators.stripe_intervals import DAY, boundary, period_at
from simulators.stripe_ledger import Ledger

START = 1_790_000_000


@pytest.fixture
def plans(sim):
    """Monthly prices by name: 20.00 and 50.00 EUR."""
    made = {}
    for name, amount in (("Starter", 2000), ("Team", 5000)):
        product = sim.create_product(name)["id"]
        recurring = {"interval": "month"}
        made[name] = sim.create_price(product, amount, recurring=recurring)["id"]
    return made


@pytest.fixture
def vat(sim):
    return sim.create_tax_rate("19")["id"]


@pytest.fixture
def subscription(sim, customer, plans, vat):
    """Id of an active one: Starter × 2, with tax."""
    made = sim.create_subscription(
        customer, [{"price": plans["Starter"], "quantity": 2}], default_tax_rates=[vat]
    )
    return made["id"]


def unix(*parts):
    return int(datetime(*parts, tzinfo=timezone.utc).timestamp())


def item_of(sim, subscription):
    return sim.subscriptions[subscription]["items"]["data"][0]["id"]


def lines(sim, number=-1):
    """(description, amount) of the lines of an invoice; the newest."""
    invoice = list(sim.invoices)[number]
    return [
        (line["description"], line["amount"]) for line in sim.invoice_lines(invoice)
    ]


# -- time ------------------------------------------------------------------------------


def test_months_end_on_the_day_of_the_anchor_or_their_last():
    anchor = unix(2026, 1, 31, 9)
    ends = [boundary(anchor, "month", 1, number) for number in range(1, 5)]
    assert ends == [
        unix(2026, 2, 28, 9), unix(2026, 3, 31, 9), unix(2026, 4, 30, 9),
        unix(2026, 5, 31, 9),
    ]  # fmt: skip
    leap = unix(2024, 2, 29, 9)
    assert boundary(leap, "year", 1, 1) == unix(2025, 2, 28, 9)
    assert boundary(leap, "year", 1, 4) == unix(2028, 2, 29, 9)
    assert boundary(anchor, "week", 2, 3) == anchor + 42 * DAY
    assert period_at(anchor, "month", 3, unix(2026, 4, 30, 9)) == (
        unix(2026, 4, 30, 9),
        unix(2026, 7, 31, 9),
    )
    assert period_at(anchor, "day", 1, anchor) == (anchor, anchor + DAY)


# -- life ------------------------------------------------------------------------------


def test_the_sdk_makes_and_ends_one(client, sim, customer, plans):
    made = client.v1.subscriptions.create(
        {"customer": customer, "items": [{"price": plans["Team"]}]}
    )
    assert isinstance(made, stripe.Subscription)
    assert (made.status, made["items"].data[0].price.id) == ("active", plans["Team"])
    invoice = client.v1.invoices.retrieve(made.latest_invoice)
    assert invoice.parent.subscription_details.subscription == made.id
    assert invoice.billing_reason == "subscription_create"
    (line,) = invoice.lines.data
    details = line.parent.subscription_item_details
    assert details.subscription_item == made["items"].data[0].id
    assert line.period.end == made["items"].data[0].current_period_end
    found = client.v1.subscription_items.list({"subscription": made.id})
    assert [item.id for item in found] == [made["items"].data[0].id]
    ended = client.v1.subscriptions.cancel(
        made.id, {"cancellation_details": {"feedback": "too_expensive"}}
    )
    assert (ended.status, ended.ended_at) == ("canceled", START)
    assert ended.cancellation_details.feedback == "too_expensive"
    assert client.v1.subscriptions.list().data == []
    assert len(client.v1.subscriptions.list({"status": "all"}).data) == 1
    with pytest.raises(stripe.InvalidRequestError):
        client.v1.subscriptions.update(made.id, {"cancel_at_period_end": True})


def test_the_first_payment(sim, customer, plans):
    before = len(sim.events)
    sim.create_subscription(customer, [{"price": plans["Team"]}])
    told = [name for name in types(sim, before) if "subscription" in name]
    assert told == ["customer.subscription.created", "customer.subscription.updated"]
    created, updated = (
        event["data"]["object"]
        for event in list(sim.events.values())[before:]
        if "subscription" in event["type"]
    )
    assert (created["status"], updated["status"]) == ("incomplete", "active")
    assert created["latest_invoice"] == updated["latest_invoice"]


def test_a_first_payment_that_never_comes(sim, customer, plans):
    made = sim.create_subscription(
        customer, [{"price": plans["Team"]}], default_payment_method="pm_card_declined"
    )
    assert made["status"] == "incomplete"
    sim.clock.advance(23 * 3600)
    sim.run_subscriptions()
    obj = sim.subscriptions[made["id"]]
    assert (obj["status"], obj["ended_at"]) == ("incomplete_expired", START + 23 * 3600)
    assert sim.invoices[made["latest_invoice"]]["status"] == "void"


def test_renewal_and_a_card_that_is_declined(sim, subscription):
    sim.clock.advance(31 * DAY)
    assert sim.run_subscriptions() == 1
    obj = sim.subscriptions[subscription]
    item = obj["items"]["data"][0]
    assert item["current_period_start"] == unix(2026, 10, 21, 14, 13, 20)
    assert [invoice["total"] for invoice in sim.invoices.values()] == [4760, 4760]
    assert sim.run_subscriptions() == 0
    sim.update_subscription(subscription, default_payment_method="pm_card_declined")
    sim.clock.advance(31 * DAY)
    sim.run_subscriptions()
    assert obj["status"] == "past_due"
    assert sim.invoices[obj["latest_invoice"]]["status"] == "open"
    sim.exhaust_retries(subscription)
    assert obj["status"] == "unpaid"
    sim.pay_invoice(obj["latest_invoice"])
    assert sim.subscriptions[subscription]["status"] == "active"
    assert Ledger(sim).differences() == []


def test_several_periods_at_once_come_in_order(sim, subscription):
    sim.clock.advance(100 * DAY)
    assert sim.run_subscriptions() == 3
    created = [invoice["created"] for invoice in sim.invoices.values()]
    assert created == [START, *(
        unix(2026, month, 21, 14, 13, 20) for month in (10, 11, 12)
    )]  # fmt: skip


def test_upgrade_with_the_next_invoice(sim, subscription, plans):
    sim.clock.advance(15 * DAY)
    item = item_of(sim, subscription)
    changed = sim.update_subscription(
        subscription, items=[{"id": item, "price": plans["Team"], "quantity": 1}]
    )
    assert changed["items"]["data"][0]["price"]["id"] == plans["Team"]
    assert len(sim.invoices) == 1
    sim.clock.advance(20 * DAY)
    sim.run_subscriptions()
    assert lines(sim) == [
        ("Unused time on 2 × Starter after 06 Oct 2026", -2000),
        ("Remaining time on Team after 06 Oct 2026", 2500),
        ("Team", 5000),
    ]
    first = list(sim.invoices)[0]
    credit = sim.invoice_lines(list(sim.invoices)[1])[0]["parent"]
    details = credit["invoice_item_details"]
    assert details["proration"] is True
    assert details["subscription"] == subscription
    assert details["proration_details"]["credited_items"]["invoice"] == first
    assert Ledger(sim).differences() == []


def test_upgrade_at_once_and_downgrade_into_credit(sim, subscription, plans, customer):
    sim.clock.advance(15 * DAY)
    item = item_of(sim, subscription)
    sim.update_subscription(
        subscription,
        items=[{"id": item, "price": plans["Team"]}],
        proration_behavior="always_invoice",
    )
    invoice = list(sim.invoices.values())[-1]
    assert (invoice["billing_reason"], invoice["status"]) == (
        "subscription_update",
        "paid",
    )
    assert [amount for _text, amount in lines(sim)] == [-2000, 5000]
    assert invoice["total"] == 3570
    sim.update_subscription(
        subscription,
        items=[{"id": item, "price": plans["Starter"], "quantity": 1}],
        proration_behavior="always_invoice",
    )
    invoice = list(sim.invoices.values())[-1]
    assert (invoice["total"], invoice["status"]) == (-4760, "paid")
    assert sim.customers[customer]["balance"] == -4760
    assert Ledger(sim).differences() == []


def test_no_proration_where_none_is_wanted(sim, subscription, plans):
    sim.clock.advance(15 * DAY)
    sim.update_subscription(
        subscription, items=[{"price": plans["Team"]}], proration_behavior="none"
    )
    sim.clock.advance(20 * DAY)
    sim.run_subscriptions()
    assert lines(sim) == [("Starter", 4000), ("Team", 5000)]
    items = sim.subscriptions[subscription]["items"]["data"]
    sim.update_subscription(
        subscription,
        items=[{"id": items[0]["id"], "deleted": True}],
        proration_behavior="none",
    )
    assert sim.subscriptions[subscription]["items"]["data"] == items[1:]


def test_a_trial(sim, customer, plans):
    made = sim.create_subscription(
        customer, [{"price": plans["Team"]}], trial_period_days=14
    )
    assert (made["status"], made["trial_end"]) == ("trialing", START + 14 * DAY)
    invoice = sim.invoices[made["latest_invoice"]]
    assert (invoice["total"], invoice["status"]) == (0, "paid")
    assert lines(sim) == [("Trial period for Team", 0)]
    sim.clock.advance(14 * DAY)
    sim.run_subscriptions()
    obj = sim.subscriptions[made["id"]]
    assert obj["status"] == "active"
    assert lines(sim) == [("Team", 5000)]
    assert obj["items"]["data"][0]["current_period_start"] == START + 14 * DAY


def test_a_trial_without_a_card_pauses_and_goes_on(sim, customer, plans):
    made = sim.create_subscription(
        customer,
        [{"price": plans["Team"]}],
        trial_period_days=14,
        trial_settings={"end_behavior": {"missing_payment_method": "pause"}},
    )
    sim.clock.advance(20 * DAY)
    before = len(sim.events)
    sim.run_subscriptions()
    assert sim.subscriptions[made["id"]]["status"] == "paused"
    assert types(sim, before) == ["customer.subscription.paused"]
    sim.resume_subscription(made["id"])
    obj = sim.subscriptions[made["id"]]
    assert obj["status"] == "active"
    assert obj["items"]["data"][0]["current_period_start"] == START + 20 * DAY
    assert "customer.subscription.resumed" in types(sim, before)


def test_cancel_at_period_end_and_second_thoughts(sim, subscription):
    sim.cancel_subscription(subscription, at_period_end=True)
    obj = sim.subscriptions[subscription]
    end = obj["items"]["data"][0]["current_period_end"]
    assert (obj["status"], obj["cancel_at"]) == ("active", end)
    sim.update_subscription(subscription, cancel_at_period_end=False)
    assert (obj["cancel_at"], obj["canceled_at"]) == (None, None)
    sim.cancel_subscription(subscription, at_period_end=True)
    sim.clock.advance(40 * DAY)
    before = len(sim.events)
    sim.run_subscriptions()
    assert (obj["status"], obj["ended_at"]) == ("canceled", end)
    assert types(sim, before) == ["customer.subscription.deleted"]
    assert len(sim.invoices) == 1


def test_a_deleted_customer_has_none(sim, customer, subscription):
    sim.delete_customer(customer)
    assert sim.subscriptions[subscription]["status"] == "canceled"
    assert types(sim)[-2:] == ["customer.subscription.deleted", "customer.deleted"]


def test_paused_collection(sim, subscription):
    ends = {"keep_as_draft": "draft", "mark_uncollectible": "uncollectible"}
    for behavior, status in (*ends.items(), ("void", "void")):
        sim.update_subscription(subscription, pause_collection={"behavior": behavior})
        sim.clock.advance(31 * DAY)
        sim.run_subscriptions()
        assert list(sim.invoices.values())[-1]["status"] == status
        assert sim.subscriptions[subscription]["status"] == "active"
    resumes = sim.clock.timestamp() + 5 * DAY
    sim.update_subscription(
        subscription, pause_collection={"behavior": "void", "resumes_at": resumes}
    )
    sim.clock.advance(6 * DAY)
    assert sim.run_subscriptions() == 1
    assert sim.subscriptions[subscription]["pause_collection"] is None


def test_an_invoice_to_be_paid(sim, customer, plans):
    made = sim.create_subscription(
        customer,
        [{"price": plans["Team"]}],
        collection_method="send_invoice",
        days_until_due=14,
    )
    invoice = sim.invoices[made["latest_invoice"]]
    assert (made["status"], invoice["status"]) == ("active", "open")
    assert invoice["due_date"] == START + 14 * DAY


def test_what_is_refused(client, sim, customer, plans, subscription):
    product = sim.create_product("Once")["id"]
    once = sim.create_price(product, 100)["id"]
    yearly = sim.create_price(product, 100, recurring={"interval": "year"})["id"]
    create = client.v1.subscriptions.create
    update = client.v1.subscriptions.update
    for call, values in (
        (create, {"customer": customer, "items": [{"price": once}]}),
        (create, {"customer": "cus_none", "items": [{"price": plans["Team"]}]}),
        (create, {"customer": customer}),
        (update, {"items": [{"price": yearly}]}),
        (update, {"items": [{"id": item_of(sim, subscription), "deleted": True}]}),
        (update, {"proration_date": 5, "items": [{"price": plans["Team"]}]}),
        (update, {"discounts": [{"coupon": "x"}]}),
    ):
        with pytest.raises(stripe.InvalidRequestError):
            call(subscription, values) if call == update else call(values)
    assert len(sim.subscriptions) == 1
    assert len(sim.subscriptions[subscription]["items"]["data"]) == 1
    with pytest.raises(stripe.CardError):
        create(
            {
                "customer": customer,
                "items": [{"price": plans["Team"]}],
                "default_payment_method": "pm_card_declined",
                "payment_behavior": "error_if_incomplete",
            }
        )


def test_the_old_shape_has_one_period_for_all(sim, subscription):
    value = old(sim, f"/v1/subscriptions/{subscription}")
    item = sim.subscriptions[subscription]["items"]["data"][0]
    assert value["current_period_end"] == item["current_period_end"]
    assert "current_period_end" not in value["items"]["data"][0]


# -- shapes ----------------------------------------------------------------------------


def lively(sim, customer, plans, vat):
    """Every kind of change, once or more; returns an id."""
    tiered = sim.act(
        "POST",
        "/v1/prices",
        product=sim.create_product("Used")["id"],
        currency="eur",
        recurring={"interval": "month", "usage_type": "metered"},
        unit_amount_decimal="0.5",
    )["id"]
    made = sim.create_subscription(
        customer,
        [
            {"price": plans["Starter"], "tax_rates": [vat], "metadata": {"a": "b"}},
            {"price": tiered},
        ],
        description="d",
        metadata={"k": "v"},
    )["id"]
    item = item_of(sim, made)
    sim.clock.advance(5 * DAY)
    sim.update_subscription(made, items=[{"id": item, "price": plans["Team"]}])
    sim.update_subscription(made, pause_collection={"behavior": "void"})
    sim.update_subscription(made, pause_collection=None)
    sim.cancel_subscription(made, at_period_end=True)
    sim.clock.advance(31 * DAY)
    trial = sim.create_subscription(
        customer,
        [{"price": plans["Team"]}],
        trial_period_days=3,
        trial_settings={"end_behavior": {"missing_payment_method": "pause"}},
        collection_method="send_invoice",
        days_until_due=7,
        default_tax_rates=[vat],
    )["id"]
    sim.run_subscriptions()
    sim.clock.advance(4 * DAY)
    sim.run_subscriptions()
    sim.resume_subscription(trial)
    sim.cancel_subscription(trial, prorate=True, invoice_now=True)
    return made


@pytest.mark.parametrize("version", GENERATIONS)
def test_fits_the_types_of_each_generation(
    sim, receiver, customer, plans, vat, version
):
    judge = Judge(version)
    sim.add_endpoint(receiver.url, api_version=version)
    made = lively(sim, customer, plans, vat)
    headers = {"Authorization": "Bearer sk_test_demo", "Stripe-Version": version}
    for path in (
        f"/v1/subscriptions/{made}?expand[]=latest_invoice&expand[]=customer",
        "/v1/subscriptions?status=all&expand[]=data.items.data.price.product",
        f"/v1/subscription_items?subscription={made}",
        "/v1/invoices?limit=100",
    ):
        answer = requests.get(sim.url + path, headers=headers, timeout=10)
        assert answer.status_code == 200, f"{path}: {answer.text}"
        judge.check(answer.json())
    assert {"subscription", "subscription_item", "plan", "price"} <= judge.seen
    assert sim.wait_idle()
    told = set()
    for request in receiver.got:
        event = json.loads(request.body)
        judge.check(event)
        told.add(event["type"])
    assert told >= {
        f"customer.subscription.{name}"
        for name in ("created", "updated", "deleted", "paused", "resumed")
    }


def test_a_restart_keeps_them(sim, subscription):
    state = sim.keeper.dump()
    resource = sim.resources["subscriptions"]
    resource.load(json.loads(json.dumps(state["resources"]["subscriptions"])))
    sim.resources["subscription_items"].load(
        json.loads(json.dumps(state["resources"]["subscription_items"]))
    )
    sim.clock.advance(31 * DAY)
    assert sim.run_subscriptions() == 1
    assert len(sim.invoices) == 2
