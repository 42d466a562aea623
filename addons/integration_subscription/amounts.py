# Copyright 2026 Odoo Integration Suite contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl)
"""What a subscription costs, in decimal numbers and without Odoo."""

from decimal import ROUND_HALF_UP, Decimal

#: Months in one interval. A year has 365 days and 52 weeks here, as in the reports of
#: those who sell subscriptions.
_MONTHS = {
    "month": Decimal(1),
    "year": Decimal(12),
    "week": Decimal(12) / 52,
    "day": Decimal(12) / 365,
}


def of_period(quantity: str | None, unit_price: str | None, digits: int) -> Decimal:
    """What a line costs for one of its periods, rounded half up.

    :param quantity: decimal text, None: measured, so nobody knows yet
    :param unit_price: decimal text, None: it depends on the quantity
    :param digits: decimals of the currency

    >>> of_period("3", "0.125", 2)
    Decimal('0.38')
    """
    if quantity is None or unit_price is None:
        return Decimal(0)
    return _rounded(Decimal(quantity) * Decimal(unit_price), digits)


def of_month(amount: Decimal, interval: str, count: int, digits: int) -> Decimal:
    """The same spread over months; nothing where there is no period.

    >>> of_month(Decimal("120.00"), "year", 1, 2)
    Decimal('10.00')
    """
    if interval not in _MONTHS:
        return Decimal(0)
    return _rounded(amount / (_MONTHS[interval] * (count or 1)), digits)


def places(number: str, least: int) -> int:
    """Decimals to show of a number: those of the currency, more where they count.

    >>> places("20", 2), places("0.1250", 2)
    (2, 3)
    """
    return max(least, -Decimal(number).normalize().as_tuple().exponent)


def _rounded(amount: Decimal, digits: int) -> Decimal:
    return amount.quantize(Decimal(1).scaleb(-digits), ROUND_HALF_UP)
