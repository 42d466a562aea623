# Copyright 2026 Odoo Integration Suite contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl)
"""Invoices in the newest shape, made by hand."""

from .common import NOW, StripeCase, event


def line(**values):
    """A line in the newest shape: 2 × 59.50, 19 % on top."""
    return {
        "id": "il_1",
        "object": "line_item",
        "amount": 11900,
        "currency": "eur",
        "description": "Chair",
        "discount_amounts": [],
        "metadata": {},
        "parent": {
            "type": "invoice_item_details",
            "invoice_item_details": {"invoice_item": "ii_1", "proration": False},
            "subscription_item_details": None,
        },
        "period": {"start": NOW, "end": NOW},
        "pretax_credit_amounts": [],
        "pricing": {
            "type": "price_details",
            "price_details": {"price": "price_1", "product": "prod_1"},
            "unit_amount_decimal": "5950",
        },
        "quantity": 2,
        "quantity_decimal": "2",
        "taxes": [tax()],
        **values,
    }


def tax(amount=2261, rate="txr_1", behavior="exclusive", reason="not_available"):
    return {
        "amount": amount,
        "tax_behavior": behavior,
        "tax_rate_details": {"tax_rate": rate} if rate else None,
        "taxability_reason": reason,
        "taxable_amount": 11900,
        "type": "tax_rate_details",
    }


def invoice(lines=None, **values):
    """An open invoice in the newest shape."""
    data = [line()] if lines is None else lines
    return {
        "id": "in_1",
        "object": "invoice",
        "amount_due": 14161,
        "amount_paid": 0,
        "amount_paid_off_stripe": 0,
        "amount_remaining": 14161,
        "billing_reason": "manual",
        "created": NOW - 3600,
        "currency": "eur",
        "customer": "cus_1",
        "description": "Thank you",
        "due_date": NOW + 86400,
        "effective_at": NOW,
        "ending_balance": 0,
        "hosted_invoice_url": "https://invoice.stripe.com/i/1",
        "lines": {"object": "list", "data": data, "has_more": False, "url": "/v1/x"},
        "livemode": False,
        "metadata": {},
        "number": "A-0001",
        "parent": None,
        "shipping_cost": None,
        "starting_balance": 0,
        "status": "open",
        "status_transitions": {
            "finalized_at": NOW,
            "marked_uncollectible_at": None,
            "paid_at": None,
            "voided_at": None,
        },
        "subtotal": 11900,
        "total": 14161,
        "total_excluding_tax": 11900,
        "total_taxes": [tax()],
        **values,
    }


def eur(amount):
    return {"amount": amount, "currency": "EUR"}


class InvoiceCase(StripeCase):
    """Invoices: snapshot → normal form → common format."""

    def common(self, lines=None, kind="invoice.finalized", **values):
        source = self.source(event(kind, invoice(lines, **values)))
        return self.canonical("invoice", source.record)

    def line(self, **values):
        (found,) = self.common([line(**values)], total_taxes=[])["lines"]
        return found
