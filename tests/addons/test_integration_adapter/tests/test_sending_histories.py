# Copyright 2026 Odoo Integration Suite contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl)
"""What happens to messages when something comes in between."""

from unittest.mock import patch

from odoo.tests.common import tagged
from odoo.tools import mute_logger

from odoo.addons.integration_core.tests.sending import MODELS

from .sending import ADAPTER, SendingCase


class Killed(BaseException):
    """The worker is gone; nothing after it runs."""


@tagged("post_install", "-at_install")
class TestNothingIsLost(SendingCase):
    """What an earlier message was about is sent with the one that stands for it."""

    def setUp(self):
        super().setUp()
        self.customer = self.partner(is_company=True)
        self.send()
        self.child = self.env["res.partner"].create(
            {
                "name": "Sales desk",
                "type": "delivery",
                "parent_id": self.customer.id,
                "street": "Old 1",
            }
        )
        self.deliveries = self.env.ref(
            "test_integration_adapter.mapping_customer_out_address_street"
        )
        self.send()

    def sent_changes(self, event):
        event.invalidate_recordset()
        return event.changed

    def test_what_failed_goes_with_the_newer_one(self):
        """A change of an address is refused; then only the name changes."""
        link = self.link(self.customer)
        # Nothing was agreed on about the telephone number yet.
        base = dict(link.base)
        for name in ("phone", "out:phone"):
            base.pop(name, None)
        link.sudo().base = base
        self.peer.faults = [400]
        self.customer.phone = "5"
        self.send()
        failed = self.events(self.customer)[-1]
        self.assertEqual(failed.state, "dead")
        self.customer.email = "new@deco.example"
        self.send()
        self.assertEqual(failed.state, "skipped")
        record = self.peer.objects["N1"]["record"]
        self.assertEqual(record["mail"], "new@deco.example")
        self.assertEqual(record.get("telephone"), "5")

    def test_what_was_gathered_outlives_a_stop(self):
        """Of two messages the newer one stands for both, then the worker is killed."""
        link = self.link(self.customer)
        base = dict(link.base)
        for name in ("phone", "out:phone"):
            base.pop(name, None)
        link.sudo().base = base
        self.customer.phone = "5"
        self.env.flush_all()
        self.customer.email = "new@deco.example"
        with (
            patch.object(
                self.registry["integration.send"], "_send_one", side_effect=Killed
            ),
        ):
            try:
                self.send()
            except Killed:
                pass
        self.send()
        record = self.peer.objects["N1"]["record"]
        self.assertEqual(record["mail"], "new@deco.example")
        self.assertEqual(record.get("telephone"), "5")


@tagged("post_install", "-at_install")
class TestSharedWork(SendingCase):
    """Several drains work on one connector."""

    def test_a_part_joins_the_drain_of_its_record(self):
        self.connector.drain_count = 7
        customer = self.partner(is_company=True)
        self.env.flush_all()
        children = self.env["res.partner"].create(
            [
                {
                    "name": f"Desk {number}",
                    "type": "delivery",
                    "parent_id": customer.id,
                    "street": "Old 1",
                }
                for number in range(4)
            ]
        )
        events = self.events(children[0]) + self.events(children[-1])
        mine = self.events(customer)[0]
        with self.jobs():
            for event in events:
                rows = self.env["integration.send"]._rows(event.ids)
                self.env["integration.send"]._take(self.connector.sudo(), rows)
        events.invalidate_recordset()
        self.assertEqual(set(events.mapped("lane")), {mine.lane})
        self.assertEqual(set(events.mapped("shard")), {mine.shard})


@tagged("post_install", "-at_install")
class TestMeanwhile(SendingCase):
    """Something happens to the record while the call is on its way."""

    def during_call(self, act):
        original = self.registry[ADAPTER]._send

        def send(adapter, connector, outgoing):
            written = original(adapter, connector, outgoing)
            act(outgoing)
            self.env.flush_all()
            return written

        return patch.object(self.registry[ADAPTER], "_send", send)

    @mute_logger(f"{MODELS}.outbound.send")
    def test_it_is_linked_to_another_object(self):
        partner = self.partner()

        def bind(_outgoing):
            self.env["integration.external.id"]._bind(
                self.connector,
                [
                    {
                        "entity": "customer",
                        "external_id": "X9",
                        "model": "res.partner",
                        "res_id": partner.id,
                    }
                ],
            )

        with self.during_call(bind):
            self.send()
        event = self.events(partner)
        self.assertEqual(event.state, "done")
        links = self.link(partner).sorted("external_id")
        self.assertEqual(links.mapped("external_id"), ["N1", "X9"])
        self.assertEqual(links.mapped("primary"), [False, True])
        self.assertEqual(self.logs(event).status, "warning")

    def merging(self, winner, loser):
        """The two are merged by a person during the call."""

        def merge(outgoing):
            if loser.exists():
                wizard = self.env["base.partner.merge.automatic.wizard"]
                wizard._merge((winner + loser).ids, winner)

        return self.during_call(merge)

    def send_batch(self):
        """One batch only: what it leads to waits."""
        self.env.flush_all()
        drains = self.env["integration.send"]
        for drain in range(self.connector.drain_count):
            rows = drains._ready(self.connector, drain, 20)
            with self.jobs():
                drains._take(self.connector.sudo(), rows)

    def forgotten(self, **values):
        """A customer whose message is gone."""
        partner = self.partner(**values)
        self.env.flush_all()
        self.env.cr.execute("DELETE FROM integration_event")
        return partner

    def test_it_is_merged_while_a_change_is_sent(self):
        winner = self.forgotten(name="Winner")
        loser = self.partner(name="Loser")
        self.send()
        loser.phone = "2"
        with self.merging(winner, loser):
            self.send_batch()
        self.assertEqual(self.link(winner).external_id, "N1")
        self.assertFalse(self.link(loser))

    def test_it_is_merged_while_its_object_is_made(self):
        self.flow.send_deletions = True
        winner = self.forgotten(name="Winner")
        loser = self.partner(name="Loser")
        with self.merging(winner, loser):
            self.send_batch()
        self.send()
        self.assertEqual(self.link(winner).external_id, "N1")
        self.assertEqual(list(self.peer.objects), ["N1"])
        self.assertFalse(self.peer.objects["N1"]["deleted"])
        self.assertEqual(self.peer.objects["N1"]["record"]["company"], "Winner")

    @mute_logger(f"{MODELS}.outbound.send")
    def test_it_is_deleted(self):
        """The object that was being made is deleted as well."""
        self.flow.send_deletions = True
        partner = self.partner()
        with self.during_call(lambda o: partner.unlink() if not o.deleted else None):
            self.send()
        self.assertTrue(self.peer.objects["N1"]["deleted"])
        links = self.env["integration.external.id"].search(
            [("connector_id", "=", self.connector.id)]
        )
        self.assertFalse(links)

    def test_who_waits_for_a_record_that_is_merged(self):
        """A contact waits for its company, which becomes another one."""
        self._flow("contact")
        winner = self.partner(name="Winner", is_company=True)
        self.send()
        loser = self.partner(name="Loser", is_company=True)
        self.peer.faults = [400]
        self.send()
        contact = self.env["res.partner"].create(
            {"name": "Ann", "parent_id": loser.id, "email": "ann@deco.example"}
        )
        self.send()
        event = self.events(contact, entity="contact")[-1]
        self.assertEqual(event.state, "waiting")
        wizard = self.env["base.partner.merge.automatic.wizard"]
        wizard._merge((winner + loser).ids, winner)
        self.send()
        self.assertEqual(contact.parent_id, winner)
        self.assertEqual(self.events(contact, entity="contact")[-1].state, "done")
        states = set(self.events(contact, entity="contact").mapped("state"))
        self.assertLessEqual(states, {"done", "skipped"})


@tagged("post_install", "-at_install")
class TestGivenUp(SendingCase):
    """It was made there, the answer was lost, and nobody can be asked for long."""

    def setUp(self):
        super().setUp()
        self.customer = self.partner()
        self.peer.faults = ["lost"]
        self.send()
        self.given_up = self.events(self.customer)
        broken = patch.object(
            self.registry[ADAPTER], "_look_up", side_effect=ValueError("broken")
        )
        with broken, mute_logger(f"{MODELS}.outbound.send"):
            for _attempt in range(15):
                if self.run_job(self.given_up) is None:
                    break
        self.assertEqual(self.given_up.state, "dead")
        self.assertEqual(list(self.peer.objects), ["N1"])

    def test_a_person_retries(self):
        self.given_up.action_retry()
        self.send()
        if self.given_up.state == "sending":
            self.run_job(self.given_up)
        self.assertEqual(list(self.peer.objects), ["N1"])
        self.assertEqual(self.given_up.state, "done")
        self.assertEqual(self.link(self.customer).external_id, "N1")

    def test_the_record_changes(self):
        self.customer.phone = "7"
        self.send()
        self.assertEqual(list(self.peer.objects), ["N1"])
        self.assertEqual(self.given_up.state, "dead")
        # A person says what became of it; then the change goes on.
        self.given_up.action_retry()
        self.run_job(self.given_up)
        self.send()
        self.assertEqual(list(self.peer.objects), ["N1"])
        self.assertEqual(self.peer.objects["N1"]["record"]["telephone"], "7")

    def test_a_paused_connector_gets_no_job_a_minute(self):
        self.partner(name="Other")
        self.peer.faults = ["lost"]
        self.send()
        event = self.events(state="sending")
        event.sudo().job_uuid = False
        self.connector.state = "paused"
        self.env.flush_all()
        self.env["integration.sweeper"]._settle_sending()
        event.invalidate_recordset()
        self.assertFalse(event.job_uuid)
        self.connector.state = "active"
        self.env.flush_all()
        self.env["integration.sweeper"]._settle_sending()
        event.invalidate_recordset()
        self.assertTrue(event.job_uuid)


@tagged("post_install", "-at_install")
class TestOutcome(SendingCase):
    """What a call came to cannot be written down."""

    def test_it_does_not_go_on_for_ever(self):
        partner = self.partner()
        with (
            patch.object(
                self.registry["integration.outgoing"],
                "_bind",
                side_effect=ValueError("broken"),
            ),
            mute_logger(f"{MODELS}.outbound.send"),
        ):
            self.send()
            event = self.events(partner)
            self.assertEqual(event.state, "sending")
            for _attempt in range(15):
                if self.run_job(event) is None and event.state != "sending":
                    break
        self.assertEqual((event.state, event.error_class), ("dead", "unknown_outcome"))
        self.assertTrue(event.exception_id)
        self.assertEqual(len(self.peer.objects), 1)

    def test_a_lost_request_that_is_sent_again_is_no_news(self):
        """What was looked for in vain, then sent, is known like any other."""
        self._flow("customer", "in")
        partner = self.partner()
        self.peer.faults = ["gone"]
        self.send()
        event = self.events(partner)
        self.assertIsNone(self.run_job(event))
        self.assertEqual(event.state, "done")
        incoming = [("direction", "=", "in"), ("external_id", "=", "N1")]
        self.assertFalse(self.env["integration.event"].search(incoming))
        heard = self.hear(self.peer.told[-1])
        self.assertEqual(heard.skip_reason, "no_change")

    def test_who_began_to_wait_when_it_was_just_linked(self):
        self._flow("contact")
        company = self.partner(is_company=True)
        self.peer.faults = [400]
        self.send()
        contact = self.env["res.partner"].create(
            {"name": "Ann", "parent_id": company.id, "email": "ann@deco.example"}
        )
        self.send()
        event = self.events(contact, entity="contact")[-1]
        self.assertEqual(event.state, "waiting")
        self.env["integration.sweeper"]._wake_waiting()
        event.invalidate_recordset()
        self.assertEqual(event.state, "waiting")
        row = {"entity": "customer", "external_id": "N9"}
        row |= {"model": "res.partner", "res_id": company.id}
        self.env["integration.external.id"]._bind(self.connector, [row])
        self.env["integration.sweeper"]._wake_waiting()
        event.invalidate_recordset()
        self.assertEqual(event.state, "pending")

    def test_another_drain_is_told_of_what_moved(self):
        self.connector.drain_count = 7
        customer = self.partner(is_company=True)
        self.send()
        self.env["res.partner"].create(
            {"name": "Desk", "type": "delivery", "parent_id": customer.id}
        )
        self.env.flush_all()
        drains = self.env["integration.send"]
        rows = [
            row
            for drain in range(7)
            for row in drains._ready(self.connector, drain, 20)
        ]
        with self.jobs():
            self.assertTrue(drains._take(self.connector.sudo(), rows))
