# Copyright 2026 Odoo Integration Suite contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl)
import json

from odoo.tests.common import tagged

from odoo.addons.integration_core.engine import strict_json
from odoo.addons.integration_core.engine.errors import SchemaError

from .. import const, ranks
from .common import NOW, SimulatorCase, event, fixture, thin_event

OLD = "2024-06-20"
ENTITIES = {"refund", "dispute", "payout"}


@tagged("post_install", "-at_install")
class TestSettlementMessages(SimulatorCase):
    """What Stripe tells of refunds, disputes and payouts, in both generations."""

    def told(self, version=None):
        """(event, message) of all that the stand-in told of them, oldest first."""
        found = []
        for one in list(self.sim.events.values()):
            body = self.sim.resources["events"].body(one, version)
            for message in self.adapter._split(
                self.gate, json.dumps(body).encode(), {}
            ):
                if message.entity in ENTITIES:
                    self.assertIsNone(message.error)
                    found.append((body, message))
        return found

    def story(self):
        """One of everything that can happen to money that goes."""
        charge = self.sim.create_charge(90000, "eur")["id"]
        refund = self.sim.refund(charge, 1000, status="pending")["id"]
        self.sim.complete_refund(refund)
        self.sim.fail_refund(refund)
        asked = self.sim.dispute(charge, 500, inquiry=True)["id"]
        self.sim.close_dispute(asked, "warning_closed")
        dispute = self.sim.dispute(charge, 700)["id"]
        self.sim.answer_dispute(dispute)
        self.sim.close_dispute(dispute, "won")
        payout = self.sim.payout()["id"]
        self.sim.complete_payout(payout)
        self.sim.pay_payout(payout)
        self.sim.fail_payout(payout)
        return refund, asked, dispute, payout

    def canonical_of(self, message):
        """What the hub makes of a message: read where the message says too little."""
        item = self.item(message)
        if self.adapter._needs_fetch(item):
            source = self.adapter._fetch(
                self.connector, message.entity, message.external_id
            )
        else:
            source = self.adapter._source(self.connector, item)
        return self.canonical(message.entity, source.record)

    def test_all_messages(self):
        """Both generations say the same, and the last message is what is there."""
        ids = self.story()
        new, old = self.told(), self.told(OLD)
        self.assertEqual(len(new), len(old))
        types = {message.source_type for _event, message in new}
        self.assertLessEqual(
            {
                "refund.created",
                "refund.updated",
                "refund.failed",
                "charge.refund.updated",
                "charge.dispute.created",
                "charge.dispute.updated",
                "charge.dispute.funds_withdrawn",
                "charge.dispute.funds_reinstated",
                "charge.dispute.closed",
                "payout.created",
                "payout.paid",
                "payout.failed",
                "payout.reconciliation_completed",
            },
            types,
        )
        last = {}
        for (_event, message), (_old, before) in zip(new, old, strict=True):
            self.assertEqual(message.external_id, before.external_id)
            self.assertEqual(message.version, before.version)
            found = self.canonical_of(message)
            self.assertEqual(found, self.canonical_of(before))
            last[message.external_id] = found
        self.assertEqual(set(last), set(ids))
        for external_id, found in last.items():
            entity = next(m.entity for _e, m in new if m.external_id == external_id)
            source = self.adapter._fetch(self.connector, entity, external_id)
            there = self.canonical(entity, source.record)
            self.assertEqual(found | {"closed_at": None}, there | {"closed_at": None})

    def test_the_second_state_of_a_second(self):
        """All of it happens within one second: the further state is the newer one."""
        self.sim.clock.freeze(NOW)
        refund, _asked, dispute, payout = self.story()
        for external_id, status in (
            (refund, "failed"),
            (dispute, "won"),
            (payout, "failed"),
        ):
            newest = max(
                (m for _event, m in self.told() if m.external_id == external_id),
                key=lambda message: message.version,
            )
            self.assertEqual(self.canonical_of(newest)["status"], status)

    def test_a_final_list_is_newer(self):
        record = dict(fixture("payout"), status="paid", automatic=True)
        open_list = dict(record, reconciliation_status="in_progress")
        final = dict(record, reconciliation_status="completed")
        self.assertGreater(ranks.rank("payout", final), ranks.rank("payout", open_list))
        # A refund goes from either to the other: it is read.
        open_ones = [{"status": name} for name in ("pending", "requires_action")]
        self.assertEqual({ranks.rank("refund", one) for one in open_ones}, {0})
        # An appeal comes after a loss, and ends with one or with money back: read.
        appeals = ("appeal_needs_response", "appeal_under_review", "lost", "won")
        ties = {ranks.rank("dispute", {"status": status}) for status in appeals}
        self.assertEqual(len(ties), 1)
        for strange in (None, 7, {}, []):
            for entity in ENTITIES:
                self.assertEqual(ranks.rank(entity, {"status": strange}), 0)

    def test_only_a_final_payout_is_read(self):
        """Its transactions are in no message; all else is taken from the message."""
        self.story()
        for _event, message in self.told():
            needs = self.adapter._needs_fetch(self.item(message))
            record = strict_json.loads(message.body)["data"]["object"]
            final = record.get("reconciliation_status") == "completed"
            self.assertEqual(needs, final, message.source_type)

    def test_when_a_dispute_was_decided(self):
        """Only the message says it."""
        self.story()
        decided = [
            self.canonical_of(message)["closed_at"]
            for _event, message in self.told()
            if message.source_type == "charge.dispute.closed"
        ]
        self.assertEqual(len(decided), 2)
        self.assertTrue(all(decided))

    def test_thin(self):
        """They hold nothing: the object is read."""
        refund, _asked, dispute, payout = self.story()
        for kind, entity, external_id in (
            ("v1.refund.updated", "refund", refund),
            ("v1.charge.dispute.closed", "dispute", dispute),
            ("v1.payout.paid", "payout", payout),
        ):
            related = {
                "id": external_id,
                "type": entity,
                "url": f"/v1/{entity}s/{external_id}",
            }
            message = self.split(thin_event(kind, related_object=related))
            self.assertIsNone(message.error)
            self.assertEqual(
                (message.entity, message.external_id), (entity, external_id)
            )
            self.assertTrue(self.adapter._needs_fetch(self.item(message)))
            self.assertTrue(self.canonical_of(message)["status"])

    def test_unknown_types(self):
        """Of a wanted entity they are set aside, under the right name."""
        for kind, entity in (
            ("refund.teleported", "refund"),
            ("charge.refund.teleported", "refund"),
            ("charge.dispute.teleported", "dispute"),
            ("payout.teleported", "payout"),
            ("charge.teleported", "payment"),
        ):
            message = self.split(event(kind, obj={"id": "x_1", "object": "thing"}))
            self.assertEqual(message.entity, entity)
            self.assertEqual(message.event_type, "")
            with self.assertRaises(SchemaError) as caught:
                self.adapter._source(self.connector, self.item(message))
            self.assertIn(kind, str(caught.exception))

    def test_the_charge_of_a_refund_is_skipped(self):
        """``charge.refunded`` says nothing that ``refund.created`` does not."""
        message = self.split(
            event("charge.refunded", obj={"id": "ch_1", "object": "charge"})
        )
        self.assertEqual(message.entity, "")

    def test_a_reserved_amount_let_go(self):
        """Stripe makes a refund of it, and no money ever moved: nothing to list."""
        record = dict(
            fixture("refund"),
            charge="ch_1",
            status="succeeded",
            balance_transaction=None,
        )
        item = self.item(self.split(event("refund.created", obj=record)))
        self.assertTrue(self.adapter._source(self.connector, item).deleted)
        for real in ({"balance_transaction": "txn_1"}, {"status": "pending"}):
            message = self.split(event("refund.created", obj={**record, **real}))
            source = self.adapter._source(self.connector, self.item(message))
            self.assertFalse(source.deleted)

    def test_not_what_the_type_says(self):
        message = self.split(event("refund.created", obj={"id": "ch_1", "object": "x"}))
        self.assertIsInstance(message.error, SchemaError)
        self.assertEqual(message.error.path, "data.object.object")

    def test_live_mode(self):
        """A payout of the other mode is set aside, and what is stored stays out."""
        record = dict(fixture("payout"), livemode=True)
        message = self.split(event("payout.paid", obj=record, livemode=True))
        self.assertIsInstance(message.error, SchemaError)
        self.assertEqual(message.error.path, "livemode")
        with self.assertRaises(SchemaError):
            self.adapter._source(self.connector, self.item(message))

    def test_the_webhook_asks_for_them(self):
        names = set(const.HANDLED_EVENTS)
        self.assertIn("payout.reconciliation_completed", names)
        self.assertIn("refund.created", names)
        self.assertNotIn("charge.refund.updated", names)
        self.assertFalse(
            [name for name in names if const.EVENTS[name][1] == "balance_transaction"]
        )

    def test_pages_in_the_dashboard(self):
        for entity, external_id, page in (
            ("dispute", "dp_1", "/test/disputes/dp_1"),
            ("payout", "po_1", "/test/payouts/po_1"),
            ("refund", "re_1", "/test/search?query=re_1"),
            ("balance_transaction", "txn_1", "/test/search?query=txn_1"),
        ):
            url = self.adapter._remote_url(self.connector, entity, external_id)
            self.assertEqual(url, f"{const.DASHBOARD_URL}{page}")
