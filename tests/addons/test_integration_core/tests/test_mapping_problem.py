# Copyright 2026 Odoo Integration Suite contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl)
from odoo.exceptions import UserError, ValidationError

from .common import SYSTEM
from .test_mapping_version import MappingCase


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
