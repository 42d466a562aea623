# Copyright 2026 Odoo Integration Suite contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl)
"""Values of a change request: as JSON, as people read them, and compared."""

import re
from datetime import date, datetime

from odoo.exceptions import UserError

# What one system writes as +49 30 12345 another one writes +493012345.
_NOT_A_DIGIT = re.compile(r"[^\d+]")
_SIMPLE = frozenset(
    {
        "char",
        "text",
        "html",
        "selection",
        "boolean",
        "integer",
        "float",
        "monetary",
        "date",
        "datetime",
        "many2one",
    }
)


def wanted_value(record, name: str, value):
    """A value as the web client sends it, as plain JSON data.

    :raises odoo.exceptions.UserError: no such field, or one that holds lists
    """
    field = record._fields.get(name)
    if field is None or field.type not in _SIMPLE:
        raise UserError(
            record.env._(
                "“%(field)s” cannot be asked for: change it in the other system.",
                field=field.get_description(record.env, ["string"])["string"]
                if field
                else name,
            )
        )
    if field.type == "many2one" and isinstance(value, (list, tuple, dict)):
        value = value["id"] if isinstance(value, dict) else (value or [False])[0]
    try:
        return plain_value(record.new({name: value}, origin=record), name)
    except (TypeError, ValueError) as error:
        raise UserError(
            record.env._("“%(value)s” is no value of this field.", value=value)
        ) from error


def plain_value(record, name: str):
    """The value of a field as plain JSON data; False where there is none."""
    value = record[name]
    field = record._fields[name]
    if field.type == "many2one":
        return value._origin.id or False
    if isinstance(value, (date, datetime)):
        return field.to_string(value)
    if field.type == "boolean":
        return bool(value)
    return value if value or value == 0 else False


def text_value(record, name: str, value) -> str:
    """A plain value as people read it; empty where there is none."""
    field = record._fields[name]
    if field.type == "boolean":
        return record.env._("Yes") if value else record.env._("No")
    if value is False or value is None:
        return ""
    if field.type == "many2one":
        # sudo: the name of what is asked for is part of the request.
        found = record.env[field.comodel_name].sudo().browse(value).exists()
        return found.display_name or str(value)
    if field.type == "selection":
        return dict(field._description_selection(record.env)).get(value, value)
    return str(value)


def same_value(record, name: str, wanted) -> bool:
    """Whether the record has what was asked for; spelling of numbers aside."""
    value = plain_value(record, name)
    if isinstance(value, str) and isinstance(wanted, str):
        if name in ("phone", "mobile"):
            return _NOT_A_DIGIT.sub("", value) == _NOT_A_DIGIT.sub("", wanted)
        return value.strip() == wanted.strip()
    return value == wanted or (not value and not wanted)
