# Copyright 2026 Odoo Integration Suite contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl)
"""Samples for people: written, flattened, disguised; places in a schema."""

import json
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine import strict_json
from engine.samples import disguise, flat, pretty
from engine.schema_changes import Break, breaks
from engine.schema_place import find, paths, required

scalars = st.none() | st.booleans() | st.integers() | st.text(max_size=8)
documents = st.recursive(
    scalars,
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(st.text(max_size=6), inner, max_size=3)
    ),
    max_leaves=12,
)


@given(documents)
def test_pretty_is_the_same_json(document):
    assert json.loads(pretty(document)) == document


def test_pretty_keeps_digits():
    assert pretty({"a": [Decimal("1.10")]}) == '{\n  "a": [\n    1.10\n  ]\n}'
    text = '{"amount": 10.00}'
    assert "10.00" in pretty(strict_json.loads(text.encode()))


def test_flat():
    found = flat({"a": {"b": 1, "c": []}, "l": [{"d": None}, 2]})
    assert found == {"a.b": 1, "a.c": [], "l[0].d": None, "l[1]": 2}


SECRET = {
    "id": "cus_1",
    "name": "Ada Lovelace",
    "email": "Ada.Lovelace@byron.example",
    "phone": "+49 30 1234",
    "amount": 1900,
    "currency": "eur",
    "created": "2026-01-02",
    "livemode": False,
    "address": {"line1": "Weg 7", "postal_code": "10115", "country": "DE"},
    "tax_ids": [{"type": "eu_vat", "value": "DE123456789"}],
    "metadata": {"api_key": "sk_live_abcdefgh", "plan": "gold"},
    "card": 4242424242424242,
    "description": "For Ada",
}


def test_disguise_hides_persons_and_secrets():
    text = json.dumps(disguise(SECRET))
    for part in ("Ada", "Lovelace", "byron", "1234", "Weg", "10115", "sk_live", "4242"):
        assert part not in text


def test_disguise_keeps_what_mappings_work_with():
    found = disguise(SECRET)
    for key in ("id", "amount", "currency", "created", "livemode"):
        assert found[key] == SECRET[key]
    assert found["address"]["country"] == "DE"
    assert found["tax_ids"] == [{"type": "eu_vat", "value": "XX555555555"}]
    assert found["phone"] == "+55 55 5555"
    assert found["name"] == "Xxx Xxxxxxxx"
    assert found["email"] == "Xxx.Xxxxxxxx@example.com"
    assert found["metadata"]["plan"] == "gold"


@given(documents.filter(lambda d: isinstance(d, dict)))
def test_disguise_keeps_the_shape(document):
    found = disguise(document)
    assert flat(found).keys() == flat(document).keys()
    assert disguise(found) == disguise(disguise(found))


# === PLACES IN A SCHEMA === #

SCHEMA = {
    "type": "object",
    "required": ["name"],
    "additionalProperties": False,
    "properties": {
        "name": {"type": "string"},
        "lines": {"type": "array", "items": {"$ref": "#/$defs/line"}},
        "custom": {"type": "object", "additionalProperties": {"type": "string"}},
        "open": {"type": "object"},
    },
    "$defs": {
        "line": {
            "required": ["amount"],
            "additionalProperties": False,
            "properties": {"amount": {"type": "integer"}},
        }
    },
}


@pytest.mark.parametrize(
    ("path", "found"),
    [
        ("name", {"type": "string"}),
        ("lines.amount", {"type": "integer"}),
        ("custom.anything", {"type": "string"}),
        ("open.whatever.there", {}),
        ("nowhere", None),
        ("lines.nowhere", None),
        ("name.inside", None),
        ("lines.amount.inside", None),
    ],
)
def test_find(path, found):
    assert find(SCHEMA, path) == found


def test_a_reference_to_itself_ends():
    assert find({"$ref": "#"}, "a") == {}


def test_paths_and_required():
    assert [path for path, _schema in paths(SCHEMA)] == [
        "name",
        "lines",
        "lines.amount",
        "custom",
        "open",
    ]
    assert required(SCHEMA) == ["name"]
    assert required(SCHEMA, "lines") == ["amount"]
    assert required(SCHEMA, "nowhere") == []


def test_breaks_say_what_kind_they_are():
    new = {
        **SCHEMA,
        "required": ["name", "open"],
        "properties": {
            **{k: v for k, v in SCHEMA["properties"].items() if k != "custom"},
            "name": {"type": "string", "maxLength": 5},
        },
    }
    assert {(b.path, b.kind) for b in breaks(SCHEMA, new)} == {
        ("open", "required"),
        ("custom", "removed"),
        ("name", "narrowed"),
    }
    assert str(Break("", "narrowed", "is odd")) == "the record: is odd"
