# Copyright 2026 Odoo Integration Suite contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl)
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st
from stdnum import isin

from engine import currencies, transforms
from engine.countries import ALPHA_2
from engine.errors import MappingError
from engine.transforms import TRANSFORMS

NAMES = (
    "text lower upper integer decimal minor_units unix_time unix_date date datetime "
    "boolean not country language email phone"
).split()

CASES = [
    ("text", "  a b\n", "a b"),
    ("text", "", ""),
    ("text", 5, "5"),
    ("text", Decimal("1.50"), "1.50"),
    ("text", True, "true"),
    ("text", False, "false"),
    ("lower", " ÄB ", "äb"),
    ("upper", " äb ", "ÄB"),
    ("integer", 5, 5),
    ("integer", " -5 ", -5),
    ("integer", "+7", 7),
    ("integer", Decimal("5.00"), 5),
    ("integer", 5.0, 5),
    ("integer", "", None),
    ("decimal", 10, "10"),
    ("decimal", "10.50", "10.50"),
    ("decimal", " -0.10 ", "-0.10"),
    ("decimal", Decimal("10.50"), "10.50"),
    ("decimal", 0.1, "0.1"),
    ("decimal", 1e22, "10000000000000000000000"),
    ("decimal", Decimal("1E+3"), "1000"),
    ("decimal", "1e-3", "0.001"),
    ("decimal", "-0", "0"),
    ("decimal", Decimal("-0.00"), "0.00"),
    ("decimal", " ", None),
    (
        "minor_units",
        {"amount": 1000, "currency": "usd"},
        {"amount": "10.00", "currency": "USD"},
    ),
    (
        "minor_units",
        {"amount": -5, "currency": "EUR"},
        {"amount": "-0.05", "currency": "EUR"},
    ),
    (
        "minor_units",
        {"amount": 500, "currency": "jpy"},
        {"amount": "500", "currency": "JPY"},
    ),
    (
        "minor_units",
        {"amount": "1234", "currency": "kwd"},
        {"amount": "1.234", "currency": "KWD"},
    ),
    (
        "minor_units",
        {"amount": 12345, "currency": "CLF"},
        {"amount": "1.2345", "currency": "CLF"},
    ),
    (
        "minor_units",
        {"amount": 0, "currency": "usd"},
        {"amount": "0.00", "currency": "USD"},
    ),
    # A gateway that counts otherwise than ISO 4217 says how.
    (
        "minor_units",
        {"amount": 500, "currency": "isk", "decimals": 2},
        {"amount": "5.00", "currency": "ISK"},
    ),
    (
        "minor_units",
        {"amount": 500, "currency": "mga", "decimals": 0},
        {"amount": "500", "currency": "MGA"},
    ),
    (
        "minor_units",
        {"amount": "1.25", "currency": "eur", "decimals": 2},
        {"amount": "0.0125", "currency": "EUR"},
    ),
    ("minor_units", {"amount": None, "currency": "usd", "decimals": 2}, None),
    ("minor_units", {"amount": None, "currency": "usd"}, None),
    ("minor_units", {"amount": None, "currency": None}, None),
    ("minor_units", {}, None),
    ("unix_time", 1795311564, "2026-11-22T01:39:24Z"),
    ("unix_time", "1795311564", "2026-11-22T01:39:24Z"),
    ("unix_time", Decimal("0.5"), "1970-01-01T00:00:00.5Z"),
    ("unix_date", 1795311564, "2026-11-22"),
    ("unix_date", -1, "1969-12-31"),
    ("date", "2026-11-22", "2026-11-22"),
    ("date", "2026-11-22T00:00:00+02:00", "2026-11-22"),
    ("date", "2026-11-22 23:59:59", "2026-11-22"),
    ("date", " ", None),
    ("datetime", "2026-11-22T01:39:24Z", "2026-11-22T01:39:24Z"),
    ("datetime", "2026-11-22T02:39:24.250+0100", "2026-11-22T01:39:24.25Z"),
    ("datetime", "2026-11-22 01:39:24", "2026-11-22T01:39:24Z"),
    ("datetime", "", None),
    ("boolean", True, True),
    ("boolean", False, False),
    ("boolean", None, False),
    ("boolean", "", False),
    ("boolean", " Yes ", True),
    ("boolean", "FALSE", False),
    ("boolean", 1, True),
    ("boolean", 0, False),
    ("boolean", "no", False),
    ("not", True, False),
    ("not", None, True),
    ("not", "0", True),
    ("country", "be", "BE"),
    ("country", " Us ", "US"),
    ("country", "xk", "XK"),
    ("country", "", None),
    ("language", "en-us", "en-US"),
    ("language", "en_US", "en-US"),
    ("language", "DE", "de"),
    ("language", "zh-hant-tw", "zh-Hant-TW"),
    ("language", "es-419", "es-419"),
    ("language", "fil", "fil"),
    ("language", "", None),
    ("email", " Ada.Lovelace@EXAMPLE.Com ", "Ada.Lovelace@example.com"),
    ("email", "a+b@sub.example.co", "a+b@sub.example.co"),
    ("email", "ä@bücher.example", "ä@bücher.example"),
    ("email", " ", None),
    ("phone", " +32 (0)9 / 123-45.67 ", "+32 (0)9 / 123-45.67"),
    ("phone", "+1\u00a0555\u2013010\u200e0", "+1 555-0100"),
    ("phone", "tel: 555 0100", "555 0100"),
    ("phone", "555 0100 ext. 12", "555 0100 x12"),
    ("phone", "555-0100x7", "555-0100 x7"),
    ("phone", "１２３４", "1234"),
    ("phone", 5550100, "5550100"),
    ("phone", "", None),
]

REFUSED = [
    ("text", "a\x00b"),
    ("text", ["a"]),
    ("text", {"a": 1}),
    ("lower", ["a"]),
    ("upper", "\x00"),
    ("integer", True),
    ("integer", "5.5"),
    ("integer", Decimal("5.5")),
    ("integer", "1" * 41),
    ("integer", "٣"),
    ("integer", [1]),
    ("integer", Decimal("NaN")),
    ("decimal", "1,5"),
    ("decimal", "abc"),
    ("decimal", "NaN"),
    ("decimal", "Infinity"),
    ("decimal", float("inf")),
    ("decimal", Decimal("NaN")),
    ("decimal", True),
    ("decimal", "1e41"),
    ("decimal", "1e999"),
    ("decimal", Decimal("1e-41")),
    ("decimal", "1_000"),
    ("decimal", {}),
    ("minor_units", 1000),
    ("minor_units", {"amount": 10.5, "currency": "usd"}),
    ("minor_units", {"amount": "ten", "currency": "usd"}),
    ("minor_units", {"amount": True, "currency": "usd"}),
    ("minor_units", {"amount": 10, "currency": "xxx"}),
    ("minor_units", {"amount": 10, "currency": ""}),
    ("minor_units", {"amount": 10, "currency": None}),
    ("minor_units", {"amount": 10}),
    ("minor_units", {"amount": "1.25", "currency": "eur"}),
    ("minor_units", {"amount": "ten", "currency": "eur", "decimals": 2}),
    ("minor_units", {"amount": 10, "currency": "eur", "decimals": "2"}),
    ("minor_units", {"amount": 10, "currency": "eur", "decimals": True}),
    ("minor_units", {"amount": 10, "currency": "eur", "decimals": -1}),
    ("minor_units", {"amount": 10, "currency": "eur", "decimals": 13}),
    ("unix_time", "soon"),
    ("unix_time", True),
    ("unix_time", 10**15),
    ("unix_time", "NaN"),
    ("unix_time", [1]),
    ("unix_date", "x"),
    ("date", "2026-02-30"),
    ("date", "22.11.2026"),
    ("date", 20261122),
    ("date", "2026-11-22x"),
    ("datetime", "x"),
    ("datetime", "2026-11-22T25:00:00Z"),
    ("datetime", 5),
    ("boolean", "maybe"),
    ("boolean", 2),
    ("boolean", []),
    ("boolean", {"a": 1}),
    ("not", "maybe"),
    ("country", "XX"),
    ("country", "Belgium"),
    ("country", "BEL"),
    ("country", 32),
    ("language", "english"),
    ("language", "e"),
    ("language", "en-USA"),
    ("language", 5),
    ("email", "ada"),
    ("email", "ada@"),
    ("email", "@example.com"),
    ("email", "ada@localhost"),
    ("email", "a b@example.com"),
    ("email", "a@b@example.com"),
    ("email", "a@example..com"),
    ("email", "a@-x.com"),
    ("email", "a@example.com\x00"),
    ("email", "a@example.com, b@example.com"),
    ("email", f"{'a' * 65}@example.com"),
    ("email", f"a@{'b' * 60}.{'c' * 60}.{'d' * 60}.{'e' * 60}.{'f' * 60}.com"),
    ("email", 5),
    ("phone", "none"),
    ("phone", "+"),
    ("phone", True),
    ("phone", {}),
]


def test_the_set_is_the_agreed_one():
    assert set(TRANSFORMS) == set(NAMES)
    names = transforms.transform_names()
    assert [name for name, _label in names] == NAMES
    assert all(label and label[0].isupper() for _name, label in names)
    assert transforms.BOOLEAN_TRANSFORMS == {"boolean", "not"}


@pytest.mark.parametrize(("name", "value", "expected"), CASES)
def test_value(name, value, expected):
    result = TRANSFORMS[name](value)
    assert result == expected
    assert type(result) is type(expected)


@pytest.mark.parametrize(("name", "value"), REFUSED)
def test_refused(name, value):
    with pytest.raises(MappingError):
        TRANSFORMS[name](value)


@pytest.mark.parametrize("name", NAMES)
def test_none_stays_none_except_for_yes_or_no(name):
    expected = {"boolean": False, "not": True}.get(name)
    assert TRANSFORMS[name](None) is expected


anything = st.recursive(
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats()
    | st.decimals()
    | st.text(max_size=20),
    lambda inner: (
        st.lists(inner, max_size=2)
        | st.dictionaries(st.sampled_from(["amount", "currency"]), inner, max_size=2)
    ),
    max_leaves=4,
)


@given(st.sampled_from(NAMES), anything)
def test_nothing_but_a_mapping_error_and_stable_results(name, value):
    try:
        result = TRANSFORMS[name](value)
    except MappingError as error:
        assert len(error.message) < 200
        return
    # What is canonical stays as it is; the others change the kind of value.
    if result is not None and name not in (
        "minor_units",
        "unix_time",
        "unix_date",
        "not",
    ):
        assert TRANSFORMS[name](result) == result


@given(st.integers(-(10**15), 10**15), st.sampled_from(sorted(currencies.EXPONENTS)))
def test_money_is_exact(amount, code):
    money = TRANSFORMS["minor_units"]({"amount": amount, "currency": code.lower()})
    exponent = currencies.EXPONENTS[code]
    assert Decimal(money["amount"]) * 10**exponent == amount
    digits = money["amount"].partition(".")[2]
    assert len(digits) == exponent
    assert money["currency"] == code


def test_long_values_are_shortened_in_errors():
    with pytest.raises(MappingError) as caught:
        TRANSFORMS["integer"]("x" * 1000)
    assert len(caught.value.message) < 100


def test_countries_are_those_of_another_source():
    # stdnum still lists two former countries; XK is not in ISO 3166.
    former = {"AN", "CS"}
    assert ALPHA_2 == set(isin._iso_3116_1_country_codes) - former | {"XK"}


def test_currencies():
    exponents = currencies.EXPONENTS
    by_exponent = {
        digits: {code for code, value in exponents.items() if value == digits}
        for digits in (0, 2, 3, 4)
    }
    assert set(exponents.values()) == {0, 2, 3, 4}
    assert {"JPY", "KRW", "ISK", "UGX", "VND", "CLP", "XOF"} <= by_exponent[0]
    assert {"USD", "EUR", "MGA", "HUF", "TWD", "MRU"} <= by_exponent[2]
    assert by_exponent[3] == {"BHD", "IQD", "JOD", "KWD", "LYD", "OMR", "TND"}
    assert by_exponent[4] == {"CLF", "UYW"}
    assert all(len(code) == 3 and code.isupper() for code in exponents)
    for code in ("XXX", "XTS", "usd", "", None):
        with pytest.raises(MappingError):
            currencies.exponent(code)
