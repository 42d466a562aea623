# Copyright 2026 Odoo Integration Suite contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl)
"""Invoice lines (SDK ``_invoice_line_item.py``) and how they fill their invoice."""

from decimal import Decimal

from . import stripe_amounts as amounts
from . import stripe_params as params
from .stripe_money import text
from .stripe_render import clone
from .stripe_resources import LIST, READ, Call, Resource, register

# Entries that an invoice shows of its lines by itself.
SHOWN = 10
# tax_exempt of the customer -> why nothing is taxed
_EXEMPT = {"exempt": "customer_exempt", "reverse": "reverse_charge"}


@register
class LineItems(Resource):
    """Kept beside: ``_rates`` (tax rate ids, None: those of the invoice), ``_off``
    (what the item discounts take)."""

    name = "line_items"
    kind = "line_item"
    prefix = "il_1"
    id_length = 23
    scope = "invoice"
    routes = [("GET", "/v1/invoices/{invoice}/lines", "listing")]
    expandable = {
        "discounts": "@discounts",
        "discount_amounts.discount": "@discounts",
        "pretax_credit_amounts.discount": "@discounts",
        "pricing.price_details.price": "@prices",
        "tax_amounts.tax_rate": "@tax_rates",
        "invoice_item": "@invoiceitems",
    }

    def __init__(self, sim):
        super().__init__(sim)
        self._by_invoice: dict[str, list[str]] = {}

    def store(self, obj):
        self._by_invoice.setdefault(obj["invoice"], []).append(obj["id"])
        return super().store(obj)

    def load(self, data):
        super().load(data)
        self._by_invoice = {}
        for obj in self.objects.values():
            self._by_invoice.setdefault(obj["invoice"], []).append(obj["id"])

    def of(self, invoice: str) -> list[dict]:
        """The lines of an invoice, first to last."""
        ids = self._by_invoice.get(invoice, ())
        return [self.objects[key] for key in ids if key in self.objects]

    def of_item(self, item: str) -> dict | None:
        """The line that an invoice item became."""
        for obj in self.objects.values():
            details = obj["parent"].get("invoice_item_details") or {}
            if details.get("invoice_item") == item:
                return obj
        return None

    def forget(self, invoice: str) -> None:
        for key in self._by_invoice.pop(invoice, ()):
            if key in self.objects:
                self.drop(key)

    def listing(self, call: Call, invoice: str) -> dict:
        self.sim.resources["invoices"].get(invoice)
        values = params.read(call.params, {**LIST, **READ})
        url = f"/v1/invoices/{invoice}/lines"
        # Unlike other lists: first to last, as on paper.
        return self.page(
            call, url, values, among=self._by_invoice.get(invoice, ()), forward=True
        )

    def add(self, invoice: dict, values: dict, parent: dict) -> dict:
        """A line from what an item or a subscription says.

        :param values: amount, currency, description, discountable, discounts,
            metadata, period, pricing, quantity (Decimal), rates (ids or None)
        """
        quantity = values["quantity"]
        details = parent[parent["type"]]
        return self.store(
            {
                "id": self.new_id(),
                "object": "line_item",
                "amount": values["amount"],
                "currency": values["currency"],
                "description": values["description"],
                "discount_amounts": [],
                "discountable": values["discountable"],
                "discounts": list(values["discounts"]),
                "invoice": invoice["id"],
                "livemode": self.sim.livemode,
                "metadata": dict(values["metadata"]),
                "parent": parent,
                "period": dict(values["period"]),
                "pretax_credit_amounts": [],
                "pricing": clone(values["pricing"]),
                "quantity": None if quantity is None else int(quantity),
                "quantity_decimal": None if quantity is None else text(quantity),
                "subscription": details["subscription"],
                "subtotal": values["amount"],
                "taxes": [],
                "_rates": values["rates"],
                "_off": 0,
            }
        )

    def follow(self, item: dict) -> None:
        """Bring the line of an invoice item up to date after a change of it."""
        same = "amount description discountable period pricing quantity "
        same += "quantity_decimal metadata discounts"
        line = self.of_item(item["id"])
        line.update({name: clone(item[name]) for name in same.split()})
        line.update(subtotal=item["amount"], _rates=item["_rates"])

    # -- sums ----------------------------------------------------------------------

    def fill(self, invoice: dict, customer: dict) -> None:
        """Compute discounts, taxes and totals of an invoice from its lines."""
        stored = self.of(invoice["id"])
        reason = _EXEMPT.get(customer.get("tax_exempt"))
        lines = [self._line(obj, invoice, reason) for obj in stored]
        off = self.sim.resources["discounts"].off
        shipping = self._shipping(invoice, reason)
        totals = amounts.compute(
            lines,
            invoice["currency"],
            [off(key) for key in invoice["discounts"]],
            shipping,
        )
        for obj, line in zip(stored, lines, strict=True):
            obj["discount_amounts"] = [
                {"amount": amount, "discount": key}
                for key, amount in line.discount_amounts
            ]
            obj["pretax_credit_amounts"] = _credits(obj["discount_amounts"])
            obj["taxes"] = _taxes(line.taxes, reason)
            obj["_off"] = line.item_discount
        self._write(invoice, totals, reason)
        invoice["lines"] = self.nested(invoice["id"])

    def nested(self, invoice: str) -> dict:
        lines = self.of(invoice)
        return {
            "object": "list",
            "data": clone(lines[:SHOWN]),
            "has_more": len(lines) > SHOWN,
            "total_count": len(lines),
            "url": f"/v1/invoices/{invoice}/lines",
        }

    def _line(self, obj: dict, invoice: dict, reason: str | None) -> amounts.Line:
        rates = obj["_rates"]
        if rates is None:
            rates = [rate["id"] for rate in invoice["default_tax_rates"]]
        off = self.sim.resources["discounts"].off
        details = (obj["pricing"] or {}).get("price_details") or {}
        return amounts.Line(
            obj["amount"],
            [self._rate(rate, reason) for rate in rates],
            [off(key) for key in obj["discounts"]],
            obj["discountable"],
            details.get("product"),
        )

    def _rate(self, rate: str, reason: str | None) -> amounts.Rate:
        found = self.sim.resources["tax_rates"].rate(rate)
        if reason:
            return amounts.Rate(found.id, Decimal(0), found.inclusive)
        return found

    def _shipping(self, invoice: dict, reason: str | None) -> amounts.Line | None:
        cost = invoice["_shipping"]
        if not cost:
            return None
        rates = [self._rate(rate, reason) for rate in cost["rates"]]
        return amounts.Line(cost["amount"], rates)

    def _write(self, invoice: dict, totals: amounts.Totals, reason: str | None):
        discounts = [
            {"amount": amount, "discount": key}
            for key, amount in totals.discounts.items()
        ]
        invoice.update(
            subtotal=totals.subtotal,
            subtotal_excluding_tax=totals.subtotal_excluding_tax,
            total=totals.total,
            total_excluding_tax=totals.total_excluding_tax,
            total_discount_amounts=discounts,
            total_pretax_credit_amounts=_credits(discounts),
            total_taxes=_taxes(totals.taxes, reason),
        )
        ship = totals.shipping
        if ship:
            tax = ship.tax(inclusive=False)
            net = ship.amount - ship.tax(inclusive=True)
            invoice["amount_shipping"] = ship.amount
            invoice["shipping_cost"].update(
                amount_subtotal=net,
                amount_tax=ship.amount - net + tax,
                amount_total=ship.amount + tax,
            )


def _credits(discounts: list[dict]) -> list[dict]:
    return [{**entry, "type": "discount"} for entry in discounts]


def _taxes(taxes: list[amounts.Tax], reason: str | None) -> list[dict]:
    return [
        {
            "amount": tax.amount,
            "tax_behavior": "inclusive" if tax.rate.inclusive else "exclusive",
            "tax_rate_details": {"tax_rate": tax.rate.id},
            "taxability_reason": reason or "not_available",
            "taxable_amount": tax.taxable,
            "type": "tax_rate_details",
        }
        for tax in taxes
    ]
