# Copyright 2026 Odoo Integration Suite contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl)
from datetime import timedelta

from odoo.exceptions import AccessError, UserError
from odoo.fields import Datetime
from odoo.tests import new_test_user

from odoo.addons.integration_core.engine import versions
from odoo.addons.integration_core.messages import Item, Source

from .common import SYSTEM, CoreCase

OWNER = "Demo"
WHY = "the customer called"


class ChangeCase(CoreCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.clerk = new_test_user(
            cls.env,
            login="clerk",
            groups="base.group_user,base.group_partner_manager",
        )

    def setUp(self):
        super().setUp()
        self._feed("c1", {"name": "Ann", "phone": "030 1", "email": "a@example.com"})
        self.partner = self._partner("c1")
        self.handler = self.env["integration.approval.change"]

    def _ask(self, by=None, partner=None, **values):
        by = by or self.clerk
        values = values or {"phone": "030 2"}
        return self.handler.with_user(by)._request_change(
            (partner or self.partner).with_user(by), values, OWNER, WHY, owner=SYSTEM
        )

    def _send_flow(self):
        """From here on the connector sends customers."""
        mapping = self.env["integration.mapping"].create(
            {
                "name": "Plain customer out",
                "system": SYSTEM,
                "entity": "customer",
                "direction": "out",
                "version": 90,
                "line_ids": [
                    (0, 0, {"kind": "value", "target": name, "source": name})
                    for name in ("name", "phone", "email")
                ],
            }
        )
        mapping.sudo().state = "approved"
        self.env["integration.flow"].create(
            {
                "connector_id": self.connector.id,
                "entity": "customer",
                "direction": "out",
                "mapping_id": mapping.id,
                "mode": "live",
            }
        )

    def _approved(self, **values):
        request = self._ask(**values)
        request.with_user(self.second).action_approve()
        return request.sudo()


class TestAsking(ChangeCase):
    def test_nothing_is_written_but_the_request(self):
        request = self._ask()
        self.assertEqual(self.partner.phone, "030 1")
        self.assertEqual(
            (request.state, request.change_state), ("requested", "waiting")
        )
        self.assertEqual(request.sudo().requester_id, self.clerk)
        self.env.invalidate_all()
        self.assertEqual(request.display_name, "Change Ann at Demo")
        self.assertIn("030 1 → 030 2", request.effect)
        self.assertEqual(request.sudo().connector_id, self.connector)
        self.assertIn(self.second, request.sudo().activity_ids.user_id)

    def test_what_cannot_be_asked(self):
        for values, words in (
            ({"phone": "030 1"}, "already"),
            ({"no_such_field": 1}, "cannot be asked for"),
            ({"child_ids": []}, "cannot be asked for"),
            ({"country_id": "x"}, "no value|already"),
        ):
            with self.subTest(values=values), self.assertRaisesRegex(UserError, words):
                self._ask(**values)
        with self.assertRaisesRegex(UserError, "Say why"):
            self.handler._request_change(self.partner, {"phone": "1"}, OWNER, " ")

    def test_who_may_not_write_the_record_asks_for_nothing(self):
        reader = new_test_user(self.env, login="reader", groups="base.group_user")
        with self.assertRaises(AccessError):
            self._ask(by=reader)

    def test_one_request_a_field(self):
        self._ask()
        with self.assertRaisesRegex(UserError, "asked for a change"):
            self._ask(phone="030 3")
        other = self._ask(email="b@example.com")
        self.assertEqual(other.state, "requested")

    def test_from_to_and_owner_are_shown(self):
        germany = self.env.ref("base.de")
        request = self._ask(country_id=germany.id).sudo()
        table = request.content_table
        self.assertEqual(
            table["rows"][0]["cells"], {"before": "", "after": germany.name}
        )
        self.assertIn(OWNER, table["note"])


class TestDeciding(ChangeCase):
    def test_the_clerk_decides_nothing(self):
        request = self._ask()
        with self.assertRaises(AccessError):
            request.with_user(self.clerk).action_approve()
        managing = self.clerk
        managing.group_ids += self.env.ref("integration_core.group_manager")
        with self.assertRaisesRegex(UserError, "second person"):
            request.with_user(managing).action_approve()

    def test_changed_by_the_owner_meanwhile(self):
        request = self._ask()
        self._feed("c1", {"name": "Ann", "phone": "030 9"}, at=200)
        with self.assertRaisesRegex(UserError, "changed after"):
            request.with_user(self.second).action_approve()

    def test_without_a_flow_the_responsible_person_is_asked(self):
        request = self._approved()
        self.assertEqual((request.change_state, request.by_hand), ("sent", True))
        activity = request.activity_ids
        self.assertEqual(activity.user_id, self.connector.user_id)
        self.assertIn("030 1 → 030 2", activity.note)
        self.assertEqual(self.partner.phone, "030 1")

    def test_a_live_flow_sends_exactly_these_fields(self):
        self._send_flow()
        request = self._approved()
        self.assertEqual((request.change_state, request.by_hand), ("sent", False))
        event = request.event_id
        self.assertEqual(
            (event.direction, event.external_id, event.changed),
            ("out", "c1", ["phone"]),
        )
        self.assertEqual(self.partner.phone, "030 1", "Odoo follows the owner")

    def test_refused_and_expired(self):
        request = self._ask()
        request.with_user(self.second).decision_reason = "Not now"
        request.with_user(self.second).action_refuse()
        self.assertEqual((request.change_state, request.answer), ("refused", "Not now"))
        late = self._ask().sudo()
        late.expires_at = "2020-01-01"
        self.env["integration.approval"]._cron_expire()
        self.assertEqual((late.state, late.change_state), ("expired", "expired"))

    def test_merged_meanwhile(self):
        """What waits is asked anew, what was sent waits for its answer as before."""
        self._send_flow()
        sent = self._approved()
        waiting = self._ask(email="b@example.com").sudo()
        other = self.env["res.partner"].create({"name": "Ann", "phone": "030 1"})
        wizard = self.env["base.partner.merge.automatic.wizard"].create({})
        wizard._merge((self.partner | other).ids, other)
        self.assertEqual(
            (waiting.state, waiting.change_state), ("withdrawn", "refused")
        )
        self.assertIn("merged", waiting.decision_reason)
        self.assertEqual(sent.res_id, other.id)
        self._feed("c1", {"name": "Ann", "phone": "030 2"}, at=300)
        self.assertEqual(sent.change_state, "accepted")

    def test_deleted_meanwhile(self):
        stranger = self.env["res.partner"].create({"name": "Gone", "phone": "1"})
        request = self._ask(partner=stranger, phone="2").sudo()
        stranger.unlink()
        with self.assertRaisesRegex(UserError, "deleted"):
            request.with_user(self.second).action_approve()
        self.env["integration.approval"]._cron_expire()
        self.assertEqual(request.state, "withdrawn")


class TestAnswer(ChangeCase):
    def test_accepted_when_the_value_arrives(self):
        self._send_flow()
        request = self._approved()
        self._feed("c1", {"name": "Ann", "phone": "0302"}, at=201)
        self.assertEqual(request.change_state, "accepted", "another spelling")
        told = self.env["mail.message"].search(
            [("partner_ids", "in", self.clerk.partner_id.ids)], limit=1
        )
        self.assertIn("Accepted", told.subject)

    def test_accepted_when_a_page_brings_the_value(self):
        request = self._approved()
        item = Item(0, "", "customer", "c1", "customer:c1", "page.customer")
        item.source = Source({"name": "Ann", "phone": "030 2"}, versions.from_unix(300))
        pipeline = self.env["integration.pipeline"]
        self.assertEqual(pipeline._bulk(self.connector, [item], {}), 0)
        self.assertEqual(request.change_state, "accepted")

    def test_another_value_arrives(self):
        request = self._approved()
        self._feed("c1", {"name": "Ann", "phone": "030 9"}, at=200)
        self.assertEqual(request.change_state, "superseded")
        self.assertFalse(request.activity_ids)
        self._feed("c1", {"name": "Ann", "phone": "030 2"}, at=201)
        self.assertEqual(request.change_state, "accepted", "it came after all")

    def test_another_field_arrives(self):
        request = self._approved()
        self._feed("c1", {"name": "Anna", "phone": "030 1"}, at=200)
        self.assertEqual(request.change_state, "sent")

    def test_refused_when_it_is_sent(self):
        self._send_flow()
        request = self._approved()
        request.event_id.sudo().write({"state": "dead", "error": "No such phone"})
        self.env["integration.approval"]._cron_expire()
        self.assertEqual(
            (request.change_state, request.answer), ("refused", "No such phone")
        )
        # Agreed to already: an operator has it sent again.
        request.with_user(self.operator).action_send_again()
        self.assertEqual(request.change_state, "sent")
        with self.assertRaises(AccessError):
            request.with_user(self.auditor).action_send_again()

    def test_sent_after_all(self):
        """Its message failed, was retried, and the value arrived."""
        self._send_flow()
        request = self._approved()
        request.event_id.sudo().write({"state": "dead", "error": "No such phone"})
        self.env["integration.approval"]._note_sent(request.event_id.ids)
        self.assertEqual(request.change_state, "refused")
        self._feed("c1", {"name": "Ann", "phone": "030 2"}, at=200)
        self.assertEqual(request.change_state, "accepted")

    def test_changed_by_hand_there(self):
        request = self._approved()
        with self.assertRaises(AccessError):
            request.with_user(self.auditor).action_say_done()
        request.with_user(self.operator).action_say_done()
        self.assertEqual(request.change_state, "accepted")

    def test_no_answer(self):
        request = self._approved()
        self.env["integration.approval"]._cron_expire()
        self.assertEqual(request.change_state, "sent")
        request.decided_at = Datetime.now() - timedelta(days=15)
        self.env["integration.approval"]._cron_expire()
        self.assertEqual(request.change_state, "expired")

    def test_asked_again(self):
        first = self._approved()
        second = self._approved(phone="030 3")
        self.assertEqual(
            (first.change_state, second.change_state), ("superseded", "sent")
        )

    def test_costs_nothing_where_nothing_was_asked(self):
        approvals = self.env["integration.approval"]
        approvals._note_arrived(self.connector, {("res.partner", 1): {"name"}})
        with self.assertQueryCount(0):
            approvals._note_arrived(self.connector, {("res.partner", 1): {"name"}})
            approvals._note_sent([1])
