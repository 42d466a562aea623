# Copyright 2026 Odoo Integration Suite contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl)
"""JSON from strangers: every trap of the format is refused with its place.

The standard parser accepts NaN, lets the last of two equal keys win, dies on deep
nesting and huge integers, and passes NUL and lone surrogates on to a database that
cannot store them. The quick path only notices that something is wrong; the place is
then searched in a second, slower pass.
"""

import json
import re
from decimal import Decimal, InvalidOperation
from functools import lru_cache

from .canonical import encode
from .errors import SchemaError

# Every IEEE double fits; a number such as 1e999999999 would fill the memory as soon
# as somebody turned it into an integer.
MAX_EXPONENT = 400

_BOM = b"\xef\xbb\xbf"
# The closing quote is optional so that no start can fail: an unterminated string
# costs linear time instead of one scan per quote.
_STRING_OR_BRACKET = re.compile(rb'"[^"\\]*(?:\\.[^"\\]*)*"?|[\[\]{}]', re.DOTALL)
_RISKY_ESCAPE = re.compile(rb"\\u(?:0000|[dD][89a-fA-F])")
_BAD_CHARACTER = re.compile("[\x00\ud800-\udfff]")


class _Suspicious(Exception):
    """The quick path met something that must be located and refused."""


class _Bad:
    """Stands in the second pass for a value that is refused."""

    def __init__(self, why):
        self.why = why


class _Pairs(list):
    """An object in the second pass: its (key, value) pairs as they came."""


def _number_problem(text, max_digits):
    digits = sum(map(str.isdigit, re.split("[eE]", text)[0]))
    if digits > max_digits:
        return f"a number has {digits} digits, at most {max_digits} are allowed"
    return ""


def _decimal_or_none(text, max_digits):
    try:
        number = Decimal(text)
    except InvalidOperation:
        return None
    too_long = len(text) > max_digits and _number_problem(text, max_digits)
    if too_long or not number.is_finite():
        return None
    return number if abs(number.adjusted()) <= MAX_EXPONENT else None


def _decimal_or_bad(text, max_digits):
    number = _decimal_or_none(text, max_digits)
    if number is not None:
        return number
    return _Bad(_number_problem(text, max_digits) or "a number is too large")


@lru_cache(maxsize=8)
def _quick_decoder(max_digits):
    def parse_pairs(pairs):
        result = dict(pairs)
        if len(result) != len(pairs):
            raise _Suspicious
        return result

    def parse_int(text):
        if len(text) > max_digits:
            raise _Suspicious
        return int(text)

    def parse_float(text):
        number = _decimal_or_none(text, max_digits)
        if number is None:
            raise _Suspicious
        return number

    def parse_constant(_name):
        raise _Suspicious

    return json.JSONDecoder(
        object_pairs_hook=parse_pairs,
        parse_int=parse_int,
        parse_float=parse_float,
        parse_constant=parse_constant,
    ).decode


@lru_cache(maxsize=8)
def _careful_decoder(max_digits):
    def parse_int(text):
        problem = _number_problem(text, max_digits)
        return _Bad(problem) if problem else int(text)

    return json.JSONDecoder(
        object_pairs_hook=_Pairs,
        parse_int=parse_int,
        parse_float=lambda text: _decimal_or_bad(text, max_digits),
        parse_constant=lambda name: _Bad(f"{name} is not a JSON number"),
    ).decode


def _text_problem(text):
    found = _BAD_CHARACTER.search(text)
    if not found:
        return ""
    if found.group() == "\x00":
        return "a text holds a NUL character"
    return "a text holds half of a surrogate pair"


def _pairs_problem(pairs, path):
    seen = set()
    for key, _value in pairs:
        problem = _text_problem(key)
        if problem:
            return problem, path
        if key in seen:
            return f"the key “{key}” occurs twice", f"{path}.{key}" if path else key
        seen.add(key)
    return None


def _children(value, path):
    if isinstance(value, _Pairs):
        return [(item, f"{path}.{key}" if path else key) for key, item in value]
    if isinstance(value, list):
        return [(item, f"{path}[{index}]") for index, item in enumerate(value)]
    return []


def _find_problem(document):
    """First refused thing in reading order, as (why, path), or None."""
    todo = [(document, "")]
    while todo:
        value, path = todo.pop()
        if isinstance(value, _Bad):
            return value.why, path
        if isinstance(value, str) and _text_problem(value):
            return _text_problem(value), path
        if isinstance(value, _Pairs):
            problem = _pairs_problem(value, path)
            if problem:
                return problem
        todo.extend(reversed(_children(value, path)))
    return None


def _plain(value):
    """The second pass's document as ordinary dicts and lists."""
    if isinstance(value, _Pairs):
        return {key: _plain(item) for key, item in value}
    if isinstance(value, list):
        return [_plain(item) for item in value]
    return value


def _refuse(why, path="", offset=None):
    where = f"at byte {offset}" if offset is not None else path or "$"
    details = {"where": where} if offset is None else {"offset": offset}
    message = f"The message cannot be read: {why}"
    if offset is not None:
        message = f"{message} {where}"
    return SchemaError(
        message, path="" if offset is not None else where, details=details
    )


def _decode(raw):
    if raw.startswith(_BOM):
        raise _refuse("it starts with a byte order mark", offset=0)
    position = raw.find(b"\x00")
    if position >= 0:
        raise _refuse("it holds a NUL byte", offset=position)
    try:
        return raw.decode("utf-8")
    except UnicodeDecodeError as error:
        raise _refuse("it is not UTF-8 text", offset=error.start) from None


def _check_depth(raw, max_depth):
    """Bracket scan before parsing, because the parser itself recurses."""
    if raw.count(b"{") + raw.count(b"[") <= max_depth:
        return
    depth = 0
    for match in _STRING_OR_BRACKET.finditer(raw):
        character = raw[match.start()]
        if character in b"[{":
            depth += 1
            if depth > max_depth:
                why = f"it is nested more than {max_depth} levels deep"
                raise _refuse(why, offset=match.start())
        elif character in b"]}":
            depth -= 1


def _parse(decoder, text):
    try:
        return decoder(text)
    except json.JSONDecodeError as error:
        offset = len(text[: error.pos].encode("utf-8"))
        why = "it is empty" if not text.strip() else f"invalid JSON, {error.msg}"
        raise _refuse(why, offset=offset) from None
    except (RecursionError, MemoryError):
        raise _refuse("it is nested too deep") from None


def loads(raw, *, max_depth=64, max_digits=40):
    """Parse a message of unknown origin.

    :param raw: the bytes as received
    :param max_depth: levels of nesting allowed
    :param max_digits: digits allowed in one number
    :returns: JSON value; integers are int, other numbers Decimal, never float
    :raises SchemaError: naming what is wrong and where (byte offset or path); no other
        exception leaves this function for any bytes
    """
    if not isinstance(raw, bytes):
        raw = bytes(memoryview(raw))
    text = _decode(raw)
    _check_depth(raw, max_depth)
    if b"\\u" not in raw or not _RISKY_ESCAPE.search(raw):
        try:
            return _parse(_quick_decoder(max_digits), text)
        except _Suspicious:
            pass
    document = _parse(_careful_decoder(max_digits), text)
    problem = _find_problem(document)
    if problem:
        raise _refuse(*problem)
    return _plain(document)


def _needs_slow_path(_value):
    raise _Suspicious


_FAST_ENCODER = json.JSONEncoder(
    ensure_ascii=False,
    allow_nan=False,
    separators=(",", ":"),
    default=_needs_slow_path,
).encode


def dumps(obj):
    """JSON text in the order given; a Decimal is a number and keeps its digits.

    :raises TypeError: for a type that JSON does not have
    :raises ValueError: for NaN and infinity
    """
    try:
        return _FAST_ENCODER(obj)
    except (_Suspicious, TypeError):
        return encode(obj, sort_keys=False)
