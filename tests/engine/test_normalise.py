# Copyright 2026 Odoo Integration Suite contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl)
import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine import normalise
from engine.normalise import NORMALISERS

KINDS = sorted(NORMALISERS)
COUNTRIES = st.sampled_from(["", "DE", "GR", "US", "gb"])


@pytest.mark.parametrize(
    ("kind", "one", "other", "country"),
    [
        ("email", "Ada@Example.COM ", "ada@example.com", ""),
        ("email", "Ada Lovelace <ADA@example.com>", "ada@example.com", ""),
        ("phone", "+49 (30) 123 456-7", "0049 30 1234567", ""),
        ("phone", "030 1234567", "+49301234567", "DE"),
        ("phone", "tel. +44 20 7946 0958", "+442079460958", ""),
        ("vat", "de 136.695.976", "DE136695976", ""),
        ("vat", "136695976", "DE136695976", "DE"),
        ("vat", "B12345674", "ES-B12345674", "ES"),
        ("vat", "GR094259216", "EL 094 259 216", ""),
        ("vat", "094259216", "EL094259216", "GR"),
        ("reference", "K-00 12/a", "k0012A", ""),
        ("domain", "https://www.Acme.example/shop?x=1", "acme.example", ""),
        ("domain", "http://acme.example:8080", "acme.example", ""),
        ("name", "Müller & Söhne, GmbH", "muller sohne gmbh", ""),
        ("exact", " A-1 ", "A-1", ""),
    ],
)
def test_the_same_thing_in_two_spellings(kind, one, other, country):
    clean = NORMALISERS[kind].clean
    assert clean(one, country)
    assert clean(one, country) == clean(other, country)


@pytest.mark.parametrize(
    ("kind", "one", "other"),
    [
        ("email", "a.b@example.com", "ab@example.com"),
        ("email", "ada+x@example.com", "ada@example.com"),
        ("phone", "+49301234567", "+43301234567"),
        ("vat", "DE136695976", "AT136695976"),
        ("reference", "K12", "K-0012"),
        ("domain", "acme.example", "shop.acme.example"),
        ("exact", "A-1", "a-1"),
    ],
)
def test_what_is_not_the_same(kind, one, other):
    clean = NORMALISERS[kind].clean
    assert clean(one, "") != clean(other, "")


@pytest.mark.parametrize(
    ("kind", "value"),
    [
        *[(kind, value) for kind in KINDS for value in ("", None, " / ", "N/A", "-")],
        *[(kind, "x" * 1000) for kind in KINDS],
        ("email", "ada"),
        ("email", "ada@localhost"),
        ("email", "a@b@example.com"),
        ("email", "a@example.com, b@example.com"),
        ("phone", "030 1234567"),
        ("phone", "call me"),
        ("phone", "+49 1"),
        ("vat", "DE"),
        ("reference", "n-a"),
        ("domain", "localhost"),
        ("domain", "we have none"),
    ],
)
def test_what_says_nothing_is_no_key(kind, value):
    assert NORMALISERS[kind].clean(value, "") == ""


@given(st.sampled_from(KINDS), st.text(max_size=60), COUNTRIES)
def test_a_normal_form_stays_as_it_is(kind, value, country):
    clean = NORMALISERS[kind].clean
    once = clean(value, country)
    assert clean(once, country) == once


@given(st.sampled_from(KINDS), st.text(max_size=60), COUNTRIES)
def test_what_the_database_narrows_by_is_part_of_the_form(kind, value, country):
    clean, narrow = NORMALISERS[kind]
    once = clean(value, country)
    assert bool(narrow(once)) == bool(once) or kind == "vat"
    assert narrow(once) in (once, once.replace(" ", "")) or once.endswith(narrow(once))


@given(
    st.from_regex(r"\A[a-z0-9]{1,10}@[a-z0-9]{1,10}\.(com|example)\Z"),
    st.sampled_from([str.upper, str.title, lambda text: f"  {text} "]),
)
def test_an_address_in_any_case_is_the_same(address, spelled):
    assert normalise.email(spelled(address)) == address


@given(
    st.integers(20_0000, 99_999999),
    st.sampled_from([" ", "-", "/", ".", ""]),
    st.integers(1, 3),
)
def test_a_number_with_any_separators_is_the_same(number, separator, at):
    digits = str(number)
    spelled = f"030{separator}{digits[:at]}{separator}{digits[at:]}"
    plain = normalise.phone(f"+4930{digits}")
    assert plain == f"+4930{digits}"
    assert normalise.phone(spelled, "DE") == plain
    assert normalise.phone(f"+49 {spelled[1:]}") == plain


@given(
    st.from_regex(r"\A[A-Z]{2}[0-9]{8,12}\Z").filter(lambda v: v[:2] != "GR"),
    st.sampled_from([" ", ".", "-", ""]),
)
def test_a_tax_number_with_any_separators_is_the_same(number, separator):
    assert normalise.vat(separator.join(number).lower()) == number
    assert normalise.vat(number[2:], number[:2]).endswith(number[2:])
