# Copyright 2026 Odoo Integration Suite contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl)
from . import (
    account_proposal,
    account_proposal_line,
    book_to,
    history_load,
    period_decision,
    refund_request,
    settlement_bank,
    value_map_choice,
)
