# Copyright 2026 Odoo Integration Suite contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl)
from unittest.mock import patch

from odoo import fields
from odoo.exceptions import AccessError, UserError

from odoo.addons.integration_core.models import exception_group
from odoo.addons.queue_job.tests.common import trap_jobs

from .common import SYSTEM, CoreCase

GROUP = "integration.exception.group"


class TestExceptionGroup(CoreCase):
    """Mend a cause, see what would pass, process it, keep the rest."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.colours = cls.env["integration.value.map"].create(
            {
                "name": "Colours",
                "code": "colours",
                "line_ids": [(0, 0, {"external_value": "r", "canonical_value": "red"})],
            }
        )
        line = cls.mapping.line_ids.filtered(lambda x: x.target == "note")
        line.sudo().value_map_id = cls.colours
        cls.env.registry.clear_cache()

    def _bad(self, count=3, note="b", **record):
        for number in range(count):
            self._feed(f"c{number}", {"name": f"N {number}", "note": note, **record})
        return self._open()

    def _open(self):
        return self.env["integration.exception"].search(
            [("connector_id", "=", self.connector.id), ("state", "=", "open")]
        )

    def _mend(self):
        self.env["integration.value.map.line"].create(
            {
                "map_id": self.colours.id,
                "external_value": "b",
                "canonical_value": "blue",
            }
        )

    def _start(self, exceptions, **kw):
        group = self.env[GROUP].with_user(self.operator)
        return group._start(exceptions.with_user(self.operator), **kw)

    def test_solving_one_resolves_the_group(self):
        exceptions = self._bad()
        self.assertEqual(set(exceptions.mapped("error_class")), {"mapping"})
        self.assertEqual(exceptions[0].same_cause_count, 3)
        self._mend()
        action = exceptions[0].with_user(self.operator).action_preview_same_cause()
        group = self.env[GROUP].with_user(self.operator).browse(action["res_id"])
        self.assertEqual(group.state, "ready")
        self.assertEqual((group.pass_count, group.total), (3, 3))
        # Nothing was written yet.
        self.assertFalse(self._link("c0"))
        self.assertEqual(len(self._open()), 3)
        self.assertIn("Nothing was written", str(group.notice))
        self.assertIn("3 of 3", group.notice["what"])
        group.action_process()
        self._drain()
        self.env.invalidate_all()
        self.assertFalse(self._open())
        self.assertIn("blue", self._partner("c2").comment)
        self.assertEqual(set(group.line_ids.mapped("event_state")), {"done"})
        self.assertIn("Done: 3", group.notice["what"])

    def test_the_others_stay_with_their_new_problem(self):
        exceptions = self._bad(2)
        self._feed("odd", {"name": "N", "note": "b", "addresses": [{"type": "x"}]})
        exceptions = self._open()
        self.assertEqual(len(set(exceptions.mapped("fingerprint"))), 1)
        self._mend()
        group = self._start(exceptions)
        self.assertEqual((group.pass_count, group.fail_count), (2, 1))
        # What is red comes first.
        self.assertEqual(group.line_ids[0].outcome, "fails")
        self.assertEqual(group.line_ids[0].external_id, "odd")
        group.action_process()
        left = self._open()
        self.assertEqual(left.external_id, "odd")
        self.assertEqual(left.error_class, "schema")
        self.assertEqual(left.family, "data")
        self.assertEqual(left.event_id.state, "quarantine")
        self.assertEqual(left.event_state, "quarantine")
        self.assertIn("addresses[0]", left.path)
        self.assertEqual(left.event_id.error_path, left.path)
        self.assertFalse(left.cause)
        self.assertEqual(left.same_cause_count, 1)
        line = left.event_id.log_ids.sorted("id")[-1]
        self.assertEqual((line.operation, line.status), ("attempt", "warning"))
        self.assertEqual(line.actor_id, self.operator)
        self._drain()
        left.invalidate_recordset()
        self.assertEqual(left.state, "open")

    def test_the_new_problem_names_its_cause_and_the_old_is_not_told_again(self):
        self._bad(2)
        self._feed("other", {"name": "N", "note": "y"})
        old = self._open().filtered(lambda x: x.external_id == "other")
        new = self._open().filtered(lambda x: x.external_id == "c0")
        # As if it had been stopped by something else until now.
        new.sudo().write({"cause": False, "message": "Something else."})
        new.event_id.sudo().error = "Something else."
        done = self._open() - old - new
        lines, before = len(self._logs(old.event_id)), old.fingerprint
        self._feed("fine", {"name": "N", "note": "r", "email": 5})
        fine = self._open().filtered(lambda x: x.external_id == "fine")
        mapping = self.mapping.line_ids.filtered(lambda x: x.target == "email")
        mapping.sudo().source = "to_string(email)"
        self.env.registry.clear_cache()
        group = self._start(old | new | fine)
        self.assertEqual((group.pass_count, group.fail_count), (1, 2))
        group.action_process()
        self.assertEqual(new.cause, "value_map:colours:b")
        self.assertEqual(new.fingerprint, done.fingerprint)
        self.assertEqual(new.message, done.message)
        self.assertEqual(old.fingerprint, before)
        self.assertEqual(len(self._logs(old.event_id)), lines)

    def test_while_the_cause_is_there_nothing_passes(self):
        exceptions = self._bad()
        group = self._start(exceptions)
        self.assertEqual((group.pass_count, group.fail_count), (0, 3))
        self.assertEqual(group.notice["level"], "danger")
        with self.assertRaises(UserError):
            group.action_process()
        self.assertEqual(self._open(), exceptions)
        self.assertEqual(set(exceptions.mapped("state")), {"open"})

    def test_a_draft_of_the_mapping_is_tried(self):
        exceptions = self._bad()
        draft = self.mapping.copy({"state": "draft", "version": 91})
        draft.line_ids.filtered(lambda x: x.target == "note").value_map_id = False
        group = self._start(exceptions, mapping=draft)
        self.assertEqual(group.pass_count, 3)
        self.assertFalse(group.may_process)
        self.assertIn("not in use yet", group.notice["next"])
        with self.assertRaisesRegex(UserError, "not in use yet"):
            group.action_process()
        self.assertEqual(len(self._open()), 3)

    def test_from_a_mapping_to_what_it_could_not_read(self):
        exceptions = self._bad()
        draft = self.mapping.copy({"state": "draft", "version": 91})
        draft.line_ids.filtered(lambda x: x.target == "note").value_map_id = False
        here = draft.with_user(self.operator)
        self.assertEqual(here.stopped_count, 3)
        action = here.action_open_stopped()
        found = self.env["integration.exception"].search(action["domain"])
        self.assertEqual(found, exceptions)
        chosen = found.with_user(self.operator).with_context(**action["context"])
        group = self.env[GROUP].browse(chosen.action_preview()["res_id"])
        self.assertEqual(group.mapping_id, draft)
        self.assertEqual(group.pass_count, 3)
        # The one in use is what everything is tried with anyway.
        action = self.mapping.with_user(self.operator).action_open_stopped()
        chosen = found.with_user(self.operator).with_context(**action["context"])
        group = self.env[GROUP].browse(chosen.action_preview()["res_id"])
        self.assertFalse(group.mapping_id)
        self.assertEqual(group.fail_count, 3)

    def test_from_a_value_to_what_waited_for_it(self):
        self._bad()
        self._mend()
        press = self.colours.with_user(self.operator).unmapped["steps"][0]["button"]
        self.assertEqual(press["method"], "action_preview_value")
        here = self.colours.with_context(**press["context"])
        action = here.with_user(self.operator).action_preview_value()
        self.assertEqual(self.env[GROUP].browse(action["res_id"]).pass_count, 3)
        steps = self.colours.with_user(self.designer).unmapped["steps"]
        self.assertFalse(steps[0].get("button"))

    def test_amounts_of_what_passes_are_added_up(self):
        model = type(self.env["integration.entity.customer"])
        money = {"amount": "0.10", "currency": "USD"}
        self.patch(model, "_document_amount", lambda entity, canonical: money)
        exceptions = self._bad()
        self._mend()
        group = self._start(exceptions)
        self.assertIn("0.30", group.notice["what"])

    def test_more_than_a_page_is_tried_by_jobs(self):
        self.patch(exception_group, "PAGE", 2)
        exceptions = self._bad(5)
        self._mend()
        with trap_jobs() as trap:
            group = self._start(exceptions)
            self.assertEqual((group.state, group.tried_count), ("running", 0))
            with self.assertRaisesRegex(UserError, "still being tried"):
                group.action_process()
            tried = []
            while trap.enqueued_jobs:
                job = trap.enqueued_jobs.pop(0)
                self.assertEqual(job.args, ())
                job.perform()
                group.invalidate_recordset()
                tried.append(group.tried_count)
                if group.state == "running":
                    self.assertIn(f"{group.tried_count} of 5", group.notice["what"])
        self.assertEqual(tried, [2, 4, 5])
        self.assertEqual((group.state, group.pass_count), ("ready", 5))

    def test_a_job_that_breaks_keeps_what_was_tried(self):
        self.patch(exception_group, "PAGE", 2)
        exceptions = self._bad(3)
        with trap_jobs():
            group = self._start(exceptions)
        group._job_try_failed(exc_name="builtins.ValueError")
        self.assertEqual(group.state, "failed")
        self.assertIn("Nothing was written", group.notice["why"])
        self.patch(exception_group, "PAGE", 50)
        self._mend()
        again = self.env[GROUP].browse(group.action_try_again()["res_id"])
        self.assertEqual(again.pass_count, 3)

    def test_somebody_who_books_just_now_is_no_problem_of_the_message(self):
        exceptions = self._bad(1)
        dry_run = type(self.env["integration.dry.run"])
        said = "Somebody is booking just now. Try again in a moment."

        def busy(*args, **kwargs):
            raise UserError(said)

        with patch.object(dry_run, "_preview", busy):
            group = self._start(exceptions)
        self.assertEqual(group.unknown_count, 1)
        self.assertEqual(group.line_ids.message, said)
        self.assertFalse(group.pass_count)

    def test_what_must_be_read_first_is_left_to_a_second_button(self):
        self._mend()
        self.connector._set_state("draft", "")
        self.contact_flow.missing_reference = "review"
        self.connector._set_state("active", "")
        event = self._feed("p1", {"name": "Ann", "customer": "c1"}, entity="contact")
        group = self._start(event.exception_id)
        self.assertEqual((group.pass_count, group.unknown_count), (0, 1))
        with self.assertRaises(UserError):
            group.action_process()
        group.action_process_all()
        event.invalidate_recordset()
        self.assertEqual(event.state, "pending")

    def test_what_was_solved_meanwhile_is_left_alone(self):
        exceptions = self._bad(2)
        self._mend()
        group = self._start(exceptions)
        gone = group.line_ids[0].exception_id
        gone.event_id.with_user(self.operator)._skip_with_reason("Not needed")
        group.action_process()
        self.assertEqual(gone.event_id.state, "cancelled")
        self.assertEqual(group.line_ids[1].event_state, "pending")
        with self.assertRaisesRegex(UserError, "waits any more"):
            group.action_process()

    def test_what_waits_for_a_second_person_is_not_processed_with_others(self):
        model = type(self.env["integration.entity.customer"])
        money = {"amount": "9.00", "currency": "USD"}
        self.patch(model, "_document_amount", lambda entity, canonical: money)
        exceptions = self._bad(2)
        event = exceptions[0].event_id.with_user(self.operator)
        body = event.sudo()._read_body().replace(b'"N 1"', b'"N 7"')
        edited = event._edit_and_replay(body, "Wrong name")
        self.assertTrue(edited.unapproved)
        self.assertTrue(edited.exception_id)
        self._mend()
        group = self._start(self._open())
        self.assertEqual(group.line_ids.external_id, "c0")
        self.assertFalse(edited.exception_id.with_user(self.operator).may_edit)
        self.assertTrue(group.line_ids.exception_id.may_operate)
        with self.assertRaisesRegex(UserError, "waits any more"):
            self._start(edited.exception_id)

    def test_nothing_of_another_company_is_mixed_in(self):
        company = self.env["res.company"].create({"name": "Second"})
        other = self._connector("Other", company)
        self._flow("customer", self.mapping, other)
        other._set_state("active", "")
        mine = self._bad(1)
        theirs = self._feed("x", {"name": "X", "note": "b"}, connector=other)
        both = mine | theirs.exception_id
        with self.assertRaisesRegex(UserError, "one company"):
            self.env[GROUP]._start(both)
        group = self.env[GROUP]._start(theirs.exception_id)
        self.assertEqual(group.company_id, company)
        with self.assertRaises(AccessError):
            group.with_user(self.operator).line_ids.mapped("message")

    def test_only_operators_try(self):
        exceptions = self._bad(1)
        for person in (self.auditor, self.designer):
            with self.assertRaises(AccessError):
                exceptions.with_user(person).action_preview()
        group = self._start(exceptions)
        for person in (self.auditor, self.designer):
            with self.assertRaises(AccessError):
                group.with_user(person).action_process()
        with self.assertRaises(AccessError):
            group.write({"state": "ready"})
        with self.assertRaises(AccessError):
            group.line_ids.write({"outcome": "passes"})

    def test_what_has_ended_cannot_be_tried(self):
        exceptions = self._bad(1)
        exceptions.with_user(self.operator).action_retry()
        with self.assertRaisesRegex(UserError, "waits any more"):
            self._start(exceptions)

    def test_not_all_have_to_fit(self):
        self.patch(exception_group, "MOST", 2)
        exceptions = self._bad(3)
        group = self._start(exceptions)
        self.assertEqual((group.total, group.left_out), (2, 1))
        self.assertIn("1 further", group.notice["what"])
        action = exceptions[0].with_user(self.operator).action_preview_same_cause()
        group = self.env[GROUP].browse(action["res_id"])
        self.assertEqual((group.total, group.left_out), (2, 1))
        # Those that came first.
        self.assertEqual(group.line_ids.mapped("external_id"), ["c0", "c1"])

    def test_it_is_forgotten_after_a_week(self):
        old, new = self._start(self._bad(1)), self._start(self._open())
        old.sudo().started_at = fields.Datetime.subtract(fields.Datetime.now(), days=8)
        self.env[GROUP]._gc_groups()
        self.assertFalse(old.exists())
        self.assertTrue(new.exists())

    def test_once_it_is_mended_the_message_says_so(self):
        exception = self._bad(2)[0].with_user(self.operator)
        methods = [b["method"] for b in exception.notice["buttons"]]
        self.assertEqual(methods, ["action_solve", "action_preview_same_cause"])
        self._mend()
        self.env.invalidate_all()
        methods = [b["method"] for b in exception.notice["buttons"]]
        self.assertEqual(methods, ["action_preview_same_cause"])
        self.assertIn("solved by now", exception.notice["next"])

    def test_the_button_is_in_the_notice_of_several(self):
        exceptions = self._bad(2)
        notice = exceptions[0].with_user(self.operator).notice
        found = {b["method"]: b["label"] for b in notice["buttons"]}
        self.assertEqual(found["action_preview_same_cause"], "Preview all 2")
        notice = exceptions[0].with_user(self.auditor).notice
        self.assertNotIn("action_preview_same_cause", str(notice))

    def test_names_of_groups(self):
        exceptions = self._bad(2)
        self.assertEqual(self._start(exceptions).name, exceptions[0].message)
        self._feed("odd", {"name": 5})
        self.assertEqual(self._start(self._open()).name, "2 different problems")
        self.assertEqual(self.connector.system, SYSTEM)
