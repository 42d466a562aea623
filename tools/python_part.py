# Copyright 2026 Odoo Integration Suite contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl)
"""A folder of pytest tests; the end-to-end tests in two stacks at once."""

import os
import subprocess
import tempfile
import xml.etree.ElementTree as ET

from failures import Failure, Watch, of_junit
from part import LOGS, ROOT, RUN, Output, Result, log_suffix, say, side_by_side, sum_up

FOLDERS = {
    "engine": "tests/engine",
    "conformance": "tests/conformance",
    "e2e": "tests/e2e",
}


def python_tests(part, words):
    """Run the part's folder; counts come from pytest's JUnit files.

    End-to-end tests wait more than they compute. Without a filter two processes share
    them file by file (tests/e2e/sharing.py), each with a PostgreSQL and servers of its
    own: these tests stop and kill them.
    """
    folder = ROOT / FOLDERS[part]
    if not any(folder.glob("**/test_*.py")):
        return Result(part, note=f"{FOLDERS[part]} has no tests yet")
    if part != "e2e":
        run = PythonRun(part, part, words)
        run.play()
        return run.result
    # Twice: once to undo pyproject.toml's -q, once for a line per test.
    words = ["-v", "-v", *words]
    with tempfile.TemporaryDirectory(prefix="e2e-") as share:
        runs = [
            PythonRun(part, name, words, {"PG_CLUSTER": name, "E2E_SHARE": share})
            for name in ("e2e", "e2e-2")
        ]
        if len(words) > 2:
            del runs[1], runs[0].environment["E2E_SHARE"]
        side_by_side([run.play for run in runs])
    return sum_up(part, [run.result for run in runs])


class PythonRun:
    """One process of pytest.

    :param name: of its log and report
    :param environment: a PG_CLUSTER is stopped afterwards
    """

    def __init__(self, part, name, words, environment=None):
        self.result, self.name = Result(part), name
        self.words, self.environment = words, environment or {}
        self.report = LOGS / f"test-{name}{log_suffix()}.xml"

    def play(self):
        """Run the tests; whatever goes wrong is in the result."""
        watch = Watch()
        try:
            self._read(watch)
        except TimeoutError as error:
            self.result.failed, self.result.note = max(1, len(watch.told)), str(error)
            self.result.failures = watch.unfinished(self.name, str(error))
        except (OSError, subprocess.SubprocessError) as error:
            self.result.failed, self.result.note = 1, str(error)
            self.result.failures = [Failure(self.name, str(error))]

    def _read(self, watch):
        self.report.unlink(missing_ok=True)
        part, result = self.result.part, self.result
        output = Output(part, self._command(), self.environment, self.name)
        try:
            for line in output.lines():
                say(f"  {line}")
                watch.read(line)
        finally:
            if "PG_CLUSTER" in self.environment:
                environment = {**os.environ, **self.environment}
                subprocess.run([RUN, "postgres", "stop"], env=environment)
        read_junit(self.report, result)
        result.failures = watch.explain(result.failures)
        code = output.process.returncode
        if code and not result.failed:
            result.failed = 1
            result.note = (
                "no test matches" if code == 5 else f"pytest ended with {code}"
            )
            result.failures = watch.unfinished(self.name, result.note)

    def _command(self):
        command = [RUN, "python", "-m", "pytest", "--color=no", "--tb=short"]
        command.append(f"--junitxml={self.report}")
        if not any(word.endswith(".py") or ".py::" in word for word in self.words):
            command.append(FOLDERS[self.result.part])
        return [*command, *self.words]


def read_junit(report, result):
    """Add what a report counts to a result, with its failures."""
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
