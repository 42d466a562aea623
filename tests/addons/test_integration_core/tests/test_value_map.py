# Copyright 2026 Odoo Integration Suite contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl)
import psycopg2

from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.tests import Form
from odoo.tools import mute_logger

from .common import SYSTEM, CoreCase

VALUE = "cus_9"


class TestValueMapOfRecords(CoreCase):
    """A value of the system that stands for a record of Odoo, as people decide.

    Customers play the part of what is never synchronised: contacts refer to them.
    """

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.map = cls.env["integration.value.map"].create(
            {
                "name": "Demo: customers",
                "code": "demo_customers",
                "system": SYSTEM,
                "entity": "customer",
                "model": "res.partner",
            }
        )
        cls.company = cls.connector.company_id
        cls.partner = cls.env["res.partner"].create({"name": "The one"})

    def _contact(self, external_id: str = "con_1", at: int = 100):
        return self._feed(
            external_id, {"name": "Ada", "customer": VALUE}, at, entity="contact"
        )

    def _seen(self, value: str = VALUE, **said):
        return self.map._note_values(self.company, {value: ("The first", said)})[value]

    def _own_logs(self):
        return self.env["integration.job.log"].search(
            [
                ("connector_id", "=", self.connector.id),
                ("operation", "=", "configure"),
                ("model", "=", "integration.value.map.line"),
            ],
            order="id",
        )

    # === RESOLVING === #

    def test_a_bound_value_resolves_in_its_company_alone(self):
        other = self.env["res.company"].create({"name": "Other"})
        stranger = self._connector("Stranger", other)
        line = self._seen()
        line.res_id = self.partner
        resolve = self.env["integration.external.id"]._resolve
        self.assertEqual(
            resolve(self.connector, {("customer", VALUE)}),
            {("customer", VALUE): ("res.partner", self.partner.id)},
        )
        self.assertFalse(resolve(stranger, {("customer", VALUE)}))

    def test_the_map_alone_decides(self):
        """A link from before the map was made does not count."""
        self.env["integration.external.id"]._bind(
            self.connector,
            [
                {
                    "entity": "customer",
                    "external_id": VALUE,
                    "model": "res.partner",
                    "res_id": self.partner.id,
                }
            ],
        )
        resolve = self.env["integration.external.id"]._resolve
        self.assertFalse(resolve(self.connector, {("customer", VALUE)}))
        self.map.active = False
        self.assertTrue(resolve(self.connector, {("customer", VALUE)}))

    def test_a_map_of_the_company_goes_first(self):
        own = self.map.copy(
            {"code": "own", "company_id": self.company.id, "line_ids": []}
        )
        self.assertEqual(
            self.env["integration.value.map"]._map_of(self.connector, "customer"), own
        )

    def test_an_archived_or_deleted_record_stands_for_nothing(self):
        line = self._seen()
        line.res_id = self.partner
        self.partner.active = False
        resolve = self.env["integration.value.map"]._resolve_records
        self.assertFalse(resolve(self.connector, "customer", [VALUE]))
        self.assertEqual(self.map.unmapped_count, 1)
        self.assertIn("archived", self.map.unmapped["steps"][0]["sentence"])
        line.res_id = False
        gone = self.env["res.partner"].create({"name": "Gone"})
        line.res_id = gone
        self.env.cr.execute("DELETE FROM res_partner WHERE id = %s", (gone.id,))
        self.env.invalidate_all()
        self.assertFalse(resolve(self.connector, "customer", [VALUE]))
        self.assertEqual(line.record_name, "(deleted)")

    # === MAPPING WAKES === #

    def test_what_waits_goes_on_when_the_value_is_bound(self):
        event = self._contact()
        self.assertEqual(
            (event.state, event.waiting_for), ("waiting", "customer:cus_9")
        )
        self._seen().with_user(self.designer).res_id = self.partner.id
        event.invalidate_recordset()
        self.assertEqual((event.state, event.waiting_for), ("pending", False))
        self._drain()
        event.invalidate_recordset()
        self.assertEqual(event.state, "done")
        self.assertEqual(
            self._partner("con_1", entity="contact").parent_id, self.partner
        )

    def test_an_exception_about_the_value_is_retried(self):
        event = self._store("con_1", {"name": "Ada"}, entity="contact")
        event.sudo().state = "review"
        event._open_exceptions()
        line = self._seen()
        event.exception_id.sudo().cause = line._cause(self.map, VALUE)
        line.res_id = self.partner
        event.invalidate_recordset()
        self.assertEqual(event.state, "pending")

    def test_another_company_is_not_woken(self):
        event = self._contact()
        other = self.env["res.company"].create({"name": "Other"})
        self.map._note_values(other, {VALUE: ("x", {})})[VALUE].res_id = self.partner
        event.invalidate_recordset()
        self.assertEqual(event.state, "waiting")

    def test_the_object_is_linked_and_follows_the_choice(self):
        line = self._seen()
        line.res_id = self.partner
        link = self._link(VALUE)
        self.assertEqual((link.res_id, link.primary), (self.partner.id, False))
        second = self.env["res.partner"].create({"name": "Second"})
        line.res_id = second
        link.invalidate_recordset()
        self.assertEqual(link.res_id, second.id)
        line.res_id = False
        self.assertFalse(self._link(VALUE))

    def test_several_values_may_stand_for_one_record(self):
        for value in (VALUE, "cus_10"):
            self._seen(value).res_id = self.partner
        found = self.env["integration.value.map"]._resolve_records(
            self.connector, "customer", [VALUE, "cus_10"]
        )
        self.assertEqual(set(found.values()), {("res.partner", self.partner.id)}, found)

    def test_the_choice_is_logged_with_the_person(self):
        line = self._seen()
        line.with_user(self.designer).res_id = self.partner.id
        line.with_user(self.designer).unlink()
        chosen, given_up = self._own_logs()
        self.assertEqual(chosen.actor_id, self.designer)
        self.assertEqual(chosen.diff, {"res_id": [None, "The one"]})
        self.assertEqual(chosen.message, "“The first” stands for The one.")
        self.assertEqual(given_up.diff, {"res_id": ["The one", False]})

    # === LINES APPEAR === #

    def test_a_value_is_noted_once_and_renewed_when_it_changes(self):
        first = self._seen(percentage="19")
        self.assertEqual(self._seen(percentage="19"), first)
        again = self.map._note_values(self.company, {VALUE: ("Renamed", {"a": 1})})
        self.assertEqual(again[VALUE], first)
        self.assertEqual((first.note, first.seen), ("Renamed", {"a": 1}))
        self.assertEqual(len(self.map.line_ids), 1)

    def test_the_list_of_what_is_missing_says_what_waits(self):
        self._contact("con_1")
        self._contact("con_2")
        self._seen()
        self.env["integration.event"].search([("entity", "=", "contact")]).sudo().write(
            {"amount": 10, "currency_id": self.company.currency_id.id}
        )
        self.map.invalidate_recordset()
        self.assertEqual(self.map.unmapped_count, 1)
        (step,) = self.map.with_user(self.designer).unmapped["steps"]
        self.assertEqual(step["title"], "The first (cus_9)")
        self.assertIn("Messages waiting for it: 2.", step["sentence"])
        self.assertIn("20.00", step["sentence"])
        self.assertEqual(step["button"]["label"], "Map now")
        self.map.invalidate_recordset()
        (step,) = self.map.with_user(self.auditor).unmapped["steps"]
        self.assertNotIn("button", step)

    def test_map_now_opens_a_dialog_that_binds(self):
        event = self._contact()
        line = self._seen()
        asked = self.map.with_user(self.designer).with_context(
            integration_line=line.id, integration_value=VALUE
        )
        action = asked.action_map_value()
        self.assertEqual(action["res_model"], "integration.value.map.choice")
        model = self.env[action["res_model"]].with_user(self.designer)
        with Form(model.with_context(**action["context"])) as form:
            self.assertEqual(form.external_value, VALUE)
        dialog = form.record
        with self.assertRaises(UserError):
            dialog.action_confirm()
        dialog.res_id = self.partner.id
        dialog.action_confirm()
        self.assertEqual(line.res_id, self.partner.id)
        event.invalidate_recordset()
        self.assertEqual(event.state, "pending")

    def test_a_message_that_is_stopped_leads_to_the_dialog(self):
        event = self._store("con_1", {"name": "Ada"}, entity="contact")
        event.sudo().write({"state": "review", "error_class": "mapping"})
        event._open_exceptions()
        line = self._seen()
        event.exception_id.sudo().cause = line._cause(self.map, VALUE)
        action = event.with_user(self.designer).action_solve()
        self.assertEqual(action["context"]["default_line_id"], line.id)
        action = event.with_user(self.operator).action_solve()
        self.assertEqual(action["res_model"], "integration.value.map")
        line.unlink()
        with self.assertRaises(UserError):
            event.with_user(self.designer).action_solve()

    # === RULES === #

    def test_only_designers_and_managers_bind(self):
        line = self._seen()
        for person in (self.operator, self.auditor):
            with self.assertRaises(AccessError):
                line.with_user(person).res_id = self.partner.id

    def test_a_record_of_another_company_is_refused(self):
        other = self.env["res.company"].create({"name": "Other"})
        self.partner.company_id = other
        with self.assertRaises(ValidationError), self.env.cr.savepoint():
            self._seen().res_id = self.partner

    def test_a_bound_line_does_not_turn_into_another(self):
        line = self._seen()
        line.external_value = "cus_8"
        line.res_id = self.partner
        with self.assertRaises(UserError):
            line.external_value = "cus_7"

    def test_one_line_a_company_and_one_map_an_entity(self):
        self._seen()
        for values in (
            {"map_id": self.map.id, "external_value": VALUE},
            {"map_id": self.map.id, "external_value": VALUE, "res_id": self.partner.id},
        ):
            with (
                mute_logger("odoo.sql_db"),
                self.assertRaises(psycopg2.errors.UniqueViolation),
                self.env.cr.savepoint(),
            ):
                self.env["integration.value.map.line"].create(values)
        with (
            mute_logger("odoo.sql_db"),
            self.assertRaises(psycopg2.errors.UniqueViolation),
            self.env.cr.savepoint(),
        ):
            self.map.copy({"code": "again"})

    def test_a_map_of_records_is_whole(self):
        for values in (
            {"entity": "customer"},
            {"system": SYSTEM, "entity": "x", "model": "no.such.model"},
        ):
            with self.assertRaises(ValidationError), self.env.cr.savepoint():
                self.env["integration.value.map"].create(
                    dict(values, name="Half", code="half")
                )

    def test_a_map_of_records_is_made_in_its_form(self):
        self.map.unlink()
        model = self.env["integration.value.map"].with_user(self.designer)
        with Form(model) as form:
            form.name, form.code = "Customers", "customers"
            form.system, form.entity, form.model = SYSTEM, "customer", "res.partner"
            with form.line_ids.new() as line:
                line.external_value = VALUE
        self.assertEqual(form.record.line_ids.record_company_id, self.env.company)
        self._seen_in(form.record).res_id = self.partner
        self.assertTrue(self._link(VALUE))

    def _seen_in(self, value_map):
        return value_map.line_ids.filtered(lambda x: x.external_value == VALUE)

    def test_a_code_list_still_needs_its_common_value(self):
        codes = self.env["integration.value.map"].create({"name": "C", "code": "c"})
        with self.assertRaises(ValidationError), self.env.cr.savepoint():
            codes.line_ids = [(0, 0, {"external_value": "a"})]

    def test_a_map_that_goes_gives_its_links_up(self):
        self._seen().res_id = self.partner
        self.map.unlink()
        self.assertFalse(self._link(VALUE))
