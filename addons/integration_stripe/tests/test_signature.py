# Copyright 2026 Odoo Integration Suite contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl)
import hashlib
import hmac

import stripe

from odoo.tests.common import tagged

from odoo.addons.integration_core.messages import Delivery

from .common import NOW, SECRET, StripeCase, simulator

OTHER = "whsec_other_secret_of_a_rotation"
BODY = '{"id": "evt_1", "name": "Grüße, 東京"}'
TOLERANCE = 300
sign = stripe.WebhookSignature.generate_signature_header


@tagged("post_install", "-at_install")
class TestSignature(StripeCase):
    """The official SDK signs and is asked what it thinks of the same header."""

    def prove(self, header, secrets=(SECRET,), body=BODY, now=NOW):
        headers = {} if header is None else {"stripe-signature": header}
        raw = body if isinstance(body, bytes) else body.encode()
        return self.adapter._authenticate(
            Delivery(raw, headers, float(now), TOLERANCE),
            [secret.encode() for secret in secrets],
        )

    def sdk_accepts(self, header, secret=SECRET, body=BODY):
        try:
            return stripe.WebhookSignature.verify_header(body, header, secret)
        except stripe.SignatureVerificationError:
            return False

    def test_sdk_signs_we_verify(self):
        self.assertEqual(self.prove(sign(BODY, SECRET, NOW)), 0)
        self.assertEqual(self.prove(sign(BODY, SECRET, NOW), (OTHER, SECRET)), 1)
        self.assertIsNone(self.prove(sign(BODY, OTHER, NOW)))

    def test_simulator_signs_both_verify(self):
        sim = simulator()
        sim.clock.freeze(NOW)
        sim.outbox.sign_clock = "virtual"
        header = sim.outbox.headers(BODY.encode(), [SECRET])["Stripe-Signature"]
        self.assertTrue(self.sdk_accepts(header))
        self.assertEqual(self.prove(header), 0)
        self.assertFalse(self.sdk_accepts(header, OTHER))
        self.assertIsNone(self.prove(header, (OTHER,)))

    def test_rotation(self):
        """One v1 for each secret, in any order; the place of the match is told."""
        old = sign(BODY, SECRET, NOW).partition("v1=")[2]
        new = sign(BODY, OTHER, NOW).partition("v1=")[2]
        for pair in ((old, new), (new, old)):
            header = f"t={NOW},v1={pair[0]},v1={pair[1]},v0={'0' * 64}"
            self.assertTrue(self.sdk_accepts(header))
            self.assertEqual(self.prove(header), 0)
            self.assertEqual(self.prove(header, (OTHER,)), 0)
            self.assertEqual(self.prove(header, ("whsec_none", OTHER)), 1)

    def test_tolerance_both_ways(self):
        header = sign(BODY, SECRET, NOW)
        for now, accepted in (
            (NOW + 299, True),
            (NOW + 300, True),
            (NOW + 301, False),
            (NOW - 300, True),
            (NOW - 301, False),
        ):
            with self.subTest(now=now - NOW):
                self.assertEqual(self.prove(header, now=now) == 0, accepted)

    def test_changed_body_or_time(self):
        header = sign(BODY, SECRET, NOW)
        self.assertIsNone(self.prove(header, body=BODY + " "))
        self.assertIsNone(self.prove(header, body=b""))
        self.assertIsNone(self.prove(header.replace(f"t={NOW}", f"t={NOW + 1}")))

    def test_only_v1_counts(self):
        right = sign(BODY, SECRET, NOW).partition("v1=")[2]
        for scheme in ("v0", "v2", "V1", ""):
            self.assertIsNone(self.prove(f"t={NOW},{scheme}={right}"), scheme)

    def test_empty_secret_never_matches(self):
        for secret in ("", " ", "\n"):
            signed = f"{NOW}.{BODY}".encode()
            digest = hmac.new(secret.encode(), signed, hashlib.sha256).hexdigest()
            header = f"t={NOW},v1={digest}"
            self.assertIsNone(self.prove(header, (secret,)))
            self.assertFalse(self.sdk_accepts(header, secret))
        self.assertIsNone(self.prove(sign(BODY, SECRET, NOW), ()))

    def test_hostile_headers(self):
        right = sign(BODY, SECRET, NOW).partition("v1=")[2]
        for header in (
            None,
            "",
            ",",
            "=",
            "t=,v1=",
            f"t={NOW}",
            f"v1={right}",
            f"t={NOW},v1=",
            f"t=-{NOW},v1={right}",
            f"t={NOW}.0,v1={right}",
            f"t=0{NOW},v1={right}",
            f"t=١٢٣٤,v1={right}",
            f"t={'9' * 5000},v1={right}",
            f"t={NOW},t={NOW},v1={right}",
            f"t={NOW},v1={right.upper()}",
            f"t={NOW},v1={right[:-1]}",
            f"t={NOW},v1=é{right[1:]}",
            f"t={NOW},v1=\udcff\x00",
            f"t={NOW}," + ",".join(["v1=" + "f" * 64] * 1000),
        ):
            with self.subTest(header=str(header)[:40]):
                self.assertIsNone(self.prove(header))

    def test_body_of_any_bytes(self):
        body = b"\xff\xfe\x00" * 10
        self.assertIsNone(self.prove(sign(BODY, SECRET, NOW), body=body))
