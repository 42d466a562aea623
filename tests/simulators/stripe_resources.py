# Copyright 2026 Odoo Integration Suite contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl)
"""What all resources share: routes, storage, lists, expansion.

A new resource is one class: derive from :class:`Resource`, name its routes, decorate
it with :func:`register`, import its module in ``stripe.py``. Objects are kept in the
newest shape (``stripe_render``).
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from . import stripe_params as params
from .stripe_errors import bad_parameter, not_found
from .stripe_render import clone, known, render
from .stripe_search import compile_query

if TYPE_CHECKING:
    from .stripe import StripeSimulator

REGISTRY: dict[str, type["Resource"]] = {}

LIST = {
    "limit": params.Int(1, 100),
    "starting_after": params.Str(),
    "ending_before": params.Str(),
}
READ = {"expand": params.ListOf(params.Str())}
SEARCH = {
    "limit": params.Int(1, 100),
    "page": params.Str(),
    "query": params.Str(required=True),
}


@dataclass
class Call:
    """One request, as a resource sees it. ``at``: the virtual time, whole seconds."""

    params: dict
    at: int
    version: str
    request_id: str | None = None
    idempotency_key: str | None = None

    def having(self, params: dict) -> "Call":
        """The same call with other parameters."""
        return replace(self, params=params)


def register(resource: type["Resource"]) -> type["Resource"]:
    REGISTRY[resource.name] = resource
    return resource


class Resource:
    """Objects of one type, in the order of their creation.

    * ``name``: key in the registry and attribute of the simulator
    * ``kind``: the objects' ``object``; ``prefix``, ``id_length``: of their ids
    * ``scope``: what a restricted key must hold (``rak_<scope>_read`` or ``_write``)
    * ``routes``: (method, path with ``{name}`` parts, name of the method here)
    * ``since``: date of the API version that brought the objects; older versions do
      not know their routes and events
    * ``expandable``: field (dotted when it lies deeper) -> name of the method
      (object) -> expanded value; ``"@customers"``: the field holds an id, or a list
      of ids, of that resource
    """

    name = ""
    kind = ""
    prefix = ""
    id_length = 24
    scope = ""
    since = ""
    routes: list[tuple[str, str, str]] = []
    expandable: dict[str, str] = {}

    def __init__(self, sim: "StripeSimulator"):
        self.sim = sim
        self.objects: dict[str, dict] = {}
        self.deleted: dict[str, dict] = {}
        self._order: list[str] = []
        self._position: dict[str, int] = {}

    # -- storage -------------------------------------------------------------------

    def new_id(self) -> str:
        return self.sim.ids(self.prefix, self.id_length)

    def store(self, obj: dict) -> dict:
        self._position[obj["id"]] = len(self._order)
        self._order.append(obj["id"])
        self.objects[obj["id"]] = obj
        return obj

    def drop(self, object_id: str) -> dict:
        """Delete an object; what remains is id, type and ``deleted``."""
        obj = self.objects.pop(object_id)
        stub = {"id": obj["id"], "object": obj["object"], "deleted": True}
        self.deleted[object_id] = stub
        return stub

    def get(self, object_id: str, param="id", status=404) -> dict:
        """:raises ApiError: 404 (400 for a parameter), also for a deleted object"""
        obj = self.objects.get(object_id)
        if obj is None:
            raise not_found(self.kind.replace("_", " "), object_id, param, status)
        return obj

    def find(self, object_id: str) -> dict | None:
        """The object, or what a deletion left of it."""
        return self.objects.get(object_id) or self.deleted.get(object_id)

    def newest_first(self):
        for object_id in reversed(self._order):
            if object_id in self.objects:
                yield self.objects[object_id]

    def dump(self) -> dict:
        return {
            "objects": self.objects,
            "deleted": self.deleted,
            "order": self._order,
        }

    def load(self, data: dict) -> None:
        self.objects = data["objects"]
        self.deleted = data["deleted"]
        self._order = data["order"]
        self._position = {key: index for index, key in enumerate(self._order)}

    def retrieve(self, call: Call, id: str) -> dict:  # noqa: A002 - named in the URL
        params.read(call.params, READ)
        if id in self.deleted:
            return dict(self.deleted[id])
        return self.view(self.get(id), call)

    # -- lists ---------------------------------------------------------------------

    def page(
        self,
        call: Call,
        url: str,
        values: dict,
        keep=lambda obj: True,
        among: Sequence[str] | None = None,
        forward: bool = False,
    ) -> dict:
        """A list object: newest first, cut by limit and cursor.

        :param values: checked parameters, of which :data:`LIST` are read here
        :param keep: the filter
        :param among: the ids to list, in the order of their creation; None: all
        :param forward: oldest first
        :raises ApiError: 400 for both cursors at once or an unknown one
        """
        limit = values.get("limit") or 10
        after, before = values.get("starting_after"), values.get("ending_before")
        if after and before:
            raise bad_parameter(
                "You cannot use both starting_after and ending_before.",
                "ending_before",
            )
        ids = self._after(after, before, among, forward)
        found = []
        for object_id in ids:
            obj = self.objects.get(object_id)
            if obj is None or not keep(obj):
                continue
            found.append(obj)
            if len(found) > limit:
                break
        data = found[:limit]
        if before:
            data.reverse()
        return {
            "object": "list",
            "url": url,
            "has_more": len(found) > limit,
            "data": [self.view(obj, call) for obj in data],
        }

    def _after(self, after, before, among, forward: bool) -> Sequence[str]:
        """What follows a cursor in the direction of reading."""
        ids = self._order if among is None else list(among)
        # Towards the newer end when exactly one of the two turns us round.
        towards_new = forward != bool(before)
        cursor = before or after
        if not cursor:
            return ids if forward else ids[::-1]
        at = self._cursor(cursor, "ending_before" if before else "starting_after")
        if among is not None:
            at = ids.index(cursor) if cursor in among else len(ids)
        return ids[at + 1 :] if towards_new else ids[:at][::-1]

    def results(self, call: Call, url: str, values: dict, fields: frozenset) -> dict:
        """A search result. New objects appear only after the simulator's lag.

        :param fields: what may be searched
        :raises ApiError: 400 for a query or page that cannot be read
        """
        fits = compile_query(values["query"], fields)
        page, limit = values.get("page") or "0", values.get("limit") or 10
        if not page.isdigit():
            raise bad_parameter(f"Invalid page: {page}", "page")
        seen = self.sim.clock.now() - self.sim.search_lag
        found = [
            obj for obj in self.newest_first() if obj["created"] <= seen and fits(obj)
        ]
        end = int(page) + limit
        return {
            "object": "search_result",
            "url": url,
            "has_more": len(found) > end,
            "next_page": str(end) if len(found) > end else None,
            "data": [self.view(obj, call) for obj in found[int(page) : end]],
        }

    def _cursor(self, object_id: str, param: str) -> int:
        position = self._position.get(object_id)
        if position is None:
            raise not_found(self.kind.replace("_", " "), object_id, param, status=400)
        return position

    def view(self, obj: dict, call: Call) -> dict:
        """What the API shows of an object (a copy, not yet expanded)."""
        return clone(obj)


def nested_list(url: str, data: list[dict]) -> dict:
    """A list inside an object: at most 10 entries, ``has_more`` tells of the others."""
    shown = [clone(obj) for obj in data[:10]]
    return {
        "object": "list",
        "data": shown,
        "has_more": len(data) > 10,
        "total_count": len(data),
        "url": url,
    }


def difference(old: dict, new: dict) -> dict:
    """``previous_attributes``: old values of what changed.

    Hashes are compared field by field, arrays are given whole, what was not there
    before is null (docs.stripe.com/api/events/object).
    """
    result = {}
    for key in {**old, **new}:
        before, after = old.get(key), new.get(key)
        if before == after:
            continue
        if isinstance(before, dict) and isinstance(after, dict):
            result[key] = difference(before, after)
        else:
            result[key] = clone(before)
    return result


class Expander:
    """Replaces ids by objects where ``expand[]`` asks for it.

    Works on what is already in the shape of the call's version, so that the fields
    of that generation can be expanded; what it puts in is brought into that shape.
    """

    MOST = 4

    def __init__(self, resources: dict[str, Resource]):
        self._resources = resources
        self._by_kind = {res.kind: res for res in resources.values() if res.kind}

    def find(self, name: str, object_id: str) -> dict | None:
        """An object of a resource (newest shape), or what a deletion left of it."""
        return self._resources[name].find(object_id)

    def expand(self, value: dict, paths: list[str], call: Call) -> dict:
        """Expand in place and return ``value``.

        :raises ApiError: 400 for a path that leads nowhere or is too deep
        """
        for path in paths:
            parts = path.split(".")
            if len([part for part in parts if part != "data"]) > self.MOST:
                raise bad_parameter(
                    f"You cannot expand more than {self.MOST} levels of a property. "
                    f"Property: {path}",
                    "expand",
                )
            self._walk(value, parts, path, call)
        return value

    def _walk(self, node, parts, path, call, owner=None, inside=""):
        if isinstance(node, list):
            for item in node:
                self._walk(item, parts, path, call, owner, inside)
            return
        if not parts or not isinstance(node, dict):
            return
        part, rest = parts[0], parts[1:]
        kind = node.get("object")
        if kind in ("list", "search_result") and part == "data":
            return self._walk(node["data"], rest, path, call)
        if isinstance(kind, str):
            owner, inside = node, ""
        inside += part
        if not self._put(node, part, owner, inside, call):
            nothing_there = rest and part in node and node[part] is None
            if not nothing_there and not isinstance(node.get(part), dict | list):
                raise bad_parameter(
                    f"This property cannot be expanded ({path}).",
                    "expand",
                    "property_unexpandable" if part in node else None,
                )
        self._walk(node[part], rest, path, call, owner, f"{inside}.")

    def _put(self, node, part: str, owner: dict, inside: str, call: Call) -> bool:
        """Expand one field; False: it is none that can be expanded."""
        kind = owner and owner.get("object")
        resource = self._by_kind.get(kind)
        how = resource and resource.expandable.get(inside)
        if not how or not known(kind, inside, call.version):
            return False
        if how.startswith("@"):
            node[part] = self._objects(how[1:], node.get(part), call)
        elif not isinstance(node.get(part), dict):
            value = getattr(resource, how)(owner)
            node[part] = render(value, call.version, self.find)
        return True

    def _objects(self, name: str, value, call: Call):
        if isinstance(value, list):
            return [self._objects(name, item, call) for item in value]
        if not isinstance(value, str):
            return value
        resource = self._resources[name]
        found = resource.find(value)
        if found is None:
            return value
        if not found.get("deleted"):
            found = resource.view(found, call)
        return render(found, call.version, self.find)


class Router:
    """Finds the method of a resource that answers a URL."""

    def __init__(self, resources: dict[str, Resource]):
        self._routes = []
        for resource in resources.values():
            for method, path, name in resource.routes:
                pattern = re.compile(re.sub(r"\{(\w+)\}", r"(?P<\1>[^/]+)", path))
                action = getattr(resource, name)
                self._routes.append((method, path, pattern, resource, action))
        # A fixed path wins over one with a variable part (/search over /{id}).
        self._routes.sort(key=lambda route: route[1].count("{"))

    def find(self, method: str, path: str):
        """(resource, bound method, variable parts), or None."""
        for verb, _path, pattern, resource, action in self._routes:
            match = pattern.fullmatch(path)
            if verb == method and match:
                return resource, action, match.groupdict()
        return None
