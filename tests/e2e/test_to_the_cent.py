# Copyright 2026 Odoo Integration Suite contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl)
"""Random histories of money, through the real path: three books agree to the cent.

Each history goes on where the one before ended, and all books are compared after each:
Odoo's trial balance, the simulator's own ledger, and the reconciliation.
"""

import datetime
import os
import random
import time

from e2e.money_oracle import Trial
from e2e.planting import Planter

from simulators.stripe_random_money import RandomMoney

HISTORIES = int(os.environ.get("E2E_HISTORIES") or 40)
DAY = 86400


class World:
    """One connector and its Stripe, and the histories that they live through."""

    def __init__(self, hub, sim, seed: str, tell):
        self.hub, self.sim, self.tell = hub, sim, tell
        self.rng = random.Random(f"{seed}:world")
        self.begin = datetime.date.today() - datetime.timedelta(days=91)
        sim.fee_tax = "19"
        sim.sender._random.seed(seed)
        hub.live()
        sim.clock.freeze(int(time.time()) - 90 * DAY)
        self.draw = hub.draw = RandomMoney(sim, seed)
        hub.settle()
        hub.map_taxes()
        sim.sender.configure(paused=True, duplicates=(1, 2), retry_for=400 * DAY)
        self.planter = Planter(hub, self.rng, self.begin)
        self.started = time.monotonic()
        self.times = {}

    def history(self, number: int, faults: int) -> None:
        """Play one, compare all books, spoil them, and mend them again."""
        hub, before = self.hub, set(self.sim.events)
        happened = self.draw.history()
        self._timed("deliver", hub.deliver_history, before, self._shape())
        self._timed("rest", hub.wait_rest)
        self._timed("read", hub.read_movements)
        self._timed("done", hub.all_done)
        self.check()
        planted = self.spoil(faults) if faults else []
        seconds = time.monotonic() - self.started
        self.tell(f"{number}: {seconds:.0f} s, {dict(happened)}")
        for plant in planted:
            self.tell(f"   {plant.what}: {sorted(plant.variances)}")

    def _timed(self, name, what, *args):
        started = time.monotonic()
        result = what(*args)
        self.times[name] = self.times.get(name, 0) + time.monotonic() - started
        return result

    def _shape(self) -> str:
        return self.rng.choice(("old", "old", "new", "new", "both"))

    def check(self) -> None:
        """All three books agree, and nobody waits for anything."""
        assert self.hub.open_exceptions() == []
        found = self._timed("trial", Trial(self.hub).differences)
        assert found == [], "\n".join(found[:40])
        found = self._timed("compare", self.compare)
        assert found == set(), self._story(found, [])

    def compare(self) -> set:
        return self.hub.reconcile(self.begin, datetime.date.today())

    def _story(self, differing: set, planted: list) -> str:
        told = [f"{sorted(differing)} although only these were planted:"]
        return "\n".join([*told, *(p.what for p in planted), self.hub.explain()])

    def spoil(self, faults: int) -> list:
        """Plant faults: the reconciliation finds these, rightly named, and no other."""
        kinds = self.rng.sample(Planter.KINDS, faults)
        planted = [plant for kind in kinds if (plant := self.planter.plant(kind))]
        wanted = set().union(*(plant.variances for plant in planted))
        found = self.compare()
        assert found == wanted, self._story(found ^ wanted, planted)
        for plant in planted:
            if plant.undo:
                plant.undo()
        fetched = set().union(*(plant.variances for plant in planted if plant.fetched))
        if fetched:
            self.hub.fetch_differences({key for _check, _kind, key in fetched})
        self.planter.forget()
        self.check()
        return planted


def test_histories_agree_to_the_cent(make_settled, sim, seed, tell):
    sim.balances = ["eur", "usd"]
    world = World(make_settled(settled=("EUR", "USD")), sim, seed, tell)
    for number in range(1, HISTORIES + 1):
        world.history(number, faults=3 if number % 4 == 0 else 0)
    tell(dict(world.draw.total))
    tell({name: round(seconds) for name, seconds in world.times.items()})
