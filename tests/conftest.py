# Copyright 2026 Odoo Integration Suite contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl)
"""Shared by all parts: a failure says why where it happens, in one line.

pytest prints its failures after the last test; of a long run that is cut, or of which
somebody sees the middle only, nothing else tells the reason.
"""

from pathlib import Path

import pytest

MARK = "!!"
WIDTH = 600


class Reasons:
    """Writes the reason right after the progress line of a failed test."""

    def __init__(self, config):
        self.config = config

    @pytest.hookimpl(trylast=True)
    def pytest_runtest_logreport(self, report):
        if report.failed:
            self._write(report)

    @pytest.hookimpl(trylast=True)
    def pytest_collectreport(self, report):
        if report.failed:
            self._write(report)

    def _write(self, report) -> None:
        terminal = self.config.pluginmanager.getplugin("terminalreporter")
        if terminal is not None:
            stage = getattr(report, "when", "collect")
            where = f"{report.nodeid} ({stage})" if stage != "call" else report.nodeid
            _write_line(terminal, f"{MARK} {where}: {reason(report)}")


def _write_line(terminal, text: str) -> None:
    """On a line of its own, in the midst of pytest's progress."""
    # Ended at once: whoever follows the log sees it before the next test begins.
    if not terminal.showlongtestinfo:
        terminal.write("\n")  # its progress is a row of letters
    terminal.write_line(text)


def reason(report) -> str:
    """What was raised and where, in one line.

    The place in the test comes first, then where it was raised, if that is elsewhere.
    """
    crash = getattr(report.longrepr, "reprcrash", None)
    if crash is None:  # a fixture or a module that is not there
        lines = report.longreprtext.strip().splitlines()
        errors = [line[1:] for line in lines if line.startswith("E ")]
        return _one_line(errors[:1] or lines[-1:])
    places = [f"{Path(crash.path).name}:{crash.lineno}"]
    entries = getattr(report.longrepr.reprtraceback, "reprentries", [])
    first = getattr(entries[0], "reprfileloc", None) if entries else None
    if first is not None:
        place = f"{Path(first.path).name}:{first.lineno}"
        places = [place, *(p for p in places if p != place)]
    return f"{' > '.join(places)}: {_one_line(crash.message.splitlines()[:3])}"


def _one_line(lines: list[str]) -> str:
    text = " ".join(" ".join(lines).split())
    return text if len(text) <= WIDTH else f"{text[:WIDTH]}…"


def pytest_configure(config):
    config.pluginmanager.register(Reasons(config), "reasons")
