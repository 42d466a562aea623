# Copyright 2026 Odoo Integration Suite contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl)
"""Two sides of one thing compared: what differs, and of which kind.

Pure: lists of entries in, totals and variances out. What differs always explains what
the totals differ by, to the last unit: for each currency

    sum here - sum there = what the variances say + what was within the tolerance.
"""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal

# Most harmless first; people read the words of `integration.reconciliation.line`.
TIMING = "timing"
FEE = "fee"
EXCHANGE = "exchange"
MISSING_HERE = "missing_here"
MISSING_THERE = "missing_there"
DUPLICATE = "duplicate"
AMOUNT = "amount"
KINDS = (TIMING, FEE, EXCHANGE, MISSING_HERE, MISSING_THERE, DUPLICATE, AMOUNT)

ZERO = Decimal(0)


@dataclass(frozen=True)
class Entry:
    """One thing as one side has it.

    :param key: what both sides call it
    :param amount: in units of ``currency``; None: it is only counted
    :param currency: ISO 4217, empty where it is only counted
    :param day: of the business, in the company's time zone
    :param title: what people call it
    :param model: Odoo model of the record, empty on the other side
    :param res_id: its id
    :param fee: what of the amount went for fees; the amount is what is left. None:
        not known, then fees are not compared
    :param original: (amount, currency) before it was converted, None: it was not
    :param own_day: the day the other side gave it, where Odoo keeps it on another one
    :param external_id: the other system's id of it
    :param note: what else is to be said
    """

    key: str
    amount: Decimal | None
    currency: str
    day: date
    title: str = ""
    model: str = ""
    res_id: int = 0
    fee: Decimal | None = None
    original: tuple | None = None
    own_day: date | None = None
    external_id: str = ""
    note: str = ""


@dataclass(frozen=True)
class Variance:
    """One thing that the two sides do not agree about.

    :param kind: one of :data:`KINDS`
    :param difference: here minus there, as far as it counts in the totals
    """

    kind: str
    key: str
    currency: str
    difference: Decimal
    there: Entry | None = None
    here: Entry | None = None


@dataclass
class Total:
    """Count and sum of one currency on both sides.

    :param tolerated: differences within the tolerance, added up
    """

    count_there: int = 0
    sum_there: Decimal = ZERO
    count_here: int = 0
    sum_here: Decimal = ZERO
    tolerated: Decimal = ZERO

    @property
    def difference(self) -> Decimal:
        """Here minus there."""
        return self.sum_here - self.sum_there


@dataclass
class Comparison:
    """What came out: totals by currency, variances in the order of their keys."""

    totals: dict[str, Total] = field(default_factory=dict)
    variances: list[Variance] = field(default_factory=list)
    matched: int = 0


def compare(
    there: Iterable[Entry],
    here: Iterable[Entry],
    since: date,
    until: date,
    tolerance: Decimal = ZERO,
    on_its_way: Iterable[str] = (),
) -> Comparison:
    """Compare what both sides have of a stretch of days.

    Entries of other days may be among them: they are never counted, but tell a thing
    that stands on another day from one that is missing.

    :param since: first day that counts
    :param until: last day that counts
    :param tolerance: differences up to this are no variance
    :param on_its_way: keys of what the inbox has and nobody has worked on yet
    """
    comparison = _Comparing(since, until, tolerance, frozenset(on_its_way))
    sides = defaultdict(lambda: ([], []))
    for side, entries in enumerate((there, here)):
        for entry in entries:
            comparison.count(side, entry)
            sides[entry.key][side].append(entry)
    for key in sorted(sides):
        comparison.look_at(*sides[key])
    return comparison.result


class _Comparing:
    """One comparison while it is made."""

    def __init__(self, since, until, tolerance, on_its_way):
        self.since, self.until = since, until
        self.tolerance, self.on_its_way = tolerance, on_its_way
        self.result = Comparison()

    def counts(self, entry: Entry | None) -> bool:
        return entry is not None and self.since <= entry.day <= self.until

    def total(self, currency: str) -> Total:
        return self.result.totals.setdefault(currency, Total())

    def count(self, side: int, entry: Entry) -> None:
        if not self.counts(entry):
            return
        total, amount = self.total(entry.currency), entry.amount or ZERO
        if side:
            total.count_here += 1
            total.sum_here += amount
        else:
            total.count_there += 1
            total.sum_there += amount

    # === ONE KEY === #

    def look_at(self, there: list[Entry], here: list[Entry]) -> None:
        """Pair what belongs together; what is left over is missing or double."""
        pairs, there, here = pair_up(there, here)
        for one, other in pairs:
            self.compare_pair(one, other)
        for entry in there:
            if self.counts(entry):
                self.note(self._kind_alone(entry, MISSING_HERE, pairs), entry, None)
        for entry in here:
            if self.counts(entry):
                self.note(self._kind_alone(entry, MISSING_THERE, pairs), None, entry)

    def _kind_alone(self, entry: Entry, missing: str, pairs: list) -> str:
        if pairs:
            return DUPLICATE
        if entry.key in self.on_its_way or self.is_of_another_day(entry):
            return TIMING
        return missing

    def is_of_another_day(self, entry: Entry) -> bool:
        """Whether the other side has it in another stretch of days."""
        own = entry.own_day
        return own is not None and not self.since <= own <= self.until

    def compare_pair(self, there: Entry, here: Entry) -> None:
        counted = self.counts(there) + self.counts(here)
        if not counted:
            return
        if there.currency != here.currency:
            self.note_currencies(there, here)
            return
        kind = kind_of_pair(there, here, self.tolerance)
        if kind and there.key in self.on_its_way:
            kind = TIMING
        if not kind and counted == 1:
            kind = TIMING
        if kind:
            self.note(kind, there, here)
            return
        self.result.matched += 1
        self.total(here.currency).tolerated += self.difference(there, here)

    def difference(self, there: Entry | None, here: Entry | None) -> Decimal:
        """Here minus there, of what counts."""
        plus = (here.amount or ZERO) if self.counts(here) else ZERO
        minus = (there.amount or ZERO) if self.counts(there) else ZERO
        return plus - minus

    def note(self, kind: str, there: Entry | None, here: Entry | None) -> None:
        entry = there or here
        difference = self.difference(there, here)
        self.result.variances.append(
            Variance(kind, entry.key, entry.currency, difference, there, here)
        )

    def note_currencies(self, there: Entry, here: Entry) -> None:
        """One thing in two currencies: each currency lacks its part."""
        for currency, difference in (
            (there.currency, self.difference(there, None)),
            (here.currency, self.difference(None, here)),
        ):
            self.result.variances.append(
                Variance(AMOUNT, there.key, currency, difference, there, here)
            )


def pair_up(there: list[Entry], here: list[Entry]) -> tuple[list, list, list]:
    """(pairs, what is left there, what is left here) of entries with one key.

    Equal ones of one day first, then equal ones, so that of two entries the wrong one
    is left over.
    """
    pairs, rest_there, rest_here = [], sorted(there, key=_order), list(here)
    for same in (_value_and_day, _value):
        for entry in list(rest_there):
            twin = next((e for e in rest_here if same(e) == same(entry)), None)
            if twin is not None:
                rest_there.remove(entry)
                rest_here.remove(twin)
                pairs.append((entry, twin))
    rest_here.sort(key=_order)
    most = min(len(rest_there), len(rest_here))
    pairs += zip(rest_there[:most], rest_here[:most], strict=True)
    return pairs, rest_there[most:], rest_here[most:]


def _value(entry: Entry) -> tuple:
    return entry.currency, entry.amount, entry.fee


def _value_and_day(entry: Entry) -> tuple:
    return *_value(entry), entry.day


def _order(entry: Entry) -> tuple:
    return entry.day, entry.currency, entry.amount or ZERO, entry.res_id


def kind_of_pair(there: Entry, here: Entry, tolerance: Decimal = ZERO) -> str:
    """What kind of difference two entries of one currency have; '' for none."""
    if there.amount is None or here.amount is None:
        return ""
    difference = here.amount - there.amount
    fees = ZERO
    if there.fee is not None and here.fee is not None:
        fees = here.fee - there.fee
    if abs(difference) <= tolerance and abs(fees) <= tolerance:
        return ""
    # The gross amount agrees and the fee does not, or the other way round.
    if fees and difference in (-fees, ZERO):
        return FEE
    if there.original and here.original and there.original == here.original:
        return EXCHANGE
    return AMOUNT
