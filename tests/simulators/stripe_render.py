# Copyright 2026 Odoo Integration Suite contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl)
"""Objects in the shape of an API version. The only place that knows generations.

Objects are stored in the newest shape; older shapes are made from it. Differences:
computed from the SDK's types (facts: field changes by version). What objects of an
older generation say more (``invoice.charge``) is stored under a name with an
underscore, which nobody sees.
"""

import re

from . import stripe_generations as generations
from .stripe_errors import ApiError

NEWEST = "2026-10-28.endive"
_VERSION = re.compile(r"(\d{4}-\d{2}-\d{2})(\.[a-z]+)?(;.*)?")

# object type -> [(date of the version that brought the fields, the fields)]
ADDED = generations.ADDED
# object type -> {date of the version that changed the shape: function(object, find)};
# objects older than the date pass through the function, newest change first.
RESHAPED = generations.RESHAPED


def clone(value):
    """A deep copy of what JSON can say, much faster than ``copy.deepcopy``."""
    if isinstance(value, dict):
        return {key: clone(item) for key, item in value.items()}
    if isinstance(value, list):
        return [clone(item) for item in value]
    return value


def _find_nothing(name: str, object_id: str) -> None:
    return None


def date_of(version: str) -> str:
    """The date of a version, by which versions are ordered.

    :raises ApiError: 400 for what is no version
    """
    match = _VERSION.fullmatch(version or "")
    if not match or match[1] > "2026-12-31":
        raise ApiError(400, f"Invalid Stripe API version: {version}")
    return match[1]


def known(kind: str, path: str, version: str) -> bool:
    """Whether objects of this type have the field in this version."""
    return all(
        path not in paths
        for added, paths in ADDED.get(kind, ())
        if date_of(version) < added
    )


def render(value, version: str, find=_find_nothing):
    """A copy of ``value`` (object, list, event) in the shape of ``version``.

    :param find: (name of a resource, id) -> object in the newest shape, or None
    """
    return _render(value, date_of(version), find)


def _render(value, date: str, find):
    if isinstance(value, list):
        return [_render(item, date, find) for item in value]
    if not isinstance(value, dict):
        return value
    kind = value.get("object")
    if kind == "event":
        # Its snapshot was rendered for its endpoint; a request cannot change that.
        return clone(value)
    value = {
        # Metadata is the merchant's, whatever it looks like.
        key: clone(item) if key == "metadata" else _render(item, date, find)
        for key, item in value.items()
    }
    if isinstance(kind, str):
        value = _older(value, kind, date, find)
    return value


def _older(value: dict, kind: str, date: str, find) -> dict:
    def found(name: str, object_id: str):
        return _render(find(name, object_id), date, find)

    for changed, reshape in sorted(RESHAPED.get(kind, {}).items(), reverse=True):
        if date < changed and not value.get("deleted"):
            value = reshape(value, found)
    value = {key: item for key, item in value.items() if not key.startswith("_")}
    return _drop(value, kind, date)


def _drop(value: dict, kind: str, date: str) -> dict:
    for added, paths in ADDED.get(kind, ()):
        if date >= added:
            continue
        for path in paths:
            node, _dot, last = path.rpartition(".")
            holder = value.get(node) if node else value
            if isinstance(holder, dict):
                holder.pop(last, None)
    return value


def render_previous(previous: dict, kind: str, version: str) -> dict:
    """``previous_attributes`` (no ``object`` inside) in the shape of a version."""
    date = date_of(version)
    return _drop(_render(previous, date, _find_nothing), kind, date)
