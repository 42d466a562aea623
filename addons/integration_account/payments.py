# Copyright 2026 Odoo Integration Suite contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl)
"""Plain data of a batch of payments: what is booked, and what it pays."""

from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

from odoo.tools import float_repr

from odoo.addons.integration_core.messages import Item


@dataclass
class Allocation:
    """One payment on one invoice.

    :param item: the message that says so
    :param invoice: account.move
    :param external_id: the peer's id of the invoice
    :param wanted: part that pays it; None: as much as is open
    :param key: its key in the ledger of effects
    :param amount: what was reconciled
    :param due: what was open on the invoice before
    :param others: further messages of the batch that say the same
    """

    item: Item
    invoice: Any
    external_id: str
    wanted: Decimal | None
    key: str
    amount: Decimal = Decimal(0)
    due: Decimal = Decimal(0)
    others: list[Item] = field(default_factory=list)

    def hand_over(self) -> None:
        """Leave it to another message that says the same, if its own was refused."""
        if not self.item.open:
            self.item = next((i for i in self.others if i.open), self.item)


@dataclass
class Booking:
    """Everything a batch says about one payment, by its business key.

    :param key: business key, shared by every object that speaks of the payment
    :param effect_key: key of the booking in the ledger of effects
    :param items: the messages of the batch, in order
    :param allocations: invoices it pays that are not reconciled with it yet
    :param record: account.payment or account.move that books it; None: not booked yet
    :param known: it was booked before this batch
    :param linked: it was found under another id of the same payment
    :param claimed: this transaction writes the effect down, and nobody else can
    :param lead: the message that books it
    :param amount: what was received, in ``currency``
    :param settled: what arrived in the gateway's balance, in the gateway's currency
    :param gateway: integration.gateway.journal
    :param partner: res.partner, may be empty
    :param request: the question to the period guard
    :param notes: sentences for people
    """

    key: str
    effect_key: str
    items: list[Item] = field(default_factory=list)
    allocations: list[Allocation] = field(default_factory=list)
    record: Any = None
    known: bool = False
    linked: bool = False
    claimed: bool = False
    lead: Item | None = None
    amount: Decimal = Decimal(0)
    currency: Any = None
    settled: Decimal = Decimal(0)
    gateway: Any = None
    partner: Any = None
    request: Any = None
    notes: list[str] = field(default_factory=list)

    @property
    def open_items(self) -> list[Item]:
        """The messages that nothing speaks against so far."""
        return [item for item in self.items if item.open]

    @property
    def open_allocations(self) -> list[Allocation]:
        """Allocations of messages that nothing speaks against so far."""
        for part in self.allocations:
            part.hand_over()
        return [part for part in self.allocations if part.item.open]

    @property
    def converted(self) -> bool:
        """Whether the gateway settled it in another currency than it was paid in."""
        return self.gateway.currency_id != self.currency

    def fact(self, name: str):
        """The first thing any of the messages says about a field, the lead first."""
        for item in [self.lead, *self.items] if self.lead else self.items:
            value = item.canonical.get(name)
            if value is not None:
                return value
        return None

    def fail(self, error) -> None:
        """Refuse every message that would book it."""
        for item in self.open_items:
            item.fail(error)


def decimal_of(value: float, currency) -> Decimal:
    """An amount as Odoo stores it, exact to the currency's last digit."""
    return Decimal(float_repr(value, currency.decimal_places))


def open_amount(lines) -> Decimal:
    """What is open on journal items of one side, in their currency, positive."""
    return sum(
        (
            abs(decimal_of(line.amount_residual_currency, line.currency_id))
            for line in lines
        ),
        Decimal(0),
    )


def fits(amount: Decimal, currency) -> bool:
    """Whether Odoo can store the amount in this currency without rounding it.

    Its fields are binary fractions: beyond fifteen digits they lose the cents.
    """
    return decimal_of(float(amount), currency) == amount


def amount_text(amount: Decimal, currency) -> str:
    """An amount as people read it, with all digits of its currency."""
    return f"{amount:.{currency.decimal_places}f} {currency.name}"


def money_text(money: dict) -> str:
    """Canonical money as people read it."""
    return f"{money['amount']} {money['currency']}"
