# Copyright 2026 Odoo Integration Suite contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl)
from odoo.fields import Command
from odoo.tests import tagged

from odoo.addons.integration_account.models.period.period_guard_reconciled import (
    Reconciled,
)
from odoo.addons.integration_core.engine.errors import LockedPeriodError

from .period_common import OCTOBER, PeriodCase


@tagged("post_install", "-at_install")
class TestPeriodReconciled(PeriodCase):
    """Entries that Odoo makes by itself when a payment meets its invoice."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.dollar = cls._currency("USD")
        cls.env["res.currency.rate"].create(
            {
                "currency_id": cls.dollar.id,
                "company_id": cls.company.id,
                "name": "2026-10-15",
                "inverse_company_rate": 0.8,
            }
        )
        cls.exchange = cls.company.currency_exchange_journal_id

    def _invoice(self, **values):
        invoice = self.env["account.move"].create(
            {
                "move_type": "out_invoice",
                "journal_id": self.sales.id,
                "partner_id": self.customer.id,
                "invoice_date": "2026-10-10",
                "invoice_line_ids": [
                    Command.create(
                        {
                            "name": "Something",
                            "price_unit": 100,
                            "account_id": self.income.id,
                            "tax_ids": [(6, 0, values.pop("taxes", []))],
                        }
                    )
                ],
                **values,
            }
        )
        invoice.action_post()
        return invoice

    def _pay(self, invoice, date="2026-10-20"):
        payment = self.env["account.payment"].create(
            {
                "partner_id": self.customer.id,
                "amount": invoice.amount_total,
                "currency_id": invoice.currency_id.id,
                "date": date,
                "journal_id": self.gateway.id,
                "outstanding_account_id": self.clearing.id,
            }
        )
        payment.action_post()
        return payment

    def _reconcile(self, invoice, payment):
        lines = (invoice | payment.move_id).line_ids.filtered(
            lambda line: line.account_id.account_type == "asset_receivable"
        )
        lines.reconcile()
        return lines.matched_debit_ids | lines.matched_credit_ids

    def _allocation(self, partials):
        item = self._request("pi_1").item
        return Reconciled(item, "pi_1|in_1", "Payment pi_1 of in_1", partials)

    def _in_dollar(self):
        """Invoice and payment of October at different rates, then the month closes."""
        invoice = self._invoice(currency_id=self.dollar.id)
        payment = self._pay(invoice)
        return invoice, payment

    def _tell(self, allocation):
        self.guard._reconciled(self.connector, [allocation])

    def test_a_difference_in_its_own_month_is_fine(self):
        partials = self._reconcile(*self._in_dollar())
        self.assertTrue(partials.exchange_move_id)
        allocation = self._allocation(partials)
        self._tell(allocation)
        self.assertFalse(allocation.item.notes)
        self.assertFalse(self._rows("pi_1|in_1"))

    def test_a_difference_of_a_locked_month_is_held(self):
        invoice, payment = self._in_dollar()
        self._lock(fiscalyear_lock_date=OCTOBER)
        allocation = self._allocation(self._reconcile(invoice, payment))
        with self.assertRaises(LockedPeriodError) as caught:
            self._tell(allocation)
        allocation.item.fail(caught.exception)
        self._settle_one(allocation)
        row = self._rows("pi_1|in_1")
        self.assertEqual((row.state, row.kind), ("waiting", "reconcile"))
        self.assertEqual(str(row.wanted_date), "2026-10-20")
        self.assertEqual(row.lock, "fiscalyear_lock_date")
        self.assertEqual(row.journal_id, self.exchange)

    def _settle_one(self, allocation):
        self.env["integration.outcome"]._finish(
            self.connector, [allocation.item], False, 1
        )
        self.env.invalidate_all()

    def test_a_decision_lets_it_move(self):
        invoice, payment = self._in_dollar()
        self._lock(fiscalyear_lock_date=OCTOBER)
        allocation = self._allocation(self._reconcile(invoice, payment))
        with self.assertRaises(LockedPeriodError) as caught:
            self._tell(allocation)
        allocation.item.fail(caught.exception)
        self._settle_one(allocation)
        row = self._rows("pi_1|in_1")
        self._decide(row)
        again = self._allocation(allocation.partials)
        self._tell(again)
        self.assertEqual(row.state, "booked")
        self.assertEqual(row.res_id, allocation.partials.exchange_move_id.id)
        self.assertIn("October is reported", again.item.notes[0])

    def test_a_journal_that_accepts_lists_it(self):
        self.exchange.write(
            {
                "integration_period_policy": "accept",
                "integration_period_reason": "Differences are small.",
            }
        )
        invoice, payment = self._in_dollar()
        self._lock(fiscalyear_lock_date=OCTOBER)
        allocation = self._allocation(self._reconcile(invoice, payment))
        self._tell(allocation)
        self.assertEqual(self._rows("pi_1|in_1").state, "booked")
        self.assertIn("Differences are small.", allocation.item.notes[0])

    def test_a_journal_that_numbers_by_the_year_moves_it_without_a_lock(self):
        old = self.env["account.move"].create(
            {"journal_id": self.exchange.id, "date": "2026-01-05", "name": "EX/2026/1"}
        )
        self.assertTrue(old)
        partials = self._reconcile(*self._in_dollar())
        self.assertEqual(str(partials.exchange_move_id.date), "2026-11-22")
        with self.assertRaisesRegex(LockedPeriodError, "No lock forbids its day"):
            self._tell(self._allocation(partials))

    def test_a_tax_due_on_payment_is_held_by_the_tax_lock(self):
        self.company.write(
            {
                "tax_exigibility": True,
                "account_cash_basis_base_account_id": self.income.id,
            }
        )
        transition = self._account("252901", "Tax not due yet", "liability_current")
        transition.reconcile = True
        self.tax.write(
            {
                "tax_exigibility": "on_payment",
                "cash_basis_transition_account_id": transition.id,
            }
        )
        invoice = self._invoice(taxes=self.tax.ids)
        payment = self._pay(invoice)
        self._lock(tax_lock_date=OCTOBER)
        partials = self._reconcile(invoice, payment)
        with self.assertRaises(LockedPeriodError) as caught:
            self._tell(self._allocation(partials))
        shift = caught.exception.details["shifts"][0]
        self.assertEqual(
            (shift["lock"], shift["wanted_date"]), ("tax_lock_date", "2026-10-20")
        )
