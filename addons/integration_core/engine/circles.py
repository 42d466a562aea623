# Copyright 2026 Odoo Integration Suite contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl)
"""Things that wait for each other in a circle, so that none of them can go first."""

#: More things than this in one chain are not looked for: their deadline ends them.
MOST = 2000


def find_circles(waits_for):
    """Circles in a graph, each thing in one of them at most.

    What only leads into a circle is none of it.

    :param waits_for: node → the nodes it waits for; a node that is no key waits for
        nothing
    :returns: list of circles; in each, every node waits for the next and the last one
        for the first. One that waits for itself is a circle of one.
    """
    left = dict(waits_for)
    circles = []
    for start in waits_for:
        while start in left:
            circle = _circle_from(start, left)
            if circle is None:
                break
            circles.append(circle)
            for node in circle:
                del left[node]
    return circles


def _circle_from(start, waits_for):
    """The first circle that is met on the way from a node.

    What turned out to lead nowhere is taken out of ``waits_for``, so that all calls
    together look at each node once. No recursion: chains may be long.
    """
    path, places = [start], {start: 0}
    branches = [iter(waits_for[start])]
    while path:
        for node in branches[-1]:
            if node in places:
                return path[places[node] :]
            if node in waits_for:
                places[node] = len(path)
                path.append(node)
                branches.append(iter(waits_for[node]))
                break
        else:
            branches.pop()
            dead = path.pop()
            del places[dead], waits_for[dead]
    return None
