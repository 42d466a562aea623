# Copyright 2026 Odoo Integration Suite contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl)
import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.bucket import TokenBucket


def test_burst_then_rate():
    bucket = TokenBucket(rate=2, burst=3)
    assert [bucket.take(100) for _ in range(3)] == [0, 0, 0]
    assert bucket.take(100) == pytest.approx(0.5)
    assert bucket.take(100.5) == 0
    assert bucket.take(100.5) > 0


def test_a_refused_call_takes_nothing():
    bucket = TokenBucket(rate=1, burst=1)
    bucket.take(0)
    for _ in range(5):
        assert bucket.take(0.5) == pytest.approx(0.5)
    assert bucket.take(1) == 0


def test_never_more_than_the_burst_is_saved():
    bucket = TokenBucket(rate=10, burst=2)
    bucket.take(0)
    assert [bucket.take(10**6) == 0 for _ in range(3)] == [True, True, False]


def test_several_tokens_at_once():
    bucket = TokenBucket(rate=1, burst=5)
    assert bucket.take(0, n=4) == 0
    assert bucket.take(0, n=3) == pytest.approx(2)
    assert bucket.take(0) == 0
    with pytest.raises(ValueError):
        bucket.take(0, n=6)


def test_a_clock_that_jumps_back_gives_nothing_and_does_not_block():
    bucket = TokenBucket(rate=1, burst=1)
    assert bucket.take(1000) == 0
    assert bucket.take(500) == pytest.approx(1)
    assert bucket.take(501) == 0


@pytest.mark.parametrize(("rate", "burst"), [(0, 1), (-1, 1), (1, 0), (1, 0.5)])
def test_impossible_figures(rate, burst):
    with pytest.raises(ValueError):
        TokenBucket(rate, burst)


@given(
    st.floats(0.01, 1000),
    st.integers(1, 50),
    st.lists(st.floats(0, 5), max_size=60),
)
def test_never_more_than_burst_plus_rate(rate, burst, gaps):
    bucket, now, taken = TokenBucket(rate, burst), 0.0, 0
    for gap in gaps:
        now += gap
        taken += bucket.take(now) == 0
    assert taken <= burst + rate * now + 1e-6


@given(st.floats(0.01, 1000), st.integers(1, 50), st.floats(0, 10**6))
def test_waiting_as_told_is_enough(rate, burst, start):
    bucket, now = TokenBucket(rate, burst), start
    for _ in range(burst + 5):
        wait = bucket.take(now)
        if wait:
            now += wait
            assert bucket.take(now) < 1e-6
