# Copyright 2026 Odoo Integration Suite contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl)
import json

from odoo.exceptions import AccessError, RedirectWarning, UserError, ValidationError

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


class TestProblems(MappingCase):
    """Bad input of a mapping: said on its line, and refused before it is used."""

    def _problem(self, **values):
        draft = self._draft()
        line = draft.line_ids.create(
            dict({"mapping_id": draft.id, "source": "x"}, **values)
        )
        self.assertIn(line.problem or "-", draft.problems)
        with self.assertRaises(UserError) as refused:
            draft.action_submit()
        self.assertIn(line.problem, str(refused.exception))
        with self.assertRaises(UserError):
            draft.action_check()
        return line.problem

    def test_field_that_is_not_there(self):
        self.assertIn("There is no field telefon", self._problem(target="telefon"))

    def test_field_that_the_hub_fills(self):
        self.assertIn("by itself", self._problem(target="external_id"))

    def test_custom_fields(self):
        draft = self._draft()
        custom = self._line(draft, "custom")
        custom.unlink()
        lines = draft.line_ids
        good = lines.create(
            {"mapping_id": draft.id, "target": "custom.color", "source": "x"}
        )
        self.assertFalse(good.problem)
        for name, word in (
            ("x_nowhere", "no field “x_nowhere”"),
            ("display_name", "cannot be filled"),
            ("company_id", "cannot be filled"),
            ("category_id", "cannot be filled"),
        ):
            with self.subTest(name=name):
                bad = lines.create(
                    {"mapping_id": draft.id, "target": f"custom.{name}", "source": "x"}
                )
                self.assertIn(word, bad.problem)
                with self.assertRaises(UserError):
                    draft.action_submit()
                bad.unlink()
        draft.action_submit()

    def test_a_list_where_the_format_has_none(self):
        self.assertIn("no list here", self._problem(target="website", kind="list"))

    def test_reference_to_nothing(self):
        found = self._problem(
            target="custom", kind="reference", reference_entity="spaceship"
        )
        self.assertIn("spaceship", found)

    def test_required_field_without_a_line(self):
        draft = self._draft()
        self._line(draft, "tax_ids").write({"kind": "list", "source": "tax_ids"})
        tax = self._line(draft, "tax_ids")
        draft.line_ids.create(
            {
                "mapping_id": draft.id,
                "parent_id": tax.id,
                "target": "kind",
                "source": "type",
            }
        )
        self.assertIn("tax_ids.value is required", draft.problems)
        with self.assertRaises(UserError):
            draft.action_submit()

    def test_two_lines_for_one_field(self):
        draft = self._draft()
        draft.line_ids.create({"mapping_id": draft.id, "target": "name", "source": "x"})
        self.assertIn("filled by two lines", draft.problems)
        with self.assertRaises(UserError):
            draft.action_submit()

    def _value_map(self):
        return self.env["integration.value.map"].create(
            {
                "name": "Kinds",
                "code": "kinds",
                "line_ids": [
                    (0, 0, {"external_value": "a", "canonical_value": "1"}),
                    (0, 0, {"external_value": "b", "canonical_value": "1"}),
                ],
            }
        )

    def test_value_map_is_ambiguous_on_the_way_out_only(self):
        values = self._value_map()
        draft = self._draft()
        line = self._line(draft, "reference")
        line.value_map_id = values
        self.assertFalse(line.problem)
        out = self.env["integration.mapping"].create(
            {
                "name": "Out",
                "system": SYSTEM,
                "entity": "customer",
                "direction": "out",
                "version": 90,
                "line_ids": [
                    (
                        0,
                        0,
                        {
                            "target": "ref",
                            "source": "reference",
                            "value_map_id": values.id,
                        },
                    )
                ],
            }
        )
        self.assertIn("ambiguous", out.line_ids.problem)
        with self.assertRaises(UserError):
            out.action_submit()
        values.line_ids[1].canonical_value = "2"
        out.invalidate_recordset()
        self.assertFalse(out.problems)
        self.assertEqual(out._compile().mapping.apply({"reference": "2"}), {"ref": "b"})

    def test_value_map_in_use_stays_clear(self):
        values = self._value_map()
        values.line_ids[1].canonical_value = "2"
        self.assertFalse(values.ambiguity)
        line = {"target": "ref", "source": "reference", "value_map_id": values.id}
        out = self.env["integration.mapping"].create(
            {
                "name": "Out",
                "system": SYSTEM,
                "entity": "customer",
                "direction": "out",
                "version": 90,
                "line_ids": [(0, 0, line)],
            }
        )
        values.line_ids[1].canonical_value = "1"
        self.assertIn("Outgoing: ", values.ambiguity)
        values.line_ids[1].canonical_value = "2"
        out.sudo().state = "approved"
        with self.assertRaisesRegex(ValidationError, "Out v90 sends with this"):
            values.line_ids[1].canonical_value = "1"
        with self.assertRaisesRegex(ValidationError, "ambiguous"):
            values.line_ids.create(
                {
                    "map_id": values.id,
                    "external_value": "c",
                    "canonical_value": "1",
                }
            )

    def test_outgoing_reads_the_common_format(self):
        out = self.env["integration.mapping"].create(
            {
                "name": "Out",
                "system": SYSTEM,
                "entity": "customer",
                "direction": "out",
                "version": 90,
                "line_ids": [
                    (0, 0, {"target": "anything.goes", "source": "telefon"}),
                    (0, 0, {"target": "phone", "source": "phone"}),
                ],
            }
        )
        problems = {line.target: line.problem for line in out.line_ids}
        self.assertIn("no field telefon", problems["anything.goes"])
        self.assertFalse(problems["phone"])


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


class TestTwoPeople(MappingCase):
    """Two people at one draft: nothing of either is lost."""

    def setUp(self):
        super().setUp()
        self.draft = self._draft()
        self.token = self.draft.write_token

    def _save(self, person, commands, token=None, **values):
        """As the form saves: the token it has read goes with the change."""
        mapping = self.draft.with_user(person)
        mapping.write(dict(values, line_ids=commands, write_token=token or self.token))
        self.env.flush_all()

    def _id(self, target):
        return self._line(self.draft, target).id

    def test_every_change_gives_a_new_token_and_a_line_of_history(self):
        self._save(self.designer, [(1, self._id("phone"), {"source": "mobile"})])
        self.assertGreater(self.draft.write_token, self.token)
        change = self.draft.change_ids[:1]
        self.assertEqual(
            (change.user_id, change.path, change.operation),
            (self.designer, "phone", "write"),
        )
        self.assertEqual(
            (change.before, change.after), ({"source": "phone"}, {"source": "mobile"})
        )
        self.assertIn("phone → mobile", change.text)

    def test_line_written_directly_counts_too(self):
        self._line(self.draft, "phone").with_user(self.manager).source = "mobile"
        self.assertEqual(self.draft.change_ids.user_id, self.manager)
        self._refused([(1, self._id("phone"), {"source": "tel"})])

    def test_other_lines_are_merged(self):
        self._save(self.manager, [(1, self._id("phone"), {"source": "mobile"})])
        self._save(self.designer, [(1, self._id("email"), {"source": "mail"})])
        self.assertEqual(self._line(self.draft, "phone").source, "mobile")
        self.assertEqual(self._line(self.draft, "email").source, "mail")

    def test_other_fields_of_one_line_are_merged(self):
        self._save(self.manager, [(1, self._id("phone"), {"source": "mobile"})])
        self._save(self.designer, [(1, self._id("phone"), {"required": True})])
        line = self._line(self.draft, "phone")
        self.assertEqual((line.source, line.required), ("mobile", True))

    def test_the_same_change_by_both_is_no_clash(self):
        for person in (self.manager, self.designer):
            self._save(person, [(1, self._id("phone"), {"source": "mobile"})])
        self.assertEqual(self._line(self.draft, "phone").source, "mobile")

    def _refused(self, commands, **values):
        # Not assertRaises: its savepoint would undo the draft that is kept.
        refused = None
        with self.enter_registry_test_mode():
            try:
                self._save(self.designer, commands, **values)
            except RedirectWarning as error:
                refused = error
        self.assertIsNotNone(refused, "the save was not refused")
        self.env.invalidate_all()
        return refused

    def test_clash_is_refused_and_the_save_kept(self):
        self._save(self.manager, [(1, self._id("phone"), {"source": "mobile"})])
        mine = [
            (1, self._id("phone"), {"source": "tel"}),
            (1, self._id("email"), {"source": "mail"}),
        ]
        refused = self._refused(mine)
        message, action = refused.args[:2]
        self.assertIn(self.manager.name, message)
        self.assertIn("phone → mobile", message)
        self.assertEqual(self._line(self.draft, "phone").source, "mobile")
        self.assertEqual(self._line(self.draft, "email").source, "email")
        kept = self.draft.browse(action["res_id"])
        self.assertEqual((kept.state, kept.kept_from_id), ("draft", self.draft))
        self.assertEqual(self._line(kept, "phone").source, "tel")
        self.assertEqual(self._line(kept, "email").source, "mail")
        self.assertEqual(len(kept.line_ids), len(self.draft.line_ids))
        again = self._refused(mine)
        self.assertEqual(again.args[1]["res_id"], kept.id)

    def test_line_that_somebody_removed_comes_back_in_the_kept_draft(self):
        gone = self._id("phone")
        self._save(self.manager, [(2, gone, 0)])
        refused = self._refused([(1, gone, {"required": True})])
        line = self._line(self.draft.browse(refused.args[1]["res_id"]), "phone")
        self.assertEqual((line.source, line.required), ("phone", True))

    def test_removing_what_somebody_changed_is_a_clash(self):
        line = self._id("phone")
        self._save(self.manager, [(1, line, {"source": "mobile"})])
        refused = self._refused([(2, line, 0)])
        self.assertTrue(self._line(self.draft, "phone"))
        kept = self.draft.browse(refused.args[1]["res_id"])
        self.assertFalse(self._line(kept, "phone"))

    def test_both_remove_one_line(self):
        line = self._id("phone")
        self._save(self.manager, [(2, line, 0)])
        self._save(self.designer, [(2, line, 0)], name="Other name")
        self.assertEqual(self.draft.name, "Other name")
        self.assertFalse(self._line(self.draft, "phone"))

    def test_both_add_the_same_field(self):
        self._save(self.manager, [(0, 0, {"target": "website", "source": "url"})])
        refused = self._refused([(0, 0, {"target": "website", "source": "site"})])
        self.assertEqual(self._line(self.draft, "website").source, "url")
        kept = self.draft.browse(refused.args[1]["res_id"])
        self.assertEqual(
            sorted(self._line(kept, "website").mapped("source")), ["site", "url"]
        )

    def test_name_changed_by_both(self):
        self._save(self.manager, [], name="One")
        refused = self._refused([], name="Two")
        self.assertEqual(self.draft.name, "One")
        self.assertEqual(self.draft.browse(refused.args[1]["res_id"]).name, "Two")

    def test_changed_code_list_stands_in_the_history(self):
        codes = self.env["integration.value.map"].create(
            {
                "name": "Kinds",
                "code": "kinds",
                "line_ids": [(0, 0, {"external_value": "a", "canonical_value": "1"})],
            }
        )
        self._line(self.draft, "reference").value_map_id = codes
        token = self.draft.write_token
        line = codes.with_user(self.manager).line_ids
        line.canonical_value = "2"
        line.note = "no matter"
        line.create({"map_id": codes.id, "external_value": "b", "canonical_value": "3"})
        line.unlink()
        self.env.invalidate_all()
        self.assertGreater(self.draft.write_token, token)
        changes = self.draft.change_ids.filtered(lambda c: c.user_id == self.manager)
        self.assertEqual(
            changes.mapped(lambda c: (c.operation, c.path, c.text)),
            [
                ("unlink", "Kinds", "Value there: a, Common value: 2"),
                ("create", "Kinds", "Value there: b, Common value: 3"),
                ("write", "Kinds: a", "Common value: 1 → 2"),
            ],
        )
        self._save(self.designer, [(1, self._id("phone"), {"source": "tel"})], token)
        self.assertEqual(self._line(self.draft, "phone").source, "tel")

    def test_unknown_token_is_refused(self):
        with self.assertRaises(UserError):
            self._save(
                self.designer,
                [(1, self._id("phone"), {"source": "x"})],
                token=self.token + 50,
            )

    def test_history_is_the_hubs(self):
        self._save(self.manager, [(1, self._id("phone"), {"source": "mobile"})])
        change = self.draft.change_ids
        for person in (self.designer, self.manager):
            with self.assertRaises(AccessError):
                change.with_user(person).write({"path": "other"})
            with self.assertRaises(AccessError):
                change.with_user(person).unlink()
            with self.assertRaises(AccessError):
                change.with_user(person).create({"mapping_id": self.draft.id})

    def test_kept_marks_cannot_be_forged(self):
        for person in (self.designer, self.manager):
            with self.assertRaises(AccessError):
                self.draft.with_user(person).write({"approved_by_id": self.manager.id})
