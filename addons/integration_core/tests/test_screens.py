# Copyright 2026 Odoo Integration Suite contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl)
import os
from unittest.mock import patch

from lxml import etree

from odoo.fields import Datetime
from odoo.tests import TransactionCase, tagged

from ..models.presentation.common import as_sentence, comparison, ledger
from .common import ROLES, ScreenMixin

SCREENS = {
    "integration.approval",
    "integration.connector",
    "integration.event",
    "integration.exception",
    "integration.exception.group",
    "integration.external.id",
    "integration.flow",
    "integration.job.log",
    "integration.mapping",
    "integration.schema",
    "integration.value.map",
}


@tagged("post_install", "-at_install")
class TestScreens(ScreenMixin, TransactionCase):
    """What the screens say, by the state of things."""

    def _states(self, value):
        return {step["key"]: step["state"] for step in value["steps"]}

    def _methods(self, notice):
        return [button["method"] for button in notice["buttons"]]

    def _as(self, record, role):
        record.invalidate_recordset()
        return record.with_user(self.people[role])

    # === CONNECTOR === #

    def test_assistant_goes_on_where_it_stands(self):
        connector = self._as(self.connector, "manager")
        self.assertEqual(self._states(connector.setup_steps)["people"], "current")
        connector.action_create_service_user()
        connector.invalidate_recordset()
        states = self._states(connector.setup_steps)
        self.assertEqual((states["people"], states["key"]), ("done", "current"))
        self.assertFalse(connector.may_submit)

    def test_assistant_has_buttons_for_managers_only(self):
        steps = self._as(self.connector, "auditor").setup_steps["steps"]
        self.assertFalse([step for step in steps if step["button"]])
        self.assertFalse(self._as(self.connector, "auditor").may_submit)

    def test_wrong_server_is_said_first(self):
        self._activate()
        with patch.dict(os.environ, {"INTEGRATION_ENVIRONMENT": "elsewhere"}):
            self.connector.invalidate_recordset()
            notice = self._as(self.connector, "manager").notice
            self.assertTrue(self.connector.is_copy)
        self.assertEqual(notice["level"], "danger")
        self.assertIn("elsewhere", notice["why"])

    def test_suspended_says_why_and_that_nothing_is_lost(self):
        self._activate()
        self._store("obj_1", {"name": "Ada"}, 1)
        self.connector._suspend("The key was refused.")
        notice = self._as(self.connector, "manager").notice
        self.assertEqual(notice["why"], "The key was refused.")
        self.assertIn("Messages waiting: 1. None is lost.", notice["next"])
        self.assertIn("action_submit", self._methods(notice))
        self.assertEqual(self._methods(self._as(self.connector, "operator").notice), [])

    def test_counters(self):
        self._activate()
        self._feed("obj_done", {"name": "Ada"}, 1)
        self._feed("obj_bad", {"email": "x@example.com"}, 2)
        self._store("obj_next", {"name": "Bob"}, 3)
        connector = self.connector
        connector.invalidate_recordset()
        self.assertEqual(connector.queue_count, 1)
        self.assertEqual(connector.decision_count, 1)
        self.assertEqual(connector.attention_count, 1)
        self.assertEqual(connector.failed_today, 0)
        self.assertEqual(connector.link_count, 1)
        self.assertTrue(connector.last_success_at)
        self.assertIn("Last success", connector.last_success_text)
        self.assertEqual(connector.flow_ids.queue_count, 1)

    def test_counters_of_many_cost_one_query(self):
        many = self.connector | self._connector("Second") | self._connector("Third")
        many.invalidate_recordset()
        self.env.flush_all()
        with self.assertQueryCount(1):
            many.mapped("queue_count")

    def test_late_flow(self):
        self._activate()
        event = self._store("obj_1", {"name": "Ada"}, 1)
        self.env.cr.execute(
            "UPDATE integration_event SET received_at = %s WHERE id = %s",
            (Datetime.subtract(Datetime.now(), hours=3, minutes=5), event.id),
        )
        flow = self.connector.flow_ids
        flow.invalidate_recordset()
        self.assertTrue(flow.is_late)
        self.assertEqual(flow.lag_text, "3 h")
        flows = self.env["integration.flow"]
        self.assertIn(flow, flows.search([("is_late", "=", True)]))
        self.assertNotIn(flow, flows.search([("is_late", "=", False)]))

    def test_start_pages(self):
        pages = {}
        for role in ROLES:
            connectors = self.env["integration.connector"]
            action = connectors.with_user(self.people[role]).action_start_page()
            pages[role] = action["path"]
            if role == "operator":
                self.assertTrue(action["context"]["search_default_mine_or_free"])
            if role == "designer":
                # No test fails: a filter would only hide the mappings there are.
                self.assertNotIn("search_default_failing", action["context"])
        # Where money is compared, an auditor begins there.
        money = "integration.settlement" in self.env
        self.assertEqual(
            pages,
            {
                "manager": "integration-connectors",
                "operator": "integration-attention",
                "designer": "integration-mappings",
                "auditor": "integration-reconciliations"
                if money
                else "integration-log",
            },
        )

    def test_a_designer_begins_at_what_fails(self):
        self.env["integration.mapping.test"].create(
            {
                "mapping_id": self.env["integration.mapping"].search([], limit=1).id,
                "name": "Nobody gives this",
                "sample": "{}",
                "expected": '{"name": "Ada"}',
            }
        )
        connectors = self.env["integration.connector"]
        action = connectors.with_user(self.people["designer"]).action_start_page()
        self.assertTrue(action["context"]["search_default_failing"])

    def test_every_role_opens_every_screen(self):
        self._activate()
        self.env["integration.value.map"].create({"name": "Map", "code": "map"})
        self._feed("obj_done", {"name": "Ada"}, 1)
        bad = self._feed("obj_bad", {"email": "x@example.com"}, 2)
        self.env["integration.exception.group"]._start(bad.exception_id)
        second = self._connector("Second")
        second.sudo().write({"tested_at": Datetime.now()})
        self.env["integration.approval"]._request(second, "activate", {}, "Activate")
        second._set_state("review", "")
        names = [name for name in self.env if name in SCREENS]
        self.assertEqual(len(names), len(SCREENS))
        for role in ROLES:
            for name in names:
                with self.subTest(role=role, model=name):
                    self._open(self.env[name].with_user(self.people[role]))

    def _open(self, model):
        """Read what the list, the cards and the form of a model ask for."""
        self.env.invalidate_all()
        for view_type in ("list", "kanban", "form"):
            arch = etree.fromstring(model.get_view(view_type=view_type)["arch"])
            names = {
                node.get("name")
                for node in arch.iter("field")
                if not any(parent.tag == "field" for parent in node.iterancestors())
            }
            records = model.search([], limit=20)
            self.assertTrue(records)
            self.assertTrue(records.web_read({name: {} for name in names}))

    # === MESSAGE === #

    def test_story_of_a_message_that_was_applied(self):
        self._activate()
        event = self._feed("obj_1", {"name": "Ada"}, 1)
        steps = event.story["steps"]
        self.assertEqual({step["state"] for step in steps}, {"done"})
        self.assertIn("Ada", steps[-1]["sentence"])
        self.assertFalse(event.notice)

    def test_story_stops_at_the_translation(self):
        self._activate()
        event = self._feed("obj_1", {"email": "x@example.com"}, 1)
        states = self._states(event.story)
        self.assertEqual(states["proof"], "done")
        self.assertEqual(states["mapping"], "blocked")
        self.assertEqual(states["applied"], "todo")
        notice = self._as(event, "operator").notice
        self.assertEqual(notice["level"], "warning")
        self.assertEqual(self._methods(notice), ["action_open_mapping"])
        action = event.action_open_mapping()
        self.assertEqual(action["res_id"], self.mapping.id)

    def test_story_of_a_message_that_changed_nothing(self):
        self._activate()
        self._feed("obj_1", {"name": "Ada"}, 1)
        event = self._feed("obj_1", {"name": "Ada"}, 0)
        self.assertEqual(event.state, "skipped")
        self.assertTrue(event.story["steps"][-1]["sentence"].endswith("."))
        self.assertEqual(event.notice["level"], "info")

    def test_story_stops_where_the_system_did_not_answer(self):
        self._activate()
        event = self._store("obj_1", {"name": "Ada"}, 1)
        event.sudo().write(
            {"state": "retry", "error_class": "transient", "read_first": True}
        )
        states = self._states(event.story)
        self.assertEqual((states["read"], states["mapping"]), ("current", "todo"))
        event.sudo().write({"read_first": False})
        states = self._states(event.story)
        self.assertEqual((states["match"], states["applied"]), ("done", "current"))

    def test_every_state_has_a_story_and_no_class_name(self):
        self._activate()
        event = self._store("obj_1", {"name": "Ada"}, 1)
        for state, _label in event._fields["state"].selection:
            for error_class, _label in event._fields["error_class"].selection:
                event.sudo().write({"state": state, "error_class": error_class})
                text = str((event.story, event.notice))
                self.assertNotIn("Error", text)
                self.assertNotIn("integration.", text)

    def test_a_value_nobody_mapped_leads_to_its_list(self):
        value_map = self.env["integration.value.map"].create(
            {"name": "Languages", "code": "tour_lang"}
        )
        self.mapping.sudo().write(
            {
                "state": "draft",
                "line_ids": [
                    (
                        0,
                        0,
                        {
                            "target": "language",
                            "source": "lang",
                            "value_map_id": value_map.id,
                        },
                    )
                ],
            }
        )
        self.mapping.sudo().state = "approved"
        self._activate()
        event = self._feed("obj_1", {"name": "Ada", "lang": "ger"}, 1)
        self.assertEqual(event.state, "review")
        self.assertEqual(self._methods(event.notice), ["action_solve"])
        asks = event.action_solve()
        self.assertEqual(asks["context"]["default_map_id"], value_map.id)
        self.assertEqual(asks["context"]["default_external_value"], "ger")
        self.assertEqual(value_map.unmapped_count, 1)
        self.assertEqual(self._states(value_map.unmapped), {"ger": "blocked"})
        asked = value_map.with_context(integration_value="ger")
        line = self.env["integration.value.map.line"].with_context(
            **asked.action_map_value()["context"]
        )
        line.create({"canonical_value": "de"})
        value_map.invalidate_recordset()
        self.assertEqual(value_map.unmapped_count, 0)
        self.assertEqual(self._states(value_map.unmapped), {"ger": "current"})
        asked.with_user(self.people["operator"]).action_retry_value()
        self._drain()
        self.assertEqual(event.state, "done")
        self.assertFalse(value_map.unmapped)

    # === COMPARISON === #

    def test_comparison_uses_the_words_of_the_form(self):
        value = comparison(
            self.env,
            [
                (
                    "res.partner",
                    "",
                    {
                        "name": ["Ada", "Bob"],
                        "country_id": [False, [1, "Austria"]],
                        "phone": ["1", None],
                        "city": ["Graz", "Graz"],
                        "active": [True, False],
                    },
                )
            ],
            "",
        )
        rows = {row["label"]: row for row in value["rows"]}
        self.assertEqual(rows["Name"]["status"], "changed")
        self.assertEqual(rows["Country"]["status"], "added")
        self.assertEqual(rows["Country"]["cells"]["after"], "Austria")
        self.assertEqual(rows["Phone"]["status"], "missing")
        self.assertEqual(rows["City"]["status"], "same")
        self.assertEqual(rows["Active"]["status"], "changed")

    def test_comparison_keeps_the_order_of_the_form(self):
        """Stored Json has its keys in an order of its own."""
        diff = {"zip": [None, "8010"], "name": [None, "Ada"], "On top": [None, "1"]}
        value = comparison(self.env, [("res.partner", "", diff)], "")
        labels = [row["label"] for row in value["rows"]]
        self.assertEqual(labels, ["Name", "Zip", "On top"])

    def test_journal_items_have_a_total(self):
        rows = [
            {"account": "1 Sales", "debit": "", "credit": "1234.50", "currency": "EUR"},
            {"account": "2 Bank", "debit": "1234.50", "credit": "", "currency": "EUR"},
        ]
        value = ledger(self.env, [{"ledger": {"rows": rows, "total": "0.00"}}, None])
        self.assertEqual(
            [row["label"] for row in value["rows"]], ["1 Sales", "2 Bank", "Total"]
        )
        self.assertEqual(value["rows"][0]["cells"]["credit"], "1,234.50")
        self.assertEqual(value["rows"][0]["cells"]["debit"], "")
        total = value["rows"][-1]["cells"]
        self.assertEqual((total["debit"], total["credit"]), ("1,234.50", "1,234.50"))
        self.assertEqual(value["note"], "Debit and credit are equal.")
        self.assertFalse(ledger(self.env, [{"name": ["Ada", "Bob"]}]))

    def test_journal_items_that_differ_say_so(self):
        row = {"account": "1 Sales", "debit": "1.00", "credit": "", "currency": "EUR"}
        value = ledger(self.env, [{"ledger": {"rows": [row], "total": "1.00"}}])
        self.assertEqual(value["note"], "Debit and credit differ by 1.00.")

    def test_an_amount_has_the_sign_of_an_inactive_currency(self):
        pound = self.env.ref("base.GBP")
        pound.active = False
        line = self.env["integration.job.log"].new(
            {"amount": 1250, "currency_id": pound.id}
        )
        self.assertIn("£", line.amount_text)
        self.assertIn("1,250.00", line.amount_text)
        self.assertFalse(self.env["integration.job.log"].new({}).amount_text)

    def test_sentences(self):
        self.assertEqual(as_sentence("the value is odd"), "The value is odd.")
        self.assertEqual(as_sentence("What?"), "What?")
        self.assertEqual(as_sentence(False), "")
