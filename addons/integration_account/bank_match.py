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
    :param descriptor: the text that was announced, or ''
    :param system: what people call the gateway, or ''
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
    text counts, then the exact day; a line that is taken is no rival any more. What is
    left with several is for a person.
    """
    by_amount: dict[tuple, list[Line]] = {}
    for line in lines:
        by_amount.setdefault((line.amount, line.currency), []).append(line)
    near = {
        money: [
            line
            for line in by_amount.get((money.amount, money.currency), [])
            if abs((line.day - money.day).days) <= DAYS
        ]
        for money in monies
    }
    pairs: dict = {}
    for grade in (REFERENCE, DESCRIPTOR, SYSTEM):
        while found := _certain(near, grade):
            pairs |= {money.key: line.key for money, line in found.items()}
            taken = set(found.values())
            near = {
                money: [line for line in rest if line not in taken]
                for money, rest in near.items()
                if money not in found
            }
    doubtful = {m.key: [x.key for x in rest] for m, rest in near.items() if rest}
    return Found(pairs, doubtful)


def _certain(near: dict, grade: int) -> dict:
    """Money → line, of those that fit each other by that text and nobody else."""
    best = {money: _best(money, rest, grade) for money, rest in near.items()}
    wanted: dict[Line, list] = {}
    for money, found in best.items():
        for line in found:
            wanted.setdefault(line, []).append(money)
    return {
        money: found[0]
        for money, found in best.items()
        if len(found) == 1 and wanted[found[0]] == [money]
    }


def _best(money: Money, lines: list[Line], grade: int) -> list[Line]:
    """The lines of that text that fit best; several where nothing tells them apart."""
    fitting = [line for line in lines if sureness(money, line.text) == grade]
    return [line for line in fitting if line.day == money.day] or fitting


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
