# Copyright 2026 Odoo Integration Suite contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl)
from unittest.mock import patch

from odoo.addons.integration_core.engine import versions
from odoo.addons.integration_core.messages import Source

from .common import CoreCase


class TestOrder(CoreCase):
    """Order is promised by nobody; nothing happens twice."""

    def _one(self, **kw):
        return dict({"name": "A", "phone": "1"}, **kw)

    def test_older_never_overwrites_newer(self):
        self._feed("c1", self._one(phone="new"), 200)
        event = self._feed("c1", self._one(phone="old"), 100)
        self.assertEqual(self._partner("c1").phone, "new")
        self.assertEqual((event.state, event.skip_reason), ("skipped", "stale"))

    def test_tie_is_read_again_in_a_job_of_its_own(self):
        self._feed("c1", self._one(phone="a"), 100)
        with self._fetching():
            event = self._feed(
                "c1", self._one(phone="b"), 100, source_event_id="second"
            )
        self.assertEqual((event.state, event.read_first), ("retry", True))
        self.assertTrue(event.job_uuid)
        self.assertEqual(self._partner("c1").phone, "a")

    def test_what_was_just_read_is_never_stale(self):
        self._feed("c1", self._one(phone="a"), 100)
        with self._fetching():
            event = self._feed("c1", self._one(phone="b"), 99, source_event_id="second")
        self.assertEqual(event.state, "retry")
        fresh = {event.id: Source(self._one(phone="c"), versions.from_unix(98))}
        pipeline = self.env["integration.pipeline"]
        pipeline._inbound(
            self.connector, pipeline._rows(event.ids), fresh=fresh, alone=True
        )
        event.invalidate_recordset()
        self.assertEqual((event.state, self._partner("c1").phone), ("done", "c"))
        self.assertEqual(self._link("c1").version, versions.from_unix(100))

    def test_equal_content_is_nothing_to_do(self):
        self._feed("c1", self._one(), 100)
        event = self._feed("c1", self._one(), 101)
        self.assertEqual((event.state, event.skip_reason), ("skipped", "no_change"))
        self.assertFalse(self._logs(event))

    def test_equal_content_still_moves_the_version(self):
        self._feed("c1", self._one(phone="a"), 100)
        self._feed("c1", self._one(phone="a"), 300)
        self._feed("c1", self._one(phone="b"), 200)
        self.assertEqual(self._partner("c1").phone, "a")

    def test_newest_of_a_batch_counts(self):
        first = self._store("c1", self._one(phone="2"), 200)
        second = self._store("c1", self._one(phone="1"), 100)
        self._drain()
        (first | second).invalidate_recordset()
        self.assertEqual(self._partner("c1").phone, "2")
        self.assertEqual(first.state, "done")
        self.assertEqual(second.skip_reason, "superseded")

    def test_older_of_a_batch_counts_when_the_newer_fails(self):
        older = self._store("c1", self._one(phone="1"), 100)
        newer = self._store("c1", self._one(email=5), 200)
        self._drain()
        older.invalidate_recordset()
        self.assertEqual(older.state, "pending")
        self._drain()
        (older | newer).invalidate_recordset()
        self.assertEqual((older.state, newer.state), ("done", "quarantine"))
        self.assertEqual(self._partner("c1").phone, "1")

    def test_deletion_before_creation(self):
        gone = self._feed("c1", {}, 200, deleted=True)
        self.assertEqual(gone.skip_reason, "no_change")
        late = self._store("c1", self._one(), 100)
        self._drain()
        late.invalidate_recordset()
        self.assertEqual((late.state, late.skip_reason), ("skipped", "stale"))
        self.assertFalse(self._link("c1"))

    def test_same_id_again_has_no_effect(self):
        self._feed("c1", self._one(), 100)
        count = self.env["integration.event"].search_count([])
        self._feed("c1", self._one(), 100)
        self.assertEqual(self.env["integration.event"].search_count([]), count)

    def test_newer_success_ends_older_failure(self):
        bad = self._feed("c1", self._one(email=5), 100)
        self.assertEqual((bad.state, bad.error_path), ("quarantine", "email"))
        self.assertIn("Odoo is unchanged", bad.hint)
        exception = bad.exception_id
        self._feed("c1", self._one(), 101)
        bad.invalidate_recordset()
        self.assertEqual((bad.state, bad.skip_reason), ("skipped", "superseded"))
        self.assertEqual(exception.state, "resolved")

    def test_one_bad_record_does_not_stop_its_batch(self):
        good = [self._store(f"g{n}", self._one(name=f"N{n}")) for n in range(7)]
        poison = self._store("bad", self._one(name="poison"))
        customers = self.registry["integration.entity.customer"]
        real = customers._apply

        def apply(model, connector, items):
            if any(item.external_id == "bad" for item in items):
                raise ValueError("secret inside")
            return real(model, connector, items)

        with (
            patch.object(customers, "_apply", apply),
            self.assertLogs(
                "odoo.addons.integration_core.models.inbound.pipeline_errors"
            ),
        ):
            self._drain()
        for event in good:
            event.invalidate_recordset()
            self.assertEqual(event.state, "done")
        poison.invalidate_recordset()
        self.assertEqual((poison.state, poison.error_class), ("dead", "permanent"))
        self.assertNotIn("secret", poison.error)
        self.assertNotIn("Traceback", poison.error)

    def test_nobody_wants_it(self):
        self.flow.unlink()
        event = self._feed("c1", self._one())
        self.assertEqual(event.skip_reason, "not_subscribed")

    def test_filter(self):
        self.flow.filter = "name == 'B'"
        event = self._feed("c1", self._one())
        self.assertEqual(event.skip_reason, "filtered")
        self.assertEqual(self._feed("c2", self._one(name="B")).state, "done")

    def test_paused_flow_waits(self):
        self.flow.mode = "paused"
        event = self._feed("c1", self._one())
        self.assertEqual(event.state, "pending")
        self.flow.mode = "live"
        self._drain()
        event.invalidate_recordset()
        self.assertEqual(event.state, "done")

    def test_shadow_compares_and_writes_nothing(self):
        self.flow.mode = "shadow"
        event = self._feed("c1", self._one(name="Shadow Ltd"))
        self.assertEqual((event.state, event.skip_reason), ("skipped", "shadow"))
        self.assertFalse(self._link("c1"))
        self.assertFalse(self.env["res.partner"].search([("name", "=", "Shadow Ltd")]))
        self.assertEqual(self._logs(event).diff["name"], [None, "Shadow Ltd"])

    def test_retry_by_a_person_applies_equal_content_again(self):
        event = self._feed("c1", self._one(phone="1"))
        self._partner("c1").phone = "changed by hand"
        event.sudo().state = "review"
        event.with_user(self.operator).action_retry()
        self._drain()
        event.invalidate_recordset()
        self.assertEqual(event.state, "done")

    def test_effects_of_a_lane_go_one_by_one(self):
        """A second effect waits for the first, in its batch and while it fails."""
        first, second = (self._store("c1", self._one(), at) for at in (100, 101))
        (first | second).sudo().kind = "effect"
        other = self._store("c2", self._one())
        self._drain()
        (first | second | other).invalidate_recordset()
        self.assertEqual(
            (first.state, second.state, other.state), ("done", "pending", "done")
        )
        first.sudo().state = "review"
        self._drain()
        second.invalidate_recordset()
        self.assertEqual(second.state, "pending")
        first.sudo().state = "cancelled"
        self._drain()
        second.invalidate_recordset()
        self.assertNotEqual(second.state, "pending")

    def test_lane_is_held_by_a_retry(self):
        held = self._store("c1", self._one(phone="1"), 100)
        held.sudo().state = "retry"
        behind = self._store("c1", self._one(phone="2"), 101)
        other = self._store("c2", self._one())
        self._drain()
        (behind | other).invalidate_recordset()
        self.assertEqual((behind.state, other.state), ("pending", "done"))

    def test_what_breaks_outside_the_steps_stops_nobody_else(self):
        good, bad = self._store("g", self._one()), self._store("bad", self._one())
        order = self.registry["integration.pipeline"]
        real = order._arrange

        def arrange(model, connector, adapter, items, fresh):
            if any(item.external_id == "bad" for item in items):
                raise ValueError("secret inside")
            return real(model, connector, adapter, items, fresh)

        self.env.flush_all()
        rows = self.env["integration.pipeline"]._rows((good | bad).ids)
        with (
            self.enter_registry_test_mode(),
            patch.object(order, "_arrange", arrange),
            self.assertLogs("odoo.addons.integration_core.models.inbound.drain"),
        ):
            cr = self.registry.cursor()
            with cr:
                drain = self.env(cr=cr)["integration.drain"]
                drain._work(self.connector.with_env(drain.env), rows)
        (good | bad).invalidate_recordset()
        self.assertEqual((good.state, bad.state), ("done", "dead"))
        self.assertTrue(bad.exception_id)
