# Copyright 2026 Odoo Integration Suite contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl)
import hashlib
import json
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine import canonical

values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=10),
    lambda inner: (
        st.lists(inner, max_size=4)
        | st.dictionaries(st.text(max_size=5), inner, max_size=4)
    ),
    max_leaves=12,
)


def shuffled(value):
    """The same value with all keys in another order."""
    if isinstance(value, dict):
        return {k: shuffled(v) for k, v in reversed(list(value.items()))}
    if isinstance(value, list):
        return [shuffled(v) for v in value]
    return value


@given(values)
def test_order_of_keys_does_not_matter(value):
    assert canonical.dumps(value) == canonical.dumps(shuffled(value))


@given(values)
def test_text_is_json_of_the_value(value):
    assert json.loads(canonical.dumps(value)) == value


@given(values)
def test_both_ways_of_writing_agree(value):
    assert canonical.encode(value, sort_keys=True) == canonical.dumps(value)


def test_form():
    value = {"b": [1, Decimal("2.50")], "a": {"d": None, "c": "ä\n"}}
    assert canonical.dumps(value) == '{"a":{"c":"ä\\n","d":null},"b":[1,2.50]}'
    assert canonical.dumps({"b": 1, "a": 2}) == '{"a":2,"b":1}'
    assert canonical.dumps({2: 1, "a": Decimal(2), None: 3}) == '{"2":1,"a":2,"null":3}'


@pytest.mark.parametrize("value", [float("nan"), Decimal("NaN"), float("inf")])
def test_no_number_is_refused(value):
    with pytest.raises(ValueError):
        canonical.dumps(value)


def test_no_json_is_refused():
    with pytest.raises(TypeError):
        canonical.dumps({"a": object()})


def test_digest_is_sha256_over_tagged_parts():
    expected = hashlib.sha256(b's2:abb1:\x00j7:{"a":1}').hexdigest()
    assert canonical.digest("ab", b"\x00", {"a": 1}) == expected


parts = st.lists(st.text(max_size=4) | st.binary(max_size=4) | values, max_size=4)


def exact(value):
    """Type-aware form, where True differs from 1 and "a" from b"a"."""
    if isinstance(value, dict):
        return ("d", tuple(sorted((k, exact(v)) for k, v in value.items())))
    if isinstance(value, list):
        return ("l", tuple(exact(v) for v in value))
    return (type(value).__name__, repr(value))


@given(parts, parts)
def test_different_parts_have_different_digests(left, right):
    same = [exact(part) for part in left] == [exact(part) for part in right]
    assert (canonical.digest(*left) == canonical.digest(*right)) is same


@given(st.text(min_size=1, max_size=6), st.integers(0, 6), st.integers(0, 6))
def test_where_parts_are_cut_matters(text, one, two):
    first = canonical.digest(text[:one], text[one:])
    second = canonical.digest(text[:two], text[two:])
    assert (first == second) is (text[:one] == text[:two])


def test_kinds_of_parts_differ():
    kinds = ["1", b"1", 1, None, "", b"", False, 0, "null", [], {}]
    assert len({canonical.digest(kind) for kind in kinds}) == len(kinds)
    assert canonical.digest() != canonical.digest("")


def test_digest_takes_any_text():
    assert len(canonical.digest("\ud800", {"a": "\ud800"})) == 64


def test_short_hash():
    assert canonical.short_hash({"a": 1, "b": 2}) == canonical.short_hash(
        {"b": 2, "a": 1}
    )
    assert canonical.short_hash("a") == canonical.digest("a")[:16]
    assert len(canonical.short_hash(None)) == 16
    assert canonical.short_hash(None) != canonical.short_hash(False)


def test_diff_names_changed_fields_only():
    before = {"name": "A", "city": "X", "zip": "1", "tags": [1, 2]}
    after = {"name": "A", "city": "Y", "phone": "5", "tags": [1, 2]}
    assert canonical.diff(before, after) == {
        "city": ["X", "Y"],
        "zip": ["1", None],
        "phone": [None, "5"],
    }
    assert list(canonical.diff(before, after)) == ["city", "zip", "phone"]


def test_diff_knows_yes_from_one():
    assert canonical.diff({"a": 1}, {"a": True}) == {"a": [1, True]}
    assert canonical.diff({"a": False}, {"a": 0}) == {"a": [False, 0]}
    assert canonical.diff({"a": True}, {"a": True}) == {}


def test_diff_takes_missing_for_none():
    assert canonical.diff({"a": None}, {}) == {}
    assert canonical.diff({}, {"a": False}) == {"a": [None, False]}


@given(
    st.dictionaries(st.text(max_size=3), values),
    st.dictionaries(st.text(max_size=3), values),
)
def test_diff_carries_one_into_the_other(before, after):
    changed = canonical.diff(before, after)
    for key in {*before, *after}:
        expected = changed[key][1] if key in changed else before.get(key)
        assert expected == after.get(key)
