# Copyright 2026 Odoo Integration Suite contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl)
"""Arithmetic of documents: what the lines of an invoice add up to, to the cent.

Everything is ``Decimal`` in the document's own unit and signed as the line. Nothing is
rounded but where a function says so.
"""

from collections.abc import Iterable
from dataclasses import dataclass, field
from decimal import ROUND_HALF_UP, Decimal
from typing import NamedTuple

from .errors import MappingError

ZERO = Decimal(0)
CENT = Decimal("0.01")


class Tax(NamedTuple):
    """One tax of one line.

    :param key: id of the tax in the system it comes from
    :param amount: signed as the line, on its discounted amount
    :param inclusive: whether the line's amount contains it
    :param reason: why nothing is owed: ``reverse_charge``, ``exempt``, ``zero_rated``;
        empty where it is owed, or nothing is said
    """

    key: str
    amount: Decimal
    inclusive: bool
    reason: str = ""


@dataclass
class Line:
    """The amounts of one line of a canonical document.

    :param number: 1 for the first
    :param gross: before discounts, with inclusive taxes, without exclusive ones
    :param discount: what is taken off ``gross``, signed as the document
    """

    number: int
    gross: Decimal
    discount: Decimal = ZERO
    taxes: list[Tax] = field(default_factory=list)

    @property
    def net(self) -> Decimal:
        """After discounts, still with inclusive taxes."""
        return self.gross - self.discount

    @property
    def inclusive(self) -> Decimal:
        """Taxes that ``net`` contains."""
        return sum((tax.amount for tax in self.taxes if tax.inclusive), ZERO)

    @property
    def tax(self) -> Decimal:
        """All taxes of the line."""
        return sum((tax.amount for tax in self.taxes), ZERO)

    @property
    def untaxed(self) -> Decimal:
        """After discounts and without any tax."""
        return self.net - self.inclusive


class Difference(NamedTuple):
    """Two figures of one document that should be equal and are not.

    :param what: ``untaxed``, ``tax`` or ``total``
    :param stated: what the document says
    :param found: what follows from its other figures
    """

    what: str
    stated: Decimal
    found: Decimal


@dataclass
class Document:
    """The amounts of a canonical document.

    :param currency: ISO 4217 code that every amount is in
    """

    currency: str
    untaxed: Decimal
    tax: Decimal
    total: Decimal
    lines: list[Line]

    def turned(self) -> "Document":
        """The same with every sign turned: an invoice below zero as a credit note."""
        return Document(
            self.currency,
            -self.untaxed,
            -self.tax,
            -self.total,
            [
                Line(
                    line.number,
                    -line.gross,
                    -line.discount,
                    [tax._replace(amount=-tax.amount) for tax in line.taxes],
                )
                for line in self.lines
            ],
        )

    def amounts(self) -> Iterable[Decimal]:
        """Every amount of the document."""
        yield from (self.untaxed, self.tax, self.total)
        for line in self.lines:
            yield from (line.gross, line.discount)
            yield from (tax.amount for tax in line.taxes)

    def step(self, unit: Decimal) -> Decimal:
        """What the document was rounded to, for a currency with this smallest unit.

        Card networks know only two of the three decimals of dinars and rials: a
        document whose every amount ends in zero there was rounded to that.
        """
        coarse = unit * 10
        if unit < CENT and all(fits(amount, coarse) for amount in self.amounts()):
            return coarse
        return unit

    def differences(self) -> list[Difference]:
        """Where the document contradicts itself; empty when it is consistent."""
        pairs = (
            ("untaxed", self.untaxed, sum((x.untaxed for x in self.lines), ZERO)),
            ("tax", self.tax, sum((x.tax for x in self.lines), ZERO)),
            ("total", self.total, self.untaxed + self.tax),
        )
        return [Difference(*pair) for pair in pairs if pair[1] != pair[2]]


def read(record: dict) -> Document:
    """Amounts of a canonical invoice.

    :param record: canonical invoice that follows its schema
    :raises engine.errors.MappingError: an amount is in another currency than the
        document
    """
    currency = record["currency"]

    def amount(money, path: str) -> Decimal:
        if not money:
            return ZERO
        if money["currency"] != currency:
            raise MappingError(
                f"One amount is in {money['currency']}, the document in {currency}.",
                hint="Check the mapping of the flow, then retry.",
                path=path,
            )
        return Decimal(money["amount"])

    lines = []
    for index, line in enumerate(record.get("lines") or ()):
        path = f"lines[{index}]"
        gross = amount(line["amount"], f"{path}.amount")
        discount = amount(line.get("discount"), f"{path}.discount")
        taxes = [
            Tax(
                tax["tax"]["external_id"],
                amount(tax["amount"], f"{path}.taxes[{number}].amount"),
                tax["inclusive"],
                tax.get("reason") or "",
            )
            for number, tax in enumerate(line.get("taxes") or ())
        ]
        lines.append(Line(index + 1, gross, discount, taxes))
    return Document(
        currency,
        amount(record["untaxed"], "untaxed"),
        amount(record["tax"], "tax"),
        amount(record["total"], "total"),
        lines,
    )


def rounded(amount: Decimal, unit: Decimal) -> Decimal:
    """The multiple of ``unit`` next to an amount, half away from zero."""
    return (amount / unit).quantize(Decimal(1), ROUND_HALF_UP) * unit


def fits(amount: Decimal, unit: Decimal) -> bool:
    """Whether an amount is a multiple of ``unit``, so that no rounding changes it."""
    return amount % unit == 0


def explained(stated: Decimal, computed: Decimal, unit: Decimal) -> bool:
    """Whether two ways of rounding may lead to ``stated`` and ``computed``.

    Systems round taxes by line or by document, up or to even, and spread the rest over
    the lines: that moves an amount by one unit at most.

    :param unit: what was rounded to, see :meth:`Document.step`
    """
    return abs(stated - computed) <= unit


def split(amount: Decimal, weights: list[Decimal], unit: Decimal) -> list[Decimal]:
    """Divide an amount by weights into multiples of ``unit`` that add up to it.

    The units that rounding leaves over go to the parts that lost most. Weights without
    a sum count as equal.

    :param amount: a multiple of ``unit``
    :param weights: at least one
    """
    total = sum(weights, ZERO)
    if not total:
        weights, total = [Decimal(1)] * len(weights), Decimal(len(weights))
    exact = [amount * weight / total for weight in weights]
    parts = [rounded(value, unit) for value in exact]
    left = int((amount - sum(parts, ZERO)) / unit)
    step = unit if left > 0 else -unit
    lost = sorted(
        range(len(parts)), key=lambda i: (exact[i] - parts[i]) * (1 if left > 0 else -1)
    )
    for number in range(abs(left)):
        parts[lost[-1 - number % len(parts)]] += step
    return parts


def quantity_and_price(
    amount: Decimal, quantity: Decimal | None, quantity_digits: int, price_digits: int
) -> tuple[Decimal, Decimal]:
    """Quantity and price of one whose product is exactly the amount.

    :param quantity_digits: decimals a quantity may have
    :param price_digits: decimals a price may have
    :return: the quantity 1 and the whole amount where no price fits exactly
    """
    whole = (Decimal(1), amount)
    if not quantity or quantity < 0:
        return whole
    if not fits(quantity, Decimal(1).scaleb(-quantity_digits)):
        return whole
    price = rounded(amount / quantity, Decimal(1).scaleb(-price_digits))
    return (quantity, price) if price * quantity == amount else whole
