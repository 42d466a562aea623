# Copyright 2026 Odoo Integration Suite contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl)
"""What does durable intake cost, next to a handler that does nothing?

Two web workers, four clients, one message of 2 kB a request. Four kinds of requests
take turns: the empty handler, new messages while a drain is active, as it always is
under load (a drain lingers 0.3 s), new messages while only a wake-up job waits, and
messages that arrive four times at the same moment. No jobs process runs: its work would
be charged to intake on a small machine; the active drain is its signal lock, held here.
"""

from _lib import Report, arguments, median
from _stack import (
    ServerLog,
    Stack,
    Wrk,
    backend_cpu,
    connect,
    cpu_of,
    drop_database,
    every_statement_logged,
    fresh_database,
    query,
)
from _traffic import SIGNATURE, body, sign

CLIENTS = 4
EMPTY, INTAKE = "/integration_bench/empty", "/integration/webhook/bench0"
KINDS = {
    "empty": (EMPTY, 1),
    "new": (INTAKE, 1),
    "new, nobody drains": (INTAKE, 1),
    "four times": (INTAKE, 4),
}
DRAINED = {"new", "four times"}
ACTIVE_LOCK = 0x0D00B  # models/inbound/drain.py; lock_key is connector * 16 + drain
COUNTED = 20


def main() -> None:
    # Many short windows: on a machine with other work a long one measures that work.
    args = arguments(__doc__, rounds=12)
    report = Report(args)
    database = fresh_database("bench_intake")
    with Stack(database, jobs=False) as stack:
        wrk = Wrk(60_000)
        for kind in KINDS:
            _shoot(stack, wrk, kind, 1)
        shots, cpu = _rounds(report, stack, wrk, args.rounds, seconds=1)
        _compare(report, shots, cpu)
        _nothing_lost(report, database)
        _statements(report, stack, database)
    drop_database(database)
    report.finish()


def _shoot(stack, wrk, kind: str, seconds: int):
    if kind not in DRAINED:
        return _fire(stack, wrk, kind, seconds)
    connection = connect(stack.database)
    try:
        query(
            connection,
            "SELECT pg_advisory_lock(%s, c.id * 16 + d.i) FROM integration_connector c,"
            " generate_series(0, 15) AS d(i)",
            ACTIVE_LOCK,
        )
        return _fire(stack, wrk, kind, seconds)
    finally:
        connection.close()


def _fire(stack, wrk, kind: str, seconds: int):
    path, copies = KINDS[kind]
    return wrk.shoot(stack.url + path, clients=CLIENTS, seconds=seconds, copies=copies)


def _rounds(report, stack, wrk, rounds: int, seconds: int):
    shots = {kind: [] for kind in KINDS}
    cpu = {kind: [] for kind in KINDS}
    for number in range(rounds):
        order = list(KINDS)
        order = order[number % 4 :] + order[: number % 4]
        for kind in order:
            odoo, backends = cpu_of(stack.process("web")), backend_cpu(stack.database)
            shot = _shoot(stack, wrk, kind, seconds)
            count = shot.rate * seconds
            cpu[kind].append(
                (
                    (cpu_of(stack.process("web")) - odoo) / count * 1e3,
                    (backend_cpu(stack.database) - backends) / count * 1e3,
                )
            )
            shots[kind].append(shot)
            report.say(
                f"round {number + 1} {kind:<18} {shot.rate:6.0f} req/s  "
                f"p50 {shot.p50:5.1f}  p99 {shot.p99:6.1f}  worst {shot.worst:6.1f} ms"
                f"  CPU {cpu[kind][-1][0]:.2f} + {cpu[kind][-1][1]:.2f} ms"
                f"  refused {shot.refused}  broken {shot.broken}"
            )
    return shots, cpu


def _compare(report, shots: dict, cpu: dict) -> None:
    def ratio(kind, base, value):
        pairs = zip(shots[kind], shots[base], strict=True)
        return median(value(one) / value(other) for one, other in pairs)

    report.say("")
    for kind in KINDS:
        report.figure(f"{kind}: rate", median(s.rate for s in shots[kind]), "req/s")
        report.figure(f"{kind}: p99", median(s.p99 for s in shots[kind]), "ms")
        report.figure(f"{kind}: CPU of Odoo", median(c[0] for c in cpu[kind]), "ms")
        report.figure(
            f"{kind}: CPU of PostgreSQL", median(c[1] for c in cpu[kind]), "ms"
        )
    report.figure(
        "CPU of the empty handler / new messages, Odoo and PostgreSQL",
        median(sum(c) for c in cpu["empty"]) / median(sum(c) for c in cpu["new"]),
    )
    refused = sum(s.refused + s.broken for kind in KINDS for s in shots[kind])
    report.gate("requests refused or broken", refused, most=0)
    report.gate(
        "rate of new messages / empty handler",
        ratio("new", "empty", lambda shot: shot.rate),
        least=0.55,
        aim=0.65,
    )
    report.figure(
        "rate of new messages / empty handler, nobody drains",
        ratio("new, nobody drains", "empty", lambda shot: shot.rate),
    )
    report.gate(
        "p99 of new messages / empty handler",
        ratio("new", "empty", lambda shot: shot.p99),
        most=1.5,
    )
    report.gate(
        "p99 with 3 of 4 simultaneous duplicates / without",
        ratio("four times", "new", lambda shot: shot.p99),
        most=1.3,
    )


def _nothing_lost(report, database: str) -> None:
    connection = connect(database)
    ((rows, distinct),) = query(
        connection,
        "SELECT count(*), count(DISTINCT source_event_id) FROM integration_event",
    )
    connection.close()
    report.figure("messages stored", rows)
    report.gate("messages stored twice", rows - distinct, most=0)


def _statements(report, stack, database: str) -> None:
    """SQL per request, counted by PostgreSQL; those that frame it (begin, commit,
    reset of the connection) apart, since the empty handler has them too."""
    numbers = range(900_000_000, 900_000_000 + COUNTED)
    requests = {
        "empty": [(EMPTY, body(number)) for number in numbers],
        "new": [(INTAKE, body(number)) for number in numbers],
        "duplicate": [(INTAKE, body(number)) for number in numbers],
    }
    for path, data in (*requests["empty"][:4], (INTAKE, body(900_000_100))):
        stack.post(path, data, {SIGNATURE: sign(data)})
    for kind, pairs in requests.items():
        with every_statement_logged():
            log = ServerLog(database)
            for path, data in pairs:
                stack.post(path, data, {SIGNATURE: sign(data)})
            work, frame = log.statements()
        report.figure(f"{kind}: framing statements a request", frame / COUNTED)
        if kind == "empty":
            report.figure(f"{kind}: SQL a request", work / COUNTED)
        else:
            report.gate(f"{kind}: SQL a request", work / COUNTED, most=3)


if __name__ == "__main__":
    main()
