# Copyright 2026 Odoo Integration Suite contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl)
import json
import time

from odoo.exceptions import AccessError, UserError
from odoo.tests import Form
from odoo.tools import mute_logger

from .test_mapping_version import MappingCase

RECORD = {
    "id": "c1",
    "name": "Ada Lovelace",
    "email": "ada@example.com",
    "phone": "+49 30 123456",
}


class TestPreview(MappingCase):
    """What a version makes of a message, with nothing written."""

    def setUp(self):
        super().setUp()
        self.draft = self._draft()

    def _dialog(self, person=None, **values):
        action = self.draft.with_user(person or self.designer).action_preview()
        dialog = (
            self.env[action["res_model"]]
            .with_user(person or self.designer)
            .browse(action["res_id"])
        )
        dialog.write(values)
        return dialog

    def _look(self, record=None, **values):
        if record is not None:
            entry = {"id": "c1", "at": "2026-01-01T00:00:00Z", "record": record}
            values |= {"origin": "paste", "content": json.dumps(entry)}
        dialog = self._dialog(**values)
        dialog.action_preview()
        return dialog

    def _rows(self, dialog, table="line_table"):
        return {row["label"]: row for row in dialog[table]["rows"]}

    def test_newest_message_is_picked_and_nothing_written(self):
        self._feed("c1", RECORD, 100)
        self._line(self.draft, "phone").source = "email"
        partner = self._partner("c1")
        counts = self._counts()
        dialog = self._dialog()
        self.assertEqual(dialog.event_id.external_id, "c1")
        dialog.action_preview()
        self.assertIn("would be changed", dialog.notice["what"])
        self.assertEqual(dialog.notice["next"], "Nothing was written.")
        self.assertEqual(self._counts(), counts)
        self.assertEqual(partner.phone, "+49 30 123456")
        self.assertIn("phone", dialog.line_table["rows"][3]["label"])

    def _counts(self):
        self.env.flush_all()
        self.env.cr.execute(
            "SELECT (SELECT count(*) FROM res_partner),"
            " (SELECT count(*) FROM integration_external_id),"
            " (SELECT count(*) FROM integration_job_log),"
            " (SELECT count(*) FROM integration_event),"
            " (SELECT count(*) FROM mail_message)"
        )
        return self.env.cr.fetchone()

    def test_personal_data_of_a_stored_message_is_masked(self):
        self._feed("c1", RECORD, 100)
        self._line(self.draft, "note").source = "email"
        dialog = self._dialog()
        dialog.action_preview()
        everything = json.dumps(
            [dialog.line_table, dialog.diff_table, dialog.received, dialog.canonical],
            ensure_ascii=False,
        )
        self.assertNotIn("ada@example.com", everything)
        self.assertNotIn("123456", everything)
        self.assertNotIn("Lovelace", dialog.sample)
        self.assertIn("a•••@example.com", everything)

    def test_who_may_not_read_contacts_sees_none_of_them(self):
        self._feed("c1", RECORD, 100)
        pasted = dict(RECORD, email="other@example.com", phone="+49 30 9999")
        dialog = self._look(pasted)
        self.assertIn("ada@example.com", json.dumps(dialog.diff_table))
        rights = self.env["ir.model.access"].search(
            [("model_id.model", "=", "res.partner")]
        )
        rights.filtered(
            lambda right: right.group_id <= self.designer.all_group_ids
        ).perm_read = False
        dialog.action_preview()
        shown = json.dumps(dialog.diff_table)
        self.assertNotIn("ada@example.com", shown)
        self.assertNotIn("123456", shown)
        self.assertIn("other@example.com", shown)

    def test_message_of_another_connector_is_refused(self):
        self._feed("c1", RECORD, 100)
        other = self._connector("Other")
        with self.assertRaises(UserError):
            self._look(connector_id=other.id)

    def test_pasted_content_side_by_side(self):
        rows = self._rows(self._look(RECORD))
        phone = rows["phone"]["cells"]
        self.assertEqual(phone["received"], "+49 30 123456")
        self.assertEqual(phone["canonical"], "+49 30 123456")
        self.assertIn("+49 30 123456", phone["odoo"])
        self.assertEqual(
            rows["reference"]["cells"]["note"], "The message does not say it."
        )

    def test_new_record_and_its_document(self):
        dialog = self._look(RECORD)
        self.assertIn("Ada Lovelace would be created", dialog.notice["what"])
        rows = self._rows(dialog, "diff_table")
        self.assertEqual(rows["Phone"]["status"], "added")
        self.assertFalse(
            self.env["res.partner"].search([("name", "=", "Ada Lovelace")])
        )
        self.assertIn("fits the data format", dialog.format_table["empty"])

    def test_all_problems_of_lines_show_at_once(self):
        self._line(self.draft, "is_company").transform = "integer"
        self._line(self.draft, "language").write({"source": "x", "required": True})
        dialog = self._look(dict(RECORD, is_company="much"))
        rows = self._rows(dialog)
        red = [label for label, row in rows.items() if row["status"] == "problem"]
        self.assertEqual(sorted(red), ["is_company", "language"])
        self.assertEqual(dialog.notice["level"], "danger")
        self.assertEqual(rows["name"]["cells"]["canonical"], "Ada Lovelace")

    def test_breach_of_the_format_is_shown_at_its_line(self):
        dialog = self._look(dict(RECORD, phone=5))
        self.assertEqual(self._rows(dialog)["phone"]["status"], "problem")
        self.assertIn("phone", self._rows(dialog, "format_table"))
        self.assertIn("not come through", dialog.notice["what"])

    def test_what_the_system_would_never_send(self):
        with (
            mute_logger("odoo.addons.integration_core.wizards.mapping_preview"),
            self.assertRaisesRegex(UserError, "neither a message nor an object"),
        ):
            self._look(origin="paste", content='{"unknown": 1}')

    def test_unreadable_content(self):
        dialog = self._look(content="{", origin="paste")
        self.assertEqual(dialog.notice["level"], "danger")
        self.assertFalse(dialog.line_table["rows"])
        for values in ({"content": " ", "origin": "paste"}, {"origin": "event"}):
            with self.assertRaises(UserError):
                self._look(**dict({"event_id": False}, **values))

    def test_keep_as_test(self):
        dialog = self._look(RECORD)
        with self.assertRaises(UserError):
            dialog.test_name = " "
            dialog.action_keep_test()
        dialog.test_name = "Ada"
        dialog.action_keep_test()
        test = self.draft.test_ids
        self.assertEqual((test.name, test.result), ("Ada", "passed"))
        for secret in ("Lovelace", "ada@", "123456"):
            self.assertNotIn(secret, test.sample)
            self.assertNotIn(secret, test.expected)
        self.assertEqual(json.loads(test.sample)["id"], "c1")

    def test_failing_message_is_kept_with_its_problem(self):
        dialog = self._look(dict(RECORD, email=5))
        dialog.test_name = "Number for an e-mail"
        dialog.action_keep_test()
        test = self.draft.test_ids
        self.assertEqual((test.expectation, test.expected_class), ("error", "schema"))
        self.assertEqual(test.result, "passed")

    def test_sample_of_a_test(self):
        test = self.draft._keep_as_test("Ada", RECORD)
        dialog = self._look(origin="test", test_id=test.id)
        self.assertIn("would be created", dialog.notice["what"])

    def test_who_may_look(self):
        for person in (self.auditor,):
            with self.assertRaises(AccessError):
                self.draft.with_user(person).action_preview()
        dialog = self._dialog()
        with self.assertRaises(AccessError):
            dialog.with_user(self.manager).read(["content"])

    def test_fast_enough(self):
        dialog = self._look(RECORD)
        started = time.thread_time()
        dialog.action_preview()
        self.assertLess(time.thread_time() - started, 1)


class TestResultNow(MappingCase):
    """What each line makes of the sample, while it is typed."""

    def setUp(self):
        super().setUp()
        self.draft = self._draft()
        self.draft._keep_as_test("Ada", RECORD)

    def _now(self, target):
        self.draft.invalidate_recordset()
        return self._line(self.draft, target).result_now

    def test_every_line_says_what_it_gives(self):
        self.assertEqual(self._now("name"), "Ada Lovelace")
        self.assertEqual(self._now("reference"), "–")
        self.assertEqual(self._now("email"), "a•••@example.com")
        self._line(self.draft, "name").transform = "upper"
        self.assertEqual(self._now("name"), "ADA LOVELACE")
        self._line(self.draft, "name").transform = "integer"
        self.assertIn("Problem", self._now("name"))

    def test_nothing_without_a_sample(self):
        self.draft.test_ids.unlink()
        self.assertFalse(self._now("name"))

    def test_lines_inside_a_list(self):
        self.draft.test_ids.unlink()
        addresses = self._line(self.draft, "addresses")
        addresses.write({"kind": "list"})
        self.draft.line_ids.create(
            {
                "mapping_id": self.draft.id,
                "parent_id": addresses.id,
                "target": "city",
                "source": "town",
            }
        )
        self.draft._keep_as_test("Two", {"addresses": [{"town": "A"}, {"town": "B"}]})
        self.assertEqual(self._now("addresses"), "2 in the list")
        self.assertEqual(self._now("city"), "A · B")

    def test_while_typing(self):
        with Form(self.draft) as form:
            number = next(
                n for n, line in enumerate(self.draft.line_ids) if line.target == "name"
            )
            with form.line_ids.edit(number) as line:
                line.transform = "upper"
                self.assertEqual(line.result_now, "ADA LOVELACE")
                line.source = "a[?"
                self.assertIn("cannot be understood", line.problem)
                line.source = "name"

    def test_suggestions(self):
        targets = dict(self.draft.target_choices)
        for path in ("phone", "addresses.city", "custom.color"):
            self.assertIn(path, targets)
        self.assertNotIn("external_id", targets)
        self.assertNotIn("custom.company_id", targets)
        self.assertIn("email", dict(self.draft.source_choices))
        lines = self.draft.line_ids
        lines.unlink()
        for path in targets:
            line = lines.create(
                {"mapping_id": self.draft.id, "target": path, "source": "x"}
            )
            problem = line.problem or ""
            self.assertNotIn("no field", problem, path)
            self.assertNotIn("cannot be filled", problem, path)
            line.unlink()
