# Copyright 2026 Odoo Integration Suite contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl)
from datetime import timedelta

from odoo import fields
from odoo.tests import HttpCase, tagged

from .refund_peer import SentRefundCase


@tagged("post_install", "-at_install")
class TestRefundTours(SentRefundCase, HttpCase):
    """People, refunds and disputes, in a real browser."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        for person in (cls.operator, cls.manager):
            person.group_ids |= cls.env.ref("account.group_account_manager")

    def _tour(self, path, name, user):
        self.start_tour(f"/odoo/{path}", name, login=user.login)
        self.env.invalidate_all()

    def test_asked_by_one_agreed_by_another(self):
        _invoice, payment = self._paid()
        self._tour(
            f"m-account.payment/{payment.id}", "integration_refund_ask", self.operator
        )
        refund = self.env["integration.refund"].search([])
        self.assertEqual((refund.amount, refund.state), (30, "to_approve"))
        self.assertEqual(refund.requested_by, self.operator)
        approval = self._approval(refund)
        path = f"integration-approvals/{approval.id}"
        self._tour(path, "integration_refund_agree", self.manager)
        self.assertEqual(
            (refund.state, approval.approver_id), ("approved", self.manager)
        )
        self.send()
        self.assertEqual(len(self.peer.writes), 1)

    def test_the_credit_note_and_the_deadline(self):
        self._paid()
        self._refund(amount="19.00")
        self._move("txn_1", "refund", "-19.00", payment="pi_1", refund="re_1")
        self._tour(
            "integration-refunds", "integration_refund_credit_note", self.operator
        )
        self.assertEqual(self._refund_of().credit_note_id.amount_total, 19)
        soon = fields.Datetime.now() + timedelta(days=5)
        self._paid("pi_2", invoice="in_2")
        self._dispute(
            "needs_response",
            payment="pi_2",
            reason="product_not_received",
            respond_by=soon.strftime("%Y-%m-%dT%H:%M:%SZ"),
        )
        self._move("txn_2", "dispute", "-119.00", payment="pi_2", dispute="dp_1")
        self._tour(
            "integration-disputes", "integration_dispute_deadline", self.operator
        )
