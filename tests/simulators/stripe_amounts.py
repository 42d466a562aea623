# Copyright 2026 Odoo Integration Suite contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl)
"""What an invoice adds up to: discounts, taxes, totals. Pure functions on integers.

The order is Stripe's: item discounts, then invoice discounts (both only on lines that
are discountable), then tax on what is left, rounded half up line by line.
``subtotal`` has the item discounts in it, not those of the invoice (SDK doc of
``Invoice.subtotal``); a line's ``amount`` has neither, its ``discount_amounts`` both.
"""

from dataclasses import dataclass, field
from decimal import Decimal

from .stripe_money import distribute, rounded, step


@dataclass(frozen=True)
class Rate:
    """A tax rate; ``percentage`` of 100."""

    id: str
    percentage: Decimal
    inclusive: bool


@dataclass(frozen=True)
class Off:
    """A discount: per cent, or an amount in minor units."""

    id: str
    percent: Decimal | None = None
    amount: int | None = None
    # None: any product
    products: frozenset[str] | None = None


@dataclass(frozen=True)
class Tax:
    rate: Rate
    amount: int
    taxable: int


@dataclass
class Line:
    """What goes in: amount, rates, item discounts. The rest is computed."""

    amount: int
    rates: list[Rate] = field(default_factory=list)
    discounts: list[Off] = field(default_factory=list)
    discountable: bool = True
    product: str | None = None
    # What comes out; discount_amounts: (discount id, amount), item ones first.
    discount_amounts: list[tuple[str, int]] = field(default_factory=list)
    item_discount: int = 0
    taxes: list[Tax] = field(default_factory=list)
    inclusive_before_discount: int = 0

    @property
    def discounted(self) -> int:
        return self.amount - sum(amount for _id, amount in self.discount_amounts)

    def tax(self, inclusive: bool) -> int:
        return sum(tax.amount for tax in self.taxes if tax.rate.inclusive == inclusive)


@dataclass
class Totals:
    subtotal: int
    subtotal_excluding_tax: int
    total_excluding_tax: int
    total: int
    # discount id -> amount, over all lines
    discounts: dict[str, int]
    # one entry per rate, over all lines and the shipping
    taxes: list[Tax]
    shipping: Line | None


def compute(
    lines: list[Line],
    currency: str,
    discounts: list[Off] = (),
    shipping: Line | None = None,
) -> Totals:
    """Fill in the lines' discounts and taxes and sum up.

    :param discounts: of the invoice, in the order of their application
    :param shipping: a line without discounts, on top of the subtotal
    """
    for line in lines:
        line.discount_amounts = []
        for off in line.discounts:
            _discount([line], off, currency)
        line.item_discount = line.amount - line.discounted
        line.inclusive_before_discount = sum(
            tax.amount
            for tax in taxes_of(line.discounted, line.rates, currency)
            if tax.rate.inclusive
        )
    for off in discounts:
        _discount(lines, off, currency)
    taxed = [*lines, shipping] if shipping else lines
    for line in taxed:
        line.taxes = taxes_of(line.discounted, line.rates, currency)
    subtotal = sum(line.amount - line.item_discount for line in lines)
    total = sum(line.discounted + line.tax(inclusive=False) for line in taxed)
    return Totals(
        subtotal=subtotal,
        subtotal_excluding_tax=subtotal
        - sum(line.inclusive_before_discount for line in lines),
        total_excluding_tax=total
        - sum(tax.amount for line in taxed for tax in line.taxes),
        total=total,
        discounts=_sum_discounts(lines),
        taxes=_sum_taxes(taxed),
        shipping=shipping,
    )


def _discount(lines: list[Line], off: Off, currency: str) -> None:
    """Spread one discount over the lines that it applies to."""
    wanted = [
        line
        for line in lines
        if line.discountable
        and line.discounted > 0
        and (off.products is None or line.product in off.products)
    ]
    weights = [line.discounted for line in wanted]
    base = sum(weights)
    if off.percent is not None:
        total = rounded(base * off.percent / 100, currency)
    else:
        total = min(off.amount, base)
    parts = distribute(total, weights, step(currency))
    for line, part in zip(wanted, parts, strict=True):
        line.discount_amounts.append((off.id, part))


def taxes_of(amount: int, rates: list[Rate], currency: str) -> list[Tax]:
    """The taxes on an amount. Exclusive ones start from what inclusive ones leave."""
    inside = sum((rate.percentage for rate in rates if rate.inclusive), Decimal(0))
    parts = {
        rate.id: rounded(amount * rate.percentage / (100 + inside), currency)
        for rate in rates
        if rate.inclusive
    }
    net = amount - sum(parts.values())
    return [
        Tax(
            rate,
            parts[rate.id]
            if rate.inclusive
            else rounded(net * rate.percentage / 100, currency),
            net,
        )
        for rate in rates
    ]


def _sum_discounts(lines: list[Line]) -> dict[str, int]:
    result: dict[str, int] = {}
    for line in lines:
        for discount, amount in line.discount_amounts:
            result[discount] = result.get(discount, 0) + amount
    return result


def _sum_taxes(lines: list[Line]) -> list[Tax]:
    sums: dict[str, Tax] = {}
    for line in lines:
        for tax in line.taxes:
            before = sums.get(tax.rate.id, Tax(tax.rate, 0, 0))
            sums[tax.rate.id] = Tax(
                tax.rate, before.amount + tax.amount, before.taxable + tax.taxable
            )
    return list(sums.values())
