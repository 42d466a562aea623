# Copyright 2026 Odoo Integration Suite contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl)
"""What Odoo must say about the simulator's customers, computed without the suite.

Nothing here is imported from the addons: an error in a mapping would otherwise be on
both sides of the comparison.
"""

PARTNER = """
    SELECT x.external_id, x.role, p.name, p.is_company, p.email, p.phone, p.street,
           p.street2, p.city, p.zip, c.code, s.code, p.vat, p.lang, p.active, p.type,
           p.parent_id, p.id
      FROM integration_external_id x
      JOIN res_partner p ON p.id = x.res_id
      LEFT JOIN res_country c ON c.id = p.country_id
      LEFT JOIN res_country_state s ON s.id = p.state_id
     WHERE x.connector_id = %s AND x.entity = 'customer' AND x.model = 'res.partner'
"""
ADDRESS = {
    "street": "line1",
    "street2": "line2",
    "city": "city",
    "zip": "postal_code",
    "country": "country",
    "state": "state",
}
COLUMNS = (
    "name",
    "is_company",
    "email",
    "phone",
    "street",
    "street2",
    "city",
    "zip",
    "country",
    "state",
    "vat",
    "lang",
    "active",
    "type",
)


def actual(hub) -> dict[tuple[str, str], dict]:
    """(customer id, role) → fields of its partner, empty values as None."""
    found = {}
    for external_id, role, *values, parent, res_id in hub.stack.sql(PARTNER, hub.id):
        row = {k: v or None for k, v in zip(COLUMNS, values, strict=True)}
        found[external_id, role] = {**row, "parent": parent, "id": res_id}
    return found


def expected(hub) -> dict[tuple[str, str], dict]:
    """The same for every customer that the simulator has now."""
    states = {
        tuple(row)
        for row in hub.stack.sql(
            "SELECT c.code, s.code FROM res_country_state s "
            "JOIN res_country c ON c.id = s.country_id"
        )
    }
    languages = {
        code for (code,) in hub.stack.sql("SELECT code FROM res_lang WHERE active")
    }
    found = {}
    for customer in hub.sim.customers.values():
        found[customer["id"], ""] = _partner(hub.sim, customer, states, languages)
        if customer["shipping"]:
            found[customer["id"], "address:delivery"] = _delivery(customer, states)
    return found


def _partner(sim, customer: dict, states: set, languages: set) -> dict:
    business, person = customer["business_name"], customer["individual_name"]
    language = _language(customer["preferred_locales"], languages)
    return {
        "name": customer["name"] or business or person or customer["email"],
        # Without either name Stripe does not know; Odoo's own default is a person.
        "is_company": bool(business) or None,
        "email": customer["email"],
        "phone": customer["phone"],
        **_address(customer["address"], states),
        "vat": _vat(sim, customer["id"]),
        # A language that Odoo does not have changes nothing there.
        **({"lang": language} if language else {}),
        "active": True,
        "type": "contact",
    }


def _delivery(customer: dict, states: set) -> dict:
    shipping = customer["shipping"]
    return {
        "name": shipping["name"],
        "phone": shipping["phone"],
        **_address(shipping["address"], states),
        "active": True,
        "type": "delivery",
    }


def _address(address: dict | None, states: set) -> dict:
    values = {name: (address or {}).get(key) for name, key in ADDRESS.items()}
    if (values["country"], values["state"]) not in states:
        values["state"] = None
    return values


def _vat(sim, customer_id: str) -> str | None:
    numbers = [t["value"] for t in sim.tax_ids.values() if t["customer"] == customer_id]
    assert len(numbers) < 2, "this oracle knows only one number a customer"
    return "".join(filter(str.isalnum, numbers[0])) if numbers else None


def _language(locales: list, languages: set) -> str | None:
    """Installed languages carry the country: "en" is served by "en_US"."""
    if not locales:
        return None
    code = locales[0].replace("-", "_")
    if code in languages:
        return code
    return next((one for one in sorted(languages) if one[:2] == code[:2]), None)


def differences(hub) -> list[str]:
    """One sentence for each field in which Odoo and the simulator differ."""
    is_there, shall_be = actual(hub), expected(hub)
    found = []
    for key, wanted in shall_be.items():
        row = is_there.get(key)
        if row is None:
            found.append(f"{key} is not in Odoo")
            continue
        found += [
            f"{key} {name}: Odoo has {row[name]!r}, Stripe {value!r}"
            for name, value in wanted.items()
            if row[name] != value
        ]
        owner = is_there.get((key[0], ""))
        if key[1] and owner and row["parent"] != owner["id"]:
            found.append(f"{key} hangs on partner {row['parent']}")
    return found
