# Copyright 2026 Odoo Integration Suite contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl)
from unittest.mock import patch

from odoo.exceptions import UserError
from odoo.tests import tagged

from odoo.addons.integration_core.engine import versions
from odoo.addons.integration_core.messages import Source
from odoo.addons.queue_job.tests.common import trap_jobs

from .common import SYSTEM, CoreCase


@tagged("post_install", "-at_install")
class TestWaiting(CoreCase):
    """Messages that refer to something else, and what ends their waiting."""

    def _contact(self, external_id="p1", at=100, **record):
        record = {"name": "Ann", "customer": "c1", **record}
        return self._feed(external_id, record, at, entity="contact")

    def test_the_reference_wakes_it(self):
        event = self._contact()
        self.assertEqual((event.state, event.waiting_for), ("waiting", "customer:c1"))
        self._feed("c1", {"name": "Acme"})
        self._drain()
        event.invalidate_recordset()
        self.assertEqual(event.state, "done")

    def test_what_was_bound_meanwhile_wakes_it_when_it_is_read(self):
        self._feed("c1", {"name": "Acme"}, 100)
        event = self._contact()
        # As if another worker had bound it, and not committed, when this one looked.
        event.sudo().write({"state": "waiting", "waiting_for": "customer:c1"})
        self._feed("c1", {"name": "Acme"}, 200)
        event.invalidate_recordset()
        self.assertEqual(event.state, "pending")

    def test_two_drains_that_passed_each_other_look_again(self):
        """Whoever commits last wakes it: the one that waits, or the one that bound."""
        bound = self._feed("c1", {"name": "Acme"}, 100)
        event = self._contact()
        rows = self.env["integration.pipeline"]._rows
        for last in (event, bound):
            event.sudo().write({"state": "waiting", "waiting_for": "customer:c1"})
            self.env.flush_all()
            drain = self.env["integration.drain"]
            self.assertTrue(drain._wake_across(self.connector, rows(last.ids)))
            event.invalidate_recordset()
            self.assertEqual((event.state, event.waiting_for), ("pending", False))
        # What is there for long and did not help would be tried in a circle.
        event.sudo().write({"state": "waiting", "waiting_for": "customer:c1"})
        self.env.flush_all()
        self.env.cr.execute(
            "UPDATE integration_external_id SET create_date = create_date - "
            "interval '1 hour' WHERE external_id = 'c1'"
        )
        self.assertFalse(drain._wake_across(self.connector, rows(event.ids)))

    def test_a_newer_message_ends_an_older_one_that_waits(self):
        older = self._contact(at=100)
        newer = self._contact(at=200, name="Anna")
        older.invalidate_recordset()
        self.assertEqual((older.state, older.skip_reason), ("skipped", "superseded"))
        self.assertFalse(older.waiting_for)
        self.assertEqual(newer.state, "waiting")

    def test_an_older_message_does_not_end_a_newer_one(self):
        newer = self._contact(at=200)
        older = self._contact(at=100, name="Old")
        newer.invalidate_recordset()
        self.assertEqual(newer.state, "waiting")
        self.assertIn(older.state, ("waiting", "skipped"))

    def test_of_several_that_fail_the_newest_is_listed(self):
        self.connector._set_state("draft", "")
        self.contact_flow.missing_reference = "review"
        self.connector._set_state("active", "")
        older, newer = self._contact(at=100), self._contact(at=200, name="Anna")
        older.invalidate_recordset()
        self.assertEqual((older.state, newer.state), ("skipped", "review"))
        self.assertFalse(older.exception_id)
        self.assertTrue(newer.exception_id)
        # Read twice in one second: what was read last is the object as it is.
        record = {"name": "Ann", "customer": "c1"}
        again = self._feed("p1", record, 200, entity="contact", source_event_id="two")
        newer.invalidate_recordset()
        self.assertEqual((newer.state, again.state), ("skipped", "review"))
        self.assertFalse(newer.exception_id)

    def test_an_older_one_that_fails_later_steps_back(self):
        self.connector._set_state("draft", "")
        self.contact_flow.missing_reference = "review"
        self.connector._set_state("active", "")
        newer, older = self._contact(at=200), self._contact(at=100, name="Anna")
        self.assertEqual((newer.state, older.state), ("review", "skipped"))
        self.assertEqual(older.skip_reason, "superseded")
        self.assertFalse(older.exception_id)

    def test_a_reference_that_no_flow_brings_is_for_a_person(self):
        self.connector._set_state("draft", "")
        self.flow.unlink()
        self.connector._set_state("active", "")
        event = self._contact()
        self.assertEqual((event.state, event.error_class), ("review", "business_rule"))
        self.assertIn("customer c1", event.error)
        self.assertIn("Customer", event.hint)
        self.assertEqual(event.exception_id.cause, "no_flow:customer")
        self.assertTrue(event.exception_id.solved_elsewhere)
        action = event.exception_id.with_user(self.operator).action_solve()
        self.assertEqual(action["res_model"], "integration.flow")
        self.assertIn("action_solve", str(event.with_user(self.operator).notice))

    def test_an_optional_reference_that_no_flow_brings_is_left_out(self):
        model = type(self.env["integration.entity.contact"])
        self.patch(model, "_optional_references", frozenset({"customer"}))
        self.patch(model, "_values", lambda entity, item: {"name": "Ann"})
        self.connector._set_state("draft", "")
        self.flow.unlink()
        self.connector._set_state("active", "")
        self.assertEqual(self._contact().state, "done")

    def test_who_waits_is_told_that_it_was_deleted(self):
        event = self._contact()
        self._feed("c1", {}, deleted=True)
        event.invalidate_recordset()
        self.assertEqual(
            (event.state, event.error_class), ("review", "missing_reference")
        )
        self.assertIn("customer c1", event.error)
        self.assertIn("deleted", event.error)

    def test_who_waits_is_told_that_a_filter_leaves_it_out(self):
        self.connector._set_state("draft", "")
        self.flow.filter = "name == 'Wanted'"
        self.connector._set_state("active", "")
        event = self._contact()
        self._feed("c1", {"name": "Acme"})
        event.invalidate_recordset()
        self.assertEqual(event.state, "review")
        self.assertIn("filter", event.error)

    def test_the_amount_is_known_although_it_fails(self):
        model = type(self.env["integration.entity.contact"])
        self.patch(
            model,
            "_document_amount",
            lambda entity, canonical: {"amount": "12.50", "currency": "USD"},
        )
        self.connector._set_state("draft", "")
        self.flow.unlink()
        self.connector._set_state("active", "")
        exception = self._contact().exception_id
        self.assertEqual(exception.amount, 12.5)
        self.assertEqual(exception.currency_id, self.env.ref("base.USD"))

    def test_what_is_blocked_with_it_is_shown(self):
        model = type(self.env["integration.entity.contact"])
        money = {"amount": "12.50", "currency": "USD"}
        self.patch(model, "_document_amount", lambda entity, canonical: money)
        self._contact("p1")
        self._contact("p2")
        event = self._feed("c1", {"name": "A", "addresses": [{"type": "odd"}]})
        self.assertIn("25.00", event.exception_id.amount_text)
        self.assertIn("25.00", self.connector.blocked_text)
        self.assertFalse(event.exception_id.solved_elsewhere)

    def test_it_says_whether_a_person_is_waited_for(self):
        early = self._contact("p1")
        self.assertIn("not here yet", early.error)
        self.assertEqual(early.notice["what"], "Waits for customer c1.")
        blocker = self._feed("c1", {"name": "A", "addresses": [{"type": "odd"}]})
        late = self._contact("p2")
        self.assertIn("customer c1, which waits for a person", late.error)
        for event in (early, late):
            event.invalidate_recordset()
            self.assertIn("that waits for a person", event.notice["what"])
            self.assertIn("addresses", event.notice["why"])
            action = event.with_user(self.operator).action_open_blocker()
            self.assertEqual(action["res_id"], blocker.exception_id.id)
        self._feed("c1", {"name": "Acme"}, 200)
        with self.assertRaises(UserError):
            early.action_open_blocker()

    def test_how_many_wait_is_shown_with_what_they_wait_for(self):
        self._contact("p1")
        self._contact("p2")
        event = self._feed("c1", {"name": "A", "addresses": [{"type": "odd"}]})
        self.assertEqual(event.exception_id.waiting_count, 2)

    def test_what_is_on_its_way_is_not_read_again(self):
        self.connector._set_state("draft", "")
        self.contact_flow.missing_reference = "fetch"
        self.connector._set_state("active", "")
        with self._fetching(), trap_jobs() as trap:
            self._contact("p1")
            self.assertEqual(self._fetches(trap), 1)
        self._feed("c1", {"name": "A", "addresses": [{"type": "odd"}]})
        with self._fetching(), trap_jobs() as trap:
            self._contact("p2")
            self.assertEqual(self._fetches(trap), 0)

    def test_a_newer_message_waits_and_its_reference_is_read(self):
        """Its own job is left out, because that of the older one is still to come."""
        self.connector._set_state("draft", "")
        self.contact_flow.missing_reference = "fetch"
        self.connector._set_state("active", "")
        with self._fetching():
            older, newer = self._contact(at=100), self._contact(at=200, name="Anna")
            older.invalidate_recordset()
            self.assertEqual((older.state, newer.state), ("skipped", "waiting"))
            older._job_fetch()
        newer.invalidate_recordset()
        # This system has nothing to be read: somebody is told at once.
        self.assertEqual(newer.state, "review")
        self.assertIn("cannot be read", newer.error)

    @staticmethod
    def _fetches(trap) -> int:
        return sum(job.method_name == "_job_fetch" for job in trap.enqueued_jobs)

    def test_a_late_job_reads_nothing_that_no_flow_brings(self):
        """It was to read a customer; now the message waits for something else."""
        event = self._contact("p1")
        event.sudo().waiting_for = "balance_transaction:pi_1"
        event.flush_recordset()
        with self._fetching():
            event._job_fetch()
        event.invalidate_recordset()
        self.assertEqual(event.state, "waiting")

    def test_everything_it_lacks_is_read_at_once(self):
        lacking = [{"entity": "customer", "external_id": f"c{n}"} for n in range(3)]
        model = type(self.env["integration.entity.contact"])
        self.patch(model, "_document_amount", lambda entity, canonical: None)
        pipeline = type(self.env["integration.pipeline"])
        convert = pipeline._to_canonical
        self.patch(
            pipeline,
            "_to_canonical",
            lambda pipeline, item: (
                convert(pipeline, item) | {"note": None, "custom": {}}
                if item.entity == "customer"
                else {"external_id": item.external_id, "others": lacking}
            ),
        )
        self.patch(type(self.env["integration.schema"]), "_check", lambda *args: None)
        event = self._contact("p1")
        self.assertEqual(event.waiting_for, "customer:c0")
        self.assertEqual([ref[1] for ref in event.missing], ["c0", "c1", "c2"])
        asked = []
        adapter = self.registry[f"integration.adapter.{SYSTEM}"]
        with (
            self._fetching(),
            patch.object(
                adapter,
                "_fetch",
                lambda adapter, connector, entity, external_id: (
                    asked.append(external_id)
                    or Source({"name": external_id}, versions.from_unix(300))
                ),
            ),
            patch("odoo.addons.integration_core.models.inbound.fetch.checkpoint"),
        ):
            event._job_fetch()
        self.assertEqual(asked, ["c1", "c2", "c0"])
