# Copyright 2026 Odoo Integration Suite contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl)
"""Samples of messages: written for people, and without what names a person.

A disguised text keeps its length, its capitals, its digits' places and its signs, so
that whatever reads it meets the same shape; only the words and numbers are others.
"""

import re

from .canonical import encode
from .masking import mask

INDENT = "  "

# Keys whose text names or describes a person, in any spelling.
_PERSONAL = re.compile(
    r"name|email|phone|mobile|fax|street|line[12]|address[12]|postal|zip|birth"
    r"|description|note|comment|memo|vat|taxid|subject|body"
)
_VALUE_OF_NUMBER = frozenset({"value"})  # of a tax registration
_PLACE_IN_LIST = re.compile(r"\[\d*\]")
_EMAIL = re.compile(r"[^@\s]+@[^@\s]+")


def pretty(value, indent=""):
    """JSON text for people, in the given order; Decimals keep their digits.

    >>> print(pretty({"a": [1, "x"]}))
    {
      "a": [
        1,
        "x"
      ]
    }
    """
    inner = indent + INDENT
    if isinstance(value, dict) and value:
        parts = [
            f"{inner}{encode(str(key), sort_keys=False)}: {pretty(part, inner)}"
            for key, part in value.items()
        ]
        return "{\n" + ",\n".join(parts) + f"\n{indent}}}"
    if isinstance(value, list | tuple) and value:
        parts = [f"{inner}{pretty(part, inner)}" for part in value]
        return "[\n" + ",\n".join(parts) + f"\n{indent}]"
    return encode(value, sort_keys=False)


def flat(value, path=""):
    """A record as dotted path -> plain value; empty groups and lists stay as they are.

    >>> flat({"a": {"b": 1}, "c": [{"d": 2}]})
    {'a.b': 1, 'c[0].d': 2}
    """
    if isinstance(value, dict) and value:
        pairs = [(f"{path}.{k}" if path else k, v) for k, v in value.items()]
    elif isinstance(value, list) and value:
        pairs = [(f"{path}[{number}]", part) for number, part in enumerate(value)]
    else:
        return {path: value}
    return {p: v for place, part in pairs for p, v in flat(part, place).items()}


def unnumbered(path):
    """A path of :func:`flat` without the places in lists.

    >>> unnumbered("c[0].d")
    'c.d'
    """
    return _PLACE_IN_LIST.sub("", path)


def disguise(document):
    """Copy of a document for a test that is kept: no secret, no personal data.

    Ids, codes, amounts and dates stay; the same text is disguised the same way
    everywhere, so that what was equal still is.
    """
    return _disguise(document, "", "")


def _disguise(value, key, parent):
    if isinstance(value, dict):
        return {k: _disguise(v, str(k), key) for k, v in value.items()}
    if isinstance(value, list | tuple):
        return [_disguise(part, key, parent) for part in value]
    if not isinstance(value, str) or not value:
        return mask({key: value})[key] if _is_hidden_number(key, value) else value
    compact = re.sub(r"[^a-z0-9]", "", key.lower())
    tax_number = compact in _VALUE_OF_NUMBER and "tax" in parent.lower()
    if _PERSONAL.search(compact) or tax_number:
        return _other_text(value)
    return value if mask({key: value})[key] == value else _other_text(value)


def _is_hidden_number(key, value):
    """Whether a number stands under a key that hides it: a card, a bank account."""
    number = isinstance(value, int) and not isinstance(value, bool)
    return number and mask({key: value})[key] != value


def _other_text(text):
    if _EMAIL.fullmatch(text):
        local, _at, _domain = text.partition("@")
        return f"{_shape(local)}@example.com"
    return _shape(text)


def _shape(text):
    """The same capitals, digits' places and signs with other content."""
    return "".join(map(_other_character, text))


def _other_character(character):
    if character.isdigit():
        return "5"
    if not character.isalpha():
        return character
    return "X" if character.isupper() else "x"
