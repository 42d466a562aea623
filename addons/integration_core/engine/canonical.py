# Copyright 2026 Odoo Integration Suite contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl)
"""One text per JSON value: the base of digests, comparisons and differences."""

import hashlib
import json
from decimal import Decimal
from json.encoder import encode_basestring


class _NeedsSlowPath(Exception):
    """A value that the C encoder of the standard library cannot write."""


def _refuse(_value):
    raise _NeedsSlowPath


_FAST = json.JSONEncoder(
    ensure_ascii=False,
    allow_nan=False,
    sort_keys=True,
    separators=(",", ":"),
    default=_refuse,
).encode


def _encode_decimal(value):
    if not value.is_finite():
        raise ValueError("NaN and infinity cannot be written as JSON")
    return str(value)


def _encode_key(key):
    if isinstance(key, str):
        return key
    if key is None or isinstance(key, bool | int | float):
        return encode(key, sort_keys=False)
    raise TypeError(f"a JSON key cannot be a {type(key).__name__}")


def encode(value, *, sort_keys):
    """JSON text of ``value``, where a Decimal keeps all its digits.

    Written in Python because the C encoder has no way to write a bare number for a
    type of its own choice; callers use it only when the C encoder gave up.

    :raises TypeError: for a type that JSON does not have
    :raises ValueError: for NaN and infinity
    """
    if isinstance(value, str):
        return encode_basestring(value)
    if value is None or isinstance(value, bool):
        return {None: "null", True: "true", False: "false"}[value]
    if isinstance(value, Decimal):
        return _encode_decimal(value)
    if isinstance(value, int):
        return int.__repr__(value)
    if isinstance(value, float):
        return json.dumps(value, allow_nan=False)
    if isinstance(value, dict):
        items = [(_encode_key(key), item) for key, item in value.items()]
        if sort_keys:
            items.sort(key=lambda pair: pair[0])
        body = ",".join(
            f"{encode_basestring(key)}:{encode(item, sort_keys=sort_keys)}"
            for key, item in items
        )
        return "{" + body + "}"
    if isinstance(value, list | tuple):
        return "[" + ",".join(encode(v, sort_keys=sort_keys) for v in value) + "]"
    raise TypeError(f"a {type(value).__name__} cannot be written as JSON")


def dumps(obj):
    """Canonical JSON text: sorted keys, no white space, Decimals keep their digits.

    :raises TypeError: for a type that JSON does not have
    :raises ValueError: for NaN and infinity
    """
    try:
        return _FAST(obj)
    except (_NeedsSlowPath, TypeError):
        return encode(obj, sort_keys=True)


def _framed(part):
    """Kind and length before the bytes."""
    if isinstance(part, str):
        tag, data = b"s", part.encode("utf-8", "surrogatepass")
    elif isinstance(part, bytes | bytearray | memoryview):
        tag, data = b"b", bytes(part)
    else:
        tag, data = b"j", dumps(part).encode("utf-8", "surrogatepass")
    return b"%b%d:%b" % (tag, len(data), data)


def digest(*parts):
    """SHA-256 over all parts, as 64 hex digits.

    Each part goes in with its kind and length, so that no two different lists of
    parts give the same bytes (``"ab", "c"`` and ``"a", "bc"`` differ).

    :param parts: str, bytes or JSON values
    """
    return hashlib.sha256(b"".join(map(_framed, parts))).hexdigest()


def short_hash(value):
    """16 hex digits that stand for ``value`` where two values are compared."""
    return digest(value)[:16]


def _same(left, right):
    # Python says True == 1; for a person reading a change they differ.
    return left == right and isinstance(left, bool) == isinstance(right, bool)


def diff(before, after):
    """Changed fields only: ``{field: [before, after]}``.

    A field missing on one side counts as None there.
    """
    fields = dict.fromkeys([*before, *after])
    return {
        field: [before.get(field), after.get(field)]
        for field in fields
        if not _same(before.get(field), after.get(field))
    }
