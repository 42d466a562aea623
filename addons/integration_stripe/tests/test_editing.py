# Copyright 2026 Odoo Integration Suite contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl)
import json

from odoo.exceptions import UserError
from odoo.tests import tagged

from .common import StripeCase, customer, event, thin_event

WHY = "wrong there, corrected there too"


@tagged("post_install", "-at_install")
class TestEditing(StripeCase):
    """A delivery of the system as a person edits it."""

    def _stored(self, document):
        body = document if isinstance(document, bytes) else json.dumps(document)
        body = body if isinstance(body, bytes) else body.encode()
        messages = self.adapter._split_safely(self.gate, body, {})
        results = self.env["integration.intake"]._store(self.gate, messages, {})
        found = self.env["integration.event"].search(
            [("uuid", "=", results[0]["uuid"])]
        )
        if found.state == "pending":
            found.sudo().write({"state": "review", "error_class": "mapping"})
        return found

    def _edit(self, stored, document):
        body = (
            document if isinstance(document, bytes) else json.dumps(document).encode()
        )
        return stored._edit_and_replay(body, WHY)

    def test_a_corrected_delivery(self):
        stored = self._stored(event(obj=customer(name="Wrong")))
        edited = self._edit(stored, event(obj=customer(name="Right")))
        self.assertEqual(
            (edited.state, edited.entity, edited.external_id, edited.source_type),
            ("pending", "customer", stored.external_id, stored.source_type),
        )
        self.assertFalse(edited.source_event_id)
        self.assertFalse(edited.credential_id, "nobody signed what a person wrote")

    def test_another_customer(self):
        stored = self._stored(event(obj=customer()))
        with self.assertRaisesRegex(UserError, "another object"):
            self._edit(stored, event(obj=customer(id="cus_other")))

    def test_of_another_mode(self):
        stored = self._stored(event(obj=customer()))
        with self.assertRaisesRegex(UserError, "live mode"):
            self._edit(stored, event(obj=customer(), livemode=True))

    def test_an_unreadable_delivery_is_repaired(self):
        stored = self._stored(json.dumps(event(obj=customer()))[:-1].encode())
        self.assertEqual((stored.state, stored.entity), ("quarantine", False))
        edited = self._edit(stored, event(obj=customer()))
        self.assertEqual((edited.state, edited.entity), ("pending", "customer"))

    def test_a_hint_is_read_again_anyway(self):
        stored = self._stored(thin_event())
        with self.assertRaisesRegex(UserError, "no effect"):
            self._edit(stored, thin_event(created="2026-01-01T00:00:00.000Z"))
