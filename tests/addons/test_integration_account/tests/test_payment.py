# Copyright 2026 Odoo Integration Suite contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl)
from odoo.tests import tagged

from .payment_common import PaymentCase


@tagged("post_install", "-at_install")
class TestPayment(PaymentCase):
    """Money received is booked once and reconciled with its invoice."""

    def test_a_charge_is_booked_and_pays_its_invoice(self):
        invoice = self._invoice("in_1", 119)
        event = self._pay(
            "ch_1", "pi_1", "119.00", "in_1", method="card", description="Order 7"
        )
        self._assert_state(event, "done")
        payment = self._payments()
        self.assertEqual(len(payment), 1)
        self.assertEqual(payment.amount, 119)
        self.assertEqual(str(payment.date), "2026-02-11")
        self.assertEqual(payment.partner_id, self.partner)
        self.assertEqual(payment.journal_id, self.gateway)
        self.assertEqual(payment.memo, "pi_1 Order 7")
        self.assertEqual(invoice.payment_state, "paid")
        self.assertEqual(invoice.amount_residual, 0)
        self.assertEqual(self._clearing_balance(), 119)
        self.assertEqual(self._record_of("ch_1", "payment"), payment)
        self.assertEqual(self._record_of("pi_1", "payment"), payment)
        self.assertTrue(self._link("pi_1", entity="payment").primary)
        self.assertFalse(self._link("ch_1", entity="payment").primary)

    def test_the_log_shows_journal_items_and_what_was_open(self):
        self._invoice("in_1", 119)
        event = self._pay("ch_1", "pi_1", "100.00", "in_1")
        log = self._logs(event)
        self.assertEqual(log.operation, "post")
        self.assertEqual(log.status, "success")
        self.assertEqual(log.amount, 100)
        ledger = log.diff["ledger"]
        self.assertEqual(ledger["total"], "0.00")
        debit, credit = ledger["rows"]
        self.assertEqual((debit["debit"], debit["credit"]), ("100.00", ""))
        self.assertIn("Clearing EUR", debit["account"])
        self.assertEqual((credit["debit"], credit["credit"]), ("", "100.00"))
        self.assertEqual(credit["partner"], "Rosa Klee")
        self.assertEqual(credit["currency"], "EUR")
        (pair,) = [v for k, v in log.diff.items() if k != "ledger"]
        self.assertEqual(pair, ["119.00 EUR", "19.00 EUR"])

    def test_the_invoice_gets_one_note_with_a_link_and_nobody_is_mailed(self):
        invoice = self._invoice("in_1", 119)
        before = self.env["mail.mail"].search_count([])
        known = invoice.message_ids
        self._pay("ch_1", "pi_1", "119.00", "in_1", method="card")
        notes = (invoice.message_ids - known).filtered(lambda m: "pi_1" in m.body)
        self.assertEqual(len(notes), 1)
        self.assertIn("Paid 119.00 EUR by card, pi_1", notes.body)
        self.assertIn("data-oe-model", notes.body)
        self.assertEqual(self.env["mail.mail"].search_count([]), before)
        self.assertFalse(notes.notified_partner_ids)

    def test_every_object_of_a_payment_meets_in_one_booking(self):
        invoice = self._invoice("in_1", 119)
        events = [
            self._pay("ch_1", "pi_1", "119.00", references=["ch_1"]),
            self._pay("inpay_1", "pi_1", None, ("in_1", "119.00")),
            self._pay("in_1", "pi_1", "119.00", "in_1"),
            self._pay("pi_1", "pi_1", "119.00", "in_1"),
        ]
        for event in events:
            self._assert_state(event, "done")
        self.assertEqual(len(self._payments()), 1)
        self.assertEqual(invoice.payment_state, "paid")
        self.assertEqual(self._clearing_balance(), 119)
        links = self.env["integration.external.id"].search(
            [("entity", "=", "payment"), ("res_id", "=", self._payments().id)]
        )
        self.assertEqual(
            set(links.mapped("external_id")), {"ch_1", "inpay_1", "in_1", "pi_1"}
        )
        self.assertEqual(links.filtered("primary").external_id, "pi_1")

    def test_order_within_a_batch_does_not_matter(self):
        invoice = self._invoice("in_1", 119)
        events = [
            self._queue("inpay_1", "pi_1", None, ("in_1", "119.00")),
            self._queue("in_1", "pi_1", "119.00", "in_1"),
            self._queue("pi_1", "pi_1", "119.00"),
            self._queue("ch_1", "pi_1", "119.00"),
        ]
        self._drain()
        for event in events:
            self._assert_state(event, "done")
        self.assertEqual(len(self._payments()), 1)
        self.assertEqual(invoice.payment_state, "paid")
        self.assertEqual(self._clearing_balance(), 119)

    def test_a_share_waits_for_its_payment_and_is_woken(self):
        invoice = self._invoice("in_1", 119)
        share = self._pay("inpay_1", "pi_1", None, ("in_1", "119.00"))
        self._assert_state(share, "waiting")
        self.assertEqual(share.waiting_for, "payment:pi_1")
        self.assertFalse(self._payments())
        self._pay("ch_1", "pi_1", "119.00")
        self._assert_state(share, "pending")
        self._drain()
        self._assert_state(share, "done")
        self.assertEqual(invoice.payment_state, "paid")
        self.assertEqual(self._logs(share)[:1].operation, "reconcile")

    def test_a_payment_waits_for_its_invoice(self):
        event = self._pay("ch_1", "pi_1", "119.00", "in_1")
        self._assert_state(event, "waiting")
        self.assertFalse(self._payments())
        self.assertEqual(event.amount, 119)

    def test_the_same_again_changes_nothing(self):
        self._invoice("in_1", 119)
        self._pay("ch_1", "pi_1", "119.00", "in_1")
        moves = self._gateway_moves()
        event = self._pay("ch_1", "pi_1", "119.00", "in_1", at=200)
        self._assert_state(event, "skipped", "no_change")
        event = self._pay("ch_1", "pi_1", "119.00", "in_1", at=300, method="card")
        self._assert_state(event, "done")
        self.assertFalse(self._logs(event))
        self.assertEqual(self._gateway_moves(), moves)
        self.assertEqual(self._clearing_balance(), 119)

    def test_nobody_named_as_payer_is_allowed_and_said(self):
        event = self._pay("ch_1", "pi_1", "20.00", customer=None)
        self._assert_state(event, "done")
        payment = self._payments()
        self.assertFalse(payment.partner_id)
        self.assertIn("without a customer", self._logs(event).message)
        self.assertEqual(payment.state, "in_process")

    def test_the_payer_of_an_unnamed_payment_is_that_of_its_invoice(self):
        self._invoice("in_1", 119)
        self._pay("ch_1", "ch_1", "119.00", "in_1", customer=None)
        self.assertEqual(self._payments().partner_id, self.partner)
        self.assertTrue(self._link("ch_1", entity="payment").primary)

    def test_work_is_done_with_the_rights_of_the_technical_user(self):
        self._invoice("in_1", 119)
        self._pay("ch_1", "pi_1", "119.00", "in_1")
        user = self.connector.service_user_id
        self.assertEqual(self._payments().create_uid, user)
        self.assertFalse(user.has_group("account.group_account_user"))
