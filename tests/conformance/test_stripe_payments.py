# Copyright 2026 Odoo Integration Suite contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl)
"""The official SDK drives payments over HTTP: parts, too much, other currencies."""

import pytest
import stripe
from conformance.sdk import old, types

from simulators.stripe_ledger import Ledger


def test_several_payments_and_too_much(client, sim, customer):
    invoice = sim.create_invoice(customer, [{"amount": 10000}])["id"]
    sim.finalize_invoice(invoice)
    first = client.v1.payment_intents.create(
        {
            "amount": 2500,
            "currency": "eur",
            "customer": customer,
            "payment_method": "pm_card_visa",
            "confirm": True,
        }
    )
    client.v1.invoices.attach_payment(invoice, {"payment_intent": first.id})
    part = client.v1.invoices.retrieve(invoice, {"expand": ["payments"]})
    assert (part.status, part.amount_paid, part.amount_remaining) == (
        "open",
        2500,
        7500,
    )
    asked = {p.is_default: p.amount_requested for p in part.payments.data}
    assert asked == {True: 7500, False: 2500}
    sim.pay_invoice(invoice, amount=3000, method="sepa_debit")
    start = len(sim.events)
    sim.pay_invoice(invoice, amount=5000, intent=False)
    assert types(sim, start) == [
        "charge.succeeded",
        "invoice_payment.paid",
        "payment_intent.canceled",
        "invoice.updated",
        "invoice.paid",
        "invoice.payment_succeeded",
        "invoice.overpaid",
        "customer.updated",
        "charge.updated",
    ]
    done = client.v1.invoices.retrieve(invoice)
    assert (done.amount_paid, done.amount_overpaid, done.amount_remaining) == (
        10000,
        500,
        0,
    )
    assert sim.customers[customer]["balance"] == -500
    listed = client.v1.invoice_payments.list({"invoice": invoice}).data
    assert [(p.status, p.amount_paid) for p in listed] == [
        ("paid", 4500),
        ("paid", 3000),
        ("paid", 2500),
        ("canceled", None),
    ]
    assert [p.payment.type for p in listed[:2]] == ["charge", "payment_intent"]
    intent = sim.payment_intents[listed[1].payment.payment_intent]
    assert intent["latest_charge"].startswith("py_")
    by_intent = client.v1.invoice_payments.list(
        {"payment": {"type": "payment_intent", "payment_intent": first.id}}
    ).data
    assert [p.invoice for p in by_intent] == [invoice]
    assert client.v1.invoice_payments.list({"status": "canceled"}).data
    # The credit pays a part of the next invoice.
    following = sim.create_invoice(customer, [{"amount": 2000}])["id"]
    final = client.v1.invoices.finalize_invoice(following)
    assert (final.starting_balance, final.amount_due, final.ending_balance) == (
        -500,
        1500,
        0,
    )
    assert sim.customers[customer]["balance"] == 0
    client.v1.invoices.void_invoice(following)
    assert sim.customers[customer]["balance"] == -500
    assert Ledger(sim).differences() == []


def test_old_versions_see_the_links_where_they_were(sim, customer):
    invoice = sim.create_invoice(customer, [{"amount": 1000}])["id"]
    sim.pay_invoice(invoice)
    read = old(sim, f"/v1/invoices/{invoice}?expand[]=charge&expand[]=payment_intent")
    assert read["charge"]["invoice"] == read["payment_intent"]["invoice"] == invoice
    assert read["charge"]["payment_intent"] == read["payment_intent"]["id"]
    assert read["paid"] and "payments" not in read
    error = old(sim, f"/v1/invoices/{invoice}?expand[]=payments")["error"]
    assert "cannot be expanded" in error["message"]
    assert "Unrecognized" in old(sim, "/v1/invoice_payments")["error"]["message"]
    newest = old(sim, f"/v1/charges/{read['charge']['id']}", "2026-10-28.endive")
    assert "invoice" not in newest and "_invoice" not in newest
    legacy = sim.create_invoice(customer, [{"amount": 1000}])["id"]
    sim.pay_invoice(legacy, intent=False)
    read = old(sim, f"/v1/invoices/{legacy}?expand[]=charge")
    assert read["charge"]["payment_intent"] is read["payment_intent"] is None
    assert read["charge"]["id"].startswith("ch_")
    parts = sim.create_invoice(customer, [{"amount": 1000}])["id"]
    sim.finalize_invoice(parts)
    for amount in (300, 700):
        sim.pay_invoice(parts, amount=amount)
        read = old(sim, f"/v1/invoices/{parts}?expand[]=charge")
        assert read["charge"]["amount"] == amount
        assert read["charge"]["payment_intent"] == read["payment_intent"]


def test_balance_transactions_come_later_and_in_the_balances_currency(client, sim):
    sim.settle = {"gbp": ("eur", "1.17")}
    sim.balances = ["eur", "usd"]
    charge = sim.create_charge(10000, "gbp", settle=False)
    assert charge["balance_transaction"] is None
    start = len(sim.events)
    settled = sim.settle_charge(charge["id"])
    assert sim.settle_charge(charge["id"]) == settled
    assert types(sim, start) == ["charge.updated"]
    event = list(sim.events.values())[-1]
    assert event["data"]["previous_attributes"] == {"balance_transaction": None}
    transaction = client.v1.balance_transactions.retrieve(
        settled["balance_transaction"], {"expand": ["source"]}
    )
    assert (transaction.amount, transaction.currency) == (11700, "eur")
    assert transaction.exchange_rate == 1.17 and transaction.status == "pending"
    assert transaction.source.id == charge["id"]
    yen = sim.create_charge(5000, "jpy")["balance_transaction"]
    shown = sim.balance_transactions[yen]
    assert shown["currency"] == "eur" and shown["amount"] == 3064
    own = sim.create_charge(999, "usd", method="sepa_debit")["balance_transaction"]
    shown = sim.balance_transactions[own]
    assert (shown["amount"], shown["exchange_rate"], shown["type"]) == (
        999,
        None,
        "payment",
    )
    listed = client.v1.balance_transactions.list({"source": charge["id"]}).data
    assert [t.id for t in listed] == [transaction.id]
    assert len(client.v1.balance_transactions.list({"currency": "eur"}).data) == 2
    sim.advance(4 * 86400)
    later = client.v1.balance_transactions.retrieve(transaction.id)
    assert later.status == "available"
    sim.async_capture = False
    start = len(sim.events)
    at_once = sim.create_charge(100, intent=False)
    assert at_once["balance_transaction"] and types(sim, start) == ["charge.succeeded"]
    books = Ledger(sim)
    assert books.differences() == []
    assert books.clearing("eur") == 11700 + 3064 + 100
    assert books.clearing("usd") == 999


def test_intents_reserve_capture_and_cancel(client, sim):
    intents = client.v1.payment_intents
    made = intents.create(
        {"amount": 2000, "currency": "eur", "capture_method": "manual"}
    )
    with pytest.raises(stripe.InvalidRequestError):
        intents.confirm(made.id)
    reserved = intents.confirm(made.id, {"payment_method": "pm_card_visa"})
    assert (reserved.status, reserved.amount_capturable) == ("requires_capture", 2000)
    taken = intents.capture(made.id, {"amount_to_capture": 1500})
    assert (taken.status, taken.amount_received) == ("succeeded", 1500)
    other = intents.create({"amount": 2000, "currency": "eur"})
    assert intents.cancel(other.id).status == "canceled"
    with pytest.raises(stripe.InvalidRequestError):
        intents.cancel(other.id)
    with pytest.raises(stripe.InvalidRequestError):
        intents.create({"amount": 5123, "currency": "kwd"})
    with pytest.raises(stripe.InvalidRequestError, match="currency"):
        intents.create({"amount": 5123, "currency": "xyz"})
    books = Ledger(sim)
    assert books.differences() == [] and books.balance("sales", "eur") == -1500


def test_a_payment_that_was_only_reported(client, sim, customer):
    invoice = sim.create_invoice(customer, [{"amount": 10000}])["id"]
    sim.finalize_invoice(invoice)
    start = len(sim.events)
    part = sim.pay_invoice(invoice, amount=4000, record=True)
    assert (part["status"], part["amount_paid_off_stripe"]) == ("open", 4000)
    assert types(sim, start) == ["invoice_payment.paid", "invoice.updated"]
    record, default = client.v1.invoice_payments.list({"invoice": invoice}).data
    assert (record.payment.type, record.amount_paid) == ("payment_record", 4000)
    assert record.payment.payment_record.startswith("pr_")
    assert default.amount_requested == 6000
    sim.pay_invoice(invoice)
    read = old(sim, f"/v1/invoices/{invoice}", "2025-02-24.acacia")
    assert (read["amount_paid"], read["amount_remaining"]) == (6000, 4000)
    assert read["paid"] and read["paid_out_of_band"]
    books = Ledger(sim)
    assert books.differences() == []
    assert books.balance("outside", "eur") == 4000 and books.receivable("eur") == 0


def test_a_direct_debit_takes_days_and_may_fail(client, sim, customer):
    def pending():
        invoice = sim.create_invoice(customer, [{"amount": 5000}])["id"]
        sim.finalize_invoice(invoice)
        start = len(sim.events)
        made = sim.pay_invoice(invoice, method="sepa_debit", pending=True)
        assert made["status"] == "open"
        assert types(sim, start) == ["charge.pending", "payment_intent.processing"]
        return invoice, client.v1.charges.list({"limit": 1}).data[0]

    invoice, charge = pending()
    assert (charge.status, charge.paid) == ("pending", False)
    assert charge.id.startswith("py_") and charge.balance_transaction is None
    assert Ledger(sim).payments == {}
    start = len(sim.events)
    sim.complete_charge(charge.id)
    assert types(sim, start) == [
        "charge.succeeded",
        "payment_intent.succeeded",
        "invoice_payment.paid",
        "invoice.updated",
        "invoice.paid",
        "invoice.payment_succeeded",
        "charge.updated",
    ]
    invoice, charge = pending()
    start = len(sim.events)
    sim.complete_charge(charge.id, failed=True)
    assert types(sim, start) == [
        "charge.failed",
        "payment_intent.payment_failed",
        "invoice.updated",
        "invoice.payment_failed",
    ]
    assert client.v1.invoices.retrieve(invoice).status == "open"
    assert client.v1.charges.retrieve(charge.id).failure_code == "insufficient_funds"
    sim.pay_invoice(invoice)
    books = Ledger(sim)
    assert books.differences() == [] and books.receivable("eur") == 0
