# Copyright 2026 Odoo Integration Suite contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl)
"""Runs the parts of the test suite, behind ``./run test``.

``test.py "engine odoo" [FILTER …]``: every part runs in a process of its own, its
output goes to the terminal and to ``.local/log/test-<part>.log``. The last lines are
every failure with its reason, a table of the parts and the plain closing line
``N passed, N failed``.
"""

import subprocess
import sys
import time

from failures import Failure, closing
from odoo_part import odoo_tests
from part import LOGS, Result, log_suffix, say
from python_part import python_tests

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
