# Copyright 2026 Odoo Integration Suite contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl)
import base64
import hashlib
import hmac
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine import signature
from engine.signature import hmac_sha256, matches, within


def test_rfc_4231_vectors():
    assert (
        hmac_sha256(b"\x0b" * 20, b"Hi There").hex()
        == "b0344c61d8db38535ca8afceaf0bf12b881dc200c9833da726e9376c2e32cff7"
    )
    assert (
        hmac_sha256(b"Jefe", b"what do ya want for nothing?").hex()
        == "5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843"
    )


def test_standard_webhooks_vector():
    # spec/standard-webhooks.md, libraries/python/tests/test_webhooks.py
    secret = base64.b64decode("MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw")
    message = b'msg_p5jXN8AQM9LWM0D4loKWxJek.1614265330.{"test": 2432232314}'
    expected = "g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE="
    assert base64.b64encode(hmac_sha256(secret, message)).decode() == expected


@given(st.binary(min_size=1), st.binary())
def test_it_is_hmac(secret, message):
    assert (
        hmac_sha256(secret, message)
        == hmac.new(secret, message, hashlib.sha256).digest()
    )


def test_no_secret_no_signature():
    with pytest.raises(ValueError):
        hmac_sha256(b"", b"message")


@pytest.mark.parametrize(
    ("expected", "given_list", "result"),
    [
        (["a"], ["a"], True),
        (["a"], [b"a"], True),
        ([b"a"], ["a"], True),
        (["old", "new"], ["junk", "old"], True),
        (["old", "new"], ["new"], True),
        (["a"], ["b"], False),
        (["a"], ["A"], False),
        (["abc"], ["ab"], False),
        (["abc"], ["abcd"], False),
        ([], ["a"], False),
        (["a"], [], False),
        ([], [], False),
        ([""], [""], False),
        (["", "a"], [""], False),
        (["a"], ["ä", "\ud800", b"\xff"], False),
        (["ä"], ["ä"], True),
    ],
)
def test_matches(expected, given_list, result):
    assert matches(expected, given_list) is result


def test_every_pair_is_compared_in_constant_time(monkeypatch):
    compared = []
    original = hmac.compare_digest

    def spy(left, right):
        compared.append((left, right))
        return original(left, right)

    monkeypatch.setattr(signature.hmac, "compare_digest", spy)
    assert matches(["a", "b"], ["a", "x", "y"])
    assert len(compared) == 6
    assert all(type(part) is bytes for pair in compared for part in pair)


def test_iterators_are_lists_too():
    assert matches(iter(["a", "b"]), iter(["x", "b"])) is True


@pytest.mark.parametrize(
    ("distance", "result"),
    [(-301, False), (-300, True), (0, True), (300, True), (301, False)],
)
@pytest.mark.parametrize("kind", [int, float, Decimal])
def test_within_both_ways(distance, result, kind):
    assert within(kind(1000 + distance), 1000, 300) is result
    assert within(kind(1000 + distance), 1000.0, 300) is result


@pytest.mark.parametrize(
    "timestamp",
    [None, "1000", True, float("nan"), float("inf"), [], 10**400, Decimal("Infinity")],
)
def test_what_is_no_time_is_never_within(timestamp):
    assert within(timestamp, 1000, 10**6) is False
    assert within(timestamp, 1.0, 10**6) is False
