# Copyright 2026 Odoo Integration Suite contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl)
"""Small tools for Stripe's objects, without Odoo: types, ids, amounts."""

from decimal import Decimal, InvalidOperation

from odoo.addons.integration_core.engine.errors import SchemaError

#: Kind of a JSON number of any form.
NUMBER = Decimal
_TYPE_NAMES = {
    str: "text",
    int: "a whole number",
    NUMBER: "a number",
    dict: "an object",
    bool: "yes or no",
    list: "a list",
}

# Decimals of the minor unit that Stripe counts in, where they are not two:
# docs.stripe.com/currencies, "Zero-decimal currencies", "Special cases" and
# "Three-decimal currencies". ISK and UGX have no minor unit but are sent as if they had
# two digits, MGA the other way round; Odoo's payment_stripe says the same.
_ZERO = "BIF CLP DJF GNF JPY KMF KRW MGA PYG RWF VND VUV XAF XOF XPF"
_THREE = "BHD JOD KWD OMR TND"
_DECIMALS = dict.fromkeys(_ZERO.split(), 0) | dict.fromkeys(_THREE.split(), 3)

# Digits after the point that a canonical amount may have. Stripe allows as many after
# the point of the minor unit; what goes beyond is less than a millionth of a cent.
_MAX_FRACTION = 12
# A text may say 1e999999999, which as a whole number would fill the memory.
_MAX_DIGITS = 30


def decimals(currency: str) -> int:
    """Decimals of the amounts that Stripe sends in a currency.

    :param currency: ISO 4217 code, upper or lower case
    """
    return _DECIMALS.get(currency.upper(), 2)


def check(value, kind, path: str = "") -> None:
    """Compare a value with a table of types.

    A table is a dict of tables, a list of one table (for each element) or a type. Null
    is allowed but for the whole, elements of lists, and an id. What a table does not
    name is not looked at.

    :raises engine.errors.SchemaError: names the path of the first that differs
    """
    if value is None and path and not path.endswith(".id"):
        return
    if not _fits(value, kind):
        _locate(value, kind, path)


def _fits(value, kind) -> bool:
    """The quick path: whether all is well. The place is searched when it is not."""
    if kind.__class__ is dict:
        if value.__class__ is not dict:
            return False
        for key, inner in kind.items():
            found = value.get(key)
            if found.__class__ is inner:
                continue
            if found is None:
                if key == "id":
                    return False
            elif not _fits(found, inner):
                return False
        return True
    if kind.__class__ is list:
        inner = kind[0]
        return value.__class__ is list and all(_fits(found, inner) for found in value)
    if kind is NUMBER:
        return value.__class__ in (int, float, Decimal)
    return value.__class__ is kind


def _locate(value, kind, path: str) -> None:
    """:raises engine.errors.SchemaError: for the first place that differs"""
    if value is None and path and not f".{path}".endswith(("]", ".id")):
        return
    plain = kind if isinstance(kind, type) else kind.__class__
    if not _fits(value, plain):
        raise SchemaError(
            f"“{path or 'the object'}” is not {_TYPE_NAMES[plain]}", path=path
        )
    if isinstance(kind, dict):
        for key, inner in kind.items():
            _locate(value.get(key), inner, at(path, key))
    elif isinstance(kind, list):
        for index, element in enumerate(value):
            _locate(element, kind[0], f"{path}[{index}]")


def at(path: str, name: str) -> str:
    """Where a field of an object stands, for error texts.

    :param path: where the object stands; empty: it is the whole
    """
    return f"{path}.{name}" if path else name


def identifier(value) -> str | None:
    """Id of an object that Stripe gives as an id or expanded."""
    if isinstance(value, dict):
        value = value.get("id")
    return value if isinstance(value, str) and value else None


def part(record: dict, *names: str) -> dict:
    """An object inside an object, empty where any of them is missing or null."""
    for name in names:
        found = record.get(name)
        record = found if isinstance(found, dict) else {}
    return record


def money(amount, currency: str | None) -> dict | None:
    """Minor units as the transform ``minor_units`` reads them.

    :param amount: int, or text with a fraction of the minor unit; None: nothing
    """
    if amount is None or not currency:
        return None
    return {"amount": amount, "currency": currency, "decimals": decimals(currency)}


def exact(text, currency: str | None, path: str) -> int | str | None:
    """``unit_amount_decimal`` as an amount for :func:`money`.

    :param text: minor units with at most 12 digits after the point
    :param path: where it stands, for the error text
    :raises engine.errors.SchemaError: no number
    """
    if text is None or not currency:
        return None
    number = _number(text, path)
    digits = _MAX_FRACTION - decimals(currency)
    if -number.as_tuple().exponent > digits:
        number = round(number, digits)
    return int(number) if number == int(number) else _plain(number)


def in_major(amount, currency: str | None) -> str | None:
    """Decimal text in the currency's own unit, from minor units."""
    if amount is None or not currency:
        return None
    return f"{Decimal(amount).scaleb(-decimals(currency)):f}"


def plain_decimal(value, path: str) -> str | None:
    """A number or its text as decimal text without needless zeros: ``2.50`` → 2.5.

    :raises engine.errors.SchemaError: no number
    """
    return None if value is None else _plain(_number(value, path))


def _number(value, path: str) -> Decimal:
    """:raises engine.errors.SchemaError: no number, or one beyond all measure"""
    try:
        number = Decimal(str(value))
    except InvalidOperation:
        number = Decimal("NaN")
    if not number.is_finite() or abs(number.adjusted()) > _MAX_DIGITS:
        raise SchemaError(f"“{path}” is not a number that counts anything", path=path)
    return number


def _plain(number: Decimal) -> str:
    whole = int(number)
    return str(whole) if whole == number else f"{number.normalize():f}"
