# Copyright 2026 Odoo Integration Suite contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl)
import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.fingerprint import MOST, fingerprint, generalise

IDS = st.from_regex(r"[a-z]{2,4}_[A-Za-z]{0,8}[0-9][A-Za-z0-9]{0,8}", fullmatch=True)


def same(first: str, second: str) -> bool:
    return generalise(first) == generalise(second)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Customer cus_1AbC is unknown.", "Customer cus_9ZyX is unknown."),
        ("“Müller & Söhne” has no account.", "“ACME” has no account."),
        ('The tax "txr_19" has no Odoo tax.', 'The tax "txr_7" has no Odoo tax.'),
        ("It is 119.01, not 119.00 EUR.", "It is 7.5, not 8 EUR."),
        ("The day 2026-10-28 is locked.", "The day 2025-01-03 is locked."),
        ("Wrote to ann@example.com.", "Wrote to bob.b@example.org."),
        ("GET https://a.example/x failed.", "GET https://b.example/y?z=1 failed."),
        ("Known: 1, 2, 3.", "Known: 4, 5."),
        ("No 'DE' here.", "No 'FR' here."),
        ("a  \n b", "a b"),
    ],
)
def test_particulars_do_not_matter(one, other):
    assert same(one, other)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("The journal is archived.", "The account is archived."),
        ("Customer cus_1 is unknown.", "Invoice in_1 is unknown."),
        ("It's late and that's that.", "It's early and that's that."),
    ],
)
def test_another_problem_is_another(one, other):
    assert not same(one, other)


def test_names_that_are_known_are_left_out():
    first = generalise("Order of Ann Person (PERSON) failed.", ("PERSON", "Ann Person"))
    other = generalise("Order of Bo Body (BODY) failed.", ("BODY", "Bo Body"))
    assert first == other
    # Not within words, and not single letters.
    assert generalise("Personal a", ("Person", "a", "")) == "Personal a"


@given(IDS, IDS)
def test_ids_never_make_a_difference(one, other):
    assert same(f"Object {one} was not found.", f"Object {other} was not found.")


@given(st.from_regex(r"[a-z]{2,4}_[A-Za-z]{4,14}", fullmatch=True))
def test_an_id_that_reads_as_a_word_is_known_by_its_name(name):
    assert generalise(f"Object {name} is gone.", (name,)) == "Object … is gone."


@given(st.text(max_size=600))
def test_any_text_becomes_a_short_line(text):
    line = generalise(text)
    assert len(line) <= MOST
    assert "\n" not in line
    assert line == generalise(text)


@given(st.text(max_size=40), st.text(max_size=40), st.text(max_size=40))
def test_a_fingerprint_is_short_and_plain(entity, path, problem):
    mark = fingerprint("mapping", entity, path=path, problem=problem)
    assert len(mark) <= 64
    assert mark.replace(":", "").isalnum()


def test_a_cause_says_it_all():
    one = fingerprint("mapping", "customer", cause="value_map:x:1", problem="a")
    other = fingerprint("missing_reference", "invoice", cause="value_map:x:1")
    assert one == other
    assert one != fingerprint("mapping", "customer", cause="value_map:x:2")


def test_without_a_cause_place_kind_and_problem_count():
    base = fingerprint("schema", "invoice", path="lines[0].amount", problem="text")
    assert base == fingerprint(
        "schema", "invoice", path="lines[7].amount", problem="text"
    )
    for other in (
        fingerprint("mapping", "invoice", path="lines[0].amount", problem="text"),
        fingerprint("schema", "payment", path="lines[0].amount", problem="text"),
        fingerprint("schema", "invoice", path="lines[0].tax", problem="text"),
        fingerprint("schema", "invoice", path="lines[0].amount", problem="empty"),
        # Parts cannot run into each other.
        fingerprint("schema", "invoicelines[]", path=".amount", problem="text"),
    ):
        assert other != base
