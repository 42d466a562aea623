# Copyright 2026 Odoo Integration Suite contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl)
"""Objects in the shape of an API version. The only place that knows generations.

Objects are stored in the newest shape; older shapes are made from it. Differences:
computed from the SDK's types (facts: field changes by version).
"""

import copy
import re

from .stripe_errors import ApiError

NEWEST = "2026-10-28.endive"
_VERSION = re.compile(r"(\d{4}-\d{2}-\d{2})(\.[a-z]+)?(;.*)?")

# object type -> [(date of the version that brought the fields, the fields)]
ADDED = {
    "customer": [
        ("2025-09-30", ("business_name", "individual_name", "customer_account")),
    ],
    "tax_id": [("2025-09-30", ("customer_account", "owner.customer_account"))],
}

# object type -> {date of the version that changed the shape: function(object)};
# objects older than the date pass through the function, newest change first.
RESHAPED: dict[str, dict[str, callable]] = {}


def date_of(version: str) -> str:
    """The date of a version, by which versions are ordered.

    :raises ApiError: 400 for what is no version
    """
    match = _VERSION.fullmatch(version or "")
    if not match or match[1] > "2026-12-31":
        raise ApiError(400, f"Invalid Stripe API version: {version}")
    return match[1]


def render(value, version: str):
    """A copy of ``value`` (object, list, event) in the shape of ``version``."""
    return _render(copy.deepcopy(value), date_of(version))


def _render(value, date: str):
    if isinstance(value, list):
        return [_render(item, date) for item in value]
    if not isinstance(value, dict):
        return value
    kind = value.get("object")
    if kind == "event":
        # Its snapshot was rendered for its endpoint; a request cannot change that.
        return value
    value = {key: _render(item, date) for key, item in value.items()}
    if isinstance(kind, str):
        value = _older(value, kind, date)
    return value


def _older(value: dict, kind: str, date: str) -> dict:
    for changed, reshape in sorted(RESHAPED.get(kind, {}).items(), reverse=True):
        if date < changed:
            value = reshape(value)
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
    return _drop(_render(copy.deepcopy(previous), date), kind, date)
