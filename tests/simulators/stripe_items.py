# Copyright 2026 Odoo Integration Suite contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl)
"""Invoice items (SDK ``_invoice_item.py``): what becomes a line of an invoice."""

from decimal import Decimal

from . import stripe_params as params
from .stripe_coupons import DISCOUNTS
from .stripe_errors import bad_parameter
from .stripe_item_facts import ItemFacts
from .stripe_money import text
from .stripe_render import clone
from .stripe_resources import LIST, READ, Call, Resource, register

PERIOD = params.Hash(
    {"start": params.Int(required=True), "end": params.Int(required=True)}
)
PRICE_DATA = params.Hash(
    {
        "currency": params.Str(3, required=True),
        "product": params.Str(required=True),
        "tax_behavior": params.Str(choices=("exclusive", "inclusive", "unspecified")),
        "unit_amount": params.Int(),
        "unit_amount_decimal": params.DecimalText(),
    }
)
_UPDATE = {
    **READ,
    "amount": params.Int(),
    "description": params.Str(),
    "discountable": params.Bool(),
    "discounts": DISCOUNTS,
    "metadata": params.Metadata(),
    "period": PERIOD,
    # "price" until basil, "pricing" since.
    "price": params.Str(),
    "price_data": PRICE_DATA,
    "pricing": params.Hash({"price": params.Str(required=True)}),
    "quantity": params.Int(0),
    "quantity_decimal": params.DecimalText(least=Decimal(0)),
    "tax_behavior": params.Str(),
    "tax_code": params.Unsupported(),
    "tax_rates": params.ListOf(params.Str(required=True), most=10),
    "unit_amount": params.Int(),
    "unit_amount_decimal": params.DecimalText(),
}
CREATE = {
    **_UPDATE,
    "currency": params.Str(3),
    "customer": params.Str(required=True),
    "customer_account": params.Unsupported(),
    "invoice": params.Str(),
    "subscription": params.Unsupported(),
    # Ours: what only subscriptions make in reality.
    "_proration": params.Any(),
}
_LIST = {
    **LIST,
    **READ,
    "created": params.Range(),
    "customer": params.Str(),
    "invoice": params.Str(),
    "pending": params.Bool(),
}


@register
class InvoiceItems(ItemFacts, Resource):
    name = "invoiceitems"
    kind = "invoiceitem"
    prefix = "ii_1"
    id_length = 23
    scope = "invoice_item"
    routes = [
        ("POST", "/v1/invoiceitems", "create"),
        ("GET", "/v1/invoiceitems", "listing"),
        ("GET", "/v1/invoiceitems/{id}", "retrieve"),
        ("POST", "/v1/invoiceitems/{id}", "update"),
        ("DELETE", "/v1/invoiceitems/{id}", "delete"),
    ]
    expandable = {
        "customer": "@customers",
        "discounts": "@discounts",
        "invoice": "@invoices",
        "pricing.price_details.price": "@prices",
    }

    def create(self, call: Call) -> dict:
        values = params.read(call.params, CREATE)
        customers = self.sim.resources["customers"]
        customer = customers.get(values["customer"], "customer", 400)
        invoice = None
        if values.get("invoice"):
            invoices = self.sim.resources["invoices"]
            invoice = invoices.draft(values["invoice"], "invoice", 400)
            values.setdefault("currency", invoice["currency"])
        obj = self.make(values, customer, call, invoice)
        if invoice:
            before = clone(invoice)
            self.attach(obj, invoice)
            self.sim.resources["invoices"].refreshed(before, call)
        return self.view(obj, call)

    def make(
        self, values: dict, customer: dict, call: Call, invoice: dict | None = None
    ) -> dict:
        """Store a pending item from checked parameters.

        :param invoice: the draft that it will be attached to
        :raises ApiError: 400; then nothing is stored
        """
        facts = self.facts(values, call)
        if invoice and facts["currency"] != invoice["currency"]:
            raise bad_parameter(
                f"The invoice is in {invoice['currency']}, the item in "
                f"{facts['currency']}.",
                "invoice",
            )
        rates = values.get("tax_rates")
        tax_rates = self._rates(rates)
        quantity = facts["quantity"]
        item_id = self.new_id()
        discounts = self.sim.resources["discounts"].redeem(
            values.get("discounts") or [],
            facts["currency"],
            customer["id"],
            call,
            invoice_item=item_id,
        )
        obj = self.store(
            {
                "id": item_id,
                "object": "invoiceitem",
                "amount": facts["amount"],
                "currency": facts["currency"],
                "customer": customer["id"],
                "customer_account": None,
                "date": call.at,
                "description": facts["description"],
                "discountable": facts["discountable"],
                "discounts": discounts,
                "invoice": None,
                "livemode": self.sim.livemode,
                "metadata": params.Metadata.merge({}, values.get("metadata")),
                "net_amount": facts["amount"],
                "parent": facts["parent"],
                "period": values.get("period") or {"end": call.at, "start": call.at},
                "pricing": facts["pricing"],
                "proration": bool(values.get("_proration")),
                "proration_details": None,
                "quantity": int(quantity),
                "quantity_decimal": text(quantity),
                "tax_rates": tax_rates,
                "test_clock": None,
                "_rates": rates,
                "_credited": (values.get("_proration") or {}).get("credited"),
            }
        )
        self.sim.emit("invoiceitem.created", obj, call)
        return obj

    def _rates(self, ids: list[str] | None) -> list[dict]:
        rates = self.sim.resources["tax_rates"]
        return [clone(rates.get(rate, "tax_rates", 400)) for rate in ids or ()]

    def attach(self, obj: dict, invoice: dict) -> None:
        """Make a line of a draft of it; who calls sums up the invoice."""
        obj["invoice"] = invoice["id"]
        details = {
            "invoice_item": obj["id"],
            "proration": obj["proration"],
            "proration_details": {"credited_items": obj["_credited"]}
            if obj["proration"]
            else None,
            "subscription": (
                (obj["parent"] or {}).get("subscription_details") or {}
            ).get("subscription"),
        }
        parent = {
            "invoice_item_details": details,
            "subscription_item_details": None,
            "type": "invoice_item_details",
        }
        values = {
            **obj,
            "quantity": Decimal(obj["quantity_decimal"]),
            "rates": obj["_rates"],
        }
        self.sim.resources["line_items"].add(invoice, values, parent)

    def of_subscription(
        self, values: dict, line: dict, invoice: dict, call: Call
    ) -> dict:
        """A line that a subscription makes: it has no invoice item.

        :param line: ``subscription`` and ``subscription_item``
        """
        facts = self.facts(values, call)
        discounts = self.sim.resources["discounts"].redeem(
            values.get("discounts") or [],
            facts["currency"],
            invoice["customer"],
            call,
            invoice=invoice["id"],
        )
        details = {
            "invoice_item": None,
            "proration": False,
            "proration_details": None,
            "subscription": line.get("subscription"),
            "subscription_item": line["subscription_item"],
        }
        parent = {
            "invoice_item_details": None,
            "subscription_item_details": details,
            "type": "subscription_item_details",
        }
        values = {
            **facts,
            "discounts": discounts,
            "metadata": params.Metadata.merge({}, values.get("metadata")),
            "period": values.get("period") or {"end": call.at, "start": call.at},
            "rates": values.get("tax_rates"),
        }
        return self.sim.resources["line_items"].add(invoice, values, parent)

    def pending(self, customer: str, currency: str) -> list[dict]:
        return [
            obj
            for obj in self.objects.values()
            if obj["customer"] == customer
            and obj["currency"] == currency
            and not obj["invoice"]
            # Prorations wait for the next invoice of their subscription.
            and not obj.get("_subscription")
        ]

    def listing(self, call: Call) -> dict:
        values = params.read(call.params, _LIST)
        pending = values.get("pending")

        def keep(obj):
            return (
                params.Range.fits(obj["date"], values.get("created"))
                and (pending is None or pending == (obj["invoice"] is None))
                and all(
                    obj[name] == values[name]
                    for name in ("customer", "invoice")
                    if values.get(name)
                )
            )

        return self.page(call, "/v1/invoiceitems", values, keep)

    def update(self, call: Call, id: str) -> dict:  # noqa: A002 - named in the URL
        """What names no amount keeps it; a line of a draft changes along."""
        values = params.read(call.params, _UPDATE)
        obj = self.get(id)
        invoices = self.sim.resources["invoices"]
        if obj["invoice"]:
            before = clone(invoices.draft(obj["invoice"], "invoice", 400))
        if "tax_rates" in values:
            obj["tax_rates"] = self._rates(values["tax_rates"])
            obj["_rates"] = values["tax_rates"] or None
        self.reprice(obj, values, call)
        for name in ("description", "discountable", "period"):
            if name in values:
                obj[name] = values[name]
        if "metadata" in values:
            obj["metadata"] = params.Metadata.merge(obj["metadata"], values["metadata"])
        if "discounts" in values:
            obj["discounts"] = self.sim.resources["discounts"].redeem(
                values["discounts"],
                obj["currency"],
                obj["customer"],
                call,
                invoice_item=id,
            )
        if obj["invoice"]:
            self.sim.resources["line_items"].follow(obj)
            invoices.refreshed(before, call)
        return self.view(obj, call)

    def delete(self, call: Call, id: str) -> dict:  # noqa: A002
        obj = self.get(id)
        invoices = self.sim.resources["invoices"]
        if obj["invoice"]:
            before = clone(invoices.draft(obj["invoice"], "invoice", 400))
            lines = self.sim.resources["line_items"]
            lines.drop(lines.of_item(id)["id"])
            invoices.refreshed(before, call)
        stub = self.drop(id)
        self.sim.emit("invoiceitem.deleted", obj, call)
        return dict(stub)
