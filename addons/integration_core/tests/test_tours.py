# Copyright 2026 Odoo Integration Suite contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl)
from odoo.tests import HttpCase, tagged

from odoo.addons.web.tests import test_js

from .common import ROLES, ScreenMixin


class TourCase(ScreenMixin, HttpCase):
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
        self.assertEqual(set(self.connector.flow_ids.mapped("mode")), {"shadow"})
        self._tour("integration-approvals", "integration_approve_live", "manager")
        self.env.invalidate_all()
        self.assertEqual(set(self.connector.flow_ids.mapped("mode")), {"live"})
        self._tour(path, "integration_live", "second")

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

    def test_a_group_is_tried_and_processed(self):
        self._activate()
        for number in (1, 2):
            record = {"email": f"{number}@example.com"}
            self._feed(f"obj_{number}", record, number)
        self._feed("obj_3", {"email": 5}, 3)
        # Mended: the name is not needed any more. One has a problem of its own.
        line = self.mapping.line_ids.filtered(lambda x: x.target == "name")
        line.sudo().write({"source": "to_string(email)", "required": False})
        self._tour("integration-attention", "integration_attention_group", "operator")
        self.env.invalidate_all()
        states = self.env["integration.event"].search([("lane", "like", "obj_")])
        self.assertEqual(
            {event.external_id: event.state for event in states},
            {"obj_1": "pending", "obj_2": "pending", "obj_3": "quarantine"},
        )
        exception = states.filtered(lambda e: e.external_id == "obj_3").exception_id
        self.assertEqual(exception.user_id, self.second)

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
