# Copyright 2026 Odoo Integration Suite contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl)
"""What Stripe is sent: forms with brackets, amounts in its minor units; no Odoo."""

from datetime import datetime
from decimal import ROUND_HALF_UP, Decimal

from odoo.addons.integration_core.engine.errors import MappingError

from . import const, shapes

# Digits after the point of a minor unit (docs.stripe.com/api/prices,
# unit_amount_decimal).
_MAX_FRACTION = 12
#: What tools for values raise where a mapping gives something else than it should.
MISSHAPEN = (ArithmeticError, AttributeError, KeyError, TypeError, ValueError)


def encode(form: dict) -> dict[str, str]:
    """A form as v1 of the API takes it (SDK ``_encode.py``).

    ``{"a": {"b": 1}, "c": [True]}`` → ``a[b]=1``, ``c[0]=true``. None, and an empty
    list or object, clear: they are sent as an empty text.
    """
    fields: dict[str, str] = {}
    for name, value in form.items():
        _put(fields, name, value)
    return fields


def _put(fields: dict, name: str, value) -> None:
    if isinstance(value, dict) and value:
        for key, inner in value.items():
            _put(fields, f"{name}[{key}]", inner)
    elif isinstance(value, list | tuple) and value:
        for index, inner in enumerate(value):
            _put(fields, f"{name}[{index}]", inner)
    elif value is None or isinstance(value, dict | list | tuple):
        fields[name] = ""
    elif isinstance(value, bool):
        fields[name] = "true" if value else "false"
    elif isinstance(value, Decimal):
        fields[name] = f"{value:f}"
    else:
        fields[name] = str(value)


def mark_of(record: dict) -> str:
    """Our mark on an object of Stripe's, '' where there is none."""
    mark = shapes.part(record, "metadata").get(const.REFERENCE)
    return mark if isinstance(mark, str) else ""


def is_replayed(response) -> bool:
    """Whether an answer was kept for its idempotency key."""
    return response.headers.get("idempotent-replayed") == "true"


def said(form: dict) -> dict:
    """A form without what says nothing, for an object that is made anew."""
    plain = {
        name: said(value) if isinstance(value, dict) else value
        for name, value in form.items()
    }
    return {
        name: value
        for name, value in plain.items()
        if value is not None and value != {} and value != []
    }


def is_empty(value) -> bool:
    """Whether a value, an object or a list of them says nothing."""
    if isinstance(value, dict):
        return all(map(is_empty, value.values()))
    if isinstance(value, list):
        return all(map(is_empty, value))
    return value is None or value == ""


def minor(money: dict, path: str = "") -> Decimal:
    """Canonical money in Stripe's minor units, with their fraction if there is one.

    :raises engine.errors.MappingError: more digits than Stripe takes
    """
    digits = shapes.decimals(money["currency"])
    number = Decimal(money["amount"]).scaleb(digits)
    if -number.as_tuple().exponent > _MAX_FRACTION:
        number = round(number, _MAX_FRACTION)
        if number.scaleb(-digits) != Decimal(money["amount"]):
            raise MappingError(
                f"{money['amount']} has more digits than Stripe takes", path=path
            )
    return number.normalize()


def whole(money: dict, path: str = "") -> int:
    """Canonical money as a whole number of minor units.

    :raises engine.errors.MappingError: there is a fraction of the minor unit
    """
    number = minor(money, path)
    if number != int(number):
        raise MappingError(
            f"{money['amount']} {money['currency']} is no whole number of the smallest "
            "unit in which Stripe counts",
            path=path,
        )
    return int(number)


def shown(amount: int, currency: str) -> str:
    """An amount in minor units as people read it."""
    code = currency.upper()
    return f"{Decimal(amount).scaleb(-shapes.decimals(code)):f} {code}"


def unix(instant: str) -> int:
    """Unix seconds of an RFC 3339 instant."""
    return int(datetime.fromisoformat(instant.replace("Z", "+00:00")).timestamp())


def product_of(unit: Decimal, quantity: Decimal) -> int:
    """What Stripe makes of a price and a quantity: rounded half up, away from zero
    (docs.stripe.com/billing/taxes/tax-rates#rounding)."""
    return int((unit * quantity).quantize(Decimal(1), ROUND_HALF_UP))
