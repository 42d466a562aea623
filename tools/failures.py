# Copyright 2026 Odoo Integration Suite contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl)
"""Why tests failed: collected from each part, told in the last lines of ``./run test``.

Whoever sees the end of a log, and no more of it, sees the reasons.
"""

import collections
import re
import xml.etree.ElementTree as ET
from dataclasses import dataclass, field
from pathlib import Path

#: Begins the line that tests/conftest.py writes right after a failed test.
MARK = "!! "
HEAD, TAIL, SHOWN = 12, 28, 10
WIDTH = 600
_PLACE = re.compile(r'^\s*File "(?P<path>[^"]+)", line (?P<line>\d+)')


@dataclass
class Failure:
    """One failed test, or one error outside of any."""

    name: str
    reason: str
    lines: list[str] = field(default_factory=list)


class Watch:
    """Reads the output of pytest while it comes, for when no report is written."""

    def __init__(self):
        self.told: list[Failure] = []
        self.last = collections.deque(maxlen=20)

    def read(self, line: str) -> None:
        self.last.append(line)
        if line.startswith(MARK):
            name, _, reason = line.removeprefix(MARK).partition(": ")
            self.told.append(Failure(name, reason))

    def explain(self, failures: list[Failure]) -> list[Failure]:
        """The same with the reasons that were told: they name the places."""
        told = {f.name.split(" (")[0]: f.reason for f in self.told}
        return [Failure(f.name, told.get(f.name, f.reason), f.lines) for f in failures]

    def unfinished(self, part: str, reason: str) -> list[Failure]:
        """What is known of a run that was cut: its last lines show where it stood."""
        return [*self.told, Failure(part, reason, list(self.last))]


def of_junit(report: Path) -> list[Failure]:
    """Failures of a finished run of pytest, with their tracebacks."""
    found = []
    for case in ET.parse(report).getroot().iter("testcase"):
        for problem in (*case.iterfind("failure"), *case.iterfind("error")):
            lines = (problem.text or "").splitlines()
            message = problem.get("message", "").splitlines()
            reason = _cut(" ".join(" ".join(message[:3]).split()))
            found.append(Failure(_node(case), reason, lines))
    return found


def of_odoo(name: str, lines: list[str]) -> Failure:
    """A failed test of Odoo from what it logged: a traceback, then the exception."""
    places = [match for line in lines if (match := _PLACE.match(line))]
    indented = [i for i, line in enumerate(lines) if line.startswith("  ")]
    after = lines[indented[-1] + 1 :] if indented else lines
    said = next((line for line in after if line.strip()), "")
    ours = [p for p in places if "/tests/" in p["path"]] or places
    place = f"{Path(ours[-1]['path']).name}:{ours[-1]['line']}: " if ours else ""
    return Failure(name, _cut(f"{place}{said.strip()}"), lines)


def closing(failures: list[tuple[str, Failure]]) -> list[str]:
    """The last lines: tracebacks first, then one line each.

    :param failures: (part, failure) in the order in which they happened
    """
    if not failures:
        return []
    text = [""]
    for (part, _reason), group in list(_by_reason(failures).items())[:SHOWN]:
        text.append(f"--- {part}: {group[0].name}{_more(group)}")
        text += [f"    {line}" for line in _short(group[0].lines)]
    if len(_by_reason(failures)) > SHOWN:
        text.append(f"--- and {len(_by_reason(failures)) - SHOWN} more, see the logs")
    text += ["", "What failed, and why:"]
    for (part, reason), group in list(_by_reason(failures).items())[:50]:
        text.append(f"  {part}: {group[0].name}{_more(group)}: {reason}")
    return text


def _by_reason(failures: list[tuple[str, Failure]]) -> dict[tuple, list[Failure]]:
    """What a broken fixture does to a hundred tests is said once."""
    groups: dict[tuple, list[Failure]] = {}
    for part, failure in failures:
        groups.setdefault((part, failure.reason), []).append(failure)
    return groups


def _more(group: list[Failure]) -> str:
    return f" and {len(group) - 1} more" if len(group) > 1 else ""


def _node(case) -> str:
    """``tests/e2e/test_x.py::test_y`` of a test case in the report."""
    parts = case.get("classname", "").split(".")
    file = next((i for i, part in enumerate(parts) if part.startswith("test_")), None)
    if file is None:  # a module that cannot be imported
        return case.get("name", "")
    path = "/".join(parts[: file + 1])
    return "::".join([f"{path}.py", *parts[file + 1 :], case.get("name", "")])


def _short(lines: list[str]) -> list[str]:
    if len(lines) <= HEAD + TAIL:
        return lines
    left_out = f"… {len(lines) - HEAD - TAIL} lines …"
    return [*lines[:HEAD], left_out, *lines[-TAIL:]]


def _cut(text: str) -> str:
    return text if len(text) <= WIDTH else f"{text[:WIDTH]}…"
