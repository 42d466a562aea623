# Copyright 2026 Odoo Integration Suite contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl)
"""How many invoices a second does the hub book, next to Odoo alone?

Hub: `invoice.finalized` messages of our own Stripe, in both of its shapes, from the
encrypted row to the committed outcome, 100 at a time as a drain takes them. Odoo: one
create and one _post for 100 documents of the same values, which are ready, by the same
user with everything switched on as in a plain script, and a commit. In turns; rates are
of CPU of this process and PostgreSQL together, and by the clock.

Also: the same without Odoo's tracking of changes, which a script may switch off and
the hub does not; and how much of the hub's CPU passes outside of Odoo's own functions.
"""

import copy
import itertools
from contextlib import closing

from _books import BATCH, NOTES, ODOO, SHAPES, Books, Share
from _lib import Report, arguments, median
from _stack import BOOKS, drop_database, fresh_database, odoo_env

LINES = (1, 5)
ALONE = ("odoo", "odoo untracked")
MOVE = (
    "move_type state date invoice_date invoice_date_due partner_id journal_id "
    "currency_id amount_untaxed amount_tax amount_total"
).split()
LINE = (
    "display_type name account_id product_id quantity price_unit tax_ids tax_line_id "
    "balance amount_currency"
).split()


class Invoices:
    """The same invoices, booked in two ways."""

    def __init__(self, books: Books):
        self.books = books
        self.ready: dict[int, list[dict]] = {}
        self._number = itertools.count(1)

    def prepare(self, lines: int, shape: str) -> list[str]:
        """Messages about new invoices, ready in the inbox: the invoices' ids."""
        ids = self.books.sell(BATCH, lines)
        self.books.put("invoice.finalized", shape=shape)
        return ids

    def learn(self, lines: int) -> tuple:
        """Warms up; keeps what the hub gives to Odoo. One move of each way."""
        ids = self.prepare(lines, "new")
        with self.books.values_of("invoice", "_move_values") as values:
            self.books.work()
        self.ready[lines] = values
        moves = self.book(self.books.plain, self.values(lines))
        return self.books.records("invoice", ids)[0], moves[0]

    def values(self, lines: int) -> list[dict]:
        """Values of new documents, as the hub computed them for others."""
        found = copy.deepcopy(self.ready[lines])
        for values in found:
            number = f"ALONE-{next(self._number)}"
            values.update(ref=number, payment_reference=number, invoice_origin=number)
        return found

    def book(self, env, values: list[dict]):
        """Odoo alone: create, post, commit."""
        moves = env["account.move"].create(values)
        moves._post(soft=False)
        self.books.commit()
        return moves


def main() -> None:
    args = arguments(__doc__)
    report = Report(args)
    database = fresh_database("bench_invoices", BOOKS)
    env = odoo_env(database)
    with closing(env.cr):
        books = Books(env, database, args.seed)
        invoices = Invoices(books)
        for lines in LINES:
            _same(report, lines, *invoices.learn(lines))
        cost = _rounds(report, invoices, args.rounds)
        _compare(report, cost)
        _statements(report, invoices)
        report.gate("messages not finished", books.unfinished(), most=0)
    drop_database(database)
    report.finish()


def shown(move) -> list:
    """What two equal documents have in common, in a comparable order."""
    rows = move.line_ids.read(LINE)
    rows = [[str(row[name]) for name in LINE] for row in rows]
    return [[str(move.read(MOVE)[0][name]) for name in MOVE], sorted(rows)]


def _same(report, lines: int, hub, alone) -> None:
    left, right = (
        str(shown(move)).replace(move.payment_reference, "").replace(move.name, "")
        for move in (hub, alone)
    )
    same = int(left == right)
    report.gate(f"{lines} lines: both ways make the same document", same, least=1)
    if not same:
        report.say(left)
        report.say(right)


def _rounds(report, invoices: Invoices, rounds: int) -> dict:
    """(lines, way) → cost of one document, a round; ways are shapes and ALONE."""
    books, cost = invoices.books, {}
    for number, lines in itertools.product(range(rounds), LINES):
        ways = [*SHAPES, *ALONE]
        for way in ways if number % 2 else reversed(ways):
            if way in SHAPES:
                invoices.prepare(lines, way)
                with (
                    Share(books.env, ODOO).measured() as odoo,
                    Share(books.env, NOTES).measured() as notes,
                ):
                    spent = books.measure(books.work)
                rest = (spent.own - odoo.ms - notes.ms) / BATCH
                cost.setdefault((lines, "outside"), []).append(rest)
                cost.setdefault((lines, "notes"), []).append(notes.ms / BATCH)
            else:
                env = books.plain if way == "odoo" else books.quiet
                values = invoices.values(lines)
                spent = books.measure(invoices.book, env, values)
            cost.setdefault((lines, way), []).append(spent.each(BATCH))
        said = "  ".join(
            f"{way} {cost[lines, way][-1].own:.1f} + {cost[lines, way][-1].backend:.1f}"
            for way in ways
        )
        report.say(f"round {number + 1}, {lines} lines, CPU ms an invoice: {said}")
    return cost


def _compare(report, cost: dict) -> None:
    report.say("")
    for lines in LINES:
        for way in (*SHAPES, *ALONE):
            name, values = f"{lines} lines, {way}", cost[lines, way]
            report.figure(f"{name}: CPU of Odoo", median(c.own for c in values), "ms")
            report.figure(
                f"{name}: CPU of PostgreSQL", median(c.backend for c in values), "ms"
            )
            wall = median(c.wall for c in values)
            report.figure(f"{name}: invoices a second", 1e3 / wall)
        for key, text in (
            ("outside", "hub's own CPU, outside of Odoo"),
            ("notes", "CPU of the note in the chatter"),
        ):
            report.figure(f"{lines} lines: {text}", median(cost[lines, key]), "ms")
        for shape in SHAPES:
            _ratios(report, f"{lines} lines, {shape}", cost, (lines, shape), lines)


def _ratios(report, name: str, cost: dict, key: tuple, lines: int) -> None:
    def ratio(base: str, part: str) -> float:
        pairs = zip(cost[lines, base], cost[key], strict=True)
        return median(getattr(a, part) / getattr(b, part) for a, b in pairs)

    report.gate(f"{name}: rate / Odoo alone, CPU", ratio("odoo", "cpu"), least=0.7)
    report.figure(f"{name}: rate / Odoo alone, by the clock", ratio("odoo", "wall"))
    report.figure(f"{name}: rate / Odoo untracked, CPU", ratio(ALONE[1], "cpu"))


def _statements(report, invoices: Invoices) -> None:
    """SQL of one batch, counted by PostgreSQL."""
    books = invoices.books
    for lines in LINES:
        for way, env in zip(ALONE, (books.plain, books.quiet), strict=True):
            values = invoices.values(lines)
            count = books.statements(invoices.book, env, values)
            report.figure(f"{lines} lines, {way}: SQL an invoice", count / BATCH)
        for shape in SHAPES:
            invoices.prepare(lines, shape)
            count = books.statements(books.work)
            report.figure(f"{lines} lines, {shape}: SQL an invoice", count / BATCH)


if __name__ == "__main__":
    main()
