# Copyright 2026 Odoo Integration Suite contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl)
"""Stripe's documents in Odoo's books: each once, to the cent, come what may."""

import os
import secrets
import time

from e2e import ledger_oracle
from e2e.accounting import Books

from simulators.stripe_random import RandomInvoices

DAY = 86400


def test_thirty(stack, sim, capsys):
    seed = os.environ.get("E2E_SEED") or secrets.token_hex(4)
    with capsys.disabled():
        print(f"\n  E2E_SEED={seed}")
    hub = Books(stack, sim, "thirty")
    sim.sender.configure(paused=True)
    hub.live()
    try:
        sim.clock.freeze(int(time.time()) - 20 * DAY)
        draw = RandomInvoices(sim, seed)
        sim.sender.configure(paused=False)
        hub.settle()
        hub.map_taxes()
        sim.sender.configure(paused=True)
        for _number in range(30):
            sim.clock.advance(3600)
            draw.live(draw.invoice()["id"])
        sim.clock.unfreeze()
        started = time.monotonic()
        sim.sender.flush(shuffle=True)
        states = hub.settle()
        with capsys.disabled():
            print(f"  {states} after {time.monotonic() - started:.0f} s")
            for event in hub.events("state NOT IN ('done', 'skipped')"):
                print("  ", event)
        books = ledger_oracle.Books(hub)
        found = books.differences()
        assert found == [], "\n".join(found)
        assert books.sums() == books.expected_sums()
    finally:
        hub.retire()
