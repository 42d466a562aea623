# Copyright 2026 Odoo Integration Suite contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl)
from odoo.tests import tagged

from .invoice_common import InvoiceCase


@tagged("post_install", "-at_install")
class TestInvoice(InvoiceCase):
    """A new invoice is posted as the other system states it."""

    def test_an_invoice_is_posted_to_the_cent(self):
        move = self._booked(self._invoice(self._line("100.00", "19.00")))
        self.assertEqual(move.move_type, "out_invoice")
        self.assertEqual(move.journal_id, self.sales)
        self.assertEqual(move.partner_id, self.partner)
        self.assertEqual(str(move.invoice_date), "2026-02-10")
        self.assertEqual(move.ref, "R-1")
        self.assertEqual(move.invoice_line_ids.tax_ids, self.tax)
