# Copyright 2026 Odoo Integration Suite contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl)
"""The official SDK drives drafts over HTTP: coupons, items, what is refused."""

import pytest
import stripe
from conformance.sdk import old, types

from simulators.stripe_ledger import Ledger


def test_coupons_are_redeemed_and_run_out(client, sim, customer):
    chair, desk = (sim.create_product(name)["id"] for name in ("Chair", "Desk"))
    lines = [
        {"price": sim.create_price(product, 10000)["id"]} for product in (chair, desk)
    ]
    only = sim.create_coupon(percent_off="50", applies_to={"products": [desk]})["id"]
    read = client.v1.coupons.retrieve(only, {"expand": ["applies_to"]})
    assert read.applies_to.products == [desk]
    made = sim.create_invoice(customer, lines, [only])
    assert [
        [entry["amount"] for entry in line["discount_amounts"]]
        for line in made["lines"]["data"]
    ] == [[], [5000]]
    once = sim.create_coupon(
        amount_off=99999, currency="eur", max_redemptions=1, redeem_by=1_790_000_100
    )["id"]
    free = sim.create_invoice(customer, lines, [once])
    assert (free["total"], free["amount_due"]) == (0, 0)
    assert free["total_discount_amounts"][0]["amount"] == 20000
    assert sim.finalize_invoice(free["id"])["status"] == "paid"
    for coupon in (once, "NONE"):
        with pytest.raises(stripe.InvalidRequestError) as caught:
            client.v1.invoices.create(
                {"customer": customer, "discounts": [{"coupon": coupon}]}
            )
        assert caught.value.code in ("coupon_expired", "resource_missing")
    assert len(sim.invoices) == 2
    dollars = sim.create_coupon(amount_off=100, currency="usd")["id"]
    with pytest.raises(stripe.InvalidRequestError, match="usd"):
        client.v1.invoices.create(
            {"customer": customer, "discounts": [{"coupon": dollars}]}
        )
    # A discount outlives its coupon.
    client.v1.coupons.delete(only)
    shown = client.v1.invoices.retrieve(made["id"], {"expand": ["discounts"]})
    assert shown.discounts[0].source.coupon == only
    before = old(sim, f"/v1/invoices/{made['id']}?expand[]=discounts")
    assert before["discounts"][0]["coupon"]["percent_off"] == 50
    assert before["discount"]["coupon"]["id"] == only


def test_items_change_while_the_invoice_is_a_draft(client, sim, customer):
    product = sim.create_product("Chair")["id"]
    price = sim.create_price(product, 1000)["id"]
    vat = sim.create_tax_rate("19")["id"]
    items = client.v1.invoice_items
    draft = client.v1.invoices.create({"customer": customer, "currency": "eur"}).id
    item = items.create(
        {"customer": customer, "invoice": draft, "pricing": {"price": price}}
    )
    assert item.invoice == draft and item.pricing.price_details.product == product
    items.update(item.id, {"quantity": 4, "tax_rates": [vat], "metadata": {"a": "b"}})
    shown = client.v1.invoices.retrieve(draft)
    assert (shown.subtotal, shown.total) == (4000, 4760)
    assert shown.lines.data[0].metadata.to_dict() == {"a": "b"}
    data = {"currency": "eur", "product": product, "unit_amount_decimal": "0.5"}
    other = items.create({"customer": customer, "price_data": data, "quantity": 3})
    assert (other.amount, other.invoice) == (2, None)
    assert not client.v1.prices.retrieve(other.pricing.price_details.price).active
    assert [i.id for i in items.list({"pending": True}).data] == [other.id]
    assert [i.id for i in items.list({"invoice": draft}).data] == [item.id]
    items.delete(item.id)
    assert client.v1.invoices.retrieve(draft).total == 0
    for wrong in (
        {"amount": 100},
        {"amount": 100, "currency": "xyz"},
        {"amount": 5123, "currency": "kwd"},
        {"amount": "text", "currency": "eur"},
        {"amount": 100, "currency": "usd", "invoice": draft},
        {"amount": 100, "pricing": {"price": price}},
        {"pricing": {"price": "price_none"}},
    ):
        with pytest.raises(stripe.InvalidRequestError):
            items.create({"customer": customer, **wrong})
    assert len(items.list().data) == 1
    client.v1.invoices.finalize_invoice(draft)
    with pytest.raises(stripe.InvalidRequestError) as caught:
        items.create(
            {"customer": customer, "invoice": draft, "amount": 1, "currency": "eur"}
        )
    assert caught.value.code == "invoice_not_editable"


def test_ad_hoc_prices_come_without_a_word(client, sim, customer):
    sim.ad_hoc_prices = True
    rows = [
        {"amount": -1234, "description": "Refund of freight"},
        {"unit_amount_decimal": "0.125", "quantity": 1001},
    ]
    made = sim.create_invoice(customer, rows)
    assert made["total"] == -1234 + 125
    assert not {"price.created", "product.created"} & set(types(sim))
    for line, cost in zip(made["lines"]["data"], ("-1234", "0.125"), strict=True):
        details = line["pricing"]["price_details"]
        price = client.v1.prices.retrieve(details["price"], {"expand": ["product"]})
        assert not price.active and not price.product.active
        assert price.product.id == details["product"]
        assert line["pricing"]["unit_amount_decimal"] == cost
    before = old(sim, f"/v1/invoices/{made['id']}")["lines"]["data"]
    assert [line["price"]["unit_amount_decimal"] for line in before] == [
        "-1234",
        "0.125",
    ]
    sim.finalize_invoice(made["id"])
    assert Ledger(sim).differences() == []
