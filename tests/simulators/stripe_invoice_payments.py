# Copyright 2026 Odoo Integration Suite contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl)
"""Invoice payments (SDK ``_invoice_payment.py``): what links money to invoices.

Since basil (2025-03-31); several per invoice since 2025-05-28.
"""

from . import stripe_params as params
from .stripe_generations import BASIL
from .stripe_resources import LIST, READ, Call, Resource, nested_list, register

_TYPES = ("payment_intent", "charge", "payment_record")
_LIST = {
    **LIST,
    **READ,
    "created": params.Range(),
    "invoice": params.Str(),
    "payment": params.Hash(
        {
            "type": params.Str(choices=_TYPES, required=True),
            **{name: params.Str() for name in _TYPES},
        }
    ),
    "status": params.Str(choices=("canceled", "open", "paid")),
}


@register
class InvoicePayments(Resource):
    name = "invoice_payments"
    kind = "invoice_payment"
    prefix = "inpay_1"
    id_length = 23
    scope = "invoice"
    since = BASIL
    routes = [
        ("GET", "/v1/invoice_payments", "listing"),
        ("GET", "/v1/invoice_payments/{id}", "retrieve"),
    ]
    expandable = {
        "invoice": "@invoices",
        "payment.charge": "@charges",
        "payment.payment_intent": "@payment_intents",
    }

    def __init__(self, sim):
        super().__init__(sim)
        # id of an invoice, an intent or a charge -> ids, oldest first
        self._by_party: dict[str, list[str]] = {}

    def store(self, obj):
        self._index(obj)
        return super().store(obj)

    def load(self, data):
        super().load(data)
        self._by_party = {}
        for obj in self.objects.values():
            self._index(obj)

    def _index(self, obj: dict) -> None:
        payment = obj["payment"]
        for party in (obj["invoice"], payment[payment["type"]]):
            self._by_party.setdefault(party, []).append(obj["id"])

    def of(self, invoice: str) -> list[dict]:
        """The payments of an invoice, newest first."""
        ids = self._by_party.get(invoice, ())
        return [self.objects[key] for key in reversed(ids)]

    def nested(self, invoice: str) -> dict:
        payments = nested_list("/v1/invoice_payments", self.of(invoice))
        return {**payments, "url": f"/v1/invoice_payments?invoice={invoice}"}

    def add(
        self, invoice: dict, payment: dict, amount: int, call: Call, default=False
    ) -> dict:
        """:param payment: ``{"payment_intent": id}``, or a charge or payment record"""
        return self.store(
            {
                "id": self.new_id(),
                "object": "invoice_payment",
                "amount_paid": None,
                "amount_requested": amount,
                "created": call.at,
                "currency": invoice["currency"],
                "invoice": invoice["id"],
                "is_default": default,
                "livemode": self.sim.livemode,
                "payment": {**payment, "type": next(iter(payment))},
                "status": "open",
                "status_transitions": {"canceled_at": None, "paid_at": None},
            }
        )

    def paid_by(self, kind: str, paid: dict, call: Call) -> None:
        """A payment intent or a charge has succeeded: does it pay for an invoice?"""
        if not paid["_invoice"]:
            return
        for obj in self.of(paid["_invoice"]):
            if obj["payment"].get(kind) == paid["id"] and obj["status"] == "open":
                break
        else:
            return
        intent = kind == "payment_intent"
        amount = paid["amount_received"] if intent else paid["amount_captured"]
        invoices = self.sim.resources["invoices"]
        # "That was actually paid for this invoice": what is too much is not in it.
        counted = min(amount, invoices.get(obj["invoice"])["amount_remaining"])
        obj["amount_paid"] = counted
        obj["status"] = "paid"
        obj["status_transitions"]["paid_at"] = call.at
        self.sim.emit("invoice_payment.paid", obj, call)
        charge = paid["latest_charge"] if intent else paid["id"]
        charge = self.sim.resources["charges"].get(charge)
        invoices.received(charge, counted, amount - counted, call)
        if intent:
            self.sim.resources["payment_intents"].reduce(invoices.get(obj["invoice"]))

    def outside(self, invoice: dict, amount: int, call: Call) -> dict:
        """A payment that was only reported to Stripe: a payment record."""
        record = {"payment_record": self.sim.ids("pr_", 24)}
        obj = self.add(invoice, record, amount, call)
        obj.update(amount_paid=amount, status="paid")
        obj["status_transitions"]["paid_at"] = call.at
        self.sim.emit("invoice_payment.paid", obj, call)
        return obj

    def ask(self, invoice: str, intent: str, amount: int) -> None:
        for obj in self.of(invoice):
            if obj["payment"].get("payment_intent") == intent:
                obj["amount_requested"] = amount

    def cancel(self, obj: dict, call: Call) -> None:
        obj["status"] = "canceled"
        obj["status_transitions"]["canceled_at"] = call.at

    def listing(self, call: Call) -> dict:
        values = params.read(call.params, _LIST)
        payment = {k: v for k, v in (values.get("payment") or {}).items() if v}

        def keep(obj):
            return (
                params.Range.fits(obj["created"], values.get("created"))
                and all(obj["payment"].get(k) == v for k, v in payment.items())
                and all(
                    obj[name] == values[name]
                    for name in ("invoice", "status")
                    if values.get(name)
                )
            )

        party = values.get("invoice") or payment.get(payment.get("type"))
        among = self._by_party.get(party, ()) if party else None
        return self.page(call, "/v1/invoice_payments", values, keep, among)
