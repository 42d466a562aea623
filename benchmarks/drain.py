# Copyright 2026 Odoo Integration Suite contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl)
"""How many messages does a drain work through, next to one queue job a message?

The jobs process is real: its runner, two workers, two jobs at a time. The handler does
nothing in both cases. A message is 2 kB, is decrypted, parsed, mapped, isolated from
the others and ends with its own outcome; a job has no arguments and does nothing.
"""

import re
import time
from contextlib import closing

from _lib import Report, arguments, median
from _stack import (
    ServerLog,
    Stack,
    connect,
    cpu_of,
    drop_database,
    fresh_database,
    odoo_env,
    query,
    store,
)
from _traffic import body

JOBS, EVENTS = 400, 12_000
LIMIT = 120  # seconds a round may take
OPEN_JOBS = (
    "SELECT 1 FROM queue_job WHERE state NOT IN ('done', 'failed', 'cancelled') LIMIT 1"
)
OPEN_EVENTS = "SELECT 1 FROM integration_event WHERE state = 'pending' LIMIT 1"


def main() -> None:
    args = arguments(__doc__)
    report = Report(args)
    database = fresh_database("bench_drain")
    with Stack(database, web=False) as stack, closing(connect(database)) as connection:
        env = odoo_env(database)
        with closing(env.cr):
            connector = env["integration.connector"].search([], order="id", limit=1)
            bench = Bench(stack, connection, env, connector)
            bench.jobs(50)
            bench.events(1000)
            log = ServerLog(database)
            _rounds(report, bench, args.rounds)
            _shares(report, connection)
            report.gate("conflicts in PostgreSQL's log", log.conflicts(), most=0)
            report.gate("messages not done", _not_done(connection), most=0)
    drop_database(database)
    report.finish()


class Bench:
    def __init__(self, stack, connection, env, connector):
        self.stack, self.connection = stack, connection
        self.env, self.connector = env, connector
        self.next = 1

    def jobs(self, count: int) -> tuple[float, float]:
        """No-op jobs; a second's work and its CPU milliseconds a job."""
        for _number in range(count):
            self.connector.with_delay()._job_noop()
        return self._watch(count, OPEN_JOBS)

    def events(self, count: int) -> tuple[float, float]:
        """Messages that are in the inbox already when the clock starts."""
        numbers = range(self.next, self.next + count)
        self.next += count
        bodies = [body(number, entity="bench_noop") for number in numbers]
        store(self.env, self.connector, bodies)
        self.env.cr.commit()
        self.connector._wake_all()
        return self._watch(count, OPEN_EVENTS)

    def _watch(self, count: int, still_open: str) -> tuple[float, float]:
        cpu = cpu_of(self.stack.process("jobs"))
        start = time.monotonic()
        self.env.cr.commit()
        while query(self.connection, still_open):
            if time.monotonic() - start > LIMIT:
                raise SystemExit(f"not finished after {LIMIT} s: {still_open}")
            time.sleep(0.02)
        seconds = time.monotonic() - start
        spent = (cpu_of(self.stack.process("jobs")) - cpu) / count * 1e3
        self.env.invalidate_all()
        while query(self.connection, OPEN_JOBS):
            time.sleep(0.05)  # drains linger; the next round starts from rest
        return count / seconds, spent


def _rounds(report, bench, rounds: int) -> None:
    ratios, rates = [], {"jobs": [], "events": []}
    spent = {"jobs": [], "events": []}
    for number in range(rounds):
        work = {
            "jobs": lambda: bench.jobs(JOBS),
            "events": lambda: bench.events(EVENTS),
        }
        for name in work if number % 2 else reversed(work):
            rate, cpu = work[name]()
            rates[name].append(rate)
            spent[name].append(cpu)
        ratios.append(rates["events"][-1] / rates["jobs"][-1])
        report.say(
            f"round {number + 1}  no-op jobs {rates['jobs'][-1]:7.0f} /s  "
            f"messages {rates['events'][-1]:7.0f} /s  ratio {ratios[-1]:5.1f}"
        )
    report.say("")
    for name in rates:
        report.figure(f"{name}: rate", median(rates[name]), "/s")
        report.figure(f"{name}: CPU of Odoo", median(spent[name]), "ms")
    report.gate("messages / no-op jobs", median(ratios), least=20, aim=60)


def _shares(report, connection) -> None:
    """How the two workers shared the work, by what their jobs say they did."""
    done: dict[int, int] = {}
    for pid, result in query(
        connection,
        "SELECT worker_pid, result FROM queue_job WHERE method_name = '_job_drain'",
    ):
        count = int(re.match(r"\d+", result or "0").group())
        done[pid] = done.get(pid, 0) + count
    total = sum(done.values())
    for pid, count in done.items():
        report.say(f"worker {pid}: {count} of {total} messages")
    shares = sorted(count / total for count in done.values())
    report.gate(
        "smaller share of the two workers", shares[0] if shares[1:] else 0, least=0.3
    )


def _not_done(connection) -> int:
    ((left,),) = query(
        connection, "SELECT count(*) FROM integration_event WHERE state <> 'done'"
    )
    return left


if __name__ == "__main__":
    main()
