# Copyright 2026 Odoo Integration Suite contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl)
import json
from datetime import datetime, timedelta
from unittest.mock import patch

from freezegun import freeze_time

from odoo.exceptions import AccessError, UserError
from odoo.tools import mute_logger

from odoo.addons.integration_core.engine.errors import SchemaError, TransientError
from odoo.addons.integration_core.messages import EventPage, Message
from odoo.addons.integration_core.models import catch_up
from odoo.addons.queue_job.exception import RetryableJobError

from .common import SYSTEM, CoreCase

NOW = datetime(2026, 3, 10, 12, 0)


class CatchUpCase(CoreCase):
    """A system that keeps a list of messages, three a page."""

    def setUp(self):
        super().setUp()
        self.startPatcher(freeze_time(NOW))
        self.startPatcher(patch.object(self.env.cr, "commit", self.env.flush_all))
        self.kept, self.asked = [], []
        case = self

        def missed(adapter, connector, since, until, cursor, limit):
            case.asked.append((since, until, cursor))
            start = int(cursor or 0)
            page = case.kept[start : start + 3]
            for message in page:
                if isinstance(message, Exception):
                    raise message
            more = start + 3 < len(case.kept)
            return EventPage(page, str(start + 3) if more else "")

        adapter = self.registry[f"integration.adapter.{SYSTEM}"]
        self.startPatcher(patch.object(adapter, "_missed", missed))
        self.connector.catch_up_until = NOW - timedelta(hours=1)

    def message(self, number, entity="customer", **values):
        values = {
            "source_event_id": f"e{number}",
            "source_type": f"{entity}.changed",
            "event_type": f"{entity}.updated",
            "entity": entity,
            "external_id": f"c{number}",
            "version": "v1",
            "fingerprint": "f",
            "body": json.dumps({"number": number}).encode(),
            **values,
        }
        return Message(**values)

    def deliver(self, *messages):
        intake = self.env["integration.intake"]
        return intake._store(self.connector._webhook_gate(), list(messages), {})

    def catch_up(self, user=None):
        run = self.connector._start_catch_up(user)
        run._job_run()
        self.env.invalidate_all()
        return run

    def counts(self, run):
        self.assertEqual(run.seen, run.known + run.missed + run.unwanted)
        return run.seen, run.known, run.missed, run.set_aside, run.unwanted

    def jobs(self, method="_job_run"):
        """Jobs of this test's connector, whatever else the database holds."""
        found = self.env["queue.job"].search([("method_name", "=", method)])
        own = self.connector.catch_up_ids if method == "_job_run" else self.connector
        return found.filtered(lambda job: job.records <= own)

    def events(self, run):
        return self.env["integration.event"].search(
            run.action_open_messages()["domain"]
        )

    def logs(self):
        domain = [("connector_id", "=", self.connector.id)]
        found = self.env["integration.job.log"].search(domain)
        return found.filtered(lambda log: log.message.startswith("Catch-up"))


class TestCatchUp(CatchUpCase):
    def test_what_is_missing_is_taken_in(self):
        self.kept = [self.message(number) for number in range(8)]
        self.deliver(*self.kept[:2], self.kept[5])
        run = self.catch_up()
        self.assertEqual(run.state, "done")
        self.assertEqual(self.counts(run), (8, 3, 5, 0, 0))
        self.assertEqual(run.missed_types, {"customer.updated": 5})
        self.assertEqual(run.missed_text, "customer.updated: 5")
        self.assertEqual(
            sorted(self.events(run).mapped("source_event_id")),
            ["e2", "e3", "e4", "e6", "e7"],
        )
        self.assertEqual(len(self.jobs("_job_drain")), self.connector.drain_count)
        self.assertEqual(self.connector.missed_count, 5)

    def test_nothing_twice(self):
        self.kept = [self.message(1), self.message(2), self.message(1)]
        self.assertEqual(self.counts(self.catch_up()), (3, 1, 2, 0, 0))
        self.assertEqual(self.counts(self.catch_up()), (3, 3, 0, 0, 0))
        self.assertEqual(self.deliver(self.message(1))[0]["status"], "duplicate")

    def test_only_what_a_flow_takes(self):
        """What none takes is no loss; what nobody can read is for a person."""
        self.contact_flow.trigger = "schedule"
        self.kept = [
            self.message(1),
            self.message(2, "contact"),
            self.message(3, "spaceship"),
            self.message(4, "", error=SchemaError("unreadable")),
        ]
        run = self.catch_up()
        self.assertEqual(self.counts(run), (4, 0, 2, 1, 2))
        aside = self.events(run).filtered(lambda e: e.state == "quarantine")
        self.assertEqual(aside.source_event_id, "e4")
        self.assertTrue(aside.exception_id)

    def test_paused_flow_misses_nothing(self):
        self.flow.mode = "paused"
        self.kept = [self.message(1)]
        run = self.catch_up()
        self.assertEqual(run.missed, 1)
        self._drain()
        self.assertEqual(self.events(run).state, "pending")

    def test_used_id_is_set_aside_once(self):
        self.deliver(self.message(1))
        self.kept = [self.message(1, fingerprint="other")]
        self.assertEqual(self.counts(self.catch_up()), (1, 0, 1, 1, 0))
        self.assertEqual(self.counts(self.catch_up()), (1, 1, 0, 0, 0))

    # === WHICH TIME === #

    def test_overlap_and_watermark(self):
        run = self.catch_up()
        self.assertEqual(run.since, NOW - timedelta(minutes=70))
        self.assertEqual(run.until, NOW - timedelta(minutes=1))
        self.assertEqual(self.asked, [(run.since, run.until, "")])
        self.assertEqual(self.connector.catch_up_until, run.until)
        self.assertEqual(self.catch_up(self.operator).until, NOW)

    def test_begins_when_the_connector_is_activated(self):
        other = self._connector("Other")
        self.assertFalse(other.catch_up_until)
        other._set_state("active", "")
        self.assertEqual(other.catch_up_until, NOW)
        other._set_state("paused", "")
        with freeze_time(NOW + timedelta(days=1)):
            other._set_state("active", "")
        self.assertEqual(other.catch_up_until, NOW, "a pause hides nothing")

    def test_begins_with_the_first_message(self):
        other = self._connector("Other")
        first = NOW - timedelta(days=2)
        self._store("c1", {}, connector=other)  # read by us, not sent to us
        messages = [self.message(1, occurred_at=first), self.message(2)]
        self.env["integration.intake"]._store(other._webhook_gate(), messages, {})
        other._set_state("active", "")
        self.assertEqual(other.catch_up_until, first)

    def test_beyond_what_the_system_keeps(self):
        """A week here: older ones are gone, so every object is read as well."""
        self.contact_flow.mode = "paused"
        self.connector.catch_up_until = NOW - timedelta(days=8)
        run = self.catch_up()
        self.assertEqual(run.since, NOW - timedelta(days=7))
        self.assertEqual(self.flow.load_state, "running")
        self.assertEqual(self.contact_flow.load_state, "none")
        self.assertIn("7 days", run.note)
        self.assertIn("Customer", run.note)
        self.assertIn("Customer", self.logs().message)
        self.assertFalse(self.catch_up().note)

    # === KILLS AND WEATHER === #

    def test_goes_on_where_it_was(self):
        self.kept = [self.message(number) for number in range(7)]
        run = self.connector._start_catch_up()
        self.assertTrue(run._take_page())
        self.assertEqual((run.cursor, run.missed), ("3", 3))
        # The process is gone, and its job with it.
        self.jobs().unlink()
        self.env["integration.connector"]._cron_catch_up()
        self.assertEqual(len(self.jobs()), 1)
        self.env["integration.connector"]._cron_catch_up()
        self.assertEqual(len(self.jobs()), 1)
        run._job_run()
        self.assertEqual(self.counts(run), (7, 0, 7, 0, 0))
        self.assertEqual([cursor for _s, _u, cursor in self.asked], ["", "3", "6"])

    def test_hands_over_when_the_time_is_up(self):
        self.kept = [self.message(number) for number in range(7)]
        run = self.connector._start_catch_up()
        self.jobs().state = "started"
        with patch.object(catch_up, "BUDGET", -1):
            run._job_run()
        self.assertEqual((run.state, run.seen), ("running", 3))
        self.assertEqual(sorted(self.jobs().mapped("state")), ["pending", "started"])

    def test_stops_with_its_connector(self):
        self.kept = [self.message(number) for number in range(7)]
        run = self.connector._start_catch_up()
        run._take_page()
        self.connector._set_state("paused", "Paused by Anna")
        run._job_run()
        self.assertEqual((run.state, run.message), ("stopped", "Paused by Anna"))
        self.assertEqual(self.connector.catch_up_until, NOW - timedelta(hours=1))
        self.assertFalse(self.connector._is_catch_up_due())
        self.connector._set_state("active", "")
        self.assertTrue(self.connector._is_catch_up_due())
        self.assertEqual(self.counts(self.catch_up()), (7, 3, 4, 0, 0))

    def test_system_does_not_answer(self):
        self.kept = [TransientError("closed for today", retry_after=77)]
        run = self.connector._start_catch_up()
        try:
            run._job_run()
            self.fail("the page was read")
        except RetryableJobError as error:
            self.assertEqual((error.seconds, error.ignore_retry), (77, True))
        self.assertEqual((run.state, run.message), ("running", "closed for today"))

    def test_a_fault_of_ours(self):
        run = self.connector._start_catch_up()
        run._job_run_failed("ValueError", "x", "Traceback")
        self.assertEqual(run.state, "failed")
        self.assertEqual(len(self.connector.activity_ids), 1)
        self.connector._start_catch_up()._job_run_failed("ValueError", "x", "y")
        self.assertEqual(len(self.connector.activity_ids), 1, "said once")
        self.assertEqual(len(self.logs()), 1)
        self.assertEqual(self.logs().status, "error")

    # === SCHEDULE === #

    def test_schedule(self):
        cron = self.env["integration.connector"]._cron_catch_up
        cron()
        run = self.connector.catch_up_ids
        self.assertEqual((len(run), len(self.jobs())), (1, 1))
        run._job_run()
        cron()
        self.assertEqual(self.connector.catch_up_ids, run)
        with freeze_time(NOW + timedelta(minutes=59)):
            self.assertFalse(self.connector._is_catch_up_due())
        with freeze_time(NOW + timedelta(minutes=60)):
            self.assertTrue(self.connector._is_catch_up_due())
        self.connector.catch_up_minutes = 0
        with freeze_time(NOW + timedelta(days=9)):
            self.assertFalse(self.connector._is_catch_up_due())

    def test_schedule_leaves_others_alone(self):
        self.connector._set_state("suspended", "")
        self.env["integration.connector"]._cron_catch_up()
        self.assertFalse(self.connector.catch_up_ids)
        self.connector._set_state("active", "")
        self.connector.environment = "staging"
        self.env["integration.connector"]._cron_catch_up()
        self.assertFalse(self.connector.catch_up_ids)

    def test_one_that_breaks_stops_no_other(self):
        other = self._connector("Other")
        other._set_state("active", "")
        start = type(self.connector)._start_catch_up

        def broken(connector, user=None):
            if connector == self.connector:
                raise ValueError("broken")
            return start(connector, user)

        with (
            patch.object(
                self.registry[self.connector._name], "_start_catch_up", broken
            ),
            patch.object(self.env.cr, "rollback", self.env.flush_all),
            mute_logger(
                "odoo.addons.integration_core.models.inbound.catch_up_connector"
            ),
        ):
            self.env["integration.connector"]._cron_catch_up()
        self.assertFalse(self.connector.catch_up_ids)
        self.assertEqual(other.catch_up_ids.state, "running")

    def test_silent_when_nothing_was_missed(self):
        self.catch_up()
        self.assertFalse(self.logs())
        self.kept = [self.message(1)]
        run = self.catch_up()
        self.assertEqual(self.logs().status, "warning")
        self.assertIn("customer.updated: 1", self.logs().message)
        self.assertEqual(self.logs().correlation_id, run.correlation_id)

    def test_runs_without_findings_are_forgotten(self):
        empty = self.catch_up()
        self.kept = [self.message(1)]
        found, asked = self.catch_up(), self.catch_up(self.operator)
        with freeze_time(NOW + timedelta(days=31)):
            last = self.catch_up()
            self.env["integration.catch.up"]._gc_without_findings()
        self.assertEqual((empty | found | asked | last).exists(), found | asked | last)

    # === PEOPLE === #

    def test_button(self):
        action = self.connector.with_user(self.operator).action_catch_up()
        run = self.env["integration.catch.up"].browse(action["res_id"])
        self.assertEqual((run.user_id, run.state), (self.operator, "running"))
        self.assertEqual(self.jobs().records, run)
        with self.assertRaisesRegex(UserError, "already"):
            self.connector.with_user(self.manager).action_catch_up()
        run._job_run()
        self.assertEqual(self.logs().actor_id, self.operator)

    def test_button_is_not_for_everybody(self):
        for person in (self.auditor, self.designer):
            with self.assertRaisesRegex(UserError, "operators"):
                self.connector.with_user(person).action_catch_up()

    def test_button_says_why_not(self):
        adapter = self.registry[f"integration.adapter.{SYSTEM}"]
        with (
            patch.object(adapter, "_missed_days", 0),
            self.assertRaisesRegex(UserError, "does not keep"),
        ):
            self.connector.with_user(self.operator).action_catch_up()
        self.connector.invalidate_recordset()
        self.connector._set_state("paused", "Paused by Anna")
        with self.assertRaisesRegex(UserError, "Paused by Anna"):
            self.connector.with_user(self.operator).action_catch_up()

    def test_nobody_writes_a_run_or_the_watermark(self):
        run = self.catch_up()
        for person in (self.manager, self.operator):
            with self.assertRaises(AccessError):
                run.with_user(person).missed = 0
        with self.assertRaises(AccessError):
            self.connector.with_user(self.manager).catch_up_until = NOW
        self.assertEqual(run.with_user(self.auditor).state, "done")

    def test_other_companies_do_not_see_it(self):
        company = self.env["res.company"].create({"name": "Other"})
        self.operator.write(
            {"company_ids": [(6, 0, company.ids)], "company_id": company.id}
        )
        self.catch_up()
        runs = self.env["integration.catch.up"].with_user(self.operator)
        self.assertFalse(runs.search([]))
