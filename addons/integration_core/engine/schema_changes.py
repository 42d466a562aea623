# Copyright 2026 Odoo Integration Suite contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl)
"""What a new version of a schema takes away from those who rely on the old one."""

from typing import NamedTuple

_ALL_TYPES = frozenset(
    {"string", "number", "integer", "boolean", "array", "object", "null"}
)
# keyword -> whether a greater value is the stricter one
_LIMITS = {
    "minLength": True,
    "minItems": True,
    "minimum": True,
    "exclusiveMinimum": True,
    "maxLength": False,
    "maxItems": False,
    "maximum": False,
    "exclusiveMaximum": False,
}


class Break(NamedTuple):
    """One breaking difference.

    :param path: where, ``lines[].amount``; empty for the record itself
    :param kind: removed, required or narrowed
    :param sentence: in plain words, without the path
    """

    path: str
    kind: str
    sentence: str

    def __str__(self):
        return f"{self.path or 'the record'}: {self.sentence}"


def breaks(old, new):
    """Breaking differences between two versions of a schema.

    Removed property, newly required property, narrowed type, enum or limit, closed to
    further properties. Follows references within each schema, properties and items.

    :returns: list of :class:`Break`, empty if the new version takes everything that
        the old one took
    """
    changes = []
    _Comparison(old, new, changes).compare(old, new, "", frozenset())
    return changes


def _types(schema):
    names = schema.get("type")
    if names is None:
        return _ALL_TYPES
    names = frozenset([names] if isinstance(names, str) else names)
    return names | {"integer"} if "number" in names else names


class _Comparison:
    def __init__(self, old_root, new_root, changes):
        self.old_root = old_root
        self.new_root = new_root
        self.changes = changes
        self.followed = []

    def _say(self, path, sentence, kind="narrowed"):
        self.changes.append(Break(path, kind, sentence))

    def _follow(self, schema, root):
        """The schema without its reference; what stands beside one is kept."""
        followed = set()
        while isinstance(schema, dict) and "$ref" in schema:
            reference = schema["$ref"]
            if reference in followed:
                return {}
            followed.add(reference)
            beside = {key: value for key, value in schema.items() if key != "$ref"}
            schema = self._resolve(reference, root)
            if beside:
                schema = {**schema, **beside}
        return schema if isinstance(schema, dict) else {}

    @staticmethod
    def _resolve(reference, root):
        target = root
        for part in filter(None, reference.lstrip("#").split("/")):
            target = target.get(part, {})
        return target

    def compare(self, old, new, path, seen):
        old = self._follow(old, self.old_root)
        new = self._follow(new, self.new_root)
        pair = (id(old), id(new))
        if pair in seen:
            return
        # Kept alive, so that no other object gets their ids meanwhile.
        self.followed.append((old, new))
        seen = seen | {pair}
        self._compare_values(old, new, path)
        self._compare_limits(old, new, path)
        self._compare_properties(old, new, path, seen)
        if isinstance(old.get("items"), dict) or isinstance(new.get("items"), dict):
            items = old.get("items", {}), new.get("items", {})
            self.compare(*items, f"{path}[]", seen)

    def _compare_values(self, old, new, path):
        lost = _types(old) - _types(new)
        if lost:
            self._say(path, f"does not take {', '.join(sorted(lost))} any more")
        if "const" in new and new["const"] != old.get("const"):
            self._say(path, "takes only one value now")
        if "enum" in new and "enum" not in old:
            self._say(path, "takes only some values now")
        elif "enum" in new:
            gone = [value for value in old["enum"] if value not in new["enum"]]
            if gone:
                names = ", ".join(map(str, gone))
                self._say(path, f"does not take the values {names} any more")

    def _compare_limits(self, old, new, path):
        for keyword, greater_is_stricter in _LIMITS.items():
            before, after = old.get(keyword), new.get(keyword)
            if after is None or before == after:
                continue
            if before is None or (after > before) == greater_is_stricter:
                self._say(path, f"has a stricter {keyword}")
        for keyword in ("pattern", "format"):
            if keyword in new and new[keyword] != old.get(keyword):
                self._say(path, f"has another {keyword}")

    def _compare_properties(self, old, new, path, seen):
        before, after = old.get("properties", {}), new.get("properties", {})
        for name in sorted(set(new.get("required", ())) - set(old.get("required", ()))):
            self._say(self._join(path, name), "is required now", "required")
        for name, schema in before.items():
            place = self._join(path, name)
            if name not in after:
                self._say(place, "was removed", "removed")
            else:
                self.compare(schema, after[name], place, seen)
        closed = new.get("additionalProperties") is False
        if closed and old.get("additionalProperties") is not False:
            self._say(path, "does not take other properties any more")

    @staticmethod
    def _join(path, name):
        return f"{path}.{name}" if path else name
