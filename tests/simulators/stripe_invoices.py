# Copyright 2026 Odoo Integration Suite contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl)
"""Invoices over the API: drafts, lists, and the calls that move them on.

Fields: SDK ``_invoice.py`` (16.1.0). What happens to a finished invoice is in
``stripe_invoice_life``, its sums in ``stripe_lines``.
"""

from . import stripe_params as params
from .stripe_bulk_lines import BulkLines
from .stripe_coupons import DISCOUNTS
from .stripe_errors import ApiError, bad_parameter, missing_parameter
from .stripe_invoice_life import InvoiceLife
from .stripe_money import MINIMUM, check_currency
from .stripe_render import clone
from .stripe_resources import LIST, READ, Call, Resource, difference, register

DAY = 86400
_SHIPPING = {
    "amount": params.Int(0, required=True),
    "tax_rates": params.ListOf(params.Str(required=True)),
}
_UPDATE = {
    **READ,
    "account_tax_ids": params.Unsupported(),
    "auto_advance": params.Bool(),
    "automatic_tax": params.Hash({"enabled": params.Bool(required=True)}),
    "collection_method": params.Str(choices=("charge_automatically", "send_invoice")),
    "custom_fields": params.ListOf(
        params.Hash({"name": params.Str(40), "value": params.Str(140)}), most=4
    ),
    "days_until_due": params.Int(0),
    "default_tax_rates": params.ListOf(params.Str(required=True)),
    "description": params.Str(),
    "discounts": DISCOUNTS,
    "due_date": params.Int(),
    "effective_at": params.Int(),
    "footer": params.Str(),
    "metadata": params.Metadata(),
    "number": params.Str(26),
    "shipping_cost": params.Hash(
        {"shipping_rate_data": params.Hash(_SHIPPING, required=True)}
    ),
    "statement_descriptor": params.Str(22),
}
CREATE = {
    **_UPDATE,
    "automatically_finalizes_at": params.Unsupported(),
    "currency": params.Str(3),
    "customer": params.Str(required=True),
    "from_invoice": params.Unsupported(),
    "pending_invoice_items_behavior": params.Str(
        choices=("exclude", "include", "include_and_require")
    ),
    "subscription": params.Unsupported(),
    # Ours: what only subscriptions and backdating make in reality.
    "_billing_reason": params.Any(),
    "_subscription": params.Any(),
}
_LIST = {
    **LIST,
    **READ,
    "collection_method": params.Str(),
    "created": params.Range(),
    "customer": params.Str(),
    "due_date": params.Range(),
    "status": params.Str(choices=("draft", "open", "paid", "uncollectible", "void")),
    "subscription": params.Str(),
}


@register
class Invoices(BulkLines, InvoiceLife, Resource):
    """Kept beside: ``_default_intent``; ``_payment_intent`` and ``_charge`` (the latest
    ones, which old shapes show); ``_balance`` (how the customer's balance moved)."""

    name = "invoices"
    kind = "invoice"
    prefix = "in_1"
    id_length = 23
    scope = "invoice"
    routes = [
        ("POST", "/v1/invoices", "create"),
        ("GET", "/v1/invoices", "listing"),
        ("GET", "/v1/invoices/search", "search"),
        ("GET", "/v1/invoices/{id}", "retrieve"),
        ("POST", "/v1/invoices/{id}", "update"),
        ("DELETE", "/v1/invoices/{id}", "delete"),
        ("POST", "/v1/invoices/{id}/add_lines", "add_lines"),
        ("POST", "/v1/invoices/{id}/finalize", "finalize"),
        ("POST", "/v1/invoices/{id}/pay", "pay"),
        ("POST", "/v1/invoices/{id}/void", "void"),
        ("POST", "/v1/invoices/{id}/mark_uncollectible", "mark_uncollectible"),
        ("POST", "/v1/invoices/{id}/send", "send"),
        ("POST", "/v1/invoices/{id}/attach_payment", "attach_payment"),
    ]
    expandable = {
        "charge": "@charges",
        "customer": "@customers",
        "discounts": "@discounts",
        "payment_intent": "@payment_intents",
        "payments": "expand_payments",
        "total_discount_amounts.discount": "@discounts",
        "total_pretax_credit_amounts.discount": "@discounts",
        "total_tax_amounts.tax_rate": "@tax_rates",
    }

    # -- drafts --------------------------------------------------------------------

    def create(self, call: Call) -> dict:
        values = params.read(call.params, CREATE)
        obj = self.make(values, call)
        if (values.get("pending_invoice_items_behavior") or "exclude") != "exclude":
            items = self.sim.resources["invoiceitems"]
            # "In reverse chronological order" (SDK doc of Invoice.lines).
            for item in reversed(items.pending(obj["customer"], obj["currency"])):
                items.attach(item, obj)
        self.sum_up(obj)
        self.sim.emit("invoice.created", obj, call)
        return self.view(obj, call)

    def make(self, values: dict, call: Call) -> dict:
        """Store an empty draft from checked parameters; nobody is told yet."""
        customers = self.sim.resources["customers"]
        customer = customers.get(values["customer"], "customer", 400)
        currency = check_currency(
            values.get("currency") or customer["currency"] or self.sim.currency
        )
        obj = self._blank(customer["id"], currency, call)
        obj["_balance"] = 0
        if values.get("_billing_reason"):
            obj["billing_reason"] = values.pop("_billing_reason")
        if values.get("_subscription"):
            obj["parent"] = _parent(values.pop("_subscription"))
        self._apply(obj, values, call)
        self.store(obj)
        if customer["currency"] is None:
            customers.change(customer["id"], {"currency": currency}, call)
        return obj

    def _blank(self, customer: str, currency: str, call: Call) -> dict:
        account = self.sim.resources["accounts"].get(self.sim.account)
        transitions = ("finalized", "marked_uncollectible", "paid", "voided")
        nothing = (
            "application automatically_finalizes_at confirmation_secret custom_fields "
            "customer_account default_payment_method default_source description "
            "due_date effective_at ending_balance footer from_invoice "
            "hosted_invoice_url invoice_pdf last_finalization_error latest_revision "
            "next_payment_attempt number on_behalf_of parent receipt_number rendering "
            "shipping_cost shipping_details statement_descriptor status_details "
            "test_clock threshold_reason webhooks_delivered_at _payment_intent _charge "
            "_default_intent _shipping"
        )
        zero = (
            "amount_due amount_overpaid amount_paid amount_paid_off_stripe "
            "amount_remaining amount_shipping attempt_count "
            "post_payment_credit_notes_amount pre_payment_credit_notes_amount "
            "starting_balance subtotal total"
        )
        return {
            "id": self.new_id(),
            "object": "invoice",
            **dict.fromkeys(nothing.split()),
            **dict.fromkeys(zero.split(), 0),
            "account_country": account["country"],
            "account_name": account["business_profile"]["name"],
            "account_tax_ids": None,
            "attempted": False,
            "auto_advance": False,
            "automatic_tax": {
                "disabled_reason": None,
                "enabled": False,
                "liability": None,
                "provider": None,
                "status": None,
            },
            "billing_reason": "manual",
            "collection_method": "charge_automatically",
            "created": call.at,
            "currency": currency,
            "customer": customer,
            "default_tax_rates": [],
            "discounts": [],
            "issuer": {"type": "self"},
            "livemode": self.sim.livemode,
            "metadata": {},
            "payment_settings": {
                "default_mandate": None,
                "payment_method_options": None,
                "payment_method_types": None,
            },
            "period_end": call.at,
            "period_start": call.at,
            "status": "draft",
            "status_transitions": {f"{name}_at": None for name in transitions},
        }

    def _apply(self, obj: dict, values: dict, call: Call) -> None:
        """Set parameters on a draft, in place."""
        if (values.get("automatic_tax") or {}).get("enabled"):
            raise bad_parameter("The simulator does not calculate taxes.", "tax")
        self._check_number(obj, values.get("number"))
        for name in ("auto_advance", "collection_method", "custom_fields", "number"):
            if values.get(name) is not None:
                obj[name] = values[name]
        for name in ("description", "footer", "statement_descriptor", "effective_at"):
            if name in values:
                obj[name] = values[name]
        if "metadata" in values:
            obj["metadata"] = params.Metadata.merge(obj["metadata"], values["metadata"])
        if "default_tax_rates" in values:
            rates = self.sim.resources["tax_rates"]
            obj["default_tax_rates"] = [
                clone(rates.get(rate, "default_tax_rates", 400))
                for rate in values["default_tax_rates"]
            ]
        if "discounts" in values:
            obj["discounts"] = self.sim.resources["discounts"].redeem(
                values["discounts"],
                obj["currency"],
                obj["customer"],
                call,
                invoice=obj["id"],
            )
        if "shipping_cost" in values:
            _ship(obj, values["shipping_cost"])
        self._due(obj, values, call)

    def _check_number(self, obj: dict, number: str | None) -> None:
        """A number that was set by hand is there once (from memory)."""
        for other in self.objects.values() if number else ():
            if other["number"] == number and other["id"] != obj["id"]:
                raise bad_parameter(
                    f"An invoice with the number {number} exists already.", "number"
                )

    def _due(self, obj: dict, values: dict, call: Call) -> None:
        days, date = values.get("days_until_due"), values.get("due_date")
        if days is None and date is None:
            return
        if obj["collection_method"] != "send_invoice":
            raise bad_parameter(
                "You can only set a due date for collection_method send_invoice.",
                "due_date" if days is None else "days_until_due",
            )
        obj["due_date"] = date if days is None else call.at + days * DAY

    def sum_up(self, obj: dict) -> None:
        """Bring a draft's sums and its copy of the customer up to date, in place."""
        customers = self.sim.resources["customers"]
        customer = customers.find(obj["customer"])
        if not customer.get("deleted"):
            self._copy_customer(obj, customer)
            balance = customers.balance_in(customer, obj["currency"])
            obj["starting_balance"] = balance
        self.sim.resources["line_items"].fill(obj, customer)
        raw = obj["total"] + obj["starting_balance"]
        small = raw < MINIMUM.get(obj["currency"], 0)
        obj["amount_due"] = 0 if raw <= 0 or small else raw
        obj["amount_remaining"] = obj["amount_due"] - obj["amount_paid"]

    def _copy_customer(self, obj: dict, customer: dict) -> None:
        tax_ids = self.sim.resources["tax_ids"].of(customer["id"])
        for name in ("address", "email", "name", "phone", "shipping", "tax_exempt"):
            obj[f"customer_{name}"] = clone(customer[name])
        obj["customer_tax_ids"] = [
            {"type": tax_id["type"], "value": tax_id["value"]} for tax_id in tax_ids
        ]

    def draft(self, id: str, param="id", status=404) -> dict:  # noqa: A002
        """:raises ApiError: when the invoice is no longer a draft"""
        obj = self.get(id, param, status)
        if obj["status"] != "draft":
            raise ApiError(
                400,
                "Finalized invoices can't be updated in this way.",
                code="invoice_not_editable",
            )
        return obj

    def refreshed(self, before: dict, call: Call) -> dict:
        """Sum a draft up after a change of it and tell the world."""
        obj = self.objects[before["id"]]
        self.sum_up(obj)
        if difference(before, obj):
            self.sim.emit("invoice.updated", obj, call, before=before)
        return obj

    def update(self, call: Call, id: str) -> dict:  # noqa: A002 - named in the URL
        values = params.read(call.params, _UPDATE)
        obj = self.get(id)
        before = clone(obj)
        if obj["status"] == "draft":
            new = clone(obj)
            self._apply(new, values, call)
            self.objects[id] = new
            return self.view(self.refreshed(before, call), call)
        locked = set(values) - {"metadata", "expand", "auto_advance"}
        if locked:
            self.draft(id)
        obj["auto_advance"] = values.get("auto_advance", obj["auto_advance"])
        obj["metadata"] = params.Metadata.merge(
            obj["metadata"], values.get("metadata", {})
        )
        if difference(before, obj):
            self.sim.emit("invoice.updated", obj, call, before=before)
        return self.view(obj, call)

    def delete(self, call: Call, id: str) -> dict:  # noqa: A002
        obj = self.draft(id)
        items = self.sim.resources["invoiceitems"]
        for item in [i for i in items.objects.values() if i["invoice"] == id]:
            items.drop(item["id"])
        stub = self.drop(id)
        self.sim.emit("invoice.deleted", obj, call)
        self.sim.resources["line_items"].forget(id)
        return dict(stub)

    # -- lists ---------------------------------------------------------------------

    def listing(self, call: Call) -> dict:
        values = params.read(call.params, _LIST)

        def keep(obj):
            details = (obj["parent"] or {}).get("subscription_details") or {}
            wanted = values.get("subscription")
            due = values.get("due_date")
            return (
                params.Range.fits(obj["created"], values.get("created"))
                and (not due or params.Range.fits(obj["due_date"] or 0, due))
                and (not wanted or details.get("subscription") == wanted)
                and all(
                    obj[name] == values[name]
                    for name in ("collection_method", "customer", "status")
                    if values.get(name)
                )
            )

        return self.page(call, "/v1/invoices", values, keep)

    def expand_payments(self, obj: dict) -> dict:
        return self.sim.resources["invoice_payments"].nested(obj["id"])


def _parent(subscription: dict) -> dict:
    return {
        "quote_details": None,
        "subscription_details": {
            "metadata": subscription.get("metadata") or {},
            "subscription": subscription["subscription"],
            "subscription_proration_date": None,
        },
        "type": "subscription_details",
    }


def _ship(obj: dict, values: dict | None) -> None:
    if values is None:
        obj.update(shipping_cost=None, amount_shipping=0, _shipping=None)
        return
    data = values.get("shipping_rate_data")
    if not data:
        raise missing_parameter("shipping_cost[shipping_rate_data]")
    obj["shipping_cost"] = {"shipping_rate": None}
    obj["_shipping"] = {
        "amount": data["amount"],
        "rates": data.get("tax_rates") or [],
    }
