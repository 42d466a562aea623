# Copyright 2026 Odoo Integration Suite contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl)
"""What tests let happen with money after it came: back, away, held, paid out.

Each method does what the calls of the API (or the bank) do, events included, and
returns the object in the newest shape. Amounts are integers in minor units.
"""

from typing import TYPE_CHECKING

from .stripe_money import check_currency
from .stripe_render import NEWEST, render

if TYPE_CHECKING:
    from .stripe import StripeSimulator

# kind -> (type, reporting category, description)
_FEES = {
    "billing": ("stripe_fee", "fee", "Billing - Usage Fee"),
    "network": ("stripe_fee", "network_cost", "Card network costs"),
    "fx": ("stripe_fx_fee", "fee", "Currency conversion"),
    "tax": ("tax_fee", "tax", "VAT on fees"),
}
# kind -> (type of hold, of release, reporting category)
_HOLDS = {
    "reserve": ("reserve_hold", "reserve_release", "risk_reserved_funds"),
    "minimum": (
        "payout_minimum_balance_hold",
        "payout_minimum_balance_release",
        "minimum_balance_hold",
    ),
    "network": (
        "payment_network_reserve_hold",
        "payment_network_reserve_release",
        "payment_network_reserved_funds",
    ),
}


class MoneyActs:
    """Part of ``StripeSimulator``."""

    @property
    def refunds(self: "StripeSimulator") -> dict[str, dict]:
        """id -> object as stored, newest shape (live: do not write)."""
        return self.resources["refunds"].objects

    @property
    def disputes(self: "StripeSimulator") -> dict[str, dict]:
        return self.resources["disputes"].objects

    @property
    def payouts(self: "StripeSimulator") -> dict[str, dict]:
        return self.resources["payouts"].objects

    @property
    def topups(self: "StripeSimulator") -> dict[str, dict]:
        return self.resources["topups"].objects

    def payout_transactions(self: "StripeSimulator", payout_id: str) -> list[dict]:
        """What an automatic payout is made of, its own transaction included."""
        return [
            obj
            for obj in self.balance_transactions.values()
            if obj.get("_payout") == payout_id
        ]

    def _do(self: "StripeSimulator", resource: str, what: str, at, *args) -> dict:
        """Call a method of a resource as something that happens, now or ``at``."""
        with self.lock:
            found = getattr(self.resources[resource], what)(*args, self._call(at))
            return render(found, NEWEST)

    # -- refunds -------------------------------------------------------------------

    def refund(
        self: "StripeSimulator",
        charge: str,
        amount: int | None = None,
        reason: str | None = None,
        status: str = "succeeded",
        moved: bool = True,
        metadata: dict | None = None,
        at: int | None = None,
    ) -> dict:
        """Give money back, as somebody in the dashboard does.

        :param amount: a part; None: what is left
        :param status: ``succeeded``, ``pending`` (see :meth:`complete_refund`) or
            ``requires_action``, which has no balance transaction yet
        :param moved: False with ``pending``: the balance does not suffice, the balance
            transaction comes when it is completed
        :raises ApiError: when there is not as much left
        """
        values = {"amount": amount, "reason": reason, "metadata": metadata}
        with self.lock:
            found = self.resources["charges"].get(charge)
            refunds = self.resources["refunds"]
            made = refunds.make(found, values, self._call(at), status, moved)
            return render(made, NEWEST)

    def complete_refund(self, refund_id: str, at: int | None = None) -> dict:
        """A refund that was pending or required action succeeds."""
        return self._do("refunds", "complete", at, refund_id)

    def fail_refund(
        self,
        refund_id: str,
        reason: str = "lost_or_stolen_card",
        at: int | None = None,
    ) -> dict:
        """The money comes back to the balance, also after the refund succeeded."""
        return self._do("refunds", "fail", at, refund_id, reason)

    def cancel_refund(self, refund_id: str, at: int | None = None) -> dict:
        """Only a refund that requires action."""
        return self.act("POST", f"/v1/refunds/{refund_id}/cancel", at=at)

    def fail_charge(
        self,
        charge_id: str,
        code: str = "charge_exceeds_source_limit",
        at: int | None = None,
    ) -> dict:
        """A charge that had succeeded fails after all, as bank debits do."""
        return self._do("charges", "lost", at, charge_id, code)

    # -- disputes ------------------------------------------------------------------

    def dispute(
        self: "StripeSimulator",
        charge: str,
        amount: int | None = None,
        reason: str = "fraudulent",
        inquiry: bool = False,
        at: int | None = None,
    ) -> dict:
        """A bank takes the money of a charge back, with a fee (``sim.dispute_fee``).

        :param amount: a part; None: what is left of the charge
        :param inquiry: it only asks; nothing is moved, see :meth:`escalate_dispute`
        """
        values = {"amount": amount, "reason": reason}
        with self.lock:
            found = self.resources["charges"].get(charge)
            disputes = self.resources["disputes"]
            made = disputes.make(found, values, inquiry, self._call(at))
            return render(made, NEWEST)

    def answer_dispute(self, dispute_id: str, text: str = "Delivered.") -> dict:
        """Send evidence; the bank reviews it."""
        evidence = {"uncategorized_text": text}
        return self.act("POST", f"/v1/disputes/{dispute_id}", evidence=evidence)

    def escalate_dispute(self, dispute_id: str, at: int | None = None) -> dict:
        """An inquiry becomes a dispute."""
        return self._do("disputes", "escalate", at, dispute_id)

    def close_dispute(
        self,
        dispute_id: str,
        outcome: str,
        fee_back: bool = False,
        at: int | None = None,
    ) -> dict:
        """The bank has decided.

        :param outcome: ``won`` (the money comes back) or ``lost``; of an inquiry
            ``warning_closed`` or ``prevented``
        :param fee_back: won, and the fee comes back as well
        """
        return self._do("disputes", "end", at, dispute_id, outcome, fee_back)

    # -- payouts -------------------------------------------------------------------

    def payout(
        self: "StripeSimulator",
        currency: str | None = None,
        automatic: bool = True,
        amount: int | None = None,
        method: str = "standard",
        pending: bool = True,
        descriptor: str | None = None,
        at: int | None = None,
    ) -> dict:
        """Money goes to the bank (or, automatic and below nothing, comes from it).

        :param automatic: all that was not paid out yet; then ``amount`` says nothing.
            Its list of transactions is final with :meth:`complete_payout`
        :param amount: of a manual one; None: all
        :param method: of a manual one: ``standard`` or ``instant`` (with a fee)
        :param pending: also what is not available yet (in reality it waits)
        :raises ApiError: when there is nothing, or not enough
        """
        call = self._call(at)
        currency = check_currency(currency or self.balances[0])
        with self.lock:
            payouts = self.resources["payouts"]
            if automatic:
                made = payouts.automatic(currency, call, pending, descriptor)
            else:
                if amount is None:
                    transactions = self.resources["balance_transactions"]
                    amount = transactions.balance(
                        currency, None if pending else call.at
                    )
                values = {
                    "amount": amount,
                    "currency": currency,
                    "method": method,
                    "statement_descriptor": descriptor,
                }
                made = payouts.manual(values, call, pending)
            return render(made, NEWEST)

    def complete_payout(self, payout_id: str, at: int | None = None) -> dict:
        """``payout.reconciliation_completed``: its list of transactions is final."""
        return self._do("payouts", "complete", at, payout_id)

    def pay_payout(self, payout_id: str, at: int | None = None) -> dict:
        """The money has arrived at the bank."""
        return self._do("payouts", "pay", at, payout_id)

    def fail_payout(
        self, payout_id: str, code: str = "account_closed", at: int | None = None
    ) -> dict:
        """The bank sends the money back, also after it had arrived."""
        return self._do("payouts", "fail", at, payout_id, code)

    def cancel_payout(self, payout_id: str, at: int | None = None) -> dict:
        """Only one that is pending: a manual one that nobody paid yet."""
        return self.act("POST", f"/v1/payouts/{payout_id}/cancel", at=at)

    # -- what the account itself does ----------------------------------------------

    def account_fee(
        self,
        amount: int,
        currency: str | None = None,
        kind: str = "billing",
        at: int | None = None,
    ) -> dict:
        """A fee that belongs to no charge.

        :param kind: ``billing``, ``network``, ``fx`` or ``tax``
        """
        name, category, text = _FEES[kind]
        return self.move_money(-amount, currency, name, category, text, at=at)

    def hold(
        self,
        amount: int,
        currency: str | None = None,
        kind: str = "reserve",
        at: int | None = None,
    ) -> dict:
        """Keep money back (``reserve``, ``minimum`` or ``network``)."""
        name, _release, category = _HOLDS[kind]
        return self.move_money(-amount, currency, name, category, "Hold", at=at)

    def release(
        self,
        amount: int,
        currency: str | None = None,
        kind: str = "reserve",
        at: int | None = None,
    ) -> dict:
        """What was kept back is free again."""
        _hold, name, category = _HOLDS[kind]
        return self.move_money(amount, currency, name, category, "Release", at=at)

    def topup(
        self: "StripeSimulator",
        amount: int,
        currency: str | None = None,
        status: str = "succeeded",
        at: int | None = None,
    ) -> dict:
        """Money of the bank for the balance; ``pending``: not there yet."""
        call = self._call(at)
        values = {"amount": amount, "currency": currency or self.balances[0]}
        with self.lock:
            topups = self.resources["topups"]
            made = topups.make(values, call)
            if status == "succeeded":
                made = topups.succeed(made["id"], call)
            return render(made, NEWEST)

    def reverse_topup(self, topup_id: str, at: int | None = None) -> dict:
        return self._do("topups", "reverse", at, topup_id)

    def adjust(
        self,
        amount: int,
        currency: str | None = None,
        description: str = "Goodwill credit",
        at: int | None = None,
    ) -> dict:
        """A correction that belongs to nothing; signed."""
        return self.move_money(
            amount, currency, "adjustment", "other_adjustment", description, at=at
        )

    def move_money(
        self: "StripeSimulator",
        amount: int,
        currency: str | None,
        type: str,  # noqa: A002 - the API's own name
        category: str,
        description: str | None = None,
        source: str | None = None,
        at: int | None = None,
    ) -> dict:
        """Any balance transaction, also of a type that nobody has heard of."""
        call = self._call(at)
        currency = check_currency(currency or self.balances[0])
        with self.lock:
            transactions = self.resources["balance_transactions"]
            made = transactions.record(
                type, category, amount, currency, call, source, description=description
            )
            self.touched()
            return render(made, NEWEST)
