# Copyright 2026 Odoo Integration Suite contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl)
"""The life of an invoice after its draft: open, paid, void, uncollectible.

docs.stripe.com/invoicing/integration/workflow-transitions. Finalised amounts never
change; only payments and the status do.
"""

from . import stripe_params as params
from .stripe_errors import ApiError, bad_parameter
from .stripe_render import clone
from .stripe_resources import READ, Call

_FINALIZE = {**READ, "auto_advance": params.Bool()}
_PAY = {
    **READ,
    "forgive": params.Bool(),
    "mandate": params.Unsupported(),
    "off_session": params.Bool(),
    "paid_out_of_band": params.Bool(),
    "payment_method": params.Str(),
    "source": params.Str(),
}
_ATTACH = {
    **READ,
    "payment_intent": params.Str(),
    "payment_record": params.Unsupported(),
}
_URL = "https://invoice.stripe.com/i"


class InvoiceLife:
    """Part of ``Invoices``."""

    # -- finalize ------------------------------------------------------------------

    def finalize(self, call: Call, id: str) -> dict:  # noqa: A002 - named in the URL
        values = params.read(call.params, _FINALIZE)
        obj = self.draft(id)
        self.sum_up(obj)
        self._number(obj)
        obj["status"] = "open"
        obj["auto_advance"] = values.get("auto_advance", obj["auto_advance"])
        obj["effective_at"] = obj["effective_at"] or call.at
        obj["status_transitions"]["finalized_at"] = call.at
        mode = "live" if self.sim.livemode else "test"
        token = f"{self.sim.account}/{mode}_{id[3:]}"
        obj["hosted_invoice_url"] = f"{_URL}/{token}?s=ap"
        obj["invoice_pdf"] = f"https://pay.stripe.com/invoice/{token}/pdf?s=ap"
        self._use_balance(obj, call)
        if obj["amount_due"]:
            self.sim.resources["payment_intents"].for_invoice(obj, call)
        self.sim.emit("invoice.finalized", obj, call)
        if not obj["amount_due"]:
            obj["attempted"] = True
            self.settled(clone(obj), call, through_stripe=True)
        return self.view(obj, call)

    def _number(self, obj: dict) -> None:
        customers = self.sim.resources["customers"]
        customer = customers.get(obj["customer"])
        sequence = customer["next_invoice_sequence"]
        if not obj["number"]:
            obj["number"] = f"{customer['invoice_prefix']}-{sequence:04d}"
        customer["next_invoice_sequence"] = sequence + 1

    def _use_balance(self, obj: dict, call: Call) -> None:
        """What the customer's balance covers, or takes up, now that it is final."""
        after = obj["total"] + obj["starting_balance"] - obj["amount_due"]
        obj["ending_balance"] = after
        obj["_balance"] = after - obj["starting_balance"]
        kind = "applied_to_invoice"
        if obj["_balance"] > 0 and obj["_balance"] == obj["total"]:
            # Nothing of it was there before: it is too small to be charged.
            kind = "invoice_too_small" if after > 0 else kind
        self._move_balance(obj, obj["_balance"], call, kind)

    def _move_balance(self, obj: dict, amount: int, call: Call, kind: str) -> None:
        move = self.sim.resources["customers"].move_balance
        why = {"type": kind, "invoice": obj["id"]}
        move(obj["customer"], obj["currency"], amount, call, why)

    # -- payment -------------------------------------------------------------------

    def payable(self, id: str) -> dict:  # noqa: A002
        """:raises ApiError: 400 for a draft and for what is paid or void"""
        obj = self.get(id)
        if obj["status"] == "paid":
            raise ApiError(400, "Invoice is already paid", code="invoice_already_paid")
        if obj["status"] not in ("open", "uncollectible"):
            raise ApiError(
                400,
                f"This invoice can no longer be paid, it is {obj['status']}.",
                code="invoice_not_payable",
            )
        return obj

    def pay(self, call: Call, id: str) -> dict:  # noqa: A002
        values = params.read(call.params, _PAY)
        obj = self.get(id)
        if obj["status"] == "draft":
            self.finalize(call.having({}), id)
            obj = self.get(id)
            if obj["status"] == "paid":
                return self.view(obj, call)
        obj = self.payable(id)
        if values.get("paid_out_of_band"):
            self.pay_outside(obj, call)
        else:
            intents = self.sim.resources["payment_intents"]
            method = values.get("payment_method") or "pm_card_visa"
            intents.run(intents.get(obj["_default_intent"]), method, call)
        return self.view(self.get(id), call)

    def pay_outside(self, obj: dict, call: Call, amount: int | None = None) -> None:
        """By bank transfer or cash, all or a part: nothing runs through Stripe."""
        before = clone(obj)
        amount = obj["amount_remaining"] if amount is None else amount
        if not 0 < amount <= obj["amount_remaining"]:
            raise bad_parameter("More than what remains cannot be paid.", "amount")
        obj["amount_paid_off_stripe"] += amount
        obj["amount_paid"] += amount
        obj["amount_remaining"] -= amount
        if obj["amount_remaining"]:
            self.sim.resources["payment_intents"].reduce(obj)
            self.sim.emit("invoice.updated", obj, call, before=before)
        else:
            self.settled(before, call, through_stripe=False)

    def received(self, charge: dict, amount: int, over: int, call: Call) -> None:
        """Money of a charge has come.

        :param amount: what of it this invoice takes
        :param over: what is too much
        """
        obj = self.get(charge["_invoice"])
        before = clone(obj)
        obj["amount_paid"] += amount
        obj["amount_remaining"] -= amount
        obj["amount_overpaid"] += over
        self._attempted(obj, charge)
        if obj["amount_remaining"] == 0 and obj["status"] != "paid":
            self.settled(before, call, through_stripe=True)
        else:
            self.sim.emit("invoice.updated", obj, call, before=before)
        if over:
            self.sim.emit("invoice.overpaid", obj, call)
            self._move_balance(obj, -over, call, "invoice_overpaid")

    def settled(self, before: dict, call: Call, through_stripe: bool) -> None:
        """Nothing is left to pay."""
        obj = self.objects[before["id"]]
        obj["status"] = "paid"
        obj["auto_advance"] = False
        obj["next_payment_attempt"] = None
        obj["status_transitions"]["paid_at"] = call.at
        self.sim.resources["payment_intents"].close(obj, "void_invoice", call)
        self.sim.emit("invoice.updated", obj, call, before=before)
        self.sim.emit("invoice.paid", obj, call)
        if through_stripe:
            self.sim.emit("invoice.payment_succeeded", obj, call)
        self.sim.resources["subscriptions"].invoice_settled(obj, call)

    @staticmethod
    def _attempted(obj: dict, charge: dict) -> None:
        """Old shapes show "the latest charge generated for this invoice", its intent
        beside it (none with charges of old days)."""
        obj["_charge"] = charge["id"]
        obj["_payment_intent"] = charge["payment_intent"]
        obj["attempted"] = True
        obj["attempt_count"] += 1

    def failed(self, charge: dict, call: Call) -> None:
        """An attempt to collect was declined."""
        obj = self.get(charge["_invoice"])
        before = clone(obj)
        self._attempted(obj, charge)
        self.sim.emit("invoice.updated", obj, call, before=before)
        self.sim.emit("invoice.payment_failed", obj, call)

    def attach_payment(self, call: Call, id: str) -> dict:  # noqa: A002
        values = params.read(call.params, _ATTACH)
        obj = self.payable(id)
        intents = self.sim.resources["payment_intents"]
        if not values.get("payment_intent"):
            raise bad_parameter("A payment_intent is expected.", "payment_intent")
        intent = intents.get(values["payment_intent"], "payment_intent", 400)
        for name in ("currency", "customer"):
            if intent[name] != obj[name]:
                raise bad_parameter(f"Another {name}.", "payment_intent")
        if intent["amount"] > obj["amount_remaining"]:
            raise bad_parameter("More than what remains.", "payment_intent")
        intents.attach(intent, obj, call)
        return self.view(self.get(id), call)

    # -- other ends ----------------------------------------------------------------

    def void(self, call: Call, id: str) -> dict:  # noqa: A002
        params.read(call.params, READ)
        obj = self.payable(id)
        if obj["amount_paid"]:
            # docs.stripe.com/invoicing/partial-payments
            raise ApiError(400, "You cannot void an invoice that has payments.")
        obj["status"] = "void"
        obj["auto_advance"] = False
        obj["status_transitions"]["voided_at"] = call.at
        self.sim.resources["payment_intents"].close(obj, "void_invoice", call)
        self.sim.emit("invoice.voided", obj, call)
        # What the balance gave comes back (docs: voiding an invoice).
        self._move_balance(obj, -obj["_balance"], call, "unapplied_from_invoice")
        return self.view(obj, call)

    def mark_uncollectible(self, call: Call, id: str) -> dict:  # noqa: A002
        params.read(call.params, READ)
        obj = self.get(id)
        if obj["status"] != "open":
            raise ApiError(400, "You can only mark open invoices as uncollectible.")
        obj["status"] = "uncollectible"
        obj["auto_advance"] = False
        obj["status_transitions"]["marked_uncollectible_at"] = call.at
        obj["status_details"] = {"uncollectible": {"reason": "user_forgiven"}}
        self.sim.emit("invoice.marked_uncollectible", obj, call)
        return self.view(obj, call)

    def send(self, call: Call, id: str) -> dict:  # noqa: A002
        params.read(call.params, READ)
        obj = self.get(id)
        if obj["status"] == "draft":
            self.finalize(call.having({}), id)
            obj = self.get(id)
        self.sim.emit("invoice.sent", obj, call)
        return self.view(obj, call)
