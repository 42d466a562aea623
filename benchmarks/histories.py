# Copyright 2026 Odoo Integration Suite contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl)
"""Do thousands of random histories of money agree to the cent?

The same worlds as in ``tests/e2e/test_to_the_cent.py``: web and jobs servers, a Stripe,
signed messages in copies and in no order, faults that are planted and must be found. A
world is a connector of its own, with one balance or several; its seed is made of the
seed that is printed and its number.

It takes hours and may be interrupted: worlds that are done are kept in
``.local/bench/histories-<seed>.json``, the same command goes on. ``--seed=X`` begins
another series, ``--world=3`` plays one of it again, ``--quick`` a single small one.
"""

import argparse
import json
import os
import random
import sys
import time

from _lib import KEPT, ROOT, Report

CLUSTER = "histories"
HISTORIES = 2000
AT_ONCE = 8
FAULTS = 3


def arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--quick", action="store_true", help="8 histories")
    parser.add_argument("--rounds", type=int, default=HISTORIES, help="histories")
    parser.add_argument("--seed", help="a series; the last one that is not done")
    parser.add_argument("--world", type=int, help="play only this one, again")
    return parser.parse_args()


def enter() -> None:
    """Run this file again with a PostgreSQL of its own, which it may kill."""
    if os.environ.get("PG_CLUSTER") != CLUSTER:
        environment = dict(os.environ, PG_CLUSTER=CLUSTER)
        os.execvpe(ROOT / "run", ["run", "python", *sys.argv], environment)


class Series:
    """What was played of one seed, kept after each world."""

    def __init__(self, seed: str | None):
        seed = (
            seed or self._unfinished() or f"{random.SystemRandom().getrandbits(32):08x}"
        )
        self.seed, self.path = seed, KEPT / f"histories-{seed}.json"
        self.worlds: dict[str, dict] = {}
        if self.path.exists():
            self.worlds = json.loads(self.path.read_text())["worlds"]

    @staticmethod
    def _unfinished() -> str | None:
        for path in sorted(KEPT.glob("histories-*.json"), reverse=True):
            kept = json.loads(path.read_text())
            if not kept["done"]:
                return kept["seed"]
        return None

    @property
    def played(self) -> int:
        return sum(world["histories"] for world in self.worlds.values())

    def keep(self, number: int, world: dict, wanted: int) -> None:
        self.worlds[str(number)] = world
        KEPT.mkdir(parents=True, exist_ok=True)
        kept = {
            "seed": self.seed,
            "done": self.played >= wanted,
            "worlds": self.worlds,
        }
        self.path.write_text(json.dumps(kept, indent=1))

    def next_number(self) -> int:
        return next(n for n in range(len(self.worlds) + 1) if str(n) not in self.worlds)


def play(stack, seed: str, number: int, histories: int) -> dict:
    """One world; returns what happened in it.

    :raises AssertionError: two of the books differ
    """
    from e2e.histories import new_world

    started = time.monotonic()
    with new_world(stack, seed, number, lambda text: print(" ", text)) as world:
        while world.played < histories:
            world.play(min(AT_ONCE, histories - world.played), FAULTS)
    return {
        "histories": histories,
        "seconds": round(time.monotonic() - started),
        "balances": world.sim.balances,
        "happened": dict(world.draw.total),
        "planted": dict(world.planted),
    }


def main():
    args = arguments()
    enter()
    sys.path.insert(0, str(ROOT / "tests"))
    from e2e.histories import IN_WORLD
    from e2e.stack import Stack

    wanted = 8 if args.quick else args.rounds
    series = Series(args.seed)
    args.rounds, args.seed = wanted, series.seed
    report = Report(args)
    report.say(f"{series.played} of {wanted} histories of seed {series.seed} are done")
    stack = Stack()
    try:
        stack.start()
        if args.world is not None:
            play(stack, series.seed, args.world, min(wanted, IN_WORLD))
            return
        while series.played < wanted:
            number = series.next_number()
            size = min(IN_WORLD, wanted - series.played)
            series.keep(number, play(stack, series.seed, number, size), wanted)
            report.say(f"world {number} agrees: {series.played} of {wanted}")
    finally:
        stack.stop()
    tell(report, series)


def tell(report: Report, series: Series) -> None:
    worlds = series.worlds.values()
    seconds = sum(world["seconds"] for world in worlds)
    planted = sum(sum(world["planted"].values()) for world in worlds)
    report.figure("histories that agree to the cent", series.played)
    report.figure("faults planted, found and mended", planted)
    report.figure("seconds a history", seconds / max(series.played, 1), "s")
    report.finish()


if __name__ == "__main__":
    main()
