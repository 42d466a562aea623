# Copyright 2026 Odoo Integration Suite contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl)
"""The simulator's arithmetic: identities that always hold, and an independent judge."""

from decimal import Decimal

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from simulators import stripe_amounts as amounts
from simulators import stripe_money as money
from simulators.stripe import StripeSimulator
from simulators.stripe_ledger import Ledger
from simulators.stripe_ledger_sums import exact, half_up
from simulators.stripe_random import RATES, RandomInvoices

CURRENCIES = ("eur", "jpy", "kwd", "isk", "ugx")

# -- examples ------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("amount", "percentage", "inclusive", "tax"),
    [
        (250, "19", False, 48),  # 47.5 goes up
        (-250, "19", False, -48),  # and away from zero
        (1000, "20", True, 167),  # 166.67
        (1190, "19", True, 190),
        (10000, "9.975", False, 998),
        (1, "19", False, 0),
    ],
)
def test_tax_is_rounded_half_up(amount, percentage, inclusive, tax):
    rate = amounts.Rate("txr", Decimal(percentage), inclusive)
    (computed,) = amounts.taxes_of(amount, [rate], "eur")
    assert computed.amount == tax
    assert computed.taxable == (amount - tax if inclusive else amount)


def test_discounts_and_taxes_of_one_invoice():
    """The whole order once, with numbers that a person can follow."""
    vat = amounts.Rate("vat", Decimal(19), inclusive=False)
    inside = amounts.Rate("in", Decimal(20), inclusive=True)
    item = amounts.Off("item", percent=Decimal(10))
    whole = amounts.Off("whole", amount=1000)
    lines = [
        amounts.Line(10000, [vat], [item]),  # 9000 after its own discount
        amounts.Line(6000, [inside]),
        amounts.Line(-500, [vat], discountable=False),
    ]
    shipping = amounts.Line(590, [vat])
    totals = amounts.compute(lines, "eur", [whole], shipping)
    assert lines[0].discount_amounts == [("item", 1000), ("whole", 600)]
    assert lines[1].discount_amounts == [("whole", 400)]
    assert lines[2].discount_amounts == []
    assert [tax.amount for line in lines for tax in line.taxes] == [1596, 933, -95]
    assert totals.subtotal == 9000 + 6000 - 500
    assert totals.subtotal_excluding_tax == 14500 - 1000
    assert totals.discounts == {"item": 1000, "whole": 1000}
    assert {t.rate.id: t.amount for t in totals.taxes} == {
        "vat": 1596 - 95 + 112,
        "in": 933,
    }
    assert totals.total == 14500 - 1000 + 1596 - 95 + 590 + 112
    assert totals.total_excluding_tax == totals.total - 1613 - 933


def test_two_taxes_on_one_line_both_start_from_the_same_base():
    rates = [
        amounts.Rate("gst", Decimal(5), False),
        amounts.Rate("qst", Decimal("9.975"), False),
    ]
    taxes = amounts.taxes_of(20000, rates, "cad")
    assert [tax.amount for tax in taxes] == [1000, 1995]
    mixed = [amounts.Rate("in", Decimal(20), True), rates[0]]
    assert [t.amount for t in amounts.taxes_of(12000, mixed, "eur")] == [2000, 500]


def test_amounts_of_currencies_without_cents_or_with_three_digits():
    assert [money.digits(c) for c in CURRENCIES] == [2, 0, 3, 2, 2]
    assert money.rounded(Decimal("1234.5"), "kwd") == 1230
    assert money.rounded(Decimal("1250"), "ugx") == 1300
    assert money.rounded(Decimal("0.5"), "jpy") == 1
    assert money.converted(1000, "jpy", "eur", Decimal("0.0061")) == 610
    assert money.converted(5120, "kwd", "eur", Decimal("3.0")) == 1536
    assert money.converted(100, "eur", "jpy", Decimal("163.21")) == 163
    assert (
        money.text(Decimal("1E+3")) == "1000" and money.text(Decimal("0.10")) == "0.1"
    )


# -- identities ----------------------------------------------------------------------

_percent = st.integers(0, 10_000).map(lambda n: Decimal(n) / 100)
_rates = st.lists(
    st.builds(amounts.Rate, st.uuids().map(str), _percent, st.booleans()), max_size=3
)


@st.composite
def invoices(draw):
    currency = draw(st.sampled_from(CURRENCIES))
    unit = money.step(currency)
    size = st.integers(-10_000, 1_000_000).map(lambda n: n * unit)
    off = st.one_of(
        st.builds(amounts.Off, st.uuids().map(str), percent=_percent),
        st.builds(
            amounts.Off,
            st.uuids().map(str),
            amount=st.integers(1, 100_000).map(lambda n: n * unit),
        ),
    )
    line = st.builds(
        amounts.Line, size, _rates, st.lists(off, max_size=2), st.booleans()
    )
    shipping = st.none() | st.builds(
        amounts.Line, st.integers(0, 9999).map(lambda n: n * unit), _rates
    )
    lines = draw(st.lists(line, min_size=1, max_size=15))
    return lines, currency, draw(st.lists(off, max_size=2)), draw(shipping)


@settings(max_examples=300, deadline=None)
@given(invoices())
def test_totals_always_add_up(drawn):
    lines, currency, discounts, shipping = drawn
    totals = amounts.compute(lines, currency, discounts, shipping)
    unit = money.step(currency)
    own = {off.id for line in lines for off in line.discounts}
    whole = sum(a for key, a in totals.discounts.items() if key not in own)
    exclusive = sum(t.amount for t in totals.taxes if not t.rate.inclusive)
    ship = shipping.amount if shipping else 0
    assert totals.total == totals.subtotal - whole + exclusive + ship
    taxed = [*lines, shipping] if shipping else lines
    assert sum(t.amount for t in totals.taxes) == sum(
        t.amount for line in taxed for t in line.taxes
    )
    assert totals.total == totals.total_excluding_tax + sum(
        t.amount for t in totals.taxes
    )
    assert sum(totals.discounts.values()) == sum(
        a for line in lines for _id, a in line.discount_amounts
    )
    for line in lines:
        assert line.amount % unit == 0 and line.discounted % unit == 0
        if line.discount_amounts:
            assert line.discountable and 0 <= line.discounted <= line.amount
        for tax in line.taxes:
            assert tax.amount % unit == 0
            assert tax.taxable == line.discounted - line.tax(inclusive=True)
            if tax.rate.inclusive:
                continue
            ideal = Decimal(tax.taxable) * tax.rate.percentage / 100
            assert abs(tax.amount - ideal) <= Decimal(unit) / 2


@settings(max_examples=300, deadline=None)
@given(
    st.lists(st.integers(0, 10**9), min_size=1, max_size=15),
    st.integers(0, 100),
    st.sampled_from((1, 10, 100)),
)
def test_a_distribution_loses_nothing_and_takes_from_nobody_too_much(parts, part, unit):
    weights = [weight * unit for weight in parts]
    total = sum(weights) * part // 100 // unit * unit
    shares = money.distribute(total, weights, unit)
    assert sum(shares) == (total if sum(weights) else 0)
    for share, weight in zip(shares, weights, strict=True):
        assert 0 <= share <= weight and share % unit == 0
        if total:
            assert abs(share - Decimal(total) * weight / sum(weights)) < unit


@given(
    st.decimals(-(10**9), 10**9, places=6, allow_nan=False), st.sampled_from(CURRENCIES)
)
def test_both_ways_of_rounding_agree(value, currency):
    assert money.rounded(value, currency) == half_up(exact(value), currency)


# -- random invoices -----------------------------------------------------------------


def identities(sim, obj):
    """A.5 of the facts, on what the API shows."""
    lines = sim.invoice_lines(obj["id"])
    item = {d for line in lines for d in line["discounts"]}
    whole = sum(
        entry["amount"]
        for entry in obj["total_discount_amounts"]
        if entry["discount"] not in item
    )
    outer = sum(
        t["amount"] for t in obj["total_taxes"] if t["tax_behavior"] == "exclusive"
    )
    assert obj["total"] == obj["subtotal"] - whole + outer + obj["amount_shipping"]
    assert obj["amount_remaining"] == obj["amount_due"] - obj["amount_paid"]
    assert obj["total_excluding_tax"] == obj["total"] - sum(
        t["amount"] for t in obj["total_taxes"]
    )
    assert obj["subtotal"] == sum(
        line["subtotal"]
        - sum(
            d["amount"]
            for d in line["discount_amounts"]
            if d["discount"] in line["discounts"]
        )
        for line in lines
    )
    after = obj["ending_balance"]
    if obj["status"] != "draft":
        assert after == obj["total"] + obj["starting_balance"] - obj["amount_due"]
    for name in ("total", "amount_due", "amount_paid"):
        assert obj[name] % money.step(obj["currency"]) == 0


@pytest.mark.parametrize("seed", range(4))
def test_random_invoices_hold_together_and_agree_with_the_books(seed):
    sim = StripeSimulator(seed=seed)
    draw = RandomInvoices(sim, seed, decimals=seed > 1)
    ends = {draw.live(draw.invoice()["id"]) for _number in range(120)}
    assert ends == {"deleted", "draft", "open", "paid", "uncollectible", "void"}
    for obj in sim.invoices.values():
        identities(sim, obj)
    books = Ledger(sim)
    assert books.differences() == []
    for currency in books.currencies:
        assert (
            sum(
                amount
                for entry in books.entries
                for _account, unit, amount in entry.lines
                if unit == currency
            )
            == 0
        )
        totals = books.totals(currency)
        assert books.receivable(currency) == totals["open"]
    shown = {len(sim.invoice_lines(key)) for key in sim.invoices}
    assert {1, 15} <= shown
    used = {
        tax["tax_rate_details"]["tax_rate"]
        for obj in sim.invoices.values()
        for tax in obj["total_taxes"]
    }
    assert len(used) == len(RATES)
    assert {obj["currency"] for obj in sim.invoices.values()} >= {"eur", "jpy", "kwd"}
    sim.stop()


def test_random_invoices_repeat_with_their_seed():
    def play():
        sim = StripeSimulator(seed=1)
        sim.clock.freeze(1_790_000_000)
        draw = RandomInvoices(sim, "x", currencies=("eur", "usd"))
        for _number in range(30):
            draw.live(draw.invoice()["id"])
        sim.stop()
        return list(sim.invoices.values()), list(sim.events)

    assert play() == play()


def test_plain_invoices_are_plain():
    sim = StripeSimulator(seed=1)
    draw = RandomInvoices(sim)
    one, five = draw.plain(), draw.plain(lines=5)
    assert (one["subtotal"], one["total"]) == (1000, 1190)
    assert (five["subtotal"], five["total"]) == (15000, 17850)
    assert len(sim.products) == len(sim.prices) == 5
    sim.stop()


def test_the_books_notice_a_wrong_invoice():
    sim = StripeSimulator(seed=1)
    draw = RandomInvoices(sim)
    keys = [draw.plain()["id"] for _number in range(3)]
    for key in keys:
        sim.pay_invoice(key)
    assert Ledger(sim).differences() == []
    sim.invoices[keys[0]]["total"] += 1
    sim.invoices[keys[1]]["total_taxes"][0]["amount"] -= 1
    charge = sim.charges[sim.invoices[keys[2]]["_charge"]]
    sim.balance_transactions[charge["balance_transaction"]]["amount"] += 1
    found = "\n".join(Ledger(sim).differences())
    assert f"{keys[0]} total:" in found
    assert f"{keys[1]} total_taxes:" in found
    assert charge["payment_intent"] in found and "net is not amount" in found
    sim.stop()


def test_customers_without_tax():
    sim = StripeSimulator(seed=1)
    rates = [sim.create_tax_rate("19")["id"], sim.create_tax_rate("7", True)["id"]]
    for exempt, reason in (
        ("exempt", "customer_exempt"),
        ("reverse", "reverse_charge"),
    ):
        customer = sim.create_customer(name=exempt, tax_exempt=exempt)["id"]
        rows = [{"amount": 10000, "tax_rates": [rate]} for rate in rates]
        made = sim.create_invoice(customer, rows)
        assert (made["subtotal"], made["total"]) == (20000, 20000)
        shown = [(t["amount"], t["taxability_reason"]) for t in made["total_taxes"]]
        assert shown == [(0, reason)] * 2
        sim.pay_invoice(made["id"])
    assert Ledger(sim).differences() == []
    sim.stop()


def test_small_and_negative_totals_go_to_the_customers_balance():
    sim = StripeSimulator(seed=1)
    customer = sim.create_customer(name="A")["id"]

    def final(amount):
        key = sim.create_invoice(customer, [{"amount": amount}])["id"]
        return sim.finalize_invoice(key)

    small = final(49)
    assert (small["status"], small["amount_due"]) == ("paid", 0)
    assert (small["ending_balance"], sim.customers[customer]["balance"]) == (49, 49)
    with_it = final(1000)
    assert (with_it["starting_balance"], with_it["amount_due"]) == (49, 1049)
    credit = final(-300)
    assert (credit["total"], credit["status"], credit["ending_balance"]) == (
        -300,
        "paid",
        -300,
    )
    nothing = final(0)
    assert (nothing["total"], nothing["status"]) == (0, "paid")
    other = sim.create_invoice(customer, [{"amount": 1000}], currency="usd")
    assert other["starting_balance"] == 0
    assert Ledger(sim).differences() == []
    sim.stop()
