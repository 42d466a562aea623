# Copyright 2026 Odoo Integration Suite contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl)
"""One part of the test suite: what it did, and the process that did it."""

import contextlib
import os
import signal
import subprocess
import threading
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

from failures import Failure

ROOT = Path(__file__).resolve().parent.parent
LOGS = ROOT / ".local/log"
RUN = str(ROOT / "run")
#: Longest time of one part in seconds: a hanging test must not hang the whole run.
LIMITS = {"engine": 600, "conformance": 900, "odoo": 2700, "e2e": 2700}


@dataclass
class Result:
    """What one part did."""

    part: str
    passed: int = 0
    failed: int = 0
    skipped: int = 0
    seconds: float = 0.0
    note: str = ""
    failures: list[Failure] = field(default_factory=list)


class Output:
    """Copies a process's output to the part's log, and to the terminal as wanted."""

    def __init__(self, part, command, environment=None, log=""):
        self.path = LOGS / f"test-{log or part}{log_suffix()}.log"
        self.limit = LIMITS[part]
        self.expired = False
        self.process = subprocess.Popen(
            command,
            cwd=ROOT,
            env={**os.environ, **(environment or {})},
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            start_new_session=True,
        )

    def lines(self):
        """Yield lines; ends the process and its children when time is up.

        :raises TimeoutError: the part took longer than its limit
        """
        timer = threading.Timer(self.limit, self.expire)
        timer.start()
        try:
            with self.path.open("wb") as log:
                for raw in self.process.stdout:
                    log.write(raw)
                    log.flush()
                    yield raw.decode(errors="replace").rstrip("\n")
            self.process.wait()
        finally:
            timer.cancel()
            self.end()
        if self.expired:
            raise TimeoutError(f"not finished after {self.limit} s")

    def expire(self):
        self.expired = True
        self.end()

    def end(self):
        with contextlib.suppress(ProcessLookupError):
            os.killpg(self.process.pid, signal.SIGKILL)


def log_suffix():
    """Runs with a database of their own write logs of their own."""
    name = os.environ.get("TEST_DB", "")
    return "" if name in ("", "integration_test") else f"-{name}"


def say(text):
    print(text, flush=True)


def side_by_side(plays: list[Callable[[], None]]) -> None:
    """Call all at once; returns when the last of them has ended."""
    threads = [threading.Thread(target=play) for play in plays]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()


def sum_up(part: str, results: list[Result]) -> Result:
    """One result of several runs."""
    return Result(
        part,
        passed=sum(one.passed for one in results),
        failed=sum(one.failed for one in results),
        skipped=sum(one.skipped for one in results),
        note="; ".join(one.note for one in results if one.note),
        failures=[failure for one in results for failure in one.failures],
    )
