# Copyright 2026 Odoo Integration Suite contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl)
from unittest.mock import patch

from odoo.tests import tagged

from odoo.addons.integration_core.engine import versions
from odoo.addons.integration_core.messages import Source

from .payment_common import PaymentCase


@tagged("post_install", "-at_install")
class TestPaymentCurrency(PaymentCase):
    """Currencies: of the payer, of the gateway's balance, of the company (EUR)."""

    def _gateway_of(self, currency: str):
        """A journal and a clearing account for a further settlement currency."""
        record = self._currency(currency)
        account = self._account(
            f"10192{record.id}", f"Clearing {currency}", "asset_current", True
        )
        account.currency_id = record
        journal = self.env["account.journal"].create(
            {
                "name": f"Gateway {currency}",
                "code": f"GW{currency[:2]}",
                "type": "bank",
                "currency_id": record.id,
            }
        )
        return self.env["integration.gateway.journal"].create(
            {
                "connector_id": self.connector.id,
                "currency_id": record.id,
                "journal_id": journal.id,
                "clearing_account_id": account.id,
            }
        )

    def _sides(self, move):
        """(account, balance, amount in its currency, currency), debit first."""
        return [
            (
                line.account_id.account_type,
                line.balance,
                line.amount_currency,
                line.currency_id.name,
            )
            for line in move.line_ids.sorted("balance", reverse=True)
        ]

    def _exchange(self, invoice):
        lines = invoice.line_ids.filtered(lambda x: x.display_type == "payment_term")
        return lines.matched_credit_ids.exchange_move_id

    # === CONVERTED BY THE GATEWAY === #

    def test_converted_money_is_an_entry_in_the_journal_of_the_balance(self):
        invoice = self._invoice("in_1", 100, "USD")
        self.assertEqual(invoice.amount_total_signed, 90)
        event = self._pay(
            "ch_1",
            "pi_1",
            "100.00",
            "in_1",
            currency="USD",
            settlement=self._money("90.50"),
        )
        self._assert_state(event, "done")
        self.assertFalse(self._payments())
        move = self._record_of("pi_1", "payment")
        self.assertEqual(move.journal_id, self.gateway)
        self.assertEqual(str(move.date), "2026-02-11")
        self.assertEqual(
            self._sides(move),
            [
                ("asset_current", 90.5, 90.5, "EUR"),
                ("asset_receivable", -90.5, -100, "USD"),
            ],
        )
        self.assertEqual(self._clearing_balance(), 90.5)
        self.assertEqual((invoice.payment_state, invoice.amount_residual), ("paid", 0))
        difference = self._exchange(invoice)
        self.assertEqual(difference.state, "posted")
        self.assertEqual(str(difference.date), "2026-02-11")
        self.assertEqual(max(difference.line_ids.mapped("balance")), 0.5)
        self.assertEqual(self._logs(event).diff["ledger"]["total"], "0.00")

    def test_it_waits_until_the_converted_amount_is_known(self):
        invoice = self._invoice("in_1", 100, "USD")
        first = self._pay(
            "ch_1", "pi_1", "100.00", "in_1", currency="USD", settlement_pending=True
        )
        self._assert_state(first, "waiting")
        self.assertEqual(first.waiting_for, "settled_amount:pi_1")
        self.assertIn("has not said yet what arrived", first.error)
        read = self._pay("pi_1", "pi_1", "100.00", "in_1", currency="USD")
        self._assert_state(read, "waiting")
        share = self._pay("inpay_1", "pi_1", None, ("in_1", "100.00"), currency="USD")
        self._assert_state(share, "waiting")
        self.assertFalse(self._gateway_moves())
        second = self._pay(
            "ch_1",
            "pi_1",
            "100.00",
            "in_1",
            currency="USD",
            settlement=self._money("90.50"),
            at=200,
        )
        self._assert_state(second, "done")
        self._assert_state(first, "skipped", "superseded")
        self._drain()
        self._assert_state(read, "done")
        self._assert_state(share, "done")
        self.assertEqual(invoice.payment_state, "paid")
        self.assertEqual(len(self._gateway_moves()), 1)

    def test_what_came_without_the_converted_amount_is_read_first(self):
        """The message lacks what the system knows; the reading has it."""
        with self._fetching():
            event = self._queue("ch_1", "pi_1", "100.00", currency="USD")
            event.source_type = "charge.succeeded"
            source = Source(
                self._record("pi_1", "100.00", currency="USD"), versions.from_unix(1)
            )
            with patch.object(
                self.registry["integration.adapter.demo_system"],
                "_source",
                lambda adapter, connector, item: source,
            ):
                self._drain()
            self._assert_state(event, "retry")
            self.assertTrue(event.read_first)
            read = self._pay("pi_1", "pi_1", "100.00", currency="USD")
            self._assert_state(read, "waiting")
        self.assertFalse(self._gateway_moves())

    def test_money_of_the_company_settled_in_a_foreign_balance(self):
        gateway = self._gateway_of("USD")
        invoice = self._invoice("in_1", 100)
        self._pay(
            "ch_1", "pi_1", "100.00", "in_1", settlement=self._money("108.34", "USD")
        )
        move = self._record_of("pi_1", "payment")
        self.assertEqual(move.journal_id, gateway.journal_id)
        self.assertEqual(
            self._sides(move),
            [
                ("asset_current", 100, 108.34, "USD"),
                ("asset_receivable", -100, -100, "EUR"),
            ],
        )
        self.assertEqual(invoice.payment_state, "paid")
        self.assertFalse(self._exchange(invoice))

    def test_neither_side_is_in_the_currency_of_the_company(self):
        self._gateway_of("USD")
        self.env["res.currency.rate"].create(
            {
                "currency_id": self._currency("GBP").id,
                "company_id": self.company.id,
                "name": "2020-01-01",
                "inverse_company_rate": 1.2,
            }
        )
        invoice = self._invoice("in_1", 100, "GBP")
        self._pay(
            "ch_1",
            "pi_1",
            "100.00",
            "in_1",
            currency="GBP",
            settlement=self._money("130.00", "USD"),
        )
        move = self._record_of("pi_1", "payment")
        # 130 USD at 0.9
        self.assertEqual(
            self._sides(move),
            [
                ("asset_current", 117, 130, "USD"),
                ("asset_receivable", -117, -100, "GBP"),
            ],
        )
        self.assertEqual((invoice.payment_state, invoice.amount_residual), ("paid", 0))

    def test_a_foreign_balance_of_its_own_takes_an_ordinary_payment(self):
        self._without_ledger()
        gateway = self._gateway_of("USD")
        invoice = self._invoice("in_1", 100, "USD")
        self._pay("ch_1", "pi_1", "100.00", "in_1", currency="USD")
        payment = self._payments()
        self.assertEqual(payment.journal_id, gateway.journal_id)
        self.assertEqual(
            self._sides(payment.move_id),
            [
                ("asset_current", 90, 100, "USD"),
                ("asset_receivable", -90, -100, "USD"),
            ],
        )
        self.assertEqual(payment.outstanding_account_id, gateway.clearing_account_id)
        self.assertEqual(invoice.payment_state, "paid")

    def test_the_stated_settlement_wins_over_a_journal_of_the_payers_currency(self):
        self._gateway_of("USD")
        self._pay(
            "ch_1",
            "pi_1",
            "100.00",
            currency="USD",
            settlement=self._money("91.00"),
        )
        self.assertEqual(self._record_of("pi_1", "payment").journal_id, self.gateway)

    def test_with_the_ledger_of_the_balance_no_journal_is_guessed(self):
        self._gateway_of("USD")
        unsaid = self._pay("ch_1", "pi_1", "100.00", currency="USD")
        self._assert_state(unsaid, "waiting")
        self.assertFalse(self._gateway_moves())
        said = self._pay(
            "ch_1",
            "pi_1",
            "100.00",
            currency="USD",
            settlement=self._money("90.50"),
            at=200,
        )
        self._assert_state(said, "done")
        self.assertEqual(self._record_of("pi_1", "payment").journal_id, self.gateway)

    def test_a_part_in_a_foreign_currency_is_exact(self):
        """Half of a converted payment, although the invoice has more open."""
        invoice = self._invoice("in_1", 100, "USD")
        other = self._invoice("in_2", 100, "USD")
        self._pay(
            "ch_1",
            "pi_1",
            "100.00",
            ("in_1", "33.33"),
            ("in_2", "66.67"),
            currency="USD",
            settlement=self._money("91.23"),
        )
        self.assertEqual(invoice.amount_residual, 66.67)
        self.assertEqual(other.amount_residual, 33.33)
        line = self._record_of("pi_1", "payment").line_ids.filtered(
            lambda x: x.account_id.account_type == "asset_receivable"
        )
        self.assertEqual((line.amount_residual, line.amount_residual_currency), (0, 0))
        self.assertTrue(line.reconciled)
        # What is open is worth what it was booked at.
        self.assertEqual(invoice.amount_residual_signed, 60.0)
        self.assertEqual(other.amount_residual_signed, 30.0)

    # === REFUSALS === #

    def test_no_journal_for_the_settlement_currency(self):
        event = self._pay(
            "ch_1", "pi_1", "100.00", settlement=self._money("86.00", "GBP")
        )
        self._assert_state(event, "review")
        self.assertEqual(event.error_class, "mapping")
        self._currency("GBP")
        event = self._pay(
            "ch_1", "pi_1", "100.00", settlement=self._money("86.00", "GBP"), at=200
        )
        self._assert_state(event, "review")
        self.assertIn("no gateway journal for GBP", event.error)
        self.assertIn("Accounting tab", event.hint)
        exception = self._exception(event)
        self.assertEqual(exception.cause, "gateway_journal:GBP")
        self.assertEqual(exception.amount, 100)
        self.assertFalse(self._gateway_moves())

    def test_equal_currencies_must_be_equal_amounts(self):
        event = self._pay("ch_1", "pi_1", "100.00", settlement=self._money("99.00"))
        self._assert_state(event, "review")
        self.assertEqual(self._exception(event).cause, "settlement_differs")
        event = self._pay(
            "ch_1", "pi_1", "100.00", settlement=self._money("100.00"), at=200
        )
        self._assert_state(event, "done")
        self.assertEqual(self._payments().amount, 100)

    def test_a_late_settlement_in_another_currency_needs_a_person(self):
        self._gateway_of("USD")
        self._pay("in_1", "pi_1", "100.00")
        event = self._pay(
            "ch_1", "pi_1", "100.00", settlement=self._money("109.00", "USD")
        )
        self._assert_state(event, "review")
        self.assertEqual(self._exception(event).cause, "settled_in_other_currency")
        self.assertEqual(len(self._gateway_moves()), 1)

    def test_an_inactive_currency_is_named_with_the_next_step(self):
        self._currency("SEK").active = False
        event = self._pay("ch_1", "pi_1", "100.00", currency="SEK")
        self._assert_state(event, "review")
        self.assertEqual(event.error_class, "mapping")
        self.assertIn("SEK", event.error)
        self.assertIn("Activate it", event.hint)
        self.assertEqual(self._exception(event).cause, "currency:SEK")

    def test_an_unknown_currency_is_named(self):
        event = self._pay("ch_1", "pi_1", "100.00", currency="XXY")
        self._assert_state(event, "review")
        self.assertEqual(self._exception(event).cause, "currency:XXY")

    def test_currencies_with_no_and_with_three_decimals(self):
        self._without_ledger()
        for code, amount, stored in (("JPY", "1500", 1500), ("KWD", "5.130", 5.13)):
            self._gateway_of(code)
            self.env["res.currency.rate"].create(
                {
                    "currency_id": self._currency(code).id,
                    "company_id": self.company.id,
                    "name": "2026-01-01",
                    "inverse_company_rate": 2,
                }
            )
            event = self._pay(f"ch_{code}", f"pi_{code}", amount, currency=code)
            self._assert_state(event, "done")
            self.assertEqual(self._record_of(f"pi_{code}", "payment").amount, stored)

    def test_an_amount_that_odoo_would_round_is_refused(self):
        self._gateway_of("JPY")
        event = self._pay("ch_1", "pi_1", "1500.50", currency="JPY")
        self._assert_state(event, "review")
        self.assertEqual(self._exception(event).cause, "currency_digits:JPY")
        self.assertFalse(self._payments())
