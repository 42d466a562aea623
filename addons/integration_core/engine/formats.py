# Copyright 2026 Odoo Integration Suite contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl)
"""The string formats that canonical schemas assert."""

import re
from datetime import date, datetime

from jsonschema import FormatChecker

from .errors import MappingError
from .transforms import email as to_email

_DATE = re.compile(r"\d{4}-\d{2}-\d{2}\Z", re.ASCII)
_INSTANT = re.compile(
    r"(\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2})(\.\d+)?(Z|[+-]([01]\d|2[0-3]):[0-5]\d)\Z",
    re.ASCII,
)


def is_date(text):
    """ISO 8601 calendar date."""
    try:
        return bool(_DATE.match(text)) and bool(date.fromisoformat(text))
    except ValueError:
        return False


def is_instant(text):
    """RFC 3339 date and time; the offset is part of it."""
    match = _INSTANT.match(text)
    try:
        return bool(match) and bool(datetime.fromisoformat(match[1]))
    except ValueError:
        return False


def is_email(text):
    """What the ``email`` transform lets through unchanged in form."""
    try:
        return to_email(text) is not None
    except MappingError:
        return False


#: name -> function(text) -> bool; other formats are annotations only
FORMATS = {"date": is_date, "date-time": is_instant, "email": is_email}


def format_checker(names):
    """jsonschema's checker for these formats and no others.

    :raises KeyError: a name that is not in ``FORMATS``
    """
    checker = FormatChecker(formats=())
    for name in names:
        test = FORMATS[name]
        checker.checks(name)(
            lambda value, t=test: not isinstance(value, str) or t(value)
        )
    return checker
