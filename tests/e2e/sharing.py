# Copyright 2026 Odoo Integration Suite contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl)
"""Two runs at once share the tests: each takes the next file that nobody has taken.

``./run test e2e`` gives both the same empty folder in E2E_SHARE; without it a run plays
all of its tests.
"""

import os
from collections import Counter
from pathlib import Path

_mine: dict[str, bool] = {}


def pytest_collection_modifyitems(items) -> None:
    """Files of few tests first: a long history that begins last is waited for."""
    if os.environ.get("E2E_SHARE"):
        tests = Counter(item.path for item in items)
        items.sort(key=lambda item: tests[item.path])


def pytest_runtest_protocol(item) -> bool | None:
    """Leave out a test, without a word, whose file the other run has taken."""
    return None if _taken(item.path) else True


def _taken(path: Path) -> bool:
    folder = os.environ.get("E2E_SHARE")
    if not folder:
        return True
    if path.name not in _mine:
        try:
            (Path(folder) / path.name).touch(exist_ok=False)
            _mine[path.name] = True
        except FileExistsError:
            _mine[path.name] = False
    return _mine[path.name]
