# Copyright 2026 Odoo Integration Suite contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl)
"""What stands on the other side of the clearing account, for each kind of movement.

Pure data. The gross amount of a movement and its fee are two legs, never netted: the
clearing account shows both, as the statement of the gateway does.
"""

# Other sides that are accounts of the gateway journal, by the name of their field.
FEES = "fee_account_id"
FEE_TAX = "fee_tax_account_id"
DISPUTES = "dispute_account_id"
CHARGEBACKS = "chargeback_account_id"
TRANSIT = "transit_account_id"
RESERVES = "reserve_account_id"
ADJUSTMENTS = "adjustment_account_id"

# What an approval covers besides journal, clearing and fee account.
OTHER_ACCOUNTS = (
    FEE_TAX,
    DISPUTES,
    CHARGEBACKS,
    TRANSIT,
    RESERVES,
    ADJUSTMENTS,
)

# Asked for before activation; reserves and adjustments are rare and say so themselves.
NEEDED = (FEES, DISPUTES, CHARGEBACKS, TRANSIT)

# Other sides that are found otherwise.
NONE = ""  # another entry books it: that of the payment
RECEIVABLE = "receivable"  # the account of the customer who paid
ASK = "ask"  # nobody can know: a person says it

# Category → where the other side of its gross amount is. The names are for good: they
# are those of the common format.
OTHER_SIDE = {
    "charge": NONE,
    "charge_failure": RECEIVABLE,
    "refund": RECEIVABLE,
    "refund_failure": RECEIVABLE,
    "dispute": DISPUTES,
    "dispute_reversal": DISPUTES,
    "fee": FEES,
    "tax": FEE_TAX,
    "network_cost": FEES,
    "payout": TRANSIT,
    "payout_reversal": TRANSIT,
    "hold": RESERVES,
    "release": RESERVES,
    "topup": TRANSIT,
    "topup_reversal": TRANSIT,
    "adjustment": ASK,
    "transfer": ASK,
}

# Kind of a fee → where it is booked.
FEE_KINDS = {
    "processing": FEES,
    "application": FEES,
    "tax": FEE_TAX,
    "passthrough": FEES,
    "withheld_tax": FEE_TAX,
    "other": FEES,
}

# What may stand in for an account that was not chosen.
SUBSTITUTES = {FEE_TAX: FEES}

# Categories that are about a payment: they name one, and get its customer.
OF_PAYMENTS = frozenset(
    {
        "charge",
        "charge_failure",
        "refund",
        "refund_failure",
        "dispute",
        "dispute_reversal",
    }
)
