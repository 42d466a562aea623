# Copyright 2026 Odoo Integration Suite contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl)
from odoo.tests import tagged

from .credit_common import CreditCase


@tagged("post_install", "-at_install")
class TestCreditNote(CreditCase):
    """Credit notes of the system are posted against their invoice."""

    def _sold(self, external_id: str = "in_1", **values):
        """An invoice over 119.00 of two lines on two accounts."""
        lines = [
            self._line("60.00", "11.40", external_id="il_1", description="Desk"),
            self._line(
                "40.00",
                "7.60",
                external_id="il_2",
                description="Plan",
                product={"entity": "product", "external_id": "prod_1"},
            ),
        ]
        return self._booked(self._invoice(*lines, **values), external_id)

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.other_income = cls._account("400901", "Plans", "income")
        cls.product.property_account_income_id = cls.other_income

    # === AN OPEN INVOICE === #

    def test_it_lowers_what_is_owed_on_the_accounts_of_its_lines(self):
        invoice = self._sold()
        line = self._line("20.00", "3.80", invoice_line="il_2", description="Partly")
        credit = self._credited(self._credit(line, memo="Sorry", reason="duplicate"))
        self.assertEqual(credit.reversed_entry_id, invoice)
        self.assertEqual(credit.partner_id, invoice.partner_id)
        self.assertEqual((credit.ref, str(credit.date)), ("CN-1", "2026-02-20"))
        self.assertEqual(credit.invoice_line_ids.account_id, self.other_income)
        self.assertEqual(credit.invoice_line_ids.product_id, self.product)
        self.assertIn("Sorry", credit.narration)
        self.assertEqual(invoice.amount_residual, 95.20)
        self.assertEqual(credit.amount_residual, 0)
        self.assertEqual(invoice.payment_state, "partial")
        self.assertEqual(self._effect("cn_1", "post").res_id, credit.id)
        self.assertEqual(self._effect("cn_1", "reconcile").res_id, invoice.id)
        log = self._logs(self._last("cn_1"))
        self.assertEqual(
            log.diff[f"Open on {invoice.display_name}"], ["119.00 EUR", "95.20 EUR"]
        )
        self.assertFalse(credit.message_follower_ids)
        self.assertIn(invoice.name, "".join(credit.message_ids.mapped("body")))
        notes = "".join(invoice.message_ids.mapped("body"))
        self.assertIn("23.80 EUR credited by", notes)
        self.assertIn("95.20 EUR are open", notes)
        self.assertEqual(invoice.integration_reversal_count, 1)
        self.assertEqual(invoice.action_open_reversals()["res_id"], credit.id)
        self.assertEqual(credit.action_open_reversed()["res_id"], invoice.id)

    def test_it_happens_once(self):
        invoice = self._sold()
        record = self._credit(self._line("20.00", "3.80", invoice_line="il_1"))
        self._credited(record)
        event = self._bring_credit(record | {"memo": "again"}, at=300)
        self.assertEqual(event.state, "done", event.error)
        self.assertEqual(len(invoice.reversal_move_ids), 1)
        self.assertEqual(invoice.amount_residual, 95.20)

    def test_with_partial_and_multiple_payments(self):
        """119 − 23.80 credited − 50 − 45.20 paid: nothing is open anywhere."""
        invoice = self._sold()
        self._pay("pi_1", "50.00", ("in_1", "50.00"))
        self._credited(self._credit(self._line("20.00", "3.80", invoice_line="il_1")))
        self.assertEqual(invoice.amount_residual, 45.20)
        self._pay("pi_2", "45.20", ("in_1", "45.20"), at=250)
        self.assertEqual((invoice.amount_residual, invoice.payment_state), (0, "paid"))
        self.assertEqual(self._open_lines(self.receivable), [])

    def test_before_the_payment_that_states_no_amount(self):
        """In one batch the credit note goes first: 95.20 were paid, not 119."""
        invoice = self._sold()
        self.connector.drain_count = 1
        record = self._credit(self._line("20.00", "3.80", invoice_line="il_1"))
        payment = {
            "key": "pi_1",
            "status": "succeeded",
            "amount": self._money("100.00"),
            "paid_at": "2026-02-15T12:00:00Z",
            "allocations": [
                {
                    "invoice": {"entity": "invoice", "external_id": "in_1"},
                    "amount": None,
                }
            ],
        }
        self._store("pi_1", payment, 150, entity="payment")
        self._store("cn_1", record, 151, entity="credit_note")
        self._drain()
        self.assertEqual(invoice.amount_residual, 0)
        credit = self._record_of("cn_1", "credit_note")
        self.assertEqual(credit.amount_residual, 0)
        self.assertEqual(self._open_lines(self.receivable), [-4.80])

    def test_two_of_one_batch_and_never_more_than_is_open(self):
        invoice = self._sold()
        lines = [self._line("60.00", "11.40", invoice_line="il_1")]
        self._store("cn_1", self._credit(*lines), 200, entity="credit_note")
        self._store(
            "cn_2", self._credit(*lines, number="CN-2"), 200, entity="credit_note"
        )
        self.connector.drain_count = 1
        self._drain()
        second = self._record_of("cn_2", "credit_note")
        self.assertEqual(invoice.amount_residual, 0)
        self.assertAlmostEqual(second.amount_residual, 23.80)
        log = self._logs(self._last("cn_2"))
        self.assertIn("only 47.60 EUR open", str(log.message))

    def test_a_mixed_one_takes_only_its_part_off(self):
        """Of 47.60, 19.00 lowered what was owed and 28.60 are paid back."""
        invoice = self._sold()
        self._pay("pi_1", "60.00", ("in_1", "60.00"))
        credit = self._credited(
            self._credit(
                self._line("40.00", "7.60", invoice_line="il_2"),
                reduces_due=self._money("19.00"),
                refunds=[{"refund": "re_1", "amount": self._money("28.60")}],
            )
        )
        self.assertEqual(invoice.amount_residual, 40.00)
        self.assertAlmostEqual(credit.amount_residual, 28.60)

    def test_of_a_paid_invoice_stays_open_for_the_refund(self):
        invoice = self._sold()
        self._pay("pi_1", "119.00", ("in_1", "119.00"))
        credit = self._credited(
            self._credit(
                self._line("40.00", "7.60", invoice_line="il_2"),
                refunds=[{"refund": "re_1", "amount": self._money("47.60")}],
            )
        )
        self.assertEqual(invoice.payment_state, "paid")
        self.assertEqual(credit.amount_residual, 47.60)
        self.assertEqual(credit.reversed_entry_id, invoice)

    def test_a_part_settled_outside_is_said(self):
        self._sold()
        self._pay("pi_1", "119.00", ("in_1", "119.00"))
        credit = self._credited(
            self._credit(
                self._line("40.00", "7.60", invoice_line="il_2"),
                outside=self._money("47.60"),
            )
        )
        self.assertIn(
            "47.60 EUR were settled outside",
            "".join(credit.message_ids.mapped("body")),
        )

    def test_lines_without_ids_take_the_line_with_their_text(self):
        self._sold()
        credit = self._credited(
            self._credit(
                self._line("40.00", "7.60", description="Plan"),
                self._line("10.00", description="Goodwill", external_id="cnli_2"),
            )
        )
        accounts = credit.invoice_line_ids.sorted("sequence").account_id
        self.assertEqual(accounts, self.other_income | self.income)

    def test_in_another_currency_at_the_rate_of_its_invoice(self):
        record = self._invoice(
            self._line("100.00", currency="USD", external_id="il_1"), currency="USD"
        )
        invoice = self._booked(record)
        self.env["res.currency.rate"].create(
            {
                "currency_id": self._currency("USD").id,
                "company_id": self.company.id,
                "name": "2026-02-15",
                "inverse_company_rate": 0.7,
            }
        )
        credit = self._credited(
            self._credit(
                self._line("33.33", currency="USD", invoice_line="il_1"),
                currency="USD",
            )
        )
        self.assertEqual(credit.invoice_currency_rate, invoice.invoice_currency_rate)
        self.assertAlmostEqual(invoice.amount_residual, 66.67)
        partials = credit.line_ids.matched_debit_ids
        self.assertFalse(partials.exchange_move_id)
        self.assertEqual(self._sum(self.income), -60.0)

    def test_a_discount_is_taken_back_as_it_was_given(self):
        self._sold()
        credit = self._credited(
            self._credit(
                self._line("60.00", "10.26", invoice_line="il_1", discount="6.00")
            )
        )
        self.assertEqual(len(credit.invoice_line_ids), 2)
        self.assertAlmostEqual(credit.amount_untaxed, 54.00)

    def test_in_a_draft_world_it_stays_a_draft(self):
        self.connector.posting_policy = "draft"
        self._bring(self._invoice(self._line("10.00", "1.90", external_id="il_1")))
        event = self._bring_credit(
            self._credit(self._line("10.00", "1.90", invoice_line="il_1"))
        )
        self.assertEqual(event.state, "done", event.error)
        credit = self._record_of("cn_1", "credit_note")
        self.assertEqual((credit.state, credit.move_type), ("draft", "out_refund"))
        self.assertEqual(credit.reversed_entry_id, self._move())

    def test_compare_only_writes_nothing(self):
        invoice = self._sold()
        self.flows["credit_note"].mode = "shadow"
        event = self._bring_credit(
            self._credit(self._line("20.00", "3.80", invoice_line="il_2"))
        )
        self.assertEqual((event.state, event.skip_reason), ("skipped", "shadow"))
        self.assertFalse(invoice.reversal_move_ids)
        rows = self._logs(event).diff["ledger"]["rows"]
        self.assertEqual(
            sorted(row["debit"] or f"-{row['credit']}" for row in rows),
            ["-23.80", "20.00", "3.80"],
        )

    def test_the_one_that_a_person_entered_is_linked(self):
        invoice = self._sold()
        line = self._line("20.00", "3.80", invoice_line="il_1")
        values = {"ref": "CN-1", "journal_id": self.sales.id, "date": "2026-02-20"}
        own = invoice._reverse_moves([values])
        own.invoice_line_ids[1:].unlink()
        own.invoice_line_ids.write({"price_unit": 20.0, "extra_tax_data": False})
        own.action_post()
        event = self._bring_credit(self._credit(line))
        self.assertEqual(event.state, "done", event.error)
        self.assertEqual(self._record_of("cn_1", "credit_note"), own)
        self.assertEqual(invoice.reversal_move_ids, own)

    # === WHAT STOPS IT === #

    def assertRefused(self, event, cause: str):
        self.assertEqual((event.state, event.error_class), ("review", "business_rule"))
        self.assertTrue(event.hint)
        exception = self.env["integration.exception"].search(
            [("event_id", "=", event.id)]
        )
        self.assertIn(cause, exception.cause)
        self.assertFalse(self._link(event.external_id, "credit_note"))
        self.assertFalse(self._effect(event.external_id, "post"))

    def test_what_contradicts_itself(self):
        """A cent more than its lines, or than where it goes: nothing is booked."""
        invoice = self._sold()
        record = self._credit(self._line("20.00", "3.80", invoice_line="il_1"))
        off = record | {"total": self._money("23.81")}
        self.assertRefused(self._bring_credit(off), "wrong_sums")
        parts = record | {"reduces_due": self._money("23.79")}
        event = self._bring_credit(parts, "cn_2")
        self.assertRefused(event, "credit_note_parts")
        self.assertIn("+0.01", event.error)
        below = {"reduces_due": self._money("33.80"), "to_balance": self._money("-10")}
        event = self._bring_credit(record | below, "cn_5")
        self.assertRefused(event, "credit_note_parts")
        self.assertIn("-10 EUR", event.error)
        negative = self._credit(self._line("-20.00", "-3.80"))
        event = self._bring_credit(negative, "cn_3")
        self.assertRefused(event, "credit_note_below_zero")
        tax = self._credit(self._line("20.00", "4.20", invoice_line="il_1"))
        self.assertRefused(self._bring_credit(tax, "cn_4"), f"tax:{self.tax.id}")
        self.assertFalse(invoice.reversal_move_ids)

    def test_of_an_invoice_that_cannot_be_taken_back(self):
        invoice = self._sold()
        record = self._credit(self._line("20.00", "3.80", invoice_line="il_1"))
        event = self._bring_credit(
            self._credit(
                self._line("20.00", currency="USD", invoice_line="il_1"),
                currency="USD",
            )
        )
        self.assertRefused(event, "credit_note_currency")
        invoice._reverse_moves(cancel=True)
        self.assertRefused(self._bring_credit(record, "cn_2"), "invoice_cancelled")

    def test_in_a_locked_period_it_waits_whole(self):
        invoice = self._sold()
        self.company.fiscalyear_lock_date = "2026-02-28"
        event = self._bring_credit(
            self._credit(self._line("20.00", "3.80", invoice_line="il_1"))
        )
        self.assertEqual(event.error_class, "locked_period")
        self.assertFalse(invoice.reversal_move_ids)
        self.assertEqual(invoice.amount_residual, 119.00)

    def test_without_its_invoice_it_waits(self):
        event = self._bring_credit(self._credit(self._line("20.00", "3.80")))
        self.assertEqual(event.state, "waiting")
        self._sold()
        self._drain()
        event.invalidate_recordset()
        self.assertEqual(event.state, "done", event.error)

    def test_of_what_was_written_off(self):
        self.connector.write(
            {
                "uncollectible_policy": "write_off",
                "bad_debt_account_id": self._account("650900", "Lost", "expense").id,
            }
        )
        invoice = self._sold()
        self._pay("pi_1", "19.00", ("in_1", "19.00"))
        lines = [self._line("60.00", "11.40", external_id="il_1", description="Desk")]
        lines.append(self._line("40.00", "7.60", external_id="il_2"))
        lost = {"status": "uncollectible", "uncollectible_at": "2026-02-18T12:00:00Z"}
        event = self._bring(self._invoice(*lines, **lost), at=160)
        self.assertEqual(event.state, "done", event.error)
        self.assertEqual(invoice.amount_residual, 0)
        event = self._bring_credit(
            self._credit(self._line("20.00", "3.80", invoice_line="il_1"))
        )
        self.assertRefused(event, "credit_note_of_write_off")

    def test_uncollectible_writes_off_what_credit_notes_and_payments_left(self):
        lost = self._account("650901", "Lost", "expense")
        self.connector.write(
            {"uncollectible_policy": "write_off", "bad_debt_account_id": lost.id}
        )
        invoice = self._sold()
        self._credited(self._credit(self._line("20.00", "3.80", invoice_line="il_1")))
        self._pay("pi_1", "50.00", ("in_1", "50.00"), at=210)
        lines = [
            self._line("60.00", "11.40", external_id="il_1", description="Desk"),
            self._line("40.00", "7.60", external_id="il_2", description="Plan"),
        ]
        event = self._bring(
            self._invoice(
                *lines,
                status="uncollectible",
                uncollectible_at="2026-03-01T12:00:00Z",
            ),
            at=300,
        )
        self.assertEqual(event.state, "done", event.error)
        self.assertEqual((invoice.amount_residual, self._sum(lost)), (0, 45.20))

    # === VOID === #

    def test_void_opens_the_invoice_again(self):
        invoice = self._sold()
        before = self._sum(self.income)
        record = self._credit(self._line("20.00", "3.80", invoice_line="il_1"))
        credit = self._credited(record)
        void = record | {"status": "void", "voided_at": "2026-02-25T12:00:00Z"}
        event = self._bring_credit(void, at=300)
        self.assertEqual(event.state, "done", event.error)
        reversal = credit.reversal_move_ids
        self.assertEqual(
            (reversal.move_type, str(reversal.date)), ("out_invoice", "2026-02-25")
        )
        self.assertEqual(invoice.amount_residual, 119.00)
        self.assertEqual((credit | reversal).mapped("amount_residual"), [0, 0])
        self.assertEqual(self._effect("cn_1", "void").res_id, reversal.id)
        self.assertEqual(self._sum(self.income), before)
        self._bring_credit(void | {"memo": "x"}, at=400)
        self.assertEqual(credit.reversal_move_ids, reversal)

    def test_void_takes_no_tax_out_of_a_locked_month(self):
        """Tax due on payment was due with it; Odoo would reverse it in March."""
        self._tax_on_payment()
        self._sold()
        record = self._credit(self._line("20.00", "3.80", invoice_line="il_1"))
        credit = self._credited(record)
        partials = credit.line_ids.matched_debit_ids
        due = self.env["account.move"].search(
            [("tax_cash_basis_rec_id", "in", partials.ids)]
        )
        self.assertTrue(due)
        self.company.tax_lock_date = "2026-02-28"
        void = record | {"status": "void", "voided_at": "2026-03-05T12:00:00Z"}
        event = self._bring_credit(void, at=300)
        self.assertEqual(event.error_class, "locked_period", event.error)
        self.assertFalse((due | credit).reversal_move_ids)
        self.company.tax_lock_date = False
        event.with_user(self.operator).action_retry()
        self._drain()
        self.assertEqual(event.state, "done", event.error)
        self.assertEqual(
            {f"{move.date:%Y-%m}" for move in due.reversal_move_ids}, {"2026-02"}
        )

    def _tax_on_payment(self):
        transition = self._account("252901", "Tax not due", "liability_current", True)
        self.company.write(
            {
                "tax_exigibility": True,
                "account_cash_basis_base_account_id": self.income.id,
            }
        )
        self.tax.write(
            {
                "tax_exigibility": "on_payment",
                "cash_basis_transition_account_id": transition.id,
            }
        )
        return transition

    def test_void_before_odoo_knew_it_is_nothing(self):
        invoice = self._sold()
        record = self._credit(self._line("20.00", "3.80", invoice_line="il_1"))
        event = self._bring_credit(record | {"status": "void"})
        self.assertEqual((event.state, event.skip_reason), ("skipped", "no_change"))
        self.assertFalse(invoice.reversal_move_ids)

    def test_void_of_what_was_paid_back_is_for_a_person(self):
        self._sold()
        self._pay("pi_1", "119.00", ("in_1", "119.00"))
        record = self._credit(
            self._line("40.00", "7.60", invoice_line="il_2"),
            refunds=[{"refund": "re_1", "amount": self._money("47.60")}],
        )
        credit = self._credited(record)
        self.env["account.payment.register"].with_context(
            active_model="account.move", active_ids=credit.ids
        ).create({})._create_payments()
        event = self._bring_credit(record | {"status": "void"}, at=300)
        self.assertEqual((event.state, event.error_class), ("review", "business_rule"))
        self.assertFalse(credit.reversal_move_ids)

    def test_void_of_the_invoice_takes_its_credit_notes_along(self):
        invoice = self._sold()
        record = self._credit(self._line("20.00", "3.80", invoice_line="il_1"))
        credit = self._credited(record)
        lines = [
            self._line("60.00", "11.40", external_id="il_1", description="Desk"),
            self._line("40.00", "7.60", external_id="il_2", description="Plan"),
        ]
        event = self._bring(
            self._invoice(*lines, status="void", voided_at="2026-02-25T12:00:00Z"),
            at=300,
        )
        self.assertEqual(event.state, "done", event.error)
        self.assertEqual((invoice | credit).mapped("amount_residual"), [0, 0])
        for account in (self.income, self.other_income, self.receivable):
            self.assertEqual(self._sum(account), 0, account.name)
        self.assertEqual(self._open_lines(self.receivable), [])
        # The system says it of the credit note as well.
        event = self._bring_credit(record | {"status": "void"}, at=310)
        self.assertEqual(event.state, "done", event.error)
        self.assertEqual(len(credit.reversal_move_ids), 1)

    def test_void_of_the_invoice_takes_tax_that_was_due_along(self):
        """Odoo's own entries for tax on payment are nobody's money."""
        transition = self._tax_on_payment()
        self.test_void_of_the_invoice_takes_its_credit_notes_along()
        used = self.tax.invoice_repartition_line_ids.account_id
        for account in used | transition:
            self.assertEqual(self._sum(account), 0, account.name)

    def test_one_that_comes_after_the_void_of_its_invoice(self):
        invoice = self._sold()
        lines = [
            self._line("60.00", "11.40", external_id="il_1", description="Desk"),
            self._line("40.00", "7.60", external_id="il_2", description="Plan"),
        ]
        self._bring(self._invoice(*lines, status="void"), at=300)
        self.assertEqual(invoice.payment_state, "reversed")
        event = self._bring_credit(
            self._credit(self._line("20.00", "3.80", invoice_line="il_1"))
        )
        self.assertEqual((event.state, event.skip_reason), ("skipped", "no_change"))
        self.assertEqual(len(invoice.reversal_move_ids), 1)
