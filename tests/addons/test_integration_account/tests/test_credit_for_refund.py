# Copyright 2026 Odoo Integration Suite contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl)
from odoo.tests import tagged

from odoo.addons.integration_core.engine.errors import (
    BusinessRuleError,
    LockedPeriodError,
)

from .credit_common import CreditCase


@tagged("post_install", "-at_install")
class TestCreditForRefund(CreditCase):
    """A credit note that Odoo makes for money that was paid back without one."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.other = cls._account("400902", "Plans", "income")
        cls.vat = cls._account("252900", "VAT", "liability_current")
        for tax in cls.tax | cls.included:
            lines = tax.invoice_repartition_line_ids | tax.refund_repartition_line_ids
            lines.filtered(lambda x: x.repartition_type == "tax").account_id = cls.vat
        cls.product.property_account_income_id = cls.other

    def _sold(self):
        """119.00 + 107.10 with tax in it, on two accounts, of which one is untaxed."""
        product = {"entity": "product", "external_id": "prod_1"}
        lines = [
            self._line("100.00", "19.00", external_id="il_1"),
            self._line(
                "119.00", "17.10", "txr_19i", True, discount="11.90", product=product
            ),
            self._line("33.33", external_id="il_3", product=product),
        ]
        return self._booked(self._invoice(*lines))

    def _refund(self, amount, payment="pi_1", **values):
        record = self._record_of(payment, "payment")
        return self.env["integration.refund"].create(
            {
                "connector_id": self.connector.id,
                "company_id": self.company.id,
                "payment_model": record._name,
                "payment_res_id": record.id,
                "partner_id": self.partner.id,
                "amount": amount,
                "currency_id": self.company.currency_id.id,
                "state": "succeeded",
                "external_id": values.pop("external_id", "re_1"),
                **values,
            }
        )

    def _make(self, refund):
        env = self.connector._work_env()
        entity = env["integration.entity.credit_note"]
        return entity._create_for_refund(refund.with_env(env)).with_env(self.env)

    def test_the_mix_of_the_invoice_to_the_cent(self):
        invoice = self._sold()
        self._pay("pi_1", "259.43", ("in_1", "259.43"))
        self.assertEqual(invoice.payment_state, "paid")
        credit = self._make(self._refund(100.01))
        self.assertEqual((credit.move_type, credit.state), ("out_refund", "posted"))
        self.assertEqual(credit.amount_total, 100.01)
        self.assertEqual(credit.reversed_entry_id, invoice)
        self.assertEqual(credit.amount_residual, 100.01)
        share = 100.01 / invoice.amount_total
        for account in (self.income, self.other, self.vat):
            was = -sum(x.balance for x in invoice.line_ids if x.account_id == account)
            back = sum(x.balance for x in credit.line_ids if x.account_id == account)
            self.assertAlmostEqual(back, was * share, delta=0.02, msg=account.name)
        for tax in self.tax | self.included:
            self.assertIn(tax, credit.line_ids.tax_line_id)

    def test_all_of_it_is_the_invoice_turned(self):
        invoice = self._sold()
        self._pay("pi_1", "259.43", ("in_1", "259.43"))
        credit = self._make(self._refund(259.43))
        for account in (self.income, self.other, self.vat):
            lines = (invoice | credit).line_ids.filtered(
                lambda x, a=account: x.account_id == a
            )
            self.assertAlmostEqual(sum(lines.mapped("balance")), 0, places=2)

    def test_once_and_linked_when_the_system_makes_one_too(self):
        invoice = self._sold()
        self._pay("pi_1", "259.43", ("in_1", "259.43"))
        refund = self._refund(119.00)
        credit = self._make(refund)
        self.assertEqual(self._make(refund), credit)
        event = self._bring_credit(
            self._credit(
                self._line("100.00", "19.00", invoice_line="il_1"),
                refunds=[{"refund": "re_1", "amount": self._money("119.00")}],
            )
        )
        self.assertEqual(event.state, "done", event.error)
        self.assertEqual(self._record_of("cn_1", "credit_note"), credit)
        self.assertEqual(invoice.reversal_move_ids, credit)
        other = self._credit(
            self._line("10.00", invoice_line="il_3"),
            number="CN-2",
            refunds=[{"refund": "re_2", "amount": self._money("10.00")}],
        )
        self._make(self._refund(9.00, external_id="re_2"))
        event = self._bring_credit(other, "cn_2", at=300)
        self.assertEqual(event.error_class, "duplicate_candidate")

    def test_a_reverse_charge_stays_one(self):
        parts = [
            (5,),
            (0, 0, {"repartition_type": "base"}),
            (0, 0, {"repartition_type": "tax", "factor_percent": 100}),
            (0, 0, {"repartition_type": "tax", "factor_percent": -100}),
        ]
        tax = self._tax("txr_rc", "Reverse charge", 19)
        tax.write(
            {
                "invoice_repartition_line_ids": parts,
                "refund_repartition_line_ids": parts,
            }
        )
        self._booked(self._invoice(self._line("100.00", "0.00", "txr_rc")))
        self._pay("pi_1", "100.00", ("in_1", "100.00"))
        credit = self._make(self._refund(33.33))
        self.assertEqual(credit.amount_total, 33.33)
        self.assertEqual(
            sorted(round(x.balance, 2) for x in credit.line_ids if x.tax_line_id),
            [-6.33, 6.33],
        )

    def test_what_stops_it(self):
        self._pay("pi_0", "10.00")
        with self.assertRaises(BusinessRuleError) as caught:
            self._make(self._refund(10.00, "pi_0"))
        self.assertEqual(caught.exception.details["cause"], "refund_of_no_invoice")
        self.assertTrue(caught.exception.hint)
        self._sold()
        self._pay("pi_1", "259.43", ("in_1", "259.43"))
        self._make(self._refund(250.00))
        more = self._refund(10.00, external_id="re_2")
        with self.assertRaises(BusinessRuleError) as caught:
            self._make(more)
        self.assertEqual(caught.exception.details["cause"], "refund_beyond_invoice")
        self.company.fiscalyear_lock_date = "2099-12-31"
        with self.assertRaises(LockedPeriodError):
            self._make(self._refund(5.00, external_id="re_3"))
