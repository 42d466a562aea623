# Copyright 2026 Odoo Integration Suite contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl)
"""Random histories of money, through the real path: three books agree to the cent.

Odoo's trial balance, the simulator's own ledger and the reconciliation are compared
after every few histories; then faults are planted, found and mended. The whole of it is
said again by ``E2E_SEED``; ``benchmarks/histories.py`` plays thousands.
"""

import os

from e2e.histories import BALANCES, World

HISTORIES = int(os.environ.get("E2E_HISTORIES") or 40)
# So many of them are sent at once, in no order.
AT_ONCE = 5
FAULTS = 3


def test_histories_agree_to_the_cent(make_settled, sim, seed, tell):
    sim.balances = list(BALANCES[0])
    settled = tuple(name.upper() for name in sim.balances)
    world = World(make_settled(settled=settled), sim, f"{seed}:money", tell)
    for number in range(0, HISTORIES, AT_ONCE):
        world.play(min(AT_ONCE, HISTORIES - number), FAULTS if number % 15 == 5 else 0)
    tell(f"{world.played} histories: {dict(world.draw.total)}")
    tell(f"planted: {dict(world.planted)}")
    tell(f"seconds: { {name: round(s) for name, s in world.seconds.items()} }")
