# Copyright 2026 Odoo Integration Suite contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl)
from unittest.mock import patch

from odoo.tools import mute_logger

from odoo.addons.integration_core.engine.errors import (
    AuthenticationError,
    PermanentError,
)
from odoo.addons.integration_core.tests.sending import MODELS

from .sending import ADAPTER, SendingCase


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
            mute_logger(f"{MODELS}.outbound.send"),
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
            mute_logger(f"{MODELS}.outbound.send"),
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
