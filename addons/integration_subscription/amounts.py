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


def of_period(quantity: str | None, unit_price: str | None, places: int) -> Decimal:
    """What a line costs for one of its periods, rounded half up.

    :param quantity: decimal text, None: measured, so nobody knows yet
    :param unit_price: decimal text, None: it depends on the quantity
    :param places: decimals of the currency

    >>> of_period("3", "0.125", 2)
    Decimal('0.38')
    """
    if quantity is None or unit_price is None:
        return Decimal(0)
    return _rounded(Decimal(quantity) * Decimal(unit_price), places)


def of_month(amount: Decimal, interval: str, count: int, places: int) -> Decimal:
    """The same spread over months; nothing where there is no period.

    >>> of_month(Decimal("120.00"), "year", 1, 2)
    Decimal('10.00')
    """
    if interval not in _MONTHS:
        return Decimal(0)
    return _rounded(amount / (_MONTHS[interval] * (count or 1)), places)


def plain(number: str, places: int) -> str:
    """Decimal text with the currency's decimals, and more only where they count.

    >>> plain("20", 2), plain("0.1250", 2)
    ('20.00', '0.125')
    """
    value = Decimal(number).normalize()
    digits = max(places, -value.as_tuple().exponent)
    return f"{value:.{digits}f}"


def _rounded(amount: Decimal, places: int) -> Decimal:
    return amount.quantize(Decimal(1).scaleb(-places), ROUND_HALF_UP)
