# Copyright 2026 Odoo Integration Suite contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl)
"""Payment intents (SDK ``_payment_intent.py``, 16.1.0): one wish to be paid.

Test payment methods as in docs.stripe.com/testing: ``pm_card_visa`` works, a name with
``Declined`` is declined, ``pm_sepa_debit`` and the like make ``py_`` payments.
"""

from . import stripe_params as params
from .stripe_errors import ApiError, bad_parameter
from .stripe_money import check_amount, check_currency
from .stripe_resources import LIST, READ, Call, Resource, register

_OPEN = (
    "requires_payment_method",
    "requires_confirmation",
    "requires_action",
    "processing",
    "requires_capture",
)
_UPDATE = {
    **READ,
    "amount": params.Int(1),
    "customer": params.Str(),
    "description": params.Str(1000),
    "metadata": params.Metadata(),
    "payment_method": params.Str(),
    "payment_method_types": params.ListOf(params.Str(required=True)),
    "receipt_email": params.Email(),
    "setup_future_usage": params.Str(choices=("off_session", "on_session")),
    "statement_descriptor": params.Str(22),
    "statement_descriptor_suffix": params.Str(22),
    "transfer_group": params.Str(),
}
_CREATE = {
    **_UPDATE,
    "amount": params.Int(1, required=True),
    "automatic_payment_methods": params.Hash(
        {
            "enabled": params.Bool(required=True),
            "allow_redirects": params.Str(choices=("always", "never")),
        }
    ),
    "capture_method": params.Str(choices=("automatic", "automatic_async", "manual")),
    "confirm": params.Bool(),
    "currency": params.Str(3, required=True),
    "off_session": params.Bool(),
    "return_url": params.Str(),
}
_CONFIRM = {
    **READ,
    "payment_method": params.Str(),
    "off_session": params.Bool(),
    "return_url": params.Str(),
}
_CANCEL = {**READ, "cancellation_reason": params.Str()}
_CAPTURE = {**READ, "amount_to_capture": params.Int(1), "metadata": params.Metadata()}
_LIST = {**LIST, **READ, "created": params.Range(), "customer": params.Str()}


def method_type(method: str | None) -> str:
    """``pm_card_visa`` -> ``card``, ``pm_sepa_debit`` -> ``sepa_debit``."""
    name = (method or "pm_card_visa").removeprefix("pm_")
    return "card" if name.startswith("card") else name


@register
class PaymentIntents(Resource):
    """Kept beside: ``_invoice``, which old shapes show."""

    name = "payment_intents"
    kind = "payment_intent"
    prefix = "pi_3"
    id_length = 23
    scope = "payment_intent"
    routes = [
        ("POST", "/v1/payment_intents", "create"),
        ("GET", "/v1/payment_intents", "listing"),
        ("GET", "/v1/payment_intents/{id}", "retrieve"),
        ("POST", "/v1/payment_intents/{id}", "update"),
        ("POST", "/v1/payment_intents/{id}/confirm", "confirm"),
        ("POST", "/v1/payment_intents/{id}/capture", "capture"),
        ("POST", "/v1/payment_intents/{id}/cancel", "cancel"),
    ]
    expandable = {
        "customer": "@customers",
        "invoice": "@invoices",
        "latest_charge": "@charges",
    }

    # -- API -----------------------------------------------------------------------

    def create(self, call: Call) -> dict:
        values = params.read(call.params, _CREATE)
        if values.get("customer"):
            customers = self.sim.resources["customers"]
            customers.get(values["customer"], "customer", 400)
        obj = self.make(values, call)
        if values.get("confirm"):
            self.run(obj, values.get("payment_method"), call)
        return self.view(self.get(obj["id"]), call)

    def make(self, values: dict, call: Call, invoice: str | None = None) -> dict:
        """Store an intent from checked parameters and tell of it."""
        currency = check_currency(values["currency"])
        default = "automatic_async" if self.sim.async_capture else "automatic"
        ready = bool(values.get("payment_method"))
        automatic = values.get("automatic_payment_methods")
        obj_id = self.new_id()
        nothing = (
            "allowed_payment_method_types amount_details application "
            "application_fee_amount automatic_payment_methods canceled_at "
            "cancellation_reason customer_account excluded_payment_method_types hooks "
            "last_payment_error latest_charge managed_payments next_action "
            "on_behalf_of payment_details payment_method_configuration_details "
            "payment_record presentment_details processing review shipping source "
            "transfer_data"
        )
        given = (
            "customer description payment_method receipt_email setup_future_usage "
            "statement_descriptor statement_descriptor_suffix transfer_group"
        )
        obj = self.store(
            {
                "id": obj_id,
                "object": "payment_intent",
                **dict.fromkeys(nothing.split()),
                **{name: values.get(name) for name in given.split()},
                "amount": check_amount(values["amount"], currency),
                "amount_capturable": 0,
                "amount_received": 0,
                "automatic_payment_methods": automatic,
                "capture_method": values.get("capture_method") or default,
                "client_secret": f"{obj_id}_secret_{self.sim.ids('', 25)}",
                "confirmation_method": "automatic",
                "created": call.at,
                "currency": currency,
                "livemode": self.sim.livemode,
                "metadata": params.Metadata.merge({}, values.get("metadata")),
                "payment_method_options": {},
                "payment_method_types": values.get("payment_method_types") or ["card"],
                "status": "requires_confirmation" if ready else _OPEN[0],
                "_invoice": invoice,
            }
        )
        self.sim.emit("payment_intent.created", obj, call)
        return obj

    def update(self, call: Call, id: str) -> dict:  # noqa: A002 - named in the URL
        obj = self._open(id)
        values = params.read(call.params, _UPDATE)
        for name, value in values.items():
            if name == "metadata":
                value = params.Metadata.merge(obj["metadata"], value)
            if name != "expand":
                obj[name] = value
        if obj["payment_method"] and obj["status"] == _OPEN[0]:
            obj["status"] = "requires_confirmation"
        return self.view(obj, call)

    def _open(self, id: str) -> dict:  # noqa: A002
        obj = self.get(id)
        if obj["status"] not in _OPEN:
            raise ApiError(
                400,
                "This PaymentIntent could not be changed because it has a status of "
                f"{obj['status']}.",
                code="payment_intent_unexpected_state",
            )
        return obj

    def confirm(self, call: Call, id: str) -> dict:  # noqa: A002
        values = params.read(call.params, _CONFIRM)
        obj = self._open(id)
        method = values.get("payment_method") or obj["payment_method"]
        if not method:
            raise ApiError(
                400,
                "You cannot confirm this PaymentIntent because it's missing a payment "
                "method.",
                code="payment_intent_unexpected_state",
            )
        self.run(obj, method, call)
        return self.view(self.get(id), call)

    def capture(self, call: Call, id: str) -> dict:  # noqa: A002
        obj = self._open(id)
        values = params.read(call.params, _CAPTURE)
        amount = values.get("amount_to_capture") or obj["amount_capturable"]
        if obj["status"] != "requires_capture" or amount > obj["amount_capturable"]:
            raise bad_parameter("There is not as much to capture.", "amount_to_capture")
        charges = self.sim.resources["charges"]
        charge = charges.captured(obj["latest_charge"], amount, call)
        self.succeeded(obj, charge, call)
        return self.view(obj, call)

    def cancel(self, call: Call, id: str) -> dict:  # noqa: A002
        values = params.read(call.params, _CANCEL)
        obj = self._open(id)
        reason = values.get("cancellation_reason")
        self._canceled(obj, reason or "requested_by_customer", call)
        return self.view(obj, call)

    def listing(self, call: Call) -> dict:
        values = params.read(call.params, _LIST)
        customer = values.get("customer")
        return self.page(
            call,
            "/v1/payment_intents",
            values,
            lambda obj: (
                (not customer or obj["customer"] == customer)
                and params.Range.fits(obj["created"], values.get("created"))
            ),
        )

    # -- what happens --------------------------------------------------------------

    def run(
        self, obj: dict, method: str | None, call: Call, settle=True, pending=False
    ) -> None:
        """Try to collect; a decline is saved and raised.

        :param settle: let the balance transaction come at once
        :param pending: days pass until the bank tells, see ``Charges.complete``
        :raises ApiError: 402
        """
        charges = self.sim.resources["charges"]
        obj["payment_method"] = f"pm_1{self.sim.ids('', 23)}"
        charge = charges.make(
            {
                "amount": obj["amount"],
                "currency": obj["currency"],
                "customer": obj["customer"],
                "description": obj["description"],
                "metadata": obj["metadata"],
                "method": method_type(method),
                "declined": bool(method and "declined" in method.lower()),
                "capture": obj["capture_method"] != "manual",
                "pending": pending,
            },
            call,
            intent=obj,
        )
        obj["latest_charge"] = charge["id"]
        if pending:
            obj["status"] = "processing"
            self.sim.emit("payment_intent.processing", obj, call)
            return
        if charge["status"] == "failed":
            self.declined(obj, charge, call)
            raise ApiError(
                402,
                charge["failure_message"],
                type="card_error",
                code=charge["failure_code"],
                saved=True,
            )
        if not charge["captured"]:
            obj["status"] = "requires_capture"
            obj["amount_capturable"] = charge["amount"]
            self.sim.emit("payment_intent.amount_capturable_updated", obj, call)
            return
        self.succeeded(obj, charge, call)
        if settle:
            charges.settle(charge["id"], call)

    def succeeded(self, obj: dict, charge: dict, call: Call) -> None:
        """Its charge has succeeded."""
        obj["status"] = "succeeded"
        obj["amount_capturable"] = 0
        obj["amount_received"] = charge["amount_captured"]
        obj["last_payment_error"] = None
        self.sim.emit("payment_intent.succeeded", obj, call)
        self.sim.resources["invoice_payments"].paid_by("payment_intent", obj, call)

    def declined(self, obj: dict, charge: dict, call: Call) -> None:
        """Its charge has failed; another attempt may follow."""
        self.lost(obj, charge, call)
        if obj["_invoice"]:
            self.sim.resources["invoices"].failed(charge, call)

    def lost(self, obj: dict, charge: dict, call: Call) -> None:
        """Its charge has failed, perhaps long after it had succeeded."""
        obj["status"] = "requires_payment_method"
        obj["last_payment_error"] = {
            "charge": charge["id"],
            "code": charge["failure_code"],
            "message": charge["failure_message"],
            "type": "card_error",
        }
        self.sim.emit("payment_intent.payment_failed", obj, call)

    def _canceled(self, obj: dict, reason: str, call: Call) -> None:
        obj["status"] = "canceled"
        obj["canceled_at"] = call.at
        obj["cancellation_reason"] = reason
        self.sim.emit("payment_intent.canceled", obj, call)

    # -- invoices ------------------------------------------------------------------

    def for_invoice(self, invoice: dict, call: Call) -> dict:
        """The intent that comes with a finalised invoice."""
        values = {
            "amount": invoice["amount_due"],
            "currency": invoice["currency"],
            "customer": invoice["customer"],
            "description": f"Payment for Invoice {invoice['number']}",
        }
        obj = self.make(values, call, invoice=invoice["id"])
        invoice["_default_intent"] = invoice["_payment_intent"] = obj["id"]
        self.sim.resources["invoice_payments"].add(
            invoice, {"payment_intent": obj["id"]}, obj["amount"], call, default=True
        )
        return obj

    def attach(self, obj: dict, invoice: dict, call: Call) -> None:
        """Let another intent pay for an invoice; it may have succeeded already."""
        payments = self.sim.resources["invoice_payments"]
        obj["_invoice"] = invoice["id"]
        if obj["latest_charge"]:
            charges = self.sim.resources["charges"]
            charges.get(obj["latest_charge"])["_invoice"] = invoice["id"]
        payments.add(invoice, {"payment_intent": obj["id"]}, obj["amount"], call)
        if obj["status"] == "succeeded":
            payments.paid_by("payment_intent", obj, call)

    def reduce(self, invoice: dict) -> None:
        """The default intent asks only for what others have not paid."""
        obj = self.objects.get(invoice["_default_intent"])
        left = invoice["amount_remaining"]
        if obj and obj["status"] in _OPEN and left:
            obj["amount"] = left
            payments = self.sim.resources["invoice_payments"]
            payments.ask(invoice["id"], obj["id"], left)

    def close(self, invoice: dict, reason: str, call: Call) -> None:
        """Cancel the intents that nobody needs any more."""
        payments = self.sim.resources["invoice_payments"]
        for payment in payments.of(invoice["id"]):
            if payment["status"] != "open":
                continue
            payments.cancel(payment, call)
            obj = self.objects.get(payment["payment"].get("payment_intent"))
            if obj and obj["status"] in _OPEN:
                self._canceled(obj, reason, call)
