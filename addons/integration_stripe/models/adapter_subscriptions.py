# Copyright 2026 Odoo Integration Suite contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl)
from odoo import api, models

from .. import shapes
from . import invoice_lines
from .adapter_products import PRICE

ITEMS = "/v1/subscription_items"
ITEM = {
    "id": str,
    "quantity": int,
    "price": {"id": str, **PRICE},
    "current_period_start": int,
    "current_period_end": int,
}
SUBSCRIPTION = {
    "status": str,
    "currency": str,
    "description": str,
    "start_date": int,
    "ended_at": int,
    "trial_start": int,
    "trial_end": int,
    "current_period_start": int,
    "current_period_end": int,
    "cancel_at_period_end": bool,
    "cancel_at": int,
    "canceled_at": int,
    "cancellation_details": {"comment": str, "feedback": str, "reason": str},
    "pause_collection": {"behavior": str, "resumes_at": int},
    "collection_method": str,
    "days_until_due": int,
    "items": {"data": [ITEM], "has_more": bool},
    "metadata": dict,
}
# Left out of the normal form: what only one generation has, what other fields tell,
# and what is about payment methods and plans for later.
LEFT_OUT = frozenset(
    """
    automatic_tax billing_cycle_anchor_config billing_mode billing_schedules
    billing_thresholds cancellation_details current_period_end current_period_start
    customer_account default_payment_method default_source discount discounts
    invoice_customer_balance_settings invoice_settings items managed_payments
    next_pending_invoice_item_invoice payment_settings pause_collection
    pending_invoice_item_interval pending_setup_intent pending_update plan
    presentment_details quantity schedule status_details test_clock transfer_data
    trial_settings
    """.split()
)
# Stripe's words → those of the common format; others are told as they are, and the
# format refuses what it does not know.
STATUSES = {"incomplete_expired": "expired"}
COLLECTIONS = {"charge_automatically": "automatic", "send_invoice": "invoice"}
PAUSES = {"keep_as_draft": "draft", "mark_uncollectible": "uncollectible"}


class IntegrationAdapterStripe(models.AbstractModel):
    """Objects: subscriptions of both generations.

    Since 2025-03-31.basil each item has a period of its own; before, they shared that
    of the subscription (docs.stripe.com/changelog/basil/2025-03-31/
    deprecate-subscription-current-period-start-and-end).
    """

    _inherit = "integration.adapter.stripe"

    @api.model
    def _lacks_subscription(self, item) -> bool:
        """Whether a message holds only a part of the items: it has no other list."""
        return bool(invoice_lines.INCOMPLETE.search(item.body))

    @api.model
    def _complete_subscription(self, client, record: dict) -> None:
        """Read the items after the tenth; there are twenty at most."""
        self._complete_list(client, record, "items", ITEMS, subscription=record["id"])

    @api.model
    def _normal_subscription(self, record, path: str) -> dict:
        """Stripe's fields with these differences:

        * ``customer``, ``latest_invoice``: ids;
        * ``status``, ``collection_method``, ``pause_behavior``: in the words of the
          common format where it has other ones;
        * ``period_start``, ``period_end``: of the item that ends first, else of the
          subscription; Unix seconds;
        * ``resumes_at``: when a paused collection goes on;
        * ``cancel_reason``: what the customer said, else what Stripe says;
        * ``lines``: {id, product, price, nickname, quantity, unit_amount, interval,
          interval_count, metered, period_start, period_end}: ids, money of
          :func:`shapes.money`; no amount where tiers or packages say it.

        :raises engine.errors.SchemaError: a field is not of its documented type
        """
        shapes.check(record, SUBSCRIPTION, path)
        lines = [
            _line(item, record, f"{path}.items.data[{index}]" if path else "items")
            for index, item in enumerate((record.get("items") or {}).get("data") or ())
        ]
        ends = [line for line in lines if line["period_end"]]
        first = min(ends, key=lambda line: line["period_end"]) if ends else {}
        pause = record.get("pause_collection") or {}
        status, method = record.get("status"), record.get("collection_method")
        normal = {key: value for key, value in record.items() if key not in LEFT_OUT}
        normal.update(
            customer=shapes.identifier(record.get("customer")),
            latest_invoice=shapes.identifier(record.get("latest_invoice")),
            status=STATUSES.get(status, status),
            collection_method=COLLECTIONS.get(method, method),
            period_start=first.get("period_start"),
            period_end=first.get("period_end"),
            pause_behavior=PAUSES.get(pause.get("behavior"), pause.get("behavior")),
            resumes_at=pause.get("resumes_at"),
            cancel_reason=_reason(record.get("cancellation_details") or {}),
            lines=lines,
        )
        return normal


def _line(item: dict, subscription: dict, path: str) -> dict:
    """One item; ``path`` is where it stands, for error texts."""
    price = item.get("price") or {}
    recurring, currency = price.get("recurring") or {}, price.get("currency")
    return {
        "id": item["id"],
        "product": shapes.identifier(price.get("product")),
        "price": price.get("id"),
        "nickname": price.get("nickname"),
        "quantity": item.get("quantity"),
        "unit_amount": shapes.money(_unit_amount(price, currency, path), currency),
        "interval": recurring.get("interval"),
        "interval_count": recurring.get("interval_count"),
        "metered": recurring.get("usage_type") == "metered",
        "period_start": item.get("current_period_start")
        or subscription.get("current_period_start"),
        "period_end": item.get("current_period_end")
        or subscription.get("current_period_end"),
    }


def _unit_amount(price: dict, currency, path: str):
    """Minor units of one unit; None where the price is one of tiers or packages."""
    if price.get("billing_scheme") == "tiered" or price.get("transform_quantity"):
        return None
    amount = price.get("unit_amount_decimal")
    if amount is None:
        amount = price.get("unit_amount")
    return shapes.exact(amount, currency, f"{path}.price.unit_amount_decimal")


def _reason(details: dict) -> str | None:
    """Why it ends: the customer's own words first, then the choice they made."""
    said = [details.get("comment"), _words(details.get("feedback"))]
    said = [text for text in said if text]
    return " – ".join(said) or _words(details.get("reason"))


def _words(code: str | None) -> str | None:
    """A code as people read it: ``too_expensive`` → Too expensive."""
    return code.replace("_", " ").capitalize() if code else None
