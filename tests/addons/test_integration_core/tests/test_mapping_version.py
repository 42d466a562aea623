# Copyright 2026 Odoo Integration Suite contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl)
import json

from odoo.exceptions import AccessError, UserError, ValidationError

from .common import SYSTEM, CoreCase


class MappingCase(CoreCase):
    def _draft(self, person=None):
        mapping = self.mapping.with_user(person or self.designer)
        return mapping.browse(mapping.action_new_version()["res_id"])

    def _line(self, mapping, target):
        return mapping.line_ids.filtered(lambda line: line.target == target)

    def _approved(self, change):
        """A version in use that differs by ``change(draft)``."""
        draft = self._draft()
        change(draft)
        draft.action_submit()
        draft.with_user(self.manager).action_approve()
        return draft

    def _in_use(self):
        return self.flow.mapping_id


class TestVersions(MappingCase):
    def test_changes_are_sentences(self):
        draft = self._draft()
        self._line(draft, "phone").source = "mobile"
        self._line(draft, "email").required = True
        self._line(draft, "note").unlink()
        self._line(draft, "reference").write({"transform": "upper", "default": "x"})
        said = draft.diff_text.split("\n")
        self.assertIn("phone: now from mobile, was phone", said)
        self.assertIn("email: required now", said)
        self.assertIn("note: not filled any more, was from note", said)
        self.assertEqual(len(said), 4)
        statuses = {r["label"]: r["status"] for r in draft.diff_table["rows"]}
        self.assertEqual(
            (statuses["phone"], statuses["note"], statuses["name"]),
            ("changed", "missing", "same"),
        )

    def test_draft_is_compared_with_the_version_in_use(self):
        draft = self._draft()
        self.assertEqual(draft.compare_id, self.mapping.with_user(self.designer))
        self.assertFalse(draft.diff_text)

    def test_approval_names_who_and_when(self):
        draft = self._approved(lambda d: None)
        self.assertEqual(draft.approved_by_id, self.manager)
        self.assertTrue(draft.approved_at)
        self.assertEqual(draft.version_ids.mapped("version")[:2], [91, 90])

    def test_approval_shows_what_was_submitted(self):
        draft = self._draft()
        self._line(draft, "phone").source = "mobile"
        draft.action_submit()
        request = self.env["integration.approval"]._open_for(draft, "publish")
        rows = {row["label"]: row for row in draft._approval_table(request)["rows"]}
        self.assertEqual(rows["phone"]["cells"]["before"], "from phone")
        self.assertEqual(rows["phone"]["cells"]["after"], "from mobile")

    def test_who_changed_a_line_does_not_approve(self):
        draft = self._draft()
        self._line(draft, "phone").with_user(self.manager).source = "mobile"
        draft.action_submit()
        request = self.env["integration.approval"]._open_for(draft, "publish")
        self.assertFalse(request.with_user(self.manager).may_decide)
        with self.assertRaises(UserError):
            draft.with_user(self.manager).action_approve()
        self.assertEqual(draft.state, "draft")
        shown = request.with_user(self.second).content_table["rows"]
        self.assertEqual(
            [row["label"] for row in shown if row["status"] != "same"], ["phone"]
        )
        draft.with_user(self.second).action_approve()
        self.assertEqual(draft.state, "approved")

    def test_who_made_a_mapping_does_not_approve(self):
        made = (
            self.env["integration.mapping"]
            .with_user(self.manager)
            .create(
                {
                    "name": "Made at once",
                    "system": SYSTEM,
                    "entity": "customer",
                    "version": 95,
                    "line_ids": [(0, 0, {"target": "name", "source": "name"})],
                }
            )
        )
        self.assertFalse(made.change_ids)
        made.with_user(self.designer).action_submit()
        with self.assertRaises(UserError):
            made.with_user(self.manager).action_approve()
        made.with_user(self.second).action_approve()
        self.assertEqual(made.state, "approved")

    def test_revert_at_once_with_a_reason(self):
        draft = self._approved(lambda d: self._line(d, "phone").write({"source": "x"}))
        old = self.mapping.with_user(self.manager)
        self.assertTrue(old.may_revert)
        action = old.action_revert()
        dialog = (
            self.env[action["res_model"]]
            .with_user(self.manager)
            .with_context(**action["context"])
            .create({})
        )
        self.assertEqual(
            [
                row["label"]
                for row in dialog.diff_table["rows"]
                if row["status"] != "same"
            ],
            ["phone"],
        )
        with self.assertRaises(UserError):
            dialog.action_confirm()
        dialog.reason = "Phones were lost"
        dialog.action_confirm()
        self.assertEqual((old.state, draft.state), ("approved", "retired"))
        self.assertEqual(self._in_use(), self.mapping)
        log = self.env["integration.job.log"].search(
            [("connector_id", "=", self.connector.id), ("operation", "=", "configure")],
            order="id desc",
            limit=1,
        )
        self.assertIn("Phones were lost", log.message)
        self.assertEqual(log.actor_id, self.manager)
        self.assertIn("Phones were lost", draft.message_ids[0].body)

    def test_revert_is_for_managers_and_former_versions(self):
        draft = self._draft()
        with self.assertRaises(UserError):
            draft.with_user(self.manager)._revert("never in use")
        self._approved(lambda d: None)
        for person in (self.designer, self.operator):
            with self.assertRaises(AccessError):
                self.mapping.with_user(person)._revert("please")

    def test_revert_of_what_was_changed_since_is_refused(self):
        self._approved(lambda d: None)
        self.env.flush_all()
        self.env.cr.execute(
            "UPDATE integration_mapping_line SET source = 'other' WHERE id = %s",
            (self._line(self.mapping, "phone").id,),
        )
        self.env.invalidate_all()
        with self.assertRaises(UserError):
            self.mapping.with_user(self.manager)._revert("no")
        self.assertEqual(self.mapping.state, "retired")

    def test_revert_leads_messages_the_old_way(self):
        self._approved(lambda d: self._line(d, "phone").write({"source": "mobile"}))
        record = {"name": "A", "phone": "+49 30 1", "mobile": "+49 170 2"}
        self._feed("c1", record, 100)
        self.assertEqual(self._partner("c1").phone, "+49 170 2")
        self.mapping.with_user(self.manager)._revert("wrong number")
        self._feed("c1", record, 101)
        self.assertEqual(self._partner("c1").phone, "+49 30 1")

    # === WHAT COMES WITH AN ADDON === #

    def _ship(self, version, **values):
        return (
            self.env["integration.mapping"]
            .with_context(install_mode=True, install_module="some_addon")
            .create(
                dict(
                    values,
                    name="Shipped",
                    system=SYSTEM,
                    entity=values.get("entity", "customer"),
                    version=version,
                    state="approved",
                )
            )
        )

    def test_first_shipped_version_is_in_use_later_ones_are_drafts(self):
        company = self.env["res.company"].create({"name": "New"})
        first = self._ship(1, company_id=company.id)
        self.assertEqual((first.state, first.shipped_by), ("approved", "some_addon"))
        second = self._ship(2, company_id=company.id)
        self.assertEqual((second.state, second.version), ("draft", 2))

    def test_shipped_version_takes_no_number_of_the_customer(self):
        draft = self._draft()
        shipped = self._ship(draft.version)
        self.assertEqual((shipped.state, shipped.version), ("draft", 92))
        self.assertEqual(self._in_use(), self.mapping)
        self.assertEqual(len(draft.line_ids), len(self.mapping.line_ids))


class TestMappingTests(MappingCase):
    SAMPLE = {"name": "Ada", "email": "ada@example.com", "phone": None}

    def _test(self, mapping, **values):
        return self.env["integration.mapping.test"].create(
            dict(
                {
                    "mapping_id": mapping.id,
                    "name": "Ada",
                    "sample": json.dumps(self.SAMPLE),
                    "expected": json.dumps(self.SAMPLE),
                },
                **values,
            )
        )

    def test_failing_test_blocks_submit_and_is_named(self):
        draft = self._draft()
        test = self._test(draft)
        self.assertEqual((test.result, draft.test_text), ("passed", "1/1"))
        self._line(draft, "phone").source = "email"
        self.assertEqual((test.result, draft.test_state), ("failed", "failed"))
        self.assertEqual(test.message, "Other than expected: phone")
        with self.assertRaisesRegex(UserError, "Ada: Other than expected"):
            draft.action_submit()
        self.assertIn(draft, draft.search([("test_state", "=", "failed")]))
        self.assertNotIn(draft, draft.search([("test_state", "=", "none")]))
        self.assertIn(self.mapping, draft.search([("test_state", "=", "none")]))
        self._line(draft, "phone").source = "phone"
        draft.action_submit()

    def test_new_result_is_taken_as_expected(self):
        draft = self._draft()
        test = self._test(draft)
        self._line(draft, "phone").source = "email"
        test.with_user(self.designer).action_accept()
        self.assertEqual(test.result, "passed")
        self.assertEqual(json.loads(test.expected)["phone"], "ada@example.com")
        self.assertIn("Ada", draft.message_ids[0].body)

    def test_expected_problem(self):
        draft = self._draft()
        self._line(draft, "name").required = True
        test = self._test(
            draft,
            sample='{"email": "a@example.com"}',
            expectation="error",
            expected=False,
            expected_class="mapping",
            expected_path="name",
        )
        self.assertEqual(test.result, "passed")
        test.expected_path = "email"
        self.assertEqual(test.result, "failed")
        test.write({"expected_path": False, "expected_class": "schema"})
        self.assertEqual(test.result, "failed")

    def test_breach_of_the_format_fails_a_test(self):
        test = self._test(self._draft(), sample='{"name": "A", "email": 5}')
        self.assertEqual(test.result, "failed")
        self.assertIn("email", test.message)

    def test_amounts_keep_their_digits(self):
        draft = self._draft()
        test = draft._keep_as_test("Digits", {"name": "A", "custom": {"x": 1}})
        self.assertEqual(test.result, "passed")
        bad = draft._keep_as_test("Bad", {"name": 5})
        self.assertEqual((bad.expectation, bad.expected_class), ("error", "schema"))

    def test_tests_go_with_the_next_version(self):
        draft = self._draft()
        self._test(draft)
        later = draft.browse(draft.action_new_version()["res_id"])
        self.assertEqual(later.test_ids.mapped("name"), ["Ada"])

    def test_a_test_changed_after_submission_voids_the_request(self):
        draft = self._draft()
        test = self._test(draft)
        draft.action_submit()
        test.unlink()
        with self.assertRaises(UserError):
            draft.with_user(self.manager).action_approve()

    def test_unreadable_sample(self):
        for sample in ("{", "[1]", '{"a": 1, "a": 2}'):
            with self.subTest(sample=sample), self.assertRaises(ValidationError):
                self._test(self._draft(), sample=sample)

    def test_operator_and_auditor_only_read(self):
        test = self._test(self._draft())
        for person in (self.operator, self.auditor):
            self.assertEqual(test.with_user(person).result, "passed")
            with self.assertRaises(AccessError):
                test.with_user(person).name = "mine"
