# Copyright 2026 Odoo Integration Suite contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl)
"""Random histories of money, through the real path: three books agree to the cent.

Each history goes on where the one before ended, and all books are compared after each:
Odoo's trial balance, the simulator's own ledger, and the reconciliation.
"""

import os
import random
import time

from e2e.money_oracle import Trial

from simulators.stripe_random_money import RandomMoney

HISTORIES = int(os.environ.get("E2E_HISTORIES") or 40)
DAY = 86400


def test_histories_agree_to_the_cent(make_settled, sim, seed, tell):
    rng = random.Random(f"{seed}:world")
    sim.balances = ["eur", "usd"]
    sim.fee_tax = "19"
    sim.sender._random.seed(seed)
    hub = make_settled(settled=("EUR", "USD")).live()
    sim.clock.freeze(int(time.time()) - 90 * DAY)
    draw = RandomMoney(sim, seed)
    hub.settle()
    hub.map_taxes()
    sim.sender.configure(paused=True, duplicates=(1, 3), retry_for=400 * DAY)
    started = time.monotonic()
    for number in range(1, HISTORIES + 1):
        before = set(sim.events)
        told = draw.history()
        count = hub.deliver_history(before, rng.choice(("old", "new", "both")))
        tell(hub.wait_rest(), hub.waiting()[:5])
        hub.read_movements()
        states = hub.all_done()
        seconds = time.monotonic() - started
        tell(f"history {number}: {count} deliveries, {seconds:.0f} s, {dict(told)}")
        assert hub.open_exceptions() == [], states
        found = Trial(hub).differences()
        assert found == [], "\n".join(found[:40])
