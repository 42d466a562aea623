# Copyright 2026 Odoo Integration Suite contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl)
"""Invoices: many lines with one call, and search.

Parameters: SDK ``params/_invoice_add_lines_params.py`` (16.1.0). Fields to search for:
docs.stripe.com/search, "Query fields for invoices".
"""

from . import stripe_items as items
from . import stripe_params as params
from .stripe_errors import ApiError
from .stripe_render import clone
from .stripe_resources import READ, SEARCH, Call

# From memory: the service takes this many with one call.
MOST = 250
_LINE = {
    name: param
    for name, param in items.CREATE.items()
    if name
    in (
        "amount",
        "description",
        "discountable",
        "discounts",
        "metadata",
        "period",
        "price_data",
        "pricing",
        "quantity",
        "quantity_decimal",
        "tax_rates",
    )
}
_ADD = {
    **READ,
    "invoice_metadata": params.Metadata(),
    "lines": params.ListOf(
        params.Hash(
            {
                **_LINE,
                "invoice_item": params.Unsupported(),
                "tax_amounts": params.Unsupported(),
            }
        ),
        most=MOST,
        required=True,
    ),
}
_SEARCHED = frozenset(
    (
        "created",
        "currency",
        "customer",
        "metadata",
        "number",
        "receipt_number",
        "status",
        "total",
    )
)


class BulkLines:
    """Part of ``Invoices``."""

    def add_lines(self, call: Call, id: str) -> dict:  # noqa: A002 - named in the URL
        """All of them or none."""
        values = params.read(call.params, _ADD)
        obj = self.draft(id)
        before = clone(obj)
        customer = self.sim.resources["customers"].get(obj["customer"])
        invoiceitems, made = self.sim.resources["invoiceitems"], []
        try:
            for line in values["lines"]:
                line = {"currency": obj["currency"], **line}
                made.append(invoiceitems.make(line, customer, call, obj))
        except ApiError:
            for item in made:
                invoiceitems.drop(item["id"])
            raise
        for item in made:
            invoiceitems.attach(item, obj)
        if "invoice_metadata" in values:
            obj["metadata"] = params.Metadata.merge(
                obj["metadata"], values["invoice_metadata"]
            )
        return self.view(self.refreshed(before, call), call)

    def search(self, call: Call) -> dict:
        values = params.read(call.params, {**SEARCH, **READ})
        return self.results(call, "/v1/invoices/search", values, _SEARCHED)
