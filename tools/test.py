# Copyright 2026 Odoo Integration Suite contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl)
"""Runs the parts of the test suite, behind ``./run test``.

``test.py "engine odoo" [FILTER …]``: every part runs in a process of its own, its
output goes to the terminal and to ``.local/log/test-<part>.log``. The last lines are
every failure with its reason, a table of the parts and the plain closing line
``N passed, N failed``.
"""

import contextlib
import os
import re
import signal
import socket
import subprocess
import sys
import threading
import time
import xml.etree.ElementTree as ET
from dataclasses import dataclass, field
from pathlib import Path

from failures import MARK, Failure, Watch, closing, of_junit, of_odoo

ROOT = Path(__file__).resolve().parent.parent
LOGS = ROOT / ".local/log"
RUN = str(ROOT / "run")
FOLDERS = {"engine": "tests/engine", "conformance": "tests/conformance"} | {
    "e2e": "tests/e2e",
    "odoo": "addons",
}
#: Longest time of one part in seconds: a hanging test must not hang the whole run.
LIMITS = {"engine": 600, "conformance": 900, "odoo": 2700, "e2e": 2700}

LOG_LINE = re.compile(r"^\S+ \S+ \d+ (?P<level>[A-Z]+) (?P<db>\S+) (?P<logger>\S+): ")
TOTAL = re.compile(r"(\d+) failed, (\d+) error\(s\) of (\d+) tests when loading")
STARTING = re.compile(r"odoo\.addons\.(\w+)\.tests\.\S+: Starting (\w+)\.(\w+)")
BAD_TEST = re.compile(r"(?:FAIL|ERROR): (?:Subtest )?(.+)")
SKIPPED = re.compile(r": skipped? ", re.IGNORECASE)
# Says only that something was said before.
REPEATS = "At least one test failed"


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

    def __init__(self, part, command, environment=None):
        self.path = LOGS / f"test-{part}{log_suffix()}.log"
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


def python_tests(part, words):
    """Run a folder of pytest tests; counts come from its JUnit file."""
    result = Result(part)
    folder = ROOT / FOLDERS[part]
    if not any(folder.glob("**/test_*.py")):
        result.note = f"{FOLDERS[part]} has no tests yet"
        return result
    report = LOGS / f"test-{part}{log_suffix()}.xml"
    report.unlink(missing_ok=True)
    command = [RUN, "python", "-m", "pytest", "--color=no", f"--junitxml={report}"]
    command.append("--tb=short")
    if part == "e2e":
        # Twice: once to undo pyproject.toml's -q, once for a line per test.
        command += ["-v", "-v"]
    if not any(word.endswith(".py") or ".py::" in word for word in words):
        command.append(FOLDERS[part])
    # These tests stop and kill PostgreSQL, so they have one of their own.
    cluster = {"PG_CLUSTER": "e2e"} if part == "e2e" else {}
    output, watch = Output(part, [*command, *words], cluster), Watch()
    try:
        for line in output.lines():
            say(f"  {line}")
            watch.read(line)
    except TimeoutError as error:
        result.failed, result.note = max(1, len(watch.told)), str(error)
        result.failures = watch.unfinished(part, str(error))
        return result
    finally:
        if cluster:
            subprocess.run([RUN, "postgres", "stop"], env={**os.environ, **cluster})
    read_junit(report, result)
    result.failures = watch.explain(result.failures)
    code = output.process.returncode
    if code and not result.failed:
        result.failed = 1
        result.note = "no test matches" if code == 5 else f"pytest ended with {code}"
        result.failures = watch.unfinished(part, result.note)
    return result


def read_junit(report, result):
    try:
        suites = ET.parse(report).getroot().iter("testsuite")
    except (OSError, ET.ParseError):
        return
    for suite in suites:
        number = {
            key: int(suite.get(key, 0))
            for key in ("tests", "failures", "errors", "skipped")
        }
        bad = number["failures"] + number["errors"]
        result.failed += bad
        result.skipped += number["skipped"]
        result.passed += max(0, number["tests"] - bad - number["skipped"])
    result.failures = of_junit(report)


def odoo_tests(part, words):
    """Install all addons into a fresh database and run their tests, tours included."""
    result = Result(part)
    addons = [
        path.parent.name
        for folder in ("addons", "tests/addons")
        for path in sorted((ROOT / folder).glob("*/__manifest__.py"))
    ]
    if not addons:
        result.note = "no addon yet"
        return result
    say("  database " + os.environ["TEST_DB"])
    subprocess.run([RUN, "testdb"], cwd=ROOT, check=True)
    output = Output(part, odoo_command(addons, words))
    log = OdooLog(result)
    try:
        for line in output.lines():
            log.read(line)
    except TimeoutError as error:
        log.end_block()
        result.failed, result.note = max(1, len(result.failures)), str(error)
        result.failures.append(Failure(log.current or part, str(error)))
        return result
    log.finish(output)
    return result


def odoo_command(addons, words):
    tags = [word for word in words if not word.startswith("-")]
    return [
        str(ROOT / ".local/bin/odoo"),
        f"--database={os.environ['TEST_DB']}",
        f"--init={','.join(addons)}",
        f"--test-tags={','.join(tags or ('/' + name for name in addons))}",
        "--workers=0",
        "--max-cron-threads=0",
        f"--http-port={free_port()}",
        f"--gevent-port={free_port()}",
        "--stop-after-init",
        *(word for word in words if word.startswith("-")),
    ]


def free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


class OdooLog:
    """Reads Odoo's log: progress, its own closing line, errors nobody expected."""

    def __init__(self, result):
        self.result = result
        self.current = None
        self.total = None
        self.errors = []
        self.warnings = []
        # The error whose lines are coming: its name, and what was logged of it.
        self.block = None

    def read(self, line):
        if match := TOTAL.search(line):
            self.end_block()
            failed, errors, run = map(int, match.groups())
            self.total = (failed + errors, run)
            return
        head = LOG_LINE.match(line)
        if not head:
            if self.block:
                self.block[1].append(line)
                say(f"    {line}")
            return
        self.end_block()
        said = line[head.end() :]
        bad = head["level"] in ("ERROR", "CRITICAL")
        if match := STARTING.search(line):
            self.progress(f"{match[1]}: {match[2]}")
        elif bad and (match := BAD_TEST.match(said)):
            self.block = (match[1], [])
            say(f"    {line}")
        elif bad and said.startswith(REPEATS):
            return
        elif bad:
            self.errors.append(line)
            self.block = (f"error in the log, {head['logger']}", [said])
            say(f"    {line}")
        elif head["level"] == "WARNING":
            self.warnings.append(line)
        elif SKIPPED.search(line) and ".tests." in head["logger"]:
            self.result.skipped += 1

    def end_block(self):
        """An error is told completely: its reason in one line, here and at the end."""
        if self.block:
            failure = of_odoo(*self.block)
            self.result.failures.append(failure)
            say(f"    {MARK}{failure.name}: {failure.reason}")
            self.block = None

    def progress(self, name):
        if name != self.current:
            self.current = name
            say(f"  {name}")

    def finish(self, output):
        self.end_block()
        result = self.result
        bad, run = self.total or (0, 0)
        result.failed = bad
        result.passed = max(0, run - bad - result.skipped)
        code = output.process.returncode
        if self.total:
            say(f"  {bad} failed or with errors of {run} tests (Odoo's own count)")
        for line in self.warnings[:10]:
            say(f"  warning: {line.split(' ', 3)[-1]}")
        if self.errors and not bad:
            result.failed += 1
            result.note = f"{len(self.errors)} unexpected error lines in the log"
        elif not self.total:
            result.failed += 1
            result.note = f"Odoo ended with {code} before any test"
        elif not run:
            result.failed += 1
            result.note = "no test matches"
        elif code and not bad:
            result.failed += 1
            result.note = f"Odoo ended with {code}"


RUNNERS = {
    "engine": python_tests,
    "conformance": python_tests,
    "odoo": odoo_tests,
    "e2e": python_tests,
}


def run_part(part, words):
    say(f"\n=== {part}")
    start = time.monotonic()
    try:
        result = RUNNERS[part](part, words)
    except (OSError, TimeoutError, subprocess.SubprocessError) as error:
        result = Result(part, failed=1, note=str(error))
    if result.failed and not result.failures:
        result.failures = [Failure(part, result.note)]
    result.seconds = time.monotonic() - start
    return result


def table(results):
    say(f"\n{'part':<13}{'passed':>8}{'failed':>8}{'skipped':>9}{'seconds':>9}")
    for one in results:
        say(
            f"{one.part:<13}{one.passed:>8}{one.failed:>8}{one.skipped:>9}"
            f"{one.seconds:>9.0f}  {one.note}".rstrip()
        )
    logs = ", ".join(
        f".local/log/test-{one.part}{log_suffix()}.log" for one in results if one.failed
    )
    if logs:
        say(f"What failed: {logs}")


def main():
    parts, words = sys.argv[1].split(), sys.argv[2:]
    LOGS.mkdir(parents=True, exist_ok=True)
    results = [run_part(part, words) for part in parts]
    for line in closing([(one.part, f) for one in results for f in one.failures]):
        say(line)
    table(results)
    passed, failed, skipped = (
        sum(getattr(one, name) for one in results)
        for name in ("passed", "failed", "skipped")
    )
    if not passed and not failed:
        failed = 1
        say("No test was run.")
    ending = f", {skipped} skipped" if skipped else ""
    say(f"\n{passed} passed, {failed} failed{ending}")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
