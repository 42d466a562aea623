# Copyright 2026 Odoo Integration Suite contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl)
"""Does the memory of the workers that drain grow with the number of messages?

Customers new, changed, unchanged and a few that break their format, in the same
mixture from the first block to the last. Resident memory of the two workers is compared
after a tenth of all messages and at the end.
"""

import random
import time
from contextlib import closing

import psutil
from _lib import Report, arguments
from _stack import (
    Stack,
    connect,
    drop_database,
    fresh_database,
    odoo_env,
    query,
    store,
)
from _traffic import body

BLOCKS, BLOCK = 10, 5_000
MIXTURE = {"new": 0.1, "changed": 0.1, "broken": 0.005}  # the rest is unchanged
LIMIT = 300  # seconds for one block
OPEN = "SELECT 1 FROM integration_event WHERE state = 'pending' LIMIT 1"


class Customers:
    """Messages about a growing number of customers."""

    def __init__(self):
        self.revision: dict[int, int] = {}
        self.number = 0

    def block(self, size: int) -> list[bytes]:
        for _index in range(int(size * MIXTURE["new"])):
            self.revision[len(self.revision) + 1] = 0
        new = list(self.revision)[-int(size * MIXTURE["new"]) :]
        rest = [self._next() for _index in range(size - len(new))]
        return [self._body(customer) for customer in new] + rest

    def _next(self) -> bytes:
        customer = random.randint(1, len(self.revision))
        luck = random.random()
        if luck < MIXTURE["broken"]:
            return self._body(customer, phone=["not a text"])
        if luck < MIXTURE["broken"] + MIXTURE["changed"]:
            self.revision[customer] += 1
        return self._body(customer)

    def _body(self, customer: int, **changes) -> bytes:
        self.number += 1
        phone = f"+49 30 {customer} {self.revision[customer]}"
        return body(
            self.number,
            customer=customer,
            created=1_700_000_000 + self.number,
            **{"phone": phone, **changes},
        )


def rss(processes) -> dict[int, float]:
    """Megabytes by pid."""
    return {p.pid: p.memory_info().rss / 2**20 for p in processes}


def main() -> None:
    args = arguments(__doc__, rounds=BLOCKS)
    report = Report(args)
    block = BLOCK // 5 if args.quick else BLOCK
    database = fresh_database("bench_memory")
    with Stack(database, web=False) as stack, closing(connect(database)) as connection:
        _drains(report, stack, connection, block)
    drop_database(database)
    report.finish()


def _drains(report, stack, connection, block: int) -> None:
    env = odoo_env(stack.database)
    customers = Customers()
    sizes = []
    with closing(env.cr):
        connector = env["integration.connector"].search([], order="id", limit=1)
        for number in range(BLOCKS):
            bodies = customers.block(block)
            for start in range(0, len(bodies), 500):
                store(env, connector, bodies[start : start + 500])
            env.cr.commit()
            connector._wake_all()
            env.cr.commit()
            env.invalidate_all()
            wait(connection)
            pids = [
                pid
                for (pid,) in query(
                    connection,
                    "SELECT DISTINCT worker_pid FROM queue_job "
                    "WHERE method_name = '_job_drain' AND worker_pid > 0",
                )
            ]
            found = rss(psutil.Process(pid) for pid in pids)
            sizes.append(found)
            report.say(f"after {(number + 1) * block:6} messages: {said(found)}")
    counts = query(
        connection,
        "SELECT state, count(*) FROM integration_event GROUP BY 1 ORDER BY 1",
    )
    report.say(", ".join(f"{count} {state}" for state, count in counts))
    compare(report, "draining workers", sizes[0], sizes[-1], block)


def compare(report, name: str, first: dict, last: dict, block: int) -> None:
    report.figure(f"{name}: RSS after {block}", sum(first.values()), "MB")
    report.figure(f"{name}: RSS after {BLOCKS * block}", sum(last.values()), "MB")
    report.gate(
        f"{name}: same processes to the end", int(set(first) == set(last)), least=1
    )
    report.gate(
        f"{name}: RSS after {BLOCKS * block} / after {block}",
        sum(last.values()) / sum(first.values()),
        most=1.05,
    )


def said(sizes: dict) -> str:
    return ", ".join(f"worker {pid} {size:.1f} MB" for pid, size in sizes.items())


def wait(connection) -> None:
    start = time.monotonic()
    while query(connection, OPEN):
        if time.monotonic() - start > LIMIT:
            raise SystemExit(f"not drained after {LIMIT} s")
        time.sleep(0.1)


if __name__ == "__main__":
    main()
