# Copyright 2026 Odoo Integration Suite contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl)
"""Stripe's words for movements of the balance, and what they are called in common.

By ``reporting_category``, which Stripe wants accountants to use instead of ``type``
(docs.stripe.com/reports/reporting-categories, docs.stripe.com/reports/
balance-transaction-types; the list: stripe-go ``balancetransaction.go``).
"""

#: Stripe puts something aside, or gives it back: the sign says which.
RESERVE = "reserve"

#: reporting_category → category of the common format, or :data:`RESERVE`. What is not
#: here is set aside until a newer version of this addon knows it. What is booked to no
#: account by itself is an adjustment or, where it is about other accounts of a
#: platform (Connect), a transfer: an accountant chooses.
CATEGORIES = {
    "charge": "charge",
    "charge_failure": "charge_failure",
    "refund": "refund",
    "refund_failure": "refund_failure",
    "dispute": "dispute",
    "dispute_reversal": "dispute_reversal",
    "fee": "fee",
    "network_cost": "network_cost",
    "tax": "tax",
    "payout": "payout",
    "payout_reversal": "payout_reversal",
    "topup": "topup",
    "topup_reversal": "topup_reversal",
    # Reserves of Stripe's, of payment networks, of the balance that is kept back.
    "risk_reserved_funds": RESERVE,
    "payment_network_reserved_funds": RESERVE,
    "minimum_balance_hold": RESERVE,
    # The rest of an amount that was reserved on a card: nothing of it was received.
    "partial_capture_reversal": "adjustment",
    "other_adjustment": "adjustment",
    "unreconciled_customer_funds": "adjustment",
    "stripe_balance_payment_debit": "adjustment",
    "stripe_balance_payment_debit_reversal": "adjustment",
    "contribution": "adjustment",
    "climate_order_purchase": "adjustment",
    "climate_order_refund": "adjustment",
    "advance": "adjustment",
    "advance_funding": "adjustment",
    "anticipation_repayment": "adjustment",
    "financing_paydown": "adjustment",
    "financing_paydown_reversal": "adjustment",
    "financing_payout": "adjustment",
    "financing_payout_reversal": "adjustment",
    "issuing_authorization_hold": "adjustment",
    "issuing_authorization_release": "adjustment",
    "issuing_disbursement": "adjustment",
    "issuing_dispute": "adjustment",
    "issuing_transaction": "adjustment",
    # Connect.
    "connect_collection_transfer": "transfer",
    "connect_reserved_funds": "transfer",
    "platform_earning": "transfer",
    "platform_earning_refund": "transfer",
    "transfer": "transfer",
    "transfer_reversal": "transfer",
}

#: ``fee_details[].type`` (SDK ``_balance_transaction.py``) → kind of a fee; any other
#: is "other", and its description tells.
FEE_KINDS = {
    "stripe_fee": "processing",
    "application_fee": "application",
    "tax": "tax",
    "payment_method_passthrough_fee": "passthrough",
    "withheld_tax": "withheld_tax",
}

#: Only these move what a payout is made of. Others (issuing, money put aside for
#: refunds) are balances of their own. Older versions do not name any.
BALANCE_TYPES = frozenset({None, "payments"})

#: First characters of a source's id → the entity that it is; see also
#: :data:`const.PAYMENT_PATHS`.
SOURCES = {
    "ch": "payment",
    "py": "payment",
    "re": "refund",
    "pyr": "refund",
    "dp": "dispute",
    "du": "dispute",
    "pdp": "dispute",
    "po": "payout",
}

#: ``dispute.status`` (SDK ``_dispute.py``, endive) → status of the common format.
DISPUTE_STATUS = {
    "warning_needs_response": "inquiry",
    "warning_under_review": "inquiry",
    "warning_closed": "inquiry_closed",
    "needs_response": "needs_response",
    "under_review": "under_review",
    "appeal_needs_response": "needs_response",
    "appeal_under_review": "under_review",
    "won": "won",
    "lost": "lost",
    "prevented": "prevented",
}


def category(word: str, amount: int) -> str | None:
    """Category of a movement in the common format, None for an unknown one."""
    found = CATEGORIES.get(word)
    if found == RESERVE:
        return "hold" if amount < 0 else "release"
    return found


def owner(source_id: str | None) -> str | None:
    """Entity of the object that a movement is about, None where it is none of ours."""
    return SOURCES.get((source_id or "").partition("_")[0])
