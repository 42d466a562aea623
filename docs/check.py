# Copyright 2026 Odoo Integration Suite contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl)
"""Checks that what the documents say is there: ``./run python docs/check.py``.

* every relative link leads to a file, and its ``#part`` to a heading;
* a link whose text is a name in code style and whose target is Python: the file
  defines the name;
* a code block after ``<!-- from: path -->`` is text of that file, word for word;
* ``docs/write-an-adapter.md`` names every hook of ``integration.adapter``;
* ``docs/coverage.md`` has each requirement once, with a state it may have.

Exit code 1 when something is wrong; each problem is one line ``file:line: what``.
"""

import re
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
DOCUMENTS = (
    "README.md",
    "CONTRIBUTING.md",
    "docs/**/*.md",
    "benchmarks/*.md",
    "tests/simulators/*.md",
    "addons/*/readme/*.md",
)
LINK = re.compile(r"\[((?:[^\[\]]|!\[[^\]]*\]\([^)]*\))*)\]\(([^()\s]+)\)")
NAME = re.compile(r"`_?[A-Za-z][A-Za-z0-9_]*`\Z")
QUOTE = re.compile(r"<!-- from: (\S+) -->\n```\w*\n(.*?)\n```", re.DOTALL)
FENCE = re.compile(r"^```.*?^```", re.DOTALL | re.MULTILINE)
ROW = re.compile(r"^\| (\d+) \|.*\| ([^|]+) \|$", re.MULTILINE)
ADAPTER = ROOT / "addons/integration_core/models/adapter.py"
HOOK = re.compile(r"^    (?:def )?(_[a-z_]+)(?:\(|: tuple = | = )", re.MULTILINE)
REQUIREMENTS = 294
STATES = {"works", "part", "not yet"}


def line_of(text, position):
    return text.count("\n", 0, position) + 1


def anchors(path):
    """Headings of a document as GitHub names them."""
    text = FENCE.sub("", path.read_text())
    for title in re.findall(r"^#+ +(.+)$", text, re.MULTILINE):
        plain = re.sub(r"\[([^\]]*)\]\([^)]*\)", r"\1", title).lower()
        yield re.sub(r"[^\w\- ]", "", plain).strip().replace(" ", "-")


def defines(path, name):
    """Whether a Python file has a function, class or constant of that name."""
    pattern = rf"^\s*(?:def|class) {name}\b|^\s*{name}(?:: .*)? = "
    return re.search(pattern, path.read_text(), re.MULTILINE)


def check_links(path, text):
    for match in LINK.finditer(FENCE.sub(lambda m: "\n" * m[0].count("\n"), text)):
        label, target = match[1], match[2]
        if re.match(r"[a-z]+:", target):
            continue
        file_name, _hash, part = target.partition("#")
        found = (path.parent / file_name).resolve() if file_name else path
        if not found.exists():
            yield match.start(), f"{target} does not exist"
        elif part and part not in anchors(found):
            yield match.start(), f"{target} has no such heading"
        elif NAME.match(label) and found.suffix == ".py":
            name = label.strip("`")
            if name != found.stem and not defines(found, name):
                yield match.start(), f"{file_name} does not define {label}"


def check_quotes(path, text):
    for match in QUOTE.finditer(text):
        source = ROOT / match[1]
        if not source.is_file():
            yield match.start(), f"{match[1]} does not exist"
        elif match[2] not in source.read_text():
            yield match.start(), f"the quotation differs from {match[1]}"


def check_hooks(path, text):
    if path.name != "write-an-adapter.md":
        return
    for name in HOOK.findall(ADAPTER.read_text()):
        if name not in ("_name", "_description") and f"| `{name}` |" not in text:
            yield 0, f"the hook {name} is not explained"


def check_coverage(path, text):
    if path.name != "coverage.md":
        return
    rows = list(ROW.finditer(text))
    numbers = [int(row[1]) for row in rows]
    if sorted(numbers) != list(range(1, REQUIREMENTS + 1)):
        yield 0, f"{len(numbers)} rows, each of 1 to {REQUIREMENTS} is needed once"
    for row in rows:
        if row[2].strip() not in STATES:
            yield row.start(), f"{row[1]} has the state “{row[2].strip()}”"


CHECKS = (check_links, check_quotes, check_hooks, check_coverage)


def problems():
    """Yield each problem of each document as text."""
    for pattern in DOCUMENTS:
        for path in sorted(ROOT.glob(pattern)):
            text = path.read_text()
            for check in CHECKS:
                for position, what in check(path, text):
                    where = f"{path.relative_to(ROOT)}:{line_of(text, position)}"
                    yield f"{where}: {what}"


def main():
    found = list(problems())
    print("\n".join(found) or "The documents agree with the code.")
    return bool(found)


if __name__ == "__main__":
    sys.exit(main())
