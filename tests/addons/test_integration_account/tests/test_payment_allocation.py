# Copyright 2026 Odoo Integration Suite contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl)
from odoo.fields import Command
from odoo.tests import tagged

from .payment_common import PaymentCase


@tagged("post_install", "-at_install")
class TestPaymentAllocation(PaymentCase):
    """Which invoice gets how much, to the cent, in any order."""

    def _open(self, *invoices):
        return [round(invoice.amount_residual, 2) for invoice in invoices]

    def _credit(self, key: str) -> float:
        """What is left of a payment."""
        record = self._record_of(key, "payment")
        move = record.move_id if record._name == "account.payment" else record
        lines = move.line_ids.filtered(
            lambda line: line.account_id.account_type == "asset_receivable"
        )
        return round(-sum(lines.mapped("amount_residual_currency")), 2)

    # === AMOUNTS === #

    def test_a_part_leaves_the_rest_open(self):
        invoice = self._invoice("in_1", 50)
        self._pay("ch_1", "pi_1", "20.00", "in_1")
        self.assertEqual(self._open(invoice), [30])
        self.assertEqual(invoice.payment_state, "partial")

    def test_several_payments_of_one_batch_on_one_invoice(self):
        invoice = self._invoice("in_1", 50)
        events = [
            self._queue(f"ch_{n}", f"pi_{n}", amount, "in_1")
            for n, amount in enumerate(("20.00", "20.00", "10.00"))
        ]
        self._drain()
        for event in events:
            self._assert_state(event, "done")
        self.assertEqual(invoice.payment_state, "paid")
        self.assertEqual(len(self._payments()), 3)

    def test_one_payment_on_several_invoices_by_given_amounts(self):
        one, two = self._invoice("in_1", 80), self._invoice("in_2", 80)
        self._pay("ch_1", "pi_1", "100.00", ("in_1", "60.00"), ("in_2", "40.00"))
        self.assertEqual(self._open(one, two), [20, 40])
        self.assertEqual(self._credit("pi_1"), 0)

    def test_given_amounts_of_later_messages(self):
        """The share of each invoice is a message of its own, after the booking."""
        one, two = self._invoice("in_1", 80), self._invoice("in_2", 80)
        self._pay("ch_1", "pi_1", "100.00")
        second = self._pay("inpay_2", "pi_1", None, ("in_2", "40.00"))
        self.assertEqual(self._open(one, two), [80, 40])
        self.assertEqual(self._credit("pi_1"), 60)
        self._pay("inpay_1", "pi_1", None, ("in_1", "60.00"))
        self.assertEqual(self._open(one, two), [20, 40])
        self.assertEqual(self._credit("pi_1"), 0)
        log = self._logs(second)
        self.assertEqual(log.operation, "reconcile")
        self.assertEqual(list(log.diff.values()), [["80.00 EUR", "40.00 EUR"]])

    def test_parts_of_several_payments_cross_within_a_batch(self):
        one, two = self._invoice("in_1", 80), self._invoice("in_2", 80)
        self._queue("ch_1", "pi_1", "100.00")
        self._queue("ch_2", "pi_2", "60.00", ("in_1", "20.00"), ("in_2", "40.00"))
        self._queue("inpay_1", "pi_1", None, ("in_1", "60.00"))
        self._queue("inpay_2", "pi_1", None, ("in_2", "39.99"))
        self._drain()
        self.assertEqual(self._open(one, two), [0, 0.01])
        self.assertEqual((self._credit("pi_1"), self._credit("pi_2")), (0.01, 0))
        self.assertEqual(one.payment_state, "paid")

    def test_the_amount_of_a_share_counts_although_another_object_names_none(self):
        one, two = self._invoice("in_1", 80), self._invoice("in_2", 80)
        self._queue("ch_1", "pi_1", "80.00", "in_1")
        self._queue("inpay_1", "pi_1", None, ("in_1", "30.00"))
        self._queue("inpay_2", "pi_1", None, ("in_2", "50.00"))
        self._drain()
        self.assertEqual(self._open(one, two), [50, 30])

    def test_an_overpayment_stays_as_credit_and_is_said(self):
        invoice = self._invoice("in_1", 100)
        event = self._pay("ch_1", "pi_1", "120.00", "in_1")
        self._assert_state(event, "done")
        self.assertEqual(invoice.payment_state, "paid")
        self.assertEqual(self._credit("pi_1"), 20)
        log = self._logs(event)
        self.assertEqual(log.status, "warning")
        self.assertIn("20.00 EUR of the payment stay as credit", log.message)

    def test_a_second_payment_of_a_paid_invoice_stays_as_credit(self):
        invoice = self._invoice("in_1", 100)
        self._pay("ch_1", "pi_1", "100.00", "in_1")
        notes = invoice.message_ids
        event = self._pay("ch_2", "pi_2", "100.00", "in_1")
        self._assert_state(event, "done")
        self.assertEqual(self._credit("pi_2"), 100)
        self.assertIn("had 0.00 EUR open", self._logs(event).message)
        self.assertEqual(invoice.message_ids, notes)

    def test_a_share_of_what_was_used_by_hand_is_said(self):
        one, two = self._invoice("in_1", 100), self._invoice("in_2", 100)
        self._pay("ch_1", "pi_1", "100.00")
        lines = (self._payments().move_id | two).line_ids
        lines.filtered(
            lambda line: line.account_id.account_type == "asset_receivable"
        ).reconcile()
        event = self._pay("inpay_1", "pi_1", None, ("in_1", "100.00"))
        self._assert_state(event, "done")
        self.assertEqual(self._open(one, two), [100, 0])
        self.assertIn("Only 0.00 EUR could be reconciled", self._logs(event).message)

    def test_installments_are_paid_from_the_first_on(self):
        term = self.env["account.payment.term"].create(
            {
                "name": "Two halves",
                "line_ids": [
                    Command.create(
                        {"value": "percent", "value_amount": 50, "nb_days": days}
                    )
                    for days in (10, 30)
                ],
            }
        )
        invoice = self._invoice("in_1", 100, invoice_payment_term_id=term.id)
        self._pay("ch_1", "pi_1", "100.00", ("in_1", "70.00"))
        terms = invoice.line_ids.filtered(lambda x: x.display_type == "payment_term")
        self.assertEqual(
            [term.amount_residual for term in terms.sorted("date_maturity")], [0, 30]
        )
        self.assertEqual(self._credit("pi_1"), 30)

    def test_an_allocation_happens_once(self):
        """Undone by an accountant, it is not done again by the next snapshot."""
        invoice = self._invoice("in_1", 100)
        self._pay("ch_1", "pi_1", "100.00", "in_1")
        invoice.line_ids.remove_move_reconcile()
        event = self._pay("ch_1", "pi_1", "100.00", "in_1", at=200, method="card")
        self._assert_state(event, "done")
        self.assertEqual(self._open(invoice), [100])

    # === REFUSALS: NOTHING IS HALF BOOKED === #

    def _assert_refused(self, event, cause: str):
        self._assert_state(event, "review")
        self.assertEqual(event.error_class, "business_rule")
        self.assertTrue(self._exception(event).cause.startswith(cause))
        self.assertTrue(event.hint)
        self.assertFalse(self._gateway_moves())

    def test_a_further_share_of_the_same_two_is_said(self):
        invoice = self._invoice("in_1", 100)
        self._pay("ch_1", "pi_1", "100.00")
        self._pay("inpay_1", "pi_1", None, ("in_1", "40.00"))
        event = self._pay("inpay_2", "pi_1", None, ("in_1", "60.00"))
        self._assert_state(event, "done")
        self.assertEqual(self._open(invoice), [60])
        log = self._logs(event)
        self.assertEqual(log.status, "warning")
        self.assertIn("Reconcile the rest by hand", log.message)

    def test_a_draft_invoice_is_posted_first(self):
        invoice = self._invoice("in_1", 100, post=False)
        event = self._pay("ch_1", "pi_1", "100.00", "in_1")
        self._assert_refused(event, "invoice_draft")
        self.assertIn("Post it, then retry", event.hint)
        invoice.action_post()
        event.with_user(self.operator).action_retry()
        self._drain()
        self._assert_state(event, "done")
        self.assertEqual(invoice.payment_state, "paid")

    def test_a_cancelled_or_reversed_invoice(self):
        invoice = self._invoice("in_1", 100)
        invoice.button_draft()
        invoice.button_cancel()
        self._assert_refused(
            self._pay("ch_1", "pi_1", "100.00", "in_1"), "invoice_cancelled"
        )
        other = self._invoice("in_2", 100)
        other._reverse_moves(cancel=True)
        self.assertEqual(other.payment_state, "reversed")
        self._assert_refused(
            self._pay("ch_2", "pi_2", "100.00", "in_2"), "invoice_cancelled"
        )

    def test_a_credit_note_takes_no_payment(self):
        self._invoice("in_1", 100, move_type="out_refund")
        self._assert_refused(
            self._pay("ch_1", "pi_1", "100.00", "in_1"), "not_an_invoice"
        )

    def test_an_invoice_in_another_currency(self):
        self._invoice("in_1", 100, "USD")
        self._assert_refused(
            self._pay("ch_1", "pi_1", "100.00", "in_1"), "payment_currency"
        )

    def test_a_deleted_invoice(self):
        invoice = self._invoice("in_1", 100, post=False)
        self._link("in_1", entity="invoice").unlink()
        invoice.unlink()
        self._bind("invoice", "in_1", invoice)
        self._assert_refused(
            self._pay("ch_1", "pi_1", "100.00", "in_1"), "invoice_deleted"
        )

    def test_a_share_of_a_payment_that_was_reset(self):
        invoice = self._invoice("in_1", 100)
        self._pay("ch_1", "pi_1", "100.00")
        self._payments().action_draft()
        event = self._pay("inpay_1", "pi_1", None, ("in_1", "100.00"))
        self._assert_refused(event, "payment_not_posted")
        self._payments().action_post()
        event.with_user(self.operator).action_retry()
        self._drain()
        self._assert_state(event, "done")
        self.assertEqual(self._open(invoice), [0])

    def test_another_receivable_account(self):
        self._pay("ch_1", "pi_1", "100.00")
        self.partner.property_account_receivable_id = self._account(
            "121910", "Other receivable", "asset_receivable", True
        )
        invoice = self._invoice("in_1", 100)
        event = self._pay("inpay_1", "pi_1", None, ("in_1", "100.00"))
        self._assert_state(event, "review")
        self.assertEqual(self._exception(event).cause, "receivable_account")
        self.assertEqual(self._open(invoice), [100])

    def test_the_account_of_the_invoice_is_paid(self):
        invoice = self._invoice("in_1", 100)
        self.partner.property_account_receivable_id = self._account(
            "121910", "Other receivable", "asset_receivable", True
        )
        self._pay("ch_1", "pi_1", "100.00", "in_1")
        self.assertEqual(invoice.payment_state, "paid")

    def test_one_bad_invoice_does_not_stop_its_batch(self):
        good = [self._invoice(f"in_{n}", 10) for n in range(6)]
        self._invoice("in_bad", 10, post=False)
        events = [
            self._queue(f"ch_{n}", f"pi_{n}", "10.00", f"in_{n}") for n in range(6)
        ]
        bad = self._queue("ch_bad", "pi_bad", "10.00", "in_bad")
        self._drain()
        self._assert_state(bad, "review")
        for event in events:
            self._assert_state(event, "done")
        self.assertEqual(self._open(*good), [0] * 6)
