# Copyright 2026 Odoo Integration Suite contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl)
from datetime import timedelta

import psycopg2

from odoo.exceptions import AccessError, UserError
from odoo.fields import Datetime
from odoo.tests import new_test_user
from odoo.tools import mute_logger

from .common import CoreCase

LIVE, SHADOW = "live", "shadow"


class ApprovalCase(CoreCase):
    def _open(self, action="go_live"):
        people = self.manager | self.second | self.designer
        return self.env["integration.approval"].search(
            [
                ("action", "=", action),
                ("state", "=", "requested"),
                ("requester_id", "in", people.ids),
            ]
        )

    def _asked(self):
        """A flow of a connector at work that only compares, asked to go live."""
        self.flow.action_shadow()
        self.flow.with_user(self.designer).action_go_live()
        return self._open()


class TestGoLive(ApprovalCase):
    def test_a_second_person_sets_it_live(self):
        request = self._asked()
        self.assertEqual(self.flow.mode, SHADOW)
        self.assertEqual(request.requester_id, self.designer)
        self.assertEqual(request.effect, "Customer: changes Odoo")
        request.with_user(self.second).action_approve()
        self.assertEqual((request.state, self.flow.mode), ("approved", LIVE))
        log = self.env["integration.job.log"].search([], limit=1)
        self.assertEqual(log.actor_id, self.second)

    def test_waits_for_me_is_what_i_may_decide(self):
        self.flow.action_shadow()
        self.flow.with_user(self.manager).action_go_live()
        request = self._open()
        for person, waits in (
            (self.second, True),
            (self.manager, False),
            (self.auditor, False),
        ):
            approvals = request.with_user(person)
            found = approvals.search([("may_decide", "=", True)])
            self.assertEqual(request in found, waits, person.login)
            others = approvals.search([("may_decide", "!=", True)])
            self.assertEqual(request in others, not waits, person.login)

    def test_no_way_round_by_rpc(self):
        self.flow.action_shadow()
        for person in (self.manager, self.designer):
            flow = self.flow.with_user(person)
            for values in ({"mode": LIVE}, {"live_hash": "x"}):
                with self.assertRaises(AccessError):
                    flow.write(values)
        with self.assertRaises(AccessError):
            self.flow.with_user(self.manager).create(
                {
                    "connector_id": self.connector.id,
                    "entity": "customer",
                    "direction": "out",
                    "live_hash": "x",
                }
            )
        found = self.flow.with_user(self.manager).load(
            [".id", "mode"], [[str(self.flow.id), LIVE]]
        )
        self.assertFalse(found["ids"])
        self.assertEqual(self.flow.mode, SHADOW)

    def test_readers_ask_for_nothing(self):
        self.flow.action_shadow()
        for person in (self.auditor, self.operator):
            with self.assertRaises(AccessError):
                self.flow.with_user(person).action_go_live()

    def test_going_on_after_a_pause_is_free(self):
        self._asked().with_user(self.second).action_approve()
        flow = self.flow.with_user(self.designer)
        flow.action_pause()
        flow.action_go_live()
        self.assertEqual(flow.mode, LIVE)
        flow.action_shadow()
        flow.action_go_live()
        self.assertEqual(flow.mode, SHADOW, "a step back needs a new yes")
        self.assertTrue(self._open())

    def test_a_pause_launders_nothing(self):
        """Paused while the connector is changed: not what was agreed to any more."""
        self._asked().with_user(self.second).action_approve()
        flow = self.flow.with_user(self.designer)
        flow.action_pause()
        self.connector.with_user(self.manager).action_suspend()
        flow.filter = "name"
        self.connector._set_state("active", "")
        flow.action_go_live()
        self.assertEqual(flow.mode, "paused")

    def test_one_set_live_during_set_up_is_covered_by_the_connector(self):
        self.flow.action_shadow()
        self.connector.with_user(self.manager).action_suspend()
        before = self.connector._content_hash()
        self.flow.with_user(self.designer).action_go_live()
        self.assertEqual(self.flow.mode, LIVE)
        self.assertFalse(self._open())
        self.assertFalse(self.flow.live_hash, "nobody agreed yet")
        self.assertNotEqual(self.connector._content_hash(), before)

    def test_many_flows_are_one_request(self):
        flows = self.flow | self.contact_flow
        flows.action_shadow()
        flows.with_user(self.manager).action_go_live()
        request = self._open()
        self.assertEqual(len(request), 1)
        self.assertEqual(request.model, "integration.connector")
        self.assertEqual(flows.mapped("live_request_id"), request)
        with self.assertRaises(UserError):
            self.flow.with_user(self.manager).action_go_live()
        with self.assertRaises(UserError):
            flows.with_user(self.manager).action_approve_live()
        flows.with_user(self.second).action_approve_live()
        self.assertEqual(set(flows.mapped("mode")), {LIVE})

    def test_changed_after_it_was_asked(self):
        request = self._asked().with_user(self.second)
        self.flow.trigger = "both"
        self.assertEqual(request.notice["level"], "danger")
        with self.assertRaises(UserError):
            request.action_approve()
        self.assertEqual((request.state, self.flow.mode), ("requested", SHADOW))

    def test_connector_suspended_meanwhile(self):
        request = self._asked().with_user(self.second)
        self.connector.with_user(self.manager).action_suspend()
        with self.assertRaises(UserError), self.env.cr.savepoint():
            request.action_approve()
        self.assertEqual((request.state, self.flow.mode), ("requested", SHADOW))

    def test_what_is_approved_is_shown(self):
        request = self._asked()
        row = request.content_table["rows"][0]
        self.assertEqual(row["label"], "Customer")
        self.assertEqual(row["cells"]["before"], "Compare only")
        self.assertEqual(row["cells"]["after"], "Live")
        request.with_user(self.second).action_approve()
        request.invalidate_recordset()
        self.assertEqual(request.content_table["rows"], [row], "as it was then")


class TestSecondPerson(ApprovalCase):
    """Requester and approver differ, whatever way is tried."""

    def test_own_request(self):
        request = self._asked().sudo()
        request = request.with_user(self.second)
        mine = self.env["integration.approval"]
        for flow in (self.contact_flow,):
            flow.action_shadow()
            flow.with_user(self.second).action_go_live()
            mine = flow.live_request_id.with_user(self.second)
        self.assertTrue(request.may_decide)
        self.assertFalse(mine.may_decide)
        for button in ("action_approve", "action_refuse", "action_ask_reason"):
            with self.assertRaises(UserError):
                getattr(mine, button)()
        with self.assertRaises(UserError):
            self.contact_flow.with_user(self.second).action_approve_live()
        wizard = self.env["integration.refuse"].with_user(self.second)
        wizard = wizard.create({"approval_ids": [(6, 0, mine.ids)], "reason": "x"})
        with self.assertRaises(UserError):
            wizard.action_refuse()
        self.assertEqual(mine.state, "requested")

    def test_request_is_not_rewritten(self):
        """Not even by a program with all rights: ask anew instead."""
        request = self._asked()
        for values in (
            {"requester_id": self.manager.id},
            {"content": {"flow_ids": self.contact_flow.ids}},
            {"content_hash": "x"},
            {"res_id": self.contact_flow.id},
            {"action": "other"},
        ):
            with self.assertRaises(AccessError):
                request.sudo().write(values)
            with self.assertRaises(AccessError):
                request.with_user(self.second).write(values)

    def test_nobody_makes_or_deletes_requests_by_hand(self):
        request = self._asked()
        values = request.copy_data()[0]
        for person in (self.manager, self.second, self.designer):
            with self.assertRaises(AccessError):
                request.with_user(person).create(values)
            with self.assertRaises(AccessError):
                request.with_user(person).unlink()
        with self.assertRaises(UserError):
            request.sudo().unlink()

    def test_database_knows_it_too(self):
        request = self._asked()
        self.env.flush_all()
        with (
            mute_logger("odoo.sql_db"),
            self.assertRaises(psycopg2.errors.CheckViolation),
            self.env.cr.savepoint(),
        ):
            self.env.cr.execute(
                "UPDATE integration_approval SET state = 'approved', "
                "approver_id = requester_id WHERE id = %s",
                (request.id,),
            )

    def test_manager_of_another_company(self):
        request = self._asked()
        company = self.env["res.company"].create({"name": "Other Ltd"})
        stranger = new_test_user(
            self.env,
            login="stranger",
            groups="integration_core.group_manager",
            company_id=company.id,
            company_ids=[(6, 0, company.ids)],
        )
        with self.assertRaises(AccessError):
            request.with_user(stranger).action_approve()
        self.assertNotIn(stranger, request._approvers())

    def test_decided_twice(self):
        request = self._asked().with_user(self.second)
        request.action_approve()
        with self.assertRaises(UserError):
            request.action_approve()
        with self.assertRaises(UserError):
            request.action_withdraw()

    def test_withdrawn_by_its_requester_or_a_manager_only(self):
        request = self._asked()
        for person in (self.auditor, self.operator):
            with self.assertRaises(UserError):
                request.with_user(person).action_withdraw()
        request.with_user(self.designer).action_withdraw()
        self.assertEqual(request.state, "withdrawn")
        self.assertEqual(self.flow.mode, SHADOW)


class TestPeople(ApprovalCase):
    def test_those_who_may_decide_are_asked_until_one_did(self):
        request = self._asked()
        asked = request.activity_ids.user_id
        self.assertLessEqual(self.manager | self.second, asked)
        self.assertNotIn(self.designer, asked)
        request.with_user(self.second).action_approve()
        self.assertFalse(request.activity_ids)

    def test_requester_is_not_asked(self):
        self.flow.action_shadow()
        self.flow.with_user(self.manager).action_go_live()
        self.assertNotIn(self.manager, self._open().activity_ids.user_id)

    def test_requester_is_told_with_the_reason(self):
        request = self._asked().with_user(self.second)
        wizard = self.env["integration.refuse"].with_user(self.second)
        wizard = wizard.create(
            {"approval_ids": [(6, 0, request.ids)], "reason": "Not this quarter"}
        )
        wizard.action_refuse()
        self.assertEqual(request.state, "refused")
        told = self.env["mail.message"].search(
            [("partner_ids", "in", self.designer.partner_id.ids)], limit=1
        )
        self.assertIn("Not this quarter", told.body)

    def test_nobody_decided_in_time(self):
        request = self._asked()
        other = self.contact_flow
        other.action_shadow()
        other.with_user(self.designer).action_go_live()
        request.sudo().expires_at = Datetime.now() - timedelta(days=1)
        self.env["integration.approval"]._cron_expire()
        self.assertEqual((request.state, self.flow.mode), ("expired", SHADOW))
        self.assertFalse(request.activity_ids)
        self.assertEqual(other.live_request_id.state, "requested")
        told = self.env["mail.message"].search(
            [("partner_ids", "in", self.designer.partner_id.ids)], limit=1
        )
        self.assertIn("Expired", told.subject)

    def test_expired_activation_takes_the_connector_back(self):
        connector = self._connector("Second").with_user(self.manager)
        connector.action_test_connection()
        self._flow("customer", self.mapping, connector.sudo())
        connector.action_submit()
        request = self._open("activate")
        request.sudo().expires_at = "2020-01-01"
        self.env["integration.approval"]._cron_expire()
        self.assertEqual((request.state, connector.state), ("expired", "draft"))

    def test_what_no_longer_waits_is_taken_off_the_list(self):
        request = self._asked()
        self.flow.mode = LIVE  # by a program
        self.env["integration.approval"]._cron_expire()
        self.assertEqual(request.state, "withdrawn")
