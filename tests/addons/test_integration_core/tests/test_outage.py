# Copyright 2026 Odoo Integration Suite contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl)
import psycopg2

from odoo.tests import BaseCase
from odoo.tools import mute_logger

from odoo.addons.integration_core.transaction import is_outage

from .common import CoreCase

LOST = "psycopg2.OperationalError"
MODELS = "odoo.addons.integration_core.models"


class TestOutageNames(BaseCase):
    def test_what_the_database_is_to_blame_for(self):
        for error in (
            psycopg2.OperationalError,
            psycopg2.InterfaceError,
            psycopg2.errors.AdminShutdown,
            psycopg2.errors.CannotConnectNow,
        ):
            self.assertTrue(is_outage(f"{error.__module__}.{error.__name__}"), error)

    def test_what_it_is_not(self):
        for name in (
            "",
            "OperationalError",
            "builtins.ValueError",
            "sqlite3.OperationalError",
            "psycopg2.IntegrityError",
            "psycopg2.errors.UndefinedColumn",
            "psycopg2.nothing",
            "psycopg2.apilevel",
        ):
            self.assertFalse(is_outage(name), name)


class TestOutage(CoreCase):
    """A restart of the database while a job works is nobody's fault."""

    def _event(self, **values):
        event = self._store("c1", {"name": "A"})
        event.sudo().write({"state": "retry", "read_first": True, **values})
        self.env.flush_all()
        return event.sudo()

    def _fail(self, event, exc_name):
        with mute_logger(f"{MODELS}.event.event_work", f"{MODELS}.event.event_outage"):
            event._job_process_failed(exc_name=exc_name, exc_message="", exc_info="")
        self.env.flush_all()
        event.invalidate_recordset()

    def test_the_message_is_tried_again_with_a_new_job(self):
        event = self._event(job_uuid="lost")
        self._fail(event, LOST)
        self.assertEqual(
            (event.state, event.error_class, event.attempts, event.read_first),
            ("retry", "transient", 1, True),
        )
        job = self.env["queue.job"].search([("uuid", "=", event.job_uuid)])
        self.assertEqual((job.method_name, job.state), ("_job_process", "pending"))
        self.assertTrue(job.eta)
        self.assertFalse(event.exception_id)

    def test_not_for_ever(self):
        event = self._event(attempts=7)
        self._fail(event, LOST)
        self.assertEqual((event.state, event.attempts), ("dead", 8))
        self.assertEqual(event.exception_id.error_class, "transient")

    def test_a_message_that_ended_meanwhile_is_left_alone(self):
        event = self._event(state="cancelled")
        self._fail(event, LOST)
        self.assertEqual((event.state, event.attempts), ("cancelled", 0))

    def test_a_fault_of_the_program_is_for_a_person(self):
        event = self._event()
        self._fail(event, "builtins.ValueError")
        self.assertEqual((event.state, event.error_class), ("dead", "permanent"))

    def test_a_load_goes_on(self):
        flow = self.flow.sudo()
        flow.write({"load_state": "running", "load_cursor": "c7"})
        with mute_logger(f"{MODELS}.flow.flow_load"):
            flow._job_load_failed(exc_name=LOST)
        self.assertEqual((flow.load_state, flow.load_cursor), ("running", "c7"))
        self.env["integration.sweeper"]._restart_loads()
        key = f"integration.load:{flow.id}"
        jobs = self.env["queue.job"].search([("identity_key", "=", key)])
        self.assertEqual(jobs.mapped("state"), ["pending"])

    def test_a_load_that_breaks_stops(self):
        flow = self.flow.sudo()
        flow.load_state = "running"
        flow._job_load_failed(exc_name="builtins.ValueError")
        self.assertEqual(flow.load_state, "failed")
