# Copyright 2026 Odoo Integration Suite contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl)
"""Books of our own: what Odoo must show in the end, to the cent.

Double entry in minor units, computed from what happened (agreed prices and rates,
charges, balance transactions), not from the invoices that the simulator shows; these
are compared (:meth:`Ledger.differences`). In a test::

    ledger = Ledger(sim)
    assert ledger.differences() == []
    for sums in ledger.invoices.values():        # finalised ones only
        sums.untaxed, sums.taxes[rate_id], sums.total, sums.paid, sums.residual
        sums.major("total")                      # Decimal("119.00")
    ledger.receivable("eur"), ledger.clearing("eur"), ledger.totals("eur")

Entries, debit positive, zero in sum per currency:

| happened | debit | credit |
| --- | --- | --- |
| invoice finalised | receivable total | income untaxed, ``tax:<rate>`` |
| voided | income, taxes | receivable |
| charge with balance transaction | clearing gross | receivable (what is too much:
  customer_balance); another settlement currency passes ``exchange`` |
| charge without one | waiting | receivable (as above) |
| paid outside | outside | receivable |
| balance of the customer used | customer_balance | receivable (and the reverse) |

A charge that belongs to no invoice credits ``sales`` of its customer. Fees, refunds,
disputes and payouts: ``stripe_ledger_money``, which fills ``movements`` (by balance
transaction) and ``payouts``; what the gateway holds is ``gateway("eur")``.
"""

from collections import defaultdict
from dataclasses import dataclass, field
from decimal import Decimal
from fractions import Fraction
from typing import TYPE_CHECKING

from . import stripe_ledger_money  # noqa: F401 - puts itself into BOOKS
from .stripe_ledger_books import BOOKS, Entry
from .stripe_ledger_credit import credited
from .stripe_ledger_sums import Arithmetic, LineSums, exact, half_up
from .stripe_money import MINIMUM, digits
from .stripe_render import render

if TYPE_CHECKING:
    from .stripe import StripeSimulator

OLD = "2025-02-24.acacia"


@dataclass
class InvoiceSums:
    """One finalised invoice; amounts in minor units of ``currency``."""

    id: str
    number: str
    customer: str
    currency: str
    status: str
    # Seconds since the epoch: what an accountant dates it.
    date: int
    lines: list[LineSums]
    # What the customer owed (positive) or had to his credit (negative) before.
    starting_balance: int = 0
    due: int = 0
    paid: int = 0
    outside: int = 0
    overpaid: int = 0
    # What credit notes took off what is due, before it was paid.
    credited: int = 0
    taxes: dict[str, int] = field(default_factory=dict)

    def __post_init__(self):
        for line in self.lines:
            for rate, amount in line.taxes.items():
                self.taxes[rate] = self.taxes.get(rate, 0) + amount

    @property
    def untaxed(self) -> int:
        return sum(line.untaxed for line in self.lines)

    @property
    def tax(self) -> int:
        return sum(self.taxes.values())

    @property
    def total(self) -> int:
        return self.untaxed + self.tax

    @property
    def discount(self) -> int:
        return sum(line.discount for line in self.lines)

    @property
    def from_balance(self) -> int:
        """What the customer's balance covered; negative: what it put on top."""
        return self.total - self.due

    @property
    def open(self) -> int:
        """What Stripe still asks for (``amount_remaining``)."""
        return self.due - self.paid - self.outside - self.credited

    @property
    def residual(self) -> int:
        """What the invoice shows as open where balances of customers are not booked.

        A payment may hold more than the invoice: what the customer owed before.
        """
        if self.status == "void":
            return 0
        rest = self.total - self.paid - self.outside - self.credited
        return rest if self.total < 0 else max(rest, 0)

    def major(self, name: str) -> Decimal:
        """An amount of this invoice in whole units."""
        return Decimal(getattr(self, name)).scaleb(-digits(self.currency))


@dataclass
class PaymentSums:
    """One payment that came. ``key``: its intent, or the charge of old days."""

    key: str
    charge: str
    customer: str | None
    amount: int
    currency: str
    date: int
    # invoice id -> what it takes; too_much goes to the customer's balance
    allocations: dict[str, int]
    too_much: int = 0
    # What arrived; None: the balance transaction is not there yet.
    settled: int | None = None
    settlement: str | None = None
    fee: int | None = None


class Ledger:
    """The books as they stand when it is made."""

    def __init__(self, sim: "StripeSimulator"):
        self.sim = sim
        with sim.lock:
            self.invoices = {
                obj["id"]: self._invoice(obj)
                for obj in sim.invoices.values()
                if obj["status"] != "draft"
            }
            self.payments = {
                payment.key: payment for payment in map(self._payment, self._charges())
            }
        # By balance transaction, and by payout: see stripe_ledger_money.
        self.movements: dict[str, stripe_ledger_money.Movement] = {}
        self.payouts: dict[str, stripe_ledger_money.PayoutSums] = {}
        self.entries = [*self._invoice_entries(), *self._payment_entries()]
        with sim.lock:
            for book in BOOKS:
                self.entries += book.entries(self)

    # -- facts ---------------------------------------------------------------------

    def _invoice(self, obj: dict) -> InvoiceSums:
        sums = InvoiceSums(
            obj["id"],
            obj["number"],
            obj["customer"],
            obj["currency"],
            obj["status"],
            obj["effective_at"] or obj["status_transitions"]["finalized_at"],
            Arithmetic(self.sim, obj).lines(),
            starting_balance=obj["starting_balance"],
            outside=obj["amount_paid_off_stripe"],
        )
        sums.credited = credited(self.sim, sums.id)
        wanted = sums.total + sums.starting_balance
        least = max(MINIMUM.get(sums.currency, 0), 1)
        sums.due = wanted if wanted >= least else 0
        return sums

    def _charges(self) -> list[dict]:
        return [
            obj
            for obj in self.sim.charges.values()
            if obj["captured"]
            and (obj["status"] == "succeeded" or obj["failure_balance_transaction"])
        ]

    def _payment(self, charge: dict) -> PaymentSums:
        payment = PaymentSums(
            charge["payment_intent"] or charge["id"],
            charge["id"],
            charge["customer"],
            charge["amount_captured"],
            charge["currency"],
            charge["created"],
            {},
        )
        invoice = self.invoices.get(charge["_invoice"])
        if invoice:
            taken = min(payment.amount, invoice.open)
            payment.allocations[invoice.id] = taken
            payment.too_much = payment.amount - taken
            invoice.paid += taken
            invoice.overpaid += payment.too_much
        if charge["balance_transaction"]:
            self._settle(payment, charge["balance_transaction"])
        return payment

    def _settle(self, payment: PaymentSums, transaction: str) -> None:
        obj = self.sim.balance_transactions[transaction]
        payment.settlement = self._settlement(payment.currency)
        amount = Fraction(payment.amount)
        if payment.settlement != payment.currency:
            # Rates change; the one of that moment is published.
            shift = digits(payment.settlement) - digits(payment.currency)
            amount = amount * exact(obj["exchange_rate"]) * Fraction(10) ** shift
        payment.settled = half_up(amount, payment.settlement)
        payment.fee = sum(entry["amount"] for entry in obj["fee_details"])

    def _settlement(self, currency: str) -> str:
        if currency in self.sim.balances:
            return currency
        return self.sim.settle.get(currency, (self.sim.balances[0], ""))[0]

    # -- entries -------------------------------------------------------------------

    def _invoice_entries(self):
        for sums in self.invoices.values():
            yield self._booked(sums, "invoice", 1)
            if sums.status == "void":
                yield self._booked(sums, "void", -1)
                continue
            entry = Entry("outside", sums.id, [])
            entry.add("outside", sums.currency, sums.outside)
            entry.add("receivable", sums.currency, -sums.outside)
            yield entry
            entry = Entry("balance", sums.id, [])
            entry.add("customer_balance", sums.currency, sums.from_balance)
            entry.add("receivable", sums.currency, -sums.from_balance)
            yield entry

    @staticmethod
    def _booked(sums: InvoiceSums, kind: str, sign: int) -> Entry:
        entry = Entry(kind, sums.id, [])
        entry.add("receivable", sums.currency, sign * sums.total)
        entry.add("income", sums.currency, -sign * sums.untaxed)
        for rate, amount in sums.taxes.items():
            entry.add(f"tax:{rate}", sums.currency, -sign * amount)
        return entry

    def _payment_entries(self):
        for payment in self.payments.values():
            entry = Entry("payment", payment.key, [])
            currency, amount = payment.currency, payment.amount
            if payment.settled is None:
                entry.add("waiting", currency, amount)
            elif payment.settlement == currency:
                entry.add("clearing", currency, payment.settled)
            else:
                entry.add("clearing", payment.settlement, payment.settled)
                entry.add("exchange", payment.settlement, -payment.settled)
                entry.add("exchange", currency, amount)
            taken = sum(payment.allocations.values())
            entry.add("receivable", currency, -taken)
            entry.add("customer_balance", currency, -payment.too_much)
            if not payment.allocations:
                entry.add("sales", currency, -amount)
            yield entry

    # -- answers -------------------------------------------------------------------

    def balance(self, account: str, currency: str) -> int:
        """Debits less credits of an account, in minor units."""
        return sum(
            amount
            for entry in self.entries
            for name, unit, amount in entry.lines
            if name == account and unit == currency
        )

    def receivable(self, currency: str) -> int:
        return self.balance("receivable", currency)

    def clearing(self, currency: str) -> int:
        """Gross payments that arrived in a balance, before fees."""
        return self.balance("clearing", currency)

    def gateway(self, currency: str) -> int:
        """What the gateway holds in the end: the clearing account's balance."""
        return self.clearing(currency) + self.balance("moves", currency)

    def totals(self, currency: str) -> dict[str, int]:
        """Sums over the finalised invoices of a currency that are not void."""
        names = ("untaxed", "tax", "discount", "total", "paid", "outside", "overpaid")
        result = dict.fromkeys((*names, "open", "residual", "count"), 0)
        for sums in self.invoices.values():
            if sums.currency == currency and sums.status != "void":
                result["count"] += 1
                for name in (*names, "open", "residual"):
                    result[name] += getattr(sums, name)
        return result

    @property
    def currencies(self) -> list[str]:
        return sorted({unit for e in self.entries for _name, unit, _amount in e.lines})

    # -- self-check ----------------------------------------------------------------

    def differences(self) -> list[str]:
        """Where the simulator shows something else; empty: all agree."""
        found = []
        for entry in self.entries:
            sums = defaultdict(int)
            for _account, currency, amount in entry.lines:
                sums[currency] += amount
            if any(sums.values()):
                found.append(f"{entry.kind} {entry.of}: {dict(sums)} is not zero")
        with self.sim.lock:
            for invoice_id, sums in self.invoices.items():
                found += _differing(sums, self.sim.invoices[invoice_id], self.sim)
            for payment in self.payments.values():
                found += self._settled_otherwise(payment)
            for book in BOOKS:
                found += book.differences(self)
        return found

    def _settled_otherwise(self, payment: PaymentSums) -> list[str]:
        charge = self.sim.charges[payment.charge]
        obj = self.sim.balance_transactions.get(charge["balance_transaction"]) or {}
        shown = (obj.get("amount"), obj.get("currency"), obj.get("fee"))
        ours = (payment.settled, payment.settlement, payment.fee)
        wrong = [] if shown == ours else [f"{payment.key}: {shown}, ours {ours}"]
        if obj and obj["net"] != obj["amount"] - obj["fee"]:
            wrong.append(f"{obj['id']}: net is not amount less fee")
        return wrong


def _differing(sums: InvoiceSums, obj: dict, sim: "StripeSimulator") -> list[str]:
    """Compare one invoice in the newest and in an old shape with our sums."""
    old = render(obj, OLD, sim.api.expander.find)
    taxes = {tax["tax_rate_details"]["tax_rate"]: tax for tax in obj["total_taxes"]}
    pairs = {
        "total": (obj["total"], sums.total),
        "total_excluding_tax": (obj["total_excluding_tax"], sums.untaxed),
        "total_taxes": ({k: tax["amount"] for k, tax in taxes.items()}, sums.taxes),
        "discounts": (
            sum(entry["amount"] for entry in obj["total_discount_amounts"]),
            sums.discount,
        ),
        "amount_due": (obj["amount_due"], sums.due - sums.credited),
        "amount_paid": (obj["amount_paid"], sums.paid + sums.outside),
        "amount_remaining": (obj["amount_remaining"], sums.open),
        "amount_overpaid": (obj["amount_overpaid"], sums.overpaid),
        "old tax": (old["tax"] or 0, sums.tax),
        "old amount_paid": (old["amount_paid"], sums.paid),
    }
    lines = sim.resources["line_items"].of(sums.id)
    for line, ours in zip(lines, sums.lines, strict=False):
        shown = {t["tax_rate_details"]["tax_rate"]: t["amount"] for t in line["taxes"]}
        pairs[f"{line['id']} taxes"] = (shown, ours.taxes)
        off = sum(entry["amount"] for entry in line["discount_amounts"])
        pairs[f"{line['id']} amount, discount"] = (
            (line["amount"], off),
            (ours.amount, ours.discount),
        )
    return [
        f"{sums.id} {name}: {shown}, ours {own}"
        for name, (shown, own) in pairs.items()
        if shown != own
    ]
