# Copyright 2026 Odoo Integration Suite contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl)
"""Disputes (SDK ``_dispute.py``, 16.1.0): a bank takes the money of a charge back.

One balance transaction withdraws amount and fee, another may reinstate them; both are
shown inside the dispute. An inquiry (``warning_…``) moves no money.
"""

from decimal import Decimal

from . import stripe_params as params
from .stripe_errors import ApiError
from .stripe_money import digits
from .stripe_render import clone
from .stripe_resources import LIST, READ, Call, Resource, difference, register

DAY = 86400
DAYS_TO_RESPOND = 14
_TEXTS = (
    "access_activity_log billing_address cancellation_policy_disclosure "
    "cancellation_rebuttal customer_email_address customer_name customer_purchase_ip "
    "duplicate_charge_explanation duplicate_charge_id product_description "
    "refund_policy_disclosure refund_refusal_explanation service_date "
    "shipping_address shipping_carrier shipping_date shipping_tracking_number "
    "uncategorized_text"
).split()
_FILES = (
    "cancellation_policy customer_communication customer_signature "
    "duplicate_charge_documentation receipt refund_policy service_documentation "
    "shipping_documentation uncategorized_file"
).split()
_UPDATE = {
    **READ,
    "evidence": params.Hash(
        {
            **{name: params.Str(20_000) for name in _TEXTS},
            **{name: params.Unsupported() for name in _FILES},
        }
    ),
    "metadata": params.Metadata(),
    "submit": params.Bool(),
}
_LIST = {
    **LIST,
    **READ,
    "charge": params.Str(),
    "created": params.Range(),
    "payment_intent": params.Str(),
}
_OPEN = (
    "warning_needs_response",
    "warning_under_review",
    "needs_response",
    "under_review",
)
_NO_MONEY = ("warning_closed", "prevented")


@register
class Disputes(Resource):
    name = "disputes"
    kind = "dispute"
    prefix = "du_1"
    id_length = 23
    scope = "dispute"
    routes = [
        ("GET", "/v1/disputes", "listing"),
        ("GET", "/v1/disputes/{id}", "retrieve"),
        ("POST", "/v1/disputes/{id}", "update"),
        ("POST", "/v1/disputes/{id}/close", "give_up"),
    ]
    expandable = {"charge": "@charges", "payment_intent": "@payment_intents"}

    # -- what happens --------------------------------------------------------------

    def make(self, charge: dict, values: dict, inquiry: bool, call: Call) -> dict:
        """A bank asks, or takes the money back.

        :param values: ``amount`` (None: what is left of the charge), ``reason``
        """
        if charge["status"] != "succeeded" or not charge["captured"]:
            raise ApiError(400, f"Charge {charge['id']} has no money to dispute.")
        left = charge["amount"] - charge["amount_refunded"]
        amount = values.get("amount") or left
        if not 0 < amount <= left:
            raise ApiError(400, f"Not more than {left} is left of this charge.")
        # Money does not leave the balance before it has come.
        self.sim.resources["charges"].settle(charge["id"], call)
        obj = self._blank(charge, inquiry, call)
        obj.update(amount=amount, reason=values.get("reason") or "fraudulent")
        self.store(obj)
        charge["disputed"] = True
        if not inquiry:
            self._withdraw(obj, call)
        self.sim.emit("charge.dispute.created", obj, call)
        if not inquiry:
            self.sim.emit("charge.dispute.funds_withdrawn", obj, call)
        return obj

    def _blank(self, charge: dict, inquiry: bool, call: Call) -> dict:
        details = {"type": charge["payment_method_details"]["type"]}
        if details["type"] == "card":
            details["card"] = {
                "brand": "visa",
                "case_type": "inquiry" if inquiry else "chargeback",
                "network": "visa",
                "network_reason_code": "10.4",
            }
        evidence = {**dict.fromkeys((*_TEXTS, *_FILES)), "enhanced_evidence": {}}
        return {
            "id": self.new_id(),
            "object": "dispute",
            "balance_transactions": [],
            "charge": charge["id"],
            "created": call.at,
            "currency": charge["currency"],
            "enhanced_eligibility_types": [],
            "evidence": evidence,
            "evidence_details": {
                "due_by": call.at + DAYS_TO_RESPOND * DAY,
                "enhanced_eligibility": {},
                "has_evidence": False,
                "past_due": False,
                "submission_count": 0,
                "submission_method": "manual",
            },
            "intended_submission_method": None,
            "is_charge_refundable": inquiry,
            "livemode": self.sim.livemode,
            "metadata": {},
            "payment_intent": charge["payment_intent"],
            "payment_method_details": details,
            "status": "warning_needs_response" if inquiry else "needs_response",
        }

    def _withdraw(self, obj: dict, call: Call) -> None:
        transactions = self.sim.resources["balance_transactions"]
        amount, currency, rate = transactions.settled(obj["amount"], obj["currency"])
        fee = transactions.fee(self._fee(currency), currency, "Dispute fee")
        made = transactions.record(
            "adjustment",
            "dispute",
            -amount,
            currency,
            call,
            obj["id"],
            [fee] if fee["amount"] else [],
            rate,
            f"Chargeback withdrawal for {obj['charge']}",
        )
        obj["balance_transactions"].append(transactions.view(made, call))

    def _fee(self, currency: str):
        return Decimal(self.sim.dispute_fee).scaleb(digits(currency))

    def _reinstate(self, obj: dict, fee_back: bool, call: Call) -> None:
        """What was withdrawn comes back, converted at the rate of today."""
        transactions = self.sim.resources["balance_transactions"]
        gone = obj["balance_transactions"][0]
        amount, _currency, rate = transactions.settled(obj["amount"], obj["currency"])
        fees = [{**fee, "amount": -fee["amount"]} for fee in gone["fee_details"]]
        made = transactions.record(
            "adjustment",
            "dispute_reversal",
            amount,
            gone["currency"],
            call,
            obj["id"],
            fees if fee_back else [],
            rate,
            f"Chargeback reversal for {obj['charge']}",
        )
        obj["balance_transactions"].append(transactions.view(made, call))
        self.sim.emit("charge.dispute.funds_reinstated", obj, call)

    def escalate(self, id: str, call: Call) -> dict:  # noqa: A002 - named in the URL
        """An inquiry becomes a dispute: now the money goes."""
        obj = self._open(id)
        if not obj["status"].startswith("warning_"):
            raise ApiError(400, f"Dispute {id} is no inquiry.")
        before = clone(obj)
        obj.update(status="needs_response", is_charge_refundable=False)
        if "card" in obj["payment_method_details"]:
            obj["payment_method_details"]["card"]["case_type"] = "chargeback"
        self._withdraw(obj, call)
        self.sim.emit("charge.dispute.funds_withdrawn", obj, call)
        self.sim.emit("charge.dispute.updated", obj, call, before=before)
        return obj

    def end(self, id: str, outcome: str, fee_back: bool, call: Call) -> dict:  # noqa: A002
        """The bank has decided.

        :param outcome: ``won``, ``lost``, ``warning_closed``, ``prevented``
        """
        obj = self._open(id)
        if (outcome in _NO_MONEY) != obj["status"].startswith("warning_"):
            raise ApiError(400, f"Dispute {id} cannot end as {outcome}.")
        obj["status"] = outcome
        if outcome == "won":
            self._reinstate(obj, fee_back, call)
        self.sim.emit("charge.dispute.closed", obj, call)
        return obj

    def _open(self, id: str) -> dict:  # noqa: A002
        obj = self.get(id)
        if obj["status"] not in _OPEN:
            raise ApiError(400, f"This dispute is already closed: {obj['status']}.")
        return obj

    def holds(self, charge: str) -> bool:
        """Whether a charge cannot be refunded because of a dispute."""
        return any(
            obj["charge"] == charge and not obj["is_charge_refundable"]
            for obj in self.objects.values()
        )

    # -- API -----------------------------------------------------------------------

    def update(self, call: Call, id: str) -> dict:  # noqa: A002
        values = params.read(call.params, _UPDATE)
        obj = self._open(id)
        before = clone(obj)
        if "metadata" in values:
            obj["metadata"] = params.Metadata.merge(obj["metadata"], values["metadata"])
        details = obj["evidence_details"]
        if values.get("evidence"):
            obj["evidence"].update(values["evidence"])
            details["has_evidence"] = True
        if details["has_evidence"] and values.get("submit", True):
            details["submission_count"] += 1
            obj["status"] = obj["status"].replace("needs_response", "under_review")
        if difference(before, obj):
            self.sim.emit("charge.dispute.updated", obj, call, before=before)
        return self.view(obj, call)

    def give_up(self, call: Call, id: str) -> dict:  # noqa: A002
        """``close``: the merchant accepts the loss."""
        params.read(call.params, READ)
        obj = self._open(id)
        outcome = "warning_closed" if "warning" in obj["status"] else "lost"
        return self.view(self.end(id, outcome, False, call), call)

    def listing(self, call: Call) -> dict:
        values = params.read(call.params, _LIST)

        def keep(obj):
            return params.fits(obj, values, "charge", "payment_intent")

        return self.page(call, "/v1/disputes", values, keep)
