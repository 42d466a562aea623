# Copyright 2026 Odoo Integration Suite contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl)
"""Plain data of a batch of balance transactions: what moved, and how it is booked."""

from dataclasses import dataclass, field
from datetime import date as Date
from decimal import Decimal
from typing import Any, NamedTuple

from odoo.addons.integration_core.messages import Item

from . import categories


class Fee(NamedTuple):
    """One part of a fee.

    :param account: field of the gateway journal that says where it is booked
    """

    kind: str
    account: str
    amount: Decimal
    description: str


class Leg(NamedTuple):
    """One journal item of a movement.

    :param account: account.account
    :param amount: positive on the debit side, in ``currency``
    :param currency: res.currency
    :param balance: the same in the company's currency
    """

    account: Any
    label: str
    amount: Decimal
    currency: Any
    balance: Decimal


@dataclass
class Movement:
    """One balance transaction on its way into the books.

    :param item: the message that brings it
    :param effect_key: key of its booking in the ledger of effects
    :param row: its `integration.settlement.line`; empty: not here yet
    :param known: it was taken in before: compared, never booked again
    :param currency: res.currency of the balance; None: not in order yet
    :param amount: gross and signed, ``fee`` what was taken of it, both of ``currency``
    :param fees: parts of the fee
    :param original: the amount in the currency it was paid in
    :param original_currency: res.currency; that of the balance where none is stated
    :param day: its calendar day, where the company is
    :param opening: it is older than the start date: in the opening balance
    :param gateway: integration.gateway.journal
    :param payment: account.payment or account.move it is about, None
    :param receivable: the payment's journal item on the customer's account
    :param partner: res.partner, may be empty
    :param other_side: account.account of the gross amount; None: not booked here
    :param legs: journal items of its entry; none: there is nothing to book
    :param request: the question to the period guard
    :param move: the account.move that books it
    :param notes: sentences for people
    """

    item: Item
    effect_key: str
    row: Any = None
    known: bool = False
    currency: Any = None
    amount: Decimal = Decimal(0)
    fee: Decimal = Decimal(0)
    fees: list[Fee] = field(default_factory=list)
    original: Decimal = Decimal(0)
    original_currency: Any = None
    day: Date | None = None
    opening: bool = False
    gateway: Any = None
    payment: Any = None
    receivable: Any = None
    partner: Any = None
    other_side: Any = None
    legs: list[Leg] = field(default_factory=list)
    request: Any = None
    move: Any = None
    notes: list[str] = field(default_factory=list)

    @property
    def external_id(self) -> str:
        """The peer's id."""
        return self.item.external_id

    @property
    def category(self) -> str:
        """What kind of movement it is, a key of `categories.OTHER_SIDE`."""
        return self.item.canonical["category"]

    @property
    def side(self) -> str:
        """Where the other side of its gross amount is, as `categories` names it."""
        return categories.OTHER_SIDE[self.category]

    @property
    def net(self) -> Decimal:
        """What the balance moved by."""
        return self.amount - self.fee

    @property
    def open(self) -> bool:
        """Whether nothing speaks against it so far."""
        return self.item.open

    @property
    def fresh(self) -> bool:
        """Whether it is to be taken in now."""
        return self.open and not self.known

    @property
    def converted(self) -> bool:
        """Whether the gateway converted it."""
        return self.original_currency != self.currency

    def reference(self, name: str) -> tuple | None:
        """(model, id) of what it refers to, where that is known."""
        ref = self.item.canonical.get(name)
        if not ref:
            return None
        return self.item.references.get((ref["entity"], ref["external_id"]))

    def account_of_fees(self) -> dict[str, Decimal]:
        """What goes to each account of fees: field of the gateway journal → amount."""
        found: dict[str, Decimal] = {}
        for part in self.fees:
            found[part.account] = found.get(part.account, Decimal(0)) + part.amount
        return {name: amount for name, amount in found.items() if amount}
