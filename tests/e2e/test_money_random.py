# Copyright 2026 Odoo Integration Suite contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl)
"""Random invoices: nearly all are posted, every posted one is right to the cent."""

import collections
import os
import time

from e2e import ledger_oracle
from e2e.accounting import OLD_SHAPE

from simulators.stripe_random import RandomInvoices

INVOICES = int(os.environ.get("E2E_RANDOM") or 300)
DAY = 86400
SHARE = 0.99
# Who may stand between a document and the books. Anything else is a fault of ours.
NAMED = {"mapping", "business_rule"}


def test_random_invoices_are_right(make_books, sim, seed, tell):
    """Read in pages, half in each shape: discounts, taxes, currencies, quantities."""
    sim.sender.configure(paused=True)
    sim.clock.freeze(int(time.time()) - 40 * DAY)
    hub = make_books().live()
    draw = RandomInvoices(sim, f"{seed}:random", customers=40, decimals=True)
    hub.load("tax_rate")
    hub.map_taxes()
    started = time.monotonic()
    finalise(sim, draw, INVOICES // 2)
    hub.load("customer", "product", "price", "invoice")
    hub.wait_rest()
    finalise(sim, draw, INVOICES - INVOICES // 2)
    hub.change_version(OLD_SHAPE)
    hub.load("product", "price", "invoice")
    hub.wait_rest()

    books = ledger_oracle.Books(hub)
    drawn = len(books.ledger.invoices)
    missing = set(books.ledger.invoices) - set(books.moves)
    causes = collections.Counter(why(hub, invoice) for invoice in missing)
    tell(
        f"{drawn} drawn, {len(books.moves)} posted in {time.monotonic() - started:.0f}"
        f" s; {dict(books.currencies())}; not posted: {dict(causes) or 'none'}"
    )
    found = books.differences(excused=missing)
    assert found == [], "\n".join(found[:40])
    assert books.half_done() == []
    assert {error_class for error_class, _cause, _message in causes} <= NAMED
    assert len(books.moves) >= SHARE * drawn


def finalise(sim, draw: RandomInvoices, count: int) -> None:
    for _number in range(count):
        sim.clock.advance(draw.rng.randrange(1, 5000))
        sim.finalize_invoice(draw.invoice()["id"])


def why(hub, invoice: str) -> tuple[str, str, str]:
    """(error class, cause, message) that a person reads about a document."""
    rows = hub.stack.sql(
        "SELECT error_class, cause, message FROM integration_exception "
        "WHERE connector_id = %s AND external_id = %s AND state = 'open'",
        hub.id,
        invoice,
    )
    assert rows, f"{invoice} is not in Odoo, and nobody is told"
    return rows[0]
