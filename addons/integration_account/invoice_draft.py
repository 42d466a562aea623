# Copyright 2026 Odoo Integration Suite contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl)
"""What the steps of the entity invoice hand to each other."""

from dataclasses import dataclass, field
from datetime import date as Date
from decimal import Decimal
from typing import Any, NamedTuple

from odoo.addons.integration_core.engine import totals
from odoo.addons.integration_core.messages import Item

from .messages import GuardRequest


class Forced(NamedTuple):
    """Amount of one Odoo tax on one line, as the other system states it.

    :param tax: account.tax that is no group
    :param amount: signed as the line
    :param base: what Odoo's tax report shows as its base
    """

    tax: Any
    amount: Decimal
    base: Decimal


@dataclass
class DraftLine:
    """One line of the invoice in Odoo.

    :param label: text of the line; empty: the product's own text
    :param untaxed: its amount without taxes
    :param taxes: account.tax recordset that is set on the line
    :param forced: amounts of those taxes, of the members of groups one by one
    :param quantity: units, where a price of one unit exists that is exact
    :param external_id: the system's id of the line; empty for a line of discounts
    """

    label: str
    untaxed: Decimal
    taxes: Any
    forced: list[Forced]
    account: Any
    product: Any
    quantity: Decimal | None = None
    external_id: str = ""

    @property
    def price(self) -> Decimal:
        """Amount of the line in the way Odoo's taxes count: with included ones."""
        return self.untaxed + sum(
            (f.amount for f in self.forced if f.tax.price_include), totals.ZERO
        )


@dataclass
class InvoiceDraft:
    """One invoice on its way into Odoo.

    :param item: its message
    :param amounts: as Odoo will have them; signs are turned for a credit note
    :param refund: booked as a credit note, because the total is below zero
    :param number: the peer's number, or its id where there is none
    :param date: when it was issued, in the company's time zone
    :param due: when it is due
    :param request: what the period guard was asked
    :param move: the account.move, once it is created
    :param ending: what follows at once, because it is uncollectible already
    :param origin: account.move that a credit note takes back
    :param balances: parts of it that the customer's balance takes or gives
    """

    item: Item
    number: str
    date: Date | None = None
    due: Date | None = None
    amounts: totals.Document | None = None
    refund: bool = False
    partner: Any = None
    currency: Any = None
    journal: Any = None
    fiscal_position: Any = None
    lines: list[DraftLine] = field(default_factory=list)
    request: GuardRequest | None = None
    move: Any = None
    ending: Any = None
    origin: Any = None
    balances: list = field(default_factory=list)

    @property
    def unit(self) -> Decimal:
        """Smallest amount that the currency has in Odoo."""
        return Decimal(str(self.currency.rounding)).normalize()

    @property
    def move_type(self) -> str:
        """Type of the document in Odoo."""
        return "out_refund" if self.refund else "out_invoice"

    @property
    def record(self) -> dict:
        """The canonical record."""
        return self.item.canonical

    @property
    def remaining(self) -> bool:
        """Whether nothing has decided about it yet."""
        return self.item.open and not self.item.res_id


@dataclass
class BalancePart:
    """What the balance that a system keeps for a customer has to do with a document.

    :param item: the message that says so
    :param number: of the document
    :param kind: ``balance`` (taken for it, or given by it) or ``overpaid``; also the
        name of the effect, and of the row in the list of shifted documents
    :param amount: positive: the balance pays the document; negative: it takes from it
    :param date: day in the company's time zone
    :param move: account.move of the document, once it is there
    :param request: what the period guard was asked
    :param entry: the account.move that books it
    """

    item: Item
    number: str
    kind: str
    amount: Decimal
    date: Date
    move: Any = None
    request: GuardRequest | None = None
    entry: Any = None


@dataclass
class StatusChange:
    """What a known invoice's new status means for its document in Odoo.

    :param item: its message
    :param move: account.move
    :param action: method that does it, '' for nothing
    :param date: day it happened there, in the company's time zone
    :param request: what the period guard was asked
    :param entry: the account.move that undoes it or writes it off
    :param undo: what else a void undoes: account.move → what the guard was asked
    """

    item: Item
    move: Any
    number: str
    action: str = ""
    date: Date | None = None
    request: GuardRequest | None = None
    entry: Any = None
    undo: dict = field(default_factory=dict)

    @property
    def record(self) -> dict:
        """The canonical record."""
        return self.item.canonical
