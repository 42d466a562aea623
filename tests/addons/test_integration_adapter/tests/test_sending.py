# Copyright 2026 Odoo Integration Suite contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl)
import json
import os
from contextlib import contextmanager
from unittest.mock import patch

from psycopg2.extras import execute_values

from odoo.exceptions import AccessError, UserError
from odoo.tests.common import TransactionCase, new_test_user, tagged
from odoo.tools import mute_logger

from odoo.addons.integration_core.engine.encryption import generate_key
from odoo.addons.integration_core.engine.errors import (
    AuthenticationError,
    PermanentError,
)
from odoo.addons.integration_core.messages import Message, Outgoing

from .stand_in import StandIn

MODELS = "odoo.addons.integration_core.models"
ADAPTER = "integration.adapter.demo_system"


@tagged("post_install", "-at_install")
class SendingCase(TransactionCase):
    """A system that is written over real HTTP; jobs run in the test's transaction."""

    def setUp(self):
        super().setUp()
        self.peer = StandIn()
        self.addCleanup(self.peer.stop)
        environment = {
            "INTEGRATION_ENVIRONMENT": "test",
            "INTEGRATION_KEYS_TEST": generate_key(),
            "INTEGRATION_PRIVATE_HOSTS": f"127.0.0.1:{self.peer.port}",
        }
        self.enterContext(patch.dict(os.environ, environment))
        self.connector = self._connector("Demo")
        self.flow = self._flow("customer")
        self.env.flush_all()

    def _connector(self, name):
        connector = self.env["integration.connector"].create(
            {
                "name": name,
                "system": "demo_system",
                "environment": "test",
                "base_url": f"http://127.0.0.1:{self.peer.port}",
            }
        )
        connector.action_create_service_user()
        connector.state = "active"
        return connector

    def _flow(self, entity, direction="out", **values):
        return self.env["integration.flow"].create(
            {
                "connector_id": self.connector.id,
                "entity": entity,
                "direction": direction,
                "mode": "live",
                **values,
            }
        )

    @classmethod
    def _request_handler(cls, session, request, /, **kwargs):
        # Odoo's guard compares the time-out as one number; ours is (connect, read).
        if isinstance(kwargs.get("timeout"), tuple):
            kwargs["timeout"] = max(kwargs["timeout"])
        return super()._request_handler(session, request, **kwargs)

    # === HELPERS === #

    @contextmanager
    def _jobs(self):
        """Commit and rollback of a job, inside the test's transaction."""

        def keep(env):
            env.flush_all()
            env.invalidate_all()

        with (
            patch(f"{MODELS}.send.checkpoint", keep),
            patch(f"{MODELS}.send.fresh_snapshot", keep),
            patch(f"{MODELS}.event_send.checkpoint", keep),
            patch(f"{MODELS}.event_send.fresh_snapshot", keep),
        ):
            yield

    def send(self, connector=None):
        """What the send drains' jobs do, until nothing is ready."""
        connector = (connector or self.connector).sudo()
        self.env.flush_all()
        drains = self.env["integration.send"]
        with self._jobs():
            for _round in range(20):
                self.env.invalidate_all()
                if not connector._may_work():
                    return
                ready = [
                    drains._ready(connector, drain, 20)
                    for drain in range(connector.drain_count)
                ]
                if not any(ready):
                    return
                for rows in ready:
                    drains._take(connector, rows)
        self.fail("there is no end of it")

    def run_job(self, event):
        """One attempt of the message's own job; seconds until the next one."""
        self.env.flush_all()
        with self._jobs():
            return self.env["integration.send"]._alone(event.sudo())

    def hear(self, entry):
        """The system tells of one of its objects; the drains take it in."""
        adapter = self.env[ADAPTER]
        message = adapter._message(entry)
        self.assertIsInstance(message, Message)
        self.env["integration.intake"]._store(
            self.connector._webhook_gate(), [message], {"correlation_id": "0" * 32}
        )
        self.env.flush_all()
        for drain in range(self.connector.drain_count):
            rows = self.env["integration.drain"]._ready(self.connector, drain, 100)
            if rows:
                self.env["integration.pipeline"]._inbound(self.connector.sudo(), rows)
        self.env.flush_all()
        self.env.invalidate_all()
        return self.env["integration.event"].search(
            [("source_event_id", "=", entry["event"])]
        )

    def partner(self, **values):
        return self.env["res.partner"].create({"name": "Deco Addict", **values})

    def events(self, record=None, **values):
        domain = [("direction", "=", "out"), ("connector_id", "=", self.connector.id)]
        if record:
            domain += [("model", "=", record._name), ("res_id", "=", record.id)]
        domain += [(name, "=", value) for name, value in values.items()]
        self.env.flush_all()
        return self.env["integration.event"].search(domain, order="id")

    def link(self, record, connector=None):
        return self.env["integration.external.id"].search(
            [
                ("connector_id", "=", (connector or self.connector).id),
                ("model", "=", record._name),
                ("res_id", "=", record.id),
            ]
        )

    def logs(self, event):
        return self.env["integration.job.log"].search([("event_id", "in", event.ids)])


class TestSending(SendingCase):
    """The way out, from the change in Odoo to the object at the peer."""

    def test_new_customer(self):
        partner = self.partner(email="info@deco.example", city="Ghent")
        self.send()
        [(method, path, record, key)] = self.peer.writes
        self.assertEqual((method, path), ("POST", "/customer"))
        self.assertEqual(record["company"], "Deco Addict")
        self.assertEqual(record["mail"], "info@deco.example")
        self.assertEqual(record["address"]["town"], "Ghent")
        event = self.events(partner, state="done")
        self.assertEqual(event.idempotency_key, key)
        self.assertEqual((event.external_id, event.attempts), ("N1", 0))
        self.assertEqual(self.link(partner).external_id, "N1")
        reference = self.peer.objects["N1"]["reference"]
        self.assertTrue(reference.endswith(f":res.partner:{partner.id}"))
        log = self.logs(event)
        self.assertEqual((log.operation, log.direction), ("create", "out"))
        self.assertEqual(log.diff["name"], [None, "Deco Addict"])

    def test_only_what_changed_is_sent(self):
        partner = self.partner(email="a@deco.example", phone="1")
        self.send()
        partner.phone = "2"
        self.send()
        self.assertEqual(
            self.peer.writes[-1][:3],
            (
                "POST",
                "/customer/N1",
                {"telephone": "2"},
            ),
        )

    def test_what_no_flow_sends_makes_no_message(self):
        partner = self.partner()
        self.send()
        before = len(self.events())
        partner.write({"function": "Director", "barcode": "x"})
        self.env.flush_all()
        self.assertEqual(len(self.events()), before)

    def test_equal_value_makes_no_message(self):
        partner = self.partner(phone="1")
        self.send()
        before = len(self.events())
        partner.phone = "1"
        self.assertEqual(len(self.events()), before)

    def test_there_and_back_is_nothing_to_do(self):
        partner = self.partner(phone="1")
        self.send()
        partner.phone = "2"
        self.env.flush_all()
        partner.phone = "1"
        self.send()
        self.assertEqual(len(self.peer.writes), 1)
        self.assertEqual(self.events(partner)[-1].skip_reason, "no_change")

    def test_many_changes_are_one_write(self):
        partner = self.partner()
        self.send()
        for phone in "123":
            partner.phone = phone
            self.env.flush_all()
        partner.email = "x@deco.example"
        self.send()
        self.assertEqual(len(self.peer.writes), 2)
        self.assertEqual(
            self.peer.writes[-1][2], {"telephone": "3", "mail": "x@deco.example"}
        )
        reasons = self.events(partner).mapped("skip_reason")
        self.assertIn("coalesced", reasons)

    def test_facts_are_sent_each(self):
        partner = self.partner()
        self.send()
        outbound = self.env["integration.outbound"]
        for _time in range(2):
            outbound._fact(partner, "customer", "customer.visited")
        self.env.flush_all()
        facts = self.events(partner, event_type="customer.visited")
        self.assertEqual(facts.mapped("kind"), ["effect", "effect"])
        self.send()
        facts.invalidate_recordset()
        self.assertNotIn("coalesced", facts.mapped("skip_reason"))

    def test_an_address_goes_with_its_customer(self):
        mapping = self.flow.mapping_id.copy({"version": 9, "state": "draft"})
        town = "addresses[?type=='delivery'].city | [0]"
        mapping.line_ids = [
            (0, 0, {"kind": "value", "target": "company", "source": "name"}),
            (0, 0, {"kind": "value", "target": "telephone", "source": "phone"}),
            (0, 0, {"kind": "value", "target": "town", "source": town}),
        ]
        mapping.sudo().state = "approved"
        self.flow.sudo().mapping_id = mapping
        partner = self.partner(city="Ghent")
        self.send()
        child = self.env["res.partner"].create(
            {"parent_id": partner.id, "type": "delivery", "city": "Bruges"}
        )
        self.send()
        self.assertEqual(self.peer.writes[-1][2], {"town": "Bruges"})
        self.assertFalse(self.events(child))
        child.city = "Ypres"
        self.send()
        self.assertEqual(self.peer.writes[-1][2], {"town": "Ypres"})
        partner.phone = "1"
        self.send()
        self.assertEqual(self.peer.writes[-1][2], {"telephone": "1"})
        child.unlink()
        self.send()
        self.assertEqual(self.peer.writes[-1][2], {"town": None})

    def test_rolled_back_is_not_sent(self):
        with self.assertRaises(ZeroDivisionError), self.env.cr.savepoint():
            self.partner()
            self.env.flush_all()
            raise ZeroDivisionError
        self.assertFalse(self.events())

    def test_domain_of_the_flow(self):
        self.flow.domain = "[('is_company', '=', True)]"
        person = self.partner(is_company=False)
        firm = self.partner(name="Firm", is_company=True)
        self.send()
        self.assertEqual([w[2]["company"] for w in self.peer.writes], ["Firm"])
        self.assertEqual(self.events(person).skip_reason, "filtered")
        self.assertTrue(self.link(firm))

    def test_compare_only(self):
        self.flow.mode = "shadow"
        partner = self.partner()
        self.send()
        self.assertFalse(self.peer.writes)
        event = self.events(partner)
        self.assertEqual(event.skip_reason, "shadow")
        self.assertEqual(self.logs(event).diff["name"], [None, "Deco Addict"])

    def test_paused_flow_keeps_messages(self):
        self.flow.mode = "paused"
        partner = self.partner()
        self.send()
        self.assertEqual(self.events(partner).mapped("state"), ["pending"])
        self.flow.mode = "live"
        self.send()
        self.assertEqual(len(self.peer.writes), 1)

    def test_note_does_not_leave(self):
        mapping = self.flow.mapping_id.copy({"version": 9, "state": "draft"})
        mapping.line_ids = [
            (0, 0, {"kind": "value", "target": "company", "source": "name"}),
            (0, 0, {"kind": "value", "target": "memo", "source": "note"}),
        ]
        mapping.sudo().state = "approved"
        self.flow.sudo().mapping_id = mapping
        self.partner(comment="<p>pays late</p>")
        self.send()
        self.assertEqual(self.peer.writes[0][2], {"company": "Deco Addict"})


class TestEcho(SendingCase):
    """A full round trip is exactly one write on each side."""

    def setUp(self):
        super().setUp()
        self._flow("customer", "in")

    def test_our_own_change_comes_back(self):
        partner = self.partner(email="A@Deco.example")
        self.send()
        stamp = partner.write_date
        event = self.hear(self.peer.objects["N1"])
        self.assertEqual((event.state, event.skip_reason), ("skipped", "no_change"))
        partner.phone = "2"
        self.send()
        event = self.hear(self.peer.objects["N1"])
        self.assertEqual((event.state, event.skip_reason), ("skipped", "no_change"))
        self.send()
        self.assertEqual(len(self.peer.writes), 2)
        self.assertTrue(stamp)
        self.assertEqual(len(self.link(partner)), 1)

    def test_a_change_of_the_peer_is_not_sent_back(self):
        partner = self.partner()
        self.send()
        entry = self.peer.change(
            "POST", "/customer/N1", {"record": {"telephone": "7"}}, "k"
        )
        self.peer.writes.clear()
        self.assertEqual(self.hear(entry).state, "done")
        self.assertEqual(partner.phone, "7")
        before = len(self.events())
        self.send()
        self.assertFalse(self.peer.writes)
        self.assertEqual(len(self.events()), before)

    def test_another_connector_hears_of_it(self):
        other = self._connector("Other")
        self.flow.copy(
            {
                "connector_id": other.id,
                "mapping_id": self.flow.mapping_id.id,
                "mode": "live",
            }
        )
        partner = self.partner()
        self.send()
        entry = self.peer.change(
            "POST", "/customer/N1", {"record": {"telephone": "7"}}, "k"
        )
        self.peer.writes.clear()
        self.hear(entry)
        self.send(other)
        self.assertEqual([w[2]["telephone"] for w in self.peer.writes], ["7"])
        self.assertTrue(self.link(partner, other))

    def test_the_message_overtakes_the_outcome(self):
        partner = self.partner(email="a@deco.example")
        self.partner(name="Twin", email="a@deco.example")
        original = self.registry[ADAPTER]._send

        def send(adapter, connector, outgoing):
            written = original(adapter, connector, outgoing)
            if outgoing.res_id == partner.id:
                self.hear(self.peer.objects[written.external_id])
            return written

        with patch.object(self.registry[ADAPTER], "_send", send):
            self.send()
        link = self.link(partner)
        self.assertEqual(len(link), 1)
        self.assertEqual(
            len(self.env["res.partner"].search([("email", "=", "a@deco.example")])), 2
        )

    def test_a_change_that_has_not_arrived_is_not_lost(self):
        """The answer tells of a change at the peer whose own message is still on its
        way: it takes the ordinary way in."""
        partner = self.partner(phone="1", email="a@deco.example")
        self.send()
        late = dict(
            self.peer.change(
                "POST", "/customer/N1", {"record": {"mail": "new@x.example"}}, "k"
            )
        )
        partner.phone = "2"
        self.send()
        self.hear(late)
        self.assertEqual((partner.phone, partner.email), ("2", "new@x.example"))
        self.assertEqual(self.peer.objects["N1"]["record"]["telephone"], "2")

    def test_what_is_on_its_way_in_goes_first(self):
        partner = self.partner(phone="1")
        self.send()
        entry = self.peer.change(
            "POST", "/customer/N1", {"record": {"mail": "x@x.example"}}, "k"
        )
        self.env["integration.intake"]._store(
            self.connector._webhook_gate(),
            [self.env[ADAPTER]._message(entry)],
            {"correlation_id": "0" * 32},
        )
        partner.phone = "2"
        self.peer.writes.clear()
        self.send()
        event = self.events(partner)[-1]
        self.assertEqual((event.state, event.attempts), ("retry", 0))
        self.assertFalse(self.peer.writes)
        self.hear(dict(entry, event="other"))
        self.run_job(event)
        self.assertEqual(self.peer.writes[0][2], {"telephone": "2"})


class TestLostAnswer(SendingCase):
    """Whatever happens between call and outcome: one object, never two."""

    def test_lost_answer_is_looked_up(self):
        partner = self.partner()
        self.peer.faults = ["lost"]
        self.send()
        event = self.events(partner)
        self.assertEqual(
            (event.state, event.error_class), ("sending", "unknown_outcome")
        )
        self.assertTrue(event.job_uuid)
        self.assertIsNone(self.run_job(event))
        self.assertEqual((event.state, event.external_id), ("done", "N1"))
        self.assertEqual(len(self.peer.writes), 1)
        self.assertIn(f"/written/{event.idempotency_key}", self.peer.requests)

    def test_lost_request_is_sent_again(self):
        partner = self.partner()
        self.peer.faults = ["gone"]
        self.send()
        event = self.events(partner)
        self.assertEqual(event.state, "sending")
        partner.phone = "9"
        self.assertIsNone(self.run_job(event))
        self.assertEqual(event.state, "done")
        [(_method, _path, record, _key)] = self.peer.writes
        self.assertEqual(record["telephone"], "9")

    def test_same_key_and_content_within_its_life(self):
        partner = self.partner(phone="1")
        self.peer.faults = ["lost"]
        with patch.object(self.registry[ADAPTER], "_key_life", 86400):
            self.send()
            event = self.events(partner)
            key = event.idempotency_key
            partner.phone = "2"
            self.env.flush_all()
            self.assertIsNone(self.run_job(event))
        self.assertEqual([w[3] for w in self.peer.writes], [key, key])
        self.assertEqual([w[2]["telephone"] for w in self.peer.writes], ["1", "1"])
        self.assertEqual(list(self.peer.objects), ["N1"])
        self.send()
        self.assertEqual(self.peer.objects["N1"]["record"]["telephone"], "2")

    def test_killed_between_call_and_outcome(self):
        class Killed(BaseException):
            pass

        original = self.registry[ADAPTER]._send

        def send(adapter, connector, outgoing):
            original(adapter, connector, outgoing)
            raise Killed

        partner = self.partner()
        with patch.object(self.registry[ADAPTER], "_send", send):
            # No assertRaises: it would undo what was committed before the call.
            try:
                self.send()
            except Killed:
                pass
        event = self.events(partner)
        self.assertEqual(event.state, "sending")
        self.env["integration.sweeper"]._settle_sending()
        event.invalidate_recordset()
        self.assertTrue(event.job_uuid)
        self.assertIsNone(self.run_job(event))
        self.assertEqual((event.state, len(self.peer.objects)), ("done", 1))
        self.assertEqual(len(self.peer.writes), 1)

    def test_the_look_up_fails_as_well(self):
        partner = self.partner()
        self.peer.faults = ["lost"]
        self.send()
        event = self.events(partner)
        self.peer.by_key, kept = {}, self.peer.by_key
        with (
            patch.object(
                self.registry[ADAPTER], "_look_up", side_effect=ValueError("broken")
            ),
            mute_logger(f"{MODELS}.send"),
        ):
            for _attempt in range(12):
                if self.run_job(event) is None:
                    break
        self.assertEqual((event.state, event.error_class), ("dead", "unknown_outcome"))
        self.assertTrue(event.exception_id)
        self.peer.by_key = kept

    def test_a_look_up_that_is_refused_proves_nothing(self):
        partner = self.partner()
        self.peer.faults = ["lost"]
        self.send()
        event = self.events(partner)
        refused = PermanentError("the address must start with https://")
        with patch.object(self.registry[ADAPTER], "_look_up", side_effect=refused):
            self.run_job(event)
        self.assertEqual(
            (event.state, event.error_class, event.attempts),
            ("sending", "unknown_outcome", 2),
        )
        refused = AuthenticationError("the key is not valid")
        with patch.object(self.registry[ADAPTER], "_look_up", side_effect=refused):
            self.run_job(event)
        self.assertEqual(event.state, "sending")
        self.assertEqual(self.connector.state, "suspended")
        self.connector.state = "active"
        self.run_job(event)
        self.assertEqual((event.state, len(self.peer.objects)), ("done", 1))
        self.assertEqual(self.logs(event)[0].document_name, "Deco Addict")

    def test_a_fault_in_the_adapter_is_no_proof(self):
        partner = self.partner()
        original = self.registry[ADAPTER]._send

        def send(adapter, connector, outgoing):
            original(adapter, connector, outgoing)
            raise KeyError("id")

        with (
            patch.object(self.registry[ADAPTER], "_send", send),
            mute_logger(f"{MODELS}.send"),
        ):
            self.send()
        event = self.events(partner)
        self.assertEqual(event.state, "sending")
        self.run_job(event)
        self.assertEqual((event.state, len(self.peer.objects)), ("done", 1))

    def test_refused_is_for_a_person(self):
        partner = self.partner()
        self.peer.faults = [422]
        self.send()
        event = self.events(partner)
        self.assertIn(event.state, ("dead", "review"))
        first = event.idempotency_key
        event.action_retry()
        self.send()
        event.invalidate_recordset()
        self.assertEqual(event.state, "done")
        self.assertNotEqual(event.idempotency_key, first)

    def test_slow_down_is_no_attempt(self):
        partner = self.partner()
        self.peer.faults = [429]
        self.send()
        event = self.events(partner)
        self.assertEqual((event.state, event.attempts), ("retry", 0))
        self.run_job(event)
        self.assertEqual(event.state, "done")

    def test_bad_key_stops_the_connector_and_keeps_the_message(self):
        partner = self.partner()
        self.peer.faults = [401]
        self.send()
        self.assertEqual(self.events(partner).state, "pending")
        self.assertEqual(self.connector.state, "suspended")

    def test_what_is_being_sent_cannot_be_retried(self):
        partner = self.partner()
        self.peer.faults = ["lost"]
        self.send()
        with self.assertRaisesRegex(Exception, "being sent"):
            self.events(partner).action_retry()


class TestReferences(SendingCase):
    """What a record refers to is sent before it."""

    def setUp(self):
        super().setUp()
        self.contacts = self._flow("contact")

    def test_the_customer_goes_first(self):
        self.flow.domain = "[('id', '=', 0)]"
        partner = self.partner()
        self.send()
        self.flow.domain = False
        contact = self.env["res.partner"].create(
            {"name": "Ann", "parent_id": partner.id, "type": "contact"}
        )
        self.send()
        paths = [write[1] for write in self.peer.writes]
        self.assertEqual(paths, ["/customer", "/contact"])
        self.assertEqual(self.peer.writes[1][2]["works_at"], "N1")
        self.assertTrue(self.link(contact))

    def test_no_flow_sends_it(self):
        self.flow.unlink()
        partner = self.partner()
        contact = self.env["res.partner"].create(
            {"name": "Ann", "parent_id": partner.id, "type": "contact"}
        )
        self.send()
        event = self.events(contact)
        self.assertEqual((event.state, event.error_class), ("review", "business_rule"))
        self.assertIn("Deco Addict", event.error)

    def test_circle_is_named(self):
        """Two that refer to each other: neither waits for ever."""
        partner = self.partner()
        contact = self.env["res.partner"].create(
            {"name": "Ann", "parent_id": partner.id, "type": "contact"}
        )
        export = self.registry["integration.entity.customer"]._export

        def _export(entity, connector, records):
            found = export(entity, connector, records)
            for canonical in found.values():
                canonical["note"] = {
                    "entity": "contact",
                    "record": ["res.partner", contact.id],
                }
            return found

        with patch.object(
            self.registry["integration.entity.customer"], "_export", _export
        ):
            self.send()
        states = self.events().mapped("state")
        self.assertIn("review", states)
        errors = self.events(state="review").mapped("error")
        self.assertIn("refer to each other", errors[0])
        self.assertFalse(self.peer.writes)


class TestGuards(SendingCase):
    def test_loop_between_two_systems(self):
        """Odoo and the peer change a value in answer to each other."""
        self._flow("customer", "in")
        partner = self.partner(phone="0")
        self.send()
        for number in range(1, 10):
            partner.phone = f"odoo {number}"
            self.send()
            if self.events(partner)[-1].state == "review":
                break
            entry = self.peer.change(
                "POST",
                "/customer/N1",
                {"record": {"telephone": f"peer {number}"}},
                f"k{number}",
            )
            self.hear(dict(entry, event=f"loop-{number}"))
        event = self.events(partner)[-1]
        self.assertEqual((event.state, event.error_class), ("review", "business_rule"))
        self.assertIn("keep changing", event.error)
        self.assertEqual(number, 7)
        event.action_retry()
        self.send()
        self.assertEqual(self.peer.objects["N1"]["record"]["telephone"], "odoo 7")

    def test_change_request_sends_exactly_that(self):
        self._flow("customer", "in")
        partner = self.partner(phone="1", email="a@deco.example")
        self.send()
        event = self.env["integration.outbound"]._request_change(
            self.link(partner), {"phone": "5"}
        )
        self.send()
        self.assertEqual(self.peer.writes[-1][2], {"telephone": "5"})
        self.assertEqual(partner.phone, "1")
        event.invalidate_recordset()
        self.assertEqual(event.state, "done")
        self.hear(self.peer.objects["N1"])
        self.assertEqual(partner.phone, "5")
        self.peer.writes.clear()
        self.send()
        self.assertFalse(self.peer.writes)

    def test_content_is_kept_and_masked(self):
        partner = self.partner(email="secret@deco.example")
        self.send()
        event = self.events(partner)
        self.assertEqual(json.loads(event._read_body())["sent"]["mail"], partner.email)
        self.assertNotIn("secret@deco.example", event.payload)

    def test_technical_user_needs_no_right_on_the_hub(self):
        partner = self.partner()
        self.send()
        user = self.connector.service_user_id
        self.assertFalse(
            self.env["integration.event"].with_user(user).has_access("read")
        )
        self.assertTrue(self.link(partner))


class TestWhatLeaves(SendingCase):
    """Minimisation, custom fields, ownership, deletion, preview, sending everything."""

    def test_what_is_not_ticked_stays(self):
        line = self.flow.leaving_ids.filtered(lambda x: x.name == "email")
        self.assertTrue(line.send and line.in_mapping)
        self.assertEqual(line.odoo_fields, "Email")
        line.sudo().send = False
        self.partner(email="a@deco.example", phone="1")
        self.send()
        self.assertNotIn("mail", self.peer.writes[0][2])
        self.assertEqual(self.peer.writes[0][2]["telephone"], "1")

    def test_more_may_leave_only_by_an_approval(self):
        note = self.flow.leaving_ids.filtered(lambda x: x.name == "note")
        self.assertFalse(note.send)
        designer = self.env.ref("integration_core.group_designer")
        user = self.env["res.users"].create(
            {
                "name": "Dora",
                "login": "dora",
                "group_ids": [
                    (6, 0, [designer.id, self.env.ref("base.group_user").id])
                ],
            }
        )
        with self.assertRaisesRegex(UserError, "is at work"):
            note.with_user(user).send = True
        before = self.connector._governed_content()
        email = self.flow.leaving_ids.filtered(lambda x: x.name == "email")
        email.with_user(user).send = False
        self.assertNotEqual(self.connector._governed_content(), before)

    def test_custom_field(self):
        mapping = self.flow.mapping_id.copy({"version": 9, "state": "draft"})
        mapping.line_ids = [
            (0, 0, {"kind": "value", "target": "company", "source": "name"}),
            (0, 0, {"kind": "value", "target": "code", "source": "custom.barcode"}),
            (0, 0, {"kind": "value", "target": "job", "source": "custom.function"}),
        ]
        mapping.sudo().state = "approved"
        self.flow.sudo().mapping_id = mapping
        partner = self.partner(function="Buyer")
        self.send()
        self.assertEqual(self.peer.writes[0][2]["job"], "Buyer")
        partner.function = "Seller"
        self.send()
        self.assertEqual(self.peer.writes[-1][2]["job"], "Seller")

    def test_what_the_peer_owns_is_not_sent(self):
        self.env["integration.ownership"].sudo().create(
            {"entity": "customer", "field": "phone", "owner": "demo_system"}
        )
        partner = self.partner(phone="1", email="a@deco.example")
        self.send()
        # A new object gets its first values: its owner has none that could be lost.
        self.assertEqual(self.peer.writes[0][2]["telephone"], "1")
        partner.with_context(integration_override=True)
        self.env.cr.execute(
            "UPDATE res_partner SET phone = '2' WHERE id = %s", (partner.id,)
        )
        partner.invalidate_recordset()
        partner.email = "b@deco.example"
        self.send()
        self.assertEqual(self.peer.writes[-1][2], {"mail": "b@deco.example"})

    def test_deletion_is_refused_where_it_is_not_sent(self):
        partner = self.partner()
        self.send()
        with self.assertRaisesRegex(UserError, "linked to N1"), self.cr.savepoint():
            partner.unlink()

    def test_deletion_is_sent(self):
        self.flow.sudo().send_deletions = True
        self._flow("customer", "in")
        partner = self.partner()
        self.send()
        res_id = partner.id
        partner.unlink()
        self.assertFalse(
            self.env["integration.external.id"].search(
                [("model", "=", "res.partner"), ("res_id", "=", res_id)]
            )
        )
        self.send()
        self.assertEqual(self.peer.writes[-1][:2], ("DELETE", "/customer/N1"))
        event = self.env["integration.event"].search(
            [("direction", "=", "out"), ("res_id", "=", res_id)],
            order="id desc",
            limit=1,
        )
        self.assertEqual((event.state, event.event_type), ("done", "customer.deleted"))
        self.assertEqual(self.logs(event).operation, "delete")
        count = self.env["res.partner"].with_context(active_test=False).search_count([])
        self.assertEqual(self.hear(self.peer.objects["N1"]).skip_reason, "no_change")
        self.assertEqual(
            self.env["res.partner"].with_context(active_test=False).search_count([]),
            count,
        )

    def test_preview(self):
        self.flow.mode = "paused"
        partner = self.partner(email="a@deco.example", comment="internal")
        before = len(self.events())
        self.env.flush_all()
        dry = self.env["integration.outgoing"]._tried(
            self.flow.sudo(), self.flow.mapping_id, [partner.id]
        )
        [found] = dry
        self.assertEqual(
            (found["outcome"], found["record"]["mail"]),
            (
                "create",
                "a@deco.example",
            ),
        )
        why = {row["key"]: row["why"] for row in found["keys"]}
        self.assertEqual(
            (why["email"], why["note"], why["website"]),
            ("sent", "withheld", "unmapped"),
        )
        self.assertEqual(len(self.events()), before)
        self.assertFalse(self.peer.writes)

    def test_send_everything(self):
        self.flow.domain = "[('ref', '=', 'all')]"
        partners = self.env["res.partner"].create(
            [{"name": f"P{n}", "ref": "all"} for n in range(5)]
        )
        self.send()
        self.peer.writes.clear()
        self.env["integration.external.id"].search(
            [("res_id", "=", partners[2].id), ("model", "=", "res.partner")]
        ).sudo().unlink()
        flow = self.flow.sudo()
        flow.batch_size = 2
        flow.action_count()
        self.assertEqual(flow.load_total, 5)
        flow.load_state = "running"
        with patch(f"{MODELS}.flow_send_all.checkpoint", lambda env: env.flush_all()):
            while flow._load_page():
                pass
        self.assertEqual((flow.load_done, flow.load_state), (5, "done"))
        self.send()
        self.assertEqual([w[2]["company"] for w in self.peer.writes], ["P2"])


class TestTracked(SendingCase):
    """What following changes costs."""

    def test_no_flow_costs_no_sql(self):
        self.env["integration.flow"].search([("direction", "=", "out")]).unlink()
        partner = self.partner()
        self.env.flush_all()
        partner._integration_subscriptions()

        def write(number):
            partner.phone = str(number)
            with self.capture() as statements:
                self.env.flush_all()
            return statements

        self.assertEqual(len([s for s in write(1) if "integration_" in s]), 0)

    def test_one_flow_costs_one_statement_a_flush(self):
        partners = self.partner() | self.partner(name="B") | self.partner(name="C")
        self.env.flush_all()
        for number, partner in enumerate(partners):
            partner.phone = str(number)
        with self.capture() as statements:
            self.env.flush_all()
        mine = [s for s in statements if "integration_" in s]
        self.assertEqual(len(mine), 1, mine)
        self.assertEqual(len(self.events(partners[0])), 2)

    def test_no_query_a_record(self):
        """Preparing twenty records takes as many statements as preparing two."""
        for batch in (2, 2, 20):
            partners = self.env["res.partner"].create(
                [{"name": f"P{n}", "email": f"p{n}@x.example"} for n in range(batch)]
            )
            self.env.flush_all()
            events = self.events().filtered(lambda e, p=partners: e.res_id in p.ids)
            send = self.env["integration.send"]
            items = [Outgoing(*row) for row in send._rows(events.ids)]
            self.env.invalidate_all()
            with self.capture() as statements:
                self.env["integration.outgoing"]._prepare(self.connector.sudo(), items)
            self.assertEqual(len([i for i in items if i.open]), batch)
            if batch == 2:
                known = len(statements)
        self.assertLessEqual(len(statements), known, statements)

    def test_another_company_is_not_sent(self):
        company = self.env["res.company"].create({"name": "Other"})
        partner = self.partner(company_id=company.id)
        self.send()
        self.assertFalse(self.peer.writes)
        self.assertFalse(self.events(partner))

    def test_roles(self):
        """Who may look at the flow may preview; auditors may not."""
        partner = self.partner()
        self.env.flush_all()
        for role, allowed in (
            ("designer", True),
            ("operator", True),
            ("auditor", False),
        ):
            user = new_test_user(
                self.env,
                login=f"out_{role}",
                groups=f"base.group_user,integration_core.group_{role}",
            )
            wizard = self.env["integration.send.preview"].with_user(user)
            values = {"flow_id": self.flow.id, "res_id": partner.id}
            if not allowed:
                with self.assertRaises(AccessError):
                    wizard.create(values)
                continue
            preview = wizard.create(values)
            with patch.object(
                self.registry["integration.dry.run"],
                "_simulate",
                lambda dry, function: function(dry.env),
            ):
                self.assertEqual(preview.outcome, "create", preview.verdict)
            self.assertIn("Deco Addict", preview.content)

    @contextmanager
    def capture(self):
        """SQL statements that run within."""
        statements, execute = [], type(self.env.cr).execute

        def spy(cr, query, *args, **kw):
            statements.append(str(query))
            return execute(cr, query, *args, **kw)

        def insert(cursor, query, *args, **kw):
            statements.append(query)
            return execute_values(cursor, query, *args, **kw)

        with (
            patch.object(type(self.env.cr), "execute", spy),
            patch(f"{MODELS}.outbound.execute_values", insert),
        ):
            yield statements
