# Copyright 2026 Odoo Integration Suite contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl)
"""Five invoices at the local Stripe that a person must decide about.

One is of a month that is closed in Odoo, and was paid later: its payment waits for it.
Three have the British tax, which nobody has mapped: one cause, one decision. One is in
pounds, a currency that nobody has activated.
"""

import json
import urllib.request
from datetime import datetime, time, timedelta, timezone

import accounting

DAY = 86400
BRITISH = (
    (64800, "Footrests, set of twelve"),
    (21500, "Desk lamps, set of three"),
    (118000, "Filing cabinets"),
)
#: What the notes of these invoices say; they are made only once.
CLOSED, TAX, POUNDS = "DEMO-CLOSED", "DEMO-TAX", "DEMO-POUNDS"


def special_cases(url):
    """Let these invoices happen.

    :param url: address of the local Stripe
    """
    stripe = Control(url)
    state = stripe.get("state")
    invoices = state["invoices"]["objects"].values()
    known = {invoice["metadata"].get("order") for invoice in invoices}
    people = state["customers"]["objects"].values()
    german, british = (customer_of(people, country) for country in ("DE", "GB"))
    taxes = {
        rate["percentage"]: rate["id"]
        for rate in state["tax_rates"]["objects"].values()
    }
    day = accounting.closed_until() - timedelta(days=2)
    closed = int(datetime.combine(day, time(12), timezone.utc).timestamp())
    if CLOSED not in known:
        line = {"amount": 148000, "description": "Planning of an office"}
        line["tax_rates"] = [taxes[19]]
        invoice = stripe.invoice(CLOSED, german, line, "eur", closed)
        stripe.do("pay_invoice", invoice_id=invoice, at=closed + 7 * DAY)
    now = int(datetime.now(timezone.utc).timestamp())
    for number, (amount, words) in enumerate(BRITISH, 1):
        if f"{TAX}-{number}" not in known:
            line = {"amount": amount, "description": words, "tax_rates": [taxes[20]]}
            stripe.invoice(f"{TAX}-{number}", british, line, "eur", now - number * DAY)
    if POUNDS not in known:
        line = {"amount": 125000, "description": "Showroom, one month"}
        stripe.invoice(POUNDS, british, line, "gbp", now - 2 * DAY)


def customer_of(people, country):
    """The id of a customer of that country."""
    return next(
        obj["id"]
        for obj in people
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

    def act(self, path, **params):
        """What a person does in the local Stripe's own screens; returns the answer."""
        body = json.dumps({"method": "POST", "path": path, "params": params}).encode()
        request = urllib.request.Request(f"{self.url}/act", body)
        with urllib.request.urlopen(request, timeout=30) as answer:
            return json.load(answer)

    def invoice(self, order, customer, line, currency, at):
        """A finalised invoice of one line; returns its id."""
        made = self.do(
            "create_invoice",
            customer=customer,
            lines=[line],
            currency=currency,
            at=at,
            days_until_due=30,
            metadata={"order": order},
        )
        self.do("finalize_invoice", invoice_id=made["id"], at=at + 3600)
        return made["id"]
