# Copyright 2026 Odoo Integration Suite contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl)
"""Versions of outside records as fixed-width UTC text.

Text of one width sorts in the database exactly as the instants do, without a cast and
without losing microseconds.
"""

import re
from datetime import datetime, timedelta, timezone
from decimal import Decimal

from .errors import SchemaError

_EPOCH = datetime(1970, 1, 1, tzinfo=timezone.utc)
_ISO = re.compile(
    r"(\d{4})-(\d\d)-(\d\d)"
    r"(?:[T ](\d\d):(\d\d)(?::(\d\d)(?:[.,](\d{1,9}))?)?)?"
    r"\s?(Z|[+-]\d\d(?::?\d\d)?)?\Z",
    re.ASCII | re.IGNORECASE,
)


def _invalid(value):
    return SchemaError(
        f"“{str(value)[:40]}” is not a point in time",
        details={"value": str(value)[:40]},
    )


def _format(moment):
    # strftime("%Y") does not pad the year on every platform, isoformat does.
    return f"{moment.replace(tzinfo=None).isoformat(timespec='microseconds')}Z"


def from_unix(seconds):
    """Version of a Unix time.

    :param seconds: int, float or Decimal seconds since 1970 (UTC)
    :returns: e.g. ``2026-11-22T01:39:24.000000Z``
    :raises SchemaError: not a number or outside of the years 1 to 9999
    """
    if isinstance(seconds, bool) or not isinstance(seconds, int | float | Decimal):
        raise _invalid(seconds)
    try:
        # An integer number of microseconds: a float timedelta would round the sum.
        microseconds = int(round(Decimal(str(seconds)) * 1_000_000))
        return _format(_EPOCH + timedelta(microseconds=microseconds))
    except (ArithmeticError, ValueError):
        raise _invalid(seconds) from None


def _offset(text):
    if not text or text in "zZ":
        return timezone.utc
    digits = text[1:].replace(":", "").ljust(4, "0")
    minutes = int(digits[:2]) * 60 + int(digits[2:])
    return timezone(timedelta(minutes=-minutes if text[0] == "-" else minutes))


def from_iso(text):
    """Version of an ISO 8601 text; without an offset it is taken as UTC.

    :param text: date or date and time, e.g. ``2026-11-22T02:39:24.5+01:00``
    :returns: e.g. ``2026-11-22T01:39:24.500000Z``; digits after microseconds are cut
    :raises SchemaError: not such a text or outside of the years 1 to 9999
    """
    match = _ISO.match(text.strip()) if isinstance(text, str) else None
    if not match:
        raise _invalid(text)
    year, month, day, hour, minute, second, fraction, offset = match.groups()
    try:
        moment = datetime(
            int(year),
            int(month),
            int(day),
            int(hour or 0),
            int(minute or 0),
            int(second or 0),
            int((fraction or "0")[:6].ljust(6, "0")),
            tzinfo=_offset(offset),
        )
        return _format(moment.astimezone(timezone.utc))
    except (ValueError, OverflowError):
        raise _invalid(text) from None
