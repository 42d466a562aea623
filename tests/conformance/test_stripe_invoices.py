# Copyright 2026 Odoo Integration Suite contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl)
"""The official SDK drives catalogue and invoices over real HTTP."""

import json
import threading
from decimal import Decimal

import pytest
import requests
import stripe
from conformance.sdk import old, types

from simulators.stripe_ledger import Ledger

# -- catalogue -----------------------------------------------------------------------


def test_catalogue_through_the_sdk(client, sim):
    product = client.v1.products.create(
        {
            "name": "Chair",
            "metadata": {"sku": "C1"},
            "default_price_data": {"currency": "eur", "unit_amount": 1999},
        }
    )
    assert product.default_price in sim.prices
    price = client.v1.prices.create(
        {
            "product": product.id,
            "currency": "eur",
            "unit_amount_decimal": Decimal("0.125"),
            "recurring": {"interval": "month"},
        }
    )
    assert (price.unit_amount, price.unit_amount_decimal) == (None, Decimal("0.125"))
    assert price.type == "recurring" and price.recurring.usage_type == "licensed"
    read = client.v1.prices.retrieve(price.id, {"expand": ["product"]})
    assert read.product.name == "Chair"
    changed = client.v1.products.update(product.id, {"name": "Stool", "active": False})
    assert (changed.name, changed.active) == ("Stool", False)
    assert [p.id for p in client.v1.products.list({"active": False}).data] == [
        product.id
    ]
    assert client.v1.products.list({"active": True}).data == []
    kinds = client.v1.prices.list({"product": product.id, "type": "one_time"}).data
    assert [p.id for p in kinds] == [product.default_price]
    with pytest.raises(stripe.InvalidRequestError, match="prices"):
        client.v1.products.delete(product.id)
    with pytest.raises(stripe.InvalidRequestError):
        client.v1.products.create(
            {"name": "X", "default_price_data": {"currency": "eur"}}
        )
    with pytest.raises(stripe.InvalidRequestError) as caught:
        client.v1.prices.create({"product": product.id, "currency": "eur"})
    assert caught.value.param == "unit_amount"
    rate = client.v1.tax_rates.create(
        {"display_name": "VAT", "inclusive": False, "percentage": 19.5}
    )
    assert rate.percentage == 19.5 and rate.effective_percentage is None
    assert not client.v1.tax_rates.update(rate.id, {"active": False}).active
    with pytest.raises(stripe.InvalidRequestError):
        client.v1.tax_rates.update(rate.id, {"percentage": 20})
    coupon = client.v1.coupons.create({"percent_off": 12.5, "id": "SALE"})
    assert coupon.id == "SALE" and coupon.valid
    with pytest.raises(stripe.InvalidRequestError):
        client.v1.coupons.create({"amount_off": 1})
    assert client.v1.coupons.delete("SALE").deleted
    assert types(sim) == [
        "product.created",
        "price.created",
        "product.updated",
        "price.created",
        "product.updated",
        "tax_rate.created",
        "tax_rate.updated",
        "coupon.created",
        "coupon.deleted",
    ]


def test_tiers_and_packs_cost_what_they_say(sim, customer):
    product = sim.create_product("Messages")["id"]
    tiers = [{"up_to": "10", "unit_amount": 100}]
    tiers += [{"up_to": "inf", "unit_amount_decimal": "50.5", "flat_amount": 7}]

    def cost(quantity, **values):
        price = sim.create_price(product, **values)["id"]
        line = {"price": price, "quantity": quantity}
        return sim.create_invoice(customer, [line])["subtotal"]

    graduated = {"billing_scheme": "tiered", "tiers": tiers}
    assert cost(10, tiers_mode="graduated", **graduated) == 1000
    assert cost(13, tiers_mode="graduated", **graduated) == 1000 + 152 + 7
    assert cost(13, tiers_mode="volume", **graduated) == 664
    packs = {"unit_amount": 300, "transform_quantity": {"divide_by": 5, "round": "up"}}
    assert cost(11, **packs) == 900
    packs["transform_quantity"]["round"] = "down"
    assert cost(11, **packs) == 600


# -- invoices ------------------------------------------------------------------------


def test_invoice_from_item_to_paid_through_the_sdk(client, sim, customer):
    product = client.v1.products.create({"name": "Chair"})
    price = client.v1.prices.create(
        {"product": product.id, "currency": "eur", "unit_amount": 1999}
    )
    vat = client.v1.tax_rates.create(
        {"display_name": "USt", "inclusive": False, "percentage": 19}
    )
    start = len(sim.events)
    for quantity in (2, 3):
        client.v1.invoice_items.create(
            {
                "customer": customer,
                "pricing": {"price": price.id},
                "quantity": quantity,
                "tax_rates": [vat.id],
            }
        )
    draft = client.v1.invoices.create(
        {
            "customer": customer,
            "currency": "eur",
            "pending_invoice_items_behavior": "include",
            "collection_method": "send_invoice",
            "days_until_due": 14,
        }
    )
    assert draft.status == "draft" and draft.number is None
    # "Pending invoice items in reverse chronological order" (SDK doc of lines).
    assert [line.quantity for line in draft.lines.data] == [3, 2]
    item = client.v1.invoice_items.create(
        {"customer": customer, "invoice": draft.id, "amount": 500, "currency": "eur"}
    )
    client.v1.invoice_items.update(item.id, {"amount": 700, "description": "Freight"})
    final = client.v1.invoices.finalize_invoice(draft.id)
    assert (final.subtotal, final.total) == (9995 + 700, 9995 + 700 + 1139 + 760)
    assert [tax.amount for tax in final.total_taxes] == [1899]
    assert final.due_date == final.created + 14 * 86400
    assert final.number.endswith("-0001")
    paid = client.v1.invoices.pay(final.id, {"expand": ["payments"]})
    assert (paid.status, paid.amount_paid, paid.amount_remaining) == (
        "paid",
        final.total,
        0,
    )
    payment = paid.payments.data[0]
    assert payment.status == "paid" and payment.is_default
    intent = client.v1.payment_intents.retrieve(
        payment.payment.payment_intent,
        {"expand": ["latest_charge.balance_transaction"]},
    )
    transaction = intent.latest_charge.balance_transaction
    assert transaction.amount == final.total
    assert transaction.net == transaction.amount - transaction.fee
    assert sum(part.amount for part in transaction.fee_details) == transaction.fee
    assert types(sim, start) == [
        "invoiceitem.created",
        "invoiceitem.created",
        "customer.updated",  # its currency
        "invoice.created",
        "invoiceitem.created",
        "invoice.updated",
        "invoice.updated",
        "payment_intent.created",
        "invoice.finalized",
        "charge.succeeded",
        "payment_intent.succeeded",
        "invoice_payment.paid",
        "invoice.updated",
        "invoice.paid",
        "invoice.payment_succeeded",
        "charge.updated",
    ]
    assert Ledger(sim).differences() == []


def test_more_than_ten_lines_come_in_pages(client, sim, customer):
    rows = [{"amount": 100 + n, "description": str(n)} for n in range(23)]
    draft = sim.create_invoice(customer, rows)
    read = client.v1.invoices.retrieve(draft["id"])
    assert len(read.lines.data) == 10 and read.lines.has_more
    names = [line.description for line in read.lines.auto_paging_iter()]
    assert names == [str(n) for n in range(23)]
    page = client.v1.invoices.line_items.list(draft["id"], {"limit": 100})
    assert [line.amount for line in page.data] == [100 + n for n in range(23)]
    backward = client.v1.invoices.line_items.list(
        draft["id"], {"limit": 5, "ending_before": page.data[20].id}
    )
    assert [line.description for line in backward.data] == [
        str(n) for n in range(15, 20)
    ]
    event = list(sim.events.values())[-1]
    assert event["type"] == "invoice.created"
    assert len(event["data"]["object"]["lines"]["data"]) == 10
    assert event["data"]["object"]["lines"]["has_more"]


def test_other_ends_through_the_sdk(client, sim, customer):
    def made():
        return sim.create_invoice(customer, [{"amount": 5000}])["id"]

    invoices = client.v1.invoices
    voided = made()
    invoices.finalize_invoice(voided)
    assert invoices.void_invoice(voided).status == "void"
    with pytest.raises(stripe.InvalidRequestError):
        invoices.pay(voided)
    lost = made()
    invoices.finalize_invoice(lost)
    assert invoices.mark_uncollectible(lost).status == "uncollectible"
    assert invoices.pay(lost).status == "paid"
    outside = invoices.pay(made(), {"paid_out_of_band": True})
    assert (outside.status, outside.amount_paid_off_stripe) == ("paid", 5000)
    assert (outside.amount_paid, outside.amount_remaining) == (5000, 0)
    before = old(sim, f"/v1/invoices/{outside.id}")
    assert before["paid"] and before["paid_out_of_band"]
    assert (before["amount_paid"], before["charge"]) == (0, None)
    draft = made()
    assert invoices.delete(draft).deleted
    with pytest.raises(stripe.InvalidRequestError) as caught:
        invoices.delete(outside.id)
    assert caught.value.code == "invoice_not_editable"
    assert types(sim)[-1] == "invoice.deleted"
    assert [i.id for i in invoices.list({"status": "void"}).data] == [voided]
    assert [i.id for i in invoices.list({"limit": 2}).data] == [outside.id, lost]
    assert Ledger(sim).differences() == []


def test_a_declined_payment(client, sim, customer):
    invoice = sim.create_invoice(customer, [{"amount": 5000}])["id"]
    sim.finalize_invoice(invoice)
    start = len(sim.events)
    with pytest.raises(stripe.CardError) as caught:
        client.v1.invoices.pay(invoice, {"payment_method": "pm_card_chargeDeclined"})
    assert caught.value.code == "card_declined"
    assert types(sim, start) == [
        "charge.failed",
        "payment_intent.payment_failed",
        "invoice.updated",
        "invoice.payment_failed",
    ]
    assert client.v1.invoices.pay(invoice).status == "paid"
    assert [c.status for c in client.v1.charges.list().data] == ["succeeded", "failed"]
    assert Ledger(sim).differences() == []


def test_paying_twice_with_one_key_or_at_once_pays_once(client, sim, customer):
    invoice = sim.create_invoice(customer, [{"amount": 5000}])["id"]
    sim.finalize_invoice(invoice)
    statuses = []

    def pay(key):
        answer = requests.post(
            f"{sim.url}/v1/invoices/{invoice}/pay",
            headers={
                "Authorization": "Bearer sk_test_demo",
                "Idempotency-Key": key,
            },
            timeout=10,
        )
        statuses.append(answer.status_code)

    threads = [threading.Thread(target=pay, args=(f"key {n}",)) for n in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(statuses) == [200] + [400] * 7
    assert len(sim.charges) == len(sim.balance_transactions) == 1
    assert Ledger(sim).differences() == []


# -- around it ------------------------------------------------------------------------


def test_events_carry_the_shape_and_the_changes_of_their_generation(sim, receiver):
    customer = sim.create_customer(name="A")["id"]
    new = sim.add_endpoint(receiver.url, ["invoice.updated"])
    before = sim.add_endpoint(
        f"{receiver.url}/old", ["invoice.updated"], api_version="2024-06-20"
    )
    assert new["api_version"] != before["api_version"]
    sim.pay_invoice(sim.create_invoice(customer, [{"amount": 1000}])["id"])
    assert sim.wait_idle()
    bodies = {r.path: json.loads(r.body)["data"] for r in receiver.got}
    shared = {"amount_paid": 0, "amount_remaining": 1000, "status": "open"}
    for path, data in bodies.items():
        previous = data["previous_attributes"]
        assert shared.items() <= previous.items()
        assert previous["status_transitions"] == {"paid_at": None}
        assert ("paid" in previous) == ("charge" in previous) == path.endswith("old")


def test_thin_events_lead_to_the_objects(client, sim, receiver, customer):
    made = sim.add_thin_destination(
        receiver.url, ["v1.invoice.paid", "v1.invoice_payment.paid", "v1.price.created"]
    )
    sim.create_price(sim.create_product("P")["id"], 100)
    invoice = sim.create_invoice(customer, [{"amount": 1000}])["id"]
    sim.pay_invoice(invoice)
    assert sim.wait_idle()
    assert len(receiver.got) == 3
    for request in receiver.got:
        note = client.parse_event_notification(
            request.body,
            request.header("stripe-signature"),
            made["webhook_endpoint"]["signing_secret"],
        )
        path = note.related_object.url
        read = old(sim, path, "2026-10-28.endive")
        assert read["id"] == note.related_object.id


def test_state_survives_a_restart(tmp_path):
    from simulators.stripe import StripeSimulator

    first = StripeSimulator(seed=3, state=tmp_path)
    customer = first.create_customer(name="A")["id"]
    invoice = first.create_invoice(customer, [{"amount": 1000}] * 12)["id"]
    first.finalize_invoice(invoice)
    first.pay_invoice(invoice, amount=500)
    first.stop()
    second = StripeSimulator(seed=3, state=tmp_path)
    assert len(second.invoice_lines(invoice)) == 12
    assert second.pay_invoice(invoice)["status"] == "paid"
    assert Ledger(second).differences() == []
    second.stop()


def test_another_process_steers_money_through_the_control(sim, customer):
    def control(method, name, status=200, **values):
        url = f"{sim.url}/_control/{name}"
        answer = requests.request(method, url, json=values or None, timeout=10)
        assert answer.status_code == status, answer.text
        return answer.json()

    def do(what, status=200, **values):
        return control("POST", "do", status, what=what, values=values)

    draft = do("create_invoice", customer=customer, lines=[{"amount": 1000}])
    paid = do("pay_invoice", invoice_id=draft["id"], amount=400)
    assert (paid["status"], paid["amount_remaining"]) == ("open", 600)
    books = control("GET", "ledger")
    assert books["differences"] == []
    assert books["currencies"]["eur"]["receivable"] == 600
    assert books["invoices"][draft["id"]]["paid"] == 400
    assert "is expected" in do("stop", 400)["error"]
    again = do("pay_invoice", 404, invoice_id="in_none")
    assert again["error"]["code"] == "resource_missing"
