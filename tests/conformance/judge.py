# Copyright 2026 Odoo Integration Suite contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl)
"""Says whether objects fit Stripe's own types, generation by generation."""

import json
from functools import cache
from pathlib import Path

from jsonschema import Draft202012Validator

DATA = Path(__file__).parent.parent / "data" / "stripe"
# API version -> directory of the schemas of its generation
GENERATIONS = {
    "2024-06-20": "schemas_2024-06-20",
    "2025-02-24.acacia": "schemas_acacia",
    "2026-10-28.endive": "schemas_endive",
}
# Lists inside objects carry this beside what the schema tells.
LIST_EXTRAS = {"total_count"}


def close(schema):
    """Refuse fields that the generation does not know, at every depth."""
    if isinstance(schema, list):
        return [close(item) for item in schema]
    if not isinstance(schema, dict):
        return schema
    schema = {
        key: {name: close(field) for name, field in value.items()}
        if key == "properties"
        else close(value)
        for key, value in schema.items()
    }
    if isinstance(schema.get("properties"), dict):
        schema["additionalProperties"] = False
        if "has_more" in schema["properties"]:
            for name in LIST_EXTRAS:
                schema["properties"][name] = {"type": "integer"}
    return schema


@cache
def validators(version):
    folder = DATA / GENERATIONS[version]
    return {
        path.stem: Draft202012Validator(close(json.loads(path.read_text())))
        for path in folder.glob("*.json")
    }


class Judge:
    """Validates objects by their ``object``, with all objects that lie in them."""

    def __init__(self, version):
        self.validators = validators(version)
        self.seen = set()

    def check(self, value):
        if value.get("deleted"):
            assert set(value) == {"id", "object", "deleted"}
            return
        kind = value["object"]
        if kind == "list":
            assert set(value) == {"object", "url", "has_more", "data"}
            for item in value["data"]:
                self.check(item)
            return
        self.seen.add(kind)
        errors = [
            f"{kind}.{error.json_path}: {error.message}"
            for error in self.validators[kind].iter_errors(value)
        ]
        assert not errors, "\n".join(errors)
        if kind == "event":
            self.check_event(value)
        else:
            self.check_inside(value)

    def check_inside(self, value):
        """Schemas do not follow expanded objects and lists: we do."""
        if isinstance(value, list):
            for item in value:
                self.check_inside(item)
        elif isinstance(value, dict):
            for key, item in value.items():
                if key == "metadata":
                    continue
                kind = isinstance(item, dict) and item.get("object")
                if kind in self.validators or (kind and item.get("deleted")):
                    self.check(item)
                elif isinstance(item, list):
                    for one in item:
                        known = isinstance(one, dict) and one.get("object")
                        if known in self.validators:
                            self.check(one)
                        else:
                            self.check_inside(one)
                else:
                    self.check_inside(item)

    def check_event(self, event):
        obj = event["data"]["object"]
        self.check(obj)
        previous = event["data"].get("previous_attributes")
        assert (previous is not None) == event["type"].endswith(".updated")
        assert set(previous or ()) <= set(obj), "a field of another generation"
