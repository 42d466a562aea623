# Copyright 2026 Odoo Integration Suite contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl)
"""A mapping run line by line, for people who look at what each line does.

The ordinary run stops at the first line that fails; here every line is tried by
itself, so that all problems show at once.
"""

from dataclasses import replace
from typing import NamedTuple

from .errors import MappingError
from .mapping import _OMIT, _Step

#: Elements of a list that are shown; the rest is only counted.
MOST_ELEMENTS = 3


class Traced(NamedTuple):
    """What one line did with one document.

    :param path: target from the top, with the number of the element inside a list
        (``addresses[0].city``)
    :param line: id of the line
    :param received: what the source selected, before any conversion
    :param value: what the line gives
    :param silent: it gives nothing at all: the target is left out
    :param error: why it cannot, or None
    """

    path: str
    line: int
    received: object = None
    value: object = None
    silent: bool = False
    error: MappingError | None = None


def trace(lines, value_maps, document) -> list[Traced]:
    """Run every line by itself, in order; a line inside a list for its first elements.

    :param lines: iterable of :class:`engine.mapping.Line`
    :param value_maps: dict name -> :class:`engine.mapping.ValueMap`
    :param document: dict
    """
    return _trace(lines, value_maps, document, document, "")


def _trace(lines, value_maps, source, root, prefix) -> list[Traced]:
    found = []
    for line in lines:
        path = f"{prefix}{line.target}"
        try:
            found += _trace_line(line, value_maps, source, root, path)
        except MappingError as error:
            found.append(Traced(path, line.id, error=error))
    return found


def _trace_line(line, value_maps, source, root, path) -> list[Traced]:
    if line.kind == "list" and line.children:
        return _trace_list(line, value_maps, source, root, path)
    step = _Step(line, value_maps)
    received = None
    if step.select is not None:
        received = step.select(root if step.from_root else source)
    try:
        value = step.run(source, root)
    except MappingError as error:
        return [Traced(path, line.id, received, error=error)]
    if value is _OMIT:
        return [Traced(path, line.id, received, silent=True)]
    return [Traced(path, line.id, received, value)]


def _trace_list(line, value_maps, source, root, path) -> list[Traced]:
    """The list itself, then its lines for each of the first elements."""
    alone = replace(line, children=())
    step = _Step(alone, value_maps)
    elements = step.select(root if step.from_root else source)
    if not isinstance(elements, list):
        return [
            *_trace_line(alone, value_maps, source, root, path),
            *(
                Traced(f"{path}[].{child.target}", child.id, silent=True)
                for child in line.children
            ),
        ]
    elements = [element for element in elements if element is not None]
    found = [Traced(path, line.id, elements, len(elements))]
    for number, element in enumerate(elements[:MOST_ELEMENTS]):
        found += _trace(line.children, value_maps, element, root, f"{path}[{number}].")
    return found
