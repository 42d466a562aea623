# Copyright 2026 Odoo Integration Suite contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl)
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine import totals
from engine.errors import MappingError
from engine.totals import Document, Line, Tax

D = Decimal
CENT = D("0.01")
cents = st.integers(-(10**9), 10**9).map(lambda n: D(n) / 100)
units = st.sampled_from([D("1"), D("0.01"), D("0.001"), D("0.05")])


def money(amount, currency="EUR"):
    return {"amount": amount, "currency": currency}


def invoice(**values):
    tax = {
        "tax": {"entity": "tax_rate", "external_id": "txr_1"},
        "amount": money("19.00"),
        "inclusive": False,
    }
    line = {"external_id": "il_1", "amount": money("110.00"), "taxes": [tax]}
    return {
        "currency": "EUR",
        "untaxed": money("100.00"),
        "tax": money("19.00"),
        "total": money("119.00"),
        "lines": [line | {"discount": money("10.00")}],
    } | values


# === Reading === #


def test_amounts_of_a_line():
    (line,) = totals.read(invoice()).lines
    assert (line.number, line.gross, line.discount) == (1, D("110.00"), D("10.00"))
    assert (line.net, line.untaxed, line.tax) == (D(100), D(100), D(19))
    assert line.taxes == [Tax("txr_1", D("19.00"), False)]


def test_inclusive_taxes_are_in_the_net_amount():
    line = Line(1, D("119"), D(0), [Tax("a", D("19"), True), Tax("b", D("5"), False)])
    assert (line.inclusive, line.untaxed, line.tax) == (D(19), D(100), D(24))


def test_absent_parts_are_nothing():
    record = invoice(lines=None, untaxed=money("0"), tax=money("0"), total=money("0"))
    assert totals.read(record).lines == []
    record = invoice(lines=[{"amount": money("1.00"), "discount": None, "taxes": None}])
    (line,) = totals.read(record).lines
    assert (line.discount, line.taxes) == (D(0), [])


@pytest.mark.parametrize(
    ("values", "path"),
    [
        ({"total": money("119.00", "USD")}, "total"),
        ({"lines": [{"amount": money("1", "USD")}]}, "lines[0].amount"),
        (
            {"lines": [{"amount": money("1"), "discount": money("1", "USD")}]},
            "lines[0].discount",
        ),
    ],
)
def test_another_currency_is_refused(values, path):
    with pytest.raises(MappingError, match="USD") as caught:
        totals.read(invoice(**values))
    assert caught.value.path == path


# === Consistency === #


def test_a_consistent_document_has_no_differences():
    assert totals.read(invoice()).differences() == []


@pytest.mark.parametrize("what", ["untaxed", "tax", "total"])
def test_one_cent_is_found(what):
    record = invoice()
    stated = D(record[what]["amount"]) + CENT
    document = totals.read(record | {what: money(str(stated))})
    found = {d.what: (d.stated, d.found) for d in document.differences()}
    assert found[what] == (stated, stated - CENT)
    # Another net amount or tax contradicts the total as well.
    assert set(found) == {what, "total"}


def test_a_document_without_lines_contradicts_its_total():
    document = Document("EUR", D(5), D(0), D(5), [])
    assert [d.what for d in document.differences()] == ["untaxed"]


@given(st.lists(st.tuples(cents, cents, cents, st.booleans()), max_size=6))
def test_turned_documents_stay_consistent(parts):
    lines = [
        Line(number, gross, discount, [Tax("t", tax, inclusive)])
        for number, (gross, discount, tax, inclusive) in enumerate(parts, start=1)
    ]
    untaxed = sum((line.untaxed for line in lines), D(0))
    tax = sum((line.tax for line in lines), D(0))
    document = Document("EUR", untaxed, tax, untaxed + tax, lines)
    turned = document.turned()
    assert document.differences() == turned.differences() == []
    assert list(turned.amounts()) == [-amount for amount in document.amounts()]
    assert turned.turned() == document


# === Rounding === #


@pytest.mark.parametrize(
    ("amount", "unit", "expected"),
    [
        ("0.005", "0.01", "0.01"),
        ("-0.005", "0.01", "-0.01"),
        ("2.675", "0.01", "2.68"),
        ("1.2345", "0.001", "1.235"),
        ("7.4", "1", "7"),
        ("7.5", "1", "8"),
        ("10.03", "0.05", "10.05"),
    ],
)
def test_rounded(amount, unit, expected):
    assert totals.rounded(D(amount), D(unit)) == D(expected)


@given(cents, units)
def test_what_is_rounded_fits_and_is_near(amount, unit):
    result = totals.rounded(amount, unit)
    assert totals.fits(result, unit)
    assert abs(result - amount) * 2 <= unit


def test_fits():
    assert totals.fits(D("10.05"), D("0.05"))
    assert not totals.fits(D("10.03"), D("0.05"))
    assert not totals.fits(D("10.5"), D("1"))
    assert not totals.fits(D("999999999999999999.999999999999"), D("0.01"))


def test_explained_by_rounding():
    assert totals.explained(D("19.00"), D("19.0099"), CENT)
    assert totals.explained(D("19.00"), D("18.99"), CENT)
    assert not totals.explained(D("19.00"), D("19.011"), CENT)


@pytest.mark.parametrize(
    ("unit", "amounts", "step"),
    [
        ("0.001", ("25.220", "1.650"), "0.010"),
        ("0.001", ("25.218", "1.650"), "0.001"),
        ("0.01", ("25.20", "1.60"), "0.01"),
        ("1", ("2520", "160"), "1"),
    ],
)
def test_the_third_decimal_may_not_be_in_use(unit, amounts, step):
    net, tax = map(D, amounts)
    line = totals.Line(1, net, taxes=[totals.Tax("t", tax, False)])
    document = totals.Document("KWD", net, tax, net + tax, [line])
    assert document.step(D(unit)) == D(step)


# === Splitting === #


@given(st.integers(-(10**6), 10**6), st.lists(cents, min_size=1, max_size=8), units)
def test_parts_add_up_and_fit(number, weights, unit):
    amount = number * unit
    parts = totals.split(amount, weights, unit)
    assert sum(parts, D(0)) == amount
    assert len(parts) == len(weights)
    assert all(totals.fits(part, unit) for part in parts)


@given(
    st.integers(0, 10**6),
    st.lists(st.integers(0, 1000).map(D), min_size=1, max_size=8),
    units,
)
def test_parts_are_next_to_their_share(number, weights, unit):
    amount = number * unit
    total = sum(weights, D(0))
    if not total:
        return
    for part, weight in zip(totals.split(amount, weights, unit), weights, strict=True):
        assert abs(part - amount * weight / total) < unit


def test_the_rest_goes_where_most_was_lost():
    assert totals.split(D("0.10"), [D(1)] * 3, CENT) == [
        D("0.03"),
        D("0.03"),
        D("0.04"),
    ]
    assert totals.split(D("1.00"), [D(2), D(1)], CENT) == [D("0.67"), D("0.33")]
    assert totals.split(D("0.01"), [D(0), D(0)], CENT) == [D("0.01"), D("0.00")]


# === Quantity and price === #


@pytest.mark.parametrize(
    ("amount", "quantity", "expected"),
    [
        ("30.00", "3", ("3", "10")),
        ("10.00", "3", ("1", "10.00")),
        ("3.30", "100", ("100", "0.033")),
        ("-30.00", "3", ("3", "-10")),
        ("0.00", "3", ("3", "0")),
        ("10.00", "0", ("1", "10.00")),
        ("10.00", "-2", ("1", "10.00")),
        ("10.00", None, ("1", "10.00")),
        ("1.25", "1.25", ("1.25", "1")),
        ("1.00", "0.125", ("1", "1.00")),
    ],
)
def test_quantity_and_price(amount, quantity, expected):
    quantity = D(quantity) if quantity is not None else None
    found = totals.quantity_and_price(D(amount), quantity, 2, 6)
    assert found == tuple(map(D, expected))


@given(cents, st.integers(1, 10**5).map(lambda n: D(n) / 100))
def test_the_product_is_exactly_the_amount(amount, quantity):
    count, price = totals.quantity_and_price(amount, quantity, 2, 12)
    assert count * price == amount
    assert count in (quantity, D(1))
