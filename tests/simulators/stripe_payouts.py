# Copyright 2026 Odoo Integration Suite contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl)
"""Payouts (SDK ``_payout.py``, 16.1.0): money on its way to the bank, or back.

Automatic ones pay everything out that no automatic payout has paid out yet, so that
the sum of ``balance_transactions?payout=`` is zero, the payout's own in it. A manual
or instant one is only an amount; the next automatic payout finds it in the balance and
lists it (choice of ours, nothing is published).
"""

from decimal import Decimal

from . import stripe_params as params
from .stripe_errors import ApiError, bad_parameter
from .stripe_money import check_currency
from .stripe_render import clone
from .stripe_resources import LIST, READ, Call, Resource, register

DAY = 86400
DAYS = 2
BANK = "ba_1SimulatorBankAccount00"
_UPDATE = {**READ, "metadata": params.Metadata()}
_CREATE = {
    **_UPDATE,
    "amount": params.Int(1, required=True),
    "currency": params.Str(3, required=True),
    "description": params.Str(),
    "destination": params.Unsupported(),
    "method": params.Str(choices=("instant", "standard")),
    "payout_method": params.Unsupported(),
    "source_type": params.Str(choices=("bank_account", "card", "fpx")),
    "statement_descriptor": params.Str(22),
}
_LIST = {
    **LIST,
    **READ,
    "arrival_date": params.Range(),
    "created": params.Range(),
    "destination": params.Str(),
    "status": params.Str(choices=("paid", "pending", "failed", "canceled")),
}
_FAILURES = {
    "account_closed": "The bank account has been closed.",
    "could_not_process": "The bank could not process this payout.",
    "insufficient_funds": "The bank account has not enough money for this debit.",
}


@register
class Payouts(Resource):
    name = "payouts"
    kind = "payout"
    prefix = "po_1"
    id_length = 23
    scope = "payout"
    routes = [
        ("POST", "/v1/payouts", "create"),
        ("GET", "/v1/payouts", "listing"),
        ("GET", "/v1/payouts/{id}", "retrieve"),
        ("POST", "/v1/payouts/{id}", "update"),
        ("POST", "/v1/payouts/{id}/cancel", "cancel"),
    ]
    expandable = {
        "balance_transaction": "@balance_transactions",
        "failure_balance_transaction": "@balance_transactions",
    }

    # -- API -----------------------------------------------------------------------

    def create(self, call: Call) -> dict:
        """What somebody asks for by hand; automatic ones come by themselves."""
        values = params.read(call.params, _CREATE)
        obj = self.manual(values, call)
        return self.view(obj, call)

    def update(self, call: Call, id: str) -> dict:  # noqa: A002 - named in the URL
        values = params.read(call.params, _UPDATE)
        obj = self.get(id)
        before = clone(obj)
        if "metadata" in values:
            obj["metadata"] = params.Metadata.merge(obj["metadata"], values["metadata"])
        if before != obj:
            self.sim.emit("payout.updated", obj, call, before=before)
        return self.view(obj, call)

    def cancel(self, call: Call, id: str) -> dict:  # noqa: A002
        params.read(call.params, READ)
        obj = self.get(id)
        if obj["status"] != "pending":
            raise ApiError(
                400, "Payouts can only be canceled while they are pending.", param="id"
            )
        self._back(obj, "canceled", "payout_cancel", call)
        return self.view(obj, call)

    def listing(self, call: Call) -> dict:
        values = params.read(call.params, _LIST)

        def keep(obj):
            return all(
                params.Range.fits(obj[name], values.get(name))
                for name in ("arrival_date", "created")
            ) and all(
                obj[name] == values[name]
                for name in ("destination", "status")
                if values.get(name)
            )

        return self.page(call, "/v1/payouts", values, keep)

    # -- what happens --------------------------------------------------------------

    def automatic(
        self, currency: str, call: Call, pending: bool, descriptor: str | None = None
    ) -> dict:
        """Pay out all that is there; below nothing the bank account is debited.

        :param pending: also what is not available yet
        :raises ApiError: when there is nothing
        """
        transactions = self.sim.resources["balance_transactions"]
        paid = transactions.unpaid(currency, None if pending else call.at)
        amount = sum(obj["net"] for obj in paid)
        if not amount:
            raise bad_parameter("There is nothing to pay out.", "amount")
        obj = self._make(amount, currency, "standard", True, descriptor, call)
        own = transactions.get(obj["balance_transaction"])
        for part in [*paid, own]:
            part["_payout"] = obj["id"]
        self.sim.emit("payout.created", obj, call)
        return obj

    def manual(self, values: dict, call: Call, pending: bool = False) -> dict:
        """:raises ApiError: when the balance does not suffice"""
        currency = check_currency(values["currency"])
        transactions = self.sim.resources["balance_transactions"]
        there = transactions.balance(currency, None if pending else call.at)
        method = values.get("method") or "standard"
        if values["amount"] + self._fee(values["amount"], currency, method) > there:
            raise bad_parameter(
                "You have insufficient funds in your Stripe account for this transfer. "
                "Your card balance is too low.",
                "amount",
                "balance_insufficient",
            )
        obj = self._make(
            values["amount"],
            currency,
            method,
            False,
            values.get("statement_descriptor"),
            call,
        )
        obj["metadata"] = params.Metadata.merge({}, values.get("metadata"))
        obj["description"] = values.get("description")
        self.sim.emit("payout.created", obj, call)
        return obj

    def _fee(self, amount: int, currency: str, method: str) -> int:
        if method != "instant":
            return 0
        fee = Decimal(self.sim.instant_fee) * amount / 100
        return self._of_fee(fee, currency)["amount"]

    def _of_fee(self, fee: Decimal, currency: str) -> dict:
        transactions = self.sim.resources["balance_transactions"]
        return transactions.fee(fee, currency, "Instant payout fee")

    def _make(self, amount, currency, method, automatic, descriptor, call) -> dict:
        instant = method == "instant"
        midnight = call.at - call.at % DAY + DAYS * DAY
        nothing = (
            "application_fee application_fee_amount failure_balance_transaction "
            "failure_code failure_message original_payout payout_method reversed_by"
        )
        obj = self.store(
            {
                "id": self.new_id(),
                "object": "payout",
                **dict.fromkeys(nothing.split()),
                "amount": amount,
                "arrival_date": call.at if instant else midnight,
                "automatic": automatic,
                "created": call.at,
                "currency": currency,
                "description": "STRIPE PAYOUT",
                "destination": BANK,
                "livemode": self.sim.livemode,
                "metadata": {},
                "method": method,
                "reconciliation_status": "in_progress"
                if automatic
                else "not_applicable",
                "source_type": "card",
                "statement_descriptor": descriptor,
                "status": "in_transit" if automatic else "pending",
                "trace_id": {"status": "pending", "value": None},
                "type": "bank_account",
            }
        )
        fee = self._fee(amount, currency, method)
        obj["balance_transaction"] = self._record(
            obj,
            "payout",
            "payout",
            -amount,
            [self._of_fee(Decimal(fee), currency)] if fee else [],
            call,
        )
        return obj

    def _record(self, obj, kind, category, amount, fees, call: Call) -> str:
        made = self.sim.resources["balance_transactions"].record(
            kind,
            category,
            amount,
            obj["currency"],
            call,
            obj["id"],
            fees,
            description=obj["description"],
        )
        return made["id"]

    def complete(self, id: str, call: Call) -> dict:  # noqa: A002
        """The list of what is in an automatic payout is final."""
        obj = self.get(id)
        if obj["reconciliation_status"] == "in_progress":
            before = clone(obj)
            obj["reconciliation_status"] = "completed"
            self.sim.emit("payout.reconciliation_completed", obj, call)
            self.sim.emit("payout.updated", obj, call, before=before)
        return obj

    def pay(self, id: str, call: Call) -> dict:  # noqa: A002
        """The bank has taken it; it may still fail."""
        obj = self._moving(id, "pending", "in_transit")
        before = clone(obj)
        obj["status"] = "paid"
        obj["trace_id"] = {"status": "supported", "value": f"TRN{obj['id'][-12:]}"}
        self.sim.emit("payout.paid", obj, call)
        self.sim.emit("payout.updated", obj, call, before=before)
        return obj

    def fail(self, id: str, code: str, call: Call) -> dict:  # noqa: A002
        """The bank sends it back, also after it was paid."""
        obj = self._moving(id, "pending", "in_transit", "paid")
        obj["failure_code"] = code
        obj["failure_message"] = _FAILURES.get(code, "The bank refused this payout.")
        self._back(obj, "failed", "payout_failure", call)
        return obj

    def _moving(self, id: str, *statuses: str) -> dict:  # noqa: A002
        obj = self.get(id)
        if obj["status"] not in statuses:
            raise ApiError(400, f"This payout is {obj['status']} already.")
        return obj

    def _back(self, obj: dict, status: str, kind: str, call: Call) -> None:
        before = clone(obj)
        obj["status"] = status
        obj["failure_balance_transaction"] = self._record(
            obj, kind, "payout_reversal", obj["amount"], [], call
        )
        self.sim.emit(f"payout.{status}", obj, call)
        self.sim.emit("payout.updated", obj, call, before=before)
