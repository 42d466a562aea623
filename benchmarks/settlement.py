# Copyright 2026 Odoo Integration Suite contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl)
"""How many balance transactions a second does the hub post and reconcile, next to Odoo?

Hub: the 500 transactions of one payout of our own Stripe (499 charges with a fee, and
the payout's own), read in pages of 100 as a load or a poll applies them, from Stripe's
record to the committed outcome; with the last page the payout ties out, and its lines
on the clearing account are reconciled to 0.00. Odoo: one create and one action_post for
each 100 entries of the same values, which are ready, one reconcile of the same lines,
and a commit for each 100; by the same user with everything switched on as in a plain
script. The payments that the charges tie to are booked before, outside of the measure.
In turns; rates are of CPU of this process and PostgreSQL together, and by the clock.

Also: how much of the hub's CPU passes outside of Odoo's own functions, and the
statements of either.
"""

import copy
import itertools
from contextlib import closing

from _books import BATCH, ODOO, Books, Share
from _lib import Report, arguments, median
from _stack import BOOKS, drop_database, fresh_database, odoo_env

ROUND = 500
PAGES = ROUND // BATCH
WAYS = ("hub", "odoo")
# What it costs Odoo to reconcile is Odoo's, whoever asks for it.
POSTING = dict(ODOO, **{"account.move.line": ("_reconcile_plan", "reconcile")})


class Settlement:
    """The same payouts, booked and tied out in two ways."""

    def __init__(self, books: Books):
        self.books, self.env = books, books.env
        self.ready: list[dict] = []
        self._number = itertools.count(1)
        self.gateway = books.connector.gateway_journal_ids
        self.flow = self.env["integration.flow"].search(
            [
                ("connector_id", "=", books.connector.id),
                ("entity", "=", "balance_transaction"),
            ]
        )

    # === WHAT IS THERE BEFORE === #

    def payout(self) -> tuple[str, list[str]]:
        """A payout in the simulator of charges that Odoo has as payments.

        :return: (its id, ids of the charges)
        """
        sim = self.books.sim
        customer = next(iter(sim.resources["customers"].objects))
        charges = []
        for number in range(ROUND - 1):
            sim.clock.advance(5)
            made = sim.create_charge(1000 + number, customer=customer)
            charges.append(made["id"])
        payout = sim.payout("eur")
        sim.complete_payout(payout["id"])
        self.books.told = len(sim.events)
        return payout["id"], charges

    def payments(self, charges: list[str]):
        """The payments of these charges, as the hub would have booked them."""
        found = self.env["account.payment"]
        hub = self.books.hub
        partner = hub["res.partner"].search([("customer_rank", ">=", 0)], limit=1)
        journal = self.gateway.journal_id.with_env(hub)
        for start in range(0, len(charges), BATCH):
            some = charges[start : start + BATCH]
            made = hub["account.payment"].create(
                [
                    {
                        "payment_type": "inbound",
                        "partner_type": "customer",
                        "partner_id": partner.id,
                        "amount": self.books.sim.charges[charge]["amount"] / 100,
                        "journal_id": journal.id,
                        "memo": charge,
                    }
                    for charge in some
                ]
            )
            made.action_post()
            self.env["integration.external.id"]._bind(
                self.books.connector,
                [
                    {
                        "entity": "payment",
                        "external_id": charge,
                        "model": "account.payment",
                        "res_id": payment.id,
                    }
                    for charge, payment in zip(some, made, strict=True)
                ],
            )
            self.books.commit()
            found |= made.with_env(self.env)
        return found

    def expect(self, payout: str, pages: list) -> None:
        """The payout as its own message leaves it: its transactions are awaited."""
        there = self.books.sim.payouts[payout]
        row = self.env["integration.settlement"].create(
            {
                "connector_id": self.books.connector.id,
                "company_id": self.books.connector.company_id.id,
                "external_id": payout,
                "name": payout,
                "amount": there["amount"] / 100,
                "currency_id": self.gateway.currency_id.id,
                "state": "paid",
                "date": "2026-09-22",
                "automatic": True,
                "complete": True,
            }
        )
        self.env["integration.external.id"]._bind(
            self.books.connector,
            [
                {
                    "entity": "payout",
                    "external_id": payout,
                    "model": row._name,
                    "res_id": row.id,
                }
            ],
        )
        self.env["integration.settlement.line"].create(
            [
                {
                    "connector_id": row.connector_id.id,
                    "company_id": row.company_id.id,
                    "external_id": external_id,
                    "settlement_id": row.id,
                }
                for page in pages
                for external_id, _record in page.records
            ]
        )
        self.books.commit()

    def read(self, payout: str) -> list:
        """The transactions of a payout, as pages of Stripe's list."""
        from odoo.addons.integration_core.engine import versions
        from odoo.addons.integration_core.messages import Page

        pages, last = [], {}
        version = versions.from_unix(self.books.sim.clock.timestamp())
        for number in range(PAGES):
            answer = self.books.sim.act(
                "GET",
                "/v1/balance_transactions",
                payout=payout,
                limit=BATCH,
                expand=["data.source"],
                **last,
            )
            records = [(record["id"], record) for record in answer["data"]]
            last = {"starting_after": records[-1][0]}
            pages.append(Page(records, "" if number == PAGES - 1 else "more", version))
        return pages

    def prepare(self):
        """(payout, pages, payments), ready to be measured."""
        payout, charges = self.payout()
        payments = self.payments(charges)
        pages = self.read(payout)
        return payout, pages, payments

    # === THE TWO WAYS === #

    def hub(self, pages: list) -> int:
        """The hub's path; how many needed a person."""
        connector = self.books.connector
        adapter, failed = connector._adapter(), 0
        for number, page in enumerate(pages):
            failed += self.flow._apply_page(connector, adapter, page, str(number))
            self.books.commit()
        return failed

    def odoo(self, payments, values: list[dict]):
        """Odoo alone: create, post, reconcile, commit."""
        env = self.books.plain
        moves = env["account.move"]
        for start in range(0, len(values), BATCH):
            made = env["account.move"].create(values[start : start + BATCH])
            made.action_post()
            moves |= made
            self.books.commit()
        clearing = self.gateway.clearing_account_id.id
        lines = (moves | payments.with_env(env).move_id).line_ids.filtered(
            lambda line: line.account_id.id == clearing
        )
        lines.reconcile()
        self.books.commit()
        return moves

    def values(self) -> list[dict]:
        """Values of the entries of a payout, as the hub computed them for another."""
        found = copy.deepcopy(self.ready)
        for values in found:
            values["ref"] = f"ALONE-{next(self._number)}"
        return found

    def learn(self) -> tuple:
        """Warms up, keeps what the hub gives to Odoo. Entries of each way."""
        payout, pages, _payments = self.prepare()
        self.expect(payout, pages)
        with self.books.values_of("balance_transaction", "_entry_values") as values:
            failed = self.hub(pages)
        self.ready = values
        _payout, _pages, payments = self.prepare()
        moves = self.odoo(payments, self.values())
        hub = self.env["integration.settlement.line"].search(
            [("settlement_id.external_id", "=", payout)]
        )
        return hub, moves.with_env(self.env), failed


def main() -> None:
    args = arguments(__doc__)
    report = Report(args)
    database = fresh_database("bench_settlement", BOOKS)
    env = odoo_env(database)
    with closing(env.cr):
        books = Books(env, database, args.seed)
        settlement = Settlement(books)
        _same(report, *settlement.learn())
        cost = _rounds(report, settlement, args.rounds)
        _compare(report, cost)
        _statements(report, settlement)
    drop_database(database)
    report.finish()


def _shown(moves) -> list:
    """What entries have in common with equal ones."""
    moves.invalidate_recordset()
    return sorted(
        str([move.state, move.journal_id.id, len(move.line_ids), *_lines(move)])
        for move in moves
    )


def _lines(move) -> list:
    rows = move.line_ids.read(["account_id", "debit", "credit", "reconciled"])
    return sorted(
        str({name: row[name] for name in row if name != "id"}) for row in rows
    )


def _same(report, lines, moves, failed) -> None:
    tied = lines.settlement_id.tie_state
    report.gate("transactions that needed a person", failed, most=0)
    report.gate("the payout ties out", int(tied in ("tied", "bank")), least=1)
    report.gate("transactions of a payout", len(lines), least=ROUND)
    same = int(_shown(lines.move_id) == _shown(moves))
    report.gate("both ways make the same entries", same, least=1)


def _rounds(report, settlement: Settlement, rounds: int) -> dict:
    """way → cost of one transaction, a round."""
    books, cost = settlement.books, {}
    for number in range(rounds):
        for way in WAYS if number % 2 else reversed(WAYS):
            payout, pages, payments = settlement.prepare()
            if way == "hub":
                settlement.expect(payout, pages)
                with Share(books.env, POSTING).measured() as odoo:
                    spent = books.measure(settlement.hub, pages)
                rest = (spent.own - odoo.ms) / ROUND
                cost.setdefault("outside", []).append(rest)
                cost.setdefault("inside", []).append(odoo.ms / ROUND)
            else:
                spent = books.measure(settlement.odoo, payments, settlement.values())
            cost.setdefault(way, []).append(spent.each(ROUND))
        said = "  ".join(
            f"{way} {cost[way][-1].own:.2f} + {cost[way][-1].backend:.2f}"
            for way in WAYS
        )
        report.say(f"round {number + 1}, CPU ms a transaction: {said}")
    return cost


def _compare(report, cost: dict) -> None:
    def ratio(part: str) -> float:
        pairs = zip(cost["odoo"], cost["hub"], strict=True)
        return median(getattr(a, part) / getattr(b, part) for a, b in pairs)

    report.say("")
    for way in WAYS:
        report.figure(f"{way}: CPU of Odoo", median(c.own for c in cost[way]), "ms")
        report.figure(
            f"{way}: CPU of PostgreSQL", median(c.backend for c in cost[way]), "ms"
        )
        wall = median(c.wall for c in cost[way])
        report.figure(f"{way}: transactions a second", 1e3 / wall)
    report.figure("hub's CPU within Odoo's functions", median(cost["inside"]), "ms")
    report.figure("hub's own CPU, outside of Odoo", median(cost["outside"]), "ms")
    report.gate("rate / Odoo alone, CPU", ratio("cpu"), least=0.7)
    report.figure("rate / Odoo alone, by the clock", ratio("wall"))


def _statements(report, settlement: Settlement) -> None:
    """SQL of one payout, counted by PostgreSQL."""
    books = settlement.books
    payout, pages, _payments = settlement.prepare()
    settlement.expect(payout, pages)
    count = books.statements(settlement.hub, pages)
    report.figure("hub: SQL a transaction", count / ROUND)
    _payout, _pages, payments = settlement.prepare()
    count = books.statements(settlement.odoo, payments, settlement.values())
    report.figure("odoo: SQL a transaction", count / ROUND)


if __name__ == "__main__":
    main()
