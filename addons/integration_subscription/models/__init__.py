# Copyright 2026 Odoo Integration Suite contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl)
# ruff: isort: skip_file
# Order matters: a model stands after those it inherits from.
from . import connector
from . import subscription
from . import subscription_next
from . import subscription_line
from . import account_move
from . import res_partner
from . import entitlement
from . import entitlement_summary
from . import res_partner_entitlement
from . import entity_mirrored
from . import entity_subscription
from . import entity_subscription_lines
from . import entity_subscription_notes
from . import entity_invoice
from . import entity_entitlement
from . import presentation
