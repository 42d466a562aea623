# Copyright 2026 Odoo Integration Suite contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl)
"""Charges (SDK ``_charge.py``, 16.1.0): money that came, or did not.

With asynchronous capture, the default since 2024, ``charge.succeeded`` has no balance
transaction; ``charge.updated`` brings it
(docs.stripe.com/payments/payment-intents/asynchronous-capture).
"""

from . import stripe_params as params
from .stripe_errors import ApiError
from .stripe_money import check_amount, check_currency
from .stripe_render import clone
from .stripe_resources import LIST, READ, Call, Resource, difference, register

_UPDATE = {
    **READ,
    "customer": params.Str(),
    "description": params.Str(40000),
    "metadata": params.Metadata(),
    "receipt_email": params.Email(),
    "transfer_group": params.Str(),
}
_CREATE = {
    **_UPDATE,
    "amount": params.Int(1, required=True),
    "capture": params.Bool(),
    "currency": params.Str(3, required=True),
    "source": params.Str(required=True),
    "statement_descriptor": params.Str(22),
}
_LIST = {
    **LIST,
    **READ,
    "created": params.Range(),
    "customer": params.Str(),
    "payment_intent": params.Str(),
    "transfer_group": params.Str(),
}
_DECLINE = "Your card was declined."


@register
class Charges(Resource):
    """Kept beside: ``_invoice``, which old shapes show."""

    name = "charges"
    kind = "charge"
    prefix = "ch_3"
    id_length = 23
    scope = "charge"
    routes = [
        ("POST", "/v1/charges", "create"),
        ("GET", "/v1/charges", "listing"),
        ("GET", "/v1/charges/{id}", "retrieve"),
        ("POST", "/v1/charges/{id}", "update"),
    ]
    expandable = {
        "balance_transaction": "@balance_transactions",
        "customer": "@customers",
        "failure_balance_transaction": "@balance_transactions",
        "invoice": "@invoices",
        "payment_intent": "@payment_intents",
        "refunds": "expand_refunds",
    }

    def create(self, call: Call) -> dict:
        """The old way: a token (``tok_visa``), no payment intent."""
        values = params.read(call.params, _CREATE)
        if values.get("customer"):
            customers = self.sim.resources["customers"]
            customers.get(values["customer"], "customer", 400)
        values["method"] = "card"
        values["declined"] = "declined" in values["source"].lower()
        obj = self.make(values, call)
        if obj["status"] == "failed":
            raise ApiError(
                402, _DECLINE, type="card_error", code="card_declined", saved=True
            )
        self.settle(obj["id"], call)
        return self.view(self.get(obj["id"]), call)

    def make(
        self,
        values: dict,
        call: Call,
        intent: dict | None = None,
        invoice: str | None = None,
    ) -> dict:
        """Store a charge and tell of it.

        :param values: amount, currency, customer, description, metadata, method (card,
            sepa_debit …), declined, capture, pending (days pass until the bank tells)
        """
        currency = check_currency(values["currency"])
        amount = check_amount(values["amount"], currency)
        pending = bool(values.get("pending"))
        declined = bool(values.get("declined"))
        captured = values.get("capture", True) and not declined
        method = values.get("method") or "card"
        obj = self._blank(method, call)
        obj.update(
            amount=amount,
            amount_captured=amount if captured else 0,
            billing_details=self._billing(values.get("customer")),
            captured=captured,
            currency=currency,
            customer=values.get("customer"),
            description=values.get("description"),
            metadata=params.Metadata.merge({}, values.get("metadata")),
            outcome=_outcome(declined),
            paid=not declined and not pending,
            payment_intent=intent and intent["id"],
            payment_method=intent["payment_method"] if intent else None,
            status="failed" if declined else "succeeded",
            _invoice=intent["_invoice"] if intent else invoice,
        )
        self.store(obj)
        if pending:
            obj["status"] = "pending"
            self.sim.emit("charge.pending", obj, call)
        elif declined:
            self._failed(obj, "card_declined", _DECLINE, call)
        else:
            self._succeeded(obj, call)
        return obj

    def _succeeded(self, obj: dict, call: Call) -> None:
        obj.update(status="succeeded", paid=True)
        if obj["captured"] and not self.sim.async_capture:
            self._transaction(obj, call)
        self.sim.emit("charge.succeeded", obj, call)

    def _failed(self, obj: dict, code: str, message: str, call: Call) -> None:
        obj.update(status="failed", failure_code=code, failure_message=message)
        self.sim.emit("charge.failed", obj, call)

    def complete(self, id: str, failed: bool, call: Call, settle=True) -> dict:  # noqa: A002
        """The bank tells at last how a pending charge ended."""
        obj = self.get(id)
        if obj["status"] != "pending":
            raise ApiError(400, f"The charge is not pending, it is {obj['status']}.")
        intents = self.sim.resources["payment_intents"]
        intent = intents.objects.get(obj["payment_intent"])
        if failed:
            obj.update(captured=False, amount_captured=0)
            message = "The customer's account has insufficient funds."
            self._failed(obj, "insufficient_funds", message, call)
            if intent:
                intents.declined(intent, obj, call)
            return obj
        self._succeeded(obj, call)
        if intent:
            intents.succeeded(intent, obj, call)
        if settle:
            self.settle(id, call)
        return obj

    def _blank(self, method: str, call: Call) -> dict:
        nothing = (
            "application application_fee application_fee_amount balance_transaction "
            "failure_balance_transaction failure_code failure_message on_behalf_of "
            "presentment_details receipt_email receipt_number review shipping source "
            "source_transfer statement_descriptor statement_descriptor_suffix "
            "transfer_data transfer_group"
        )
        prefix = self.prefix if method == "card" else "py_3"
        obj_id = self.sim.ids(prefix, self.id_length)
        return {
            "id": obj_id,
            "object": "charge",
            **dict.fromkeys(nothing.split()),
            "amount_refunded": 0,
            "calculated_statement_descriptor": "EXAMPLE TRADING",
            "created": call.at,
            "disputed": False,
            "fraud_details": {},
            "livemode": self.sim.livemode,
            "payment_method_details": {"type": method, method: _details(method)},
            "radar_options": {},
            "receipt_url": f"https://pay.stripe.com/receipts/payment/{obj_id}",
            "refunded": False,
        }

    def _billing(self, customer: str | None) -> dict:
        found = self.sim.resources["customers"].objects.get(customer) or {}
        blank = ("city", "country", "line1", "line2", "postal_code", "state")
        return {
            "address": clone(found.get("address")) or dict.fromkeys(blank),
            "email": found.get("email"),
            "name": found.get("name"),
            "phone": found.get("phone"),
            "tax_id": None,
        }

    def _transaction(self, obj: dict, call: Call) -> None:
        made = self.sim.resources["balance_transactions"].of_charge(obj, call)
        obj["balance_transaction"] = made["id"]

    def settle(self, id: str, call: Call) -> dict:  # noqa: A002
        """Let the balance transaction of a captured charge come, once."""
        obj = self.get(id)
        done = obj["captured"] and obj["status"] == "succeeded"
        if done and not obj["balance_transaction"]:
            before = clone(obj)
            self._transaction(obj, call)
            self.sim.emit("charge.updated", obj, call, before=before)
        return obj

    def captured(self, id: str, amount: int, call: Call) -> dict:  # noqa: A002
        """Take what was only reserved, or a part of it."""
        obj = self.get(id)
        obj["captured"] = True
        obj["amount_captured"] = amount
        obj["amount_refunded"] = obj["amount"] - amount
        self._transaction(obj, call)
        self.sim.emit("charge.captured", obj, call)
        return obj

    def update(self, call: Call, id: str) -> dict:  # noqa: A002 - named in the URL
        values = params.read(call.params, _UPDATE)
        obj = self.get(id)
        before = clone(obj)
        for name, value in values.items():
            if name == "metadata":
                value = params.Metadata.merge(obj["metadata"], value)
            if name != "expand":
                obj[name] = value
        if difference(before, obj):
            self.sim.emit("charge.updated", obj, call, before=before)
        return self.view(obj, call)

    def listing(self, call: Call) -> dict:
        values = params.read(call.params, _LIST)

        def keep(obj):
            return params.fits(
                obj, values, "customer", "payment_intent", "transfer_group"
            )

        return self.page(call, "/v1/charges", values, keep)

    def lost(self, id: str, code: str, call: Call) -> dict:  # noqa: A002
        """A charge that had succeeded fails after all: the money goes again.

        Its invoice stays paid (choice of ours).
        """
        obj = self.get(id)
        if obj["status"] != "succeeded" or not obj["balance_transaction"]:
            raise ApiError(400, f"Charge {id} brought no money that could go.")
        transactions = self.sim.resources["balance_transactions"]
        came = transactions.get(obj["balance_transaction"])
        made = transactions.record(
            "payment_failure_refund",
            "charge_failure",
            -came["amount"],
            came["currency"],
            call,
            obj["id"],
            rate=came["exchange_rate"],
            description="PAYMENT FAILURE",
        )
        obj.update(failure_balance_transaction=made["id"], paid=False)
        self._failed(obj, code, "The bank returned the payment.", call)
        intents = self.sim.resources["payment_intents"]
        intent = intents.objects.get(obj["payment_intent"])
        if intent:
            intents.lost(intent, obj, call)
        return obj

    def expand_refunds(self, obj: dict) -> dict:
        return self.sim.resources["refunds"].nested(obj["id"])


def _outcome(declined: bool) -> dict:
    return {
        "advice_code": None,
        "network_advice_code": None,
        "network_decline_code": None,
        "network_status": "declined_by_network" if declined else "approved_by_network",
        "reason": "generic_decline" if declined else None,
        "risk_level": "normal",
        "seller_message": "The bank did not return any further details."
        if declined
        else "Payment complete.",
        "type": "issuer_declined" if declined else "authorized",
    }


def _details(method: str) -> dict:
    if method != "card":
        return {}
    return {
        "brand": "visa",
        "checks": None,
        "country": "DE",
        "exp_month": 8,
        "exp_year": 2030,
        "funding": "credit",
        "last4": "4242",
        "network": "visa",
        "three_d_secure": None,
        "wallet": None,
    }
