# Copyright 2026 Odoo Integration Suite contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl)
"""Run by tools/odoo_script.py inside a fresh database: active connectors with flows."""

CONNECTORS = 4
VALUES = {
    "name": "name",
    "email": "email",
    "phone": "phone",
    "reference": "reference",
    "note": "description",
}
ADDRESS = {
    "line1": "line1",
    "line2": "line2",
    "city": "city",
    "region": "state",
    "postal_code": "postal_code",
    "country": "country",
}


def main(env) -> None:
    mappings = {"customer": _customer_mapping(env), "bench_noop": _noop_mapping(env)}
    for number in range(CONNECTORS):
        _connector(env, number, mappings)


def _connector(env, number: int, mappings: dict):
    connector = env["integration.connector"].create(
        {"name": f"Bench {number}", "system": "bench", "environment": "test"}
    )
    connector.action_create_service_user()
    connector.sudo().webhook_token = f"bench{number}"
    env["integration.credential"]._store(
        connector, "webhook_secret", "benchmark-secret"
    )
    for entity, mapping in mappings.items():
        env["integration.flow"].create(
            {
                "connector_id": connector.id,
                "entity": entity,
                "mapping_id": mapping.id,
                "mode": "live",
            }
        )
    connector._set_state("active", "")
    return connector


def _mapping(env, entity: str, lines: list[dict]):
    return env["integration.mapping"].create(
        {
            "name": f"Bench {entity}",
            "system": "bench",
            "entity": entity,
            "line_ids": [(0, 0, line) for line in lines],
        }
    )


def _customer_mapping(env):
    lines = [
        {"kind": "value", "target": target, "source": source}
        for target, source in VALUES.items()
    ]
    lines += [
        {
            "kind": "value",
            "target": "language",
            "source": "preferred_locales[0]",
            "transform": "language",
        },
        {"kind": "constant", "target": "is_company", "default": "true"},
    ]
    mapping = _mapping(env, "customer", lines)
    line_model = env["integration.mapping.line"]
    addresses = line_model.create(
        {
            "mapping_id": mapping.id,
            "kind": "list",
            "target": "addresses",
            "source": "[address]",
        }
    )
    children = [
        {"kind": "value", "target": target, "source": source}
        for target, source in ADDRESS.items()
    ]
    children.append({"kind": "constant", "target": "type", "default": "main"})
    line_model.create(
        [dict(line, mapping_id=mapping.id, parent_id=addresses.id) for line in children]
    )
    mapping.sudo().state = "approved"
    return mapping


def _noop_mapping(env):
    mapping = _mapping(
        env, "bench_noop", [{"kind": "value", "target": "name", "source": "name"}]
    )
    mapping.sudo().state = "approved"
    return mapping
