# Copyright 2026 Odoo Integration Suite contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl)
from odoo.tests import tagged

from .payment_common import PaymentCase


@tagged("post_install", "-at_install")
class TestPaymentElsewhere(PaymentCase):
    """Received outside of the system: a note and a task, no entry."""

    def _elsewhere(self, external_id="in_1", **kw):
        return self._pay(
            external_id, "in_1", "100.00", "in_1", elsewhere=True, customer=None, **kw
        )

    def test_no_entry_but_a_note_and_a_task(self):
        self.manager.group_ids |= self.env.ref("account.group_account_invoice")
        invoice = self._invoice("in_1", 100)
        mails = self.env["mail.mail"].search_count([])
        event = self._elsewhere()
        self._assert_state(event, "done")
        self.assertFalse(self._gateway_moves())
        self.assertEqual(invoice.payment_state, "not_paid")
        self.assertIn(
            "Paid outside of the system: 100.00 EUR", invoice.message_ids[0].body
        )
        self.assertEqual(invoice.activity_ids.user_id, self.manager)
        self.assertEqual(self.env["mail.mail"].search_count([]), mails)
        self.assertEqual(self._logs(event).status, "warning")
        self.assertEqual((event.model, event.res_id), ("account.move", invoice.id))

    def test_it_is_said_once(self):
        self.manager.group_ids |= self.env.ref("account.group_account_invoice")
        invoice = self._invoice("in_1", 100)
        self._elsewhere()
        notes = invoice.message_ids
        self._assert_state(self._elsewhere(at=200, method="cheque"), "done")
        self.assertEqual(invoice.message_ids, notes)
        self.assertEqual(len(invoice.activity_ids), 1)

    def test_a_person_who_may_not_see_invoices_gets_no_task(self):
        invoice = self._invoice("in_1", 100)
        self._assert_state(self._elsewhere(), "done")
        self.assertFalse(invoice.activity_ids)
        self.assertIn("outside of the system", invoice.message_ids[0].body)

    def test_a_later_payment_through_the_system_is_booked(self):
        invoice = self._invoice("in_1", 100)
        self._elsewhere("inpay_1")
        self._pay("ch_2", "pi_2", "100.00", "in_1")
        self.assertEqual(invoice.payment_state, "paid")
        self.assertEqual(len(self._payments()), 1)
