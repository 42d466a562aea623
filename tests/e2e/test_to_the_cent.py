# Copyright 2026 Odoo Integration Suite contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl)
"""Random histories of money, through the real path: three books agree to the cent.

Odoo's trial balance, the simulator's own ledger and the reconciliation are compared
after every few histories; then faults are planted, found and mended. The whole of it is
said again by ``E2E_SEED``; ``benchmarks/histories.py`` plays thousands.
"""

import itertools
import os
import time
from collections import Counter

from e2e.histories import IN_WORLD, new_world

# As many as fit into four minutes, and no fewer; or exactly E2E_HISTORIES.
AT_LEAST, SECONDS = 40, 240
# So many of them are sent at once, in no order.
AT_ONCE = 5
FAULTS = 3
# What a world costs before its first history, at least.
BEGIN = 20


class Allowance:
    """How many histories are still to be played."""

    def __init__(self):
        self.fixed = int(os.environ.get("E2E_HISTORIES") or 0)
        self.end = time.monotonic() + SECONDS
        self.played = 0
        self._before, self._round = time.monotonic(), 0.0

    def note(self, histories: int) -> None:
        self.played += histories
        now = time.monotonic()
        self._round, self._before = now - self._before, now

    def left(self, begin: int = 0) -> int:
        """:param begin: seconds that pass before the next one"""
        if self.fixed:
            return self.fixed - self.played
        fits = time.monotonic() + begin + self._round < self.end
        return max(AT_LEAST - self.played, AT_ONCE * fits)


def test_histories_agree_to_the_cent(stack, seed, tell):
    allowance, seconds, planted = Allowance(), Counter(), Counter()
    for number in itertools.count():
        with new_world(stack, f"{seed}:money", number, tell) as world:
            while (left := allowance.left()) > 0 and world.played < IN_WORLD:
                histories = min(AT_ONCE, left)
                world.play(histories, FAULTS if world.played % 15 == 5 else 0)
                allowance.note(histories)
        tell(f"world {number}: {world.played} histories, {dict(world.draw.total)}")
        seconds, planted = seconds + world.seconds, planted + world.planted
        if allowance.left(BEGIN) <= 0:
            break
    tell(f"{allowance.played} histories agree, {planted.total()} faults were planted")
    tell(f"seconds: { {name: round(s) for name, s in seconds.items()} }")
