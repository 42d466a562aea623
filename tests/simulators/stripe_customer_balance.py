# Copyright 2026 Odoo Integration Suite contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl)
"""Customer balance transactions (SDK ``_customer_balance_transaction.py``, 16.1.0).

Each change of a customer's balance is one; no event tells of them (only
``customer.updated`` of the new balance). docs.stripe.com/billing/customer/balance.
"""

from . import stripe_params as params
from .stripe_money import check_currency
from .stripe_resources import LIST, READ, Call, Resource, register

_CREATE = {
    **READ,
    "amount": params.Int(required=True),
    "currency": params.Str(3, required=True),
    "description": params.Str(350),
    "metadata": params.Metadata(),
}
_LIST = {
    **LIST,
    **READ,
    "created": params.Range(),
    "invoice": params.Str(),
}
_BASE = "/v1/customers/{customer}/balance_transactions"


@register
class CustomerBalanceTransactions(Resource):
    name = "customer_balance_transactions"
    kind = "customer_balance_transaction"
    prefix = "cbtxn_1"
    id_length = 23
    scope = "customer"
    routes = [
        ("POST", _BASE, "create"),
        ("GET", _BASE, "listing"),
        ("GET", f"{_BASE}/{{id}}", "retrieve_of"),
    ]
    expandable = {
        "credit_note": "@credit_notes",
        "customer": "@customers",
        "invoice": "@invoices",
    }

    def note(
        self,
        customer: dict,
        currency: str,
        amount: int,
        after: int,
        call: Call,
        why: dict,
    ) -> dict:
        """Write down a change of a balance.

        :param why: ``type``, and ``invoice`` or ``credit_note`` (ids), ``description``
        """
        return self.store(
            {
                "id": self.new_id(),
                "object": self.kind,
                "amount": amount,
                "checkout_session": None,
                "created": call.at,
                "credit_note": why.get("credit_note"),
                "currency": currency,
                "customer": customer["id"],
                "customer_account": None,
                "description": why.get("description"),
                "ending_balance": after,
                "invoice": why.get("invoice"),
                "livemode": self.sim.livemode,
                "metadata": params.Metadata.merge({}, why.get("metadata") or {}),
                "type": why.get("type") or "adjustment",
            }
        )

    # -- API -----------------------------------------------------------------------

    def create(self, call: Call, customer: str) -> dict:
        """An adjustment by hand."""
        values = params.read(call.params, _CREATE)
        customers = self.sim.resources["customers"]
        currency = check_currency(values["currency"])
        if customers.get(customer, "customer")["currency"] is None:
            customers.change(customer, {"currency": currency}, call)
        why = {name: values.get(name) for name in ("description", "metadata")}
        made = customers.move_balance(customer, currency, values["amount"], call, why)
        return self.view(made, call)

    def listing(self, call: Call, customer: str) -> dict:
        values = params.read(call.params, _LIST)
        self.sim.resources["customers"].get(customer, "customer")

        def keep(obj):
            return (
                obj["customer"] == customer
                and params.Range.fits(obj["created"], values.get("created"))
                and values.get("invoice") in (None, obj["invoice"])
            )

        return self.page(call, _BASE.format(customer=customer), values, keep)

    def retrieve_of(self, call: Call, customer: str, id: str) -> dict:  # noqa: A002
        self.sim.resources["customers"].get(customer, "customer")
        return self.retrieve(call, id)
