# Copyright 2026 Odoo Integration Suite contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl)
from decimal import Decimal

import jmespath
import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine import expressions
from engine.errors import MappingError
from engine.expressions import compile_condition, compile_expression

FORBIDDEN = (
    "sum avg abs ceil floor max max_by min min_by to_number length"
).split()  # fmt: skip
CALLS = {
    "max_by": "max_by(a, &b)",
    "min_by": "min_by(a, &b)",
}


def select(expression, source, **options):
    return compile_expression(expression, **options)[0](source)


@pytest.mark.parametrize("name", FORBIDDEN)
@pytest.mark.parametrize(
    "around",
    [
        "{}",
        "a.b | {}",
        "a[?{} == b]",
        "[a, {}]",
        "{{x: a, y: {}}}",
        "a || {}",
        "a && !{}",
        "sort_by(a, &{})",
        "map(&{}, a)",
        "not_null(a, {})",
        "a[*].{}",
        "a.*.[{}]",
        "{} > b",
        "{}[0]",
        "to_string({}).a",
    ],
)
def test_calculating_functions_are_refused_wherever_they_stand(name, around):
    expression = around.format(CALLS.get(name, f"{name}(a)"))
    with pytest.raises(MappingError) as caught:
        compile_expression(expression, "amount")
    assert f"“{name}”" in caught.value.message
    assert "cannot calculate" in caught.value.message
    assert caught.value.hint
    assert caught.value.path == "amount"


def test_every_function_is_either_allowed_or_forbidden():
    assert expressions.FORBIDDEN_FUNCTIONS == set(FORBIDDEN)
    standard = set(jmespath.functions.Functions.FUNCTION_TABLE)
    assert expressions.ALLOWED_FUNCTIONS == standard - set(FORBIDDEN)


def test_unknown_functions_are_refused():
    with pytest.raises(MappingError) as caught:
        compile_expression("a[?evil(@)]", "t")
    assert "evil" in caught.value.message


keys = st.sampled_from(["a", "b", "_c1", "root"])
documents = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=3),
    lambda inner: (
        st.lists(inner, max_size=3) | st.dictionaries(keys, inner, max_size=4)
    ),
    max_leaves=20,
)


@given(st.lists(keys, min_size=1, max_size=4), documents)
def test_the_direct_walk_agrees_with_jmespath(path, document):
    expression = ".".join(path)
    direct, first = compile_expression(expression)
    by_rules, first_by_rules = compile_expression(expression, direct=False)
    expected = jmespath.search(expression, document)
    assert direct(document) == by_rules(document) == expected
    assert first == first_by_rules == path[0]


EXPRESSIONS = [
    "a[0].b",
    "a[*].b",
    "a[].b",
    "*.a",
    "a.*.b[]",
    "[a, b]",
    "{x: a, y: b}",
    "a || b",
    "a && b",
    "!a",
    "a == b",
    "a[?b == `1`]",
    "a[?b]",
    "a[1:]",
    "a[::-1]",
    "not_null(a, b)",
    "type(a)",
    "to_array(a)",
    "@",
    "a | b",
]


@given(st.sampled_from(EXPRESSIONS), documents)
def test_expressions_agree_with_jmespath(expression, document):
    assert select(expression, document) == jmespath.search(expression, document)


def test_numbers_of_messages_are_decimals():
    assert select("a == `0.1`", {"a": Decimal("0.1")}) is True
    assert select("a[?b >= `0.1`].b", {"a": [{"b": Decimal("0.1")}]}) == [
        Decimal("0.1")
    ]
    assert select("to_string(a)", {"a": Decimal("1.50")}) == "1.50"
    assert select("to_string(a)", {"a": "x"}) == "x"
    assert select("to_string(a)", {"a": [Decimal("1.50")]}) == "[1.50]"
    assert select("type(a)", {"a": Decimal("1")}) == "number"
    assert select("type(a)", {"a": None}) == "null"


@pytest.mark.parametrize(
    ("expression", "source"),
    [
        ("join(',', a)", {"a": 1}),
        ("join(',', a)", {"a": ["x", 1]}),
        ("a < b", {"a": "x", "b": 1}),
        ("contains(a, b)", {"a": "x", "b": 1}),
        ("keys(a)", {"a": None}),
        ("starts_with(a)", {"a": "x"}),
    ],
)
def test_what_does_not_fit_a_message_is_a_mapping_error(expression, source):
    with pytest.raises(MappingError) as caught:
        select(expression, source, path="target")
    assert caught.value.path == "target"
    assert expression in caught.value.message


def test_literals_are_not_changed_for_others():
    expression = "a == `0.25`"
    compile_expression(expression)
    (literal,) = (
        node
        for node in jmespath.compile(expression).parsed["children"]
        if node["type"] == "literal"
    )
    assert type(literal["value"]) is float
    select_list = compile_expression("`[1]`")[0]
    select_list({}).append(2)
    assert select_list({}) == [1]


@pytest.mark.parametrize("expression", ["", "  ", None])
def test_no_condition_is_always_true(expression):
    assert compile_condition(expression)({}) is True


@pytest.mark.parametrize(
    ("found", "truth"),
    [
        (None, False),
        (False, False),
        ("", False),
        ([], False),
        ({}, False),
        (0, True),
        (Decimal(0), True),
        (True, True),
        ("false", True),
        ([None], True),
    ],
)
def test_truth_is_that_of_jmespath(found, truth):
    assert compile_condition("a")({"a": found}) is truth
    assert compile_condition("a || `false`")({"a": found}) is truth


def test_conditions_compare():
    condition = compile_condition("metadata.company == 'be' && amount > `5`")
    assert condition({"metadata": {"company": "be"}, "amount": 6}) is True
    assert condition({"metadata": {"company": "be"}, "amount": 5}) is False
    assert condition({}) is False


def test_conditions_are_guarded_too():
    with pytest.raises(MappingError):
        compile_condition("length(a) > `1`")
    with pytest.raises(MappingError):
        compile_condition("a ==")


@pytest.mark.parametrize(
    ("expression", "first"),
    [
        ("a.b", "a"),
        ("a[0].b", "a"),
        ("[*].y", None),
        ("[0].y", None),
        ("[?x].y", None),
        ("*.y", None),
        ("@", None),
        ("@.a", "a"),
        ("`1`", None),
        ("map(&x, list)", "list"),
        ("sort_by(list, &x)", "list"),
        ("join(',', [a, b])", "a"),
        ("{x: a, y: b}", "a"),
        ("!a", "a"),
        ("a == b", "a"),
        ("a[] | [0]", "a"),
    ],
)
def test_the_first_key_read(expression, first):
    assert compile_expression(expression)[1] == first


def test_length_is_limited_at_the_limit():
    compile_expression("a" * expressions.MAX_LENGTH)
    with pytest.raises(MappingError):
        compile_expression("a" * (expressions.MAX_LENGTH + 1))
