# Copyright 2026 Odoo Integration Suite contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl)
"""JSON that people read and edit: indented, exact, and what they changed in it."""

from .canonical import encode

# A difference longer than this is no longer read by anybody.
MOST_CHANGES = 200


def pretty(document, level=0):
    """Indented JSON text in the order given; a number keeps all its digits.

    :param document: as :func:`strict_json.loads` gives it
    """
    inner, outer = "  " * (level + 1), "  " * level
    if isinstance(document, dict) and document:
        lines = [
            f"{inner}{encode(key, sort_keys=False)}: {pretty(value, level + 1)}"
            for key, value in document.items()
        ]
        return "{\n" + ",\n".join(lines) + f"\n{outer}}}"
    if isinstance(document, list) and document:
        lines = [f"{inner}{pretty(value, level + 1)}" for value in document]
        return "[\n" + ",\n".join(lines) + f"\n{outer}]"
    return encode(document, sort_keys=False)


def changes(before, after):
    """What differs between two documents, place by place.

    Lists are compared element by element: who takes one out of the middle sees the rest
    of the list change.

    :returns: list of (keys, before, after); the keys lead to the place, text in objects
        and numbers in lists, see :func:`place`. None where one side has nothing
    """
    found = []
    _compare(before, after, (), found)
    return found[:MOST_CHANGES]


def place(keys):
    """A place as people write it, ``lines[0].amount``."""
    text = ""
    for key in keys:
        text += f"[{key}]" if isinstance(key, int) else f".{key}" if text else key
    return text


def _compare(before, after, keys, found):
    if isinstance(before, dict) and isinstance(after, dict):
        for key in dict.fromkeys([*before, *after]):
            _compare_in(before, after, key, keys, found)
    elif isinstance(before, list) and isinstance(after, list):
        left, right = dict(enumerate(before)), dict(enumerate(after))
        for index in range(max(len(before), len(after))):
            _compare_in(left, right, index, keys, found)
    elif type(before) is not type(after) or before != after:
        found.append((keys, before, after))


def _compare_in(before, after, key, keys, found):
    """One place of two containers; a null is something else than nothing."""
    if key in before and key in after:
        _compare(before[key], after[key], (*keys, key), found)
    else:
        found.append(((*keys, key), before.get(key), after.get(key)))


def masked_changes(before, after, mask):
    """:func:`changes` for everybody: values as ``mask`` shows them in their place.

    :param mask: takes a document, gives its copy for display (:func:`masking.mask`)
    :returns: list of (place as text, before, after); what differs and looks the same
        once it is masked is said to differ
    """
    return [
        (place(keys), *_masked_pair(keys, left, right, mask))
        for keys, left, right in changes(before, after)
    ]


def _masked_pair(keys, left, right, mask):
    shown = [_masked_at(keys, value, mask) for value in (left, right)]
    if shown[0] == shown[1] and shown[1] is not None:
        shown[1] = f"{shown[1]} (another)"
    return shown


def _masked_at(keys, value, mask):
    """A value as it is shown below these keys: those above it may hide it."""
    for key in reversed(keys):
        value = [value] if isinstance(key, int) else {key: value}
    value = mask(value)
    for key in keys:
        if not isinstance(value, dict | list):
            return value
        value = value[0 if isinstance(key, int) else key]
    return value
