# Copyright 2026 Odoo Integration Suite contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl)
import os
from unittest.mock import patch

from psycopg2.errors import SerializationFailure

from odoo.tools import mute_logger

from odoo.addons.integration_core import settings
from odoo.addons.integration_core.engine import versions
from odoo.addons.integration_core.engine.errors import (
    AuthenticationError,
    PermanentError,
    SchemaError,
    UnknownOutcomeError,
)
from odoo.addons.integration_core.messages import Message, Page, Source

from .common import CoreCase


class TestPage(CoreCase):
    """What must hold for the objects of a page, which share one event."""

    def _page(self, *records, at=100):
        page = Page([(r["id"], r) for r in records], "", versions.from_unix(at))
        adapter = self.connector._adapter()
        self.patch(
            self.registry[adapter._name],
            "_page_source",
            lambda adapter, connector, entity, record, page: Source(
                {k: v for k, v in record.items() if k != "id"}, page.version
            ),
        )
        return self.flow._apply_page(self.connector, adapter, page, "")

    def test_each_object_is_matched_by_its_own_keys(self):
        partners = self.env["res.partner"].create(
            [{"name": n, "email": f"{n}@example.com"} for n in ("one", "two")]
        )
        self._page(
            {"id": "c0", "name": "Nobody", "email": "nobody@example.com"},
            {"id": "c1", "name": "One", "email": "one@example.com"},
            {"id": "c2", "name": "Two", "email": "two@example.com"},
        )
        self.assertEqual(self._partner("c1"), partners[0])
        self.assertEqual(self._partner("c2"), partners[1])
        self.assertNotIn(self._partner("c0"), partners)

    def test_unreadable_object_stops_no_other(self):
        adapter = self.connector._adapter()

        def page_source(adapter, connector, entity, record, page):
            if record["id"] == "bad":
                raise SchemaError("email is not text", path="email")
            if record["id"] == "worse":
                raise KeyError("email")
            return Source({"name": record["id"]}, page.version)

        self.patch(self.registry[adapter._name], "_page_source", page_source)
        page = Page(
            [(name, {"id": name}) for name in ("bad", "ok", "worse")],
            "",
            versions.from_unix(100),
        )
        with mute_logger("odoo.addons.integration_core.models.flow.flow_load"):
            failed = self.flow._apply_page(self.connector, adapter, page, "")
        self.assertEqual(failed, 2)
        self.assertTrue(self._link("ok"))
        for name, path in (("bad", "email"), ("worse", False)):
            event = self.env["integration.event"].search([("external_id", "=", name)])
            self.assertEqual((event.state, event.error_path), ("quarantine", path))
            self.assertTrue(event.exception_id)
            # A retry does not trust the raw object: it is read again.
            event.with_user(self.operator).action_retry()
            self._drain()
            event.invalidate_recordset()
            self.assertEqual((event.state, event.read_first), ("retry", True))

    def test_place_that_is_refused_does_not_block_the_next_load(self):
        self.flow.sudo().write({"load_state": "running", "load_cursor": "gone"})
        adapter = self.registry[self.connector._adapter()._name]
        error = PermanentError("no such object")
        module = "odoo.addons.integration_core.models.flow.flow_load"
        with (
            patch.object(adapter, "_page", side_effect=error),
            patch(f"{module}.checkpoint", lambda env: env.flush_all()),
        ):
            self.assertFalse(self.flow._load_page())
        self.assertEqual(self.flow.load_state, "failed")
        self.flow._start_load()
        self.assertEqual((self.flow.load_state, self.flow.load_done), ("running", 0))
        self.assertFalse(self.flow.load_cursor)

    def test_pausing_a_flow_stops_its_load(self):
        """A paused flow has no plan: what is read would be left out for good."""
        self.flow.sudo().write({"load_state": "running", "mode": "paused"})
        module = "odoo.addons.integration_core.models.flow.flow_load"
        with patch(f"{module}.checkpoint", lambda env: env.flush_all()):
            self.flow._job_load()
        self.assertEqual(self.flow.load_state, "stopped")
        self.assertTrue(self.flow.load_message)


class TestPipelineFaults(CoreCase):
    def _alone(self, event):
        module = "odoo.addons.integration_core.models.event.event_work"
        with patch(f"{module}.checkpoint", lambda env: env.flush_all()):
            return event.sudo()._process_alone()

    def test_person_who_skips_while_the_peer_is_asked_wins(self):
        event = self._store("c1", {"name": "A"})
        event.sudo().write({"state": "retry", "read_first": True})
        self.env.flush_all()

        def fetch(adapter, connector, entity, external_id):
            event.with_user(self.operator)._skip_with_reason("not wanted")
            return Source({"name": "A"}, versions.from_unix(200))

        adapter = self.registry[self.connector._adapter()._name]
        with patch.object(adapter, "_fetch", fetch):
            self.assertIsNone(self._alone(event))
        self.assertEqual(event.state, "cancelled")
        self.assertFalse(self._link("c1"))

    def test_job_of_an_earlier_retry_steps_back(self):
        event = self._store("c1", {"name": "A"})
        event.sudo().write({"state": "retry", "job_uuid": "new"})
        self.assertIsNone(self._alone(event.with_context(job_uuid="old")))
        self.assertEqual(event.state, "retry")
        self._alone(event.with_context(job_uuid="new"))
        self.assertEqual(event.state, "done")

    def test_only_drains_with_work_are_woken(self):
        drains = self.connector.drain_count
        self.assertGreater(drains, 1)
        key = f"integration.drain:{self.connector.id}:"
        jobs = self.env["queue.job"]
        self.connector._wake_ready()
        self.assertFalse(jobs.search([("identity_key", "like", key)]))
        event = self._store("c1", {"name": "A"})
        self._store("c1", {"name": "B"}, 101)
        event.sudo().state = "retry"
        self.env.flush_all()
        self.connector._wake_ready()
        self.assertFalse(jobs.search([("identity_key", "like", key)]), "lane is held")
        event.sudo().state = "done"
        self.env.flush_all()
        self.connector._wake_ready()
        found = jobs.search([("identity_key", "like", key)])
        self.assertEqual(found.identity_key, f"{key}{event.shard % drains}")

    def test_server_without_a_key_leaves_messages_in_the_queue(self):
        event = self._store("c1", {"name": "A"})
        with patch.dict(os.environ, {settings.keys_option().upper(): ""}):
            self._drain()
        event.invalidate_recordset()
        self.assertEqual((event.state, self.connector.state), ("pending", "suspended"))
        self.assertIn(settings.keys_option(), self.connector.state_reason)

    def test_message_with_a_lost_key_stops_no_other(self):
        lost = self._store("c1", {"name": "A"})
        ring = {settings.keys_option().upper(): self._new_ring("fresh")}
        with patch.dict(os.environ, ring):
            self._store("c2", {"name": "B"})
            self._drain()
        lost.invalidate_recordset()
        self.assertEqual((lost.state, self.connector.state), ("dead", "active"))
        self.assertTrue(self._link("c2"))

    def test_unknown_outcome_of_a_reading_is_tried_again(self):
        event = self._store("c1", {"name": "A"})
        customers = self.registry["integration.entity.customer"]
        error = UnknownOutcomeError("no answer")
        with patch.object(customers, "_apply", side_effect=error):
            self._drain()
        event.invalidate_recordset()
        self.assertEqual((event.state, event.attempts), ("retry", 1))

    def test_unchanged_newer_message_ends_an_older_failure(self):
        self._feed("c1", {"name": "A"}, 100)
        bad = self._feed("c1", {"name": "A", "email": 5}, 101)
        self.assertEqual(bad.state, "quarantine")
        self._feed("c1", {"name": "A"}, 102)
        bad.invalidate_recordset()
        self.assertEqual((bad.state, bad.skip_reason), ("skipped", "superseded"))

    def test_tie_is_not_forgotten_over_a_third_message(self):
        adapter = self.registry[self.connector._adapter()._name]
        events = self.env["integration.event"]
        for number, phone in enumerate("122"):
            events |= self._store(
                "c1", {"name": "A", "phone": phone}, source_event_id=f"m{number}"
            )
        with patch.object(adapter, "_can_fetch", True):
            self._drain()
        events.invalidate_recordset()
        self.assertEqual(events.sorted("id")[-1].state, "retry")

    def test_id_used_twice_in_one_delivery(self):
        one = Message("m1", body=b"1", fingerprint="a")
        other = Message("m1", body=b"2", fingerprint="b")
        again = Message("m1", body=b"1", fingerprint="a")
        gate = self.connector._webhook_gate()
        results = self.env["integration.intake"]._store(gate, [one, other, again], {})
        self.assertEqual(
            [r["status"] for r in results], ["stored", "clash", "duplicate"]
        )
        aside = self.env["integration.event"].browse(results[1]["aside_id"])
        self.assertEqual(aside.state, "quarantine")
        self.assertEqual(aside._read_body(), b"2")

    def test_broken_mapping_stops_no_other_flow(self):
        self.contact_flow.mapping_id.line_ids[0].sudo().flush_recordset()
        self.env.cr.execute(
            "UPDATE integration_mapping_line SET source = 'a[?' WHERE id = %s",
            (self.contact_flow.mapping_id.line_ids[0].id,),
        )
        self.env.invalidate_all()
        self.env.registry.clear_cache()
        broken = self._store("p1", {"name": "Ann"}, entity="contact")
        good = self._store("c1", {"name": "A"})
        self._drain()
        (broken | good).invalidate_recordset()
        self.assertEqual((broken.state, good.state), ("review", "done"))
        self.assertEqual(broken.error_class, "mapping")

    def test_custom_value_that_does_not_fit_names_its_field(self):
        event = self._feed("c1", {"name": "A", "custom": {"color": "red"}})
        self.assertEqual((event.state, event.error_path), ("review", "custom.color"))


class TestEnvironmentGuard(CoreCase):
    def test_copy_does_not_call_the_system(self):
        with (
            patch.dict(os.environ, {"INTEGRATION_ENVIRONMENT": "staging"}),
            self.assertRaises(PermanentError),
        ):
            self.connector.invalidate_recordset()
            self.connector._client()

    def test_key_that_cannot_be_opened_is_a_sentence(self):
        adapter = self.registry[self.connector._adapter()._name]
        credential = self.env["integration.credential"]._store(
            self.connector, "api_key", "k"
        )
        ring = {settings.keys_option().upper(): self._new_ring("fresh")}
        with (
            patch.object(
                adapter, "_client_headers", lambda *args: credential._reveal()
            ),
            patch.dict(os.environ, ring),
            self.assertRaises(AuthenticationError) as caught,
        ):
            self.connector._client()
        self.assertTrue(caught.exception.hint)


class TestSweeper(CoreCase):
    def test_one_broken_part_does_not_stop_the_others(self):
        sweeper = self.env["integration.sweeper"]
        kind = self.registry["integration.sweeper"]
        cron = self.registry["ir.cron"]
        seen = []

        def broken(sweeper):
            raise ValueError("broken")

        with (
            patch.object(kind, "_wake_stranded", broken),
            patch.object(
                kind, "_open_missing_exceptions", lambda self: seen.append(True)
            ),
            patch.object(cron, "_commit_progress", lambda *args, **kw: None),
            patch.object(self.env.cr, "rollback"),
            self.assertLogs("odoo.addons.integration_core.models.inbound.sweeper"),
        ):
            sweeper._cron_sweep()
        self.assertTrue(seen)

    def test_a_conflict_of_the_sweeper_is_no_error(self):
        sweeper = self.env["integration.sweeper"]

        def beaten(sweeper):
            raise SerializationFailure("could not serialize access")

        with (
            patch.object(self.registry["integration.sweeper"], "_wake_waiting", beaten),
            patch.object(
                self.registry["ir.cron"], "_commit_progress", lambda *args, **kw: None
            ),
            patch.object(self.env.cr, "rollback"),
            self.assertNoLogs(
                "odoo.addons.integration_core.models.inbound.sweeper", "WARNING"
            ),
        ):
            sweeper._cron_sweep()

    def test_reference_that_was_left_aside_is_not_read_for_ever(self):
        self.enterContext(self._fetching())
        self.contact_flow.missing_reference = "fetch"
        event = self._feed("p1", {"name": "Ann", "customer": "c9"}, entity="contact")
        self.assertEqual(event.state, "waiting")
        event.sudo().received_at = "2026-01-01"
        jobs = self.env["queue.job"]
        domain = [("method_name", "=", "_job_fetch")]
        jobs.search(domain).unlink()
        self.env.flush_all()
        self.env["integration.sweeper"]._fetch_waiting()
        self.assertEqual(jobs.search_count(domain), 1)
        jobs.search(domain).unlink()
        self.flow.filter = "name == 'B'"
        self.assertEqual(self._feed("c9", {"name": "A"}).skip_reason, "filtered")
        self.env["integration.sweeper"]._fetch_waiting()
        self.assertFalse(jobs.search_count(domain))

    def test_load_without_a_job_goes_on(self):
        jobs, domain = self.env["queue.job"], [("method_name", "=", "_job_load")]
        for state in ("running", "stopping"):
            self.flow.sudo().load_state = state
            self.env["integration.sweeper"]._restart_loads()
            self.assertEqual(jobs.search_count(domain), 1, state)
            self.env["integration.sweeper"]._restart_loads()
            self.assertEqual(jobs.search_count(domain), 1, state)
            jobs.search(domain).unlink()
