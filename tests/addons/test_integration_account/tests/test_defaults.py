# Copyright 2026 Odoo Integration Suite contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl)
from odoo.tests import tagged

from .common import AccountCase


@tagged("post_install", "-at_install")
class TestDefaults(AccountCase):
    """What the connector knows about Odoo's side of the money."""

    def test_a_day_is_that_of_the_company(self):
        self.company.partner_id.tz = "America/New_York"
        day = self.connector._document_date("2026-01-01T03:00:00Z")
        self.assertEqual(str(day), "2025-12-31")
