# Copyright 2026 Odoo Integration Suite contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl)
from hypothesis import given
from hypothesis import strategies as st

from engine.circles import find_circles


def test_two_and_itself():
    found = find_circles({"a": ["b"], "b": ["a"], "c": ["c"], "d": ["a", "x"]})
    assert found == [["a", "b"], ["c"]]


def test_chain_is_no_circle():
    chain = {n: [n + 1] for n in range(50_000)}
    assert find_circles(chain) == []
    assert len(find_circles(chain | {50_000: [0]})[0]) == 50_001


GRAPHS = st.dictionaries(
    st.integers(0, 9), st.lists(st.integers(0, 12), max_size=4), max_size=10
)


def _reaches(graph, start, goal, without=frozenset()):
    seen, ahead = set(), [start]
    while ahead:
        for node in graph.get(ahead.pop(), ()):
            if node == goal:
                return True
            if node not in seen and node not in without:
                seen.add(node)
                ahead.append(node)
    return False


@given(GRAPHS)
def test_what_is_found_is_a_circle_and_nothing_is_left(graph):
    circles = find_circles(graph)
    nodes = [node for circle in circles for node in circle]
    assert len(nodes) == len(set(nodes))
    for circle in circles:
        for node, following in zip(circle, circle[1:] + circle[:1], strict=True):
            assert following in graph[node]
    rest = {node: refs for node, refs in graph.items() if node not in nodes}
    for node in rest:
        assert not _reaches(rest, node, node)
