# Copyright 2026 Odoo Integration Suite contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl)
"""The ledger of credit notes: what they take back, and where it goes.

Computed from what was agreed (the amounts that lines take back, the percentages and the
discounts of the invoice) with exact fractions, not from the sums that a credit note
shows; those are compared (:func:`differences`). Entries, debit positive:

| happened | debit | credit |
| --- | --- | --- |
| credit note issued (void: nothing, nor of a void invoice) | income, ``tax:<rate>`` |
  receivable |
| … to the customer's balance | receivable | customer_balance |

What is refunded is an entry of ``stripe_ledger_money``; what was settled outside stays
open as credit of the customer.
"""

import sys
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from .stripe_ledger_books import BOOKS, Entry
from .stripe_ledger_sums import exact, half_up

if TYPE_CHECKING:
    from .stripe import StripeSimulator
    from .stripe_ledger import Ledger


@dataclass
class CreditSums:
    """One credit note; amounts in minor units, positive.

    :ivar before: what lowered what is due
    :ivar refunded: what is paid back; ``balance``: to the customer's balance
    """

    id: str
    number: str
    invoice: str
    currency: str
    status: str
    date: int
    before: int
    refunded: int
    balance: int
    outside: int
    untaxed: int = 0
    taxes: dict[str, int] = field(default_factory=dict)

    @property
    def tax(self) -> int:
        return sum(self.taxes.values())

    @property
    def total(self) -> int:
        return self.untaxed + self.tax

    @property
    def open(self) -> int:
        """What waits for money: it is paid back, or was outside."""
        return self.total - self.before - self.balance


def credited(sim: "StripeSimulator", invoice: str) -> int:
    """What credit notes took off what an invoice asks for."""
    return sum(
        obj["total"]
        - sum(part["amount_refunded"] for part in obj["refunds"])
        - _to_balance(sim, obj)
        - (obj["out_of_band_amount"] or 0)
        for obj in sim.resources["credit_notes"].objects.values()
        if obj["invoice"] == invoice and obj["status"] == "issued"
    )


def _to_balance(sim: "StripeSimulator", obj: dict) -> int:
    movement = obj["customer_balance_transaction"]
    found = sim.resources["customer_balance_transactions"].objects
    return -found[movement]["amount"] if movement else 0


class _Lines:
    """Adds up the lines of the credit notes of one invoice.

    :ivar taken: credit note -> line of the invoice -> [(amount, discount, taxes)]
    """

    def __init__(self, ledger: "Ledger", invoice: str):
        self.sums = ledger.invoices[invoice]
        self.whole = {line.id: line for line in self.sums.lines}
        self.taken: dict[str, dict[str, list]] = {}

    def add(self, sums: CreditSums, fact: dict, stood: list[str]) -> None:
        """One line of a credit note.

        :param stood: the credit notes that stood when it was made
        """
        whole = self.whole.get(fact["invoice_line_item"])
        rates = fact["tax_rates"]
        if not whole:
            taxes = self._taxes(fact["amount"], rates, sums.currency)
            self._sum(sums, fact["amount"], taxes, rates)
            return
        own = self.taken.setdefault(sums.id, {}).setdefault(whole.id, [])
        before = [
            part
            for note in (*stood, sums.id)
            for part in self.taken.get(note, {}).get(whole.id, ())
        ]
        amount = fact["amount"]
        last = amount == whole.amount - sum(part[0] for part in before)
        off = whole.discount - sum(part[1] for part in before)
        if not last:
            shares = [
                half_up(exact(part) * amount / whole.amount, sums.currency)
                for part in whole.discounts.values()
            ]
            off = min(off, sum(shares))
        taxes = self._taxes(amount - off, rates, sums.currency, whole)
        if last:
            taxes = {
                rate: tax - sum(part[2].get(rate, 0) for part in before)
                for rate, tax in whole.taxes.items()
            }
        self._sum(sums, amount - off, taxes, rates)
        own.append((amount, off, taxes))

    @staticmethod
    def _taxes(net, rates: list[dict], currency: str, whole=None) -> dict:
        untaxed = whole is not None and whole.taxes and not any(whole.taxes.values())
        percent = {r["id"]: 0 if untaxed else exact(r["percentage"]) for r in rates}
        inside = [r["id"] for r in rates if r["inclusive"]]
        share = 100 + sum(percent[rate] for rate in inside)
        found = {r: half_up(exact(net) * percent[r] / share, currency) for r in inside}
        left = net - sum(found.values())
        for rate in rates:
            if not rate["inclusive"]:
                tax = exact(left) * percent[rate["id"]] / 100
                found[rate["id"]] = half_up(tax, currency)
        return found

    @staticmethod
    def _sum(sums: CreditSums, net: int, taxes: dict, rates: list[dict]) -> None:
        inside = sum(taxes[r["id"]] for r in rates if r["inclusive"])
        sums.untaxed += net - inside
        for rate, amount in taxes.items():
            sums.taxes[rate] = sums.taxes.get(rate, 0) + amount


def _notes(ledger: "Ledger") -> dict[str, CreditSums]:
    """Every credit note with sums of our own; void ones too, because what was made
    while they stood was computed with them."""
    found: dict[str, CreditSums] = {}
    lines: dict[str, _Lines] = {}
    sim = ledger.sim
    for obj in sim.resources["credit_notes"].objects.values():
        sums = CreditSums(
            obj["id"],
            obj["number"],
            obj["invoice"],
            obj["currency"],
            obj["status"],
            obj["effective_at"] or obj["created"],
            0,
            sum(part["amount_refunded"] for part in obj["refunds"]),
            _to_balance(sim, obj),
            obj["out_of_band_amount"] or 0,
        )
        if obj["invoice"] not in ledger.invoices:
            continue
        adder = lines.setdefault(obj["invoice"], _Lines(ledger, obj["invoice"]))
        for fact in obj["_lines"]:
            adder.add(sums, fact, obj["_stood"])
        sums.before = sums.total - sums.refunded - sums.balance - sums.outside
        found[sums.id] = sums
    return found


def entries(ledger: "Ledger") -> list[Entry]:
    """Entries of all credit notes; fills ``ledger.credit_notes``."""
    ledger.credit_notes = _notes(ledger)
    found = []
    for sums in ledger.credit_notes.values():
        if sums.status == "void" or ledger.invoices[sums.invoice].status == "void":
            continue
        entry = Entry("credit_note", sums.id, [])
        entry.add("receivable", sums.currency, -sums.total)
        entry.add("income", sums.currency, sums.untaxed)
        for rate, amount in sums.taxes.items():
            entry.add(f"tax:{rate}", sums.currency, amount)
        entry.add("receivable", sums.currency, sums.balance)
        entry.add("customer_balance", sums.currency, -sums.balance)
        found.append(entry)
    return found


def differences(ledger: "Ledger") -> list[str]:
    """Where a credit note, or what a customer has to his credit, says another sum."""
    sim, found = ledger.sim, []
    for sums in ledger.credit_notes.values():
        obj = sim.resources["credit_notes"].objects[sums.id]
        shown = {t["tax_rate_details"]["tax_rate"]: t for t in obj["total_taxes"]}
        pairs = {
            "total": (obj["total"], sums.total),
            "total_excluding_tax": (obj["total_excluding_tax"], sums.untaxed),
            "total_taxes": ({k: t["amount"] for k, t in shown.items()}, sums.taxes),
            "pre_payment_amount": (obj["pre_payment_amount"], sums.before),
        }
        found += [
            f"{sums.id} {name}: {there}, ours {own}"
            for name, (there, own) in pairs.items()
            if there != own
        ]
    return found + _balances(ledger)


def _balances(ledger: "Ledger") -> list[str]:
    """The balances of customers are the sum of what moved them."""
    movements = ledger.sim.resources["customer_balance_transactions"].objects
    sums: dict[tuple, int] = {}
    for obj in movements.values():
        key = obj["customer"], obj["currency"]
        sums[key] = sums.get(key, 0) + obj["amount"]
    customers = ledger.sim.resources["customers"]
    found = []
    for (customer, currency), amount in sums.items():
        obj = customers.objects.get(customer)
        shown = customers.balance_in(obj, currency) if obj else amount
        if shown != amount:
            found.append(f"{customer} {currency}: balance {shown}, ours {amount}")
    return found


BOOKS.append(sys.modules[__name__])
