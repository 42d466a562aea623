# Copyright 2026 Odoo Integration Suite contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl)
"""Does the memory of the workers that take messages in grow with their number?

Real POSTs from four clients while drains go on. Resident memory of the two web workers
is compared after a tenth of all requests and at the end.
"""

from contextlib import closing

import psutil
from _lib import Report, arguments
from _stack import Stack, Wrk, connect, drop_database, fresh_database
from memory import BLOCK, BLOCKS, compare, rss, said, wait


def workers(process: psutil.Process) -> list[psutil.Process]:
    """The HTTP workers of an Odoo process without a job runner: all of its children
    but the websocket server."""
    return [p for p in process.children() if "gevent" not in p.cmdline()]


def main() -> None:
    args = arguments(__doc__, rounds=BLOCKS)
    report = Report(args)
    block = BLOCK // 5 if args.quick else BLOCK
    database = fresh_database("bench_intake_memory")
    with Stack(database) as stack, closing(connect(database)) as connection:
        _intake(report, stack, connection, block)
    drop_database(database)
    report.finish()


def _intake(report, stack, connection, block: int) -> None:
    wrk = Wrk(BLOCKS * block + 20_000, entity="bench_noop")
    url = stack.url + "/integration/webhook/bench1"
    watched = workers(stack.process("web"))
    taken, first = 0, {}
    while taken < BLOCKS * block:
        shot = wrk.shoot(url, clients=4, seconds=2)
        taken += int(shot.rate * 2)
        if not first and taken >= block:
            first = rss(watched)
            report.say(f"after {taken:6} requests: {said(first)}")
    last = rss(watched)
    report.say(f"after {taken:6} requests: {said(last)}")
    compare(report, "receiving workers", first, last, block)
    wait(connection)


if __name__ == "__main__":
    main()
