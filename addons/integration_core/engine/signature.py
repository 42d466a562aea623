# Copyright 2026 Odoo Integration Suite contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl)
"""Building blocks of webhook signatures; which header and text, adapters know."""

import hmac
from decimal import Decimal


def hmac_sha256(secret, message):
    """HMAC-SHA256 as 32 raw bytes.

    :param secret: bytes; an empty one is refused, because anybody could sign with it
    :param message: bytes
    :raises ValueError: empty secret
    """
    if not secret:
        raise ValueError("a signature needs a secret")
    return hmac.digest(secret, message, "sha256")


def _as_bytes(value):
    # compare_digest refuses text that is not ASCII, and a header may hold anything.
    if isinstance(value, str):
        return value.encode("utf-8", "surrogatepass")
    return bytes(value)


def matches(expected_list, given_list):
    """Whether any expected signature equals any given one.

    Every pair is compared in constant time and none ends the search, so that the time
    taken tells nothing about which secret matched or how far.

    :param expected_list: signatures we computed, one per active secret (str or bytes)
    :param given_list: signatures in the message
    :returns: False where either list is empty
    """
    found = False
    given_bytes = [_as_bytes(given) for given in given_list]
    for expected in map(_as_bytes, expected_list):
        for given in given_bytes:
            found |= hmac.compare_digest(expected, given) and bool(expected)
    return found


def within(timestamp, now, tolerance):
    """Whether a signed time is near enough, in the past and in the future alike.

    :param timestamp: Unix seconds as the message says
    :param now: Unix seconds
    :param tolerance: seconds
    :returns: False for anything that is not a number
    """
    if isinstance(timestamp, bool) or not isinstance(timestamp, int | float | Decimal):
        return False
    return -tolerance <= timestamp - type(timestamp)(now) <= tolerance
