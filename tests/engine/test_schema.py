# Copyright 2026 Odoo Integration Suite contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl)
import copy
import json
from decimal import Decimal
from pathlib import Path

import jsonschema
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from engine import formats, schema
from engine.errors import SchemaError
from engine.quick_schema import compile_quick
from engine.schema import compile_schema
from engine.schema_changes import breaks

SHIPPED = sorted(Path(schema.__file__).parents[2].glob("*/schemas/*.json"))
TEXT_OR_EMPTY = {"type": ["string", "null"]}
CUSTOMER = {
    "$schema": "https://json-schema.org/draft/2020-12/schema",
    "title": "Customer",
    "type": "object",
    "additionalProperties": False,
    "required": ["external_id"],
    "properties": {
        "external_id": {"type": "string", "minLength": 1, "maxLength": 20},
        "name": TEXT_OR_EMPTY,
        "email": {"type": ["string", "null"], "format": "email"},
        "born": {"type": "string", "format": "date"},
        "seen": {"type": "string", "format": "date-time"},
        "homepage": {"type": "string", "format": "uri"},
        "active": {"type": "boolean"},
        "count": {"type": "integer", "minimum": 0, "maximum": 9},
        "rate": {"type": "number", "exclusiveMinimum": 0, "multipleOf": 0.5},
        "fixed": {"const": "x"},
        "balance": {"anyOf": [{"type": "null"}, {"$ref": "#/$defs/money"}]},
        "amount": {"oneOf": [{"type": "null"}, {"$ref": "#/$defs/money"}]},
        "either": {"oneOf": [{"type": "number"}, {"type": "integer"}]},
        "tags": {"type": "array", "items": {"type": "string"}, "maxItems": 2},
        "addresses": {
            "type": "array",
            "items": {
                "type": "object",
                "required": ["kind"],
                "properties": {
                    "kind": {"enum": ["main", "invoice"]},
                    "country": {"type": "string", "pattern": "^[A-Z]{2}$"},
                },
            },
        },
        "parent": {"$ref": "#"},
    },
    "$defs": {
        "money": {
            "type": "object",
            "required": ["amount", "currency"],
            "properties": {
                "amount": {"type": "string"},
                "currency": {"type": "string"},
            },
        }
    },
}
COMPILED = compile_schema(CUSTOMER)


def error_of(**fields):
    record = {"external_id": "c1", **fields}
    with pytest.raises(SchemaError) as caught:
        COMPILED.check(record)
    return caught.value


def test_a_valid_record_passes():
    COMPILED.check(
        {
            "external_id": "c1",
            "name": None,
            "email": "a@example.com",
            "born": "2026-11-22",
            "seen": "2026-11-22T01:39:24.5+01:00",
            "homepage": "not checked",
            "active": True,
            "count": 9,
            "rate": Decimal("1.5"),
            "fixed": "x",
            "balance": {"amount": "1", "currency": "EUR"},
            "amount": None,
            "tags": ["a", "b"],
            "addresses": [{"kind": "main", "country": "BE", "more": 1}],
        }
    )


@pytest.mark.parametrize(
    ("fields", "path", "message"),
    [
        (
            {"addresses": [{"kind": "main", "country": 5}]},
            "addresses[0].country",
            "`addresses[0].country` is a number, text was expected",
        ),
        (
            {"name": 1.5},
            "name",
            "`name` is a number, text or empty was expected",
        ),
        (
            {"active": None},
            "active",
            "`active` is empty, yes or no was expected",
        ),
        (
            {"count": True},
            "count",
            "`count` is yes or no, a whole number was expected",
        ),
        (
            {"tags": {"a": 1}},
            "tags",
            "`tags` is a group of fields, a list was expected",
        ),
        ({"tags": ["a", []]}, "tags[1]", "`tags[1]` is a list, text was expected"),
        (
            {"addresses": [{"kind": "main"}, {}]},
            "addresses[1].kind",
            "`addresses[1].kind` is missing",
        ),
        ({"colour": 1}, "colour", "`colour` is not a known field"),
        (
            {"addresses": [{"kind": "other"}]},
            "addresses[0].kind",
            "`addresses[0].kind` is “other”, “main” or “invoice” was expected",
        ),
        ({"fixed": "y"}, "fixed", "`fixed` is “y”, “x” was expected"),
        (
            {"addresses": [{"kind": "main", "country": "be"}]},
            "addresses[0].country",
            "`addresses[0].country` is “be”, which does not have the expected form",
        ),
        (
            {"email": "nobody"},
            "email",
            "`email` is “nobody”, an e-mail address was expected",
        ),
        (
            {"born": "22.11.2026"},
            "born",
            "`born` is “22.11.2026”, a date such as 2026-11-22 was expected",
        ),
        ({"external_id": ""}, "external_id", "`external_id` is shorter than 1"),
        ({"external_id": "x" * 21}, "external_id", "`external_id` is longer than 20"),
        ({"count": -1}, "count", "`count` is less than 0"),
        ({"count": 10}, "count", "`count` is more than 9"),
        ({"rate": 0}, "rate", "`rate` is not more than 0"),
        ({"rate": 0.3}, "rate", "`rate` is not a multiple of 0.5"),
        ({"tags": ["a", "b", "c"]}, "tags", "`tags` has more than 2 entries"),
        (
            {"balance": {"amount": 1, "currency": "EUR"}},
            "balance.amount",
            "`balance.amount` is a number, text was expected",
        ),
        ({"amount": {}}, "amount.amount", "`amount.amount` is missing"),
        (
            {"balance": "5"},
            "balance",
            "`balance` is text, empty or a group of fields was expected",
        ),
        (
            {"either": 1},
            "either",
            "`either` does not have any of the allowed forms",
        ),
        (
            {"parent": {"external_id": 5}},
            "parent.external_id",
            "`parent.external_id` is a number, text was expected",
        ),
    ],
)
def test_errors_name_the_place_and_what_was_expected(fields, path, message):
    error = error_of(**fields)
    assert error.path == path
    assert error.message.startswith(message)
    assert str(error) == error.message


def test_the_error_nearest_to_the_top_is_named():
    assert error_of(addresses=[{"kind": 1}], name=1).path == "name"
    with pytest.raises(SchemaError) as caught:
        COMPILED.check({"addresses": [{}]})
    assert caught.value.path == "external_id"
    with pytest.raises(SchemaError) as caught:
        COMPILED.check([])
    assert (
        caught.value.message == "the record is a list, a group of fields was expected"
    )
    assert caught.value.path == ""


def test_long_values_are_shortened():
    assert len(error_of(email="x" * 500).message) < 120


@pytest.mark.parametrize(
    "bad", ["2026-02-30", "2026-1-1", "20261122", "x", "2026-11-22\n"]
)
def test_dates(bad):
    assert error_of(born=bad).path == "born"


@pytest.mark.parametrize(
    "bad",
    [
        "2026-11-22T01:39:24",
        "2026-11-22",
        "2026-11-22 01:39:24Z",
        "2026-11-22T25:39:24Z",
        "2026-11-22T01:39:24+25:00",
        "2026-11-22T01:39:24Z\n",
    ],
)
def test_instants(bad):
    assert error_of(seen=bad).path == "seen"


def test_formats_are_asserted_only_where_asked():
    one = {"properties": {"e": {"format": "email"}, "d": {"format": "date"}}}
    only_dates = compile_schema(one, formats=("date",))
    only_dates.check({"e": "nobody", "d": "2026-11-22", "f": 1})
    with pytest.raises(SchemaError):
        only_dates.check({"d": "x"})
    with pytest.raises(SchemaError):
        compile_schema(one).check({"e": "nobody"})
    compile_schema(one, formats=()).check({"e": "nobody", "d": "x"})
    compile_schema(one).check({"e": 5})
    with pytest.raises(KeyError):
        compile_schema(one, formats=("colour",))
    assert set(schema.FORMATS) == {"date", "date-time", "email"}


@pytest.mark.parametrize(
    "bad",
    [
        {"type": "text"},
        {"properties": {"a": {"minLength": "x"}}},
        {"required": "a"},
        {"pattern": "("},
    ],
)
def test_a_schema_that_is_none_is_refused(bad):
    with pytest.raises(SchemaError):
        compile_schema(bad)


@pytest.mark.parametrize(
    "reference", ["https://example.com/s.json", "other.json", "file:///etc/passwd"]
)
def test_other_documents_are_never_read(reference):
    for keyword in ("$ref", "$dynamicRef"):
        with pytest.raises(SchemaError) as caught:
            compile_schema({"properties": {"a": {"items": [{keyword: reference}][0]}}})
        assert reference in caught.value.message


def test_deep_records_end_in_a_schema_error():
    record = current = {"external_id": "c1"}
    for _ in range(5000):
        current["parent"] = {"external_id": "c1"}
        current = current["parent"]
    current["parent"] = 1
    with pytest.raises(SchemaError):
        COMPILED.check(record)


# --- the quick check may only say "valid" where jsonschema says so -----------------

leaf = st.one_of(
    st.none(),
    st.booleans(),
    st.integers(-3, 3),
    st.floats(-3, 3),
    st.decimals(-3, 3, places=1),
    st.sampled_from(["", "a", "b", "ab", "BE", "2026-11-22", "a@b.co"]),
)
names = st.sampled_from(["a", "b", "c"])
instances = st.recursive(
    leaf,
    lambda inner: (
        st.lists(inner, max_size=3) | st.dictionaries(names, inner, max_size=3)
    ),
    max_leaves=8,
)
types = st.sampled_from(
    ["string", "integer", "number", "boolean", "null", "array", "object"]
)
limits = st.integers(0, 3)
keywords = {
    "type": types | st.lists(types, min_size=1, max_size=3, unique=True),
    "enum": st.lists(st.sampled_from(["a", "b", None]), min_size=1, unique=True),
    "const": st.sampled_from(["a", None]),
    "format": st.sampled_from(["date", "email", "uri"]),
    "pattern": st.sampled_from(["^a", "b$"]),
    "minLength": limits,
    "maxLength": limits,
    "minItems": limits,
    "maxItems": limits,
    "minProperties": limits,
    "maxProperties": limits,
    "minimum": limits,
    "maximum": limits,
    "required": st.lists(names, unique=True),
    "$ref": st.sampled_from(["#/$defs/one", "#/$defs/two"]),
}


def with_parts(inner):
    return st.fixed_dictionaries(
        {},
        optional={
            **keywords,
            "properties": st.dictionaries(names, inner, max_size=3),
            "additionalProperties": inner,
            "items": inner,
            "propertyNames": inner,
            "anyOf": st.lists(inner, min_size=1, max_size=2),
            "allOf": st.lists(inner, min_size=1, max_size=2),
        },
    )


schemas = st.recursive(
    st.booleans() | st.fixed_dictionaries({}, optional=keywords),
    with_parts,
    max_leaves=5,
)
roots = st.builds(
    lambda root, one, two: {**root, "$defs": {"one": one, "two": two}},
    with_parts(schemas),
    st.fixed_dictionaries({}, optional={"type": types, "minimum": limits}),
    st.fixed_dictionaries({}, optional={"items": st.just({"$ref": "#/$defs/one"})}),
)


@settings(max_examples=150)
@given(roots, st.lists(instances, min_size=3, max_size=8))
def test_the_quick_check_agrees_with_jsonschema(root, records):
    used = ("date", "email")
    quick = compile_quick(root, used)
    judge = jsonschema.Draft202012Validator(
        root, format_checker=formats.format_checker(used)
    )
    assert quick is not None
    for record in records:
        said, truth = quick(record), judge.is_valid(record)
        # 1.0 counts as an integer for jsonschema; the quick check leaves it to it.
        assert said is truth or (truth and "integer" in str(root))


@pytest.mark.parametrize(
    "unknown",
    [
        {"oneOf": [{}]},
        {"not": {}},
        {"patternProperties": {"a": {}}},
        {"properties": {}, "patternProperties": {"a": {}}},
        {"uniqueItems": True},
        {"prefixItems": [{}], "items": {}},
        {"enum": [1]},
        {"if": {}, "then": False},
        {"dependentRequired": {"a": ["b"]}},
        {"$ref": "#anchor"},
        {"$ref": "#/$defs/none"},
        {"items": {"unevaluatedProperties": False}},
    ],
)
def test_the_quick_check_leaves_other_keywords_to_jsonschema(unknown):
    assert compile_quick(unknown, ()) is None


def test_subclasses_are_left_to_jsonschema():
    class Text(str):
        pass

    assert compile_quick({"type": "string"}, ())(Text("x")) is False
    compile_schema({"type": "string"}).check(Text("x"))


@pytest.mark.parametrize("path", SHIPPED, ids=lambda path: path.stem)
def test_shipped_schemas_are_checked_quickly(path):
    assert compile_quick(json.loads(path.read_text()), ("date", "date-time", "email"))


def test_ordinary_schemas_are_checked_quickly():
    ordinary = copy.deepcopy(CUSTOMER)
    for name in ("rate", "amount", "either", "parent"):
        del ordinary["properties"][name]
    assert compile_quick(ordinary, ("date", "date-time", "email"))
    recursive = {"properties": {"child": {"$ref": "#/$defs/node"}}}
    recursive["$defs"] = {"node": {"type": "object", **copy.deepcopy(recursive)}}
    quick = compile_quick(recursive, ())
    assert quick({"child": {"child": {"child": {}}}}) is True
    assert quick({"child": {"child": {"child": 1}}}) is False


# --- changes between versions --------------------------------------------------------


def sentences(old, new):
    return [str(change) for change in breaks(old, new)]


def changed(**changes):
    new = copy.deepcopy(CUSTOMER)
    for path, value in changes.items():
        target = new
        *parents, last = path.split("__")
        for part in parents:
            target = target["$defs" if part == "defs" else part]
        if value is None:
            del target[last]
        else:
            target[last] = value
    return sentences(CUSTOMER, new)


def test_no_change_is_no_break():
    assert changed() == []
    assert sentences({}, {}) == []


@pytest.mark.parametrize(
    "harmless",
    [
        {"properties__extra": {"type": "string"}},
        {"required": []},
        {"properties__active__type": ["boolean", "null"]},
        {"properties__count__type": "number"},
        {"properties__count__maximum": 10},
        {"properties__count__minimum": None},
        {"properties__external_id__maxLength": 21},
        {"properties__external_id__minLength": 0},
        {
            "properties__addresses__items__properties__kind__enum": [
                "main",
                "invoice",
                "x",
            ]
        },
        {"additionalProperties": True},
        {"title": "Other"},
    ],
)
def test_widening_is_no_break(harmless):
    assert changed(**harmless) == []


@pytest.mark.parametrize(
    ("change", "expected"),
    [
        ({"properties__name": None}, "name: was removed"),
        ({"required": ["external_id", "name"]}, "name: is required now"),
        ({"properties__name__type": "string"}, "name: does not take null any more"),
        ({"properties__rate__type": "integer"}, "rate: does not take number any more"),
        ({"properties__count__maximum": 8}, "count: has a stricter maximum"),
        ({"properties__count__minimum": 1}, "count: has a stricter minimum"),
        (
            {"properties__external_id__maxLength": 19},
            "external_id: has a stricter maxLength",
        ),
        ({"properties__tags__minItems": 1}, "tags: has a stricter minItems"),
        (
            {"properties__tags__items__type": "integer"},
            "tags[]: does not take string any more",
        ),
        (
            {"properties__addresses__items__properties__kind__enum": ["main"]},
            "addresses[].kind: does not take the values invoice any more",
        ),
        ({"properties__name__enum": ["a"]}, "name: takes only some values now"),
        ({"properties__name__const": "a"}, "name: takes only one value now"),
        ({"properties__name__pattern": "^a"}, "name: has another pattern"),
        ({"properties__born__format": "email"}, "born: has another format"),
        (
            {"properties__addresses__items__required": ["kind", "country"]},
            "addresses[].country: is required now",
        ),
        (
            {"properties__addresses__items__additionalProperties": False},
            "addresses[]: does not take other properties any more",
        ),
    ],
)
def test_narrowing_is_a_break(change, expected):
    assert changed(**change) == [expected]


def test_references_are_followed_on_both_sides():
    old = {
        "properties": {"m": {"$ref": "#/$defs/m"}},
        "$defs": {"m": {"properties": {"a": {"type": "string"}}}},
    }
    new = {"properties": {"m": {"properties": {"a": {"type": "number"}}}}}
    assert sentences(old, new) == ["m.a: does not take string any more"]
    assert sentences(new, old) == ["m.a: does not take integer, number any more"]


def test_schemas_that_refer_to_themselves_end():
    recursive = {"properties": {"parent": {"$ref": "#"}, "a": {"type": "string"}}}
    assert sentences(recursive, copy.deepcopy(recursive)) == []
    changed_one = copy.deepcopy(recursive)
    del changed_one["properties"]["a"]
    assert "a: was removed" in sentences(recursive, changed_one)
    circle = {"$ref": "#/$defs/a", "$defs": {"a": {"$ref": "#/$defs/a"}}}
    assert sentences(circle, circle) == []
