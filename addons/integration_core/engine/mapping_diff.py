# Copyright 2026 Odoo Integration Suite contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl)
"""What differs between two versions of a mapping, line by line and by meaning.

Works on the plain data of lines (kind, target, source, transform, value map, entity,
default, required, children), so that it compares versions, approvals and copies alike.
The order of lines means nothing, except among lists that fill the same place.
"""

from typing import NamedTuple


class Facts(NamedTuple):
    """One line, wherever it stands: ``path`` is its target from the top."""

    path: str
    kind: str
    source: str
    transform: str
    value_map: str
    entity: str
    default: str
    required: bool


class Change(NamedTuple):
    """One line that is new, gone, renamed or says something else.

    :param before: None where the line is new
    :param after: None where the line is gone
    :param fields: names of :class:`Facts` that differ, ``path`` where it was renamed
    """

    before: Facts | None
    after: Facts | None
    fields: tuple

    @property
    def path(self) -> str:
        """Where the line stands now, or stood."""
        return (self.after or self.before).path


def flatten(lines, parent="") -> list[Facts]:
    """Facts of nested line data, in reading order.

    :param lines: list of ``[kind, target, source, transform, value map, entity,
        default, required, children]``
    """
    found = []
    for kind, target, source, transform, value_map, entity, default, *rest in lines:
        required, children = rest
        path = f"{parent}.{target}" if parent else target
        found.append(
            Facts(
                path,
                kind,
                source if kind != "constant" else "",
                transform,
                value_map,
                entity if kind == "reference" else "",
                default,
                bool(required),
            )
        )
        found += flatten(children, path)
    return found


def changes(before, after) -> list[Change]:
    """Differences between two mappings, in the order of the newer one.

    :param before: line data as for :func:`flatten`
    :param after: the same of the newer version
    """
    old, new = _places(flatten(before)), _places(flatten(after))
    gone = {place: line for place, line in old.items() if place not in new}
    found = []
    for place, line in new.items():
        if place in old:
            fields = _differences(old[place], line)
            if fields:
                found.append(Change(old[place], line, fields))
            continue
        twin = _twin(line, gone)
        if twin:
            found.append(Change(gone.pop(twin), line, ("path",)))
        else:
            found.append(Change(None, line, ()))
    return found + [Change(line, None, ()) for line in gone.values()]


def _places(lines) -> dict:
    """(path, number of the line among those of that path) → line."""
    seen, places = {}, {}
    for line in lines:
        number = seen[line.path] = seen.get(line.path, -1) + 1
        places[line.path, number] = line
    return places


def _differences(before: Facts, after: Facts) -> tuple:
    return tuple(
        name
        for name, old, new in zip(Facts._fields, before, after, strict=True)
        if old != new
    )


def _twin(line: Facts, gone: dict):
    """Place of the one line that is gone and did the same under another name."""
    if not line.source:
        return None
    same = [
        place
        for place, old in gone.items()
        if old[1:] == line[1:] and _parent(old.path) == _parent(line.path)
    ]
    return same[0] if len(same) == 1 else None


def _parent(path: str) -> str:
    return path.rpartition(".")[0]
