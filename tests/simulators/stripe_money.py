# Copyright 2026 Odoo Integration Suite contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl)
"""Amounts as Stripe writes them: integers in the smallest unit of a currency.

docs.stripe.com/currencies; rounding "half up" as accountants do it
(docs.stripe.com/billing/taxes/tax-rates#rounding). Pure functions, no float.
"""

from collections.abc import Sequence
from decimal import ROUND_DOWN, ROUND_HALF_UP, ROUND_UP, Decimal

from .stripe_errors import bad_parameter

ZERO_DECIMAL = frozenset(
    "bif clp djf gnf jpy kmf krw mga pyg rwf vnd vuv xaf xof xpf".split()
)
THREE_DECIMAL = frozenset("bhd jod kwd omr tnd".split())
# Without cents in reality, yet written with two digits that are 00.
SPECIAL = frozenset(("isk", "ugx"))
TWO_DECIMAL = frozenset(
    "aed ars aud bgn brl cad chf cny czk dkk eur gbp hkd huf idr ils inr mxn myr nok "
    "nzd php pln ron sar sek sgd thb try twd uah usd zar".split()
)
CURRENCIES = ZERO_DECIMAL | THREE_DECIMAL | SPECIAL | TWO_DECIMAL
# The smallest amount that is charged (docs.stripe.com/currencies#minimum-and-maximum).
MINIMUM = {"eur": 50, "usd": 50, "chf": 50, "gbp": 30, "jpy": 50, "sek": 300}


def digits(currency: str) -> int:
    """How many digits of an amount in this currency stand after the point."""
    if currency in ZERO_DECIMAL:
        return 0
    return 3 if currency in THREE_DECIMAL else 2


def step(currency: str) -> int:
    """All amounts are multiples of this: 10 fils, 100 "aurar", else 1."""
    if currency in THREE_DECIMAL:
        return 10
    return 100 if currency in SPECIAL else 1


def check_currency(currency: str) -> str:
    """:raises ApiError: 400 for a currency that Stripe does not know"""
    if currency.lower() not in CURRENCIES:
        raise bad_parameter(
            f"Invalid currency: {currency}. Stripe currently supports these "
            f"currencies: {', '.join(sorted(CURRENCIES))}",
            "currency",
        )
    return currency.lower()


def check_amount(amount: int, currency: str, param: str = "amount") -> int:
    """:raises ApiError: 400 when the last digits must be zero and are not"""
    if amount % step(currency):
        raise bad_parameter(
            f"Invalid amount: {amount} {currency} must be divisible by "
            f"{step(currency)}.",
            param,
            "parameter_invalid_integer",
        )
    return amount


def rounded(value: Decimal, currency: str) -> int:
    """Half up (away from zero), to what the currency can express."""
    unit = Decimal(step(currency))
    return int((value / unit).quantize(Decimal(1), ROUND_HALF_UP) * unit)


def converted(amount: int, source: str, target: str, rate: Decimal) -> int:
    """An amount in another currency; ``rate``: target per source, in whole units."""
    major = Decimal(amount).scaleb(-digits(source)) * rate
    return rounded(major.scaleb(digits(target)), target)


def text(value: Decimal) -> str:
    """A decimal string without exponent and without zeros at its end."""
    plain = format(value.normalize(), "f")
    return "0" if plain == "-0" else plain


def distribute(total: int, weights: Sequence[int], unit: int = 1) -> list[int]:
    """Split ``total`` in proportion, each part a multiple of ``unit``; sum exact.

    What is left after rounding down goes to the parts that lost most, the first of
    equals first.
    """
    whole = sum(weights)
    if not whole:
        return [0] * len(weights)
    shares = [divmod(total // unit * weight, whole) for weight in weights]
    parts = [share * unit for share, _lost in shares]
    losers = sorted(range(len(weights)), key=lambda index: (-shares[index][1], index))
    for index in losers[: (total - sum(parts)) // unit]:
        parts[index] += unit
    return parts


def price_amount(price: dict, quantity: Decimal) -> Decimal:
    """What a quantity costs at a price, not yet rounded, in minor units."""
    transform = price["transform_quantity"]
    if transform:
        packs = quantity / transform["divide_by"]
        rounding = ROUND_UP if transform["round"] == "up" else ROUND_DOWN
        quantity = packs.quantize(Decimal(1), rounding)
    if price["billing_scheme"] == "tiered":
        return _tiered(price["_tiers"], price["tiers_mode"], quantity)
    return Decimal(price["unit_amount_decimal"] or 0) * quantity


def _tiered(tiers: list[dict], mode: str, quantity: Decimal) -> Decimal:
    total, below = Decimal(0), Decimal(0)
    for tier in tiers:
        top = Decimal("Infinity") if tier["up_to"] is None else Decimal(tier["up_to"])
        unit = Decimal(tier["unit_amount_decimal"] or 0)
        flat = Decimal(tier["flat_amount_decimal"] or 0)
        if mode == "volume":
            if quantity <= top:
                return unit * quantity + flat
        elif quantity > below:
            total += unit * (min(quantity, top) - below) + flat
        below = top
    return total
