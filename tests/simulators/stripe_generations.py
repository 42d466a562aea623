# Copyright 2026 Odoo Integration Suite contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl)
"""What changed between API versions: tables and functions that ``stripe_render`` uses.

A function takes an object whose parts are in the old shape already, and ``find``:
(name of a resource, id) -> object in the old shape.
"""

from decimal import Decimal

ACACIA = "2024-09-30"
BASIL = "2025-03-31"
CLOVER = "2025-09-30"
DAHLIA = "2026-03-25"
ENDIVE = "2026-09-30"

# Event types that older versions do not know.
EVENTS = {
    "invoice.overpaid": BASIL,
    "invoice_payment.paid": "2025-05-28",
    "refund.failed": "2024-10-28",
}

ADDED = {
    "customer": [
        (CLOVER, ("business_name", "individual_name", "customer_account")),
    ],
    "tax_id": [(CLOVER, ("customer_account", "owner.customer_account"))],
    "product": [(ENDIVE, ("tax_details",))],
    "tax_rate": [(ACACIA, ("flat_amount", "rate_type"))],
    "discount": [(CLOVER, ("customer_account", "source"))],
    "invoice": [
        (ACACIA, ("total_pretax_credit_amounts", "automatic_tax.disabled_reason")),
        (
            BASIL,
            (
                "amount_overpaid",
                "automatic_tax.provider",
                "confirmation_secret",
                "parent",
                "payments",
                "total_taxes",
            ),
        ),
        (CLOVER, ("customer_account",)),
        (DAHLIA, ("amount_paid_off_stripe",)),
        (ENDIVE, ("status_details",)),
    ],
    "line_item": [
        (ACACIA, ("pretax_credit_amounts",)),
        (BASIL, ("parent", "pricing", "taxes")),
        (CLOVER, ("subtotal",)),
        (DAHLIA, ("quantity_decimal",)),
    ],
    "invoiceitem": [
        (BASIL, ("parent", "pricing")),
        (CLOVER, ("customer_account", "net_amount", "proration_details")),
        (DAHLIA, ("quantity_decimal", "proration_details.credited_items")),
        (ENDIVE, ("frozen_fields", "invoicing_rules")),
    ],
    "invoice_payment": [(CLOVER, ("payment.payment_record",))],
    "payment_intent": [
        (BASIL, ("excluded_payment_method_types", "presentment_details")),
        (CLOVER, ("customer_account", "hooks", "payment_details")),
        (DAHLIA, ("managed_payments",)),
        (ENDIVE, ("allowed_payment_method_types", "payment_record")),
    ],
    "charge": [
        (
            ACACIA,
            (
                "outcome.advice_code",
                "outcome.network_advice_code",
                "outcome.network_decline_code",
            ),
        ),
        (BASIL, ("billing_details.tax_id", "presentment_details")),
    ],
    "balance_transaction": [(BASIL, ("balance_type",))],
    "refund": [
        (BASIL, ("pending_reason", "presentment_details")),
        (ENDIVE, ("customer", "customer_account", "payment_method")),
    ],
    "dispute": [
        (
            ACACIA,
            (
                "enhanced_eligibility_types",
                "evidence.enhanced_evidence",
                "evidence_details.enhanced_eligibility",
            ),
        ),
        (ENDIVE, ("evidence_details.submission_method", "intended_submission_method")),
    ],
    "payout": [(ACACIA, ("trace_id",)), (BASIL, ("payout_method",))],
    "credit_note": [
        (ACACIA, ("pretax_credit_amounts",)),
        (
            BASIL,
            ("post_payment_amount", "pre_payment_amount", "refunds", "total_taxes"),
        ),
        (CLOVER, ("customer_account",)),
    ],
    "credit_note_line_item": [
        (ACACIA, ("pretax_credit_amounts",)),
        (BASIL, ("taxes",)),
        (DAHLIA, ("metadata",)),
    ],
    "customer_balance_transaction": [
        (BASIL, ("checkout_session",)),
        (CLOVER, ("customer_account",)),
    ],
    "subscription": [
        (ACACIA, ("automatic_tax.disabled_reason",)),
        (BASIL, ("billing_mode",)),
        (CLOVER, ("billing_mode.flexible", "customer_account")),
        (
            DAHLIA,
            (
                "billing_schedules",
                "invoice_settings.custom_fields",
                "invoice_settings.description",
                "invoice_settings.footer",
                "managed_payments",
                "presentment_details",
            ),
        ),
        (ENDIVE, ("status_details",)),
    ],
    "subscription_item": [
        (BASIL, ("current_period_end", "current_period_start")),
        (DAHLIA, ("billed_until",)),
        (ENDIVE, ("current_trial",)),
    ],
    "topup": [(ENDIVE, ("initiated_by", "payment_method", "payment_method_options"))],
}


def _price(value: dict, find) -> dict:
    if value.get("recurring"):
        value["recurring"]["aggregate_usage"] = None
    return value


def _plan(price: dict | None) -> dict | None:
    """The plan that a recurring price was before there were prices."""
    recurring = price and price["recurring"]
    if not recurring:
        return None
    same = ("active", "billing_scheme", "created", "currency", "id", "livemode")
    transform = price["transform_quantity"]
    return {
        **{name: price[name] for name in same},
        "object": "plan",
        "aggregate_usage": None,
        "amount": price["unit_amount"],
        "amount_decimal": price["unit_amount_decimal"],
        "interval": recurring["interval"],
        "interval_count": recurring["interval_count"],
        "metadata": price["metadata"],
        "meter": recurring["meter"],
        "nickname": price["nickname"],
        "product": price["product"],
        "tiers_mode": price["tiers_mode"],
        "transform_usage": transform,
        "trial_period_days": recurring["trial_period_days"],
        "usage_type": recurring["usage_type"],
    }


def plan_of(price: dict) -> dict:
    """The plan that items of subscriptions show beside their price to this day."""
    plan = _plan(price)
    del plan["aggregate_usage"]
    return plan


def _plan_before(value: dict, find) -> dict:
    value["aggregate_usage"] = None
    return value


def _subscription(value: dict, find) -> dict:
    """One period for all items, which knew none of their own."""
    value.update(
        current_period_end=value["_end"],
        current_period_start=value["_start"],
        discount=None,
    )
    return value


def _discount(value: dict, find) -> dict:
    value["coupon"] = value.get("_coupon")
    return value


def _tax_amounts(taxes: list[dict] | None) -> list[dict]:
    return [
        {
            "amount": tax["amount"],
            "inclusive": tax["tax_behavior"] == "inclusive",
            "tax_rate": tax["tax_rate_details"]["tax_rate"],
            "taxability_reason": None
            if tax["taxability_reason"] == "not_available"
            else tax["taxability_reason"],
            "taxable_amount": tax["taxable_amount"],
        }
        for tax in taxes or ()
    ]


def _invoice(value: dict, find) -> dict:
    parent = value["parent"] or {}
    subscription = parent.get("subscription_details") or {}
    taxes = value["total_taxes"]
    outside = value["amount_paid_off_stripe"] or 0
    discounts = value["discounts"]
    value.update(
        application_fee_amount=None,
        charge=value["_charge"],
        discount=find("discounts", discounts[0]) if discounts else None,
        paid=value["status"] == "paid",
        paid_out_of_band=bool(outside),
        payment_intent=value["_payment_intent"],
        quote=None,
        subscription=subscription.get("subscription"),
        subscription_details={"metadata": subscription.get("metadata")},
        tax=sum(tax["amount"] for tax in taxes) if taxes else None,
        total_tax_amounts=_tax_amounts(taxes),
        transfer_data=None,
        # Before basil this was only what had been paid through Stripe.
        amount_paid=value["amount_paid"] - outside,
        amount_remaining=value["amount_remaining"] + outside,
    )
    return value


def _line_item(value: dict, find) -> dict:
    parent = value["parent"] or {}
    kind = (parent.get("type") or "").removesuffix("_details")
    details = parent.get(parent.get("type")) or {}
    details_price = (value["pricing"] or {}).get("price_details") or {}
    price = details_price.get("price")
    price = find("prices", price) if price else None
    taxes = value["taxes"] or []
    inside = sum(t["amount"] for t in taxes if t["tax_behavior"] == "inclusive")
    net = value["amount"] - inside
    rates = [tax["tax_rate_details"]["tax_rate"] for tax in taxes]
    value.update(
        amount_excluding_tax=net,
        plan=_plan(price),
        price=price,
        proration=details.get("proration", False),
        proration_details=details.get("proration_details") or {"credited_items": None},
        subscription=details.get("subscription"),
        tax_amounts=_tax_amounts(taxes),
        tax_rates=[find("tax_rates", rate) for rate in rates],
        type="subscription" if kind == "subscription_item" else "invoiceitem",
        unit_amount_excluding_tax=_each(net, value["quantity"]),
    )
    if details.get("invoice_item"):
        value["invoice_item"] = details["invoice_item"]
    if details.get("subscription_item"):
        value["subscription_item"] = details["subscription_item"]
    return value


def _each(amount: int, quantity: int | None) -> str | None:
    """A share with at most 12 digits after the point."""
    if not quantity:
        return None
    share = Decimal(amount) / quantity
    return format(round(share, 12).normalize() + 0, "f")


def _invoiceitem(value: dict, find) -> dict:
    pricing = value["pricing"] or {}
    price = (pricing.get("price_details") or {}).get("price")
    price = find("prices", price) if price else None
    parent = (value["parent"] or {}).get("subscription_details") or {}
    exact = pricing.get("unit_amount_decimal")
    whole = exact is not None and Decimal(exact) == int(Decimal(exact))
    value.update(
        plan=_plan(price),
        price=price,
        subscription=parent.get("subscription"),
        unit_amount=int(Decimal(exact)) if whole else None,
        unit_amount_decimal=exact,
    )
    if parent.get("subscription_item"):
        value["subscription_item"] = parent["subscription_item"]
    return value


def _credit_note(value: dict, find) -> dict:
    # There was no third kind: what was refunded after it was paid counts.
    paid = value["post_payment_amount"]
    value.update(
        refund=value["_refund"],
        tax_amounts=_tax_amounts(value["total_taxes"]),
        type="post_payment" if paid else "pre_payment",
    )
    return value


def _credit_line(value: dict, find) -> dict:
    taxes = value["taxes"] or []
    inside = sum(t["amount"] for t in taxes if t["tax_behavior"] == "inclusive")
    net = value["amount"] - inside
    value.update(
        amount_excluding_tax=net,
        tax_amounts=_tax_amounts(taxes),
        unit_amount_excluding_tax=_each(net, value["quantity"]),
    )
    return value


def _with_invoice(value: dict, find) -> dict:
    value["invoice"] = value["_invoice"]
    return value


def _dispute(value: dict, find) -> dict:
    value["payment_method_details"].get("card", {}).pop("network", None)
    return value


def _reserve(value: dict, find) -> dict:
    # From memory: what the old closed list does not name was called this.
    if value["type"] in ("reserve_hold", "reserve_release"):
        value["type"] = "reserve_transaction"
    return value


def _minimum(value: dict, find) -> dict:
    if value["type"].startswith("payout_minimum_balance"):
        value["type"] = "reserve_transaction"
    return value


RESHAPED = {
    "balance_transaction": {ACACIA: _minimum, BASIL: _reserve},
    "dispute": {BASIL: _dispute},
    "plan": {BASIL: _plan_before},
    "price": {BASIL: _price},
    "subscription": {BASIL: _subscription},
    "discount": {CLOVER: _discount},
    "invoice": {BASIL: _invoice},
    "line_item": {BASIL: _line_item},
    "invoiceitem": {BASIL: _invoiceitem},
    "credit_note": {BASIL: _credit_note},
    "credit_note_line_item": {BASIL: _credit_line},
    "charge": {BASIL: _with_invoice},
    "payment_intent": {BASIL: _with_invoice},
}
