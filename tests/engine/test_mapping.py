# Copyright 2026 Odoo Integration Suite contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl)
import copy
from dataclasses import FrozenInstanceError
from decimal import Decimal

import pytest

from engine import mapping
from engine.errors import MappingError
from engine.mapping import Line, ValueMap, build_value_map, compile_mapping

DOCUMENT = {
    "id": "c1",
    "name": " Ada ",
    "address": {"city": "Ghent", "country": "be"},
    "phone": None,
    "shipping": {"address": {"city": "Bruges"}},
    "tax_ids": {"data": [{"type": "eu_vat", "value": "BE1"}, {"type": "x"}]},
    "tags": ["a", None, "b"],
    "balance": 1050,
    "currency": "eur",
}


def apply(*lines, document=None, value_maps=None):
    compiled = compile_mapping(lines, value_maps or {})
    return compiled.apply(DOCUMENT if document is None else document)


def refused(*lines, document=None, value_maps=None):
    with pytest.raises(MappingError) as caught:
        apply(*lines, document=document, value_maps=value_maps)
    return caught.value


def refused_at_compile_time(*lines, value_maps=None):
    with pytest.raises(MappingError) as caught:
        compile_mapping(lines, value_maps or {})
    return caught.value


def value(target, source, transform="", **more):
    return Line("value", target, source, transform, **more)


# --- values ---------------------------------------------------------------------


def test_value_is_copied_as_it_is():
    assert apply(value("name", "name")) == {"name": " Ada "}
    assert apply(value("n", "n"), document={"n": Decimal("1.50")}) == {
        "n": Decimal("1.50")
    }


def test_dotted_targets_share_their_parents():
    result = apply(
        value("address.city", "address.city", transform="upper"),
        value("address.country.code", "address.country", transform="country"),
    )
    assert result == {"address": {"city": "GHENT", "country": {"code": "BE"}}}


def test_a_parent_without_any_child_is_left_out():
    assert apply(value("address.street", "none.street")) == {}


def test_jmespath_sources():
    assert apply(
        value("vat", "tax_ids.data[?type=='eu_vat'].value | [0]"),
        value("city", "billing.city || address.city"),
        value("name", "join(' ', [id, currency])"),
        value(
            "money", "{amount: balance, currency: currency}", transform="minor_units"
        ),
    ) == {
        "vat": "BE1",
        "city": "Ghent",
        "name": "c1 eur",
        "money": {"amount": "10.50", "currency": "EUR"},
    }


def test_false_zero_and_empty_are_values():
    document = {"a": False, "b": 0, "c": "", "d": [], "e": {}}
    lines = [
        value(key, key, default="x", has_default=True, required=True)
        for key in document
    ]
    assert apply(*lines, document=document) == document


# --- presence -------------------------------------------------------------------


@pytest.mark.parametrize(
    ("source", "document", "expected"),
    [
        ("a", {"a": None}, {"t": None}),
        ("a", {}, {}),
        ("a.b", {"a": {"b": None}}, {"t": None}),
        ("a.b", {"a": {}}, {"t": None}),
        ("a.b", {"a": None}, {"t": None}),
        ("a.b", {"b": 1}, {}),
        ("a.b.c", {"a": "text"}, {"t": None}),
        ("a || b", {"a": None}, {"t": None}),
        ("a || b", {"b": None}, {}),
        ("a[0]", {"a": []}, {"t": None}),
        ("a[0]", {}, {}),
        ("a[?x=='1'].y | [0]", {"a": [], "x": 1}, {"t": None}),
        ("a[?x=='1'].y | [0]", {"x": "1", "y": 2}, {}),
        ('"a b".c', {"a b": {}}, {"t": None}),
        ("not_null(a, b)", {"a": None}, {"t": None}),
        ("not_null(a, b)", {"b": None}, {}),
        ("`null` || a", {"a": None}, {"t": None}),
        ("`null`", {"a": None}, {}),
        ("map(&x, list)[0]", {"x": 1, "list": []}, {"t": None}),
        ("@.a", {"a": None}, {"t": None}),
    ],
)
def test_presence_of_the_first_key_decides(source, document, expected):
    assert apply(value("t", source), document=document) == expected


def test_default_comes_before_presence():
    line = value("t", "a", default="x", has_default=True)
    assert apply(line, document={"a": None}) == {"t": "x"}
    assert apply(line, document={}) == {"t": "x"}
    assert apply(line, document={"a": "y"}) == {"t": "y"}


def test_a_default_counts_only_where_there_is_one():
    assert apply(value("t", "a", default="x"), document={}) == {}
    empty = value("t", "a", default=None, has_default=True)
    assert apply(empty, document={}) == {"t": None}


@pytest.mark.parametrize("document", [{}, {"a": None}, {"a": {"b": None}}])
def test_required_means_something_must_be_there(document):
    error = refused(value("t.x", "a.b", required=True, id=7), document=document)
    assert error.message == "t.x is required but the message has no a.b"
    assert error.path == "t.x"
    assert error.details["line"] == 7
    assert error.details["source"] == "a.b"


def test_a_default_satisfies_required():
    line = value("t", "a", required=True, default=1, has_default=True)
    assert apply(line, document={}) == {"t": 1}


def test_a_transform_that_gives_nothing_follows_the_presence_rule():
    assert apply(value("t", "a", transform="email"), document={"a": " "}) == {"t": None}
    line = value("t", "a", transform="email", default="x", has_default=True)
    assert apply(line, document={"a": ""}) == {"t": "x"}
    refused(value("t", "a", transform="email", required=True), document={"a": ""})


def test_yes_or_no_reads_null_as_no_but_not_what_is_absent():
    line = value("active", "deleted", transform="not")
    assert apply(line, document={"deleted": True}) == {"active": False}
    assert apply(line, document={"deleted": None}) == {"active": True}
    assert apply(line, document={}) == {}
    default = value("a", "d", transform="boolean", default="x", has_default=True)
    assert apply(default, document={"d": None}) == {"a": "x"}
    refused(value("a", "d", transform="not", required=True), document={"d": None})


def test_defaults_are_not_shared_between_documents():
    compiled = compile_mapping(
        [
            value("a", "x", default={"k": []}, has_default=True),
            Line("constant", "b", default=["c"]),
            value("c", "`[1]`"),
        ],
        {},
    )
    first = compiled.apply({})
    first["a"]["k"].append(1)
    first["b"].append(1)
    first["c"].append(1)
    assert compiled.apply({}) == {"a": {"k": []}, "b": ["c"], "c": [1]}


def test_the_source_is_left_unchanged():
    before = copy.deepcopy(DOCUMENT)
    apply(
        value("a.b", "address.city"),
        Line("list", "l", "tags"),
        Line("list", "l", "tags"),
    )
    assert before == DOCUMENT


# --- lists ----------------------------------------------------------------------

CITY = value("city", "city")


def test_children_run_once_per_element():
    result = apply(
        Line(
            "list",
            "taxes",
            "tax_ids.data",
            children=(
                value("kind", "type", transform="upper"),
                value("number", "value"),
                value("owner", "root.id"),
                Line("constant", "origin", default="peer"),
            ),
        )
    )
    assert result == {
        "taxes": [
            {"kind": "EU_VAT", "number": "BE1", "owner": "c1", "origin": "peer"},
            {"kind": "X", "owner": "c1", "origin": "peer"},
        ]
    }


def test_null_elements_are_dropped_and_other_empty_ones_are_not():
    assert apply(Line("list", "t", "tags")) == {"t": ["a", "b"]}
    assert apply(Line("list", "t", "a"), document={"a": ["", 0, None, False]}) == {
        "t": ["", 0, False]
    }


def test_list_lines_on_one_target_append():
    addresses = Line("list", "addresses", "[address]", children=(CITY,))
    shipping = Line("list", "addresses", "[shipping.address]", children=(CITY,))
    assert apply(addresses, shipping) == {
        "addresses": [{"city": "Ghent"}, {"city": "Bruges"}]
    }
    assert apply(addresses, shipping, document={"address": {"city": "A"}}) == {
        "addresses": [{"city": "A"}]
    }
    assert apply(addresses, shipping, document={}) == {}


def test_a_cleared_list_does_not_clear_what_another_line_brought():
    one, two = Line("list", "t", "a"), Line("list", "t", "b")
    assert apply(one, two, document={"a": None, "b": [1]}) == {"t": [1]}
    assert apply(one, two, document={"a": [1], "b": None}) == {"t": [1]}
    assert apply(one, two, document={"a": None, "b": None}) == {"t": None}


def test_presence_of_lists():
    line = Line("list", "t", "a.b")
    assert apply(line, document={"a": {"b": []}}) == {"t": []}
    assert apply(line, document={"a": {"b": [None]}}) == {"t": []}
    assert apply(line, document={"a": {}}) == {"t": None}
    assert apply(line, document={}) == {}
    error = refused(Line("list", "t", "a", required=True), document={})
    assert error.path == "t"
    assert apply(
        Line("list", "t", "a", default=[1], has_default=True), document={}
    ) == {"t": [1]}


def test_elements_without_children_are_converted():
    names = build_value_map("tags", [("A", "alpha"), ("B", "beta")], "in")
    line = Line("list", "t", "tags", transform="upper", value_map="tags")
    assert apply(line, value_maps={"tags": names}) == {"t": ["alpha", "beta"]}


def test_nested_lists_reach_the_top():
    line = Line(
        "list",
        "lines",
        "lines",
        children=(
            Line("list", "taxes", "taxes", children=(value("who", "root.id"), CITY)),
        ),
    )
    document = {"id": 5, "lines": [{"taxes": [{"city": "x"}, {}]}, {}]}
    assert apply(line, document=document) == {
        "lines": [{"taxes": [{"who": 5, "city": "x"}, {"who": 5}]}, {}]
    }


def test_a_list_of_the_top_document_within_an_element():
    line = Line("list", "a", "items", children=(Line("list", "all", "root.tags"), CITY))
    document = {"items": [{}], "tags": [1, 2]}
    assert apply(line, document=document) == {"a": [{"all": [1, 2]}]}


def test_presence_of_a_root_source_is_that_of_the_top():
    line = Line("list", "a", "items", children=(value("x", "root.k"),))
    assert apply(line, document={"items": [{"k": 1}], "k": None}) == {
        "a": [{"x": None}]
    }
    assert apply(line, document={"items": [{"k": 1}]}) == {"a": [{}]}


def test_what_is_no_list_is_refused():
    error = refused(Line("list", "t", "address"))
    assert (error.path, error.message) == (
        "t",
        "address is not a list in the message",
    )


def test_errors_in_elements_name_their_place():
    line = Line(
        "list",
        "addresses",
        "list",
        children=(value("geo.country", "c", transform="country", id=3),),
    )
    error = refused(line, document={"list": [{"c": "BE"}, None, {"c": "nowhere"}]})
    assert error.path == "addresses[1].geo.country"
    assert error.details["line"] == 3
    flat = Line("list", "t", "list", transform="integer")
    assert refused(flat, document={"list": [1, "x"]}).path == "t[1]"


def test_elements_may_be_plain_values():
    line = Line("list", "t", "tags", children=(value("name", "@"), CITY))
    assert apply(line) == {"t": [{"name": "a"}, {"name": "b"}]}


# --- references and constants ---------------------------------------------------


def test_reference():
    line = Line("reference", "customer", "customer", entity="customer")
    assert apply(line, document={"customer": "c1"}) == {
        "customer": {"entity": "customer", "external_id": "c1"}
    }
    assert apply(line, document={"customer": 42}) == {
        "customer": {"entity": "customer", "external_id": "42"}
    }
    assert apply(line, document={"customer": None}) == {"customer": None}
    assert apply(line, document={"customer": ""}) == {"customer": None}
    assert apply(line, document={}) == {}


@pytest.mark.parametrize("found", [True, {"id": 1}, ["c1"], Decimal("1.5")])
def test_what_is_no_id_is_no_reference(found):
    line = Line("reference", "customer", "customer", entity="customer")
    assert refused(line, document={"customer": found}).path == "customer"


def test_constant_needs_no_source():
    assert apply(Line("constant", "a.b", default="x")) == {"a": {"b": "x"}}
    assert apply(Line("constant", "a", default=None)) == {"a": None}


# --- value maps -----------------------------------------------------------------


def test_value_map_translates_after_the_transform():
    titles = ValueMap("titles", {"MR": "mister"})
    line = value("t", "a", transform="upper", value_map="titles")
    assert apply(line, document={"a": "mr"}, value_maps={"titles": titles}) == {
        "t": "mister"
    }


def test_value_map_miss_names_map_and_value():
    titles = ValueMap("titles", {"MR": "mister"})
    error = refused(
        value("t", "a", value_map="titles", id=4),
        document={"a": "Dr"},
        value_maps={"titles": titles},
    )
    assert error.details == {
        "value_map": "titles",
        "value": "Dr",
        "line": 4,
        "source": "a",
    }
    assert error.path == "t"
    assert "titles" in error.message
    assert "Dr" in error.message
    assert error.hint


def test_value_map_leaves_nothing_alone():
    titles = ValueMap("titles", {}, fallback="other")
    line = value("t", "a", value_map="titles")
    maps = {"titles": titles}
    assert apply(line, document={"a": None}, value_maps=maps) == {"t": None}
    assert apply(line, document={}, value_maps=maps) == {}
    assert apply(line, document={"a": "?"}, value_maps=maps) == {"t": "other"}


def test_value_map_reads_numbers_and_booleans_by_their_text():
    codes = ValueMap("codes", {"1": "one", "true": "yes", "1.50": "price"})
    assert codes.translate(1) == "one"
    assert codes.translate("1") == "one"
    assert codes.translate(True) == "yes"
    assert codes.translate(Decimal("1.50")) == "price"
    with pytest.raises(MappingError):
        codes.translate("1.5")


def test_falsy_translations_are_translations():
    assert ValueMap("m", {"a": False, "b": 0, "c": ""}, "x").translate("a") is False
    assert ValueMap("m", {"b": 0}).translate("b") == 0
    assert ValueMap("m", {"c": ""}).translate("c") == ""


def test_a_value_map_is_built_per_direction():
    pairs = [("m", "male"), ("M", "male"), ("f", "female")]
    assert build_value_map("sex", pairs, "in").to_canonical == {
        "m": "male",
        "M": "male",
        "f": "female",
    }
    with pytest.raises(MappingError) as caught:
        build_value_map("sex", pairs, "out")
    assert caught.value.details["value_map"] == "sex"
    assert "sex" in caught.value.message
    pairs = [("m", "male"), ("m", "man"), ("m", "male")]
    assert build_value_map("sex", pairs, "out").to_canonical == {
        "male": "m",
        "man": "m",
    }
    with pytest.raises(MappingError):
        build_value_map("sex", pairs, "in")
    with pytest.raises(ValueError):
        build_value_map("sex", pairs, "both")


def test_equal_lines_are_not_ambiguous_and_values_may_be_records():
    pairs = [("a", {"record": ["account.tax", 1]})] * 2
    built = build_value_map("tax", pairs, "in", fallback="z")
    assert built.translate("a") == {"record": ["account.tax", 1]}
    assert built.translate("b") == "z"
    assert (
        build_value_map("tax", pairs, "out").translate({"record": ["account.tax", 1]})
        == "a"
    )


# --- what is refused at compile time --------------------------------------------


@pytest.mark.parametrize(
    ("line", "word"),
    [
        (Line("formula", "t", "a"), "kind"),
        (Line("value", "", "a"), "target"),
        (Line("value", "a..b", "a"), "target"),
        (Line("value", "a b", "a"), "target"),
        (Line("value", ".a", "a"), "target"),
        (Line("value", "a[0]", "a"), "target"),
        (Line("value", "t", " "), "no source"),
        (Line("list", "t"), "no source"),
        (Line("reference", "t", "", entity="customer"), "no source"),
        (Line("value", "t", "a["), "cannot be understood"),
        (Line("value", "t", "a."), "cannot be understood"),
        (Line("value", "t", "root."), "cannot be understood"),
        (Line("value", "t", "(" * 1900), "cannot be understood"),
        (Line("value", "t", "a" * 2001), "longer"),
        (Line("value", "t", "a", transform="eval"), "transform"),
        (Line("value", "t", "a", value_map="none"), "value map"),
        (Line("reference", "t", "a"), "refers to"),
        (Line("value", "t", "a", children=(value("x", "x"),)), "list line"),
    ],
)
def test_lines_that_cannot_work(line, word):
    error = refused_at_compile_time(line)
    assert word in error.message
    assert error.path == line.target


@pytest.mark.parametrize(
    ("one", "two"),
    [
        (value("a", "x"), value("a", "y")),
        (value("a", "x"), value("a.b", "y")),
        (value("a.b", "x"), value("a", "y")),
        (Line("list", "a", "x"), value("a", "y")),
        (Line("list", "a", "x"), Line("list", "a.b", "y")),
        (Line("constant", "a", default=1), Line("reference", "a", "y", entity="e")),
    ],
)
def test_two_lines_must_not_fill_one_place(one, two):
    error = refused_at_compile_time(one, two)
    assert error.path == two.target
    compile_mapping([value("a", "x"), value("ab", "y"), value("c.a", "z")], {})


def test_children_are_checked_as_well():
    child = value("t", "sum(a)")
    error = refused_at_compile_time(Line("list", "l", "a", children=(child,)))
    assert "sum" in error.message


def test_the_message_must_be_an_object():
    with pytest.raises(MappingError):
        compile_mapping([], {}).apply(["a"])


def test_conditions_are_offered_here_too():
    assert mapping.compile_condition("a")({"a": 1}) is True


def test_keys_are_not_looked_for_in_plain_elements():
    line = Line("list", "t", "l", children=(CITY,))
    assert apply(line, document={"l": ["city", 5, ["city"]]}) == {"t": [{}, {}, {}]}


def test_elements_count_even_where_the_first_key_is_absent():
    assert apply(Line("list", "t", "[a, b]"), document={"b": 1}) == {"t": [1]}
    assert apply(Line("list", "t", "[a, b]"), document={"a": None}) == {"t": []}


def test_what_a_transform_made_nothing_is_not_looked_up():
    line = value("t", "a", "email", value_map="m")
    maps = {"m": ValueMap("m", {})}
    assert apply(line, document={"a": ""}, value_maps=maps) == {"t": None}


def test_lines_and_value_maps_cannot_be_changed_by_their_users():
    for frozen in (CITY, ValueMap("m", {})):
        with pytest.raises(FrozenInstanceError):
            frozen.name = "x"
