# Copyright 2026 Odoo Integration Suite contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl)
from odoo.fields import Command
from odoo.tests import tagged

from .settlement_common import SettlementCase


@tagged("post_install", "-at_install")
class TestBalanceFailure(SettlementCase):
    """Payments that failed after they had succeeded."""

    def _fail(self, amount="-100.00", **values):
        return self._move("txn_f", "charge_failure", amount, payment="pi_1", **values)

    def test_its_invoice_is_open_again(self):
        invoice = self._invoice("in_1", 100)
        self._pay("pi_1", "pi_1", "100.00", "in_1")
        self.assertEqual(invoice.payment_state, "paid")
        failed = self._pay("pi_1", "pi_1", "100.00", "in_1", status="failed", at=200)
        self._assert_state(failed, "skipped", "no_change")
        event = self._fail()
        self._assert_state(event, "done")
        self.assertEqual(
            (invoice.payment_state, invoice.amount_residual), ("not_paid", 100)
        )
        bodies = " ".join(str(message.body) for message in invoice.message_ids)
        self.assertIn("open again", bodies)
        receivable = self.partner.property_account_receivable_id
        self.assertEqual(self._on(receivable), 100)
        lines = self._payments().move_id.line_ids | self._line("txn_f").move_id.line_ids
        self.assertTrue(
            all(
                lines.filtered(lambda x: x.account_id == receivable).mapped(
                    "reconciled"
                )
            )
        )
        self.assertEqual(self._clearing_balance(), 0)

    def test_it_failed_before_its_success_was_read(self):
        invoice = self._invoice("in_1", 100)
        self._assert_state(
            self._pay("pi_1", "pi_1", "100.00", "in_1", status="failed", returned=True),
            "done",
        )
        self._move("txn_c", "charge", "100.00", "1.00", payment="pi_1")
        self._assert_state(self._fail(), "done")
        self.assertEqual(invoice.payment_state, "not_paid")
        self.assertEqual(self._clearing_balance(), -1)

    def test_one_that_never_succeeded_is_not_booked(self):
        event = self._pay("pi_1", "pi_1", "100.00", status="failed")
        self._assert_state(event, "skipped", "not_final")

    def test_only_a_part_is_left_to_a_person(self):
        self.manager.group_ids |= self.env.ref("account.group_account_invoice")
        invoice = self._invoice("in_1", 100)
        self._pay("pi_1", "pi_1", "100.00", "in_1")
        event = self._fail("-40.00")
        self._assert_state(event, "done")
        self.assertEqual(invoice.payment_state, "paid")
        self.assertIn("stays paid", self._logs(event).message)
        task = invoice.activity_ids
        self.assertEqual(task.user_id, self.connector.user_id)
        self.assertIn("only a part", task.note)

    def test_tax_that_was_due_in_a_locked_period_is_left_to_a_person(self):
        self.company.write(
            {
                "tax_exigibility": True,
                "account_cash_basis_base_account_id": self.income.id,
            }
        )
        transition = self._account(
            "252901", "Tax not due yet", "liability_current", True
        )
        due = self._account("252902", "Tax due", "liability_current")
        tax = self.env["account.tax"].create(
            {
                "name": "On payment",
                "amount": 19,
                "tax_exigibility": "on_payment",
                "cash_basis_transition_account_id": transition.id,
                "invoice_repartition_line_ids": [
                    Command.create({"repartition_type": "base"}),
                    Command.create({"repartition_type": "tax", "account_id": due.id}),
                ],
            }
        )
        invoice = self._invoice("in_1", 100, post=False)
        invoice.invoice_line_ids.tax_ids = tax
        invoice.action_post()
        self._pay("pi_1", "pi_1", "119.00", "in_1")
        self.assertEqual((invoice.payment_state, self._on(due)), ("paid", -19))
        self.company.tax_lock_date = "2026-02-28"
        event = self._fail("-119.00", occurred_at="2026-03-05T12:00:00Z")
        self._assert_state(event, "done")
        self.assertEqual((invoice.payment_state, self._on(due)), ("paid", -19))
        self.assertIn("tax became due", invoice.message_ids[0].body)

    def test_what_was_converted_comes_back_at_another_rate(self):
        invoice = self._invoice("in_1", 100, "USD", invoice_date="2026-02-11")
        self._pay(
            "pi_1",
            "pi_1",
            "100.00",
            "in_1",
            currency="USD",
            settlement=self._money("90.00"),
        )
        self.assertEqual(invoice.payment_state, "paid")
        event = self._fail("-91.00", original=self._money("-100.00", "USD"))
        self._assert_state(event, "done")
        self.assertEqual(invoice.payment_state, "not_paid")
        self.assertEqual(self._clearing_balance(), -1)
        self.assertEqual(self._on(self.partner.property_account_receivable_id), 90)
