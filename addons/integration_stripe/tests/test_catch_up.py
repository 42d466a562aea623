# Copyright 2026 Odoo Integration Suite contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl)
import json
import time
from collections import Counter
from datetime import datetime, timezone
from unittest.mock import patch
from urllib.parse import parse_qsl

from odoo.tests.common import new_test_user, tagged

from odoo.addons.integration_core.engine.http_client import GovernedClient
from odoo.addons.integration_core.models import catch_up
from odoo.addons.queue_job.exception import RetryableJobError

from .. import const
from ..models import adapter_catch_up
from .common import SimulatorCase

HOUR = 3600
DAY = 24 * HOUR


@tagged("post_install", "-at_install")
class TestCatchUp(SimulatorCase):
    """Events that Stripe made while nobody listened, over real HTTP.

    The stand-in's clock begins two hours ago, so that what happens lies in the past.
    """

    def setUp(self):
        super().setUp()
        self.start = int(time.time()) - 2 * HOUR
        self.sim.clock.freeze(self.start)
        self.connector._set_state("active", "")
        self.connector.catch_up_until = self.moment(self.start)
        self.operator = new_test_user(
            self.env, "catching_up", groups="integration_core.group_operator"
        )

    # === HELPERS === #

    def moment(self, seconds):
        return datetime.fromtimestamp(seconds, timezone.utc).replace(tzinfo=None)

    def happen(self, count, apart=1):
        """So many new customers, one after the other; returns their events."""
        before = set(self.sim.events)
        for _number in range(count):
            self.sim.clock.advance(apart)
            self.sim.create_customer(name=f"Customer {len(self.sim.events)}")
        return [e for key, e in self.sim.events.items() if key not in before]

    def deliver(self, *events):
        """The webhook's part: into the inbox."""
        messages = [
            self.split(self.sim.resources["events"].body(event)) for event in events
        ]
        return self.env["integration.intake"]._store(self.gate, messages, {})

    def begin(self, user=None):
        return self.connector._start_catch_up(user)

    def work(self, run):
        """One job of the run, in this transaction."""
        with patch.object(self.env.cr, "commit", self.env.flush_all):
            return run._job_run()

    def catch_up(self, user=None):
        run = self.begin(user)
        self.work(run)
        self.env.invalidate_all()
        return run

    def counts(self, run):
        self.assertEqual(run.seen, run.known + run.missed + run.unwanted)
        return run.state, run.seen, run.known, run.missed

    def stored(self):
        """What the inbox has of Stripe's events, in the order in which it came."""
        return self.env["integration.event"].search(
            [
                ("connector_id", "=", self.connector.id),
                ("source_event_id", "=like", "evt_%"),
            ],
            order="id",
        )

    def canonical(self, types):
        """Counts by our words from counts by Stripe's."""
        counts = Counter()
        for name, count in types.items():
            counts[const.EVENTS[name][0]] += count
        return dict(counts)

    def listings(self):
        """The requests for events."""
        return [r for r in self.sim.requests if r["path"] == "/v1/events"]

    def pages_of(self, size):
        return self.enterContext(patch.object(catch_up, "PAGE_SIZE", size))

    # === NOTHING IS LOST, NOTHING TWICE === #

    def test_outage(self):
        arrived = self.happen(3)
        self.deliver(*arrived)
        missed = self.happen(4)
        customer = missed[0]["data"]["object"]["id"]
        self.sim.update_customer(customer, name="Renamed")
        self.sim.add_tax_id(customer, "eu_vat", "DE136695976")
        self.sim.delete_customer(customer)
        total = len(self.sim.events)
        run = self.catch_up()
        self.assertEqual(self.counts(run), ("done", total, 3, total - 3))
        made = Counter(e["type"] for e in list(self.sim.events.values())[3:])
        self.assertEqual(run.missed_types, self.canonical(made))
        self.assertIn("customer.created: 4", run.missed_text)
        stored = self.stored()
        self.assertEqual(set(stored.mapped("source_event_id")), set(self.sim.events))
        self.assertEqual(set(stored.mapped("state")), {"pending"})
        for event in stored - stored[:3]:
            kept = self.sim.events[event.source_event_id]
            self.assertEqual(
                json.loads(event._read_body()), self.sim.resources["events"].body(kept)
            )

    def test_the_same_run_again_finds_nothing(self):
        self.happen(5)
        self.catch_up()
        self.connector.catch_up_until = self.moment(self.start)
        again = self.catch_up()
        self.assertEqual(self.counts(again), ("done", 5, 5, 0))
        self.assertEqual(again.missed_text, "")
        self.assertEqual(len(self.stored()), 5)

    def test_late_delivery_is_a_duplicate(self):
        (event,) = self.happen(1)
        self.catch_up()
        self.assertEqual(self.deliver(event)[0]["status"], "duplicate")
        self.assertEqual(len(self.stored()), 1)

    def test_delivery_while_stripe_is_asked(self):
        """Both ways at the same moment: one row, and it was not missed."""
        (event,) = self.happen(1)
        ask = type(self.adapter)._missed

        def asked(adapter, *args):
            page = ask(adapter, *args)
            self.deliver(event)
            return page

        with patch.object(self.registry[self.adapter._name], "_missed", asked):
            run = self.catch_up()
        self.assertEqual(self.counts(run), ("done", 1, 1, 0))
        self.assertEqual(len(self.stored()), 1)

    def test_older_than_the_last_that_arrived(self):
        """One that was lost before another arrived: that is what the overlap is for."""
        lost, arrived = self.happen(2, apart=60)
        self.deliver(arrived)
        self.connector.catch_up_until = self.moment(arrived["created"] + 1)
        run = self.catch_up()
        self.assertEqual(self.counts(run), ("done", 2, 1, 1))
        self.assertIn(lost["id"], self.stored().mapped("source_event_id"))

    def test_taken_to_the_end(self):
        """What was missed becomes a contact, through the ordinary path."""
        (event,) = self.happen(1)
        self.catch_up()
        drains = self.env["integration.drain"]
        for drain in range(self.connector.drain_count):
            rows = drains._ready(self.connector, drain, 100)
            if rows:
                self.env["integration.pipeline"]._inbound(self.connector, rows)
        self.env.invalidate_all()
        self.assertEqual(self.stored().state, "done")
        self.assertEqual(self.stored().external_id, event["data"]["object"]["id"])
        jobs = self.env["queue.job"].search([("method_name", "=", "_job_drain")])
        self.assertEqual(len(jobs), self.connector.drain_count)

    def test_older_shape(self):
        """An event keeps the version of its time; the contact is the same."""
        self.sim.api_version = "2024-06-20"
        self.happen(1)
        self.catch_up()
        self.assertEqual(
            json.loads(self.stored()._read_body())["api_version"], "2024-06-20"
        )

    # === PAGES === #

    def test_pages_in_the_order_of_time(self):
        self.sim.clock.freeze(self.start - HOUR)
        self.happen(1)
        self.sim.clock.freeze(self.start)
        events = self.happen(7)
        self.pages_of(3)
        run = self.catch_up()
        self.assertEqual(self.counts(run), ("done", 7, 0, 7))
        ids = [event["id"] for event in events]
        self.assertEqual(self.stored().mapped("source_event_id"), ids)
        self.assertEqual(len(self.listings()), 4)  # where to begin, and three pages

    def test_nothing_older_to_begin_from(self):
        events = self.happen(7)
        self.pages_of(3)
        run = self.catch_up()
        self.assertEqual(self.counts(run), ("done", 7, 0, 7))
        self.assertEqual(
            set(self.stored().mapped("source_event_id")), {e["id"] for e in events}
        )

    def test_nothing_happened(self):
        run = self.catch_up()
        self.assertEqual(self.counts(run), ("done", 0, 0, 0))
        self.assertEqual(self.connector.catch_up_until, run.until)

    def test_killed_between_pages(self):
        """A page, its counts and the place are one transaction; another job goes on."""
        self.happen(7)
        self.pages_of(3)
        run = self.begin()
        with patch.object(self.env.cr, "commit", self.env.flush_all):
            self.assertTrue(run._take_page())
        self.assertEqual((run.state, run.seen, run.missed), ("running", 3, 3))
        asked = len(self.listings())
        self.env.invalidate_all()
        self.work(run)
        self.assertEqual(self.counts(run), ("done", 7, 0, 7))
        self.assertEqual(len(self.listings()) - asked, 2)

    def test_killed_within_a_page(self):
        """Nothing of that page is there; it is read again and counted once."""
        self.happen(4)
        run = self.begin()
        self.env.flush_all()
        savepoint = self.env.cr.savepoint()
        ask = type(self.adapter)._missed
        page = ask(self.adapter, self.connector, run.since, run.until, "", 100)
        run._take(page)
        self.env.flush_all()
        savepoint.rollback()
        self.env.invalidate_all()
        self.work(run)
        self.assertEqual(self.counts(run), ("done", 4, 0, 4))

    def test_more_types_than_one_request_takes(self):
        self.happen(3)
        customer = next(iter(self.sim.customers))
        self.sim.update_customer(customer, name="Renamed")
        self.sim.add_tax_id(customer, "eu_vat", "DE136695976")
        self.pages_of(2)
        total = len(self.sim.events)
        with patch.object(adapter_catch_up, "MAX_TYPES", 2):
            run = self.catch_up()
        self.assertEqual(self.counts(run), ("done", total, 0, total))

    def types_asked_for(self):
        """Values of ``types[]`` of each request."""
        return [
            [value for name, value in parse_qsl(r["query"]) if name.startswith("types")]
            for r in self.listings()
        ]

    def test_only_types_that_a_flow_takes(self):
        self.happen(1)
        run = self.catch_up()
        self.assertEqual(run.unwanted, 0)
        for types in self.types_asked_for():
            self.assertTrue(types)
            self.assertEqual({name.split(".")[0] for name in types}, {"customer"})
        self.flow.trigger = "schedule"
        asked = len(self.listings())
        self.assertEqual(self.counts(self.catch_up()), ("done", 0, 0, 0))
        self.assertEqual(len(self.listings()), asked)

    def test_types_of_payments(self):
        """Old invoices name their payment: the message about it is in theirs."""
        (names,) = adapter_catch_up._shares(frozenset({"payment"}))
        self.assertIn("invoice.paid", names)
        self.assertIn("charge.succeeded", names)
        self.assertNotIn("invoice.voided", names)
        every = adapter_catch_up._shares(frozenset(const.OBJECTS))
        self.assertEqual(sum(every, []), list(const.HANDLED_EVENTS))
        self.assertLessEqual(max(map(len, every)), 20)

    def test_flow_that_ended_between_pages(self):
        page = self.adapter._missed(
            self.connector, self.moment(0), self.moment(1), '{"part": 7}', 100
        )
        self.assertEqual((page.messages, page.cursor), ([], ""))

    def test_events_too_large_together(self):
        self.happen(9)
        most = {**GovernedClient.__init__.__kwdefaults__, "max_bytes": 8000}
        with patch.object(GovernedClient.__init__, "__kwdefaults__", most):
            run = self.catch_up()
        self.assertEqual(self.counts(run), ("done", 9, 0, 9))

    def test_newest_are_left_to_the_webhook(self):
        """The schedule does not count as missed what is still on its way."""
        self.sim.clock.freeze(time.time() - 5)
        self.happen(1)
        self.assertEqual(self.catch_up().seen, 0)
        run = self.catch_up(self.operator)
        self.assertEqual(self.counts(run), ("done", 1, 0, 1))

    # === BEYOND 30 DAYS === #

    def test_longer_than_stripe_remembers(self):
        self.sim.clock.freeze(self.start - 40 * DAY)
        self.happen(2)
        self.sim.clock.freeze(self.start)
        self.happen(3)
        self.connector.catch_up_until = self.moment(self.start - 50 * DAY)
        run = self.catch_up()
        self.assertEqual(self.counts(run), ("done", 3, 0, 3))
        self.assertEqual(self.flow.load_state, "running")
        self.assertIn("30 days", run.note)
        self.assertIn("Customer", run.note)
        self.assertGreater(run.since, self.moment(self.start - 30 * DAY))
        # The next run is an ordinary one.
        self.flow.load_state = "done"
        again = self.catch_up()
        self.assertFalse(again.note)
        self.assertEqual(self.flow.load_state, "done")

    def test_all_read_since(self):
        """A load within the 30 days and the events of these have everything."""
        self.connector.catch_up_until = self.moment(self.start - 50 * DAY)
        self.flow.write(
            {"load_state": "done", "last_load_at": self.moment(self.start - DAY)}
        )
        run = self.catch_up()
        self.assertEqual(self.flow.load_state, "done")
        self.assertIn("was read since", run.note)

    def test_stopped_load_begins_anew(self):
        self.connector.catch_up_until = self.moment(self.start - 50 * DAY)
        self.flow.write({"load_state": "stopped", "load_cursor": "cus_1"})
        self.catch_up()
        self.assertEqual(self.flow.load_state, "running")
        self.assertFalse(self.flow.load_cursor)

    # === WHAT A PERSON MUST SEE === #

    def test_live_event_in_a_test_connector(self):
        events = self.happen(2)
        events[1]["livemode"] = True
        run = self.catch_up()
        self.assertEqual(self.counts(run), ("done", 2, 0, 2))
        self.assertEqual(run.set_aside, 1)
        aside = self.stored().filtered(lambda e: e.state == "quarantine")
        self.assertEqual(aside.source_event_id, events[1]["id"])
        self.assertTrue(aside.exception_id)

    def test_id_used_for_something_else(self):
        (event,) = self.happen(1)
        self.deliver({**event, "created": event["created"] - 1})
        run = self.catch_up()
        self.assertEqual((run.missed, run.set_aside), (1, 1))
        self.connector.catch_up_until = self.moment(self.start)
        again = self.catch_up()
        self.assertEqual(self.counts(again), ("done", 1, 1, 0))

    # === BAD WEATHER === #

    def refused(self, run):
        """What the job raises; Odoo's assertRaises would undo what it wrote."""
        try:
            run._take_page()
        except RetryableJobError as error:
            return error
        return self.fail("the page was read")

    def test_not_reachable(self):
        self.happen(4)
        self.pages_of(2)
        for values in ({"status": 503}, {"status": 429}, {"kind": "reset"}):
            with self.subTest(values):
                self.connector.catch_up_until = self.moment(self.start)
                run = self.begin()
                with patch.object(self.env.cr, "commit", self.env.flush_all):
                    self.assertTrue(run._take_page())
                    self.sim.faults.add(path="/v1/events", count=1, **values)
                    error = self.refused(run)
                self.assertTrue(error.ignore_retry)
                self.assertEqual(error.seconds, catch_up.RETRY_AFTER)
                self.assertEqual(run.state, "running")
                self.assertTrue(run.message)
                self.work(run)
                self.assertEqual((run.state, run.seen), ("done", 4))
                self.assertFalse(run.message)

    def test_key_that_expired(self):
        self.happen(1)
        before = self.connector.catch_up_until
        self.sim.expired_keys.add("sk_test_demo")
        run = self.catch_up()
        self.assertEqual(run.state, "stopped")
        self.assertIn("API key", run.message)
        self.assertEqual(self.connector.state, "suspended")
        self.assertEqual(self.connector.catch_up_until, before)
        self.assertFalse(self.connector._is_catch_up_due())
        # Mended and approved again, nobody waits for the hour.
        self.sim.expired_keys.clear()
        self.connector._set_state("active", "")
        self.assertTrue(self.connector._is_catch_up_due())
        self.assertEqual(self.catch_up().missed, 1)

    def test_key_without_the_permission(self):
        """Said once, not every hour; and the watermark stays."""
        self.sim.keys["rk_test_narrow"] = {"customer": "read"}
        self.use_key("rk_test_narrow")
        self.happen(1)
        before = self.connector.catch_up_until
        run = self.catch_up()
        self.assertEqual(run.state, "failed")
        self.assertIn("Event", run.message)
        self.assertEqual(self.connector.state, "active")
        self.assertEqual(self.connector.catch_up_until, before)
        self.catch_up()
        problems = self.connector.activity_ids.filtered(
            lambda activity: "Missed messages" in activity.summary
        )
        self.assertEqual(len(problems), 1)

    def test_answer_that_is_none_of_stripes(self):
        self.happen(1)
        events = type(self.sim.resources["events"])
        for answer in (
            {"data": None, "has_more": False},
            {"data": [{"id": 5}], "has_more": False},
            {"data": [], "has_more": "perhaps"},
        ):
            with (
                self.subTest(answer),
                patch.object(events, "page", lambda *_args, got=answer, **_kw: got),
            ):
                run = self.catch_up()
                self.assertEqual((run.state, run.seen), ("failed", 0))
