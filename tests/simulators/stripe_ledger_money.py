# Copyright 2026 Odoo Integration Suite contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl)
"""The ledger of what becomes of money: fees, refunds, disputes, payouts, holds.

Computed from the objects (refund, dispute, payout …) and the published rate, with exact
fractions; the balance transactions are only compared (:func:`differences`). Entries,
debit positive; ``moves`` is what the clearing account has beside gross payments:

| happened | debit | credit |
| --- | --- | --- |
| fee of anything | fees, fee_tax | moves |
| refund (failed: the reverse) | receivable, in the currency it was paid in | moves |
| charge lost after it had succeeded | receivable, likewise | moves |
| dispute (reinstated: the reverse) | disputes | moves |
| dispute lost | chargeback_losses | disputes |
| dispute won at another rate | exchange | disputes |
| payout (failed, cancelled: the reverse) | transit | moves |
| top-up (reversed: the reverse) | moves | transit |
| hold (released: the reverse) | reserves | moves |
| adjustment; what nobody knows | adjustments; unknown | moves |
"""

import sys
from collections import Counter
from dataclasses import dataclass, field
from fractions import Fraction
from typing import TYPE_CHECKING

from .stripe_ledger_books import BOOKS, Entry
from .stripe_ledger_sums import exact, half_up
from .stripe_money import digits

if TYPE_CHECKING:
    from .stripe_ledger import Ledger

# Of what belongs to no object: reporting category → (what it is to us, account).
_LOOSE = {
    "fee": ("fee", "fees"),
    "network_cost": ("network_cost", "fees"),
    "tax": ("tax", "fee_tax"),
    "other_adjustment": ("adjustment", "adjustments"),
    "risk_reserved_funds": ("hold", "reserves"),
    "minimum_balance_hold": ("hold", "reserves"),
    "payment_network_reserved_funds": ("hold", "reserves"),
    "transfer": ("transfer", "adjustments"),
}


@dataclass
class Movement:
    """One balance transaction, as it must be. Minor units of ``currency``.

    :ivar category: ours (docs/architecture.md), not Stripe's
    :ivar original: amount in the currency it was paid in, signed like ``gross``
    """

    id: str
    category: str
    account: str
    gross: int
    fee: int
    currency: str
    date: int
    of: str
    original: int
    original_currency: str
    payout: str | None = None

    @property
    def net(self) -> int:
        return self.gross - self.fee


@dataclass
class PayoutSums:
    """One payout; ``movements`` of an automatic one are all that it pays out."""

    id: str
    amount: int
    currency: str
    status: str
    automatic: bool
    complete: bool
    date: int
    arrival: int
    # ids of balance transactions; the payout's own is not in it
    movements: list[str] = field(default_factory=list)


class _Book:
    """Collects the movements of one ledger."""

    def __init__(self, ledger: "Ledger"):
        self.ledger, self.sim = ledger, ledger.sim
        self.transactions = ledger.sim.balance_transactions
        self.found: list[Movement] = []

    def collect(self) -> list[Movement]:
        self._charges()
        self._refunds()
        self._disputes()
        self._payouts()
        self._topups()
        told = {movement.id for movement in self.found}
        for obj in self.transactions.values():
            if obj["id"] not in told:
                self._loose(obj)
        return self.found

    def _add(self, txn: str | None, category, account, amount, currency, of) -> None:
        """:param amount: signed, in the currency of the object"""
        if not txn:
            return
        obj = self.transactions[txn]
        gross = Fraction(amount)
        if obj["currency"] != currency:
            shift = digits(obj["currency"]) - digits(currency)
            gross = gross * exact(obj["exchange_rate"]) * Fraction(10) ** shift
        self.found.append(
            Movement(
                txn,
                category,
                account,
                half_up(gross, obj["currency"]),
                sum(fee["amount"] for fee in obj["fee_details"]),
                obj["currency"],
                obj["created"],
                of,
                amount,
                currency,
                obj.get("_payout"),
            )
        )

    def _charges(self) -> None:
        for obj in self.sim.charges.values():
            cur, amount = obj["currency"], obj["amount_captured"]
            gone = obj["failure_balance_transaction"]
            self._add(obj["balance_transaction"], "charge", "", amount, cur, obj["id"])
            self._add(gone, "charge_failure", "receivable", -amount, cur, obj["id"])

    def _refunds(self) -> None:
        for obj in self.sim.refunds.values():
            cur, amount, of = obj["currency"], obj["amount"], obj["id"]
            back = obj["failure_balance_transaction"]
            self._add(
                obj["balance_transaction"], "refund", "receivable", -amount, cur, of
            )
            self._add(back, "refund_failure", "receivable", amount, cur, of)

    def _disputes(self) -> None:
        for obj in self.sim.disputes.values():
            shown = [part["id"] for part in obj["balance_transactions"]]
            for txn, sign in zip(shown, (-1, 1), strict=False):
                name = "dispute" if sign < 0 else "dispute_reversal"
                amount = sign * obj["amount"]
                self._add(txn, name, "disputes", amount, obj["currency"], obj["id"])

    def _payouts(self) -> None:
        for obj in self.sim.payouts.values():
            cur, amount, of = obj["currency"], obj["amount"], obj["id"]
            back = obj["failure_balance_transaction"]
            self._add(obj["balance_transaction"], "payout", "transit", -amount, cur, of)
            self._add(back, "payout_reversal", "transit", amount, cur, of)

    def _topups(self) -> None:
        for obj in self.sim.topups.values():
            cur, amount, of = obj["currency"], obj["amount"], obj["id"]
            parts = [
                txn["id"] for txn in self.transactions.values() if txn["source"] == of
            ]
            for txn, sign in zip(parts, (1, -1), strict=False):
                name = "topup" if sign > 0 else "topup_reversal"
                self._add(txn, name, "transit", sign * amount, cur, of)

    def _loose(self, obj: dict) -> None:
        known = _LOOSE.get(obj["reporting_category"], ("", "unknown"))
        category, account = known
        if category == "hold" and obj["amount"] > 0:
            category = "release"
        amount, of = obj["amount"], obj["description"] or ""
        self._add(obj["id"], category, account, amount, obj["currency"], of)


def entries(ledger: "Ledger") -> list[Entry]:
    """Entries of all movements; fills ``ledger.movements`` and ``ledger.payouts``."""
    movements = _Book(ledger).collect()
    ledger.movements = {movement.id: movement for movement in movements}
    ledger.payouts = _payouts(ledger)
    found = [_entry(ledger, movement) for movement in movements]
    for obj in ledger.sim.disputes.values():
        if obj["status"] == "lost":
            found.append(_closed(ledger, obj, "chargeback_losses"))
        elif obj["status"] == "won":
            found.append(_closed(ledger, obj, "exchange"))
    return found


def _payouts(ledger: "Ledger") -> dict[str, PayoutSums]:
    found = {
        obj["id"]: PayoutSums(
            obj["id"],
            obj["amount"],
            obj["currency"],
            obj["status"],
            obj["automatic"],
            obj["reconciliation_status"] == "completed",
            obj["created"],
            obj["arrival_date"],
        )
        for obj in ledger.sim.payouts.values()
    }
    for movement in ledger.movements.values():
        own = movement.of == movement.payout and movement.category == "payout"
        if movement.payout and not own:
            found[movement.payout].movements.append(movement.id)
    return found


def _entry(ledger: "Ledger", movement: Movement) -> Entry:
    entry = Entry(movement.category or "unknown", movement.id, [])
    cur, paid_in = movement.currency, movement.original_currency
    if movement.account == "receivable" and cur != paid_in:
        entry.add("receivable", paid_in, -movement.original)
        entry.add("exchange", paid_in, movement.original)
        entry.add("exchange", cur, -movement.gross)
    elif movement.account:
        entry.add(movement.account, cur, -movement.gross)
    if movement.account:
        entry.add("moves", cur, movement.gross)
    for fee in ledger.sim.balance_transactions[movement.id]["fee_details"]:
        name = "fee_tax" if fee["type"] == "tax" else "fees"
        entry.add(name, cur, fee["amount"])
    entry.add("moves", cur, -movement.fee)
    return entry


def _closed(ledger: "Ledger", dispute: dict, account: str) -> Entry:
    """What stays on the disputes account when it is over: lost, or an exchange
    difference between the two rates."""
    entry = Entry(f"dispute_{dispute['status']}", dispute["id"], [])
    for part in dispute["balance_transactions"]:
        movement = ledger.movements[part["id"]]
        entry.add(account, movement.currency, -movement.gross)
        entry.add("disputes", movement.currency, movement.gross)
    return entry


# -- self-check --------------------------------------------------------------------


def differences(ledger: "Ledger") -> list[str]:
    """Where balance transactions, payouts or the balance say something else."""
    sim = ledger.sim
    found = []
    for key, movement in ledger.movements.items():
        obj = sim.balance_transactions[key]
        shown = (obj["amount"], obj["fee"], obj["net"])
        ours = (movement.gross, movement.fee, movement.net)
        if shown != ours:
            found.append(f"{key} ({movement.category}): {shown}, ours {ours}")
    twice = Counter(movement.id for movement in _Book(ledger).collect())
    found += [f"{key} is about {n} things" for key, n in twice.items() if n > 1]
    for payout in ledger.payouts.values():
        inside = sum(ledger.movements[key].net for key in payout.movements)
        if payout.automatic and inside != payout.amount:
            found.append(f"{payout.id}: {payout.amount}, its movements {inside}")
    return found + _balances(ledger)


def _balances(ledger: "Ledger") -> list[str]:
    shown = ledger.sim.act("GET", "/v1/balance")
    found = []
    for ready, rest in zip(shown["available"], shown["pending"], strict=True):
        currency, amount = ready["currency"], ready["amount"] + rest["amount"]
        if ledger.gateway(currency) != amount:
            ours = ledger.gateway(currency)
            found.append(f"balance {currency}: {amount}, ours {ours}")
    return found


BOOKS.append(sys.modules[__name__])
