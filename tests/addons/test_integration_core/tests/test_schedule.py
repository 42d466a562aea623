# Copyright 2026 Odoo Integration Suite contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl)
from freezegun import freeze_time

from odoo.addons.integration_core.engine import versions
from odoo.addons.integration_core.messages import Page, Source

from .common import CoreCase


class TestSchedule(CoreCase):
    """Flows that read on a schedule, and the pages they read."""

    def _page(self, *records, cursor="", at=100):
        version = versions.from_unix(at)
        page = Page([(r["id"], r) for r in records], cursor, version)
        adapter = self.connector._adapter()
        self.patch(
            self.registry[adapter._name],
            "_page_source",
            lambda adapter, connector, entity, record, page: Source(
                {k: v for k, v in record.items() if k != "id"}, page.version
            ),
        )
        return self.flow._apply_page(self.connector, adapter, page, "")

    def _jobs(self):
        return self.env["queue.job"].search([("method_name", "=", "_job_load")])

    def test_due_flow_is_started_once(self):
        self.flow.trigger = "schedule"
        self.env["integration.flow"]._cron_run_scheduled()
        self.assertEqual(self.flow.load_state, "running")
        self.assertEqual(len(self._jobs()), 1)
        self.env["integration.flow"]._cron_run_scheduled()
        self.assertEqual(len(self._jobs()), 1)

    def test_interval_is_kept(self):
        self.flow.write({"trigger": "both", "interval_minutes": 30})
        self.flow.sudo().last_load_at = "2026-01-01 10:00:00"
        with freeze_time("2026-01-01 10:29:00"):
            self.assertFalse(self.flow._is_due())
        with freeze_time("2026-01-01 10:30:00"):
            self.assertTrue(self.flow._is_due())

    def test_nothing_starts_while_the_connector_stands(self):
        self.flow.trigger = "schedule"
        self.connector._set_state("paused", "")
        self.env["integration.flow"]._cron_run_scheduled()
        self.assertFalse(self._jobs())

    def test_scheduled_flow_leaves_messages_aside(self):
        self.flow.trigger = "schedule"
        event = self._feed("c1", {"name": "A"}, source_type="customer.pushed")
        self.assertEqual(event.skip_reason, "not_subscribed")
        self.assertEqual(self._feed("c1", {"name": "A"}, 101).state, "done")

    def test_page_is_one_event_and_repeating_it_changes_nothing(self):
        records = [{"id": f"c{n}", "name": f"N{n}"} for n in range(5)]
        self.assertEqual(self._page(*records), 0)
        self.assertEqual(len(self._link("c1")), 1)
        events = self.env["integration.event"].search(
            [("connector_id", "=", self.connector.id)]
        )
        self.assertEqual((len(events), events.state), (1, "done"))
        logs = self.env["integration.job.log"].search_count([])
        self.assertEqual(self._page(*records, at=101), 0)
        self.assertEqual(self.env["integration.job.log"].search_count([]), logs)

    def test_bad_object_of_a_page_becomes_an_event_of_its_own(self):
        failed = self._page({"id": "ok", "name": "A"}, {"id": "bad", "email": 5})
        self.assertEqual(failed, 1)
        self._drain()
        event = self.env["integration.event"].search([("external_id", "=", "bad")])
        self.assertEqual((event.state, event.error_path), ("quarantine", "email"))
        self.assertTrue(event.exception_id)
        self.assertTrue(self._link("ok"))

    def test_references_within_a_page(self):
        """Objects of a page share one event; their references must not mix."""
        self._feed("c1", {"name": "One"})
        self._feed("c2", {"name": "Two"})
        flow, self.flow = self.flow, self.contact_flow
        self._page(
            {"id": "p1", "name": "Ann", "customer": "c1"},
            {"id": "p2", "name": "Bob", "customer": "c2"},
        )
        self.flow = flow
        for person, customer in (("p1", "c1"), ("p2", "c2")):
            self.assertEqual(
                self._partner(person, entity="contact").parent_id,
                self._partner(customer),
            )

    def test_page_wakes_who_waited_although_another_object_failed(self):
        event = self._feed("p1", {"name": "Ann", "customer": "c1"}, entity="contact")
        self.assertEqual(event.state, "waiting")
        self._page({"id": "c1", "name": "One"}, {"id": "bad", "email": 5})
        event.invalidate_recordset()
        self.assertEqual(event.state, "pending")

    def test_wake_up_of_the_same_transaction_is_a_job_of_its_own(self):
        """One that waits already may end before the rows can be seen."""
        self.connector._wake_all()
        domain = [("method_name", "=", "_job_drain")]
        before = self.env["queue.job"].search_count(domain)
        event = self._feed("c1", {"name": "A", "email": 5})
        event.with_user(self.operator).action_retry()
        self.assertEqual(
            self.env["queue.job"].search_count(domain),
            before + self.connector.drain_count,
        )
