# Copyright 2026 Odoo Integration Suite contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl)
from odoo.exceptions import AccessError, ValidationError
from odoo.tests import Form

from .common import CoreCase


class TestFilter(CoreCase):
    """What a condition lets through is told while it is typed."""

    def test_incoming_is_counted_on_stored_messages(self):
        for number in range(4):
            self._feed(f"c{number}", {"name": str(number), "is_company": number > 0})
        self.assertEqual(self.flow.reach_text, "Everything.")
        self.connector._set_state("suspended", "test")
        with Form(self.flow.with_user(self.designer)) as form:
            form.filter = "is_company"
            self.assertIn("3 of the newest 4 messages; 1 are left out", form.reach_text)
            form.filter = "is_company ==="
            self.assertFalse(form.reach_text)
            self.assertTrue(form.reach_problem)
            form.filter = ""
            self.assertEqual(form.reach_text, "Everything.")

    def test_filter_that_breaks_on_the_content_says_so(self):
        self._feed("c1", {"name": "Ada"})
        flow = self.flow.new(
            {"filter": "starts_with(is_company, 'a')"}, origin=self.flow
        )
        self.assertTrue(flow.reach_problem)

    def test_broken_filter_is_not_saved(self):
        with self.assertRaises(ValidationError):
            self.flow.sudo().filter = "a b c"

    def test_who_only_reads_tries_nothing(self):
        """Else a filter would tell what is masked: who is ada@example.com?"""
        self._feed("c1", {"name": "Ada", "email": "ada@example.com"})
        self.flow.sudo().filter = "is_company"
        guess = {"filter": "email == 'ada@example.com'"}
        spec = {"filter": {}, "reach_text": {}}
        for person in (self.auditor, self.operator):
            flow = self.flow.with_user(person)
            self.assertIn("0 of the newest 1 messages", flow.reach_text)
            with self.assertRaises(AccessError):
                flow.onchange(guess, ["filter"], spec)
        told = self.flow.with_user(self.designer).onchange(guess, ["filter"], spec)
        self.assertIn("1 of the newest 1", told["value"]["reach_text"])

    def test_no_message_yet(self):
        flow = self.flow.new({"filter": "is_company"}, origin=self.flow)
        self.assertIn("No message", flow.reach_text)

    def test_outgoing_is_counted_on_records(self):
        self.env["res.partner"].create(
            [{"name": "Only this", "ref": f"only-{n}"} for n in range(3)]
        )
        flow = self.env["integration.flow"].new(
            {
                "connector_id": self.connector.id,
                "entity": "customer",
                "direction": "out",
                "domain": "[('ref', '=like', 'only-%')]",
            }
        )
        self.assertEqual(flow.record_model, "res.partner")
        self.assertRegex(
            flow.reach_text, r"^3 of \d+ records that count as Customer\.$"
        )
        # Who approves reads the same, and the condition itself.
        said = self.env["integration.approval.go_live"]._condition(flow._live_shown())
        self.assertIn(flow.reach_text, said)
        self.assertIn(flow.domain, said)
        flow.domain = "[('no_such_field', '=', 1)]"
        self.assertIn("no_such_field", flow.reach_problem)
        self.assertFalse(flow.reach_text)


class TestCustomChoices(CoreCase):
    """Custom fields are chosen from the model, and every choice is taken."""

    def test_choices_are_what_the_pipeline_takes(self):
        choices = self.env["integration.entity"]._custom_field_choices("customer")
        targets = {target: (label, kind) for target, label, kind in choices}
        self.assertEqual(targets["custom.function"], ("Job Position", "char"))
        entity = self.env["integration.entity"]._for("customer")
        fields = self.env["res.partner"]._fields
        for name in ("id", "company_id", "active", "parent_id", "display_name"):
            self.assertNotIn(f"custom.{name}", targets)
        for target in targets:
            self.assertTrue(entity._custom_allowed(fields[target[7:]]), target)
        labels = [label.casefold() for _target, label, _kind in choices]
        self.assertEqual(labels, sorted(labels))

    def test_own_field_of_the_company_is_offered_and_filled(self):
        self.env["ir.model.fields"].create(
            {
                "model_id": self.env["ir.model"]._get("res.partner").id,
                "name": "x_segment",
                "field_description": "Segment",
                "ttype": "char",
            }
        )
        choices = self.env["integration.entity"]._custom_field_choices("customer")
        self.assertIn(("custom.x_segment", "Segment", "char"), choices)
        self._feed("c1", {"name": "Ada", "custom": {"x_segment": "Gold"}})
        self.assertEqual(self._partner("c1").x_segment, "Gold")

    def test_unknown_entity(self):
        self.assertEqual(self.env["integration.entity"]._custom_field_choices("x"), [])
