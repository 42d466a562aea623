# Copyright 2026 Odoo Integration Suite contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl)
"""How long from a POST to the customer in Odoo, and is a message ever left behind?

Web and jobs processes are real; no cron runs, so nothing mends a lost wake-up. From
idle: one message after a pause in which the last drain has ended. Bursts: 1 to 12
messages of random distance, then, once all are applied, a random pause around the time
after which a drain leaves: that is where a wake-up could be lost. Four connectors take
their bursts side by side, so that drains also wait for and give way to each other. A
message is stranded when it stays pending although no drain works and no job waits.
"""

import random
import threading
import time
from contextlib import closing

from _lib import Report, arguments, median, percentile
from _stack import Stack, connect, drop_database, fresh_database, query
from _traffic import SIGNATURE, body, sign

IDLE_POSTS, BURSTS, CONNECTORS = 20, 200, 4  # posts and bursts of a round
PAUSE = 0.6  # seconds; a drain waits 0.3 s for more before it leaves
STRANDED_AFTER = 20.0  # seconds
STATES = """
    SELECT count(*) FILTER (WHERE state = 'pending'),
           count(*) FILTER (WHERE state NOT IN ('pending', 'done', 'skipped'))
      FROM integration_event WHERE connector_id = %s AND id > %s
"""
DONE = "SELECT 1 FROM integration_event WHERE source_event_id = %s AND state = 'done'"


class Line:
    """One connector with its own connection and its own numbers."""

    def __init__(self, stack, number: int, seed: int):
        self.stack = stack
        self.path = f"/integration/webhook/bench{number}"
        self.random = random.Random(f"{seed}:{number}")
        self.connection = connect(stack.database)
        ((self.connector,),) = query(
            self.connection,
            "SELECT id FROM integration_connector WHERE webhook_token = %s",
            f"bench{number}",
        )
        self.next = number * 1_000_000 + 1
        self.newest = 0
        self.stranded = self.failed = self.messages = 0
        self.times: list[float] = []

    def post(self) -> int:
        number, self.next = self.next, self.next + 1
        data = body(number)
        self.stack.post(self.path, data, {SIGNATURE: sign(data)})
        self.messages += 1
        return number

    def post_and_wait(self) -> float:
        """Milliseconds from before the POST until its outcome is visible to others."""
        start = time.monotonic()
        number = self.post()
        while not query(self.connection, DONE, f"evt_{number:09d}"):
            if time.monotonic() - start > STRANDED_AFTER:
                self.stranded += 1
                return STRANDED_AFTER * 1e3
            time.sleep(0.002)
        return (time.monotonic() - start) * 1e3

    def burst(self) -> None:
        for _number in range(self.random.randint(1, 12)):
            self.post()
            time.sleep(self.random.choice((0, 0, self.random.uniform(0, 0.03))))
        self._settle()
        time.sleep(self.random.uniform(0, PAUSE))

    def _settle(self) -> None:
        """Wait until every message of the burst has its outcome."""
        start = time.monotonic()
        while True:
            pending, failed = query(
                self.connection, STATES, self.connector, self.newest
            )[0]
            if not pending:
                break
            if time.monotonic() - start > STRANDED_AFTER:
                self.stranded += pending
                break
            time.sleep(0.01)
        self.times.append((time.monotonic() - start) * 1e3)
        self.failed += failed
        ((self.newest,),) = query(
            self.connection, "SELECT max(id) FROM integration_event"
        )


def main() -> None:
    args = arguments(__doc__)
    report = Report(args)
    database = fresh_database("bench_latency")
    with Stack(database) as stack:
        lines = [Line(stack, number, args.seed) for number in range(CONNECTORS)]
        for line in lines:
            line.post_and_wait()
        times = []
        for number in range(args.rounds):
            round_times = _idle(lines[0])
            times += round_times
            report.say(
                f"round {number + 1} from idle: p50 {median(round_times):5.1f}  "
                f"worst {max(round_times):6.1f} ms"
            )
            _bursts(lines, BURSTS // CONNECTORS)
            report.say(f"round {number + 1} bursts so far: {_said(lines)}")
        _judge(report, times, lines, args)
        for line in lines:
            line.connection.close()
    drop_database(database)
    report.finish()


def _idle(line) -> list[float]:
    times = []
    for _number in range(IDLE_POSTS):
        time.sleep(line.random.uniform(0.8, 1.2))
        times.append(line.post_and_wait())
    return times


def _bursts(lines, count: int) -> None:
    def run(line):
        for _number in range(count):
            line.burst()

    threads = [threading.Thread(target=run, args=(line,)) for line in lines]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()


def _said(lines) -> str:
    bursts = sum(len(line.times) for line in lines)
    messages = sum(line.messages for line in lines)
    stranded = sum(line.stranded for line in lines)
    return f"{bursts}, {messages} messages, {stranded} stranded"


def _judge(report, times, lines, args) -> None:
    with closing(connect(lines[0].stack.database)) as connection:
        ((customers, distinct),) = query(
            connection,
            "SELECT count(*), count(DISTINCT ref) FROM res_partner "
            "WHERE ref LIKE 'R%%'",
        )
        ((jobs,),) = query(
            connection,
            "SELECT count(*) FROM queue_job WHERE method_name = '_job_drain'",
        )
    settled = [value for line in lines for value in line.times]
    messages = sum(line.messages for line in lines)
    report.say("")
    report.figure("from idle: p50", median(times), "ms")
    report.gate("from idle: p95", percentile(times, 0.95), most=100, unit="ms")
    report.figure("from idle: worst", max(times), "ms")
    report.figure("bursts", len(settled))
    report.figure("messages", messages)
    report.figure("drain jobs they needed", jobs)
    report.figure("last POST of a burst to all applied: p50", median(settled), "ms")
    report.figure(
        "last POST of a burst to all applied: p99", percentile(settled, 0.99), "ms"
    )
    report.gate("stranded messages", sum(line.stranded for line in lines), most=0)
    report.gate("failed messages", sum(line.failed for line in lines), most=0)
    report.gate("customers missing or double", abs(messages - customers), most=0)
    report.gate("customers with the same reference", customers - distinct, most=0)


if __name__ == "__main__":
    main()
