# Copyright 2026 Odoo Integration Suite contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl)
from . import (
    account_proposal,
    account_proposal_line,
    period_decision,
    value_map_choice,
)
