# Copyright 2026 Odoo Integration Suite contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl)
from decimal import Decimal

from hypothesis import given
from hypothesis import strategies as st

from engine import canonical, json_text, masking, strict_json

VALUES = st.recursive(
    st.none()
    | st.booleans()
    | st.integers(-(10**18), 10**18)
    | st.integers(-(10**9), 10**9).map(lambda number: Decimal(number).scaleb(-3))
    | st.text(st.characters(exclude_characters="\x00", exclude_categories=["Cs"])),
    lambda inner: (
        st.lists(inner, max_size=4)
        | st.dictionaries(st.text("abc.[]_", min_size=1, max_size=5), inner, max_size=4)
    ),
    max_leaves=20,
)
DOCUMENTS = st.dictionaries(st.text("abcxyz", min_size=1), VALUES, max_size=4)


@given(DOCUMENTS)
def test_pretty_text_says_the_same(document):
    assert strict_json.loads(json_text.pretty(document).encode()) == document


@given(DOCUMENTS)
def test_nothing_changed(document):
    assert json_text.changes(document, document) == []


@given(DOCUMENTS, DOCUMENTS)
def test_a_difference_is_never_missed(before, after):
    same = canonical.dumps(before) == canonical.dumps(after)
    assert bool(json_text.changes(before, after)) != same


def test_null_is_not_nothing():
    assert json_text.changes({}, {"a": None}) == [(("a",), None, None)]


def test_digits_are_kept():
    text = json_text.pretty(
        strict_json.loads(b'{"a": 1.10, "b": 12345678901234567.89}')
    )
    assert text == '{\n  "a": 1.10,\n  "b": 12345678901234567.89\n}'


def test_places_are_named():
    before = {"lines": [{"amount": 5, "text": "a"}], "currency": "eur", "gone": 1}
    after = {"lines": [{"amount": 6, "text": "a"}, 7], "currency": "eur", "new": [1]}
    found = json_text.changes(before, after)
    assert [(json_text.place(keys), *pair) for keys, *pair in found] == [
        ("lines[0].amount", 5, 6),
        ("lines[1]", None, 7),
        ("gone", 1, None),
        ("new", None, [1]),
    ]


def test_true_is_not_one():
    assert json_text.changes({"a": 1}, {"a": True}) == [(("a",), 1, True)]


def test_empty_ones_stay_on_one_line():
    assert json_text.pretty({"a": {}, "b": []}) == '{\n  "a": {},\n  "b": []\n}'


def test_what_is_masked_is_still_said_to_differ():
    before = {"email": "ann@example.com", "amount": 5, "token": {"id": "x"}}
    after = {"email": "amy@example.com", "amount": 6, "token": {"id": "y"}}
    assert json_text.masked_changes(before, after, masking.mask) == [
        ("email", "a•••@example.com", "a•••@example.com (another)"),
        ("amount", 5, 6),
        ("token.id", "•••", "••• (another)"),
    ]


@given(DOCUMENTS, DOCUMENTS)
def test_masking_hides_no_place(before, after):
    found = json_text.masked_changes(before, after, masking.mask)
    assert len(found) == len(json_text.changes(before, after))
    assert all(repr(left) != repr(right) or left is None for _, left, right in found)
