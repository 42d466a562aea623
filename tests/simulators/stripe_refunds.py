# Copyright 2026 Odoo Integration Suite contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl)
"""Refunds (SDK ``_refund.py``, 16.1.0): money that goes back, or comes back after all.

Parameters: SDK ``params/_refund_create_params.py``. A refund is converted at the rate
of its own day (docs.stripe.com/currencies/disputes-refunds). Messages from memory.
"""

from . import stripe_params as params
from .stripe_errors import ApiError, missing_parameter
from .stripe_money import check_amount
from .stripe_render import clone
from .stripe_resources import LIST, READ, Call, Resource, difference, register

REASONS = ("duplicate", "fraudulent", "requested_by_customer")
_UPDATE = {**READ, "metadata": params.Metadata()}
CREATE = {
    **_UPDATE,
    "amount": params.Int(1),
    "charge": params.Str(),
    "currency": params.Str(3),
    "customer": params.Unsupported(),
    "instructions_email": params.Email(),
    "origin": params.Unsupported(),
    "payment_intent": params.Str(),
    "reason": params.Str(choices=REASONS),
    "refund_application_fee": params.Unsupported(),
    "reverse_transfer": params.Unsupported(),
}
_LIST = {
    **LIST,
    **READ,
    "charge": params.Str(),
    "created": params.Range(),
    "payment_intent": params.Str(),
}


@register
class Refunds(Resource):
    name = "refunds"
    kind = "refund"
    prefix = "re_3"
    id_length = 23
    scope = "charge"
    routes = [
        ("POST", "/v1/refunds", "create"),
        ("GET", "/v1/refunds", "listing"),
        ("GET", "/v1/refunds/{id}", "retrieve"),
        ("POST", "/v1/refunds/{id}", "update"),
        ("POST", "/v1/refunds/{id}/cancel", "cancel"),
        ("GET", "/v1/charges/{charge}/refunds", "of_charge"),
    ]
    expandable = {
        "balance_transaction": "@balance_transactions",
        "charge": "@charges",
        "customer": "@customers",
        "failure_balance_transaction": "@balance_transactions",
        "payment_intent": "@payment_intents",
    }

    def __init__(self, sim):
        super().__init__(sim)
        # id of a charge -> ids, oldest first
        self._by_charge: dict[str, list[str]] = {}

    def store(self, obj):
        self._by_charge.setdefault(obj["charge"], []).append(obj["id"])
        return super().store(obj)

    def load(self, data):
        super().load(data)
        self._by_charge = {}
        for obj in self.objects.values():
            self._by_charge.setdefault(obj["charge"], []).append(obj["id"])

    # -- API -----------------------------------------------------------------------

    def create(self, call: Call) -> dict:
        values = params.read(call.params, CREATE)
        charge = self._charge(values)
        obj = self.make(charge, values, call, self._first_status(charge))
        return self.view(obj, call)

    def _charge(self, values: dict) -> dict:
        charges = self.sim.resources["charges"]
        if values.get("charge"):
            return charges.get(values["charge"], "charge", 400)
        if not values.get("payment_intent"):
            raise missing_parameter("charge")
        intents = self.sim.resources["payment_intents"]
        intent = intents.get(values["payment_intent"], "payment_intent", 400)
        if not intent["latest_charge"]:
            raise ApiError(
                400,
                f"This PaymentIntent ({intent['id']}) does not have a successful "
                "charge to refund.",
                param="payment_intent",
            )
        return charges.get(intent["latest_charge"])

    @staticmethod
    def _first_status(charge: dict) -> str:
        """Money goes back on cards at once, on bank accounts some days later."""
        return "succeeded" if charge["id"].startswith("ch_") else "pending"

    def make(
        self,
        charge: dict,
        values: dict,
        call: Call,
        status: str = "succeeded",
        moved: bool = True,
    ) -> dict:
        """Store a refund and tell of it.

        :param values: checked: ``amount`` (None: all that is left), ``reason``,
            ``metadata``, ``instructions_email``
        :param status: ``succeeded``, ``pending`` or ``requires_action``
        :param moved: whether the money has left the balance; a refund for which the
            balance does not suffice is pending without
        :raises ApiError: when there is not as much to give back
        """
        amount = self._check(charge, values.get("amount"))
        # Money does not leave the balance before it has come.
        self.sim.resources["charges"].settle(charge["id"], call)
        obj = self._blank(charge, call)
        obj.update(
            amount=amount,
            instructions_email=values.get("instructions_email"),
            metadata=params.Metadata.merge({}, values.get("metadata")),
            reason=values.get("reason"),
            status=status,
        )
        if status == "pending":
            obj["pending_reason"] = "processing" if moved else "insufficient_funds"
        self.store(obj)
        if moved and status != "requires_action":
            self._move(obj, charge, call)
        charge["amount_refunded"] += amount
        charge["refunded"] = charge["amount_refunded"] == charge["amount"]
        self.sim.emit("refund.created", obj, call)
        self.sim.emit("charge.refunded", charge, call)
        return obj

    def _check(self, charge: dict, amount: int | None) -> int:
        if charge["status"] != "succeeded" or not charge["captured"]:
            raise ApiError(
                400,
                f"Charge {charge['id']} has no money that could be refunded: it is "
                f"{charge['status']}.",
                code="charge_not_refundable",
            )
        left = charge["amount"] - charge["amount_refunded"]
        if not left:
            raise ApiError(
                400,
                f"Charge {charge['id']} has already been refunded.",
                code="charge_already_refunded",
            )
        if self.sim.resources["disputes"].holds(charge["id"]):
            raise ApiError(
                400,
                f"Charge {charge['id']} has been charged back; cannot issue a refund.",
                code="charge_disputed",
            )
        if amount is None:
            return left
        check_amount(amount, charge["currency"])
        if amount > left:
            raise ApiError(
                400,
                f"Refund amount ({amount} {charge['currency']}) is greater than "
                f"unrefunded amount on charge ({left} {charge['currency']})",
                param="amount",
            )
        return amount

    def _blank(self, charge: dict, call: Call) -> dict:
        card = charge["id"].startswith("ch_")
        obj_id = self.new_id() if card else self.sim.ids("pyr_1", self.id_length)
        method = charge["payment_method_details"]["type"]
        details = {"type": method}
        if method == "card":
            details["card"] = {
                "reference": None,
                "reference_status": "pending",
                "reference_type": "acquirer_reference_number",
                "type": "refund",
            }
        nothing = (
            "balance_transaction customer_account description "
            "failure_balance_transaction failure_reason next_action pending_reason "
            "presentment_details receipt_number source_transfer_reversal "
            "transfer_reversal"
        )
        return {
            "id": obj_id,
            "object": "refund",
            **dict.fromkeys(nothing.split()),
            "charge": charge["id"],
            "created": call.at,
            "currency": charge["currency"],
            "customer": charge["customer"],
            "destination_details": details,
            "payment_intent": charge["payment_intent"],
            "payment_method": charge["payment_method"],
        }

    def _move(self, obj: dict, charge: dict, call: Call) -> None:
        transactions = self.sim.resources["balance_transactions"]
        amount, currency, rate = transactions.settled(obj["amount"], obj["currency"])
        card = charge["id"].startswith("ch_")
        made = transactions.record(
            "refund" if card else "payment_refund",
            "refund",
            -amount,
            currency,
            call,
            obj["id"],
            rate=rate,
            description="REFUND FOR CHARGE"
            + (f" ({charge['description']})" if charge["description"] else ""),
        )
        obj["balance_transaction"] = made["id"]

    def update(self, call: Call, id: str) -> dict:  # noqa: A002 - named in the URL
        values = params.read(call.params, _UPDATE)
        obj = self.get(id)
        before = clone(obj)
        if "metadata" in values:
            obj["metadata"] = params.Metadata.merge(obj["metadata"], values["metadata"])
        self._tell(obj, before, call)
        return self.view(obj, call)

    def cancel(self, call: Call, id: str) -> dict:  # noqa: A002
        params.read(call.params, READ)
        obj = self.get(id)
        if obj["status"] != "requires_action":
            raise ApiError(400, f"This refund cannot be canceled: {obj['status']}.")
        before = clone(obj)
        obj["status"] = "canceled"
        self._give_back(obj)
        self._tell(obj, before, call)
        return self.view(obj, call)

    def listing(self, call: Call) -> dict:
        values = params.read(call.params, _LIST)

        def keep(obj):
            return params.fits(obj, values, "charge", "payment_intent")

        return self.page(call, "/v1/refunds", values, keep)

    def of_charge(self, call: Call, charge: str) -> dict:
        values = params.read(call.params, {**LIST, **READ})
        self.sim.resources["charges"].get(charge)
        among = self._by_charge.get(charge, [])
        return self.page(call, f"/v1/charges/{charge}/refunds", values, among=among)

    def nested(self, charge: str) -> dict:
        """The list that a charge shows: ten at most, newest first."""
        found = [self.objects[key] for key in self._by_charge.get(charge, [])[::-1]]
        return {
            "object": "list",
            "data": [clone(obj) for obj in found[:10]],
            "has_more": len(found) > 10,
            "url": f"/v1/charges/{charge}/refunds",
        }

    # -- what happens --------------------------------------------------------------

    def complete(self, id: str, call: Call) -> dict:  # noqa: A002
        """The money has arrived (pending, requires_action → succeeded)."""
        obj = self.get(id)
        if obj["status"] not in ("pending", "requires_action"):
            raise ApiError(400, f"This refund is {obj['status']} already.")
        before = clone(obj)
        if not obj["balance_transaction"]:
            self._move(obj, self.sim.charges[obj["charge"]], call)
        obj.update(status="succeeded", pending_reason=None)
        self._tell(obj, before, call)
        return obj

    def fail(self, id: str, reason: str, call: Call) -> dict:  # noqa: A002
        """The bank sent it back, also days after it had succeeded."""
        obj = self.get(id)
        if obj["status"] in ("failed", "canceled"):
            raise ApiError(400, f"This refund is {obj['status']} already.")
        before = clone(obj)
        obj.update(status="failed", failure_reason=reason, pending_reason=None)
        if obj["balance_transaction"]:
            self._move_back(obj, call)
        self._give_back(obj)
        self.sim.emit("refund.failed", obj, call)
        self._tell(obj, before, call)
        return obj

    def _move_back(self, obj: dict, call: Call) -> None:
        """What had left the balance returns to it, at the rate at which it left."""
        transactions = self.sim.resources["balance_transactions"]
        gone = transactions.get(obj["balance_transaction"])
        made = transactions.record(
            "refund_failure" if obj["id"].startswith("re_") else "payment_refund",
            "refund_failure",
            -gone["amount"],
            gone["currency"],
            call,
            obj["id"],
            rate=gone["exchange_rate"],
            description="REFUND FAILURE",
        )
        obj["failure_balance_transaction"] = made["id"]

    def _give_back(self, obj: dict) -> None:
        charge = self.sim.charges[obj["charge"]]
        charge["amount_refunded"] -= obj["amount"]
        charge["refunded"] = False

    def _tell(self, obj: dict, before: dict, call: Call) -> None:
        if difference(before, obj):
            self.sim.emit("charge.refund.updated", obj, call, before=before)
            self.sim.emit("refund.updated", obj, call, before=before)
