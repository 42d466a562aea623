# Copyright 2026 Odoo Integration Suite contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl)
"""Command line of the Stripe simulator: ``python tests/simulators/stripe.py serve``."""

import argparse
import logging
import signal
import threading
from pathlib import Path

from .stripe import StripeSimulator
from .stripe_business import Business
from .stripe_render import NEWEST


def parser() -> argparse.ArgumentParser:
    top = argparse.ArgumentParser(prog="stripe.py", description=__doc__)
    commands = top.add_subparsers(dest="command", required=True)
    serve = commands.add_parser("serve", help="answer requests until stopped")
    add = serve.add_argument
    add("--host", default="127.0.0.1")
    add("--port", type=int, default=8090)
    add("--key", default="sk_test_demo", help="the secret API key")
    add("--account", default="acct_1SimulatorDemo00")
    add("--livemode", action="store_true", help="live instead of test data")
    add("--api-version", default=NEWEST, help="the account's default version")
    add("--state", type=Path, help="directory that keeps the state over restarts")
    add("--seed", help="makes ids and weather repeat")
    add("--business", action="store_true", help="keep customers coming and changing")
    add("--pace", type=float, default=6.0, help="seconds between two things")
    add("--verbose", action="store_true", help="print every request")
    return top


def main(argv: list[str] | None = None) -> int:
    options = parser().parse_args(argv)
    logging.basicConfig(
        level=logging.DEBUG if options.verbose else logging.INFO,
        format="%(asctime)s %(levelname)s %(message)s",
    )
    try:
        sim = StripeSimulator(
            port=options.port,
            key=options.key,
            account=options.account,
            livemode=options.livemode,
            seed=options.seed,
            api_version=options.api_version,
            state=options.state,
            host=options.host,
        )
    except OSError as error:
        print(f"Port {options.port} of {options.host} cannot be used: {error.strerror}")
        return 1
    stop = threading.Event()
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, lambda *_args: stop.set())
    if options.business:
        sim.business = Business(sim, options.pace)
        sim.business.start()
    sim.start()
    print(
        f"Stripe simulator: {sim.url}, account {sim.account}, "
        f"{len(sim.customers)} customers, key {options.key}",
        flush=True,
    )
    stop.wait()
    sim.stop()
    return 0
