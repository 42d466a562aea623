# Copyright 2026 Odoo Integration Suite contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl)
"""What does the whole path to a customer cost, next to the bare ORM?

Bare: values that are ready, in the same context and with the same user; for each one a
savepoint, a search by reference, then create or write. Hub: the real drain over stored
messages, from reading and decrypting the row to its committed outcome. Batch: one ORM
create for 100 ready values, which is Odoo's own share of the hub's work.

CPU is that of this process; PostgreSQL's is shown beside it.
"""

import time
from contextlib import closing

import psutil
from _lib import Report, arguments, median
from _stack import (
    ServerLog,
    connect,
    drop_database,
    every_statement_logged,
    fresh_database,
    odoo_env,
    query,
    store,
)
from _traffic import body

EVENTS = 500
BATCH = 100
KINDS = ("new", "changed", "unchanged")
CHANGE = {"name": "Renamed {}", "phone": "+49 40 {}"}


class Bench:
    """Two worlds of customers: those of the hub and those of the bare ORM."""

    def __init__(self, env):
        self.env = env
        self.connector = env["integration.connector"].search([], order="id", limit=1)
        self.connector.drain_count = 1
        self.work = self.connector._work_env()
        self.country = env.ref("base.de").id
        self.next = 1
        self.created = 1_700_000_000
        env.cr.execute("SELECT pg_backend_pid()")
        self._processes = psutil.Process(), psutil.Process(env.cr.fetchone()[0])
        env.cr.commit()

    def numbers(self, count: int) -> range:
        self.next += count
        return range(self.next - count, self.next)

    def measure(self, work) -> tuple[float, float]:
        """CPU milliseconds of this process and of our backend."""
        backend = _cpu(self._processes[1])
        own = time.process_time()
        work()
        return (
            (time.process_time() - own) * 1e3,
            (_cpu(self._processes[1]) - backend) * 1e3,
        )

    # === HUB === #

    def put(self, customers, **changes) -> None:
        """Store one newer message for each of these customers."""
        self.created += 10
        store(
            self.env,
            self.connector,
            [
                body(
                    number,
                    customer=customer,
                    created=self.created,
                    **{k: v.format(customer) for k, v in changes.items()},
                )
                for number, customer in zip(
                    self.numbers(len(customers)), customers, strict=True
                )
            ],
        )
        self.env.cr.commit()
        self.env.invalidate_all()

    def drain(self) -> None:
        self.env["integration.drain"]._run(self.connector, 0)

    # === ODOO ALONE === #

    def values(self, customer: int, **changes) -> dict:
        """What the hub writes for the same customer."""
        key = f"{customer:09d}"
        return {
            "name": f"Customer {key}",
            "email": f"c{key}@example.com",
            "phone": f"+49 30 {key}",
            "ref": f"R{key}",
            "comment": "A customer of the benchmark",
            "lang": "en_US",
            "is_company": True,
            "street": f"Street {key}",
            "street2": False,
            "city": "Berlin",
            "zip": "10115",
            "state_id": False,
            "country_id": self.country,
            **{k: v.format(customer) for k, v in changes.items()},
        }

    def bare(self, values_list: list[dict]) -> None:
        """One by one, isolated, committed as often as a drain commits."""
        partners = self.work["res.partner"]
        for start in range(0, len(values_list), BATCH):
            for values in values_list[start : start + BATCH]:
                with self.work.cr.savepoint():
                    partner = partners.search([("ref", "=", values["ref"])], limit=1)
                    if partner:
                        partner.write(values)
                    else:
                        partners.create(dict(values))
            self._commit()

    def batch(self, values_list: list[dict]) -> None:
        for start in range(0, len(values_list), BATCH):
            self.work["res.partner"].create(
                [dict(values) for values in values_list[start : start + BATCH]]
            )
            self._commit()

    def _commit(self) -> None:
        self.work.flush_all()
        self.work.cr.commit()
        self.work.invalidate_all()


def _cpu(process) -> float:
    times = process.cpu_times()
    return times.user + times.system


def main() -> None:
    args = arguments(__doc__)
    report = Report(args)
    database = fresh_database("bench_upsert")
    env = odoo_env(database)
    with closing(env.cr):
        bench = Bench(env)
        _same_result(report, bench)
        cpu = _rounds(report, bench, args.rounds)
        _compare(report, cpu)
        _statements(report, bench, database)
    drop_database(database)
    report.finish()


def _same_result(report, bench) -> None:
    """Warms everything up and checks that both ways write the same."""
    hub, bare = bench.numbers(BATCH), bench.numbers(BATCH)
    bench.put(hub)
    bench.drain()
    bench.bare([bench.values(number) for number in bare])
    bench.batch([bench.values(number) for number in bench.numbers(BATCH)])
    partners = bench.work["res.partner"]
    fields = list(bench.values(0))
    one, other = (
        partners.search([("ref", "=", f"R{number:09d}")])
        for number in (hub[0], bare[0])
    )
    left = str(one.read(fields)[0] | {"id": 0})
    right = str(other.read(fields)[0] | {"id": 0})
    same = left.replace(f"{hub[0]:09d}", "") == right.replace(f"{bare[0]:09d}", "")
    report.gate("both ways write the same values", int(same), least=1)
    bench.env.cr.commit()


def _rounds(report, bench, rounds: int) -> dict:
    cpu: dict = {}
    for number in range(rounds):
        hub, bare = bench.numbers(EVENTS), bench.numbers(EVENTS)
        ready = [bench.values(customer) for customer in bare]
        changed = [bench.values(customer, **CHANGE) for customer in bare]
        alone = [bench.values(customer) for customer in bench.numbers(EVENTS)]
        steps = {
            "new": ({}, ready),
            "changed": (CHANGE, changed),
            "unchanged": (CHANGE, changed),
        }
        for kind, (changes, values) in steps.items():
            bench.put(hub, **changes)
            work = {
                "hub": bench.drain,
                "bare": lambda values=values: bench.bare(values),
            }
            if kind == "new":
                work["batch"] = lambda values=alone: bench.batch(values)
            names = list(work) if number % 2 else list(reversed(work))
            for name in names:
                own, backend = bench.measure(work[name])
                cpu.setdefault((kind, name), []).append(
                    (own / EVENTS, backend / EVENTS)
                )
            line = "  ".join(
                f"{name} {cpu[kind, name][-1][0]:.2f} + {cpu[kind, name][-1][1]:.2f}"
                for name in sorted(work)
            )
            report.say(f"round {number + 1} {kind:<10} CPU ms an event: {line}")
    return cpu


def _compare(report, cpu: dict) -> None:
    def ratio(kind, base):
        pairs = zip(cpu[kind, "hub"], cpu[kind, base], strict=True)
        return median(hub[0] / other[0] for hub, other in pairs)

    report.say("")
    for (kind, name), values in cpu.items():
        report.figure(
            f"{kind}, {name}: CPU of Odoo", median(v[0] for v in values), "ms"
        )
        report.figure(
            f"{kind}, {name}: CPU of PostgreSQL", median(v[1] for v in values), "ms"
        )
    for kind in KINDS:
        report.gate(
            f"{kind}: hub / bare one by one, CPU", ratio(kind, "bare"), most=0.6
        )
    pairs = zip(cpu["new", "hub"], cpu["new", "batch"], strict=True)
    report.gate(
        "new: hub's own CPU (hub - one ORM create)",
        median(hub[0] - batch[0] for hub, batch in pairs),
        most=0.3,
        unit="ms",
    )
    report.gate(
        "unchanged: hub's own CPU (nothing is written)",
        median(v[0] for v in cpu["unchanged", "hub"]),
        most=0.3,
        unit="ms",
    )


def _statements(report, bench, database: str) -> None:
    """SQL of one batch of 100, counted by PostgreSQL."""

    def counted(work) -> float:
        with every_statement_logged():
            log = ServerLog(database)
            work()
            return log.statements()[0] / BATCH

    def once() -> None:
        """One batch, without the looks of a drain that waits for more."""
        rows = bench.env["integration.drain"]._ready(bench.connector, 0, BATCH)
        bench.env["integration.pipeline"]._inbound(bench.connector, rows)
        bench.env.cr.commit()

    alone = counted(
        lambda: bench.batch([bench.values(n) for n in bench.numbers(BATCH)])
    )
    report.figure("new, batch: SQL an event", alone)
    customers = bench.numbers(BATCH)
    bench.put(customers)
    report.gate("new: SQL an event beyond Odoo's own", counted(once) - alone, most=0.3)
    bench.put(customers, **CHANGE)
    report.figure("changed: SQL an event", counted(once))
    bench.put(customers, **CHANGE)
    report.gate("unchanged: SQL an event", counted(once), most=0.2)
    with closing(connect(database)) as connection:
        ((left,),) = query(
            connection,
            "SELECT count(*) FROM integration_event WHERE state NOT IN "
            "('done', 'skipped')",
        )
    report.gate("messages not final", left, most=0)


if __name__ == "__main__":
    main()
