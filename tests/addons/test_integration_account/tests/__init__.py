# Copyright 2026 Odoo Integration Suite contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl)
# ruff: isort: skip_file
from . import test_defaults
from . import test_invoice
from . import test_payment
from . import test_tax_rate
from . import test_period
from . import test_period_decision
from . import test_period_reconciled
from . import test_period_path
from . import test_payment_currency
from . import test_payment_allocation
from . import test_invoice_lines
from . import test_invoice_taxes
from . import test_product
from . import test_price
from . import test_payment_refusal
from . import test_payment_known
from . import test_payment_elsewhere
from . import test_payment_once
from . import test_proposal
from . import test_invoice_refused
from . import test_invoice_match
from . import test_invoice_status
from . import test_master_cost
from . import test_tax_story
from . import test_payment_batch
