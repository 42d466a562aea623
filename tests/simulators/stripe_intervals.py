# Copyright 2026 Odoo Integration Suite contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl)
"""Periods of subscriptions and what a part of one costs; nothing of Stripe's objects.

docs.stripe.com/billing/subscriptions/billing-cycle, …/prorations: months end on the
day of the anchor, or on their last; a part is counted in seconds.
"""

import calendar
from datetime import datetime, timedelta, timezone
from decimal import Decimal

DAY = 86400
_DAYS = {"day": 1, "week": 7}
_MONTHS = {"month": 1, "year": 12}


def boundary(anchor: int, interval: str, count: int, number: int) -> int:
    """End of the ``number``-th period after the anchor; all in unix seconds.

    >>> boundary(1769817600, "month", 1, 1) - 1769817600  # 31 January: 28 days on
    2419200
    """
    start = datetime.fromtimestamp(anchor, timezone.utc)
    if interval in _DAYS:
        return int((start + timedelta(_DAYS[interval] * count * number)).timestamp())
    months = start.month - 1 + _MONTHS[interval] * count * number
    year, month = start.year + months // 12, months % 12 + 1
    day = min(start.day, calendar.monthrange(year, month)[1])
    return int(start.replace(year=year, month=month, day=day).timestamp())


def period_at(anchor: int, interval: str, count: int, at: int) -> tuple[int, int]:
    """The period that holds a moment (not before the anchor): (start, end)."""
    number = 1
    while boundary(anchor, interval, count, number) <= at:
        number += 1
    return (
        boundary(anchor, interval, count, number - 1),
        boundary(anchor, interval, count, number),
    )


def share(amount: Decimal, start: int, end: int, at: int) -> Decimal:
    """What of an amount belongs to the time after ``at``, not yet rounded.

    >>> share(Decimal(3000), 0, 30, 10)
    Decimal('2000')
    """
    return amount * (end - at) / (end - start)


def day_of(at: int) -> str:
    """``22 Nov 2026``, as Stripe writes it into descriptions."""
    return datetime.fromtimestamp(at, timezone.utc).strftime("%d %b %Y")
