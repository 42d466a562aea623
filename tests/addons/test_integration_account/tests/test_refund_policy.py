# Copyright 2026 Odoo Integration Suite contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl)
from datetime import timedelta

from odoo import fields
from odoo.exceptions import AccessError, UserError
from odoo.tests import tagged

from .refund_common import RefundCase


@tagged("post_install", "-at_install")
class TestRefundPolicy(RefundCase):
    """Money that was given back, and no credit note says what for."""

    def _policy(self, policy: str, limit=0.0):
        self.connector.sudo().write(
            {"refund_policy": policy, "refund_credit_note_limit": limit}
        )

    def _refunded(self, external_id="re_1", amount="30.00"):
        self._refund(external_id, amount=amount)
        self._move(
            f"txn_{external_id}",
            "refund",
            f"-{amount}",
            payment="pi_1",
            refund=external_id,
        )
        return self._refund_of(external_id)

    def _cron(self, refund, days=2):
        """The cron, some days after the refund came."""
        self.env.flush_all()
        self.env.cr.execute(
            "UPDATE integration_refund SET create_date = %s WHERE id = %s",
            (fields.Datetime.now() - timedelta(days=days), refund.id),
        )
        self.env.invalidate_all()
        self.env["integration.refund"]._cron_settle()

    def test_what_is_not_booked_is_not_called_booked(self):
        self._policy("open")
        self._paid()
        self._refund("re_1", amount="30.00")
        refund = self._refund_of("re_1")
        self.assertEqual(refund.notice["level"], "info")
        self.assertIn("nothing is booked", refund.notice["why"])

    def test_left_open_for_the_accountant(self):
        self._policy("open")
        self._paid()
        refund = self._refunded()
        self._cron(refund)
        self.assertTrue(refund.needs_credit_note)
        self.assertEqual(self._on(self.receivable), 30)
        self.assertEqual(refund.notice["level"], "warning")
        # By hand: whatever meets it on the customer's account is enough.
        invoice = self._record_of("in_1", "invoice")
        note = self._note(invoice, 30)
        (refund._legs("refund") | note.line_ids).filtered(
            lambda item: item.account_id == self.receivable
        ).reconcile()
        self.assertFalse(refund.needs_credit_note)
        self.assertFalse(refund.notice)

    def test_the_credit_note_is_made(self):
        self._policy("credit_note")
        invoice, _payment = self._paid()
        refund = self._refunded()
        # One of the system's own may still come.
        self._cron(refund, days=0)
        self.assertFalse(refund.credit_note_id)
        self._cron(refund)
        note = refund.credit_note_id
        self.assertEqual((note.move_type, note.state), ("out_refund", "posted"))
        self.assertEqual((note.amount_total, note.amount_residual), (30, 0))
        self.assertEqual(note.reversed_entry_id, invoice)
        self.assertFalse(refund.needs_credit_note)
        self.assertEqual(self._on(self.receivable), 0)
        self.assertEqual(self._on(self.income), -89)
        self._cron(refund)
        self.assertEqual(refund.credit_note_id, note)

    def test_above_the_limit_it_is_left_open(self):
        self._policy("credit_note", 29.99)
        self._paid()
        refund = self._refunded()
        self._cron(refund)
        self.assertFalse(refund.credit_note_id)
        self._policy("credit_note", 30)
        self._cron(refund)
        self.assertTrue(refund.credit_note_id)

    def test_what_cannot_be_made_is_a_task_once(self):
        self._policy("credit_note")
        self._assert_state(self._pay("pi_1", "pi_1", "119.00"), "done")
        refund = self._refunded()
        payment = self._payments()
        # A payment that paid nothing is simply given back.
        self._cron(refund)
        self.assertFalse(refund.credit_note_id)
        self.assertFalse(refund.needs_credit_note)
        self.assertEqual(self._on(self.receivable), -89)
        self.assertEqual(payment._integration_refundable(), 89)

    def test_two_invoices_are_for_a_person(self):
        self._policy("credit_note")
        self._invoice("in_1", 100)
        self._invoice("in_2", 19)
        self._pay("pi_1", "pi_1", "119.00", ("in_1", 100), ("in_2", 19))
        refund = self._refunded()
        self._cron(refund)
        self._cron(refund)
        self.assertFalse(refund.credit_note_id)
        task = refund.activity_ids
        self.assertEqual(len(task), 1)
        self.assertIn("several invoices", task.note)

    def test_by_hand(self):
        self._policy("open")
        self._paid()
        refund = self._refunded()
        with self.assertRaises(AccessError):
            refund.with_user(self.auditor).action_make_credit_note()
        self.operator.group_ids |= self.env.ref("account.group_account_invoice")
        refund.with_user(self.operator).action_make_credit_note()
        self.assertEqual(refund.credit_note_id.amount_residual, 0)
        said = refund.sudo().message_ids.filtered(lambda x: "Asked for" in x.body)
        self.assertEqual(said.author_id, self.operator.partner_id)
        with self.assertRaises(UserError):
            refund.with_user(self.operator).action_make_credit_note()

    def test_the_rules_are_what_was_approved(self):
        self.assertIn("refund_policy", self.connector._governed_fields())
        content = self.connector._governed_content()
        self.assertEqual(content["refund_policy"], "open")
        with self.assertRaises(UserError):
            self.connector.with_user(self.manager).refund_approval_amount = 1000

    def test_compare_only(self):
        self._paid()
        for entity in ("refund", "dispute"):
            self.flows[entity].sudo().mode = "shadow"
        self._assert_state(self._refund(), "skipped", "shadow")
        self._assert_state(self._dispute("lost"), "skipped", "shadow")
        self.assertFalse(self._refund_of() or self._dispute_of())

    def test_a_batch_costs_few_statements(self):
        """Each further refund with its money and credit note: a few statements."""
        notes = {}
        for number in range(6):
            name = f"pi_{number}"
            invoice, _payment = self._paid(name, "50.00", f"in_{number}")
            notes[number] = self._note(invoice, 20)
        refunds = self.connector._work_env()["integration.refund"]

        def run(numbers) -> int:
            refunds._claim_credit_notes(
                self.connector,
                [
                    {"refund": f"re_{n}", "move": notes[n], "event_id": False}
                    for n in numbers
                ],
            )
            for n in numbers:
                record = self._about(f"pi_{n}", "20.00", "succeeded")
                self._store(f"re_{n}", record, entity="refund")
            self.env.flush_all()
            self.env.invalidate_all()
            before = self.env.cr.sql_log_count
            self._drain()
            self.env.flush_all()
            return self.env.cr.sql_log_count - before

        one, five = run([0]), run([1, 2, 3, 4, 5])
        self.assertLess((five - one) / 4, 8, (one, five))
