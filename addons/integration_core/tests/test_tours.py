# Copyright 2026 Odoo Integration Suite contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl)
import os

from odoo.tests import HttpCase, new_test_user, tagged

from odoo.addons.web.tests import test_js

from .. import settings
from ..engine import trace, versions
from ..engine.encryption import generate_key
from ..messages import Identity, Registration, Source

ROLES = ("manager", "operator", "designer", "auditor")
FIELDS = ("name", "email")


class TourCase(HttpCase):
    """A connector of any installed system, people of every role, some messages."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        ring = {settings.keys_option().upper(): generate_key()}
        cls.classPatch(os, "environ", {**os.environ, **ring})
        cls.people = {role: cls._person(role) for role in (*ROLES,)}
        cls.second = cls._person("manager", "second")
        cls.system = cls._system()
        cls.mapping = cls._mapping()
        cls.connector = cls._connector("Tour")
        cls._answers_of_the_system()

    @classmethod
    def _person(cls, role, name=""):
        return new_test_user(
            cls.env,
            login=f"integration_{name or role}",
            groups=f"integration_core.group_{role},base.group_partner_manager",
        )

    @classmethod
    def _system(cls):
        """Whichever system is installed: the core itself brings none."""
        field = cls.env["integration.connector"]._fields["system"]
        systems = sorted(field.get_values(cls.env))
        if not systems:
            cls.skipTest(cls, "no addon with a system is installed")
        return systems[0]

    @classmethod
    def _mapping(cls):
        mapping = cls.env["integration.mapping"].create(
            {
                "name": "Tour",
                "system": cls.system,
                "entity": "customer",
                "version": 91,
                "line_ids": [
                    (0, 0, {"target": name, "source": name, "required": name == "name"})
                    for name in FIELDS
                ],
            }
        )
        mapping.sudo().state = "approved"
        return mapping

    @classmethod
    def _connector(cls, name):
        return cls.env["integration.connector"].create(
            {"name": name, "system": cls.system, "user_id": cls.people["manager"].id}
        )

    @classmethod
    def _answers_of_the_system(cls):
        """The peer's part of the conversation; its own tests are elsewhere."""
        adapter = cls.env.registry[f"integration.adapter.{cls.system}"]
        answers = {
            "_test_connection": lambda self, connector: Identity(
                "acct_1", "ACME, test mode"
            ),
            "_register_webhook": lambda self, connector: Registration("we_1", "whsec"),
            "_activation_gaps": lambda self, connector: [],
            "_setup_steps": lambda self, connector: [],
        }
        for name, answer in answers.items():
            cls.classPatch(adapter, name, answer)

    def _activate(self):
        self.connector.action_create_service_user()
        self.env["integration.flow"].create(
            {
                "connector_id": self.connector.id,
                "entity": "customer",
                "mapping_id": self.mapping.id,
                "mode": "live",
            }
        )
        self.connector._set_state("active", "")

    def _feed(self, external_id, record, at):
        """One object read from the system, worked on as a drain does."""
        source = Source(record, versions.from_unix(at), False)
        fetch = self.env["integration.fetch"]
        message = fetch._message("customer", external_id, source)
        stored = self.env["integration.intake"]._store(
            self.connector._webhook_gate(),
            [message],
            {"correlation_id": trace.new_trace_id()},
        )
        self._drain()
        return self.env["integration.event"].search([("uuid", "=", stored[0]["uuid"])])

    def _drain(self):
        self.env.flush_all()
        drains = self.env["integration.drain"]
        for drain in range(self.connector.drain_count):
            rows = drains._ready(self.connector, drain, 100)
            if rows:
                self.env["integration.pipeline"]._inbound(self.connector, rows)
        self.env.invalidate_all()

    def _tour(self, path, name, role):
        self.start_tour(f"/odoo/{path}", name, login=f"integration_{role}")


@tagged("post_install", "-at_install")
class TestTours(TourCase):
    """People at work, in a real browser."""

    def test_new_connector(self):
        self._tour("integration-connectors", "integration_new", "manager")
        made = self.env["integration.connector"].search([("name", "=", "Made by hand")])
        self.assertEqual(made.state, "draft")
        self.assertEqual(made.user_id, self.people["manager"])

    def test_setup_assistant(self):
        path = f"integration-connectors/{self.connector.id}"
        self._tour(path, "integration_setup", "manager")
        self.assertEqual(self.connector.state, "review")
        self.assertEqual(self.connector.account_ref, "acct_1")
        self.assertEqual(set(self.connector.flow_ids.mapped("mode")), {"shadow"})
        self._tour(path, "integration_approve", "second")
        self.assertEqual(self.connector.state, "active")

    def test_needs_attention(self):
        self._activate()
        retried = self._feed("obj_retry", {"email": "a@example.com"}, 1)
        skipped = self._feed("obj_skip", {"email": "b@example.com"}, 2)
        self.assertEqual((retried | skipped).mapped("state"), ["review", "review"])
        self._tour("integration-attention", "integration_attention", "operator")
        self.env.invalidate_all()
        self.assertEqual(retried.state, "pending")
        self.assertEqual(skipped.state, "cancelled")
        log = skipped.log_ids.sorted("id")[-1]
        self.assertEqual(log.message, "Deleted by hand")
        self.assertEqual(log.actor_id, self.people["operator"])

    def test_history(self):
        self._activate()
        self._feed("obj_done", {"name": "Ada First", "email": "ada@example.com"}, 1)
        event = self._feed(
            "obj_done", {"name": "Ada Second", "email": "ada@example.com"}, 2
        )
        self.assertEqual(event.state, "done")
        self._tour("integration-messages", "integration_messages", "auditor")
        self._tour("integration-log", "integration_log", "auditor")
        self._tour(
            f"res.partner/{event.res_id}", "integration_partner_link", "operator"
        )

    def test_start_pages(self):
        for role in ROLES:
            with self.subTest(role=role):
                self._tour("integrations", f"integration_start_{role}", role)


@tagged("post_install", "-at_install")
class TestToursPhone(TourCase):
    browser_size = "390x844"
    touch_enabled = True

    def test_needs_attention_on_a_phone(self):
        self._activate()
        event = self._feed("obj_retry", {"email": "a@example.com"}, 1)
        self._tour("integration-attention", "integration_attention_phone", "operator")
        self.env.invalidate_all()
        self.assertEqual(event.state, "pending")
        exception = self.env["integration.exception"].search(
            [("event_id", "=", event.id)]
        )
        self.assertEqual(exception.user_id, self.people["operator"])


@tagged("post_install", "-at_install")
class TestFieldWidgets(HttpCase):
    """The browser unit tests of our three field widgets (static/tests)."""

    preset = "desktop"

    def test_field_widgets(self):
        suite = test_js.HOOTCommon._generate_hash(self, "@integration_core")
        self.browser_js(
            f"/web/tests?headless&loglevel=2&preset={self.preset}&id={suite}",
            "",
            "",
            login="admin",
            timeout=300,
            success_signal="[HOOT] Test suite succeeded",
            error_checker=test_js.unit_test_error_checker,
        )


@tagged("post_install", "-at_install")
class TestFieldWidgetsPhone(TestFieldWidgets):
    browser_size = "375x667"  # what the preset of the test runner expects
    touch_enabled = True
    allow_inherited_tests_method = True
    preset = "mobile"
