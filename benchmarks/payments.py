# Copyright 2026 Odoo Integration Suite contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl)
"""How many payments a second does the hub book and reconcile, next to Odoo alone?

Hub: the messages of our own Stripe that one payment of an invoice needs (new shape:
`charge.succeeded`, which knows the money, and `invoice_payment.paid`, which knows the
invoice; old shape: a charge knows both), from the encrypted row to the committed
outcome, 100 messages at a time as a drain takes them. Odoo: one create, one
action_post and one _reconcile_plan for 100 payments of the same values, which are
ready, by the same user with everything switched on as in a plain script, and a commit.
In turns; rates are of CPU of this process and PostgreSQL together, and by the clock.

Also: the same without Odoo's tracking of changes; how much of the hub's CPU passes
outside of Odoo's own functions; and what a further message about a payment costs that
is booked.
"""

import copy
import itertools
from contextlib import closing

from _books import BATCH, NOTES, ODOO, SHAPES, Books, Share
from _lib import Report, arguments, median
from _stack import BOOKS, drop_database, fresh_database, odoo_env

MESSAGES = {
    "new": ("charge.succeeded", "invoice_payment.paid"),
    "old": ("charge.succeeded",),
}
FURTHER = "charge.updated"
ALONE = ("odoo", "odoo untracked")
FIELDS = (
    "state payment_type partner_type amount currency_id journal_id date "
    "outstanding_account_id destination_account_id is_reconciled"
).split()
LINE = "account_id debit credit amount_residual reconciled full_reconcile_id".split()


class Payments:
    """The same payments of the same kind of invoices, booked in two ways."""

    def __init__(self, books: Books):
        self.books = books
        self.ready: list[dict] = []
        self._number = itertools.count(1)

    def invoices(self) -> list[str]:
        """Invoices that are booked and open: their ids at Stripe."""
        ids = self.books.sell(BATCH, 1)
        self.books.put("invoice.finalized")
        self.books.work()
        return ids

    def prepare(self, shape: str) -> list[str]:
        """Messages about payments, ready in the inbox: ids of the invoices."""
        ids = self.invoices()
        for invoice in ids:
            self.books.sim.pay_invoice(invoice)
        self.books.put(*MESSAGES[shape], shape=shape)
        return ids

    def further(self) -> int:
        """Messages about payments that are booked: how many."""
        for invoice in self.invoices():
            self.books.sim.pay_invoice(invoice)
        told = self.books.told
        self.books.put(*MESSAGES["new"])
        self.books.work()
        return self.books.put(FURTHER, since=told)

    def learn(self):
        """Warms up; keeps what the hub gives to Odoo. A payment of each way."""
        ids = self.prepare("new")
        with self.books.values_of("payment", "_payment_values") as values:
            self.books.work()
        self.ready = values
        hub = self.books.records("invoice", ids)[0]
        alone = self.invoices_alone()
        self.book(self.books.plain, *self.values(alone))
        return hub, alone[0]

    def invoices_alone(self):
        """As :meth:`invoices`, as records."""
        return self.books.records("invoice", self.invoices())

    def values(self, invoices) -> tuple:
        """(invoices, values of payments for them), as the hub computed for others."""
        found = copy.deepcopy(self.ready)
        for values, invoice in zip(found, invoices, strict=True):
            values.update(
                memo=f"ALONE-{next(self._number)}",
                amount=invoice.amount_total,
                partner_id=invoice.commercial_partner_id.id,
            )
        return invoices, found

    def book(self, env, invoices, values: list[dict]) -> None:
        """Odoo alone: create, post, reconcile, commit."""
        payments = env["account.payment"].create(values)
        payments.action_post()
        lines = payments.move_id.line_ids | invoices.with_env(env).line_ids
        lines = lines.filtered(
            lambda line: line.account_id.account_type == "asset_receivable"
        )
        by_move = lines.grouped("move_id")
        env["account.move.line"]._reconcile_plan(
            [
                by_move[payment.move_id] | by_move[invoice]
                for payment, invoice in zip(
                    payments, invoices.with_env(env), strict=True
                )
            ]
        )
        self.books.commit()


def main() -> None:
    args = arguments(__doc__)
    report = Report(args)
    database = fresh_database("bench_payments", BOOKS)
    env = odoo_env(database)
    with closing(env.cr):
        books = Books(env, database, args.seed)
        payments = Payments(books)
        _same(report, *payments.learn())
        cost = _rounds(report, payments, args.rounds)
        _compare(report, cost)
        _statements(report, payments)
        report.gate("messages not finished", books.unfinished(), most=0)
    drop_database(database)
    report.finish()


def shown(invoice) -> list:
    """What the payment of an invoice has in common with an equal one."""
    invoice.invalidate_recordset()
    payment = invoice._get_reconciled_payments()
    lines = payment.move_id.line_ids.read(LINE)
    return [
        invoice.payment_state,
        invoice.amount_residual,
        {name: str(payment[name]) for name in FIELDS if name != "amount"},
        sorted(
            str({name: bool(row[name]) for name in LINE} | {"a": row["account_id"]})
            for row in lines
        ),
    ]


def _same(report, hub, alone) -> None:
    left, right = shown(hub), shown(alone)
    same = int(left == right)
    report.gate("both ways make the same payment", same, least=1)
    if not same:
        report.say(str(left))
        report.say(str(right))


def _rounds(report, payments: Payments, rounds: int) -> dict:
    """way → cost of one payment, a round; ways are shapes and ALONE."""
    books, cost = payments.books, {}
    for number in range(rounds):
        ways = [*SHAPES, *ALONE]
        for way in ways if number % 2 else reversed(ways):
            if way in SHAPES:
                payments.prepare(way)
                with (
                    Share(books.env, ODOO).measured() as odoo,
                    Share(books.env, NOTES).measured() as notes,
                ):
                    spent = books.measure(books.work)
                rest = (spent.own - odoo.ms - notes.ms) / BATCH
                cost.setdefault(f"{way} outside", []).append(rest)
                cost.setdefault(f"{way} notes", []).append(notes.ms / BATCH)
            else:
                env = books.plain if way == "odoo" else books.quiet
                ready = payments.values(payments.invoices_alone())
                spent = books.measure(payments.book, env, *ready)
            cost.setdefault(way, []).append(spent.each(BATCH))
        count = payments.further()
        further = books.measure(books.work).each(count)
        cost.setdefault("further", []).append(further)
        said = "  ".join(
            f"{way} {cost[way][-1].own:.1f} + {cost[way][-1].backend:.1f}"
            for way in (*ways, "further")
        )
        report.say(f"round {number + 1}, CPU ms a payment: {said}")
    return cost


def _compare(report, cost: dict) -> None:
    def ratio(shape: str, base: str, part: str) -> float:
        pairs = zip(cost[base], cost[shape], strict=True)
        return median(getattr(a, part) / getattr(b, part) for a, b in pairs)

    report.say("")
    for way in (*SHAPES, *ALONE):
        values = cost[way]
        report.figure(f"{way}: CPU of Odoo", median(c.own for c in values), "ms")
        report.figure(
            f"{way}: CPU of PostgreSQL", median(c.backend for c in values), "ms"
        )
        wall = median(c.wall for c in values)
        report.figure(f"{way}: payments a second", 1e3 / wall)
    for shape in SHAPES:
        for key, text in (
            ("outside", "hub's own CPU, outside of Odoo"),
            ("notes", "CPU of the note in the chatter"),
        ):
            report.figure(f"{shape}: {text}", median(cost[f"{shape} {key}"]), "ms")
        odoo = ALONE[0]
        report.gate(
            f"{shape}: rate / Odoo alone, CPU", ratio(shape, odoo, "cpu"), least=0.7
        )
        report.figure(
            f"{shape}: rate / Odoo alone, by the clock", ratio(shape, odoo, "wall")
        )
        report.figure(
            f"{shape}: rate / Odoo untracked, CPU", ratio(shape, ALONE[1], "cpu")
        )
    own = median(c.own for c in cost["further"])
    report.figure("further message of a booked payment: CPU of Odoo", own, "ms")


def _statements(report, payments: Payments) -> None:
    """SQL of 100 payments, counted by PostgreSQL."""
    books = payments.books
    for way, env in zip(ALONE, (books.plain, books.quiet), strict=True):
        ready = payments.values(payments.invoices_alone())
        count = books.statements(payments.book, env, *ready)
        report.figure(f"{way}: SQL a payment", count / BATCH)
    for shape in SHAPES:
        payments.prepare(shape)
        count = books.statements(books.work)
        report.figure(f"{shape}: SQL a payment", count / BATCH)
    further = payments.further()
    count = books.statements(books.work)
    report.figure("further message: SQL", count / further)


if __name__ == "__main__":
    main()
