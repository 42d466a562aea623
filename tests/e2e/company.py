# Copyright 2026 Odoo Integration Suite contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl)
"""The company of the tests, as its accountant set it up before any connector came.

Run once, inside the template database, by tools/odoo_script.py. Odoo has loaded its
generic chart of accounts by then, because the company has no other country.
"""

import sys
from pathlib import Path

sys.path.append(str(Path(__file__).resolve().parents[1]))
from simulators.stripe_random import RATES  # noqa: E402

# What one unit of a currency was worth in euros, since long before any test.
WORTH = {
    "USD": 0.9,
    "GBP": 1.17,
    "CHF": 1.05,
    "JPY": 0.0062,
    "KWD": 2.95,
    "ISK": 0.0068,
    "UGX": 0.00024,
}


def main(env):
    company = env["res.company"].browse(1)
    assert company.chart_template == "generic_coa", company.chart_template
    company.currency_id = currency(env, "EUR")
    for name, worth in WORTH.items():
        env["res.currency.rate"].create(
            {
                "name": "2015-01-01",
                "currency_id": currency(env, name).id,
                "company_id": company.id,
                "inverse_company_rate": worth,
            }
        )
    for percentage, included, name, _country in RATES:
        env["account.tax"].create(
            {
                "name": f"{name} {percentage} %",
                "type_tax_use": "sale",
                "amount_type": "percent",
                "amount": float(percentage),
                "price_include_override": (
                    "tax_included" if included else "tax_excluded"
                ),
                "company_id": company.id,
            }
        )


def currency(env, name):
    """A currency, made active."""
    currencies = env["res.currency"].with_context(active_test=False)
    found = currencies.search([("name", "=", name)])
    found.active = True
    return found
