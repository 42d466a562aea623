# Copyright 2026 Odoo Integration Suite contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl)
import json

from odoo.tests.common import tagged

from odoo.addons.integration_core.engine.http_client import Response

from .common import StripeCase


@tagged("post_install", "-at_install")
class TestErrors(StripeCase):
    """The table of statuses: what follows from an answer, and what a person reads."""

    def classify(self, status, body=None, **headers):
        raw = body if isinstance(body, bytes) else json.dumps(body or {}).encode()
        return self.adapter._classify(
            Response(
                status=status,
                headers={k.replace("_", "-"): v for k, v in headers.items()},
                body=raw,
                request_id="req_1",
            )
        )

    def error(self, **values):
        return {"error": {"type": "invalid_request_error", "message": "No.", **values}}

    def test_success(self):
        self.assertIsNone(self.classify(200))

    def test_table(self):
        for status, body, error_class in (
            (400, self.error(), "permanent"),
            (400, self.error(code="rate_limit"), "rate_limited"),
            (400, self.error(type="idempotency_error"), "permanent"),
            (401, self.error(), "authentication"),
            (402, self.error(type="card_error"), "business_rule"),
            (403, self.error(), "permanent"),
            (404, self.error(code="resource_missing"), "permanent"),
            (409, self.error(), "transient"),
            (429, self.error(code="rate_limit"), "rate_limited"),
            (429, self.error(code="lock_timeout"), "transient"),
            (500, self.error(type="api_error"), "transient"),
            (503, b"<html>gateway</html>", "transient"),
            (500, b'{"error": "text"}', "transient"),
            (500, b"[]", "transient"),
        ):
            with self.subTest(status=status, body=body):
                error = self.classify(status, body)
                self.assertEqual(error.error_class, error_class)
                self.assertEqual(error.details["request_id"], "req_1")
                self.assertEqual(error.details["status"], status)

    def test_should_retry_wins(self):
        error = self.classify(500, stripe_should_retry="false")
        self.assertEqual(error.error_class, "permanent")
        error = self.classify(400, self.error(), stripe_should_retry="true")
        self.assertEqual(error.error_class, "transient")
        error = self.classify(401, stripe_should_retry="true")
        self.assertEqual(error.error_class, "authentication")

    def test_missing_permission_is_named(self):
        said = (
            "The provided key 'rk_test_********1234' does not have the required "
            "permissions for this endpoint on account 'acct_1'. Having the "
            "'rak_customer_read' permission would allow this request to continue."
        )
        error = self.classify(403, self.error(message=said))
        self.assertIn("“Customer: Read”", error.message)
        self.assertIn("rak_customer_read", error.hint)
        self.assertNotIn("rk_test", error.message + error.hint)

    def test_no_secret_in_words(self):
        said = "Invalid key sk_live_51ABCDEFGHIJKLMNOPQRSTUVWX and mail a@b.example"
        error = self.classify(400, self.error(message=said))
        self.assertNotIn("51ABCDEFGHIJKLMNOPQRSTUVWX", str(error))
