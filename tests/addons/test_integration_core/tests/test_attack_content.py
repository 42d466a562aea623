# Copyright 2026 Odoo Integration Suite contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl)
import json

from odoo.exceptions import AccessError, UserError
from odoo.tests import tagged

from .test_attack_rpc import AttackCase


@tagged("post_install", "-at_install")
class TestEditDialog(AttackCase):
    def _failed(self):
        event = self._feed("c1", {"name": "Ann", "email": 5})
        self.assertEqual(event.state, "quarantine")
        return event

    def test_content_counts_as_shown_only_when_it_was(self):
        event = self._failed()
        wizard = self._create(
            self.operator,
            "integration.edit",
            {
                "event_id": event.id,
                "reason": "x",
                "content": "{}",
            },
            default_shown=True,
        )
        with self.assertRaises(AccessError):
            self._call(self.operator, wizard, "write", {"shown": True})
        with self.assertRaisesRegex(UserError, "Show the content first"):
            self._call(self.operator, wizard, "action_preview")

    def test_problem_of_another_company_stays_there(self):
        company = self.env["res.company"].create({"name": "Company B"})
        event = self._failed()
        other = self._person("operator", "other")
        other.write({"company_ids": [(6, 0, company.ids)], "company_id": company.id})
        wizard = self._create(
            other, "integration.edit", {"event_id": event.id, "reason": "x"}
        )
        for name in ("error", "error_path", "moves_money"):
            with self.assertRaises(AccessError):
                self._call(other, wizard, "read", [name])


@tagged("post_install", "-at_install")
class TestMaskedPreview(AttackCase):
    def test_another_key_shows_nothing_that_is_hidden(self):
        """Who drafts a mapping chooses the keys; the content is for operators."""
        event = self._feed("c1", {"name": "Ann", "phone": "+49 170 7654321"})
        draft, _copies = self.mapping.with_user(self.designer)._copy_version()
        note = draft.line_ids.filtered(lambda line: line.target == "note")
        note.with_user(self.designer).source = "phone"
        wizard = self._create(
            self.designer,
            "integration.mapping.preview",
            {
                "mapping_id": draft.id,
                "connector_id": self.connector.id,
                "event_id": event.id,
            },
        )
        self._call(self.designer, wizard, "action_preview")
        shown = ["received", "canonical", "line_table", "diff_table", "sample"]
        [read] = self._call(self.designer, wizard, "read", shown)
        for name in shown:
            self.assertNotIn("7654321", str(read[name]), name)
        self.assertIn("Ann", read["canonical"])

    def test_request_keeps_no_personal_data(self):
        """Requests stay for ever; who reads them may not see the message."""
        event = self._feed("c1", {"name": "Ann", "email": 5})
        event.sudo().write(
            {"amount": 119.0, "currency_id": self.env.company.currency_id.id}
        )
        body = json.loads(event.sudo()._read_body())
        body["record"] |= {"email": "ann@example.com", "phone": "+49 170 7654321"}
        edited = event.with_user(self.operator)._edit_and_replay(
            json.dumps(body).encode(), "mended"
        )
        request = self.env["integration.approval"].search(
            [("action", "=", "replay"), ("res_id", "=", edited.id)]
        )
        self.assertEqual(request.content["preview"]["outcome"], "done")
        self.assertIn("phone", request.content["preview"]["diff"])
        [read] = self._call(
            self.auditor, request, "read", ["content", "content_table", "effect"]
        )
        for secret in ("ann@", "7654321"):
            self.assertNotIn(secret, str(read))
