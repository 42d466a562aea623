# Copyright 2026 Odoo Integration Suite contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl)
"""The tests of the addons, in two databases at once: each uses one processor."""

import os
import re
import socket
import subprocess
from functools import partial
from pathlib import Path

from failures import MARK, Failure, of_odoo
from part import ROOT, RUN, Output, Result, say, side_by_side, sum_up

LOG_LINE = re.compile(r"^\S+ \S+ \d+ (?P<level>[A-Z]+) (?P<db>\S+) (?P<logger>\S+): ")
TOTAL = re.compile(r"(\d+) failed, (\d+) error\(s\) of (\d+) tests when loading")
STARTING = re.compile(r"odoo\.addons\.(\w+)\.tests\.\S+: Starting (\w+)\.(\w+)")
BAD_TEST = re.compile(r"(?:FAIL|ERROR): (?:Subtest )?(.+)")
SKIPPED = re.compile(r": skipped? ", re.IGNORECASE)
# Says only that something was said before.
REPEATS = "At least one test failed"
# What an addon weighs when they are dealt to two databases: its tests, and how much
# longer one takes than a test of the core's models. Browsers and entries are slow.
TEST_METHOD = re.compile(r"^    def test_\w+", re.MULTILINE)
SLOWER = {
    "integration_core": 8,
    "test_integration_account": 2.4,
    "integration_stripe": 1.4,
}


def odoo_tests(part, words):
    """Install all addons into fresh databases and run their tests, tours included.

    Without a filter the addons are dealt to two databases, side by side.
    """
    addons = {
        path.parent.name: path.parent
        for folder in ("addons", "tests/addons")
        for path in sorted((ROOT / folder).glob("*/__manifest__.py"))
    }
    if not addons:
        return Result(part, note="no addon yet")
    tags = [word for word in words if not word.startswith("-")]
    options = [word for word in words if word.startswith("-")]
    hands = [tags] if tags else [[f"/{n}" for n in hand] for hand in deal(addons)]
    runs = [OdooRun(part, number, hand) for number, hand in enumerate(hands, 1)]
    for run in runs:
        # One after the other: the first one makes the base that is copied.
        run.copy()
    side_by_side([partial(run.play, sorted(addons), options) for run in runs])
    return sum_up(part, [run.result for run in runs])


def deal(addons: dict[str, Path]) -> list[list[str]]:
    """Addons in two hands that take about as long; the heaviest is dealt first."""
    weights = {
        name: SLOWER.get(name, 1)
        * sum(
            len(TEST_METHOD.findall(file.read_text()))
            for file in (folder / "tests").glob("test_*.py")
        )
        for name, folder in addons.items()
    }
    hands: list[list[str]] = [[], []]
    for name in sorted(weights, key=lambda one: (-weights[one], one)):
        min(hands, key=lambda hand: sum(weights[n] for n in hand)).append(name)
    return [hand for hand in hands if sum(weights[name] for name in hand)]


class OdooRun:
    """One database, and the tests that run in it."""

    def __init__(self, part, number, tags):
        self.result = Result(part)
        self.tags = tags
        self.database = os.environ["TEST_DB"] + (f"_{number}" if number > 1 else "")
        self.log_name = part if number == 1 else f"{part}-{number}"

    def copy(self):
        say(f"  database {self.database}: {' '.join(self.tags)}")
        environment = {**os.environ, "TEST_DB": self.database}
        subprocess.run([RUN, "testdb"], cwd=ROOT, env=environment, check=True)

    def play(self, addons, options):
        """Run the tests; whatever goes wrong is in the result."""
        try:
            self.read(self.command(addons, options))
        except (OSError, subprocess.SubprocessError) as error:
            self.result.failed += 1
            self.result.note = str(error)
            self.result.failures.append(Failure(self.log_name, str(error)))

    def read(self, command):
        output = Output(self.result.part, command, log=self.log_name)
        log = OdooLog(self.result)
        try:
            for line in output.lines():
                log.read(line)
        except TimeoutError as error:
            log.end_block()
            self.result.failed = max(1, len(self.result.failures))
            self.result.note = str(error)
            self.result.failures.append(
                Failure(log.current or self.log_name, str(error))
            )
            return
        log.finish(output)

    def command(self, addons, options):
        return [
            str(ROOT / ".local/bin/odoo"),
            f"--database={self.database}",
            f"--init={','.join(addons)}",
            f"--test-tags={','.join(self.tags)}",
            "--workers=0",
            "--max-cron-threads=0",
            f"--http-port={free_port()}",
            f"--gevent-port={free_port()}",
            "--stop-after-init",
            *options,
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
