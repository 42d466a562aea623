# Copyright 2026 Odoo Integration Suite contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl)
import json
import sys
import time
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine import strict_json
from engine.errors import SchemaError

plain_text = st.text(st.characters(blacklist_categories=("Cs",), min_codepoint=1))
values = st.recursive(
    st.none()
    | st.booleans()
    | st.integers(-(10**39), 10**39)
    | st.decimals(-(10**12), 10**12, allow_nan=False, places=3)
    | plain_text,
    lambda inner: st.lists(inner) | st.dictionaries(plain_text, inner),
    max_leaves=20,
)


def refused(raw, **limits):
    with pytest.raises(SchemaError) as caught:
        strict_json.loads(raw, **limits)
    return caught.value


@given(values)
def test_what_is_written_is_read_again(value):
    assert strict_json.loads(strict_json.dumps(value).encode()) == value


@given(values)
def test_reading_agrees_with_the_standard_parser(value):
    raw = json.dumps(value, default=str).encode()
    assert strict_json.loads(raw) == json.loads(raw, parse_float=Decimal)


@given(
    st.binary(max_size=200)
    | st.text(max_size=200).map(lambda t: t.encode("utf-8", "surrogatepass"))
)
def test_no_bytes_raise_anything_else(raw):
    try:
        strict_json.loads(raw)
    except SchemaError as error:
        assert error.path or "offset" in error.details


@given(st.text(alphabet='{}[]",:\\u0019deE+-.ntf \n', max_size=60))
def test_nearly_json_raises_nothing_else(text):
    try:
        ours = strict_json.loads(text.encode())
    except SchemaError:
        return
    assert ours == json.loads(text, parse_float=Decimal)


def test_numbers_are_never_float():
    result = strict_json.loads(b'{"a": 10.10, "b": 1e2, "c": 5}')
    assert result == {"a": Decimal("10.10"), "b": Decimal("1E+2"), "c": 5}
    assert str(result["a"]) == "10.10"
    assert type(result["c"]) is int


@pytest.mark.parametrize(
    ("raw", "offset", "word"),
    [
        (b"\xef\xbb\xbf{}", 0, "byte order mark"),
        (b'{"a": "\x00"}', 7, "NUL"),
        (b'{"a": "\xff"}', 7, "UTF-8"),
        (b'["\xed\xa0\x80"]', 2, "UTF-8"),
        ('{"ä": 1} x'.encode(), 10, "Extra data"),
        (b"", 0, "empty"),
        (b"  ", 2, "empty"),
        (b'{"a": 1', 7, "delimiter"),
        (b'["\n"]', 2, "control character"),
    ],
)
def test_place_of_broken_text_is_its_byte(raw, offset, word):
    error = refused(raw)
    assert word in error.message
    assert error.details["offset"] == offset


@pytest.mark.parametrize(
    ("raw", "path", "word"),
    [
        (b'{"a": {"b": [1, NaN]}}', "a.b[1]", "NaN"),
        (b'{"a": Infinity}', "a", "Infinity"),
        (b"[-Infinity]", "[0]", "-Infinity"),
        (b'{"a": [{"b": 1, "b": 2}]}', "a[0].b", "twice"),
        (b'{"a": 1, "a": 1}', "a", "twice"),
        (b'{"a": 1, "\\u0061": 1}', "a", "twice"),
        (rb'{"a": "x\u0000"}', "a", "NUL"),
        (rb'{"b": {"x\u0000": 1}}', "b", "NUL"),
        (rb'{"a": ["\ud800"]}', "a[0]", "surrogate"),
        (rb'{"a": "\udfff\ud800"}', "a", "surrogate"),
        (rb'{"a": "\uDBFF"}', "a", "surrogate"),
        (rb'["\u0000"]', "[0]", "NUL"),
        (rb'"\u0000"', "$", "NUL"),
        (b'{"a": ' + b"1" * 41 + b"}", "a", "41 digits"),
        (b'{"a": -' + b"1" * 41 + b"}", "a", "41 digits"),
        (b'{"a": 0.' + b"1" * 40 + b"}", "a", "41 digits"),
        (b'{"a": 1e999999999}', "a", "too large"),
        (b'{"a": 1e-401}', "a", "too large"),
        (b'{"a": 1e99999999999999999999999}', "a", "too large"),
    ],
)
def test_place_of_a_refused_value_is_its_path(raw, path, word):
    error = refused(raw)
    assert word in error.message
    assert error.path == path


def test_the_first_of_several_problems_is_named():
    assert refused(b'{"a": NaN, "b": NaN}').path == "a"
    assert refused(b'{"z": [NaN], "b": NaN}').path == "z[0]"


def test_allowed_neighbours_of_what_is_refused():
    assert strict_json.loads(rb'["\ud83d\ude00"]') == ["😀"]
    assert strict_json.loads(rb'["\\u0000"]') == ["\\u0000"]
    assert strict_json.loads(rb'["\\ud800", 1.5, {"a": [2]}]') == [
        "\\ud800",
        Decimal("1.5"),
        {"a": [2]},
    ]
    assert strict_json.loads(b"1" * 40) == int("1" * 40)
    assert strict_json.loads(b"-" + b"1" * 40) == -int("1" * 40)
    assert strict_json.loads(b'[{"a": 1}, {"a": 1}]') == [{"a": 1}, {"a": 1}]
    assert strict_json.loads(b"1e308") == Decimal("1e308")
    assert strict_json.loads(b"5e-324") == Decimal("5e-324")
    assert strict_json.loads(' {"ä": 1}\n'.encode()) == {"ä": 1}


def test_depth_is_limited_at_the_limit():
    assert strict_json.loads(b"[" * 64 + b"]" * 64)
    error = refused(b"[" * 65 + b"]" * 65)
    assert error.details["offset"] == 64
    assert "64 levels" in error.message
    assert refused(b'{"a":' * 65 + b"1" + b"}" * 65).details["offset"] == 64 * 5
    assert strict_json.loads(b"[[1]]", max_depth=2) == [[1]]
    refused(b"[[1]]", max_depth=1)


def test_brackets_beside_each_other_and_in_strings_are_not_depth():
    assert len(strict_json.loads(b"[" + b"{}," * 999 + b"{}]")) == 1000
    text = "[" * 100 + '"' + "{" * 100 + "\\"
    assert strict_json.loads(json.dumps([text]).encode()) == [text]


def test_a_string_does_not_hide_depth():
    refused(b'["\\"", ' + b"[" * 70 + b"]" * 70 + b"]")
    refused(b'["\\\\", ' + b"[" * 70 + b"]" * 70 + b"]")


@pytest.mark.parametrize(
    "raw",
    [
        b"[" * 100_000,
        b'{"a":' * 100_000,
        b'"' + b'\\"' * 500_000,
        b'["' + b'\\"[' * 300_000,
        b"1" * 1_000_000,
        b"[" + b'"",' * 300_000,
    ],
)
def test_bombs_cost_linear_time(raw):
    started = time.monotonic()
    refused(raw)
    assert time.monotonic() - started < 3


def test_recursion_is_our_error_even_where_the_depth_is_allowed():
    depth = sys.getrecursionlimit() * 60
    refused(b"[" * depth + b"]" * depth, max_depth=depth)


def test_only_bytes_are_messages():
    assert strict_json.loads(bytearray(b"[1]")) == [1]
    assert strict_json.loads(memoryview(b"[1]")) == [1]
    with pytest.raises(TypeError):
        strict_json.loads("[1]")


def test_writing_keeps_order_digits_and_letters():
    text = strict_json.dumps({"b": Decimal("1.10"), "a": ["ä", True, None, 2]})
    assert text == '{"b":1.10,"a":["ä",true,null,2]}'
    assert strict_json.dumps({"b": 1, "a": (1, 2)}) == '{"b":1,"a":[1,2]}'


def test_writing_escapes_beside_a_decimal():
    hostile = '"},{"\\\n\u2028'
    text = strict_json.dumps({hostile: hostile, "n": Decimal("0.1")})
    assert json.loads(text) == {hostile: hostile, "n": 0.1}


@pytest.mark.parametrize(
    "value", [float("nan"), float("inf"), Decimal("NaN"), Decimal("Infinity")]
)
def test_writing_refuses_what_is_no_number(value):
    with pytest.raises(ValueError):
        strict_json.dumps([value])
    with pytest.raises(ValueError):
        strict_json.dumps([Decimal("1"), value])


@pytest.mark.parametrize("value", [object(), {1, 2}, b"x", {("a",): 1}])
def test_writing_refuses_what_is_no_json(value):
    with pytest.raises(TypeError):
        strict_json.dumps([value])
    with pytest.raises(TypeError):
        strict_json.dumps([Decimal("1"), value])


def test_limits_of_numbers_at_the_limit():
    for text in ("-0." + "1" * 39, "1" * 20 + "." + "1" * 20, "1e400", "1e-400"):
        assert strict_json.loads(text.encode()) == Decimal(text)
    for text in ("-0." + "1" * 40, "1" * 21 + "." + "1" * 20, "1e401", "1e-401"):
        refused(text.encode())


def test_places_are_said_to_people():
    assert "at byte 3" in str(refused(b"{} x"))
    assert "(a.b[1])" in str(refused(b'{"a": {"b": [1, NaN]}}'))
    assert refused(b"\x00").details["offset"] == 0
    assert "NUL" in refused(b"\x00").message
