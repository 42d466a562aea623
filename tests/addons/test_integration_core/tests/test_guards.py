# Copyright 2026 Odoo Integration Suite contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl)
from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.tools.misc import file_open

from .common import CoreCase


class TestMappingGuards(CoreCase):
    """Nobody puts a translation into use alone, whatever way RPC offers."""

    def _draft(self):
        mapping = self.mapping.with_user(self.designer)
        return mapping.browse(mapping.action_new_version()["res_id"])

    def test_context_of_an_installation_opens_nothing(self):
        mapping = self.mapping.with_user(self.designer).with_context(install_mode=True)
        with self.assertRaises(UserError):
            mapping.line_ids[0].source = "other"
        with self.assertRaises(UserError):
            self._draft().with_context(install_mode=True).state = "approved"

    def test_mapping_begins_as_a_draft(self):
        values = {
            "name": "Mine",
            "system": self.connector.system,
            "entity": "customer",
            "version": 95,
            "state": "approved",
        }
        with self.assertRaises(UserError):
            self.env["integration.mapping"].with_user(self.designer).create(values)

    def test_line_of_a_draft_moves_into_no_approved_mapping(self):
        line = self._draft().line_ids[0]
        with self.assertRaises(UserError):
            line.mapping_id = self.mapping

    def test_approved_version_is_not_deleted(self):
        with self.assertRaises(UserError):
            self.mapping.with_user(self.designer).unlink()
        self._draft().unlink()

    def test_readers_submit_and_withdraw_nothing(self):
        draft = self._draft()
        for person in (self.auditor, self.operator):
            with self.assertRaises(AccessError):
                draft.with_user(person).action_submit()
        draft.action_submit()
        with self.assertRaises(AccessError):
            draft.with_user(self.auditor).action_withdraw()

    def test_flow_takes_no_draft_and_no_foreign_mapping(self):
        self.connector._set_state("suspended", "")
        flow = self.flow.with_user(self.designer)
        for mapping in (self._draft(), self.contact_flow.mapping_id):
            with self.assertRaises(ValidationError), self.env.cr.savepoint():
                flow.mapping_id = mapping


class TestFlowGuards(CoreCase):
    def test_flow_of_a_connector_at_work_is_closed(self):
        for person in (self.designer, self.manager):
            flow = self.flow.with_user(person)
            for values in ({"filter": "name"}, {"mapping_id": False}):
                with self.assertRaises(UserError):
                    flow.write(values)
            with self.assertRaises(UserError):
                flow.unlink()
            with self.assertRaises(UserError):
                flow.create(
                    {
                        "connector_id": self.connector.id,
                        "entity": "customer",
                        "direction": "out",
                    }
                )
        self.flow.with_user(self.designer).batch_size = 50
        self.connector.with_user(self.manager).action_suspend()
        self.flow.with_user(self.designer).filter = "name"

    def test_progress_of_a_load_is_not_for_people(self):
        with self.assertRaises(AccessError):
            self.flow.with_user(self.designer).load_state = "running"


class TestConnectorGuards(CoreCase):
    def _submitted(self):
        connector = self._connector("Second").with_user(self.manager)
        connector.action_test_connection()
        self._flow("customer", self.mapping, connector.sudo())
        self.env["integration.credential"]._store(
            connector.sudo(), "webhook_secret", "s"
        )
        connector.action_submit()
        request = self.env["integration.approval"]._open_for(connector, "activate")
        return connector, request

    def test_readers_submit_and_withdraw_nothing(self):
        connector, _request = self._submitted()
        for person in (self.auditor, self.operator, self.designer):
            with self.assertRaises(UserError):
                connector.with_user(person).action_withdraw()
        connector.action_withdraw()
        with self.assertRaises(UserError):
            connector.with_user(self.auditor).action_submit()

    def test_gate_of_the_test_is_not_written_by_hand(self):
        connector = self._connector("Third").with_user(self.manager)
        with self.assertRaises(AccessError):
            connector.tested_at = "2026-01-01"

    def test_company_is_fixed_once_messages_were_exchanged(self):
        company = self.env["res.company"].create({"name": "Other Ltd"})
        self.manager.company_ids += company
        self._feed("c1", {"name": "A"})
        self.connector.with_user(self.manager).action_suspend()
        with self.assertRaises(UserError):
            self.connector.with_user(self.manager).company_id = company

    def test_retired_connector_stays_retired(self):
        connector, request = self._submitted()
        connector.action_retire()
        self.assertEqual(request.state, "withdrawn")
        request.sudo().state = "requested"
        with self.assertRaises(UserError):
            request.with_user(self.second).action_approve()
        self.assertEqual(connector.state, "retired")

    def test_retired_connector_leaves_nothing_on_its_way(self):
        events = self._store("c1", {"name": "A"}) | self._store("c2", {"name": "B"})
        events[0].sudo().state = "retry"
        bad = self._store("c3", {"name": "C"})
        bad.sudo().state = "review"
        self.connector.with_user(self.manager).action_retire()
        self.assertEqual(set(events.mapped("state")), {"cancelled"})
        self.assertEqual(bad.state, "review")
        log = self.env["integration.job.log"].search([], limit=1)
        self.assertIn("2 unfinished", log.message)

    def test_new_address_says_that_nothing_arrives(self):
        self.connector.with_user(self.manager).action_renew_token()
        self.assertTrue(self.connector.webhook_problem)

    def test_last_use_of_a_secret(self):
        credentials = self.env["integration.credential"]
        used = credentials._store(self.connector, "webhook_secret", "x")
        unused = credentials._store(self.connector, "webhook_secret", "y")
        event = self._store("c1", {"name": "A"})
        event.sudo().credential_id = used
        self.env.flush_all()
        self.assertEqual(used.last_used, event.received_at)
        self.assertFalse(unused.last_used)

    def test_secret_is_not_moved_and_its_end_is_logged(self):
        other = self._connector("Other")
        credential = self.env["integration.credential"]
        credential = credential._store(self.connector, "api_key", "x")
        credential = credential.with_user(self.manager)
        with self.assertRaises(AccessError):
            credential.connector_id = other
        credential.unlink()
        log = self.env["integration.job.log"].search([], limit=1)
        self.assertIn("removed", log.message)

    def test_neutralised_copy_has_no_open_request(self):
        _connector, request = self._submitted()
        self.env.flush_all()
        with file_open("integration_core/data/neutralize.sql") as handle:
            self.env.cr.execute(handle.read())
        self.env.invalidate_all()
        self.assertEqual(request.state, "withdrawn")

    def test_second_person_is_shown_what_was_submitted(self):
        _connector, request = self._submitted()
        for values in ({"content": {}}, {"name": "Harmless"}, {"company_id": 1}):
            for person in (self.manager, self.second):
                with self.assertRaises(AccessError):
                    request.with_user(person).write(values)
        with self.assertRaises(AccessError):
            request.with_user(self.manager).decision_reason = "fine"
        request.with_user(self.second).decision_reason = "fine"

    def test_shown_content_is_for_the_one_who_gave_the_reason(self):
        event = self._store("c1", {"name": "Ann"})
        reveal = self.env["integration.reveal"]
        wizard = reveal.with_user(self.operator).create(
            {"event_id": event.id, "reason": "customer calls"}
        )
        wizard.action_reveal()
        self.assertIn("Ann", wizard.content)
        self.env.flush_all()
        with self.assertRaises(AccessError):
            wizard.with_user(self.manager).read(["content"])
        self.assertFalse(reveal.with_user(self.manager).search([]))

    def test_reading_again_is_for_operators(self):
        self._feed("c1", {"name": "A"})
        with self.assertRaises(AccessError):
            self._link("c1").with_user(self.auditor).action_resync()
        with self.assertRaises(UserError):
            self._link("c1").with_user(self.operator).action_resync()
        with self._fetching():
            self._link("c1").with_user(self.operator).action_resync()
