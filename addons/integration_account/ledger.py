# Copyright 2026 Odoo Integration Suite contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl)
"""Journal items in the form the sync log shows them, made or planned."""

from collections.abc import Iterable
from decimal import Decimal
from typing import Any, NamedTuple

from .payments import amount_text, decimal_of


class Entry(NamedTuple):
    """One journal item.

    :param account: account.account
    :param partner: res.partner, may be empty
    :param amount: positive on the debit side, in ``currency``
    :param currency: res.currency
    """

    account: Any
    label: str
    partner: Any
    amount: Decimal | float
    currency: Any


def table(entries: Iterable[Entry]) -> dict:
    """Value of ``diff["ledger"]``; the total says nothing where currencies differ."""
    entries = list(entries)
    amounts = [decimal_of(float(entry.amount), entry.currency) for entry in entries]
    alike = len({entry.currency for entry in entries}) == 1
    return {
        "rows": [_row(*pair) for pair in zip(entries, amounts, strict=True)],
        "total": f"{sum(amounts):f}" if alike else "",
    }


def of(moves) -> dict:
    """Journal items of entries, in the company's currency."""
    return table(
        Entry(
            line.account_id,
            _label(line),
            line.partner_id,
            line.balance,
            line.company_currency_id,
        )
        for line in moves.line_ids
    )


def _row(entry: Entry, amount: Decimal) -> dict:
    # Odoo shows the code in the name only to people who may read the books.
    return {
        "account": f"{entry.account.code} {entry.account.name}",
        "label": (entry.label or "").split("\n")[0],
        "partner": entry.partner.display_name or "",
        "debit": f"{amount:f}" if amount > 0 else "",
        "credit": f"{-amount:f}" if amount < 0 else "",
        "currency": entry.currency.name,
    }


def _label(line) -> str:
    """The label, with the amount of the document where it is another currency."""
    label = (line.name or "").split("\n")[0]
    if line.currency_id == line.company_currency_id:
        return label
    amount = decimal_of(line.amount_currency, line.currency_id)
    return f"{label} ({amount_text(amount, line.currency_id)})"
