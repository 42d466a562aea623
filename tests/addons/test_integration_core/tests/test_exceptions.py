# Copyright 2026 Odoo Integration Suite contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl)
from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.tests import new_test_user

from .common import CoreCase

BAD = {"name": "A", "addresses": [{"type": "odd"}]}


class TestFingerprint(CoreCase):
    """What belongs together is found together."""

    def test_one_problem_of_many_objects_is_one_cause(self):
        events = [self._feed(f"cus_{n}", BAD | {"name": f"N {n}"}) for n in range(3)]
        exceptions = self.env["integration.exception"].browse(
            [event.exception_id.id for event in events]
        )
        self.assertEqual(len(set(exceptions.mapped("fingerprint"))), 1)
        self.assertEqual(len(set(exceptions.mapped("problem"))), 1)
        self.assertEqual(exceptions[0].same_cause_count, 3)
        action = exceptions[0].action_open_same_cause()
        found = self.env["integration.exception"].search(action["domain"])
        self.assertEqual(found, exceptions.sorted(lambda x: -x.id))

    def test_another_problem_is_another_cause(self):
        first = self._feed("c1", BAD).exception_id
        second = self._feed("c2", {"name": 5}).exception_id
        self.assertNotEqual(first.fingerprint, second.fingerprint)
        self.assertEqual(first.same_cause_count, 1)

    def test_another_connector_is_not_solved_with_it(self):
        other = self._connector("Other")
        self._flow("customer", self.mapping, other)
        other._set_state("active", "")
        mine = self._feed("c1", BAD).exception_id
        theirs = self._feed("c1", BAD, connector=other).exception_id
        self.assertEqual(mine.fingerprint, theirs.fingerprint)
        self.assertEqual(mine.same_cause_count, 1)

    def test_a_named_cause_joins_what_stumbled_over_it(self):
        first = self._feed("c1", BAD).exception_id.sudo()
        second = self._feed("c2", {"name": 5}).exception_id.sudo()
        (first | second).write({"cause": "value_map:tax_rate:txr_1"})
        self.assertEqual(first.fingerprint, second.fingerprint)
        self.assertEqual(first.same_cause_count, 2)

    def test_a_new_problem_of_the_same_message_is_a_new_cause(self):
        event = self._feed("c1", BAD)
        exception, before = event.exception_id, event.exception_id.fingerprint
        exception.sudo().write({"message": "Something else.", "path": False})
        self.assertNotEqual(exception.fingerprint, before)


class TestResponsible(CoreCase):
    """Whose turn it is."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.other = cls._person("operator", "other")

    def _exception(self, external_id="c1"):
        return self._feed(external_id, BAD).exception_id

    def test_the_connectors_person_without_one_of_the_flow(self):
        self.assertEqual(self._exception().user_id, self.manager)

    def test_the_flows_person_goes_first(self):
        self.flow.sudo().user_id = self.other
        self.assertEqual(self._exception().user_id, self.other)
        contact = self._feed("p1", {"name": 5, "customer": "c1"}, entity="contact")
        self.assertEqual(contact.exception_id.user_id, self.manager)

    def test_a_team_without_a_person_finds_it_unassigned(self):
        self.flow.sudo().team_ids = self.operator | self.other
        exception = self._exception()
        self.assertFalse(exception.user_id)
        self.assertEqual(exception.flow_id, self.flow)
        mine = [("flow_id.team_ids", "in", self.other.id)]
        found = self.env["integration.exception"].with_user(self.other).search(mine)
        self.assertEqual(found, exception)
        self.flow.sudo().user_id = self.other
        self.assertEqual(self._exception("c2").user_id, self.other)

    def test_a_flow_that_goes_leaves_its_exceptions(self):
        exception = self._exception()
        self.connector._set_state("draft", "")
        self.flow.unlink()
        self.assertFalse(exception.flow_id)
        self.assertEqual(exception.state, "open")

    def test_a_person_who_left_is_not_asked(self):
        self.flow.sudo().user_id = self.other
        self.other.active = False
        self.assertEqual(self._exception().user_id, self.manager)

    def test_who_cannot_see_it_cannot_be_responsible(self):
        stranger = new_test_user(self.env, login="integration_stranger")
        company = self.env["res.company"].create({"name": "Elsewhere"})
        elsewhere = new_test_user(
            self.env,
            login="integration_elsewhere",
            groups="integration_core.group_operator",
            company_id=company.id,
            company_ids=[company.id],
        )
        exception = self._exception().with_user(self.operator)
        for user in (stranger, self.auditor, elsewhere):
            with self.subTest(user=user.login):
                with self.assertRaises(ValidationError):
                    self.flow.sudo().user_id = user
                with self.assertRaises(ValidationError):
                    self.flow.sudo().team_ids = user
                with self.assertRaisesRegex(UserError, "cannot take care"):
                    exception.write({"user_id": user.id})
                with self.assertRaisesRegex(UserError, "cannot take care"):
                    exception._assign(user)

    def test_who_takes_care_keeps_it_after_a_retry_that_failed(self):
        exception = self._exception()
        exception.with_user(self.operator).action_assign_to_me()
        event = exception.event_id
        event.with_user(self.operator).action_retry()
        self._drain()
        event.invalidate_recordset()
        again = event.exception_id
        self.assertNotEqual(again, exception)
        self.assertEqual(exception.state, "resolved")
        self.assertEqual(again.user_id, self.operator)

    def test_what_is_refreshed_stays_with_its_person(self):
        exception = self._exception()
        exception.sudo().user_id = self.other
        exception.event_id._open_exceptions()
        self.assertEqual(exception.user_id, self.other)

    def test_many_are_handed_over_in_one_go(self):
        exceptions = self._exception("c1") | self._exception("c2")
        wizard = (
            self.env["integration.assign"]
            .with_user(self.operator)
            .with_context(**exceptions.action_assign()["context"])
            .create({"user_id": self.other.id, "note": "Call them."})
        )
        self.assertEqual(wizard.exception_count, 2)
        wizard.action_assign()
        self.assertEqual(exceptions.user_id, self.other)
        activity = exceptions.activity_ids
        self.assertEqual(len(activity), 1)
        self.assertEqual(activity.user_id, self.other)
        self.assertIn("2 message(s)", activity.summary)
        self.assertIn("Call them.", str(activity.note))
        # Once it is solved nobody is reminded of it.
        exceptions.with_user(self.operator).action_retry()
        self.assertFalse(activity.exists())

    def test_what_goes_out_is_called_by_its_record(self):
        partner = self.env["res.partner"].create({"name": "Ada"})
        event = self._store("", {"name": "A"})
        event.sudo().write(
            {
                "direction": "out",
                "external_id": False,
                "model": "res.partner",
                "res_id": partner.id,
                "state": "review",
                "error": "It was refused.",
                "error_class": "permanent",
            }
        )
        event._open_exceptions()
        self.assertEqual(event.exception_id.title, "Customer Ada to Demo")
        group = self.env["integration.exception.group"].with_user(self.operator)
        group = group._start(event.exception_id.with_user(self.operator))
        self.assertEqual(group.unknown_count, 1)
        self.assertIn("when it is sent", group.line_ids.message)

    def test_nobody_in_particular(self):
        exception = self._exception()
        exception.with_user(self.operator)._assign(self.env["res.users"])
        self.assertFalse(exception.user_id)
        self.assertFalse(exception.activity_ids)

    def test_only_operators_hand_over(self):
        exception = self._exception()
        for person in (self.auditor, self.designer):
            with self.assertRaises(AccessError):
                exception.with_user(person)._assign(self.other)
            with self.assertRaises(AccessError):
                exception.with_user(person).action_assign()
            with self.assertRaises(AccessError):
                exception.with_user(person).write({"user_id": self.other.id})

    def test_a_message_that_is_fine_cannot_be_assigned(self):
        event = self._feed("c9", {"name": "A"})
        with self.assertRaises(UserError):
            event.with_user(self.operator).action_assign()

    def test_a_newer_success_closes_what_failed_and_its_reminder(self):
        exception = self._exception()
        exception.with_user(self.operator)._assign(self.other)
        activity = exception.activity_ids
        newer = self._feed("c1", {"name": "A"}, 200)
        self.assertEqual(newer.state, "done")
        exception.invalidate_recordset()
        self.assertEqual(exception.state, "resolved")
        self.assertIn("newer message", exception.resolution)
        self.assertEqual(exception.event_id.state, "skipped")
        self.assertFalse(activity.exists())

    def test_retrying_many_is_one_line_each_and_few_statements(self):
        for number in range(10):
            self._exception(f"c{number}")
        exceptions = self.env["integration.exception"].search(
            [("connector_id", "=", self.connector.id), ("state", "=", "open")]
        )
        self.env.flush_all()
        before = self.env.cr.sql_log_count
        exceptions[:1].action_retry()
        self.env.flush_all()
        single = self.env.cr.sql_log_count - before
        before = self.env.cr.sql_log_count
        exceptions[1:].action_retry()
        self.env.flush_all()
        # A drain is woken for each slot in use; nothing else grows.
        self.assertLessEqual(self.env.cr.sql_log_count - before, single + 12)
        lines = self.env["integration.job.log"].search(
            [("operation", "=", "replay"), ("connector_id", "=", self.connector.id)]
        )
        self.assertEqual(len(lines), 10)
        self.assertEqual(len(lines.event_id), 10)
