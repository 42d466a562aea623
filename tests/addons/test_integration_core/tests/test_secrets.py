# Copyright 2026 Odoo Integration Suite contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl)
import os
import tempfile
from unittest.mock import patch

from odoo.exceptions import AccessError, UserError

from odoo.addons.integration_core import settings
from odoo.addons.integration_core.engine.encryption import (
    DecryptionError,
    MissingKeyError,
)

from .common import CoreCase

CANARY = "whsec_canary_4711"


class TestSecrets(CoreCase):
    """A secret goes in and never comes out, whichever way one asks."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.credential = cls.env["integration.credential"]._store(
            cls.connector, "webhook_secret", CANARY
        )

    def _ring(self, text: str):
        name = settings.keys_option().upper()
        return patch.dict(os.environ, {name: text})

    def test_adapter_gets_it_back(self):
        self.assertEqual(self.credential._reveal(), CANARY)

    def test_nobody_reads_it(self):
        mine = self.credential.with_user(self.manager)
        self.assertFalse(mine.value)
        self.assertFalse(mine.read(["value"])[0]["value"])
        with self.assertRaises(AccessError):
            mine.read(["sealed"])
        self.assertNotIn("sealed", mine.read()[0])
        with self.assertRaises(UserError):
            mine.export_data(["sealed"])
        with self.assertRaises(AccessError):
            mine.search([("sealed", "!=", False)])

    def test_database_holds_no_clear_text(self):
        self.env.flush_all()
        self.env.cr.execute(
            "SELECT to_jsonb(c)::text FROM integration_credential c WHERE id = %s",
            (self.credential.id,),
        )
        self.assertNotIn(CANARY, self.env.cr.fetchone()[0])
        self.env.cr.execute(
            "SELECT sealed FROM integration_credential WHERE id = %s",
            (self.credential.id,),
        )
        self.assertNotIn(CANARY.encode(), bytes(self.env.cr.fetchone()[0]))

    def test_secret_of_a_working_connector_needs_a_second_person(self):
        mine = self.env["integration.credential"].with_user(self.manager)
        values = {"connector_id": self.connector.id, "kind": "api_key", "value": "x"}
        with self.assertRaises(UserError):
            mine.create(values)
        with self.assertRaises(UserError):
            self.credential.with_user(self.manager).value = "another"
        self.connector.with_user(self.manager).action_suspend()
        mine.create(values)

    def test_others_have_no_access_at_all(self):
        for person in (self.operator, self.designer, self.auditor):
            with self.assertRaises(AccessError):
                self.credential.with_user(person).read(["kind"])

    def test_ciphertext_of_another_row_is_worthless(self):
        other = self.env["integration.credential"]._store(
            self.connector, "webhook_secret", "other"
        )
        other.sudo().sealed = self.credential._sealed_bytes()
        with self.assertRaises(DecryptionError):
            other._reveal()

    def test_missing_key_names_the_option(self):
        with self._ring(""), self.assertRaises(UserError) as caught:
            self.credential._reveal()
        self.assertIn(settings.keys_option(), str(caught.exception))

    def test_rotation_by_key_id(self):
        old, new = self._new_ring("old"), self._new_ring("new")
        with self._ring(old):
            credential = self.env["integration.credential"]._store(
                self.connector, "api_key", "k"
            )
        with self._ring(new), self.assertRaises(MissingKeyError):
            credential._reveal()
        with self._ring(f"{new},{old}"):
            self.assertEqual(credential._reveal(), "k")
            others = self.env["integration.credential"].search(
                [("id", "!=", credential.id)]
            )
            others.sudo().sealed = False
            self.assertEqual(self.env["integration.credential"]._rotate_keys(), 1)
            self.assertEqual(self.env["integration.credential"]._rotate_keys(), 0)
        with self._ring(new):
            self.assertEqual(credential._reveal(), "k")

    def test_key_from_a_file(self):
        name = settings.keys_option().upper()
        ring = self._new_ring("filed")
        with tempfile.NamedTemporaryFile("w") as file, self._ring(ring):
            self.credential.value = "again"
            file.write(ring + "\n")
            file.flush()
            with patch.dict(os.environ, {name: "", f"{name}_FILE": file.name}):
                self.assertEqual(self.credential._reveal(), "again")

    def test_body_is_encrypted_and_masked_for_people(self):
        event = self._store("c1", {"name": "Ann", "email": "ann@canary.example"})
        self.env.cr.execute(
            "SELECT body FROM integration_event WHERE id = %s", (event.id,)
        )
        self.assertNotIn(b"canary", bytes(self.env.cr.fetchone()[0]))
        self.assertIn(b"ann@canary.example", event._read_body())
        shown = event.with_user(self.auditor).payload
        self.assertIn("Ann", shown)
        self.assertNotIn("ann@canary.example", shown)

    def test_showing_the_content_needs_a_reason_and_is_logged(self):
        event = self._store("c1", {"name": "Ann", "email": "ann@canary.example"})
        reveal = self.env["integration.reveal"].with_user(self.operator)
        wizard = reveal.create({"event_id": event.id})
        with self.assertRaises(UserError):
            wizard.action_reveal()
        wizard.reason = "customer calls"
        wizard.action_reveal()
        self.assertIn("ann@canary.example", wizard.content)
        log = self._logs(event)
        self.assertEqual((log.operation, log.actor_id), ("reveal", self.operator))
        with self.assertRaises(AccessError):
            self.env["integration.reveal"].with_user(self.auditor).create(
                {"event_id": event.id, "reason": "x"}
            )
