# Copyright 2026 Odoo Integration Suite contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl)
from odoo.tests import tagged

from .payment_common import PaymentCase


@tagged("post_install", "-at_install")
class TestPaymentRefusal(PaymentCase):
    """What is not booked, and what a person reads about it."""

    # === NOT RECEIVED === #

    def test_what_is_not_received_yet_is_not_booked(self):
        for status in ("pending", "failed", "canceled"):
            event = self._pay(f"ch_{status}", f"pi_{status}", "10.00", status=status)
            self._assert_state(event, "skipped", "not_final")
        self.assertFalse(self._gateway_moves())
        event = self._pay("ch_pending", "pi_pending", "10.00", at=200)
        self._assert_state(event, "done")

    def test_a_declined_first_charge_says_nothing_about_the_second(self):
        self._pay("ch_2", "pi_1", "10.00")
        event = self._pay("ch_1", "pi_1", "10.00", status="failed")
        self._assert_state(event, "skipped", "not_final")

    def test_failed_after_it_was_booked_needs_a_person(self):
        self.flows["balance_transaction"].mode = "paused"
        invoice = self._invoice("in_1", 100)
        self._pay("py_1", "pi_1", "100.00", "in_1")
        event = self._pay("py_1", "pi_1", "100.00", "in_1", status="failed", at=200)
        self._assert_state(event, "review")
        self.assertIn(
            "pi_1 is booked in Odoo, and now it is called failed", event.error
        )
        self.assertEqual(self._exception(event).amount, 100)
        self.assertEqual(invoice.payment_state, "paid")

    # === AMOUNTS === #

    def test_another_amount_of_a_booked_payment_needs_a_person(self):
        self._pay("ch_1", "pi_1", "119.00")
        event = self._pay("ch_1", "pi_1", "118.99", at=200)
        self._assert_state(event, "review")
        self.assertIn("119.00 EUR", event.error)
        self.assertIn("118.99 EUR", event.error)
        self.assertEqual(self._exception(event).cause, "payment_amount_changed")
        event = self._pay("in_1", "pi_1", "119.00", currency="USD")
        self._assert_state(event, "review")
        self.assertEqual(self._payments().amount, 119)

    def test_two_amounts_in_one_batch(self):
        one = self._queue("in_1", "pi_1", "100.00", customer=None)
        two = self._queue("ch_1", "pi_1", "119.00")
        self._drain()
        self._assert_state(two, "done")
        self._assert_state(one, "review")
        self.assertIn("100.00 EUR", one.error)
        self.assertIn("119.00 EUR", one.error)
        self.assertEqual(self._payments().amount, 119)

    def test_nothing_and_less_than_nothing(self):
        for n, amount in enumerate(("0", "0.00", "-5.00")):
            event = self._pay(f"ch_{n}", f"pi_{n}", amount)
            self._assert_state(event, "review")
            self.assertEqual(self._exception(event).cause, "payment_not_positive")
        self.assertFalse(self._gateway_moves())

    def test_an_amount_that_is_text(self):
        event = self._pay("ch_1", "pi_1", "a lot")
        self._assert_state(event, "quarantine")
        self.assertEqual(event.error_class, "schema")
        self.assertIn("amount", event.error_path)

    def test_the_payment_itself_must_know_its_amount(self):
        event = self._pay("pi_1", "pi_1", None)
        self._assert_state(event, "review")
        self.assertIn("does not say how much", event.error)

    # === WHAT PEOPLE DID IN ODOO === #

    def test_a_deleted_booking_is_not_made_again(self):
        self._pay("ch_1", "pi_1", "100.00")
        payment = self._payments()
        payment.action_draft()
        links = self.env["integration.external.id"].search(
            [("entity", "=", "payment"), ("connector_id", "=", self.connector.id)]
        )
        links.with_user(self.manager)._unlink_with_reason("Entered by mistake")
        payment.unlink()
        event = self._pay("ch_1", "pi_1", "100.00", at=200, method="card")
        self._assert_state(event, "review")
        self.assertIn("It is not booked a second time", event.error)
        self.assertFalse(self._payments())

    def test_a_deleted_object_leaves_the_booking(self):
        self._pay("ch_1", "pi_1", "100.00")
        event = self._store("ch_1", {}, 200, entity="payment", deleted=True)
        self._drain()
        self._assert_state(event, "skipped", "no_change")
        self.assertEqual(self._payments().state, "in_process")

    def test_an_account_in_use_by_another_company(self):
        self._pay("ch_1", "pi_1", "100.00")
        effect = self._effects("pi_1")
        effect.sudo().company_id = self.env["res.company"].create({"name": "Other"})
        event = self._pay("in_1", "pi_1", "100.00")
        self._assert_state(event, "review")
        self.assertIn("another company", event.error)

    # === START DATE === #

    def test_older_than_the_start_date(self):
        self.connector.start_date = "2026-03-01"
        event = self._pay("ch_1", "pi_1", "100.00")
        self._assert_state(event, "skipped", "before_start_date")
        self.assertFalse(self._gateway_moves())

    def test_a_payment_of_an_older_invoice_is_booked_when_a_person_agrees(self):
        self.connector.start_date = "2026-02-11"
        invoice = self._invoice("in_1", 100)  # of the day before
        event = self._pay("ch_1", "pi_1", "100.00", "in_1")
        self._assert_state(event, "review")
        self.assertEqual(self._exception(event).cause, "before_start_date")
        self.assertFalse(self._gateway_moves())
        event.with_user(self.operator).action_retry()
        self._drain()
        self._assert_state(event, "done")
        self.assertEqual(invoice.payment_state, "paid")

    def test_a_paid_older_invoice_is_not_paid_again_by_a_retry(self):
        self.connector.start_date = "2026-02-11"
        invoice = self._invoice("in_1", 100)
        self.env["account.payment.register"].with_context(
            active_model="account.move", active_ids=invoice.ids
        ).create({"journal_id": self.gateway.id}).action_create_payments()
        self.assertEqual(invoice.amount_residual, 0)
        event = self._pay("ch_1", "pi_1", "100.00", "in_1")
        event.with_user(self.operator).action_retry()
        self._drain()
        self._assert_state(event, "review")

    def test_an_old_payment_of_a_linked_invoice_needs_a_person(self):
        self.connector.start_date = "2026-03-01"
        self._invoice("in_1", 100)
        event = self._pay("ch_1", "pi_1", "100.00", "in_1")
        self._assert_state(event, "review")

    # === PERIODS === #

    def test_a_locked_period_is_an_exception_and_never_another_day(self):
        invoice = self._invoice("in_1", 100)
        self.company.fiscalyear_lock_date = "2026-02-28"
        event = self._pay("ch_1", "pi_1", "100.00", "in_1")
        self._assert_state(event, "review")
        self.assertEqual(event.error_class, "locked_period")
        self.assertEqual(
            self._exception(event).cause, f"locked_period:{self.gateway.id}:2026-02"
        )
        self.assertFalse(self._gateway_moves())
        self.company.fiscalyear_lock_date = False
        event.with_user(self.operator).action_retry()
        self._drain()
        self._assert_state(event, "done")
        self.assertEqual(invoice.payment_state, "paid")
        self.assertEqual(str(self._payments().date), "2026-02-11")

    def test_an_exchange_difference_never_leaves_its_day(self):
        """The payment was booked in time, its share of an invoice arrives too late."""
        self._invoice("in_1", 100, "USD")
        self._pay(
            "ch_1", "pi_1", "100.00", currency="USD", settlement=self._money("91.00")
        )
        self.company.fiscalyear_lock_date = "2026-02-28"
        event = self._pay("inpay_1", "pi_1", None, ("in_1", "100.00"), currency="USD")
        self._assert_state(event, "review")
        self.assertEqual(event.error_class, "locked_period")
        self.assertIn("pi_1", event.error)
        self.assertEqual(self._record_of("in_1", "invoice").amount_residual, 100)

    def test_the_day_is_that_of_the_company(self):
        self.company.partner_id.tz = "America/New_York"
        self._pay("ch_1", "pi_1", "100.00", paid_at="2026-03-01T03:00:00Z")
        self.assertEqual(str(self._payments().date), "2026-02-28")

    def test_without_a_time_it_is_the_day_of_the_message(self):
        event = self._pay("ch_1", "pi_1", "100.00", paid_at=None)
        self.assertEqual(self._payments().date, event.occurred_at.date())
