# Copyright 2026 Odoo Integration Suite contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl)
from . import (
    account_move_credit,
    connector,
    event_book_to,
    event_credit,
    event_period,
    event_solution,
    exception_period,
    settlement,
    settlement_bar,
    settlement_line,
    shifted_document,
)
