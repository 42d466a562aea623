# Copyright 2026 Odoo Integration Suite contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl)
import json
import time

import stripe

from odoo.tests.common import HttpCase, tagged

from .common import SECRET, StripeCase, event

OTHER = "whsec_rolled_a_minute_ago"


@tagged("post_install", "-at_install")
class TestWebhook(StripeCase, HttpCase):
    """Deliveries as Stripe makes them, to the real address over HTTP."""

    def setUp(self):
        super().setUp()
        self.connector.state = "active"

    def post(self, body, header):
        return self.url_open(
            f"/integration/webhook/{self.connector.webhook_token}",
            data=body,
            method="POST",
            headers={
                "Content-Type": "application/json; charset=utf-8",
                "Stripe-Signature": header,
            },
        )

    def sign(self, body, secret=SECRET, shift=0):
        moment = int(time.time()) + shift
        return stripe.WebhookSignature.generate_signature_header(
            body.decode(), secret, moment
        )

    def stored(self):
        return self.env["integration.event"].search(
            [("connector_id", "=", self.connector.id)], order="id"
        )

    def test_delivery(self):
        body = json.dumps(event(), indent=2).encode()
        answer = self.post(body, self.sign(body))
        self.assertEqual(answer.status_code, 200)
        self.assertEqual(answer.json()["status"], "stored")
        stored = self.stored()
        self.assertEqual(stored.uuid, answer.json()["event"])
        self.assertEqual(stored.state, "pending")
        self.assertEqual(stored.credential_id, self.secret)
        self.assertNotIn("stripe-signature", stored.headers)

    def test_delivered_twice_with_a_fresh_signature(self):
        """A retry has another signature and may count fewer waiting webhooks."""
        for number, status in ((2, "stored"), (1, "duplicate")):
            body = json.dumps(event(pending_webhooks=number)).encode()
            answer = self.post(body, self.sign(body, shift=-number))
            self.assertEqual(answer.json()["status"], status)
        self.assertEqual(len(self.stored()), 1)

    def test_rolled_secret(self):
        new = self.store("webhook_secret", OTHER)
        body = json.dumps(event()).encode()
        old = self.sign(body, "whsec_gone").partition("v1=")[2]
        header = f"{self.sign(body, OTHER)},v1={old}"
        self.assertEqual(self.post(body, header).status_code, 200)
        self.assertEqual(self.stored().credential_id, new)

    def test_refused(self):
        body = json.dumps(event()).encode()
        for header in (
            "",
            "t=1,v1=00",
            self.sign(body, OTHER),
            self.sign(body, shift=-301),
            self.sign(body, shift=310),
            self.sign(body).replace("v1=", "v0="),
            "t=\xff\xfe,v1=\xe9",
        ):
            answer = self.post(body, header.encode("latin-1"))
            self.assertEqual(answer.status_code, 401, header)
        self.assertFalse(self.stored())

    def test_bad_content_is_kept(self):
        """Authentic but useless: stored as it came and set aside, never refused."""
        bodies = [
            b"\x00",
            b"[" * 5000,
            json.dumps(event(livemode=True)).encode(),
            json.dumps(event(id="evt_2", created="soon")).encode(),
        ]
        for body in bodies:
            answer = self.post(body, self.sign(body))
            self.assertEqual(answer.status_code, 200)
        self.assertEqual(self.stored().mapped("state"), ["quarantine"] * 4)
        self.assertEqual(set(self.stored().mapped("error_class")), {"schema"})
        waiting = self.env["integration.exception"].search(
            [("connector_id", "=", self.connector.id)]
        )
        self.assertEqual(len(waiting), 4)
