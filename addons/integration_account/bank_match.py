# Copyright 2026 Odoo Integration Suite contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl)
"""Which line of a bank statement a payout is: plain data in, plain data out."""

from collections.abc import Iterable
from datetime import date as Date
from decimal import Decimal
from typing import Any, NamedTuple

# Banks book some days after the gateway says, or before.
DAYS = 5
# How sure the text of a bank line makes us: its reference, the text the gateway
# announced, only the gateway's name.
REFERENCE, DESCRIPTOR, SYSTEM = 3, 2, 1


class Money(NamedTuple):
    """Money that is in transit between gateway and bank.

    :param key: what it is, returned as it is
    :param amount: what the bank should show, in ``currency``
    :param day: when the bank should show it
    :param reference: the trace reference of the bank transfer, or ''
    :param words: texts the bank line may show, by how sure they make us
    """

    key: Any
    amount: Decimal
    currency: str
    day: Date
    reference: str = ""
    descriptor: str = ""
    system: str = ""


class Line(NamedTuple):
    """An open line of a bank statement.

    :param key: what it is, returned as it is
    :param text: everything the bank wrote about it
    """

    key: Any
    amount: Decimal
    currency: str
    day: Date
    text: str = ""


class Found(NamedTuple):
    """What :func:`match` finds.

    :param pairs: key of the money → key of its one bank line
    :param doubtful: key of the money → keys of the lines a person may choose from
    """

    pairs: dict
    doubtful: dict


def match(monies: Iterable[Money], lines: Iterable[Line]) -> Found:
    """Pair each money with the one line that fits, if both fit nobody else as well.

    Amount and currency must be equal, the day at most :data:`DAYS` away, and the text
    must name the gateway in some way: an equal amount alone proves nothing. The surest
    text counts, then the exact day. What is left with several is for a person.
    """
    by_amount: dict[tuple, list[Line]] = {}
    for line in lines:
        by_amount.setdefault((line.amount, line.currency), []).append(line)
    monies = list(monies)
    near = {
        money.key: [
            line
            for line in by_amount.get((money.amount, money.currency), [])
            if abs((line.day - money.day).days) <= DAYS
        ]
        for money in monies
    }
    best = {money.key: _best(money, near[money.key]) for money in monies}
    wanted: dict[Any, list] = {}
    for key, keys in best.items():
        for line in keys:
            wanted.setdefault(line, []).append(key)
    pairs = {
        key: keys[0]
        for key, keys in best.items()
        if len(keys) == 1 and wanted[keys[0]] == [key]
    }
    taken = set(pairs.values())
    doubtful = {
        key: rest
        for key, found in near.items()
        if key not in pairs and (rest := [x.key for x in found if x.key not in taken])
    }
    return Found(pairs, doubtful)


def _best(money: Money, lines: list[Line]) -> list:
    """Keys of the lines that fit best; several where nothing tells them apart."""
    sure = [(sureness(money, line.text), line) for line in lines]
    top = max((grade for grade, _line in sure), default=0)
    if not top:
        return []
    fitting = [line for grade, line in sure if grade == top]
    same_day = [line for line in fitting if line.day == money.day]
    return [line.key for line in same_day or fitting]


def sureness(money: Money, text: str) -> int:
    """How sure the text of a bank line makes us that it is this money; 0: not."""
    said = _plain(text)
    for grade, word in (
        (REFERENCE, money.reference),
        (DESCRIPTOR, money.descriptor),
        (SYSTEM, money.system),
    ):
        if _plain(word) and _plain(word) in said:
            return grade
    return 0


def _plain(text: str) -> str:
    """Letters and digits only: banks wrap, pad and capitalise as they like."""
    return "".join(char for char in (text or "").casefold() if char.isalnum())
