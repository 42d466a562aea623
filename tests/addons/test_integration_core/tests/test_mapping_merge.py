# Copyright 2026 Odoo Integration Suite contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl)
from odoo.exceptions import AccessError, RedirectWarning, UserError

from .test_mapping_version import MappingCase


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
