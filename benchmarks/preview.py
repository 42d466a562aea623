# Copyright 2026 Odoo Integration Suite contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl)
"""How long does a person wait for the preview of an invoice, and what does it leave?

Real messages of our own Stripe in the inbox, tried on cursors of their own as the
screens do it, in turns with really booking such an invoice. Then the same for a group
of messages at once. Before and after all of it the rows of every table and the numbers
of every sequence are compared.
"""

import itertools
import time
from contextlib import closing

from _books import Books
from _lib import Report, arguments, median, percentile
from _stack import BOOKS, drop_database, fresh_database, odoo_env

LINES = (1, 5, 10)
GROUP = 50
LIMIT_MS = 1000


def main() -> None:
    args = arguments(__doc__, rounds=7)
    report = Report(args)
    database = fresh_database("bench_preview", BOOKS)
    env = odoo_env(database)
    with closing(env.cr):
        books = Books(env, database, args.seed)
        events = {lines: _messages(books, lines, args.rounds) for lines in LINES}
        env.registry.signal_changes()  # as the end of a request does
        before = _state(env)
        _singles(report, books, events, args.rounds)
        _group(report, books, events[1])
        after = _state(env)
        changed = [name for name in before if before[name] != after[name]]
        if changed:
            report.say(f"changed: {changed}")
        report.gate("tables and numbers that are not as before", len(changed), most=0)
        _booked(report, books, args.rounds)
    drop_database(database)
    report.finish()


def _messages(books: Books, lines: int, rounds: int):
    """New messages about invoices in the inbox, none of them worked on."""
    known = books.env["integration.event"].search([]).ids
    books.sell(GROUP if lines == 1 else rounds + 1, lines)
    books.put("invoice.finalized")
    return books.env["integration.event"].search(
        [("id", "not in", known), ("entity", "=", "invoice")], order="id"
    )


def _singles(report, books: Books, events: dict, rounds: int) -> None:
    for lines, found in events.items():
        spent, cold = [], None
        for event in found[: rounds + 1]:
            ms = _tried(books, event)
            if cold is None:
                cold = ms  # caches of this process are empty
            else:
                spent.append(ms)
        report.figure(f"{lines} lines: the first preview of a process", cold, "ms")
        report.gate(
            f"{lines} lines: preview of an invoice", median(spent), most=LIMIT_MS
        )
        report.figure(f"{lines} lines: the slowest", percentile(spent, 1.0), "ms")


def _group(report, books: Books, events) -> None:
    ms = _tried(books, events[:GROUP])
    report.figure(f"{GROUP} invoices at once, each", ms / GROUP, "ms")


def _booked(report, books: Books, rounds: int) -> None:
    """Really booking one, for comparison: the same path and a commit."""
    spent = []
    for _round in range(rounds):
        books.work()
        books.sell(1, 1)
        books.put("invoice.finalized")
        started = time.perf_counter()
        books.work()
        spent.append((time.perf_counter() - started) * 1e3)
    report.figure("1 line: really booked", median(spent), "ms")


def _tried(books: Books, events) -> float:
    """Milliseconds of one preview; every message must come through."""
    books.env.invalidate_all()
    started = time.perf_counter()
    previews = events._preview_replay()
    ms = (time.perf_counter() - started) * 1e3
    bad = [p.error or p.reason for p in previews if p.operation != "post"]
    if bad or len(previews) != len(events):
        raise SystemExit(f"not booked in the preview: {bad[:3]}")
    return ms


def _state(env) -> dict:
    """Checksum of each table, last value of each numbering sequence."""
    env.cr.commit()
    env.cr.execute(
        "SELECT relname FROM pg_class WHERE relkind = 'r' "
        "AND relnamespace = current_schema::regnamespace"
    )
    state = {}
    for (table,) in env.cr.fetchall():
        env.cr.execute(
            f"SELECT count(*), md5(string_agg(md5(t::text), '' ORDER BY md5(t::text)))"
            f' FROM "{table}" t'
        )
        state[table] = env.cr.fetchone()
    env.cr.execute(
        "SELECT sequencename, last_value FROM pg_sequences "
        "WHERE sequencename ~ '^ir_sequence_[0-9_]+$' ORDER BY 1"
    )
    state["(numbers)"] = list(itertools.chain(*env.cr.fetchall()))
    return state


if __name__ == "__main__":
    main()
