# Copyright 2026 Odoo Integration Suite contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl)
import os
from unittest.mock import patch

from odoo.exceptions import UserError
from odoo.tests.common import tagged

from odoo.addons.integration_core.engine.errors import (
    AuthenticationError,
    PermanentError,
    TransientError,
)
from odoo.addons.integration_core.engine.http_client import Response

from .. import const
from ..models import adapter_setup
from .common import ACCOUNT, NOW, SimulatorCase

HTTPS = "https://odoo.example"


@tagged("post_install", "-at_install")
class TestSetup(SimulatorCase):
    """The set-up assistant against the stand-in, over real HTTP."""

    def setUp(self):
        super().setUp()
        self.env["ir.config_parameter"].set_param("web.base.url", HTTPS)
        self.connector.invalidate_recordset(["webhook_url"])
        self.enterContext(patch.object(adapter_setup.time, "sleep"))

    # === CONNECTION === #

    def test_defaults(self):
        fresh = self.env["integration.connector"].create(
            {"name": "New", "system": "stripe"}
        )
        self.assertEqual(fresh.base_url, const.BASE_URL)
        self.assertEqual(fresh.api_version, const.API_VERSION)

    def test_connection(self):
        self.connector.action_test_connection()
        self.assertEqual(self.connector.account_ref, ACCOUNT)
        self.assertEqual(self.connector.account_name, "Example Trading")
        self.assertTrue(self.connector.tested_at)
        request = self.sim.requests[0]
        self.assertEqual(request["version"], const.API_VERSION)

    def test_unknown_key(self):
        self.use_key("sk_test_wrong")
        with self.assertRaisesRegex(UserError, "does not accept the API key"):
            self.connector.action_test_connection()

    def test_no_key(self):
        self.key.unlink()
        with self.assertRaisesRegex(UserError, "No API key is stored"):
            self.connector.action_test_connection()

    def test_key_of_the_wrong_kind_is_never_sent(self):
        for value, word in (
            ("sk_live_real", "live key"),
            ("rk_live_real", "live key"),
            ("pk_test_public", "not a secret"),
            ("sk_org_test_many", "not a secret"),
            ("hello", "not a secret"),
        ):
            self.use_key(value)
            with self.assertRaisesRegex(UserError, word):
                self.connector.action_test_connection()
            with self.assertRaises(AuthenticationError):
                self.adapter._fetch(self.connector, "customer", "cus_1")
        # A production server with a key of the test mode.
        ring = {"INTEGRATION_KEYS_PRODUCTION": os.environ["INTEGRATION_KEYS_TEST"]}
        with patch.dict(os.environ, {"INTEGRATION_ENVIRONMENT": "production", **ring}):
            self.connector.environment = "production"
            self.use_key("sk_test_demo")
            with self.assertRaisesRegex(UserError, "test key"):
                self.connector.action_test_connection()
        self.assertFalse(self.sim.requests)

    def test_restricted_key_without_permission(self):
        self.sim.keys["rk_test_narrow"] = {"account": "read"}
        self.use_key("rk_test_narrow")
        with self.assertRaisesRegex(UserError, "“Customer: Read”"):
            self.connector.action_test_connection()

    def test_restricted_key(self):
        self.sim.keys["rk_test_enough"] = {
            "account": "read",
            "customer": "read",
            "webhook": "write",
        }
        self.use_key("rk_test_enough")
        self.connector.action_test_connection()
        self.connector.action_register_webhook()
        self.assertEqual(self.connector.account_ref, ACCOUNT)

    def test_restricted_key_of_what_the_flows_bring(self):
        """Who brings no invoices needs no permission to read them."""
        self.sim.keys["rk_test_some"] = {"account": "read", "customer": "read"}
        self.use_key("rk_test_some")
        self.connector.action_test_connection()
        self.env["integration.flow"].create(
            {"connector_id": self.connector.id, "entity": "invoice"}
        )
        with self.assertRaisesRegex(UserError, "lacks the permission"):
            self.connector.action_test_connection()

    def test_other_account(self):
        self.connector.account_ref = "acct_1Another"
        with self.assertRaisesRegex(UserError, "acct_1Another"):
            self.connector.action_test_connection()

    def test_not_stripe_and_not_there(self):
        self.connector.base_url = "https://attacker.example"
        with self.assertRaisesRegex(UserError, "not allowed"):
            self.connector.action_test_connection()
        self.connector.base_url = "http://127.0.0.1:1"
        with self.assertRaises(UserError):
            self.connector.action_test_connection()
        self.connector.base_url = self.sim.url
        self.sim.stop()
        with self.assertRaises(TransientError):
            self.adapter._test_connection(self.connector)

    def test_somebody_else_answers(self):
        for answer in ([], {}, {"id": 5}, {"object": "account"}):
            with patch.object(Response, "json", return_value=answer):
                with self.assertRaisesRegex(UserError, "not one of Stripe's"):
                    self.connector.action_test_connection()
                with self.assertRaisesRegex(UserError, "not one of Stripe's"):
                    self.connector.action_register_webhook()

    # === WEBHOOK === #

    def test_register(self):
        self.connector.action_register_webhook()
        (endpoint,) = self.sim.webhook_endpoints.values()
        self.assertEqual(endpoint["id"], self.connector.webhook_remote_id)
        self.assertEqual(endpoint["url"], self.connector.webhook_url)
        self.assertEqual(endpoint["api_version"], const.API_VERSION)
        self.assertEqual(set(endpoint["enabled_events"]), set(const.HANDLED_EVENTS))
        self.assertIn("Web shop", endpoint["description"])
        secrets = self.sim.resources["webhook_endpoints"].valid_secrets(endpoint["id"])
        stored = self.env["integration.credential"]._current(
            self.connector, "webhook_secret"
        )
        self.assertEqual([stored._reveal()], secrets)
        self.assertEqual(self.adapter._check_webhook(self.connector), "")

    def test_register_twice_leaves_one(self):
        self.connector.action_register_webhook()
        first = self.connector.webhook_remote_id
        self.sim.add_endpoint("https://somebody.example/else")
        self.connector.action_register_webhook()
        self.assertNotIn(first, self.sim.webhook_endpoints)
        self.assertEqual(len(self.sim.webhook_endpoints), 2)
        self.assertEqual(self.adapter._check_webhook(self.connector), "")

    def test_lost_answer_makes_no_second_endpoint(self):
        self.sim.faults.add(
            kind="reset", method="POST", path="/v1/webhook_endpoints", when="after",
            count=1,
        )  # fmt: skip
        self.connector.action_register_webhook()
        self.assertEqual(
            list(self.sim.webhook_endpoints), [self.connector.webhook_remote_id]
        )
        keys = {
            r["idempotency_key"] for r in self.sim.requests if r["method"] == "POST"
        }
        self.assertEqual(len(keys), 1, "repeated with the same key")

    def test_next_attempt_is_not_answered_from_a_kept_error(self):
        fault = self.sim.faults.add(
            method="POST", path="/v1/webhook_endpoints", status=500, when="during"
        )
        with self.assertRaises(UserError):
            self.connector.action_register_webhook()
        self.sim.faults.remove(fault.id)
        self.connector.action_register_webhook()
        self.assertTrue(self.connector.webhook_remote_id)

    def test_refused_with_a_reason(self):
        for number in range(16):
            self.sim.add_endpoint(f"https://odoo.example/{number}")
        with self.assertRaisesRegex(UserError, "maximum of 16"):
            self.connector.action_register_webhook()
        self.assertFalse(self.connector.webhook_remote_id)

    def test_check(self):
        self.connector.action_register_webhook()
        remote_id = self.connector.webhook_remote_id
        endpoint = self.sim.webhook_endpoints[remote_id]

        def problem(**values):
            with patch.dict(endpoint, values):
                return self.adapter._check_webhook(self.connector)

        self.assertIn("switched off", problem(status="disabled"))
        self.assertIn("another address", problem(url="https://other.example"))
        self.assertIn("2024-06-20", problem(api_version="2024-06-20"))
        self.assertIn("of the account", problem(api_version=None))
        self.assertIn("customer.updated", problem(enabled_events=["customer.created"]))
        self.assertEqual(problem(enabled_events=["*"]), "")
        customers = [name for name in const.EVENTS if name.startswith("customer.")]
        self.assertEqual(problem(enabled_events=customers), "", "no flow wants more")
        for entity in ("invoice", "payment"):
            self.env["integration.flow"].create(
                {"connector_id": self.connector.id, "entity": entity}
            )
        said = problem(enabled_events=customers)
        self.assertIn("invoice.finalized", said)
        self.assertIn("and 6 more", said)
        self.assertIn("Press Register webhook", said)
        self.assertEqual(problem(), "")
        self.sim.act("DELETE", f"/v1/webhook_endpoints/{remote_id}")
        self.assertIn("no longer", problem())

    def test_disappearance_is_told(self):
        """The hourly check alerts the responsible person, once."""
        self.connector.action_register_webhook()
        self.connector.user_id = self.env.user
        self.sim.act(
            "DELETE", f"/v1/webhook_endpoints/{self.connector.webhook_remote_id}"
        )
        for _hour in range(2):
            self.connector._check_webhook()
        self.assertIn("no longer", self.connector.webhook_problem)
        self.assertEqual(len(self.connector.activity_ids), 1)

    def test_check_when_stripe_is_down(self):
        self.connector.action_register_webhook()
        self.sim.faults.add(path="/v1/webhook_endpoints/*", status=503)
        with self.assertRaises(TransientError):
            self.adapter._check_webhook(self.connector)

    def test_remove(self):
        self.connector.action_register_webhook()
        self.adapter._remove_webhook(self.connector)
        self.assertFalse(self.sim.webhook_endpoints)
        self.adapter._remove_webhook(self.connector)  # gone already: no error
        self.use_key("sk_test_wrong")
        with self.assertRaises(AuthenticationError):
            self.adapter._remove_webhook(self.connector)

    # === GATES AND LINKS === #

    def test_activation_gaps(self):
        self.assertEqual(self.adapter._activation_gaps(self.connector), [])
        self.key.unlink()
        self.secret.unlink()
        gaps = self.adapter._activation_gaps(self.connector)
        self.assertEqual([gap.partition(":")[0] for gap in gaps], ["Key", "Webhook"])

    def test_production_needs_https(self):
        self.connector.environment = "production"
        self.assertEqual(self.adapter._activation_gaps(self.connector), [])
        self.env["ir.config_parameter"].set_param("web.base.url", "http://odoo.example")
        self.connector.invalidate_recordset(["webhook_url"])
        (gap,) = self.adapter._activation_gaps(self.connector)
        self.assertIn("https", gap)

    def test_remote_url(self):
        url = self.adapter._remote_url
        self.assertEqual(
            url(self.connector, "customer", "cus_1"),
            "https://dashboard.stripe.com/test/customers/cus_1",
        )
        for entity, external_id, page in (
            ("invoice", "in_1", "invoices/in_1"),
            ("payment", "pi_1", "payments/pi_1"),
            ("payment", "ch_1", "payments/ch_1"),
            ("payment", "in_1", "invoices/in_1"),
            ("tax_rate", "txr_1", "tax-rates/txr_1"),
        ):
            self.assertTrue(url(self.connector, entity, external_id).endswith(page))
        self.assertEqual(url(self.connector, "payment", "inpay_1"), "")
        self.connector.environment = "production"
        self.assertEqual(
            url(self.connector, "customer", "cus_1"),
            "https://dashboard.stripe.com/customers/cus_1",
        )
        self.assertEqual(url(self.connector, "ticket", "1"), "")

    def test_only_stripes_host(self):
        self.connector.base_url = "https://api.stripe.com.attacker.example"
        with self.assertRaises(PermanentError):
            self.adapter._client(self.connector)

    def test_clock_of_the_stand_in(self):
        """The other tests rely on it: versions come from its Date header."""
        made = self.sim.create_customer(name="N")
        self.assertEqual(made["created"], NOW)
