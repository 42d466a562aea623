# Copyright 2026 Odoo Integration Suite contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl)
import hashlib
import hmac
import json
import os
from unittest.mock import patch

from odoo.tests import HttpCase, tagged

from odoo.addons.integration_core import settings

from .common import SYSTEM

SECRET = "shared"


@tagged("post_install", "-at_install")
class TestIntake(HttpCase):
    """What each kind of delivery is answered; ARCHITECTURE §6."""

    def setUp(self):
        super().setUp()
        self.connector = self.env["integration.connector"].create(
            {"name": "Intake", "system": SYSTEM}
        )
        self.credential = self.env["integration.credential"]._store(
            self.connector, "webhook_secret", SECRET
        )
        self.connector.sudo().state = "active"

    def _post(self, *entries, secret=SECRET, token=None, method="POST", **headers):
        body = json.dumps(entries).encode()
        proof = hmac.new(secret.encode(), body, hashlib.sha256).hexdigest()
        answer = self.url_open(
            f"/integration/webhook/{token or self.connector.webhook_token}",
            data=body,
            method=method,
            headers={
                "Content-Type": "application/json",
                "X-Demo-Signature": proof,
                **headers,
            },
        )
        self.assertRegex(answer.headers["X-Correlation-Id"], "^[0-9a-f]{32}$")
        self.assertNotIn("Set-Cookie", answer.headers)
        return answer

    def _entry(self, number, **values):
        return {
            "event": f"e{number}",
            "kind": "customer",
            "id": f"C{number}",
            "at": "2026-11-22T10:00:00Z",
            "record": {"company": "A"},
            **values,
        }

    def _events(self):
        return self.env["integration.event"].search(
            [("connector_id", "=", self.connector.id)]
        )

    def test_stored_then_duplicate(self):
        first = self._post(self._entry(1))
        again = self._post(self._entry(1))
        self.assertEqual((first.status_code, again.status_code), (200, 200))
        self.assertEqual(first.json()["status"], "stored")
        self.assertEqual(again.json(), dict(first.json(), status="duplicate"))
        self.assertEqual(len(self._events()), 1)
        self.assertEqual(self._events().credential_id, self.credential)

    def test_delivery_with_many_events(self):
        answer = self._post(*[self._entry(n) for n in range(5)])
        self.assertEqual(answer.json()["status"], "stored")
        self.assertEqual(len(self._events()), 5)
        self.assertEqual(len(set(self._events().mapped("correlation_id"))), 1)

    def test_trace_of_the_sender_is_kept(self):
        trace = "4bf92f3577b34da6a3ce929d0e0e4736"
        answer = self._post(
            self._entry(1), traceparent=f"00-{trace}-00f067aa0ba902b7-01"
        )
        self.assertEqual(answer.headers["X-Correlation-Id"], trace)
        self.assertEqual(self._events().correlation_id, trace)

    def test_refusals_leave_no_trace(self):
        cases = {
            "forged": (401, {"secret": "wrong"}),
            "unknown": (404, {"token": "nobody"}),
            "put": (405, {"method": "PUT"}),
            "form": (415, {"Content-Type": "application/x-www-form-urlencoded"}),
            "encoded": (415, {"Content-Encoding": "gzip"}),
        }
        for name, (status, how) in cases.items():
            with self.subTest(name):
                self.assertEqual(self._post(self._entry(1), **how).status_code, status)
        self.assertFalse(self._events())

    def test_size(self):
        self.connector.max_body_size = 400
        self.assertEqual(self._post(self._entry(1)).status_code, 200)
        big = self._entry(2, filler="x" * 400)
        self.assertEqual(self._post(big).status_code, 413)
        self.assertEqual(len(self._events()), 1)

    def test_rate(self):
        self.connector.max_rate = 2
        answers = [self._post(self._entry(n)) for n in range(12)]
        late = [a for a in answers if a.status_code == 429]
        self.assertTrue(late)
        self.assertGreaterEqual(int(late[0].headers["Retry-After"]), 1)
        self.assertEqual(len(self._events()), 12 - len(late))

    def test_retired(self):
        self.connector.sudo().state = "retired"
        self.assertEqual(self._post(self._entry(1)).status_code, 410)

    def test_draft_stores_and_waits(self):
        self.connector.sudo().state = "draft"
        self.assertEqual(self._post(self._entry(1)).status_code, 200)
        self.assertEqual(self._events().state, "pending")
        self.assertFalse(self.env["queue.job"].search_count([]))

    def test_without_a_secret_nothing_is_believed(self):
        self.credential.unlink()
        self.assertEqual(self._post(self._entry(1)).status_code, 401)

    def test_secret_out_of_its_time(self):
        self.credential.valid_to = "2020-01-01"
        self.assertEqual(self._post(self._entry(1)).status_code, 401)

    def test_two_secrets_during_a_change(self):
        new = self.env["integration.credential"]._store(
            self.connector, "webhook_secret", "newer"
        )
        self._post(self._entry(1))
        self._post(self._entry(2), secret="newer")
        self.assertEqual(self._events().credential_id, self.credential | new)

    def test_missing_key_is_not_a_forgery(self):
        name = settings.keys_option().upper()
        with (
            patch.dict(os.environ, {name: ""}),
            self.assertLogs("odoo.addons.integration_core.controllers.webhook"),
        ):
            answer = self._post(self._entry(1))
        self.assertEqual(
            (answer.status_code, answer.headers["Retry-After"]), (503, "60")
        )

    def test_other_environment(self):
        with patch.dict(os.environ, {"INTEGRATION_ENVIRONMENT": "production"}):
            answer = self._post(self._entry(1))
        self.assertEqual(
            (answer.status_code, answer.headers["Retry-After"]), (503, "60")
        )
        self.assertFalse(self._events())

    def test_adapter_that_breaks_keeps_the_message(self):
        adapter = self.registry[f"integration.adapter.{SYSTEM}"]
        with (
            patch.object(adapter, "_split", side_effect=ValueError("x")),
            self.assertLogs("odoo.addons.integration_core.models.adapter"),
        ):
            answer = self._post(self._entry(1))
        self.assertEqual(answer.status_code, 200)
        event = self._events()
        self.assertEqual(event.state, "quarantine")
        self.assertTrue(event.source_event_id.startswith("sha256:"))
        self.assertTrue(event.exception_id)

    def test_health_tells_no_names(self):
        answer = self.url_open("/integration/health")
        self.assertIn(answer.status_code, (200, 503))
        self.assertEqual(
            set(answer.json()),
            {
                "status",
                "database",
                "keys",
                "jobs",
                "pending",
                "oldest_seconds",
                "attention",
            },
        )

    def test_secrets_are_masked_in_the_servers_log(self):
        adapter = self.registry[f"integration.adapter.{SYSTEM}"]
        secret = ValueError("Authorization: Bearer abcdefghijklmnop0123456789")
        with (
            patch.object(adapter, "_split", side_effect=secret),
            self.assertLogs("odoo.addons.integration_core.models.adapter") as log,
        ):
            self._post(self._entry(1))
        self.assertTrue(log.output)
        self.assertNotIn("abcdefghijklmnop0123456789", "".join(log.output))
