# Copyright 2026 Odoo Integration Suite contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl)
"""Which of two snapshots of one second is the newer one.

Stripe's events count whole seconds, and an invoice is often finalised and paid within
one. Its states only ever go forward, so the further one is newer: it is told by the
microseconds of the version, which Stripe leaves empty. What this cannot decide stays a
tie, and the object is read.
"""

from . import shapes

# docs.stripe.com/invoicing/integration/workflow-transitions
_INVOICE = {"draft": 0, "open": 1, "uncollectible": 2, "paid": 3, "void": 3}
# A refund that succeeded can still fail, a payout that was paid too (docs.stripe.com/
# refunds#failed-refunds, docs.stripe.com/payouts).
_STEPS = {
    "credit_note": {"void": 1},
    # Of one that needs the customer, the bank's part may come before or after.
    "refund": {
        "succeeded": 1,
        "canceled": 2,
        "failed": 2,
    },
    "dispute": {
        "warning_under_review": 1,
        "warning_closed": 2,
        "needs_response": 3,
        "under_review": 4,
        "prevented": 5,
        "won": 5,
        "lost": 5,
        # A loss comes before it, and one or a win after it: which is newer is read.
        "appeal_needs_response": 5,
        "appeal_under_review": 5,
    },
    # Nothing comes before the first payment, nothing after the end; between, a
    # subscription goes back and forth, and is read.
    "subscription": {
        "trialing": 1,
        "active": 1,
        "past_due": 1,
        "unpaid": 1,
        "paused": 1,
        "canceled": 2,
        "incomplete_expired": 2,
    },
}
_PAYOUT = {"in_transit": 1, "paid": 2, "canceled": 3, "failed": 3}


def rank(entity: str, record: dict) -> int:
    """How far an object is, from 0; nothing of it has been checked yet."""
    if entity == "invoice":
        status = record.get("status")
        return _INVOICE.get(status, 0) if isinstance(status, str) else 0
    if record.get("object") == "charge":
        return _charge(record)
    if entity == "payout":
        return _payout(record)
    steps = _STEPS.get(entity, {})
    status = record.get("status")
    return steps.get(status, 0) if isinstance(status, str) else 0


def _charge(record: dict) -> int:
    """Pending, reserved or failed, captured, in the balance."""
    if record.get("status") == "failed":
        return 1
    if record.get("status") != "succeeded":
        return 0
    if record.get("captured") is False:
        return 1
    return 3 if shapes.identifier(record.get("balance_transaction")) else 2


def _payout(record: dict) -> int:
    """By its status; within it, one whose list of transactions is final is newer."""
    status = record.get("status")
    step = _PAYOUT.get(status, 0) if isinstance(status, str) else 0
    return 2 * step + (record.get("reconciliation_status") == "completed")


def refine(version: str, number: int) -> str:
    """A version of :mod:`engine.versions` with the rank in its empty microseconds.

    >>> refine("2026-11-22T01:39:24.000000Z", 3)
    '2026-11-22T01:39:24.000003Z'
    """
    whole = version.endswith(".000000Z")
    return f"{version[:-8]}.{number:06d}Z" if whole else version
