# Copyright 2026 Odoo Integration Suite contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl)
# ruff: isort: skip_file
# Order matters: a model stands after those it inherits from.
from . import connector
from . import gateway_journal
from . import account_tax
from . import value_map_line
from . import entity_tax_rate
from . import entity_product
from . import entity_price
from . import entity_price_list
from . import entity_price_tiers
from . import account_journal
from . import shifted_document
from . import shifted_decision
from . import period_guard
from . import outcome
from . import event
from . import presentation
from . import entity_invoice
from . import entity_invoice_match
from . import entity_invoice_values
from . import entity_invoice_taxes
from . import entity_invoice_lines
from . import entity_invoice_post
from . import entity_invoice_status
from . import account_move_line
from . import effect
from . import entity_payment
from . import entity_payment_choice
from . import entity_payment_compare
from . import entity_payment_known
from . import entity_payment_booking
from . import entity_payment_allocation
from . import entity_payment_reconcile
from . import entity_payment_result
from . import entity_payment_elsewhere
