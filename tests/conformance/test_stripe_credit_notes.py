# Copyright 2026 Odoo Integration Suite contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl)
"""Credit notes and balances of customers fit Stripe's own types, and add up."""

import json

import pytest
import requests
from conformance.judge import DATA, GENERATIONS, Judge
from conformance.sdk import old, types

from simulators.stripe_errors import ApiError
from simulators.stripe_ledger import Ledger


def invoiced(sim, customer, *lines, **values):
    """A final invoice; returns it with its lines."""
    draft = sim.create_invoice(customer, list(lines), **values)
    sim.finalize_invoice(draft["id"])
    return sim.act("GET", f"/v1/invoices/{draft['id']}")


def lines_of(invoice):
    return [line["id"] for line in invoice["lines"]["data"]]


def lively(sim):
    """Credit notes of every kind; returns ids by name."""
    customer = sim.create_customer(name="Deco", balance=-700)["id"]
    vat, inside = sim.create_tax_rate("19"), sim.create_tax_rate("7", inclusive=True)
    off = sim.create_coupon(percent_off="10")["id"]
    rates = {"tax_rates": [vat["id"]]}
    first = invoiced(
        sim,
        customer,
        {"amount": 10_000, "description": "Desk", **rates},
        {"amount": 4999, "description": "Lamp", "tax_rates": [inside["id"]]},
        discounts=[off],
    )
    desk, lamp = lines_of(first)
    ids = {"customer": customer, "invoice": first["id"]}
    part = sim.credit_invoice(
        first["id"], {desk: 3333, lamp: 1000}, reason="order_change", memo="Sorry"
    )
    ids["part"] = part["id"]
    sim.act("POST", f"/v1/credit_notes/{part['id']}", metadata={"a": "b"})
    gone = sim.credit_invoice(first["id"], {lamp: 500})
    ids["void"] = sim.void_credit_note(gone["id"])["id"]
    sim.pay_invoice(first["id"], 2000)
    sim.pay_invoice(first["id"])
    ids["after"] = sim.credit_invoice(first["id"], {desk: 2000}, rest="refund")["id"]
    ids["balance"] = sim.credit_invoice(first["id"], {lamp: 700}, rest="balance")["id"]
    ids["rest"] = sim.credit_invoice(first["id"], rest="outside")["id"]
    second = invoiced(sim, customer, {"amount": 5000, "description": "Chair", **rates})
    sim.pay_invoice(second["id"], 1000)
    ids["due"] = sim.invoices[second["id"]]["amount_remaining"]
    both = [{"unit_amount": 6000, "description": "Agreed"}]
    mixed = sim.credit_invoice(second["id"], custom=both, rest="balance")
    ids["mixed"] = mixed["id"]
    sim.adjust_balance(customer, -250)
    invoiced(sim, customer, {"amount": 20, "description": "Too small"})
    return ids


@pytest.mark.parametrize("version", GENERATIONS)
def test_answers_and_events(sim, receiver, version):
    judge = Judge(version)
    sim.add_endpoint(receiver.url, api_version=version)
    ids = lively(sim)
    headers = {"Authorization": "Bearer sk_test_demo", "Stripe-Version": version}
    base = f"/v1/customers/{ids['customer']}/balance_transactions"
    for path in (
        "/v1/credit_notes?limit=100&expand[]=data.customer_balance_transaction",
        f"/v1/credit_notes/{ids['part']}?expand[]=invoice&expand[]=customer",
        f"/v1/credit_notes?invoice={ids['invoice']}",
        f"/v1/credit_notes/{ids['rest']}/lines",
        f"{base}?expand[]=data.credit_note&expand[]=data.invoice",
        f"/v1/invoices/{ids['invoice']}",
    ):
        answer = requests.get(sim.url + path, headers=headers, timeout=10)
        assert answer.status_code == 200, answer.text
        assert answer.json().get("data") != []
        judge.check(answer.json())
    assert sim.wait_idle()
    seen = set()
    for request in receiver.got:
        event = json.loads(request.body)
        judge.check(event)
        seen.add(event["type"])
    assert seen >= {"credit_note.created", "credit_note.updated", "credit_note.voided"}
    assert judge.seen >= {
        "credit_note", "credit_note_line_item", "customer_balance_transaction",
    }  # fmt: skip


def test_the_books_agree(sim):
    ids = lively(sim)
    ledger = Ledger(sim)
    assert ledger.differences() == []
    notes = ledger.credit_notes
    # All credit notes of the first invoice are the invoice, to the last cent.
    first = ledger.invoices[ids["invoice"]]
    own = [n for n in notes.values() if n.invoice == first.id and n.status == "issued"]
    assert sum(note.total for note in own) == first.total
    for rate, amount in first.taxes.items():
        assert sum(note.taxes.get(rate, 0) for note in own) == amount
    assert notes[ids["mixed"]].before == ids["due"]
    assert notes[ids["mixed"]].balance == 6000 - ids["due"]
    assert ledger.balance("customer_balance", "eur")


def test_what_it_lowers_and_what_it_opens_again(sim, client, customer):
    invoice = invoiced(sim, customer, {"amount": 10_000, "description": "Desk"})
    [line] = lines_of(invoice)
    start = len(sim.events)
    note = client.v1.credit_notes.create(
        {
            "invoice": invoice["id"],
            "lines": [
                {
                    "type": "invoice_line_item",
                    "invoice_line_item": line,
                    "amount": 4000,
                }
            ],
        }
    )
    assert (note.status, note.type, note.pre_payment_amount) == (
        "issued",
        "pre_payment",
        4000,
    )
    assert note.number == f"{invoice['number']}-CN-01"
    shown = client.v1.invoices.retrieve(invoice["id"])
    assert (shown.amount_due, shown.amount_remaining, shown.total) == (
        6000,
        6000,
        10_000,
    )
    assert shown.pre_payment_credit_notes_amount == 4000
    intent = sim.payment_intents[sim.invoices[invoice["id"]]["_default_intent"]]
    assert intent["amount"] == 6000
    assert types(sim, start)[:2] == ["credit_note.created", "invoice.updated"]
    client.v1.credit_notes.void_credit_note(note.id)
    shown = client.v1.invoices.retrieve(invoice["id"])
    assert (shown.amount_due, shown.pre_payment_credit_notes_amount) == (10_000, 0)
    # All of it: nothing is left to pay, so the invoice is paid.
    client.v1.credit_notes.create({"invoice": invoice["id"]})
    assert sim.invoices[invoice["id"]]["status"] == "paid"
    assert types(sim)[-1] == "invoice.paid"


def test_what_is_refused(sim, customer):
    invoice = invoiced(sim, customer, {"amount": 1000, "description": "Desk"})
    [line] = lines_of(invoice)
    sim.pay_invoice(invoice["id"])
    for values, said in (
        ({"amounts": {line: 400}}, "must equal"),
        ({"amounts": {line: 400}, "refund": 300}, "must equal"),
        ({"amounts": {line: 1001}, "balance": 1001}, "not credited yet"),
        ({"amounts": {"il_x": 1}, "balance": 1}, "No such invoice line"),
    ):
        with pytest.raises(ApiError, match=said):
            sim.credit_invoice(invoice["id"], **values)
    note = sim.credit_invoice(invoice["id"], {line: 400}, rest="refund")
    with pytest.raises(ApiError, match="cannot void"):
        sim.void_credit_note(note["id"])
    draft = sim.create_invoice(customer, [{"amount": 100, "description": "x"}])
    with pytest.raises(ApiError, match="it|that is draft"):
        sim.credit_invoice(draft["id"])


def test_old_shapes_name_one_refund_and_the_taxes(sim, customer):
    vat = sim.create_tax_rate("19")
    line = {"amount": 1000, "description": "Desk", "tax_rates": [vat["id"]]}
    invoice = invoiced(sim, customer, line)
    sim.pay_invoice(invoice["id"])
    note = sim.credit_invoice(invoice["id"], refund=690, balance=500)
    shown = old(sim, f"/v1/credit_notes/{note['id']}")
    assert shown["refund"] == note["refunds"][0]["refund"]
    assert shown["type"] == "post_payment"
    assert "pre_payment_amount" not in shown
    [tax] = shown["tax_amounts"]
    assert (tax["amount"], tax["tax_rate"], tax["inclusive"]) == (190, vat["id"], False)
    movement = sim.act(
        "GET", f"/v1/customers/{customer}/balance_transactions", limit=1
    )["data"][0]
    assert (movement["type"], movement["amount"]) == ("credit_note", -500)
    assert movement["credit_note"] == note["id"]
    assert sim.customers[customer]["balance"] == -500


def test_the_balance_tells_why_it_moved(sim, customer):
    sim.adjust_balance(customer, -300)
    invoiced(sim, customer, {"amount": 1000, "description": "Desk"})
    small = invoiced(sim, customer, {"amount": 20, "description": "Small"})
    gone = invoiced(sim, customer, {"amount": 1000, "description": "Void"})
    sim.void_invoice(gone["id"])
    path = f"/v1/customers/{customer}/balance_transactions"
    found = sim.act("GET", path, limit=100)["data"]
    assert [(one["type"], one["amount"]) for one in reversed(found)] == [
        ("adjustment", -300),
        ("applied_to_invoice", 300),
        ("invoice_too_small", 20),
        ("applied_to_invoice", -20),
        ("unapplied_from_invoice", 20),
    ]
    assert found[-3]["invoice"] == small["id"]
    assert found[0]["ending_balance"] == sim.customers[customer]["balance"] == 20
    assert Ledger(sim).differences() == []


def test_samples_published_by_stripe_have_no_field_that_we_lack(sim):
    fixtures = json.loads((DATA / "fixtures3.json").read_text())["resources"]
    ids = lively(sim)
    shown = sim.act("GET", f"/v1/credit_notes/{ids['part']}")
    assert set(fixtures["credit_note"]) <= set(shown)
    sample = fixtures["credit_note"]["lines"]["data"][0]
    assert set(sample) <= set(shown["lines"]["data"][0])
    path = f"/v1/customers/{ids['customer']}/balance_transactions"
    shown = sim.act("GET", path)["data"][0]
    assert set(fixtures["customer_balance_transaction"]) <= set(shown)
