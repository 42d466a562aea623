# Copyright 2026 Odoo Integration Suite contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl)
"""Plausible made-up companies of several countries, with VAT numbers that check.

Every number follows its country's check-digit rule, so that a strict validator takes
it; names end in ``.example`` and belong to nobody.
"""

import random
import re
import unicodedata
from dataclasses import dataclass

FIRST = (
    "Alpen Baltic Bergmann Castel Delta Elbe Fontaine Garda Harbour Iris Juniper "
    "Kestrel Lumen Meridian Nordlys Orchard Piemont Quartz Rhône Sable Tulip Umbra "
    "Vistula Weser Xenon Ypsilon Zephyr Müller Dupré Świat Łąka Peña Åkerman"
).split()
SECOND = (
    "Analytics Bikes Books Coffee Components Design Energy Foods Furniture Gardens "
    "Instruments Labs Logistics Media Optics Paper Robotics Software Textiles Tools "
    "Travel Wines"
).split()


@dataclass(frozen=True)
class Country:
    """``cities``: (city, postal code, state); ``vat``: tax id type, if any."""

    code: str
    locale: str
    suffix: str
    phone: str
    street: str
    cities: tuple
    vat: str | None = "eu_vat"


COUNTRIES = (
    Country(
        "DE",
        "de",
        "GmbH",
        "+49 30 55",
        "Lindenstraße {}",
        (
            ("Berlin", "10969", None),
            ("München", "80331", "BY"),
            ("Köln", "50667", None),
        ),
    ),
    Country(
        "FR",
        "fr",
        "SARL",
        "+33 1 99 00 ",
        "{} rue des Écoles",
        (("Paris", "75005", None), ("Lyon", "69002", None)),
    ),
    Country(
        "BE",
        "nl-BE",
        "BV",
        "+32 2 555 ",
        "Nieuwstraat {}",
        (("Brussel", "1000", None), ("Gent", "9000", None)),
    ),
    Country(
        "AT",
        "de",
        "GmbH",
        "+43 1 555 ",
        "Ringstraße {}",
        (("Wien", "1010", None), ("Graz", "8010", None)),
    ),
    Country(
        "IT",
        "it",
        "S.r.l.",
        "+39 02 5550",
        "Via Garibaldi {}",
        (("Milano", "20121", "MI"), ("Torino", "10121", "TO")),
    ),
    Country(
        "NL",
        "nl",
        "B.V.",
        "+31 20 555 ",
        "Keizersgracht {}",
        (("Amsterdam", "1015 CJ", None), ("Utrecht", "3511 LX", None)),
    ),
    Country(
        "PL",
        "pl",
        "Sp. z o.o.",
        "+48 22 555 ",
        "ul. Długa {}",
        (("Warszawa", "00-238", None), ("Gdańsk", "80-831", None)),
    ),
    Country(
        "GB",
        "en-GB",
        "Ltd",
        "+44 20 7946 ",
        "{} High Street",
        (("London", "EC1A 1BB", None), ("Leeds", "LS1 1UR", None)),
        "gb_vat",
    ),
    Country(
        "CH",
        "de-CH",
        "AG",
        "+41 44 555 ",
        "Bahnhofstrasse {}",
        (("Zürich", "8001", "ZH"), ("Bern", "3011", "BE")),
        "ch_vat",
    ),
    Country(
        "US",
        "en",
        "Inc.",
        "+1 415 555 ",
        "{} Market Street",
        (("San Francisco", "94105", "CA"), ("Austin", "78701", "TX")),
        None,
    ),
)


def company(rng: random.Random, country: Country | None = None) -> dict:
    """Parameters of a new customer, as the Stripe API takes them."""
    country = country or rng.choice(COUNTRIES)
    name = f"{rng.choice(FIRST)} {rng.choice(SECOND)}"
    slug = slugify(name)
    values = {
        "name": f"{name} {country.suffix}",
        "email": f"billing.{rng.randrange(100, 1000)}@{slug}.example",
        "phone": f"{country.phone}{rng.randrange(1000, 10000)}",
        "address": address(rng, country),
        "preferred_locales": [country.locale],
        "metadata": {"segment": rng.choice(("retail", "wholesale", "online"))},
    }
    if country.vat and rng.random() < 0.7:
        values["tax_id_data"] = [vat(rng, country.code)]
    return values


def address(rng: random.Random, country: Country) -> dict:
    city, postal_code, state = rng.choice(country.cities)
    line2 = f"Floor {rng.randrange(1, 9)}" if rng.random() < 0.2 else None
    return {
        "line1": country.street.format(rng.randrange(1, 180)),
        "line2": line2,
        "city": city,
        "postal_code": postal_code,
        "state": state,
        "country": country.code,
    }


def slugify(name: str) -> str:
    plain = name.replace("ß", "ss").replace("ł", "l").replace("Ł", "L")
    plain = unicodedata.normalize("NFKD", plain).encode("ascii", "ignore").decode()
    return re.sub(r"[^a-z0-9]+", "-", plain.lower()).strip("-")


# -- VAT numbers -------------------------------------------------------------------


def vat(rng: random.Random, country: str) -> dict:
    """A tax id (type and value) whose check digits are right."""
    kinds = {"GB": "gb_vat", "CH": "ch_vat"}
    kind = kinds.get(country, "eu_vat")
    return {"type": kind, "value": _NUMBERS[country](rng)}


def _digits(rng: random.Random, count: int, first: int = 1) -> list[int]:
    return [rng.randrange(first, 10), *(rng.randrange(10) for _ in range(count - 1))]


def _text(digits) -> str:
    return "".join(map(str, digits))


def _weighted(digits, weights) -> int:
    return sum(digit * weight for digit, weight in zip(digits, weights, strict=True))


def _luhn(digits: list[int]) -> int:
    """Luhn sum of the digits that stand before a check digit, modulo 10."""
    total = 0
    for index, digit in enumerate(reversed(digits)):
        total += digit if index % 2 else sum(divmod(digit * 2, 10))
    return total % 10


def _de(rng):
    digits = _digits(rng, 8)
    check = 10
    for digit in digits:
        check = ((check + digit) % 10 or 10) * 2 % 11
    return f"DE{_text(digits)}{(11 - check) % 10}"


def _fr(rng):
    digits = _digits(rng, 8)
    siren = _text(digits) + str(-_luhn(digits) % 10)
    return f"FR{(12 + 3 * (int(siren) % 97)) % 97:02d}{siren}"


def _be(rng):
    number = int("0" + _text(_digits(rng, 7)))
    return f"BE{number:08d}{97 - number % 97:02d}"


def _at(rng):
    digits = _digits(rng, 7)
    # Austria doubles the digits at even places and takes 10 - (sum + 4) % 10.
    return f"ATU{_text(digits)}{(6 - _luhn_even(digits)) % 10}"


def _luhn_even(digits):
    return sum(
        sum(divmod(digit * 2, 10)) if index % 2 else digit
        for index, digit in enumerate(digits)
    )


def _it(rng):
    digits = [*_digits(rng, 7), 0, rng.randrange(10), rng.randrange(1, 10)]
    return f"IT{_text(digits)}{-_luhn(digits) % 10}"


def _nl(rng):
    while True:
        digits = _digits(rng, 8)
        check = _weighted(digits, range(9, 1, -1)) % 11
        if check < 10:
            return f"NL{_text(digits)}{check}B01"


def _pl(rng):
    while True:
        digits = _digits(rng, 9)
        check = _weighted(digits, (6, 5, 7, 2, 3, 4, 5, 6, 7)) % 11
        if check < 10:
            return f"PL{_text(digits)}{check}"


def _gb(rng):
    digits = _digits(rng, 7)
    return f"GB{_text(digits)}{97 - _weighted(digits, range(8, 1, -1)) % 97:02d}"


def _ch(rng):
    while True:
        digits = _digits(rng, 8)
        check = -_weighted(digits, (5, 4, 3, 2, 7, 6, 5, 4)) % 11
        if check < 10:
            text = _text([*digits, check])
            return f"CHE-{text[:3]}.{text[3:6]}.{text[6:]} MWST"


_NUMBERS = {
    "DE": _de,
    "FR": _fr,
    "BE": _be,
    "AT": _at,
    "IT": _it,
    "NL": _nl,
    "PL": _pl,
    "GB": _gb,
    "CH": _ch,
}
