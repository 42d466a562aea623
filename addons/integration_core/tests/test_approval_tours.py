# Copyright 2026 Odoo Integration Suite contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl)
from odoo.tests import tagged

from .test_tours import TourCase


class ApprovalTourCase(TourCase):
    def _worth_money(self):
        """A message that failed and is worth money."""
        self._activate()
        event = self._feed("obj_edit", {"email": "ada@example.com"}, 1)
        self.assertEqual(event.state, "review")
        event.sudo().write(
            {"amount": 119, "currency_id": self.env.company.currency_id.id}
        )
        return event


@tagged("post_install", "-at_install")
class TestApprovalTours(ApprovalTourCase):
    def test_edit_a_message(self):
        event = self._worth_money()
        self._tour(f"integration-messages/{event.id}", "integration_edit", "operator")
        self.env.invalidate_all()
        copy = event.edited_copy_id
        self.assertEqual((event.state, copy.state), ("cancelled", "review"))
        self.assertEqual(copy.edited_by_id, self.people["operator"])
        self.assertTrue(copy.unapproved)

    def test_change_request(self):
        self._activate()
        self._feed("obj_1", {"name": "Ada", "email": "ada@example.com"}, 1)
        link = self.env["integration.external.id"].search(
            [("connector_id", "=", self.connector.id), ("role", "=", "")]
        )
        partner = self.env["res.partner"].browse(link.res_id)
        partner.phone = "030 1"
        asked_by = self.people["operator"]
        approval = self.env["integration.approval.change"].with_user(asked_by)
        approval = approval._request_change(
            partner.with_user(asked_by),
            {"phone": "030 2"},
            "The owner",
            "the customer called",
            owner=self.system,
        )
        path = "integration-change-requests"
        self._tour(path, "integration_change_request", "manager")
        self.env.invalidate_all()
        self.assertEqual(approval.change_state, "accepted")
        self.assertEqual(partner.phone, "030 1", "the owner's message changes it")


@tagged("post_install", "-at_install")
class TestApprovalOnAPhone(ApprovalTourCase):
    browser_size = "390x844"
    touch_enabled = True

    def test_refuse(self):
        event = self._worth_money()
        body = event.sudo()._read_body().replace(b'"email"', b'"name":"Ada","email"')
        event.with_user(self.people["operator"])._edit_and_replay(body, "Typed wrongly")
        self._tour("integration-approvals", "integration_refuse", "manager")
        self.env.invalidate_all()
        self.assertEqual(event.state, "review")
        self.assertEqual(event.edited_copy_id.state, "cancelled")
        approval = self.env["integration.approval"].search([], limit=1)
        self.assertEqual(approval.decision_reason, "Ask them to send it again")
