# Copyright 2026 Odoo Integration Suite contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl)
"""What an invoice adds up to, computed once more and in another way.

Exact fractions instead of decimals, from what was agreed (unit amounts, quantities,
percentages, coupons), never from what the simulator computed of it. Shares nothing
with ``stripe_amounts``, so that a mistake there cannot hide here.
"""

from dataclasses import dataclass, field
from decimal import Decimal
from fractions import Fraction
from math import floor
from typing import TYPE_CHECKING

from .stripe_money import SPECIAL, THREE_DECIMAL

if TYPE_CHECKING:
    from .stripe import StripeSimulator


def unit_of(currency: str) -> int:
    return 10 if currency in THREE_DECIMAL else 100 if currency in SPECIAL else 1


def half_up(value: Fraction, currency: str) -> int:
    """To the nearest amount that the currency can express; halves away from zero."""
    unit = unit_of(currency)
    size = floor(abs(value) / unit + Fraction(1, 2)) * unit
    return size if value >= 0 else -size


def exact(number) -> Fraction:
    """A number of JSON, or a decimal string, without loss."""
    return Fraction(Decimal(str(number)))


@dataclass
class LineSums:
    """``amount`` before discounts, with inclusive taxes in it; all in minor units."""

    id: str
    amount: int
    # coupon discount id -> amount
    discounts: dict[str, int] = field(default_factory=dict)
    # tax rate id -> amount
    taxes: dict[str, int] = field(default_factory=dict)
    included: int = 0

    @property
    def discount(self) -> int:
        return sum(self.discounts.values())

    @property
    def untaxed(self) -> int:
        return self.amount - self.discount - self.included

    @property
    def tax(self) -> int:
        return sum(self.taxes.values())


class Arithmetic:
    """Computes the lines of one invoice."""

    def __init__(self, sim: "StripeSimulator", invoice: dict):
        self.sim = sim
        self.invoice = invoice
        self.currency = invoice["currency"]
        exempt = invoice["customer_tax_exempt"]
        self.taxed = exempt not in ("exempt", "reverse")

    def lines(self) -> list[LineSums]:
        """All lines, a shipping line (id ``shipping``) last."""
        facts = self.sim.resources["line_items"].of(self.invoice["id"])
        lines = [LineSums(fact["id"], self.amount(fact)) for fact in facts]
        for line, fact in zip(lines, facts, strict=True):
            for discount in fact["discounts"]:
                self._spread([(line, fact)], discount)
        for discount in self.invoice["discounts"]:
            self._spread(list(zip(lines, facts, strict=True)), discount)
        default = [rate["id"] for rate in self.invoice["default_tax_rates"]]
        for line, fact in zip(lines, facts, strict=True):
            rates = default if fact["_rates"] is None else fact["_rates"]
            self._tax(line, rates)
        if self.invoice["_shipping"]:
            shipping = self.invoice["_shipping"]
            lines.append(LineSums("shipping", shipping["amount"]))
            self._tax(lines[-1], shipping["rates"])
        return lines

    def amount(self, fact: dict) -> int:
        pricing = fact["pricing"] or {}
        details = (fact["parent"].get(fact["parent"]["type"])) or {}
        if not pricing or details.get("proration"):
            # Agreed as an amount: nothing to compute.
            return fact["amount"]
        count = exact(fact["quantity_decimal"])
        price = self.sim.prices.get((pricing["price_details"] or {}).get("price"))
        if price and price["billing_scheme"] == "tiered":
            return half_up(_tiers(price, count), self.currency)
        if price and price["transform_quantity"]:
            packs = count / price["transform_quantity"]["divide_by"]
            up = price["transform_quantity"]["round"] == "up"
            count = Fraction(-floor(-packs) if up else floor(packs))
        return half_up(exact(pricing["unit_amount_decimal"]) * count, self.currency)

    def _spread(self, pairs: list, discount: str) -> None:
        coupon = self.sim.resources["discounts"].objects[discount]["_coupon"]
        wanted = [
            (line, line.amount - line.discount)
            for line, fact in pairs
            if fact["discountable"]
            and line.amount > line.discount
            and _covers(coupon, fact)
        ]
        base = sum(left for _line, left in wanted)
        if coupon["percent_off"] is not None:
            off = half_up(base * exact(coupon["percent_off"]) / 100, self.currency)
        else:
            off = min(coupon["amount_off"], base)
        unit = unit_of(self.currency)
        shares = [Fraction(off * left, base) for _line, left in wanted]
        floors = [floor(share / unit) * unit for share in shares]
        rest = off - sum(floors)
        by_loss = sorted(
            range(len(shares)), key=lambda i: floors[i] - shares[i]
        )  # stable: the first of equals first
        for position, index in enumerate(by_loss):
            extra = unit if position * unit < rest else 0
            line = wanted[index][0]
            line.discounts[discount] = floors[index] + extra

    def _tax(self, line: LineSums, rates: list[str]) -> None:
        known = [self.sim.tax_rates[rate] for rate in rates]
        percent = {
            rate["id"]: exact(rate["percentage"]) if self.taxed else Fraction(0)
            for rate in known
        }
        inside = [rate["id"] for rate in known if rate["inclusive"]]
        gross = line.amount - line.discount
        whole = 100 + sum(percent[rate] for rate in inside)
        for rate in inside:
            line.taxes[rate] = half_up(gross * percent[rate] / whole, self.currency)
        line.included = sum(line.taxes.values())
        for rate in known:
            if not rate["inclusive"]:
                tax = (gross - line.included) * percent[rate["id"]] / 100
                line.taxes[rate["id"]] = half_up(tax, self.currency)


def _covers(coupon: dict, fact: dict) -> bool:
    details = (fact["pricing"] or {}).get("price_details") or {}
    return not coupon["_products"] or details.get("product") in coupon["_products"]


def _tiers(price: dict, count: Fraction) -> Fraction:
    total, below = Fraction(0), Fraction(0)
    for tier in price["_tiers"]:
        unit = exact(tier["unit_amount_decimal"] or 0)
        flat = exact(tier["flat_amount_decimal"] or 0)
        top = tier["up_to"]
        inside = top is None or count <= top
        if price["tiers_mode"] == "volume":
            if inside:
                return count * unit + flat
            continue
        reached = count if inside else Fraction(top)
        total += (reached - below) * unit + flat
        if inside:
            return total
        below = reached
    return total
