# Copyright 2026 Odoo Integration Suite contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl)
"""The official SDK writes: many lines at once, look-ups, answers that get lost."""

import pytest
import requests
import stripe
from conformance.sdk import types

MARK = {"odoo_reference": "uuid:account.move:7"}
QUERY = "metadata['odoo_reference']:'uuid:account.move:7'"


def draft(client, customer, **values):
    return client.v1.invoices.create(
        {
            "customer": customer,
            "currency": "eur",
            "auto_advance": False,
            "collection_method": "send_invoice",
            "days_until_due": 14,
            "pending_invoice_items_behavior": "exclude",
            **values,
        }
    )


def test_many_lines_with_one_call(client, sim, customer):
    vat = sim.create_tax_rate("19")["id"]
    chair = sim.create_product("Chair")["id"]
    made = draft(client, customer, number="INV/2026/00007", metadata=MARK)
    assert (made.number, made.status) == ("INV/2026/00007", "draft")
    before = len(sim.events)
    lines = [
        {"amount": 1000 + number, "description": f"Line {number}", "tax_rates": [vat]}
        for number in range(11)
    ]
    lines.append(
        {
            "price_data": {
                "currency": "eur",
                "product": chair,
                "unit_amount_decimal": "333.3",
            },
            "quantity_decimal": "3",
        }
    )
    full = client.v1.invoices.add_lines(
        made.id, {"lines": lines, "invoice_metadata": {"count": "12"}}
    )
    assert full.lines.has_more and full.lines.total_count == 12
    assert full.metadata.to_dict() == {**MARK, "count": "12"}
    untaxed = sum(range(1000, 1011)) + 1000
    assert (full.total_excluding_tax, full.status) == (untaxed, "draft")
    assert full.total - untaxed == sum(
        round((1000 + number) * 0.19) for number in range(11)
    )
    assert types(sim, before) == ["invoiceitem.created"] * 12 + ["invoice.updated"]
    final = client.v1.invoices.finalize_invoice(made.id, {"auto_advance": False})
    assert (final.number, final.status) == ("INV/2026/00007", "open")


def test_lines_come_all_or_none(client, sim, customer):
    made = draft(client, customer)
    lines = [{"amount": 100}, {"amount": 100, "tax_rates": ["txr_none"]}]
    with pytest.raises(stripe.InvalidRequestError) as caught:
        client.v1.invoices.add_lines(made.id, {"lines": lines})
    assert caught.value.code == "resource_missing"
    assert client.v1.invoices.retrieve(made.id).lines.data == []
    with pytest.raises(stripe.InvalidRequestError, match="12"):
        client.v1.invoices.add_lines(
            made.id, {"lines": [{"amount": 1, "quantity_decimal": "0." + "1" * 13}]}
        )
    client.v1.invoices.add_lines(made.id, {"lines": [{"amount": 100}]})
    client.v1.invoices.finalize_invoice(made.id)
    with pytest.raises(stripe.InvalidRequestError, match="Finalized"):
        client.v1.invoices.add_lines(made.id, {"lines": [{"amount": 100}]})


def test_what_carries_our_mark_is_found(client, sim, customer):
    product = client.v1.products.create({"name": "Chair", "metadata": MARK})
    price = client.v1.prices.create(
        {
            "product": product.id,
            "currency": "eur",
            "unit_amount_decimal": "1999.5",
            "metadata": MARK,
        }
    )
    invoice = draft(client, customer, metadata=MARK)
    kinds = (client.v1.products, client.v1.prices, client.v1.invoices)
    for kind in kinds:
        assert kind.search({"query": QUERY}).data == []  # the index lags behind
    sim.clock.advance(61)
    found = [kind.search({"query": QUERY}).data for kind in kinds]
    assert [[one.id for one in data] for data in found] == [
        [product.id],
        [price.id],
        [invoice.id],
    ]
    with pytest.raises(stripe.InvalidRequestError, match="cannot be searched"):
        client.v1.prices.search({"query": "nickname:'x'"})


def test_a_number_is_given_once(client, customer):
    draft(client, customer, number="INV/1")
    with pytest.raises(stripe.InvalidRequestError, match="number"):
        draft(client, customer, number="INV/1")


def test_a_lost_answer_leaves_one_write(sim, customer):
    """Carried out, the connection cut; the same key again gives the same object."""
    sim.faults.add(
        kind="reset", when="after", method="POST", path="/v1/invoices", count=1
    )
    before = len(sim.writes)
    request = {
        "url": f"{sim.url}/v1/invoices",
        "data": {"customer": customer, "currency": "eur", "number": "A-1"},
        "headers": {"Authorization": "Bearer sk_test_demo", "Idempotency-Key": "k"},
        "timeout": 10,
    }
    with pytest.raises(requests.exceptions.ConnectionError):
        requests.post(**request)
    again = requests.post(**request)
    assert again.headers["Idempotent-Replayed"] == "true"
    assert [write["path"] for write in sim.writes[before:]] == ["/v1/invoices"]
    assert sim.writes[-1]["params"]["number"] == "A-1"
    assert list(sim.invoices) == [again.json()["id"]]


def test_an_answer_held_back_after_the_commit(sim, customer):
    sim.faults.add(
        kind="slow", when="after", method="POST", path="/v1/products", delay=5.0
    )
    with pytest.raises(requests.exceptions.ReadTimeout):
        requests.post(
            f"{sim.url}/v1/products",
            data={"name": "Chair"},
            headers={"Authorization": "Bearer sk_test_demo", "Idempotency-Key": "k"},
            timeout=0.5,
        )
    assert [one["name"] for one in sim.resources["products"].objects.values()] == [
        "Chair"
    ]
