# Copyright 2026 Odoo Integration Suite contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl)
"""Messages of the benchmark's system: about 2 kB of JSON each, like a real customer."""

import hashlib
import hmac
import json

SECRET = b"benchmark-secret"
SIZE = 2048
SIGNATURE = "X-Bench-Signature"


def body(
    number: int,
    *,
    customer: int | None = None,
    entity: str = "customer",
    created: int = 1_700_000_000,
    **changes,
) -> bytes:
    """One event; ``customer`` is the object it is about, by default one of its own."""
    key = f"{number if customer is None else customer:09d}"
    record = {
        "id": f"cus_{key}",
        "name": f"Customer {key}",
        "email": f"c{key}@example.com",
        "phone": f"+49 30 {key}",
        "reference": f"R{key}",
        "description": "A customer of the benchmark",
        "preferred_locales": ["en-US"],
        "address": {
            "line1": f"Street {key}",
            "line2": None,
            "city": "Berlin",
            "postal_code": "10115",
            "state": None,
            "country": "DE",
        },
        "balance": 0,
        "currency": "eur",
        "delinquent": False,
        "discount": None,
        "metadata": {},
        **changes,
    }
    event = {
        "id": f"evt_{number:09d}",
        "type": "object.updated",
        "entity": entity,
        "created": created,
        "object": record,
    }
    # Filled up to 2 kB with what real messages carry and nobody maps.
    room = SIZE - len(json.dumps(event)) - 2
    record["metadata"] = {
        f"key_{index:02d}": "x" * 30 for index in range(max(0, room) // 44)
    }
    record["metadata"]["rest"] = ""
    record["metadata"]["rest"] = "y" * max(0, SIZE - len(json.dumps(event)))
    return json.dumps(event).encode()


def sign(data: bytes) -> str:
    return hmac.digest(SECRET, data, hashlib.sha256).hex()


def write_signed(folder, count: int, first: int, entity: str) -> None:
    """What wrk.lua sends: one text with places for the number, one signature a line."""
    sample = body(first, entity=entity).decode()
    pattern = sample.replace(f"{first:09d}", "%NUMBER%")
    (folder / "body.txt").write_text(pattern, encoding="utf-8")
    lines = (
        sign(pattern.replace("%NUMBER%", f"{number:09d}").encode())
        for number in range(first, first + count)
    )
    (folder / "signatures.txt").write_text("".join(lines), encoding="utf-8")
