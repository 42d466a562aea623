# Copyright 2026 Odoo Integration Suite contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl)
from odoo.exceptions import AccessError, UserError
from odoo.tests import tagged
from odoo.tools import mute_logger

from .refund_peer import LATER, SentRefundCase


@tagged("post_install", "-at_install")
class TestRefundRequest(SentRefundCase):
    """A refund that Odoo asks for: who agrees, and that it arrives once."""

    def test_a_second_person_agrees_and_it_leaves_once(self):
        _invoice, payment = self._paid()
        refund = self._ask(payment, amount=30, note="Wrong size")
        self.assertEqual(refund.state, "to_approve")
        self.assertFalse(self._messages(refund))
        approval = self._approval(refund)
        self.assertEqual((approval.amount, approval.requester_id), (30, self.operator))
        self.assertEqual(approval.reason, "Wrong size")
        self.assertEqual(approval.content["payment"], payment.display_name)
        # Nothing leaves before, whatever wakes.
        self.send()
        self.assertFalse(self.peer.writes)
        approval.with_user(self.manager).action_approve()
        self.assertEqual(refund.state, "approved")
        [message] = self._messages(refund)
        self.assertEqual(
            (message.kind, message.event_type), ("effect", "refund.requested")
        )
        # The effect and the key are there before the call.
        effect = self.env["integration.effect"].search(
            [("model", "=", refund._name), ("res_id", "=", refund.id)]
        )
        self.assertTrue(effect.key.endswith(f":{refund.id}|refund"))
        self.send()
        [(method, path, sent, key)] = self.peer.writes
        self.assertEqual((method, path), ("POST", "/refund"))
        self.assertEqual(
            sent,
            {
                "payment": {"entity": "payment", "external_id": "pi_1"},
                "amount": {"amount": "30.00", "currency": "EUR"},
                "reason": "requested_by_customer",
            },
        )
        self.assertEqual(key, message.idempotency_key)
        self.assertEqual((refund.state, refund.external_id), ("pending", "N1"))
        # The system's own messages are about the same row.
        self._assert_state(self._hear(self.peer.told[0]), "skipped", "no_change")
        self._assert_state(self._refund("N1", at=LATER), "done")
        self.assertEqual(refund.state, "succeeded")
        self.assertEqual(len(self.env["integration.refund"].search([])), 1)
        # Its money is booked once, by its movement.
        self._move("txn_1", "refund", "-30.00", payment="pi_1", refund="N1")
        self.assertEqual(self._clearing_balance(), 89)
        self.assertEqual(refund.line_ids.mapped("amount"), [-30])
        # Nothing sends it again: no change, no second approval, no release.
        refund.sudo().reason = "duplicate"
        self.send()
        self.assertEqual(len(self.peer.writes), 1)
        with self.assertRaises(UserError):
            approval.with_user(self.second).action_approve()

    def test_who_asked_cannot_agree(self):
        _invoice, payment = self._paid()
        refund = self._ask(payment, self.manager, amount=30)
        approval = self._approval(refund)
        with self.assertRaisesRegex(UserError, "second person"):
            approval.with_user(self.manager).action_approve()
        with self.assertRaisesRegex(UserError, "manager"):
            approval.with_user(self.operator).action_approve()
        # What was changed since is not what was asked.
        refund.sudo().amount = 60
        with self.assertRaisesRegex(UserError, "changed after"):
            approval.with_user(self.second).action_approve()
        refund.sudo().amount = 30
        approval.with_user(self.second).decision_reason = "Ask him first"
        approval.with_user(self.second).action_refuse()
        self.assertEqual(
            (refund.state, refund.failure_reason), ("refused", "Ask him first")
        )
        self.send()
        self.assertFalse(self.peer.writes)

    def test_below_the_limit_it_leaves_at_once(self):
        self._limit(30)
        _invoice, payment = self._paid()
        refund = self._ask(payment, amount=30)
        self.assertEqual(refund.state, "approved")
        self.assertFalse(self._approval(refund))
        self.send()
        self.assertEqual(refund.state, "pending")
        above = self._ask(payment, amount=30.01)
        self.assertEqual(above.state, "to_approve")
        # Taken back, its money can be refunded again.
        above.with_user(self.operator).action_cancel()
        self.assertEqual(above.state, "canceled")
        self.assertEqual(self._approval(above).state, "withdrawn")
        self.assertEqual(payment._integration_refundable(), 89)
        with self.assertRaises(UserError):
            refund.with_user(self.operator).action_cancel()

    def test_never_more_than_was_paid(self):
        self._limit(1000)
        invoice, payment = self._paid()
        self._ask(payment, amount=100)
        with self.assertRaisesRegex(UserError, "19.00"):
            self._ask(payment, amount=19.01)
        with self.assertRaisesRegex(UserError, "above zero"):
            self._ask(payment, amount=0)
        dialog = self._dialog(invoice)
        self.assertEqual((dialog.left, dialog.amount), (19, 19))
        self.assertEqual(dialog.payment_move_id, payment.move_id)
        dialog.action_refund()
        with self.assertRaisesRegex(UserError, "Nothing of it"):
            invoice.with_user(self.operator).action_integration_refund()

    def test_who_may_ask(self):
        _invoice, payment = self._paid()
        self.auditor.group_ids |= self.env.ref("account.group_account_invoice")
        for user in (self.auditor, self.designer):
            with self.assertRaises(AccessError):
                payment.with_user(user).action_integration_refund()
        may = payment.with_user(self.auditor).integration_may_refund
        self.assertFalse(may)
        self.assertTrue(payment.with_user(self.operator).integration_may_refund)
        # Below the dialog, too.
        refunds = self.env["integration.refund"].with_user(self.auditor)
        with self.assertRaises(AccessError):
            refunds._ask(self.connector, payment, 30)
        with self.assertRaises(AccessError):
            refunds.create({"connector_id": self.connector.id})
        self.out_flow.sudo().mode = "paused"
        with self.assertRaisesRegex(UserError, "Nothing of it"):
            payment.with_user(self.operator).action_integration_refund()

    def test_a_credit_note_is_paid_out(self):
        self._limit(1000)
        invoice, _payment = self._paid()
        note = self._note(invoice, 40)
        dialog = self._dialog(note)
        self.assertEqual((dialog.credit_note_id, dialog.amount), (note, 40))
        dialog.amount = 50
        with self.assertRaisesRegex(UserError, "only"):
            dialog.action_refund()
        dialog.amount = 40
        # Over RPC anything may be given: an invoice, another customer's credit note.
        other = note.copy({"partner_id": self.partner.copy().id})
        other.action_post()
        for wrong in (invoice, other):
            dialog.credit_note_id = wrong
            with self.assertRaisesRegex(UserError, "no posted credit note"):
                dialog.action_refund()
        dialog.write({"credit_note_id": note.id, "amount": 40})
        refund = self.env["integration.refund"].browse(dialog.action_refund()["res_id"])
        # On its way, it is not open for another one.
        with self.assertRaisesRegex(UserError, "only"):
            self._dialog(note, amount=10, credit_note_id=note.id).action_refund()
        self.send()
        self._refund("N1", amount="40.00", at=LATER)
        self._move("txn_1", "refund", "-40.00", payment="pi_1", refund="N1")
        self.assertEqual((refund.state, refund.credit_note_id), ("succeeded", note))
        self.assertEqual(note.amount_residual, 0)
        self.assertFalse(refund.needs_credit_note)
        self.assertFalse(self._dialog(note).credit_note_id)

    def test_what_was_refunded_there_meanwhile_counts(self):
        _invoice, payment = self._paid()
        refund = self._ask(payment, amount=100)
        self._refund("re_there", amount="20.00")
        approval = self._approval(refund).with_user(self.manager)
        with self.assertRaises(UserError) as refused:
            approval.action_approve()
        self.assertIn("more than was", str(refused.exception))
        self.assertEqual((refund.state, approval.state), ("to_approve", "requested"))

    def test_what_the_bank_has_taken_is_not_refunded_as_well(self):
        self._limit(1000)
        _invoice, payment = self._paid()
        self._dispute("inquiry", amount="100.00")
        self.assertEqual(payment._integration_refundable(), 119)
        self._dispute("needs_response", amount="100.00", at=200)
        self.assertEqual(payment._integration_refundable(), 19)
        self._dispute("won", amount="100.00", at=300)
        self.assertEqual(payment._integration_refundable(), 119)

    # === WHAT BECOMES OF THE CALL === #

    def test_a_lost_answer_is_not_a_second_refund(self):
        self._limit(1000)
        _invoice, payment = self._paid()
        refund = self._ask(payment, amount=30)
        self.peer.faults = ["lost"]
        self.send()
        message = self._messages(refund)
        self.assertEqual(message.state, "sending")
        self.assertEqual(refund.state, "approved")
        # Its own message may be quicker than the look-up.
        self._assert_state(self._hear(self.peer.told[0]), "done")
        self.assertEqual((refund.state, refund.external_id), ("pending", "N1"))
        self.run_job(message)
        self.assertEqual(message.state, "done")
        self.assertEqual(len(self.peer.writes), 1)
        self.assertEqual(len(self.env["integration.refund"].search([])), 1)

    def test_refused_by_the_system(self):
        self._limit(1000)
        _invoice, payment = self._paid()
        refund = self._ask(payment, amount=119)
        self.peer.faults = [400]
        with mute_logger("odoo.addons.integration_core"):
            self.send()
        message = self._messages(refund)
        self.assertEqual((message.state, message.error_class), ("dead", "permanent"))
        self.assertEqual(refund.state, "refused")
        self.assertTrue(refund.failure_reason)
        self.assertEqual(refund.activity_ids.user_id, self.connector.user_id)
        self.assertEqual(payment._integration_refundable(), 119)
        # A person sends it once more; what was refunded meanwhile counts.
        other = self._ask(payment, amount=20)
        with self.assertRaises(UserError):
            message.with_user(self.operator).action_retry()
        self.send()
        self.peer.objects.clear()
        other.sudo().state = "failed"
        message.with_user(self.operator).action_retry()
        self.assertEqual(refund.state, "approved")
        self.send()
        self.assertEqual(refund.state, "pending")

    def test_not_known_is_not_refused(self):
        self._limit(1000)
        _invoice, payment = self._paid()
        refund = self._ask(payment, amount=119)
        self.peer.faults = [503]
        self.send()
        message = self._messages(refund)
        self.assertEqual(refund.state, "approved")
        self.assertEqual(payment._integration_refundable(), 0)
        message.sudo().write({"state": "dead", "error_class": "unknown_outcome"})
        message.with_user(self.operator)._skip_with_reason("Looked there: not done")
        self.assertEqual(
            (refund.state, refund.failure_reason),
            ("canceled", "Looked there: not done"),
        )
