# Copyright 2026 Odoo Integration Suite contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl)
from collections import Counter
from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine import reconcile
from engine.reconcile import Entry, compare

D = Decimal
DAY = date(2026, 2, 12)
FIRST, LAST = DAY - timedelta(days=1), DAY + timedelta(days=1)


def entry(key="a", amount="10.00", currency="EUR", day=DAY, **values):
    return Entry(key, amount and D(amount), currency, day, **values)


def look(there, here, **values):
    result = compare(there, here, FIRST, LAST, **values)
    return [(v.kind, v.key, v.difference) for v in result.variances], result


# === KINDS === #


@pytest.mark.parametrize(
    "there, here, expected",
    [
        ([entry()], [entry()], []),
        ([entry()], [], [("missing_here", "a", D("-10.00"))]),
        ([], [entry()], [("missing_there", "a", D("10.00"))]),
        ([entry()], [entry(amount="10.01")], [("amount", "a", D("0.01"))]),
        ([entry()], [entry(), entry()], [("duplicate", "a", D("10.00"))]),
        ([entry(), entry()], [entry()], [("duplicate", "a", D("-10.00"))]),
        # Another day within the days that are compared is no difference,
        ([entry(day=FIRST)], [entry(day=LAST)], []),
        # another one outside of them is: the totals differ by it.
        (
            [entry()],
            [entry(day=LAST + timedelta(days=1))],
            [("timing", "a", D("-10.00"))],
        ),
        (
            [entry(day=FIRST - timedelta(days=1))],
            [entry()],
            [("timing", "a", D("10.00"))],
        ),
        # Only here, but the other side had it on a day before.
        (
            [],
            [entry(own_day=FIRST - timedelta(days=3))],
            [("timing", "a", D("10.00"))],
        ),
        ([], [entry(own_day=DAY)], [("missing_there", "a", D("10.00"))]),
        # Neither side has it in these days.
        ([entry(day=date(2025, 1, 1))], [entry(day=date(2025, 1, 2))], []),
        # What is left after the fee; the fee is another one.
        (
            [entry(amount="9.70", fee=D("0.30"))],
            [entry(amount="9.60", fee=D("0.40"))],
            [("fee", "a", D("-0.10"))],
        ),
        # No fee booked yet.
        (
            [entry(amount="9.70", fee=D("0.30"))],
            [entry(amount="10.00", fee=D("0.00"))],
            [("fee", "a", D("0.30"))],
        ),
        # The same is left, and yet it was split otherwise.
        (
            [entry(amount="9.70", fee=D("0.30"))],
            [entry(amount="9.70", fee=D("0.00"))],
            [("fee", "a", D("0.00"))],
        ),
        # Fee and gross amount are both others: the amount is the matter.
        (
            [entry(amount="9.70", fee=D("0.30"))],
            [entry(amount="8.00", fee=D("0.40"))],
            [("amount", "a", D("-1.70"))],
        ),
        (
            [entry(original=(D("11.00"), "USD"))],
            [entry(amount="9.90", original=(D("11.00"), "USD"))],
            [("exchange", "a", D("-0.10"))],
        ),
        (
            [entry(original=(D("11.00"), "USD"))],
            [entry(amount="9.90", original=(D("10.90"), "USD"))],
            [("amount", "a", D("-0.10"))],
        ),
        # One thing in two currencies.
        (
            [entry()],
            [entry(currency="USD")],
            [("amount", "a", D("-10.00")), ("amount", "a", D("10.00"))],
        ),
        # Only counted.
        ([entry(amount=None, currency="")], [entry(amount=None, currency="")], []),
        ([entry(amount=None)], [], [("missing_here", "a", D(0))]),
    ],
)
def test_kinds(there, here, expected):
    assert look(there, here)[0] == expected


def test_what_is_on_its_way_is_a_matter_of_time():
    assert look([entry()], [], on_its_way={"a"})[0] == [("timing", "a", D("-10.00"))]
    changed = [entry(amount="9.00")]
    assert look([entry()], changed, on_its_way={"a"})[0][0][0] == "timing"


def test_tolerance_is_counted():
    kinds, result = look([entry()], [entry(amount="10.02")], tolerance=D("0.02"))
    total = result.totals["EUR"]
    assert (kinds, total.tolerated, total.difference) == ([], D("0.02"), D("0.02"))
    assert look([entry()], [entry(amount="10.03")], tolerance=D("0.02"))[0]


def test_of_two_with_one_key_the_wrong_one_is_left_over():
    there = [entry(res_id=1)]
    here = [entry(amount="99.00", res_id=2), entry(res_id=3)]
    variance = look(there, here)[1].variances[0]
    assert (variance.kind, variance.here.res_id) == ("duplicate", 2)


def test_totals_count_only_their_days():
    outside = LAST + timedelta(days=1)
    result = look(
        [entry(), entry("b", day=outside)], [entry(), entry("b", day=outside)]
    )[1]
    total = result.totals["EUR"]
    assert (total.count_there, total.sum_there) == (1, D("10.00"))
    assert (total.count_here, total.sum_here, result.matched) == (1, D("10.00"), 1)


# === WHAT DIFFERS EXPLAINS WHAT THE TOTALS DIFFER BY === #

amounts = st.integers(-(10**7), 10**7).map(lambda n: D(n) / 100)
days = st.integers(-3, 3).map(lambda n: DAY + timedelta(days=n))
entries = st.builds(
    Entry,
    key=st.sampled_from("abcdef"),
    amount=amounts,
    currency=st.sampled_from(["EUR", "USD", "JPY"]),
    day=days,
    fee=st.none() | amounts,
    original=st.none() | st.tuples(amounts, st.just("USD")),
    own_day=st.none() | days,
)
sides = st.lists(entries, max_size=12)


@given(sides, sides, st.sets(st.sampled_from("abcdef")), st.integers(0, 500))
def test_totals_are_explained(there, here, on_its_way, cents):
    result = compare(there, here, FIRST, LAST, D(cents) / 100, on_its_way)
    for currency, total in result.totals.items():
        named = sum(
            (v.difference for v in result.variances if v.currency == currency), D(0)
        )
        assert total.difference == named + total.tolerated
    # Nothing is named in a currency that has no total.
    assert {v.currency for v in result.variances if v.difference} <= set(result.totals)
    assert {v.kind for v in result.variances} <= set(reconcile.KINDS)


@given(sides)
def test_equal_sides_have_no_differences(side):
    copies = [replace(e, model="x", res_id=n) for n, e in enumerate(side)]
    result = compare(side, reversed(copies), FIRST, LAST)
    assert result.variances == []
    assert all(not total.difference for total in result.totals.values())


@given(sides, sides)
def test_the_other_way_round_the_sign_turns(there, here):
    swap = {"missing_here": "missing_there", "missing_there": "missing_here"}
    plain = (
        [replace(e, own_day=None) for e in there],
        [replace(e, own_day=None) for e in here],
    )
    one = compare(*plain, FIRST, LAST).variances
    other = compare(*reversed(plain), FIRST, LAST).variances
    assert Counter((v.kind, v.key, v.currency, v.difference) for v in one) == Counter(
        (swap.get(v.kind, v.kind), v.key, v.currency, -v.difference) for v in other
    )


# === A PLANTED DIFFERENCE IS FOUND, AND NOTHING ELSE === #


@given(
    st.lists(amounts.filter(bool), min_size=1, max_size=20),
    st.sampled_from(["missing_here", "missing_there", "duplicate", "amount", "fee"]),
    st.data(),
)
def test_what_is_planted_is_found(values, kind, data):
    there = [
        Entry(f"txn_{n}", value, "EUR", DAY, fee=D("0.25"))
        for n, value in enumerate(values)
    ]
    here = [replace(e, res_id=n + 1) for n, e in enumerate(there)]
    place = data.draw(st.integers(0, len(values) - 1))
    victim = here[place]
    if kind == "missing_here":
        del here[place]
    elif kind == "missing_there":
        del there[place]
    elif kind == "duplicate":
        here.append(replace(victim, res_id=99))
    elif kind == "amount":
        here[place] = replace(victim, amount=victim.amount + D("1.00"))
    else:
        here[place] = replace(victim, amount=victim.amount - D("0.10"), fee=D("0.35"))
    found = compare(there, here, FIRST, LAST).variances
    assert [(v.kind, v.key) for v in found] == [(kind, victim.key)]
