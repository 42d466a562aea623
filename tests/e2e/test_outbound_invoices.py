# Copyright 2026 Odoo Integration Suite contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl)
"""Odoo's invoices at Stripe: made once, paid there, booked on that very document."""

import pytest
from e2e.waiting import until

STEPS = {
    "draft": "/v1/invoices",
    "lines": "/v1/invoices/*/add_lines",
    "final": "/v1/invoices/*/finalize",
}


@pytest.fixture
def hub(make_sender, sim):
    """Everything goes both ways; the tax of 19 % is mapped."""
    hub = make_sender()
    sim.create_tax_rate("19", False, "USt", country="DE")
    hub.settle()
    hub.map_taxes()
    hub.settle()
    return hub


@pytest.fixture
def invoice(hub, mail):
    """Makes posted invoices in Odoo, as an accountant does."""

    def make(number=0, price=119.0) -> int:
        person = hub.accountant
        partner = hub.stack.people["admin"].create(
            "res.partner", name=f"Deco {number}", email=f"c{number}@{mail}"
        )
        rate = next(iter(hub.sim.tax_rates.values()))
        tax = hub.tax(f"{rate['display_name']} 19 %")
        line = {
            "name": "Chair",
            "quantity": 1,
            "price_unit": price,
            "tax_ids": [(6, 0, [tax])],
        }
        move = person.create(
            "account.move",
            move_type="out_invoice",
            partner_id=partner,
            currency_id=hub.stack.value(
                "SELECT id FROM res_currency WHERE name = 'EUR'"
            ),
            invoice_line_ids=[(0, 0, line)],
        )
        person.press("account.move", move, "action_post")
        return move

    return make


def document(hub, move) -> dict:
    names = ("name", "state", "payment_state", "amount_total", "amount_residual")
    row = hub.stack.sql(
        f"SELECT {', '.join(names)} FROM account_move WHERE id = %s", move
    )[0]
    return dict(zip(names, row, strict=True))


def sales(hub) -> int:
    return hub.stack.value(
        "SELECT count(*) FROM account_move WHERE move_type = 'out_invoice'"
    )


def test_an_invoice_is_paid_there_and_booked_here(hub, sim, invoice):
    hub.count()
    before = sales(hub)
    move = invoice()
    sent = hub.wait_linked("invoice", move)
    hub.settle()
    made = sim.invoices[sent]
    assert made["number"] == document(hub, move)["name"]
    assert (made["status"], made["total"]) == ("open", 14161)
    assert hub.written() == [
        "/v1/customers",
        "/v1/invoices",
        f"/v1/invoices/{sent}/add_lines",
        f"/v1/invoices/{sent}/finalize",
    ]
    assert hub.changed() == []

    hub.count()
    sim.pay_invoice(sent)
    until("it is paid", lambda: document(hub, move)["payment_state"] == "paid")
    hub.settle()
    assert float(document(hub, move)["amount_residual"]) == 0
    assert hub.written() == []
    assert sales(hub) == before + 1
    assert not hub.events("state IN ('review', 'dead', 'quarantine')")


@pytest.mark.parametrize("path", STEPS.values(), ids=STEPS)
def test_a_worker_killed_at_any_step_makes_no_second_invoice(hub, sim, invoice, path):
    hub.count()
    before = sales(hub)
    with hub.sender_killed(path):
        move = invoice()
    assert hub.linked("invoice") == {}
    hub.sweep()
    sent = hub.wait_linked("invoice", move, 150)
    hub.settle()
    assert list(sim.invoices) == [sent]
    assert sim.invoices[sent]["status"] == "open"
    assert [path.rpartition("/")[2] for path in hub.written()] == [
        "customers",
        "invoices",
        "add_lines",
        "finalize",
    ]
    assert sales(hub) == before + 1
    assert document(hub, move)["payment_state"] == "not_paid"


def test_several_invoices_in_bad_weather(hub, sim, invoice):
    """Answers get lost at every step; each is there once, with Odoo's sums."""
    hub.count()
    for path in STEPS.values():
        for fault in (
            {"kind": "reset", "when": "after"},
            {"status": 500, "when": "after"},
            {"status": 503, "when": "before"},
        ):
            sim.faults.add(method="POST", path=path, probability=0.1, **fault)
    moves = [invoice(number, 10.0 + number) for number in range(8)]

    def all_sent():
        hub.hurry()
        return len(hub.linked("invoice")) == len(moves)

    until("all are sent", all_sent, 60, 0.5, moving=hub.moving)
    sim.faults.clear()
    hub.settle()
    links = hub.linked("invoice")
    assert set(sim.invoices) == set(links.values())
    for move in moves:
        made, here = sim.invoices[links[move]], document(hub, move)
        assert (made["status"], made["number"]) == ("open", here["name"])
        assert made["total"] == round(float(here["amount_total"]) * 100)
