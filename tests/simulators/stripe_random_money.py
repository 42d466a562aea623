# Copyright 2026 Odoo Integration Suite contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl)
"""Random histories of money that repeat with their seed: the proof of the books.

draw = RandomMoney(sim, seed=7)
told = draw.history()        # a day or two: sales, refunds, disputes, fees, payouts
told["refund"], draw.total   # how often what happened

Each history has a random generator of its own, made of seed and number; it goes on with
what the earlier ones left: open invoices, charges to refund, disputes to close.
"""

import random
from collections import Counter
from typing import TYPE_CHECKING

from .stripe_balance import PER_EURO
from .stripe_errors import ApiError
from .stripe_money import step
from .stripe_random import RandomInvoices

if TYPE_CHECKING:
    from .stripe import StripeSimulator

CURRENCIES = ("eur", "eur", "eur", "eur", "usd", "usd", "gbp", "chf", "jpy")
# What may happen, and how often.
STEPS = {
    "sale": 30,
    "loose_charge": 12,
    "refund": 18,
    "credit_note": 6,
    "dispute": 7,
    "close_dispute": 5,
    "refund_ends": 6,
    "lost_charge": 2,
    "late_settlement": 8,
    "account_fee": 4,
    "hold": 2,
    "release": 2,
    "topup": 2,
    "rate": 3,
    "payout_returns": 3,
}
_INCOME = ("sale", "loose_charge", "late_settlement", "topup", "release")
HOUR, DAY = 3600, 86400


class RandomMoney:
    """Draws what becomes of money, into one simulator.

    :param currencies: of sales; which of them are converted is up to ``sim.balances``
    :param plain: only invoices that every accountant agrees on: what is drawn here is
        money, not taxes
    """

    def __init__(
        self,
        sim: "StripeSimulator",
        seed: int | str = 0,
        currencies: tuple[str, ...] = CURRENCIES,
        customers: int = 12,
        plain: bool = True,
    ):
        self.sim, self.seed, self.plain = sim, seed, plain
        self.currencies = currencies
        self.draw = RandomInvoices(sim, seed, currencies, customers)
        self.rng = random.Random(f"{seed}:money")
        self.number = 0
        self.total: Counter[str] = Counter()
        self.held: Counter[tuple[str, str]] = Counter()
        # Payouts that have not come to their end.
        self._moving: list[str] = []

    # -- a history -----------------------------------------------------------------

    def history(self, steps: tuple[int, int] = (6, 16)) -> Counter[str]:
        """Let some hours pass; returns how often what happened.

        It ends with the payouts of most balances.
        """
        self.number += 1
        self.rng = random.Random(f"{self.seed}:money:{self.number}")
        self.draw.rng = self.rng
        told: Counter[str] = Counter()
        # On a bad day nobody buys; then the bank account is debited.
        bad = self.rng.random() < 0.15
        weights = {**STEPS, **dict.fromkeys(_INCOME, 0)} if bad else STEPS
        for _number in range(self.rng.randint(*steps)):
            self._time(HOUR)
            what = self.rng.choices(list(weights), list(weights.values()))[0]
            told[self._happen(what)] += 1
        for currency in self.sim.balances:
            if self.rng.random() < 0.85:
                self._time(HOUR)
                told[self._happen("payout", currency)] += 1
        for payout in list(self._moving):
            self._time(DAY // 4)
            told[self._happen("payout_goes_on", payout)] += 1
        self.total += told
        return told

    def _happen(self, what: str, *args) -> str:
        try:
            return getattr(self, f"_{what}")(*args) or "nothing"
        except ApiError:
            # What Stripe refuses did not happen (a dispute holds the charge, say).
            return "refused"

    def _time(self, most: int) -> None:
        """Mostly a second of its own; some things share one."""
        if self.rng.random() < 0.9:
            self.sim.clock.advance(self.rng.randrange(1, most))

    def _pick(self, found: list):
        return self.rng.choice(found) if found else None

    def _part(self, amount: int, currency: str) -> int:
        unit = step(currency)
        return self.rng.randint(1, max(amount // unit, 1)) * unit

    # -- money that comes ----------------------------------------------------------

    def _sale(self) -> str:
        currency = self.rng.choice(self.currencies)
        if self.plain:
            made = self.draw.plain(self.rng.choice((1, 1, 2, 3)), currency)
        else:
            made = self.draw.invoice(currency=currency)
        status = self.sim.finalize_invoice(made["id"])["status"]
        if status != "open":
            return "sale"
        left = self.sim.invoices[made["id"]]["amount_remaining"]
        settle = self.rng.random() > 0.15
        values = {"settle": settle, "intent": self.rng.random() > 0.15}
        kind = self.rng.random()
        self._time(HOUR)
        if kind < 0.12:
            return "open_sale"
        if kind < 0.3:
            self.sim.pay_invoice(made["id"], self._part(left, currency), **values)
            if kind < 0.2:
                return "part_payment"
        elif kind < 0.36:
            values["method"] = "sepa_debit"
        self.sim.pay_invoice(made["id"], **values)
        return "sale"

    def _loose_charge(self) -> str:
        currency = self.rng.choice(self.currencies)
        self.sim.create_charge(
            self.draw.amount(currency),
            currency,
            customer=self.rng.choice(self.draw.customers),
            settle=self.rng.random() > 0.15,
            method=self.rng.choice(("card", "card", "sepa_debit")),
            declined=self.rng.random() < 0.05,
        )
        return "charge"

    def _late_settlement(self) -> str | None:
        late = [
            key
            for key, obj in self.sim.charges.items()
            if obj["status"] == "succeeded" and not obj["balance_transaction"]
        ]
        charge = self._pick(late)
        if charge:
            self.sim.settle_charge(charge)
            return "late_settlement"

    def _rate(self) -> str | None:
        """Another rate for what is converted."""
        foreign = sorted(set(self.currencies) - set(self.sim.balances))
        currency = self._pick(foreign)
        if not currency:
            return None
        target = self.sim.balances[0]
        usual = float(PER_EURO.get(target, "1")) / float(PER_EURO.get(currency, "1"))
        rate = usual * self.rng.uniform(0.93, 1.07)
        self.sim.settle[currency] = (target, f"{rate:.6f}")
        return "rate"

    # -- money that goes back ------------------------------------------------------

    def _refundable(self) -> list[dict]:
        return [
            obj
            for obj in self.sim.charges.values()
            if obj["status"] == "succeeded"
            and obj["balance_transaction"]
            and obj["amount_refunded"] < obj["amount"]
        ]

    def _refund(self) -> str | None:
        charge = self._pick(self._refundable())
        if not charge:
            return None
        left = charge["amount"] - charge["amount_refunded"]
        whole = self.rng.random() < 0.4
        status, moved = self.rng.choices(
            (("succeeded", True), ("pending", True), ("pending", False)), (8, 2, 1)
        )[0]
        self.sim.refund(
            charge["id"],
            None if whole else self._part(left, charge["currency"]),
            self.rng.choice((None, "duplicate", "requested_by_customer")),
            status,
            moved,
        )
        return "refund"

    def _credit_note(self) -> str | None:
        """A document says what is taken back; mostly money goes back with it."""
        found = [
            obj
            for obj in self.sim.invoices.values()
            if obj["status"] in ("open", "paid") and obj["total"] > 0
        ]
        invoice = self._pick(found)
        if not invoice:
            return None
        lines = self.sim.invoice_lines(invoice["id"])
        amounts = None
        if self.rng.random() < 0.6:
            line = self.rng.choice(lines)
            amounts = {line["id"]: self._part(line["amount"], invoice["currency"])}
        self.sim.credit_invoice(invoice["id"], amounts, rest="refund")
        return "credit_note"

    def _refund_ends(self) -> str | None:
        """A pending one arrives; now and then one comes back, also after days."""
        refunds = self.sim.refunds.values()
        pending = [obj["id"] for obj in refunds if obj["status"] == "pending"]
        done = [obj["id"] for obj in refunds if obj["status"] == "succeeded"]
        if pending and self.rng.random() < 0.6:
            self.sim.complete_refund(self.rng.choice(pending))
            return "refund_arrived"
        one = self._pick(done or pending)
        if one:
            self.sim.fail_refund(one)
            return "refund_failed"

    def _lost_charge(self) -> str | None:
        found = [
            obj["id"]
            for obj in self._refundable()
            if not obj["amount_refunded"]
            and not obj["disputed"]
            and obj["id"].startswith("py_")
        ]
        charge = self._pick(found)
        if charge:
            self.sim.fail_charge(charge)
            return "lost_charge"

    def _dispute(self) -> str | None:
        charge = self._pick([c for c in self._refundable() if not c["disputed"]])
        if not charge:
            return None
        left = charge["amount"] - charge["amount_refunded"]
        amount = None
        if self.rng.random() < 0.3:
            amount = self._part(left, charge["currency"])
        inquiry = self.rng.random() < 0.25
        made = self.sim.dispute(charge["id"], amount, inquiry=inquiry)
        if self.rng.random() < 0.4:
            self.sim.answer_dispute(made["id"])
        return "inquiry" if inquiry else "dispute"

    def _close_dispute(self) -> str | None:
        opened = [
            obj
            for obj in self.sim.disputes.values()
            if obj["status"].endswith(("needs_response", "under_review"))
        ]
        one = self._pick(opened)
        if not one:
            return None
        if one["status"].startswith("warning_"):
            if self.rng.random() < 0.5:
                self.sim.escalate_dispute(one["id"])
                return "inquiry_escalated"
            self.sim.close_dispute(one["id"], "warning_closed")
            return "inquiry_closed"
        outcome = self.rng.choice(("won", "lost"))
        fee_back = outcome == "won" and self.rng.random() < 0.5
        self.sim.close_dispute(one["id"], outcome, fee_back)
        return f"dispute_{outcome}"

    # -- the account itself --------------------------------------------------------

    def _amount(self, currency: str, least: float, most: float) -> int:
        return self.draw.amount(currency, least, most)

    def _account_fee(self) -> str:
        currency = self.rng.choice(self.sim.balances)
        kind = self.rng.choice(("billing", "network", "fx", "tax"))
        self.sim.account_fee(self._amount(currency, 0.1, 9), currency, kind)
        return "account_fee"

    def _hold(self) -> str:
        currency = self.rng.choice(self.sim.balances)
        kind = self.rng.choice(("reserve", "minimum", "network"))
        amount = self._amount(currency, 1, 60)
        self.sim.hold(amount, currency, kind)
        self.held[currency, kind] += amount
        return "hold"

    def _release(self) -> str | None:
        one = self._pick(sorted(key for key, amount in self.held.items() if amount))
        if one:
            amount = self._part(self.held[one], one[0])
            self.sim.release(amount, *one)
            self.held[one] -= amount
            return "release"

    def _topup(self) -> str | None:
        reversible = [
            obj["id"]
            for obj in self.sim.topups.values()
            if obj["status"] == "succeeded"
        ]
        if reversible and self.rng.random() < 0.4:
            self.sim.reverse_topup(self.rng.choice(reversible))
            return "topup_reversed"
        currency = self.rng.choice(self.sim.balances)
        self.sim.topup(self._amount(currency, 5, 100), currency)
        return "topup"

    # -- to the bank ---------------------------------------------------------------

    def _payout(self, currency: str) -> str:
        kind = self.rng.random()
        there = self.sim.resources["balance_transactions"].balance(currency)
        if kind < 0.12 and there > 2000:
            made = self.sim.payout(
                currency,
                automatic=False,
                amount=self._part(there // 2, currency),
                method="instant" if kind < 0.06 else "standard",
            )
            self._moving.append(made["id"])
            return "manual_payout"
        made = self.sim.payout(currency)
        self._moving.append(made["id"])
        return "payout" if made["amount"] > 0 else "negative_payout"

    def _payout_goes_on(self, payout: str) -> str | None:
        """Its list is final, the bank takes it; a few come back."""
        obj = self.sim.payouts[payout]
        self._moving.remove(payout)
        if obj["status"] == "pending" and self.rng.random() < 0.2:
            self.sim.cancel_payout(payout)
            return "payout_canceled"
        self.sim.complete_payout(payout)
        self._time(HOUR)
        if self.rng.random() < 0.08:
            self.sim.fail_payout(payout)
            return "payout_failed"
        self.sim.pay_payout(payout)
        return "payout_paid"

    def _payout_returns(self) -> str | None:
        """One that had arrived is sent back by the bank."""
        paid = [key for key, obj in self.sim.payouts.items() if obj["status"] == "paid"]
        if paid:
            self.sim.fail_payout(self.rng.choice(paid[-3:]))
            return "payout_returned"
