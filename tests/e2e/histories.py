# Copyright 2026 Odoo Integration Suite contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl)
"""Worlds in which random histories of money are played, compared, spoilt and mended."""

import contextlib
import datetime
import random
import time
from collections import Counter
from collections.abc import Iterator

from e2e.money_oracle import Trial
from e2e.peer import new_stripe
from e2e.planting import Planter
from e2e.settling import Settled

from simulators.stripe_random_money import RandomMoney

DAY = 86400
# Histories begin that long ago, so that none of them ends in the future.
AGO = 90
# Histories of one world: they have to fit into the time between its begin and today.
IN_WORLD = 40
# Of one history: how much happens in it.
STEPS = (4, 10)
# How an account may keep its money: what is not named is converted to the first.
BALANCES = (("eur", "usd"), ("eur",), ("usd", "eur", "gbp"))


@contextlib.contextmanager
def new_world(stack, seed: str, number: int, tell) -> Iterator["World"]:
    """A connector and a Stripe of its own; the number says in which currencies it
    keeps its money, and makes a seed of its own."""
    balances = BALANCES[number % len(BALANCES)]
    with new_stripe(stack.simulator_ports[0]) as sim:
        sim.balances = list(balances)
        settled = tuple(name.upper() for name in balances)
        hub = Settled(stack, sim, f"World {number} of {seed}", settled=settled)
        try:
            yield World(hub, sim, f"{seed}:{number}", tell)
        finally:
            hub.retire()


class World:
    """One connector and its Stripe; histories go on where the last one ended.

    :param hub: ``e2e.settling.Settled``, not set up
    :param tell: prints
    """

    def __init__(self, hub, sim, seed: str, tell):
        self.hub, self.sim, self.tell = hub, sim, tell
        self.rng = random.Random(f"{seed}:world")
        self.begin = datetime.date.today() - datetime.timedelta(days=AGO + 1)
        sim.fee_tax = "19"
        sim.sender._random.seed(seed)
        hub.live()
        sim.clock.freeze(int(time.time()) - AGO * DAY)
        self.draw = hub.draw = RandomMoney(sim, seed)
        hub.settle()
        hub.map_taxes()
        sim.sender.configure(paused=True, duplicates=(1, 2), retry_for=400 * DAY)
        self.planter = Planter(hub, self.rng, self.begin)
        self.played = 0
        self.planted: Counter[str] = Counter()
        self.seconds: Counter[str] = Counter()

    # -- a round -------------------------------------------------------------------

    def play(self, histories: int, faults: int = 0) -> None:
        """Let some histories happen, send all of it in copies and in no order.

        Then all books must agree; then faults are put in and found.

        :raises AssertionError: with every difference
        """
        started, before = time.monotonic(), set(self.sim.events)
        happened = Counter()
        for _number in range(histories):
            happened += self.draw.history(STEPS)
        self.played += histories
        shape = self.rng.choice(("old", "old", "new", "new", "both"))
        count = self._timed("deliver", self.hub.deliver_history, before, shape)
        self._timed("work", self.hub.wait_rest)
        self._timed("read", self.hub.read_movements)
        self._timed("work", self.hub.all_done)
        self.check()
        planted = self.spoil(faults) if faults else []
        self.tell(
            f"histories up to {self.played}: {count} messages ({shape}) in "
            f"{time.monotonic() - started:.0f} s; {_said(happened)}"
        )
        for plant in planted:
            self.tell(f"   planted and found: {plant.what}")

    def _timed(self, name, what, *args):
        started = time.monotonic()
        result = what(*args)
        self.seconds[name] += time.monotonic() - started
        return result

    def check(self) -> None:
        """All three books agree, and nobody waits for anything."""
        assert self.hub.open_exceptions() == []
        found = self._timed("trial", Trial(self.hub).differences)
        assert found == [], "\n".join(found[:40])
        found = self._timed("compare", self.compare)
        assert found == self.standing(), self._story(found ^ self.standing(), [])

    def compare(self) -> set[tuple[str, str, str]]:
        """What the reconciliation says; an entry of a payment is named by its key."""
        found = self.hub.reconcile(self.begin, datetime.date.today())
        entries = {f"account.move,{m}": k for k, m in self.hub.payment_entries()}
        return {(check, kind, entries.get(key, key)) for check, kind, key in found}

    def standing(self) -> set[tuple[str, str, str]]:
        """Differences that the histories left: money that has been charged and that
        has not reached a balance. Foreign money is not even booked."""
        return {
            (
                "balance_transaction"
                if charge["currency"] == self.hub.own
                else "payment",
                "timing",
                charge["payment_intent"] or charge["id"],
            )
            for charge in self.hub.on_its_way()
        }

    # -- faults --------------------------------------------------------------------

    def spoil(self, faults: int) -> list:
        """Plant faults: the reconciliation finds these, rightly named, and no other."""
        kinds = self.rng.sample(Planter.KINDS, faults)
        planted = [plant for kind in kinds if (plant := self.planter.plant(kind))]
        wanted = self.standing().union(*(plant.variances for plant in planted))
        found = self._timed("compare", self.compare)
        assert found == wanted, self._story(found ^ wanted, planted)
        for plant in planted:
            if plant.undo:
                plant.undo()
        fetched = set().union(*(plant.variances for plant in planted if plant.fetched))
        if fetched:
            keys = {key for _check, _kind, key in fetched}
            self._timed("fetch", self.hub.fetch_differences, keys)
        self.planter.forget()
        self.check()
        self.planted.update(kinds)
        return planted

    def _story(self, differing: set, planted: list) -> str:
        told = [f"{sorted(differing)} although only these were planted:"]
        return "\n".join([*told, *(p.what for p in planted), self.hub.explain()])


def _said(counted: Counter) -> str:
    return ", ".join(f"{count} {name}" for name, count in counted.most_common())
