# Copyright 2026 Odoo Integration Suite contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl)
"""Runs the parts of the test suite, behind ``./run test``.

``test.py "engine odoo" [FILTER …]``: every part runs in a process of its own, its
output goes to the terminal and to ``.local/log/test-<part>.log``. The last lines are
every failure with its reason, a table of the parts and the plain closing line
``N passed, N failed``.
"""

import os
import subprocess
import sys
import time
import xml.etree.ElementTree as ET

from failures import Failure, Watch, closing, of_junit
from odoo_part import odoo_tests
from part import LOGS, ROOT, RUN, Output, Result, log_suffix, say

FOLDERS = {
    "engine": "tests/engine",
    "conformance": "tests/conformance",
    "e2e": "tests/e2e",
}


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
