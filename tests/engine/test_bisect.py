# Copyright 2026 Odoo Integration Suite contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl)
import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine import bisect


class Batch:
    """A savepoint's worth of work that fails as a whole if one item is bad."""

    def __init__(self, bad):
        self.bad = bad
        self.calls = []
        self.done = []

    def __call__(self, items):
        self.calls.append(list(items))
        for item in items:
            if item in self.bad:
                raise ValueError(item)
        self.done.extend(items)


def test_nothing_to_do():
    batch = Batch(set())
    assert bisect.run([], batch) == []
    assert batch.calls == []


def test_one_call_where_all_succeed():
    batch = Batch(set())
    assert bisect.run([1, 2, 3], batch) == []
    assert batch.calls == [[1, 2, 3]]


@given(st.integers(1, 130), st.data())
def test_exactly_the_bad_ones_fail(size, data):
    bad = data.draw(st.sets(st.integers(0, size - 1)))
    batch = Batch(bad)
    failures = bisect.run(list(range(size)), batch)
    assert [item for item, _error in failures] == sorted(bad)
    assert all(error.args == (item,) for item, error in failures)
    assert batch.done == [item for item in range(size) if item not in bad]


@given(st.integers(2, 1000), st.data())
def test_one_culprit_costs_logarithmically(size, data):
    batch = Batch({data.draw(st.integers(0, size - 1))})
    bisect.run(list(range(size)), batch)
    assert len(batch.calls) <= 2 * math.ceil(math.log2(size)) + 1


def test_the_callers_list_is_left_alone():
    items = [1, 2, 3]
    bisect.run(items, lambda batch: batch.clear())
    assert items == [1, 2, 3]


def test_what_breaks_everything_is_passed_on():
    batch = Batch({2})
    with pytest.raises(ValueError):
        bisect.run([1, 2, 3], batch, fatal=(ValueError,))
    assert batch.calls == [[1, 2, 3]]


def test_an_interrupt_is_not_a_failure():
    def attempt(_items):
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        bisect.run([1, 2], attempt)
