# Copyright 2026 Odoo Integration Suite contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl)
"""Where a dotted path leads in a JSON Schema, for those who write mappings."""


def _resolve(schema, root):
    """The schema behind its references; {} where a reference leads nowhere."""
    followed = set()
    while isinstance(schema, dict) and "$ref" in schema:
        reference = schema["$ref"]
        if reference in followed:
            return {}
        followed.add(reference)
        target = root
        for part in filter(None, reference.lstrip("#").split("/")):
            target = target.get(part, {}) if isinstance(target, dict) else {}
        schema = {**target, **{k: v for k, v in schema.items() if k != "$ref"}}
    return schema if isinstance(schema, dict) else {}


def find(root, path):
    """The schema of what stands at a path.

    :param root: the whole JSON Schema
    :param path: dotted; a list stands for each of its elements (``lines.amount``)
    :returns: dict, {} where everything is allowed, None where nothing may stand
    """
    schema = _resolve(root, root)
    for key in path.split("."):
        schema = _child(schema, key, root)
        if schema is None:
            return None
        schema = _resolve(schema, root)
    return schema


def _child(schema, key, root):
    while "items" in schema and "properties" not in schema:
        schema = _resolve(schema["items"], root)
    properties = schema.get("properties", {})
    if key in properties:
        return properties[key]
    types = schema.get("type", "object")
    if "object" not in ([types] if isinstance(types, str) else types):
        return None
    further = schema.get("additionalProperties", True)
    if further is False:
        return None
    return further if isinstance(further, dict) else {}


def paths(root, prefix="", depth=4):
    """Every path that a mapping may fill, with its schema, in the schema's order.

    :returns: list of (dotted path, schema)
    """
    return _paths(root, root, prefix, depth)


def _paths(schema, root, prefix, depth):
    found = []
    schema = _resolve(schema, root)
    while "items" in schema and "properties" not in schema:
        schema = _resolve(schema["items"], root)
    for name, child in schema.get("properties", {}).items():
        place = f"{prefix}{name}"
        child = _resolve(child, root)
        found.append((place, child))
        if depth > 1:
            found += _paths(child, root, f"{place}.", depth - 1)
    return found


def required(root, path=""):
    """Names that must be there in the object at a path; its own ones only."""
    schema = find(root, path) if path else _resolve(root, root)
    while schema and "items" in schema and "properties" not in schema:
        schema = _resolve(schema["items"], root)
    return list((schema or {}).get("required", ()))
