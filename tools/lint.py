# Copyright 2026 Odoo Integration Suite contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl)
"""Static checks of the whole project, behind ``./run lint``.

Every check is a function that yields problems as text, ``file[:line]: what``. Its first
docstring line is the name it is shown with. Exit code 1 when any check finds a problem.
"""

import ast
import csv
import json
import re
import subprocess
import sys
import time
from collections import Counter
from functools import cache
from pathlib import Path

from lxml import etree

ROOT = Path(__file__).resolve().parent.parent
ADDONS = ROOT / "addons"

#: Outside systems. Their names belong into their own addon ``integration_<system>``.
SYSTEMS = (
    "adyen braintree chargebee freshdesk gocardless hubspot intercom magento mollie "
    "netsuite paypal pipedrive quickbooks salesforce shopify stripe woocommerce xero "
    "zendesk zuora"
).split()
#: Hosts of package registries, in halves so that this file passes its own check.
REGISTRY_HOSTS = [
    name + ending
    for name, ending in (
        ("pypi", ".org"),
        ("pythonhosted", ".org"),
        ("npmjs", ".org"),
        ("npmjs", ".com"),
        ("debian", ".org/debian"),
        ("deb.debian", ".org"),
        ("nodesource", ".com"),
        ("docker", ".io"),
        ("ghcr", ".io"),
        ("quay", ".io"),
    )
]
#: Folders that exist on one developer's machine only.
MACHINE_PATHS = ["/" + "work/main", "/" + "work/shared", "/" + "root/"]
TEXT = {
    ".py",
    ".xml",
    ".csv",
    ".js",
    ".css",
    ".scss",
    ".md",
    ".json",
    ".po",
    ".pot",
} | {
    ".txt",
    ".toml",
    ".yml",
    ".yaml",
    ".conf",
    ".sh",
    ".sql",
    ".html",
    ".svg",
    "",
}
LICENCES = {"LGPL-3", "AGPL-3"}
ACL_HEADER = (
    "id,name,model_id:id,group_id:id,perm_read,perm_write,perm_create,perm_unlink"
)
MAX_LINES = 450
REQUIRED_KEYS = "name version license author category summary depends".split()


@cache
def project_files() -> tuple[Path, ...]:
    """Files git tracks or would track, without deleted ones."""
    listing = subprocess.run(
        ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"],
        cwd=ROOT,
        check=True,
        capture_output=True,
        text=True,
    ).stdout
    paths = (ROOT / name for name in sorted(set(listing.split("\0"))) if name)
    return tuple(path for path in paths if path.is_file())


def files(*suffixes, under=ROOT):
    """Project files with one of the suffixes, below a folder."""
    return [
        path
        for path in project_files()
        if path.suffix in suffixes and path.is_relative_to(under)
    ]


def manifests():
    """Yield (addon folder, manifest) of our addons, test-only addons included."""
    for path in project_files():
        if path.name == "__manifest__.py":
            try:
                yield path.parent, ast.literal_eval(path.read_text())
            except (SyntaxError, ValueError):
                yield path.parent, {}


def show(path, line=None):
    where = path.relative_to(ROOT)
    return f"{where}:{line}" if line else str(where)


def tool(*command):
    """Yield the output lines of a tool that failed."""
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True)
    if done.returncode:
        lines = [line for line in (done.stdout + done.stderr).splitlines() if line]
        yield from lines or [f"{command[0]} ended with {done.returncode}"]


def check_ruff():
    """ruff check"""
    yield from tool("ruff", "check", "--quiet", "--output-format=concise", ".")


def check_ruff_format():
    """ruff format"""
    yield from tool("ruff", "format", "--check", "--output-format=concise", ".")


def check_pylint_odoo():
    """pylint-odoo"""
    addons = [str(folder.relative_to(ROOT)) for folder, _manifest in manifests()]
    if addons:
        # Readmes are fragments in readme/; one model is deliberately cut into files by
        # topic; a swallowed error is a reviewer's question, not a rule's.
        off = "missing-readme,consider-merging-classes-inherited,except-pass"
        options = ("--rcfile=tools/pylintrc", f"--disable={off}")
        for line in tool("pylint", *options, *addons):
            if not line.startswith("****"):
                yield line


def check_xml():
    """XML: well-formed, Odoo 19 view syntax, ids unique"""
    for path in files(".xml"):
        try:
            tree = etree.parse(path)
        except etree.XMLSyntaxError as error:
            yield f"{show(path)}: {error}"
            continue
        ids = Counter(
            node.get("id")
            for node in tree.iter("record", "template")
            if node.get("model", "ir.ui.view").startswith(("ir.ui.", "ir.actions."))
        )
        for name, number in ids.items():
            if name and number > 1:
                yield f"{show(path)}: id {name} is given {number} times"
        for node in tree.iter(etree.Element):
            yield from old_view_syntax(path, node)


def old_view_syntax(path, node):
    """What Odoo refuses or ignores since 17 and 18."""
    if node.tag == "tree":
        yield f"{show(path, node.sourceline)}: <tree> is <list> since Odoo 18"
    for name in ("attrs", "states"):
        if node.get(name) is not None and node.tag != "xpath":
            yield f"{show(path, node.sourceline)}: {name}= is gone since Odoo 17"
    if node.get("name") == "view_mode" and "tree" in (node.text or ""):
        yield f"{show(path, node.sourceline)}: view mode tree is list since Odoo 18"


def check_csv():
    """CSV: access rights complete, no row without a group"""
    for path in files(".csv"):
        with path.open(newline="") as stream:
            rows = list(csv.reader(stream))
        if not rows:
            yield f"{show(path)}: empty"
            continue
        for number, row in enumerate(rows, 1):
            if len(row) != len(rows[0]):
                yield f"{show(path, number)}: {len(row)} values, {len(rows[0])} columns"
        if path.name == "ir.model.access.csv":
            yield from access_problems(path, rows)


def access_problems(path, rows):
    if ",".join(rows[0]) != ACL_HEADER:
        yield f"{show(path)}: header must be {ACL_HEADER}"
        return
    seen = set()
    for number, row in enumerate(rows[1:], 2):
        if len(row) < 8:
            continue
        if row[0] in seen:
            yield f"{show(path, number)}: id {row[0]} is given twice"
        seen.add(row[0])
        if not row[3]:
            yield f"{show(path, number)}: no group, that is everybody's right"
        if set(row[4:8]) - {"0", "1"}:
            yield f"{show(path, number)}: rights are 0 or 1"


def check_json():
    """JSON: readable"""
    for path in files(".json"):
        try:
            json.loads(path.read_text())
        except ValueError as error:
            yield f"{show(path)}: {error}"


def check_manifests():
    """manifests: keys, version, data files listed and present"""
    for folder, manifest in manifests():
        where = show(folder / "__manifest__.py")
        for key in REQUIRED_KEYS:
            if not manifest.get(key):
                yield f"{where}: no {key}"
        if not re.fullmatch(r"19\.0(\.\d+){3}", manifest.get("version", "")):
            yield f"{where}: version must look like 19.0.1.0.0"
        listed = [*manifest.get("data", ()), *manifest.get("demo", ())]
        for name in listed:
            if not (folder / name).is_file():
                yield f"{where}: {name} does not exist"
        for name, number in Counter(listed).items():
            if number > 1:
                yield f"{where}: {name} is listed {number} times"
        yield from unlisted_data(folder, listed)


def unlisted_data(folder, listed):
    for sub in ("data", "demo", "report", "security", "views", "wizards"):
        for path in files(".xml", ".csv", under=folder / sub):
            if str(path.relative_to(folder)) not in listed:
                yield f"{show(path)}: not listed in the manifest, so never loaded"


def check_licences():
    """licences: an LGPL addon depends on no AGPL addon; every file names its licence"""
    known = dict(installed_licences())
    known.update((folder.name, m.get("license")) for folder, m in manifests())
    for folder, manifest in manifests():
        where = show(folder / "__manifest__.py")
        licence = manifest.get("license")
        if licence not in LICENCES:
            yield f"{where}: licence {licence} is not one of {sorted(LICENCES)}"
        for name in manifest.get("depends", ()):
            if licence == "LGPL-3" and "AGPL" in (known.get(name) or ""):
                yield f"{where}: LGPL-3, but depends on {name}, which is AGPL-3"
    for path in files(".py"):
        text = path.read_text()
        # An __init__.py that only imports has nothing to license.
        if path.name == "__init__.py" and len(text) < 2000:
            continue
        if text.strip() and "License " not in text[:300]:
            yield f"{show(path)}: no licence header"


def installed_licences():
    """Yield (addon, licence) of the OCA addons installed beside Odoo."""
    pattern = ".local/venv/lib/python3*/site-packages/odoo/addons/*/__manifest__.py"
    for path in ROOT.glob(pattern):
        yield path.parent.name, ast.literal_eval(path.read_text()).get("license")


def check_system_names():
    """no outside system's name in the core or in a domain addon"""
    pattern = re.compile(rf"(?<![a-z])({'|'.join(SYSTEMS)})(?![a-z])", re.IGNORECASE)
    for folder, _manifest in manifests():
        if folder.parent != ADDONS or folder.name.split("_")[-1] in SYSTEMS:
            continue
        for path in files(*TEXT, under=folder):
            if found := pattern.search(path.name):
                yield f"{show(path)}: file name has {found[1]}"
            for number, line in enumerate(lines_of(path), 1):
                if found := pattern.search(line):
                    yield f"{show(path, number)}: {found[1]} belongs into its adapter"


def check_hosts_and_paths():
    """no package registry's host, no path of one machine"""
    for path in files(*TEXT):
        for number, line in enumerate(lines_of(path), 1):
            for word in REGISTRY_HOSTS + MACHINE_PATHS:
                if word in line:
                    yield f"{show(path, number)}: {word}"


def check_engine_is_pure():
    """the engine imports neither odoo nor the rest of its addon"""
    for path in files(".py", under=ADDONS / "integration_core/engine"):
        for node in ast.walk(ast.parse(path.read_text())):
            names = []
            if isinstance(node, ast.Import):
                names = [alias.name for alias in node.names]
            elif isinstance(node, ast.ImportFrom):
                names = ["." * node.level + (node.module or "")]
            for name in names:
                if name.split(".")[0] == "odoo" or name.startswith(".."):
                    yield f"{show(path, node.lineno)}: imports {name}"


def check_length():
    """length: no Python file of an addon is hard to read at a glance"""
    for path in files(".py", under=ADDONS):
        number = len(lines_of(path))
        if number > MAX_LINES:
            yield f"{show(path)}: {number} lines, at most {MAX_LINES}"


def check_shell():
    """shell: every script is read by bash"""
    for path in [ROOT / "run", ROOT / ".ci/run", *files(".sh")]:
        if path.is_file():
            yield from tool("bash", "-n", str(path))


def check_docs():
    """docs: links, function names and quotations are true, each requirement is there"""
    yield from tool(sys.executable, "docs/check.py")


@cache
def lines_of(path):
    try:
        return path.read_text().splitlines()
    except UnicodeDecodeError:
        return []


CHECKS = [
    check_ruff,
    check_ruff_format,
    check_pylint_odoo,
    check_xml,
    check_csv,
    check_json,
    check_manifests,
    check_licences,
    check_system_names,
    check_hosts_and_paths,
    check_engine_is_pure,
    check_length,
    check_shell,
    check_docs,
]


def main():
    """Run all checks; with words as arguments only those whose name has one of them."""
    words = sys.argv[1:]
    start = time.monotonic()
    total = 0
    chosen = [
        check
        for check in CHECKS
        if not words or any(word in check.__name__ for word in words)
    ]
    for check in chosen:
        began = time.monotonic()
        problems = list(check())
        total += len(problems)
        seconds = time.monotonic() - began
        sign = "FAIL" if problems else "ok  "
        print(f"{sign} {check.__doc__.splitlines()[0]} ({seconds:.1f} s)", flush=True)
        for problem in problems:
            print(f"     {problem}", flush=True)
    passed = f"{len(chosen)} checks of {len(project_files())} files"
    print(f"Lint: {passed}, {total} problems, {time.monotonic() - start:.0f} s")
    return bool(total) or not chosen


if __name__ == "__main__":
    sys.exit(main())
