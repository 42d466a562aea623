# Copyright 2026 Odoo Integration Suite contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl)
"""What ./run test says of a failure: at its place and in the last lines."""

import importlib
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

TESTS = Path(__file__).resolve().parents[1]
TOOLS = TESTS.parent / "tools"

FAILING = """
import pytest

def wait(seconds):
    raise AssertionError(f"not within {seconds} s: all at rest\\nmore")

def test_waits():
    wait(3)

def test_compares():
    assert [1, 2] == [1, 3]

@pytest.fixture
def broken():
    raise ValueError("boom")

def test_needs(broken):
    pass

def test_passes():
    pass
"""
REASONS = {
    "test_it.py::test_waits": (
        "test_it.py:8 > test_it.py:5: AssertionError: not within 3 s: all at rest more"
    ),
    "test_it.py::test_compares": "test_it.py:11: assert [1, 2] == [1, 3] At index 1",
    "test_it.py::test_needs (setup)": "test_it.py:15: ValueError: boom",
}
ODOO_LOG = """\
2026-11-22 01:00:00,1 7 INFO db odoo.addons.a.tests.test_a: Starting TestA.test_one ...
2026-11-22 01:00:00,1 7 INFO db odoo.addons.a.tests.test_a: =====
2026-11-22 01:00:00,1 7 ERROR db odoo.addons.a.tests.test_a: FAIL: TestA.test_one
Traceback (most recent call last):
  File "/x/addons/a/tests/test_a.py", line 12, in test_one
    self.check(1)
  File "/usr/lib/unittest/case.py", line 99, in assertEqual
    raise self.failureException(msg)
AssertionError: 1 != 2 : it is not equal
- 1
+ 2

2026-11-22 01:00:00,1 7 ERROR db odoo.tests.suite: ERROR: setUpClass (a.TestB)
Traceback (most recent call last):
  File "/x/addons/a/models/a.py", line 3, in run
    return 1 / 0
ZeroDivisionError: division by zero
2026-11-22 01:00:00,1 7 ERROR db odoo.addons.a.models.a: The door is open
2026-11-22 01:00:00,1 7 ERROR db odoo.tests.result: 1 failed, 1 error(s) of 9 tests \
when loading database 'db'
2026-11-22 01:00:00,1 7 ERROR db odoo.modules: At least one test failed when loading
"""


@pytest.fixture
def tools(monkeypatch):
    """tools/failures.py as a module."""
    monkeypatch.syspath_prepend(str(TOOLS))
    return importlib.import_module("failures")


def run_pytest(folder, *options) -> list[str]:
    shutil.copy(TESTS / "conftest.py", folder)
    (folder / "test_it.py").write_text(FAILING)
    command = [sys.executable, "-m", "pytest", "-p", "no:cacheprovider", *options]
    done = subprocess.run(
        [*command, "--color=no", "--tb=short", "."],
        cwd=folder,
        capture_output=True,
        text=True,
    )
    assert done.returncode == 1, done.stderr
    return done.stdout.splitlines()


@pytest.mark.parametrize("options", [["-q"], ["-v", "-v"]], ids=["letters", "lines"])
def test_a_failure_is_told_before_the_next_test_begins(tmp_path, tools, options):
    watch = tools.Watch()
    lines = run_pytest(tmp_path, *options)
    for line in lines[: next(i for i, s in enumerate(lines) if "= ERRORS" in s)]:
        watch.read(line)
    told = {failure.name: failure.reason for failure in watch.told}
    assert told.keys() == REASONS.keys()
    for name, reason in REASONS.items():
        assert told[name].startswith(reason)


def test_the_report_gives_name_reason_and_traceback(tmp_path, tools):
    watch = tools.Watch()
    for line in run_pytest(tmp_path, "-q", "--junitxml=report.xml"):
        watch.read(line)
    failures = watch.explain(tools.of_junit(tmp_path / "report.xml"))
    assert [f.name for f in failures] == [
        "test_it.py::test_waits",
        "test_it.py::test_compares",
        "test_it.py::test_needs",
    ]
    for failure, reason in zip(failures, REASONS.values(), strict=True):
        assert failure.reason.startswith(reason)
    assert any("wait(3)" in line for line in failures[0].lines)


def test_the_last_lines_are_the_reasons(tools):
    failures = [
        ("e2e", tools.Failure(f"test_{n}", f"reason {n}", ["line"] * 90))
        for n in range(12)
    ]
    lines = tools.closing(failures)
    assert lines[-12:] == [f"  e2e: test_{n}: reason {n}" for n in range(12)]
    assert "    … 50 lines …" in lines
    assert len(lines) < 500
    assert tools.closing([]) == []


def test_one_reason_of_many_failures_is_told_once(tools):
    failures = [("e2e", tools.Failure(f"test_{n}", "no server")) for n in range(100)]
    lines = tools.closing([*failures, ("odoo", tools.Failure("TestA.test", "1 != 2"))])
    assert lines[-2:] == [
        "  e2e: test_0 and 99 more: no server",
        "  odoo: TestA.test: 1 != 2",
    ]


def test_an_odoo_failure_is_told_with_its_last_line(tools, capsys):
    part = importlib.import_module("part")
    log = importlib.import_module("odoo_part").OdooLog(part.Result("odoo"))
    for line in ODOO_LOG.splitlines():
        log.read(line)
    found = [(f.name, f.reason) for f in log.result.failures]
    assert found == [
        ("TestA.test_one", "test_a.py:12: AssertionError: 1 != 2 : it is not equal"),
        ("setUpClass (a.TestB)", "a.py:3: ZeroDivisionError: division by zero"),
        ("error in the log, odoo.addons.a.models.a", "The door is open"),
    ]
    assert log.total == (2, 9)
    said = capsys.readouterr().out
    assert "!! TestA.test_one: test_a.py:12: AssertionError: 1 != 2" in said
