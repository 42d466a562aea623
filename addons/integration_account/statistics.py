# Copyright 2026 Odoo Integration Suite contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl)
"""Keeps PostgreSQL from guessing while the books are still almost empty."""

# Below that many journal items their distribution changes with every batch.
FEW = 2000


def refresh(cr) -> None:
    """Count the tables of the books again, as long as they hold little.

    When Odoo posts, it joins journal items with each other
    (``account.move._compute_reconciled_payment_ids``). PostgreSQL that has not counted
    the tables yet, as in the first minute of a new database, compares each with each:
    a batch of 100 documents takes minutes instead of seconds. Counting few rows is
    cheap and sees those of this transaction; later autovacuum does it.
    """
    cr.execute(
        "SELECT reltuples FROM pg_class WHERE oid = 'account_move_line'::regclass"
    )
    if cr.fetchone()[0] < FEW:
        cr.execute(
            "ANALYZE account_move, account_move_line, account_payment, "
            "account_partial_reconcile"
        )
