# Copyright 2026 Odoo Integration Suite contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl)
"""Two invoices at the local Stripe that a person must decide about.

One is of a month that is closed in Odoo, and was paid later: its payment waits for it.
The other one is in pounds, which nobody has activated.
"""

import json
import urllib.request
from datetime import datetime, time, timedelta, timezone

import accounting

#: What the notes of these invoices say; they are made only once.
CLOSED, POUNDS = "DEMO-CLOSED", "DEMO-POUNDS"


def special_cases(url):
    """Let the two invoices happen.

    :param url: address of the local Stripe
    """
    stripe = Control(url)
    state = stripe.get("state")
    invoices = state["invoices"]["objects"].values()
    known = {invoice["metadata"].get("order") for invoice in invoices}
    customers = list(state["customers"]["objects"].values())
    if CLOSED not in known:
        closed_month(stripe, customers, state["tax_rates"]["objects"].values())
    if POUNDS not in known:
        pounds(stripe, customers)


def closed_month(stripe, customers, tax_rates):
    """An invoice of two days before the lock, paid a week later."""
    day = accounting.closed_until() - timedelta(days=2)
    at = int(datetime.combine(day, time(12), timezone.utc).timestamp())
    rates = [rate["id"] for rate in tax_rates if rate["percentage"] == 19]
    invoice = stripe.do(
        "create_invoice",
        customer=customer_of(customers, "DE"),
        lines=[
            {
                "amount": 148000,
                "description": "Planning of an office",
                "tax_rates": rates,
            }
        ],
        currency="eur",
        at=at,
        days_until_due=14,
        metadata={"order": CLOSED},
    )
    stripe.do("finalize_invoice", invoice_id=invoice["id"], at=at + 3600)
    stripe.do("pay_invoice", invoice_id=invoice["id"], at=at + 7 * 86400)


def pounds(stripe, customers):
    """An invoice of today in a currency that is not active in Odoo."""
    invoice = stripe.do(
        "create_invoice",
        customer=customer_of(customers, "GB"),
        lines=[{"amount": 125000, "description": "Showroom, one month"}],
        currency="gbp",
        days_until_due=30,
        metadata={"order": POUNDS},
    )
    stripe.do("finalize_invoice", invoice_id=invoice["id"])


def customer_of(customers, country):
    """The id of a customer of that country."""
    return next(
        obj["id"]
        for obj in customers
        if obj["address"] and obj["address"]["country"] == country
    )


class Control:
    """The side of the local Stripe where a test decides what happens."""

    def __init__(self, url):
        self.url = f"{url}/_control"

    def get(self, name):
        with urllib.request.urlopen(f"{self.url}/{name}", timeout=30) as answer:
            return json.load(answer)

    def do(self, what, **values):
        body = json.dumps({"what": what, "values": values}).encode()
        request = urllib.request.Request(f"{self.url}/do", body)
        with urllib.request.urlopen(request, timeout=30) as answer:
            return json.load(answer)
