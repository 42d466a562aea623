# Copyright 2026 Odoo Integration Suite contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl)
from . import (
    test_amounts,
    test_entitlement,
    test_subscription,
    test_subscription_invoices,
    test_subscription_tour,
)
