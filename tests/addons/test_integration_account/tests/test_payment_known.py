# Copyright 2026 Odoo Integration Suite contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl)
from odoo.tests import tagged

from .payment_common import PaymentCase


@tagged("post_install", "-at_install")
class TestPaymentKnown(PaymentCase):
    """Payments that Odoo has already: never booked twice."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.provider_journal = cls.env["account.journal"].create(
            {"name": "Portal payments", "code": "PORT", "type": "bank"}
        )
        cls.method = cls.env["payment.method"].search(
            [("active", "in", (True, False))], limit=1
        )
        cls.provider = cls.env["payment.provider"].create(
            {"name": "Portal", "company_id": cls.company.id, "code": "none"}
        )

    def _transaction(self, reference: str, amount=100, state="done", **values):
        """A transaction of Odoo's own provider; it has a payment if ``payment``."""
        booked = values.pop("booked", True)
        invoice = values.pop("invoice", None)
        transaction = self.env["payment.transaction"].create(
            {
                "provider_id": self.provider.id,
                "payment_method_id": self.method.id,
                "reference": f"S-{reference}",
                "provider_reference": reference,
                "amount": amount,
                "currency_id": self._currency("EUR").id,
                "partner_id": self.partner.id,
                "operation": "online_direct",
                "state": state,
                **values,
            }
        )
        if booked:
            transaction.payment_id = self._own_payment(amount)
        if invoice:
            moves = transaction.payment_id.move_id | invoice
            moves.line_ids.filtered(
                lambda line: line.account_id.account_type == "asset_receivable"
            ).reconcile()
        return transaction

    def _own_payment(self, amount):
        payment = self.env["account.payment"].create(
            {
                "payment_type": "inbound",
                "partner_type": "customer",
                "partner_id": self.partner.id,
                "amount": amount,
                "currency_id": self._currency("EUR").id,
                "journal_id": self.provider_journal.id,
                "date": "2026-02-11",
            }
        )
        payment.action_post()
        return payment

    def test_a_payment_of_odoo_itself_is_linked(self):
        invoice = self._invoice("in_1", 100)
        own = self._transaction("pi_1", invoice=invoice).payment_id
        event = self._pay("ch_1", "pi_1", "100.00", "in_1")
        self._assert_state(event, "done")
        self.assertEqual(self._payments(), own)
        self.assertFalse(self._gateway_moves())
        self.assertEqual(self._record_of("pi_1", "payment"), own)
        log = self._logs(event)
        self.assertEqual(log.operation, "link")
        self.assertIn("Odoo's own payment provider", log.message)
        effect = self._effects("pi_1").filtered(lambda e: e.key.endswith("|pay"))
        self.assertEqual((effect.model, effect.res_id), ("account.payment", own.id))
        again = self._pay("in_1", "pi_1", "100.00", "in_1")
        self._assert_state(again, "done")
        self.assertEqual(self._payments(), own)

    def test_only_what_is_open_is_allocated(self):
        invoice = self._invoice("in_1", 150)
        own = self._transaction("pi_1").payment_id
        self._pay("ch_1", "pi_1", "100.00", ("in_1", "100.00"))
        self.assertEqual(invoice.amount_residual, 50)
        self.assertEqual(self._payments(), own)

    def test_it_is_found_by_every_id_of_the_payment(self):
        self._transaction("ch_1")
        self._pay("inv_obj", "pi_1", "100.00", references=["ch_1"])
        self.assertEqual(len(self._payments()), 1)
        self._transaction("pi_2")
        self._pay("pi_2", "pi_2", "100.00")
        self.assertEqual(len(self._payments()), 2)

    def test_a_transaction_that_is_not_booked_yet_is_waited_for(self):
        transaction = self._transaction("pi_1", booked=False)
        event = self._pay("ch_1", "pi_1", "100.00")
        self._assert_state(event, "retry")
        self.assertIn("has made no payment yet", event.error)
        self.assertFalse(self._payments())
        transaction.payment_id = self._own_payment(100)
        event.with_user(self.operator).action_retry()
        self._drain()
        self._assert_state(event, "done")
        self.assertEqual(len(self._payments()), 1)

    def test_an_unfinished_transaction_is_nobodys_payment(self):
        self._transaction("pi_1", state="draft", booked=False)
        self._transaction("pi_2", state="cancel", booked=False)
        self._pay("ch_1", "pi_1", "100.00")
        self._pay("ch_2", "pi_2", "100.00")
        self.assertEqual(self._payments().journal_id, self.gateway)
        self.assertEqual(len(self._payments()), 2)

    def test_another_amount_than_that_of_odoo_needs_a_person(self):
        self._transaction("pi_1", amount=90)
        event = self._pay("ch_1", "pi_1", "100.00")
        self._assert_state(event, "review")
        self.assertEqual(self._exception(event).cause, "payment_amount_changed")
        self.assertEqual(len(self._payments()), 1)

    def test_a_transaction_of_another_company_is_not_ours(self):
        other = self.env["res.company"].create({"name": "Other"})
        provider = self.provider.sudo().copy({"company_id": other.id})
        self._transaction("pi_1", provider_id=provider.id, booked=False)
        self._pay("ch_1", "pi_1", "100.00")
        self.assertEqual(self._payments().journal_id, self.gateway)

    def test_a_payment_known_under_another_key_is_joined(self):
        """Booked by its charge alone; later the payment intent becomes known."""
        invoice = self._invoice("in_1", 100)
        self._pay("ch_1", "ch_1", "100.00")
        event = self._pay("pi_1", "pi_1", "100.00", "in_1", references=["ch_1"])
        self._assert_state(event, "done")
        self.assertEqual(len(self._payments()), 1)
        self.assertEqual(invoice.payment_state, "paid")
        self.assertEqual(self._record_of("pi_1", "payment"), self._payments())
        self.assertTrue(self._link("ch_1", entity="payment").primary)
        self.assertFalse(self._link("pi_1", entity="payment").primary)
