# Copyright 2026 Odoo Integration Suite contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl)
"""What every benchmark needs: its own environment, gates, a report that is kept."""

import argparse
import json
import os
import platform
import random
import statistics
import subprocess
import sys
from datetime import datetime, timezone
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
KEPT = ROOT / ".local" / "bench"
CLUSTER = "bench"


def enter() -> None:
    """Run this file again inside the environment of a PostgreSQL of our own.

    Its log is read for errors and counted statements, which only means something where
    nobody else works.
    """
    if os.environ.get("PG_CLUSTER") == CLUSTER:
        return
    environment = dict(os.environ, PG_CLUSTER=CLUSTER, INTEGRATION_ENVIRONMENT="test")
    environment.pop("INTEGRATION_KEYS_TEST", None)
    os.execvpe(ROOT / "run", ["run", "python", *sys.argv], environment)


def arguments(description: str, rounds: int = 5) -> argparse.Namespace:
    """Command line of a benchmark; ``--quick`` is for a look, not for a figure."""
    parser = argparse.ArgumentParser(description=description)
    parser.add_argument("--quick", action="store_true", help="2 rounds")
    parser.add_argument("--rounds", type=int, default=rounds)
    seed = random.SystemRandom().getrandbits(31)
    parser.add_argument("--seed", type=int, default=seed)
    args = parser.parse_args()
    if args.quick:
        args.rounds = 2
    enter()
    random.seed(args.seed)
    return args


def median(values) -> float:
    return statistics.median(values)


def percentile(values, share: float) -> float:
    """The value that ``share`` of all values do not exceed."""
    ordered = sorted(values)
    return ordered[min(len(ordered) - 1, int(len(ordered) * share))]


class Report:
    """Prints figures as they come, keeps them, and says which gates were not met."""

    def __init__(self, args: argparse.Namespace):
        self.name = Path(sys.argv[0]).stem
        self.figures: dict = {}
        self.failed: list[str] = []
        self.head = {
            "name": self.name,
            "at": datetime.now(timezone.utc).isoformat(timespec="seconds"),
            "rounds": args.rounds,
            "seed": args.seed,
            "load_before": os.getloadavg()[0],
            **_machine(),
        }
        for key, value in self.head.items():
            print(f"  {key:<12} {value}")
        print(flush=True)

    def say(self, text: str) -> None:
        print(f"  {text}", flush=True)

    def figure(self, name: str, value: float, unit: str = "") -> None:
        """A figure without a limit."""
        self.figures[name] = {"value": round(value, 4), "unit": unit}
        self.say(f"{name:<58} {value:10.3f} {unit}")

    def gate(self, name, value, *, most=None, least=None, aim=None, unit="") -> None:
        """A figure with a limit; ``aim`` is what we would like."""
        good = value <= most if most is not None else value >= least
        limit = f"≤ {most}" if most is not None else f"≥ {least}"
        wish = f", aim {aim}" if aim is not None else ""
        self.figures[name] = {
            "value": round(value, 4),
            "unit": unit,
            "limit": limit,
            "aim": aim,
            "good": good,
        }
        if not good:
            self.failed.append(name)
        verdict = "good" if good else "NOT REACHED"
        self.say(f"{name:<58} {value:10.3f} {unit:<6} {verdict} ({limit}{wish})")

    def finish(self) -> None:
        """Keep one JSON line; exit code 1 when a gate was not met."""
        line = dict(self.head, load_after=os.getloadavg()[0], figures=self.figures)
        KEPT.mkdir(parents=True, exist_ok=True)
        with open(KEPT / f"{self.name}.json", "a", encoding="utf-8") as handle:
            handle.write(json.dumps(line, ensure_ascii=False) + "\n")
        if self.failed:
            sys.exit("Not reached: " + "; ".join(self.failed))


def _machine() -> dict:
    with open("/proc/cpuinfo", encoding="utf-8") as handle:
        models = [line.split(":")[1].strip() for line in handle if "model name" in line]
    commit = subprocess.run(
        ["git", "-C", ROOT, "rev-parse", "--short", "HEAD"],
        capture_output=True,
        text=True,
        check=False,
    )
    return {
        "cpu": f"{os.cpu_count()} × {models[0] if models else platform.machine()}",
        "python": platform.python_version(),
        "commit": commit.stdout.strip() or "unknown",
    }
