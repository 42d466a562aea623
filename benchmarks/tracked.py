# Copyright 2026 Odoo Integration Suite contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl)
"""What does it cost every write in Odoo that changes may go out?

The hooks of ``integration.tracked`` around an empty record set, where Odoo itself does
next to nothing, in turns with the same class without them: that is their own time, with
no statement in between whose noise is a hundred times larger. Then real changes of
customers, flushed; PostgreSQL counts the statements.
"""

import time
from contextlib import closing, contextmanager

from _lib import Report, arguments, median
from _stack import (
    ServerLog,
    drop_database,
    every_statement_logged,
    fresh_database,
    odoo_env,
)

CALLS = 2_000
TURNS = 10  # a round
RECORDS = 100
HOOKS = ("create", "write", "_write_multi")


def main() -> None:
    args = arguments(__doc__, rounds=15)
    report = Report(args)
    database = fresh_database("bench_tracked")
    env = odoo_env(database)
    with closing(env.cr):
        customers = env["res.partner"].create(
            [{"name": f"Customer {number}"} for number in range(RECORDS)]
        )
        env.cr.commit()
        _own_time(report, env, args.rounds)
        counts = [_statements(env, database, customers)]
        one = _flush_time(env, customers, args.rounds)
        for connector in env["integration.connector"].search([], order="id"):
            _send_customers(env, connector)
            counts.append(_statements(env, database, customers))
            if len(counts) == 2:
                with_one = _flush_time(env, customers, args.rounds)
        _report(report, counts)
        report.figure(f"flush of {RECORDS} customers, no flow", one, "ms")
        report.figure(f"flush of {RECORDS} customers, one flow", with_one, "ms")
    drop_database(database)
    report.finish()


# === NO FLOW === #


def _own_time(report: Report, env, rounds: int) -> None:
    empty = env["res.partner"]
    actions = {
        "write and flush": lambda: (empty.write({}), empty._write_multi([])),
        "create": lambda: empty.create([]),
    }
    for name, action in actions.items():
        more = []
        for _turn in range(rounds * TURNS):
            with _no_hooks(env):
                without = _time(action)
            more.append(_time(action) - without)
        spent = median(more)
        report.gate(f"no flow: own time of {name}", spent, most=5, unit="µs")


def _time(action) -> float:
    """Microseconds of CPU of one call."""
    started = time.process_time()
    for _call in range(CALLS):
        action()
    return (time.process_time() - started) * 1e6 / CALLS


@contextmanager
def _no_hooks(env):
    """The same class of contacts, as if it were not tracked."""
    tracked = next(
        base
        for base in type(env["res.partner"]).__mro__
        if base.__name__ == "IntegrationTracked" and "_write_multi" in base.__dict__
    )
    kept = {name: tracked.__dict__[name] for name in HOOKS}
    for name in HOOKS:
        delattr(tracked, name)
    try:
        yield
    finally:
        for name, hook in kept.items():
            setattr(tracked, name, hook)


# === WITH FLOWS === #


def _send_customers(env, connector) -> None:
    """One more connector that sends customers."""
    env.registry["integration.adapter.bench"]._can_send = frozenset({"customer"})
    mapping = env["integration.mapping"].search(
        [("direction", "=", "out"), ("entity", "=", "customer")]
    ) or env["integration.mapping"].create(
        {
            "name": "Bench customer, out",
            "system": "bench",
            "entity": "customer",
            "direction": "out",
            "line_ids": [(0, 0, {"kind": "value", "target": "name", "source": "name"})],
        }
    )
    mapping.state = "approved"
    env["integration.flow"].create(
        {
            "connector_id": connector.id,
            "entity": "customer",
            "direction": "out",
            "mapping_id": mapping.id,
            "mode": "live",
        }
    )
    env.cr.commit()


def _change(customers, number: int) -> None:
    for index, customer in enumerate(customers):
        customer.ref = f"{number}.{index}"


def _statements(env, database: str, customers) -> tuple[int, int, int]:
    """Statements of flushing one customer, all of them, and a field that no flow sends.

    Twice, the second counts: then every cache is warm.
    """
    found = []
    for records, field in (
        (customers[:1], "ref"),
        (customers, "ref"),
        (customers[:1], "function"),
    ):
        for attempt in range(2):
            stamp = f"{time.perf_counter_ns()}"
            for record in records:
                record[field] = f"{stamp}.{record.id}.{attempt}"
            with every_statement_logged():
                log = ServerLog(database)
                env.flush_all()
                count = log.statements()[0]
            # What follows a commit is not part of anybody's flush.
            env.cr.postcommit.clear()
            env.cr.commit()
        found.append(count)
    return tuple(found)


def _flush_time(env, customers, rounds: int) -> float:
    spent = []
    for number in range(rounds):
        _change(customers, number)
        started = time.perf_counter()
        env.flush_all()
        spent.append((time.perf_counter() - started) * 1e3)
        env.cr.postcommit.clear()
        env.cr.commit()
    return median(spent)


def _report(report: Report, counts: list[tuple]) -> None:
    none, *flows = counts
    names = ("one customer", f"{RECORDS} customers", "a field that is not sent")
    for index, name in enumerate(names):
        report.figure(f"no flow: statements of a flush, {name}", none[index], "")
    for index, name in enumerate(names):
        more = max(count[index] - none[index] for count in flows)
        limit = 0 if index == 2 else 1
        report.gate(f"1 to {len(flows)} flows: more, {name}", more, most=limit)


if __name__ == "__main__":
    main()
