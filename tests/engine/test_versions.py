# Copyright 2026 Odoo Integration Suite contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl)
from datetime import datetime, timedelta, timezone
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine import versions
from engine.errors import SchemaError

moments = st.datetimes(
    datetime(1, 1, 2), datetime(9999, 12, 30), timezones=st.just(timezone.utc)
)


@pytest.mark.parametrize(
    ("seconds", "text"),
    [
        (1795311564, "2026-11-22T01:39:24.000000Z"),
        (0, "1970-01-01T00:00:00.000000Z"),
        (-1, "1969-12-31T23:59:59.000000Z"),
        (1.5, "1970-01-01T00:00:01.500000Z"),
        (Decimal("1.000001"), "1970-01-01T00:00:01.000001Z"),
        (1795311564.123457, "2026-11-22T01:39:24.123457Z"),
        (-62135596800, "0001-01-01T00:00:00.000000Z"),
    ],
)
def test_from_unix(seconds, text):
    assert versions.from_unix(seconds) == text


@pytest.mark.parametrize(
    "seconds",
    ["1", None, True, 1e12, -1e12, float("nan"), float("inf"), Decimal("NaN"), 10**400],
)
def test_from_unix_refuses(seconds):
    with pytest.raises(SchemaError):
        versions.from_unix(seconds)


@pytest.mark.parametrize(
    ("text", "version"),
    [
        ("2026-11-22T01:39:24Z", "2026-11-22T01:39:24.000000Z"),
        ("2026-11-22t01:39:24z", "2026-11-22T01:39:24.000000Z"),
        ("2026-11-22T02:39:24.5+01:00", "2026-11-22T01:39:24.500000Z"),
        ("2026-11-21T20:39:24.123-0500", "2026-11-22T01:39:24.123000Z"),
        ("2026-11-22T07:09:24+05:30", "2026-11-22T01:39:24.000000Z"),
        ("2026-11-22T03:39:24+02", "2026-11-22T01:39:24.000000Z"),
        ("2026-11-22 01:39:24", "2026-11-22T01:39:24.000000Z"),
        ("2026-11-22T01:39", "2026-11-22T01:39:00.000000Z"),
        ("2026-11-22", "2026-11-22T00:00:00.000000Z"),
        (" 2026-11-22T01:39:24.1234569Z ", "2026-11-22T01:39:24.123456Z"),
    ],
)
def test_from_iso(text, version):
    assert versions.from_iso(text) == version


@pytest.mark.parametrize(
    "text",
    [
        "",
        "x",
        None,
        5,
        "2026-13-01",
        "2026-02-30",
        "2026-11-22T25:00:00Z",
        "2026-11-22T01:39:24+25:00",
        "2026-11-22T01:39:24Z\nx",
        "٢٠٢٦-11-22",
        "0001-01-01T00:00:00+01:00",
        "20261122",
    ],
)
def test_from_iso_refuses(text):
    with pytest.raises(SchemaError):
        versions.from_iso(text)


@given(moments, moments)
def test_texts_sort_as_the_instants_do(one, two):
    left, right = versions.from_iso(one.isoformat()), versions.from_iso(two.isoformat())
    assert len(left) == len(right) == 27
    assert (left < right, left == right) == (one < two, one == two)


@given(moments, st.integers(-14 * 60, 14 * 60))
def test_the_offset_does_not_change_the_version(moment, minutes):
    try:
        local = moment.astimezone(timezone(timedelta(minutes=minutes)))
    except OverflowError:
        return
    assert versions.from_iso(local.isoformat()) == versions.from_iso(moment.isoformat())


@given(st.integers(-62135596800, 253402300799))
def test_both_ways_give_the_same_version(seconds):
    moment = datetime(1970, 1, 1, tzinfo=timezone.utc) + timedelta(seconds=seconds)
    assert versions.from_unix(seconds) == versions.from_iso(moment.isoformat())
