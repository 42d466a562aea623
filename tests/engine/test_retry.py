# Copyright 2026 Odoo Integration Suite contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl)
import time
from dataclasses import FrozenInstanceError
from datetime import datetime, timezone

import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine import retry
from engine.retry import RetryPolicy, parse_retry_after

rngs = st.floats(0, 1, exclude_max=True)


def test_defaults():
    policy = RetryPolicy()
    assert policy.max_attempts == 8
    assert policy.schedule == (5, 30, 120, 600, 1800, 7200, 21600)
    assert (policy.jitter, policy.cap) == (0.2, 86400)


def test_schedule_without_jitter():
    policy = RetryPolicy(jitter=0)
    assert [policy.delay(n) for n in range(1, 10)] == [
        5, 30, 120, 600, 1800, 7200, 21600, 21600, 21600,
    ]  # fmt: skip
    assert policy.delay(0) == policy.delay(-1) == 5


def test_jitter_reaches_both_ends():
    assert RetryPolicy().delay(1, rng=lambda: 0) == pytest.approx(4)
    assert RetryPolicy().delay(1, rng=lambda: 0.5) == pytest.approx(5)
    assert RetryPolicy().delay(1, rng=lambda: 1) == pytest.approx(6)


@given(st.integers(1, 20), rngs, st.floats(1, 10**6))
def test_delay_stays_within_bounds(attempt, value, cap):
    policy = RetryPolicy(cap=cap)
    base = policy.schedule[min(attempt, 7) - 1]
    delay = policy.delay(attempt, rng=lambda: value)
    assert isinstance(delay, float)
    assert min(base * 0.8, cap) - 1e-9 <= delay <= min(base * 1.2, cap) + 1e-9


@given(st.floats(0, 10**7), rngs)
def test_the_peers_wish_is_never_undercut(wish, value):
    delay = RetryPolicy().delay(3, retry_after=wish, rng=lambda: value)
    assert min(wish, 86400) <= delay <= min(max(wish, 1) * 1.2, 86400) + 1e-6


def test_the_peers_wish_wins_over_the_schedule():
    assert RetryPolicy().delay(7, retry_after=2, rng=lambda: 0) == 2
    assert RetryPolicy().delay(1, retry_after=900, rng=lambda: 0) == 900
    assert RetryPolicy().delay(1, retry_after=0, rng=lambda: 0) == retry.MIN_RETRY_AFTER


def test_jitter_is_random_by_default():
    assert len({RetryPolicy().delay(1) for _ in range(20)}) > 1


def test_exhausted():
    policy = RetryPolicy(max_attempts=3)
    assert [policy.exhausted(n) for n in (0, 2, 3, 4)] == [False, False, True, True]


NOW = datetime(2015, 10, 21, 7, 27, 50, tzinfo=timezone.utc)


@pytest.mark.parametrize("now", [NOW, NOW.timestamp()])
@pytest.mark.parametrize(
    ("value", "seconds"),
    [
        ("120", 120),
        (" 7 ", 7),
        (5, 5),
        ("1.5", 1.5),
        ("0", 0),
        ("Wed, 21 Oct 2015 07:28:00 GMT", 10),
        ("Wed, 21 Oct 2015 09:28:00 +0200", 10),
        ("Wed, 21 Oct 2015 07:28:00 -0000", 10),
        ("Wed, 21 Oct 2015 07:00:00 GMT", 0),
        ("Wed, 21 Oct 2035 07:28:00 GMT", 86400),
        ("9" * 5000, 86400),
        ("86401", 86400),
    ],
)
def test_retry_after(value, seconds, now):
    assert parse_retry_after(value, now) == pytest.approx(seconds)


@pytest.mark.parametrize(
    "value",
    [None, "", "soon", "-5", "٣", "1e3", "nan", "inf", "Wed, 99 Oct 2015", "5s"],
)
def test_garbage_is_no_wish(value):
    assert parse_retry_after(value, NOW) is None


@given(st.text(max_size=40))
def test_no_header_raises(value):
    seconds = parse_retry_after(value, NOW)
    assert seconds is None or 0 <= seconds <= retry.MAX_RETRY_AFTER


def test_a_date_without_zone_is_utc_wherever_we_are(monkeypatch):
    monkeypatch.setenv("TZ", "America/New_York")
    time.tzset()
    try:
        assert parse_retry_after("Wed, 21 Oct 2015 07:28:00 -0000", NOW) == 10
    finally:
        monkeypatch.undo()
        time.tzset()


def test_a_policy_cannot_be_changed_by_its_users():
    with pytest.raises(FrozenInstanceError):
        RetryPolicy().max_attempts = 1
