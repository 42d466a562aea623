# Copyright 2026 Odoo Integration Suite contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl)
"""Versions of a mapping compared, and a mapping run line by line."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.errors import MappingError
from engine.mapping import Line, build_value_map, compile_mapping
from engine.mapping_diff import changes, flatten
from engine.mapping_trace import MOST_ELEMENTS, trace


def data(target, source="", kind="value", children=(), **more):
    """Plain data of one line, as a stored mapping gives it."""
    return [
        kind,
        target,
        source,
        more.get("transform", ""),
        more.get("value_map", ""),
        more.get("entity", ""),
        more.get("default", ""),
        more.get("required", False),
        list(children),
    ]


def said(before, after):
    return [
        (c.before and c.before.path, c.after and c.after.path, c.fields)
        for c in changes(before, after)
    ]


def test_equal_versions_do_not_differ():
    lines = [data("a", "x"), data("l", "y", "list", [data("b", "z")])]
    assert changes(lines, lines) == []


def test_order_means_nothing():
    assert changes([data("a"), data("b")], [data("b"), data("a")]) == []


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("source", "other"),
        ("transform", "text"),
        ("value_map", "codes"),
        ("default", "x"),
        ("required", True),
    ],
)
def test_each_part_of_a_line_counts(name, value):
    after = data("a", "x")
    place = {"source": 2, "transform": 3, "value_map": 4, "default": 6, "required": 7}
    after[place[name]] = value
    assert said([data("a", "x")], [after]) == [("a", "a", (name,))]


def test_what_a_kind_does_not_use_is_no_difference():
    before = data("a", "left over", "constant", default="1", entity="customer")
    assert changes([before], [data("a", "", "constant", default="1")]) == []


def test_new_and_gone():
    assert said([data("a", "x")], [data("b", "y")]) == [
        (None, "b", ()),
        ("a", None, ()),
    ]


def test_renamed_is_one_change():
    assert said([data("mobile", "tel")], [data("phone", "tel")]) == [
        ("mobile", "phone", ("path",))
    ]


def test_a_line_that_moved_into_a_list_is_not_renamed():
    before = [data("city", "city"), data("l", "x", "list")]
    after = [data("l", "x", "list", [data("city", "city")])]
    assert said(before, after) == [(None, "l.city", ()), ("city", None, ())]


def test_two_that_could_be_the_one_before_are_not_guessed():
    before = [data("a", "x"), data("b", "x")]
    assert said(before, [data("c", "x")]) == [
        (None, "c", ()),
        ("a", None, ()),
        ("b", None, ()),
    ]


def test_lists_on_one_target_are_told_apart_by_their_order():
    before = [data("l", "[a]", "list"), data("l", "[b]", "list")]
    after = [data("l", "[a]", "list"), data("l", "[c]", "list")]
    assert said(before, after) == [("l", "l", ("source",))]


names = st.sampled_from("abcdef")
plain = st.builds(data, names, st.sampled_from(["x", "y", "z"]), required=st.booleans())
nested = st.builds(
    data, names, st.just("x"), st.just("list"), st.lists(plain, max_size=3)
)
mappings = st.lists(plain | nested, max_size=6)


@given(mappings)
def test_a_mapping_never_differs_from_itself(lines):
    assert changes(lines, lines) == []


@given(mappings, mappings)
def test_every_line_is_equal_or_named_once(before, after):
    found = changes(before, after)
    old, new = flatten(before), flatten(after)
    gone = [c.before for c in found if c.before is not None]
    come = [c.after for c in found if c.after is not None]
    assert len(old) - len(gone) == len(new) - len(come)
    for line in gone:
        assert line in old
    for line in come:
        assert line in new


# === LINE BY LINE === #


def traced(document, *lines, **maps):
    return {t.path: t for t in trace(lines, maps, document)}


def test_every_line_is_tried_though_one_fails():
    lines = (
        Line("value", "amount", "amount", "integer"),
        Line("value", "name", "name", "upper"),
        Line("value", "missing", "nothing", required=True),
        Line("value", "broken", "a[?"),
    )
    found = traced({"amount": "much", "name": "ada"}, *lines)
    assert found["name"].value == "ADA"
    assert found["name"].received == "ada"
    assert found["amount"].error
    assert found["amount"].received == "much"
    assert "required" in str(found["missing"].error)
    assert "cannot be understood" in str(found["broken"].error)


def test_a_line_that_says_nothing():
    found = traced({"b": None}, Line("value", "a", "a"), Line("value", "b", "b"))
    assert found["a"].silent and not found["b"].silent
    assert found["b"].value is None


def test_elements_of_a_list():
    line = Line(
        "list", "l", "items", children=(Line("value", "n", "name", "upper"),), id=7
    )
    found = traced({"items": [{"name": str(i)} for i in range(9)]}, line)
    assert found["l"].value == 9
    assert found["l"].line == 7
    assert found["l[0].n"].value == "0"
    assert f"l[{MOST_ELEMENTS - 1}].n" in found
    assert f"l[{MOST_ELEMENTS}].n" not in found


def test_a_list_that_is_none_still_names_its_lines():
    line = Line("list", "l", "items", children=(Line("value", "n", "name"),))
    assert traced({}, line)["l[].n"].silent
    assert traced({"items": 5}, line)["l"].error


def test_unknown_value_names_the_map():
    codes = build_value_map("codes", [("a", "b")], "in")
    found = traced({"x": "z"}, Line("value", "t", "x", value_map="codes"), codes=codes)
    assert found["t"].error.details["value_map"] == "codes"


@given(st.dictionaries(names, st.text(max_size=3) | st.none(), max_size=5))
def test_the_lines_say_together_what_the_mapping_says(document):
    lines = tuple(Line("value", name, name, "text") for name in "abcdef")
    traces = trace(lines, {}, document)
    try:
        whole = compile_mapping(lines, {}).apply(document)
    except MappingError as error:
        # A NUL, for example, which no database keeps: the same problem at its line.
        assert str(error) in [str(t.error) for t in traces]
        return
    assert {t.path: t.value for t in traces if not t.silent} == whole
