# Copyright 2026 Odoo Integration Suite contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl)
from odoo.exceptions import ValidationError
from odoo.tests import tagged

from .credit_common import CreditCase


@tagged("post_install", "-at_install")
class TestCustomerBalance(CreditCase):
    """What a system keeps for its customers stands on an account of its own."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.connector._set_state("suspended", "")
        cls.connector.write(
            {
                "customer_balance_account_id": cls.balances.id,
                "negative_policy": "refund",
            }
        )
        cls.connector._set_state("active", "")

    def _sold(self, amount: str, external_id: str, at=100, **values):
        """An invoice without taxes; ``applied`` is what the balance paid of it."""
        applied = values.pop("applied", None)
        if applied:
            values["balance_applied"] = self._money(applied)
        record = self._invoice(
            self._line(amount), number=values.pop("number", external_id), **values
        )
        event = self._bring(record, external_id, at=at)
        self.assertEqual(event.state, "done", event.error or event.skip_reason)
        return self._move(external_id)

    # === CREDIT GIVEN, CREDIT TAKEN === #

    def test_a_credit_note_to_the_balance_pays_the_next_invoice(self):
        first = self._sold("100.00", "in_1")
        self._pay("pi_1", "100.00", ("in_1", "100.00"))
        record = self._credit(self._line("30.00"), to_balance=self._money("30.00"))
        credit = self._credited(record)
        self.assertEqual((first.payment_state, credit.amount_residual), ("paid", 0))
        self.assertEqual(self._sum(self.balances), -30.00)
        entry = self.env["account.move"].browse(self._effect("cn_1", "balance").res_id)
        self.assertEqual((entry.move_type, str(entry.date)), ("entry", "2026-02-20"))
        self.assertEqual(entry.partner_id, self.partner)
        second = self._sold("80.00", "in_2", applied="30.00", at=300)
        self.assertEqual(second.amount_residual, 50.00)
        self.assertEqual(self._sum(self.balances), 0)
        self.assertEqual(self._open_lines(self.balances), [])
        self._pay("pi_2", "50.00", ("in_2", "50.00"), at=310)
        self.assertEqual(second.payment_state, "paid")
        self.assertEqual(self._open_lines(self.receivable), [])
        log = self._logs(self._last("in_2"))
        self.assertEqual(len(log.diff["ledger"]["rows"]), 4)

    def test_it_is_booked_once_and_linked(self):
        self._sold("80.00", "in_1", applied="30.00")
        record = self._invoice(
            self._line("80.00"),
            number="in_1",
            status="paid",
            balance_applied=self._money("30.00"),
        )
        event = self._bring(record, at=200)
        self.assertEqual(event.state, "done", event.error)
        self.assertEqual(self._sum(self.balances), 30.00)
        entry = self._effect("in_1", "balance").res_id
        self.assertEqual(self._link("in_1", "invoice", "balance").res_id, entry)

    def test_what_was_overpaid_goes_there_whatever_comes_first(self):
        """100 + 20 too much: the invoice says it before, or after, the payment."""
        over = {"status": "paid", "overpaid": self._money("20.00")}
        for number, order in (("in_1", "payment"), ("in_2", "invoice")):
            invoice = self._sold("100.00", number)
            paid = self._invoice(self._line("100.00"), number=number, **over)
            paid["paid_at"] = "2026-02-15T12:00:00Z"
            if order == "payment":
                self._pay(f"pi_{number}", "120.00", (number, "100.00"))
                self._bring(paid, number, at=200)
            else:
                self._bring(paid, number, at=200)
                self._pay(f"pi_{number}", "120.00", (number, "100.00"), at=210)
            self.assertEqual(invoice.payment_state, "paid", order)
            self.assertEqual(self._open_lines(self.receivable), [], order)
            entry = self._effect(number, "overpaid")
            move = self.env["account.move"].browse(entry.res_id)
            self.assertEqual(str(move.date), "2026-02-15")
        self.assertEqual(self._sum(self.balances), -40.00)

    def test_a_total_too_small_to_charge_is_paid_with_the_next(self):
        small = self._sold("0.30", "in_1", applied="0.30", status="paid")
        self.assertEqual(small.payment_state in ("paid", "in_payment"), True)
        self.assertEqual(self._sum(self.balances), 0.30)
        # The next one asks for 100.30, of which 0.30 are of the first.
        second = self._sold("100.00", "in_2", applied="-0.30", at=200)
        self.assertEqual(second.amount_residual, 100.00)
        self._pay("pi_2", "100.30", ("in_2", "100.30"), at=210)
        self.assertEqual(second.payment_state, "paid")
        self.assertEqual(self._open_lines(self.receivable), [])
        self.assertEqual(self._open_lines(self.balances), [])

    def test_an_invoice_below_zero_is_kept_for_the_customer(self):
        credit = self._sold("-50.00", "in_1", applied="-50.00", status="paid")
        self.assertEqual(credit.move_type, "out_refund")
        self.assertEqual(credit.amount_residual, 0)
        self.assertEqual(self._sum(self.balances), -50.00)
        self.assertEqual(self._open_lines(self.receivable), [])

    def test_in_another_currency_at_the_rate_of_each_document(self):
        record = self._invoice(self._line("100.00", currency="USD"), currency="USD")
        self._booked(record)
        credit = self._credited(
            self._credit(
                self._line("33.33", currency="USD"),
                currency="USD",
                to_balance=self._money("33.33", "USD"),
            )
        )
        self.assertEqual(credit.amount_residual, 0)
        self.assertEqual(self._sum(self.balances), -30.00)
        self.assertEqual(self._open_lines(self.balances), [-33.33])
        self.env["res.currency.rate"].create(
            {
                "currency_id": self._currency("USD").id,
                "company_id": self.company.id,
                "name": "2026-02-25",
                "inverse_company_rate": 0.6,
            }
        )
        second = self._invoice(
            self._line("50.00", currency="USD"),
            currency="USD",
            number="R-2",
            issued_at="2026-02-26T12:00:00Z",
            balance_applied=self._money("33.33", "USD"),
        )
        move = self._booked(second, "in_2", at=300)
        self.assertAlmostEqual(move.amount_residual, 16.67)
        # 33.33 given at 0.9 and taken at 0.6: the difference is Odoo's to book.
        self.assertEqual(self._open_lines(self.balances), [])
        self.assertEqual(self._sum(self.balances), 0)
        self._void_in_a_locked_month(move, second)

    # === VOID === #

    def _void_in_a_locked_month(self, move, record):
        """Odoo would take its difference of February back in March, unseen."""
        used = self._effect("in_2", "balance")
        entry = self.env["account.move"].browse(used.res_id)
        partials = entry.line_ids.matched_credit_ids | entry.line_ids.matched_debit_ids
        difference = partials.exchange_move_id
        self.assertTrue(difference)
        self.company.fiscalyear_lock_date = "2026-02-28"
        void = record | {"status": "void", "voided_at": "2026-03-05T12:00:00Z"}
        event = self._bring(void, "in_2", at=400)
        self.assertEqual((event.state, event.error_class), ("review", "locked_period"))
        self.assertIn("own entry for Invoice R-2", event.error)
        self.assertFalse((difference | move | entry).reversal_move_ids)
        self.assertEqual(self._open_lines(self.balances), [])
        row = self.env["integration.shifted.document"].search(
            [("connector_id", "=", self.connector.id), ("state", "=", "waiting")]
        )
        self.assertEqual((row.kind, str(row.booked_date)), ("reconcile", "2026-03-31"))
        self.env.ref("base.user_admin").write({"company_ids": [(4, self.company.id)]})
        row.sudo()._decide("book", "February is reported")
        self._drain()
        self.assertEqual(event.state, "done", event.error)
        self.assertEqual(row.state, "booked")
        self.assertEqual(row.res_id, difference.reversal_move_ids.id)
        self.assertEqual(str(difference.reversal_move_ids.date), "2026-03-31")
        self.assertEqual(move.amount_residual, 0)
        self.assertEqual(self._open_lines(self.balances), [-33.33])

    def test_a_void_gives_back_what_was_taken(self):
        credit = self._sold("-50.00", "in_1", applied="-50.00", status="paid")
        self._sold("80.00", "in_2", applied="50.00", at=150)
        self.assertEqual(self._open_lines(self.balances), [])
        record = self._invoice(
            self._line("80.00"),
            number="in_2",
            status="void",
            voided_at="2026-02-22T12:00:00Z",
            balance_applied=self._money("50.00"),
        )
        event = self._bring(record, "in_2", at=200)
        self.assertEqual(event.state, "done", event.error)
        self.assertEqual(self._move("in_2").amount_residual, 0)
        self.assertEqual(self._open_lines(self.balances), [-50.00])
        self.assertEqual(self._open_lines(self.receivable), [])
        self.assertEqual(self._sum(self.balances), -50.00)
        self.assertEqual(credit.amount_residual, 0)

    # === WITHOUT, AND WHAT STOPS IT === #

    def test_without_an_account_nothing_is_booked(self):
        self.connector._set_state("suspended", "")
        self.connector.customer_balance_account_id = False
        self.connector._set_state("active", "")
        invoice = self._sold("80.00", "in_1", applied="30.00")
        self.assertEqual(invoice.amount_residual, 80.00)
        self.assertFalse(self._effect("in_1", "balance"))
        self.assertIn("30.00 EUR", "".join(invoice.message_ids.mapped("body")))

    def test_a_locked_day_holds_the_whole_document(self):
        self.company.fiscalyear_lock_date = "2026-02-28"
        record = self._invoice(
            self._line("80.00"), balance_applied=self._money("30.00")
        )
        event = self._bring(record)
        self.assertEqual(event.error_class, "locked_period")
        self.assertFalse(self._move())
        shifted = self.env["integration.shifted.document"].search(
            [("connector_id", "=", self.connector.id)]
        )
        self.assertEqual(sorted(shifted.mapped("kind")), ["balance", "post"])
        self.assertEqual(self._sum(self.balances), 0)

    def test_it_is_proposed_and_its_journal_is_asked_for(self):
        self.connector._set_state("suspended", "")
        self.connector.customer_balance_account_id = False
        parts = self.connector._proposal(self.company.currency_id)
        [part] = [part for part in parts if part.kind == "customer_balance"]
        account = self.connector._realise(part)
        self.assertEqual(
            (account.account_type, account.reconcile), ("liability_current", True)
        )
        self.connector.customer_balance_account_id = account
        again = self.connector._proposal(self.company.currency_id)
        self.assertEqual(
            [p.record for p in again if p.kind == "customer_balance"], [account]
        )
        gaps = self.connector._accounting_gaps()
        self.assertNotIn("Customer balance", " ".join(gaps))
        self.env["account.journal"].search([("type", "=", "general")]).active = False
        gaps = self.connector._accounting_gaps()
        self.assertIn("Customer balance: create a journal", " ".join(gaps))
        self.flows["invoice"].unlink()
        self.connector.invalidate_recordset()
        gaps = self.connector._accounting_gaps()
        self.assertIn("Credit notes: add the flow Invoice", " ".join(gaps))

    def test_the_account_must_allow_reconciliation(self):
        plain = self._account("211901", "Plain", "liability_current")
        self.connector._set_state("suspended", "")
        with self.assertRaisesRegex(ValidationError, "reconciliation"):
            self.connector.customer_balance_account_id = plain
