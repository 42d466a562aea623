# Copyright 2026 Odoo Integration Suite contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl)
from odoo.tests import tagged

from .payment_common import PaymentCase


@tagged("post_install", "-at_install")
class TestPaymentOrder(PaymentCase):
    """What must come out the same, whichever message of a payment comes first."""

    def _gateway_of(self, code: str):
        """A journal for a further settlement currency."""
        self._without_ledger()
        currency = self._currency(code)
        journal = self.env["account.journal"].create(
            {
                "name": f"Gateway {code}",
                "code": f"GW{code}",
                "type": "bank",
                "currency_id": currency.id,
            }
        )
        self.env["integration.gateway.journal"].create(
            {
                "connector_id": self.connector.id,
                "currency_id": currency.id,
                "journal_id": journal.id,
                "clearing_account_id": self._account(
                    "101930", f"Clearing {code}", "asset_current", True
                ).id,
            }
        )

    # === START DATE === #

    def test_an_older_invoice_is_asked_for_also_after_the_booking(self):
        invoice = self._invoice("in_1", 119)
        self.connector.start_date = "2026-02-11"
        self._assert_state(self._pay("ch_1", "pi_1", "119.00"), "done")
        share = self._pay("inpay_1", "pi_1", None, ("in_1", "119.00"))
        self._assert_state(share, "review")
        self.assertEqual(self._exception(share).cause, "before_start_date")
        self.assertEqual(invoice.payment_state, "not_paid")
        share.with_user(self.operator).action_retry()
        self._drain()
        self._assert_state(share, "done")
        self.assertEqual(invoice.payment_state, "paid")
        self.assertEqual(self._clearing_balance(), 119)

    def test_two_shares_that_say_the_same_do_not_get_around_it(self):
        invoice = self._invoice("in_1", 119)
        self.connector.start_date = "2026-02-11"
        self._pay("ch_1", "pi_1", "119.00")
        shares = [
            self._queue("inpay_1", "pi_1", None, ("in_1", "119.00")),
            self._queue("in_1", "pi_1", "119.00", "in_1"),
        ]
        self._drain()
        for share in shares:
            self._assert_state(share, "review")
        self.assertEqual(invoice.payment_state, "not_paid")

    # === SEVERAL MESSAGES IN ONE BATCH === #

    def test_a_refused_message_takes_no_allocation_along(self):
        invoice = self._invoice("in_1", 119)
        refused = self._queue("in_1", "pi_1", "120.00", "in_1")
        booked = self._queue(
            "ch_1", "pi_1", "119.00", "in_1", settlement=self._money("119.00")
        )
        self._drain()
        self._assert_state(refused, "review")
        self._assert_state(booked, "done")
        self.assertEqual(invoice.payment_state, "paid")

    def test_who_waited_for_the_converted_amount_goes_on_without_one(self):
        self._invoice("in_1", 119, "USD")
        first = self._queue("in_1", "pi_1", "119.00", "in_1", currency="USD")
        self._queue("ch_1", "pi_1", "119.00", "in_1", currency="USD")
        self._drain()
        self._assert_state(first, "waiting")
        self._gateway_of("USD")
        booked = self._pay("ch_1", "pi_1", "119.00", "in_1", currency="USD", at=200)
        self._assert_state(booked, "done")
        self._assert_state(first, "pending")
        self._drain()
        self._assert_state(first, "done")
        self.assertEqual(len(self._payments()), 1)

    def test_a_share_in_another_currency_is_named(self):
        invoice = self._invoice("in_1", 119)
        self._gateway_of("USD")
        self._pay("ch_1", "pi_1", "119.00", currency="USD")
        share = self._pay("inpay_1", "pi_1", None, ("in_1", "119.00"))
        self._assert_state(share, "review")
        self.assertEqual(self._exception(share).cause, "payment_currency")
        self.assertEqual(invoice.amount_residual, 119)

    # === RATES === #

    def _without_rates(self, code: str):
        self.env["res.currency.rate"].search(
            [("currency_id", "=", self._currency(code).id)]
        ).unlink()
        self._gateway_of(code)

    def test_a_payment_without_a_rate_is_not_booked_at_one(self):
        self._without_rates("GBP")
        event = self._pay("ch_1", "pi_1", "100.00", currency="GBP")
        self._assert_state(event, "review")
        self.assertEqual(event.error_class, "mapping")
        self.assertEqual(self._exception(event).cause, "currency:GBP")
        self.assertFalse(self._payments())
        self.env["res.currency.rate"].create(
            {
                "currency_id": self._currency("GBP").id,
                "company_id": self.company.id,
                "name": "2026-02-11",
                "inverse_company_rate": 1.15,
            }
        )
        event.with_user(self.operator).action_retry()
        self._drain()
        self._assert_state(event, "done")
        self.assertEqual(sum(self._gateway_moves().line_ids.mapped("debit")), 115)

    def test_a_converted_payment_needs_the_rate_of_the_balance(self):
        self._without_rates("GBP")
        event = self._pay(
            "ch_1",
            "pi_1",
            "100.00",
            currency="USD",
            settlement=self._money("80.00", "GBP"),
        )
        self._assert_state(event, "review")
        self.assertEqual(self._exception(event).cause, "currency:GBP")
        self.assertFalse(self._gateway_moves())

    def test_a_converted_payment_of_the_company_currency_needs_no_rate(self):
        self._without_rates("GBP")
        event = self._pay(
            "ch_1", "pi_1", "100.00", settlement=self._money("85.00", "GBP")
        )
        self._assert_state(event, "done")
        self.assertEqual(sum(self._gateway_moves().line_ids.mapped("debit")), 100)

    # === AMOUNTS THAT NOBODY CAN KEEP === #

    def test_an_amount_with_too_many_digits_is_not_booked(self):
        event = self._pay("ch_1", "pi_1", "99999999999999999.99")
        self._assert_state(event, "review")
        self.assertEqual(self._exception(event).cause, "currency_digits:EUR")
        self.assertFalse(self._payments())

    def test_what_only_a_program_calls_a_number(self):
        for number, amount in enumerate(("NaN", "Infinity", "1E+999999")):
            event = self._pay(f"ch_{number}", f"pi_{number}", amount)
            self._assert_state(event, "quarantine")
            self.assertFalse(event.amount)
        self.assertFalse(self._payments())
