# Copyright 2026 Odoo Integration Suite contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl)
"""Named functions that turn one outside value into a canonical one.

Mapping lines name them; nobody writes an expression that calculates. None stays None
(nothing there), except that the boolean ones read it as false.
"""

import re
import unicodedata
from datetime import date as date_type
from decimal import Decimal, InvalidOperation

from . import currencies, versions
from .countries import ALPHA_2
from .errors import MappingError, SchemaError

MAX_DIGITS = 40

TRANSFORMS = {}
BOOLEAN_TRANSFORMS = frozenset({"boolean", "not"})
_LABELS = {}

_INTEGER = re.compile(r"[+-]?[0-9]{1,40}\Z")
_NUMBER = re.compile(r"[+-]?[0-9]+(\.[0-9]+)?([eE][+-]?[0-9]{1,3})?\Z")
_DATE = re.compile(r"([0-9]{4}-[0-9]{2}-[0-9]{2})(?:[T ].*)?\Z")
_LANGUAGE = re.compile(
    r"([A-Za-z]{2,3})(?:[-_]([A-Za-z]{4}))?(?:[-_]([A-Za-z]{2}|[0-9]{3}))?\Z"
)
_EMAIL = re.compile(
    r"[^\s@\"<>(),:;\\\[\]\x00-\x1f\x7f]{1,64}@"
    r"((?:[^\W_](?:[\w-]{0,61}[^\W_])?\.)+[^\W_](?:[\w-]{0,61}[^\W_])?)\Z"
)
_PHONE_EXTENSION = re.compile(r"\s*(?:ext\.?|extension|x|#)\s*([0-9]{1,8})\s*\Z", re.I)
_NOT_PHONE = re.compile(r"[^0-9+()./ -]")
_DASHES = re.compile("[\u2010-\u2015\u2212]")
_TRUE = frozenset({"true", "1", "yes", "y", "t"})
_FALSE = frozenset({"false", "0", "no", "n", "f", ""})


def transform(name, label, *, none_stays=True):
    """Register a transform under ``name``; ``label`` is what people select.

    :param none_stays: None is returned as it is, the function never sees it
    """

    def register(function):
        def run(value):
            return None if value is None else function(value)

        TRANSFORMS[name] = run if none_stays else function
        _LABELS[name] = label
        return function

    return register


def transform_names():
    """List of (name, label) for a selection field, in order of definition."""
    return list(_LABELS.items())


def shown(value):
    """The value as an error text shows it: quoted and short."""
    text = str(value)
    return f"“{text[:59]}…”" if len(text) > 60 else f"“{text}”"


def _refuse(value, expected):
    return MappingError(f"{shown(value)} is not {expected}")


def _is_number(value):
    return isinstance(value, int | float | Decimal) and not isinstance(value, bool)


def _plain_number(value, number):
    """Decimal as text without exponent, e.g. ``10.50``."""
    if not number.is_finite() or abs(number.adjusted()) > MAX_DIGITS:
        raise _refuse(value, f"a number of at most {MAX_DIGITS} digits")
    if not number:
        number = abs(number)  # no "-0"
    return f"{number:f}"


@transform("text", "Text")
def text(value):
    """Text without surrounding white space; numbers and booleans become text.

    :raises MappingError: lists, objects and text with a NUL character
    """
    if isinstance(value, bool):
        return "true" if value else "false"
    if _is_number(value):
        return _plain_number(value, Decimal(str(value)))
    if not isinstance(value, str):
        raise MappingError("a list or an object was found where text is expected")
    if "\x00" in value:
        raise MappingError("the text holds a NUL character, which cannot be stored")
    return value.strip()


def _text_or_none(value, expected):
    """Stripped text, None for an empty one."""
    if not isinstance(value, str):
        raise _refuse(value, expected)
    return text(value) or None


@transform("lower", "Text in lower case")
def lower(value):
    """Text in lower case."""
    return text(value).lower()


@transform("upper", "Text in upper case")
def upper(value):
    """Text in upper case."""
    return text(value).upper()


@transform("integer", "Whole number")
def integer(value):
    """int from a whole number or its text; "" is nothing."""
    if isinstance(value, int) and not isinstance(value, bool):
        return value
    if isinstance(value, str):
        stripped = value.strip()
        if not stripped:
            return None
        if _INTEGER.match(stripped):
            return int(stripped)
    elif _is_number(value):
        plain = _plain_number(value, Decimal(str(value)))
        if Decimal(plain) == int(Decimal(plain)):
            return int(Decimal(plain))
    raise _refuse(value, "a whole number")


@transform("decimal", "Decimal number")
def decimal(value):
    """Decimal string such as ``10.50``; digits are kept, "" is nothing.

    A float goes through its shortest text, so that 0.1 stays ``0.1``.
    """
    if isinstance(value, str):
        stripped = value.strip()
        if not stripped:
            return None
        if not _NUMBER.match(stripped) or len(stripped) > 2 * MAX_DIGITS:
            raise _refuse(value, "a number")
        return _plain_number(value, Decimal(stripped))
    if not _is_number(value):
        raise _refuse(value, "a number")
    return _plain_number(value, Decimal(str(value)))


def money(amount, currency, decimals):
    """Canonical money from an amount in minor units.

    :param amount: int
    :param currency: ISO 4217 code in upper case
    :param decimals: decimals of the minor unit that the amount counts
    :returns: e.g. ``{"amount": "10.00", "currency": "EUR"}``
    """
    number = Decimal(amount).scaleb(-decimals)
    return {"amount": _plain_number(amount, number), "currency": currency}


@transform("minor_units", "Money from minor units (cents)")
def minor_units(value):
    """Canonical money from ``{"amount": 1000, "currency": "usd"}``.

    Decimals are those of ISO 4217, unless the adapter knows better and gives them as
    ``decimals``; then the amount may also be text with a fraction of the minor unit.
    No amount or no currency at all is nothing.
    """
    if not isinstance(value, dict):
        raise _refuse(value, "an amount with a currency")
    given = value.get("decimals")
    count = integer if given is None else decimal
    amount = count(value["amount"]) if value.get("amount") is not None else None
    code = text(value["currency"]) if value.get("currency") is not None else ""
    if amount is None:
        return None
    if not code:
        raise MappingError(f"the amount {shown(amount)} has no currency")
    code = code.upper()
    return money(amount, code, _decimals(given, code))


def _decimals(given, code):
    """Decimals of an amount: what the adapter says, else those of the currency."""
    if given is None:
        return currencies.exponent(code)
    if isinstance(given, bool) or not isinstance(given, int) or not 0 <= given <= 12:
        raise _refuse(given, "a number of decimals")
    return given


def _instant(version):
    """RFC 3339 text of a version; the fraction is shown only where there is one."""
    seconds, fraction = version[:19], version[20:26].rstrip("0")
    return f"{seconds}.{fraction}Z" if fraction else f"{seconds}Z"


def _unix_version(value):
    try:
        number = Decimal(value.strip()) if isinstance(value, str) else value
        return versions.from_unix(number)
    except (SchemaError, InvalidOperation):
        raise _refuse(value, "a point in time in Unix seconds") from None


@transform("unix_time", "Date and time from Unix seconds")
def unix_time(value):
    """RFC 3339 UTC text from Unix seconds."""
    return _instant(_unix_version(value))


@transform("unix_date", "Date from Unix seconds")
def unix_date(value):
    """ISO date (UTC) from Unix seconds."""
    return _unix_version(value)[:10]


@transform("date", "Date")
def date(value):
    """ISO date; of a date with time, the date as it is written there."""
    stripped = _text_or_none(value, "a date")
    if stripped is None:
        return None
    match = _DATE.match(stripped)
    try:
        return date_type.fromisoformat(match[1]).isoformat()
    except (TypeError, ValueError):
        raise _refuse(value, "a date") from None


@transform("datetime", "Date and time")
def datetime(value):
    """RFC 3339 UTC text from ISO 8601; without an offset it is taken as UTC."""
    stripped = _text_or_none(value, "a date and time")
    if stripped is None:
        return None
    try:
        return _instant(versions.from_iso(stripped))
    except SchemaError:
        raise _refuse(value, "a date and time") from None


@transform("boolean", "Yes or no", none_stays=False)
def boolean(value):
    """True or False; nothing counts as False.

    :raises MappingError: for anything that is not clearly one of both
    """
    if value is None or isinstance(value, bool):
        return bool(value)
    known = isinstance(value, str) or _is_number(value)
    word = str(value).strip().lower() if known else None
    if word in _TRUE:
        return True
    if word in _FALSE:
        return False
    raise _refuse(value, "yes or no")


@transform("not", "Opposite of yes or no", none_stays=False)
def negation(value):
    """The opposite of ``boolean``; nothing counts as True."""
    return not boolean(value)


@transform("country", "Country code")
def country(value):
    """ISO 3166-1 alpha-2 code in upper case; "" is nothing."""
    code = _text_or_none(value, "the two-letter code of a country")
    if code is None:
        return None
    if code.upper() not in ALPHA_2:
        raise _refuse(value, "the two-letter code of a country")
    return code.upper()


@transform("language", "Language code")
def language(value):
    """BCP 47 tag such as ``en-US`` or ``zh-Hant-TW``; "" is nothing."""
    tag = _text_or_none(value, "a language code")
    if tag is None:
        return None
    match = _LANGUAGE.match(tag)
    if not match:
        raise _refuse(value, "a language code")
    base, script, region = match.groups()
    parts = [base.lower(), script and script.title(), region and region.upper()]
    return "-".join(part for part in parts if part)


@transform("email", "E-mail address")
def email(value):
    """E-mail address with its domain in lower case; "" is nothing."""
    address = _text_or_none(value, "an e-mail address")
    if address is None:
        return None
    if len(address) > 254 or not _EMAIL.match(address):
        raise _refuse(value, "an e-mail address")
    local, _at, domain = address.rpartition("@")
    return f"{local}@{domain.lower()}"


@transform("phone", "Phone number")
def phone(value):
    """Digits, ``+`` and separators of a phone number; an extension stays as ``x12``.

    :raises MappingError: no digit in it
    """
    if isinstance(value, int) and not isinstance(value, bool):
        value = str(value)
    number = _text_or_none(value, "a phone number")
    if number is None:
        return None
    number = _DASHES.sub("-", unicodedata.normalize("NFKC", number))
    extension = _PHONE_EXTENSION.search(number)
    if extension:
        number = number[: extension.start()]
    number = re.sub(" +", " ", _NOT_PHONE.sub("", number)).strip()
    if not any(map(str.isdigit, number)):
        raise _refuse(value, "a phone number")
    return f"{number} x{extension[1]}" if extension else number
