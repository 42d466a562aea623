# Copyright 2026 Odoo Integration Suite contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl)
"""One form for values that name the same thing, so that two systems can be compared.

A normal form is compared, never stored or shown. '' means: nothing to compare. Each
function takes any text and gives the same again for its own result.
"""

import re
import unicodedata
from collections.abc import Callable
from typing import NamedTuple

import phonenumbers

# An address book's words for "none"; two records that both have it are not the same.
PLACEHOLDERS = frozenset({"", "/", "-", ".", "0", "n/a", "na", "none", "null", "?"})
MAX_LENGTH = 400
# How many last digits of a telephone number the database compares first.
PHONE_TAIL = 7


def _text(value) -> str:
    """The value as text in one spelling of its characters, blanks at its ends cut."""
    text = unicodedata.normalize("NFKC", str(value or "")).strip()
    if text.lower() in PLACEHOLDERS or len(text) > MAX_LENGTH:
        return ""
    return text


def _kept(text: str) -> str:
    """What is left of a value, unless that says nothing."""
    return _text(unicodedata.normalize("NFKC", text))


def exact(value, country: str = "") -> str:
    """The text itself; only blanks at its ends do not count."""
    return _text(value)


def reference(value, country: str = "") -> str:
    """A number or code: capitals, blanks and separators do not count."""
    return _kept("".join(ch for ch in _text(value).lower() if ch.isalnum()))


def vat(value, country: str = "") -> str:
    """A tax number: letters and digits in capitals, its country in front.

    Where it has none, that of the record is put there; Greece writes EL.
    """
    text = _text(value).upper()
    compact = _kept("".join(ch for ch in text if ch.isascii() and ch.isalnum()))
    if len(compact) < 4:
        return ""
    country = {"GR": "EL"}.get(country.upper(), country.upper())
    if compact[:2] == "GR":
        return f"EL{compact[2:]}"
    if not compact[:2].isalpha() and len(country) == 2:
        return country + compact
    return compact


def email(value, country: str = "") -> str:
    """An address in small letters, without a name around it; '' for no address."""
    text = _text(value).lower()
    inside = re.search(r"<([^<>]*)>", text)
    text = (inside.group(1) if inside else text).strip()
    local, at, domain = text.rpartition("@")
    if not at or not local or "@" in local or re.search(r"[\s,;]", text):
        return ""
    domain = domain.rstrip(".")
    if "." not in domain or ".." in domain or domain.startswith("."):
        return ""
    return f"{local}@{domain}"


def phone(value, country: str = "") -> str:
    """A telephone number as +4930123456; '' for none, or where no country is known.

    :param country: ISO 3166-1 alpha-2 of a number that names none itself
    """
    text = _text(value)
    if text.startswith("00"):
        text = "+" + text[2:]
    try:
        number = phonenumbers.parse(text, country.upper() or None)
    except phonenumbers.NumberParseException:
        return ""
    if not phonenumbers.is_possible_number(number):
        return ""
    return phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164)


def domain(value, country: str = "") -> str:
    """The host of a web address without www: what a company is found by."""
    text = _text(value).lower()
    text = re.sub(r"^[a-z][a-z0-9+.-]*://", "", text)
    text = re.split(r"[/?#]", text, maxsplit=1)[0].rpartition("@")[2]
    text = text.partition(":")[0].strip(".")
    while text.startswith("www."):
        text = text[4:]
    if "." not in text or ".." in text or re.search(r"\s", text):
        return ""
    return text


def name(value, country: str = "") -> str:
    """A name in small letters without accents, punctuation and doubled blanks."""
    plain = unicodedata.normalize("NFKD", _text(value).casefold())
    kept = "".join(ch if ch.isalnum() else " " for ch in plain if not _is_mark(ch))
    return _kept(" ".join(kept.split()))


def _is_mark(ch: str) -> bool:
    return unicodedata.category(ch).startswith("M")


class Normaliser(NamedTuple):
    """How two values are compared.

    :param clean: (value, country) → normal form, '' for nothing to compare
    :param narrow: normal form → what the database compares first
        (`integration.entity.upsert`); it may let more through, ``clean`` decides
    """

    clean: Callable[[str, str], str]
    narrow: Callable[[str], str]


def _as_it_is(value: str) -> str:
    return value


def _without_country(value: str) -> str:
    """A stored tax number may lack its country."""
    return value[2:] if value[:2].isalpha() else value


NORMALISERS = {
    "exact": Normaliser(exact, _as_it_is),
    "reference": Normaliser(reference, _as_it_is),
    "vat": Normaliser(vat, _without_country),
    "email": Normaliser(email, _as_it_is),
    "phone": Normaliser(phone, lambda value: value[-PHONE_TAIL:]),
    "domain": Normaliser(domain, _as_it_is),
    "name": Normaliser(name, lambda value: value.replace(" ", "")),
}
