# Copyright 2026 Odoo Integration Suite contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl)
import json

from odoo.exceptions import UserError
from odoo.tests import tagged

from .invoice_common import InvoiceCase

WHY = "the system added the tax up wrongly"


@tagged("post_install", "-at_install")
class TestEditedInvoice(InvoiceCase):
    """An invoice that was edited is booked once a second person agreed, and once."""

    def _refused(self):
        """An invoice whose stated tax is not what its tax rate gives."""
        event = self._bring(self._invoice(self._line("100.00", "7.00")))
        self.assertEqual((event.state, event.amount), ("review", 107))
        return event

    def _edited(self, event, by=None):
        document = json.loads(event.sudo()._read_body())
        document["record"] |= self._invoice(self._line("100.00", "19.00"))
        body = json.dumps(document).encode()
        return event.with_user(by or self.operator)._edit_and_replay(body, WHY)

    def _request(self, event):
        return self.env["integration.approval"].search(
            [("model", "=", event._name), ("res_id", "=", event.id)]
        )

    def test_booked_only_after_a_second_person_agreed(self):
        event = self._refused()
        edited = self._edited(event)
        self._drain()
        self.assertFalse(self._move())
        self.assertEqual((edited.state, edited.unapproved), ("review", True))
        request = self._request(edited)
        request.with_user(self.second).action_approve()
        self._drain()
        edited.invalidate_recordset()
        self.assertEqual(edited.state, "done")
        self.assertEqual(self._move().amount_total, 119)
        self.assertEqual((event.state, event.res_id), ("cancelled", 0))

    def test_the_second_person_sees_what_would_be_booked(self):
        edited = self._edited(self._refused())
        request = self._request(edited)
        self.assertEqual(
            (request.amount, request.currency_id.name), (119, "EUR"), request.content
        )
        labels = [row["label"] for row in request.preview_ledger["rows"]]
        self.assertIn("Total", labels)
        changed = {row["key"] for row in request.content_table["rows"]}
        self.assertIn("record.total.amount", changed)
        self.assertFalse(self._move(), "a preview books nothing")

    def test_the_editor_does_not_approve(self):
        self.operator.group_ids += self.env.ref("integration_core.group_manager")
        edited = self._edited(self._refused())
        with self.assertRaisesRegex(UserError, "second person"):
            self._request(edited).with_user(self.operator).action_approve()
        self._drain()
        self.assertFalse(self._move())

    def test_the_same_invoice_is_not_booked_twice(self):
        """The original is sent again while its edited copy waits."""
        edited = self._edited(self._refused())
        self._bring(self._invoice(self._line("100.00", "19.00")), at=300)
        move = self._move()
        self.assertEqual(move.amount_total, 119)
        edited.invalidate_recordset()
        self.assertEqual(edited.state, "skipped")
        with self.assertRaises(UserError), self.env.cr.savepoint():
            self._request(edited).with_user(self.second).action_approve()
        self._drain()
        self.assertEqual(self._move(), move)
