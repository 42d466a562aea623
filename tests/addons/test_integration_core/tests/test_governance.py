# Copyright 2026 Odoo Integration Suite contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl)
import os
from unittest.mock import patch

import psycopg2

from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.tests import new_test_user
from odoo.tools import mute_logger
from odoo.tools.misc import file_open

from odoo.addons.integration_core.engine import canonical

from .common import CoreCase

MODELS = (
    "integration.connector",
    "integration.flow",
    "integration.event",
    "integration.exception",
    "integration.external.id",
    "integration.job.log",
    "integration.job.log.detail",
    "integration.effect",
    "integration.approval",
)
# role → model → what it may do: c(reate) r(ead) w(rite) d(elete)
RIGHTS = {
    "auditor": dict.fromkeys(MODELS, "r"),
    "operator": dict(dict.fromkeys(MODELS, "r"), **{"integration.exception": "rw"}),
    "designer": dict(dict.fromkeys(MODELS, "r"), **{"integration.flow": "crwd"}),
    "manager": dict(
        dict.fromkeys(MODELS, "r"),
        **{
            "integration.connector": "crwd",
            "integration.flow": "crwd",
            "integration.exception": "rw",
            "integration.approval": "rw",
            "integration.credential": "crwd",
        },
    ),
}
LETTERS = {"create": "c", "read": "r", "write": "w", "unlink": "d"}


class TestRights(CoreCase):
    def test_every_role_on_every_model(self):
        for role, models in RIGHTS.items():
            for name in (*MODELS, "integration.credential"):
                model = self.env[name].with_user(getattr(self, role))
                for operation, letter in LETTERS.items():
                    with self.subTest(role=role, model=name, operation=operation):
                        self.assertEqual(
                            model.has_access(operation), letter in models.get(name, "")
                        )

    def test_no_role_implies_another(self):
        roles = {
            role: self.env.ref(f"integration_core.group_{role}") for role in RIGHTS
        }
        for role, group in roles.items():
            for other, implied in roles.items():
                if role != other:
                    self.assertNotIn(implied, group.all_implied_ids, (role, other))

    def test_another_companys_rows_are_invisible(self):
        self._feed("c1", {"name": "A"})
        bad = self._feed("c2", {"name": "A", "email": 5})
        self.assertTrue(bad.exception_id)
        company = self.env["res.company"].create({"name": "Other Ltd"})
        stranger = new_test_user(
            self.env,
            login="stranger",
            groups="integration_core.group_manager,integration_core.group_operator",
            company_id=company.id,
            company_ids=[(6, 0, company.ids)],
        )
        self.env["integration.credential"]._store(self.connector, "api_key", "x")
        for name in (*MODELS, "integration.credential"):
            mine = self.env[name].sudo().search([("company_id", "!=", company.id)])
            theirs = self.env[name].with_user(stranger)
            self.assertFalse(theirs.search([]), name)
            if mine:
                with self.assertRaises(AccessError, msg=name):
                    theirs.browse(mine[0].id).read(["company_id"])


class TestApproval(CoreCase):
    def _ready(self):
        connector = self._connector("Second").with_user(self.manager)
        connector.action_test_connection()
        self._flow("customer", self.mapping, connector.sudo())
        self.env["integration.credential"]._store(
            connector.sudo(), "webhook_secret", "s"
        )
        return connector

    def test_second_person_activates(self):
        connector = self._ready()
        connector.action_submit()
        self.assertEqual(connector.state, "review")
        with self.assertRaises(UserError):
            connector.action_approve()
        connector.with_user(self.second).action_approve()
        self.assertEqual(connector.state, "active")

    def test_nobody_but_a_manager_approves(self):
        connector = self._ready()
        connector.action_submit()
        for person in (self.operator, self.designer, self.auditor):
            with self.assertRaises(UserError):
                connector.with_user(person).action_approve()

    def test_edit_after_submission_voids_it(self):
        connector = self._ready()
        connector.action_submit()
        connector.base_url = "https://elsewhere.example"
        with self.assertRaises(UserError):
            connector.with_user(self.second).action_approve()

    def test_new_secret_after_submission_voids_it(self):
        connector = self._ready()
        connector.action_submit()
        self.env["integration.credential"].with_user(self.manager).create(
            {"connector_id": connector.id, "kind": "api_key", "value": "another"}
        )
        with self.assertRaises(UserError):
            connector.with_user(self.second).action_approve()

    def test_no_way_round_by_rpc(self):
        connector = self._ready()
        for values in ({"state": "active"}, {"account_ref": "x"}):
            with self.assertRaises(AccessError):
                connector.write(values)
        fresh = self.env["integration.connector"].with_user(self.manager)
        made = fresh.create(
            {"name": "x", "system": connector.system, "state": "active"}
        )
        self.assertEqual(made.state, "draft")
        connector.action_submit()
        request = self.env["integration.approval"].search(
            [("res_id", "=", connector.id), ("state", "=", "requested")]
        )
        with self.assertRaises(AccessError):
            request.with_user(self.second).write({"state": "approved"})
        with self.assertRaises(AccessError):
            request.with_user(self.second).write({"requester_id": self.second.id})

    def test_expired_request(self):
        connector = self._ready()
        connector.action_submit()
        request = self.env["integration.approval"].search(
            [("res_id", "=", connector.id)]
        )
        request.sudo().expires_at = "2020-01-01"
        with self.assertRaises(UserError):
            connector.with_user(self.second).action_approve()

    def test_refusal_needs_a_reason(self):
        connector = self._ready()
        connector.action_submit()
        request = (
            self.env["integration.approval"]
            .search([("res_id", "=", connector.id)])
            .with_user(self.second)
        )
        with self.assertRaises(UserError):
            request.action_refuse()
        request.decision_reason = "wrong account"
        request.action_refuse()
        self.assertEqual((connector.state, request.state), ("draft", "refused"))

    def test_settings_of_a_working_connector_are_closed(self):
        with self.assertRaises(UserError):
            self.connector.with_user(self.manager).base_url = "https://x.example"
        self.connector.with_user(self.manager).action_suspend()
        self.connector.with_user(self.manager).base_url = "https://x.example"

    def test_new_form_opens(self):
        """Every computed field has an answer for a record that is not saved yet."""
        for name in (*MODELS[:4], "integration.mapping", "integration.credential"):
            fresh = self.env[name].with_user(self.manager).new({})
            for field in fresh._fields.values():
                if not field.groups:
                    fresh.mapped(field.name)

    def test_gaps_are_named(self):
        connector = self._connector("Empty").with_user(self.manager)
        with self.assertRaises(UserError) as caught:
            connector.action_submit()
        self.assertIn("Test connection", str(caught.exception))
        self.assertIn("Flows", str(caught.exception))


class TestEnvironment(CoreCase):
    def test_connector_of_another_environment_stands_still(self):
        self.assertTrue(self.connector._may_work())
        with patch.dict(os.environ, {"INTEGRATION_ENVIRONMENT": "production"}):
            self.connector.invalidate_recordset()
            self.assertFalse(self.connector._may_work())
            self.assertFalse(self.connector.environment_matches)

    def test_neutralised_copy_is_harmless(self):
        self.env["integration.credential"]._store(self.connector, "api_key", "x")
        token = self.connector.webhook_token
        self.env.flush_all()
        with file_open("integration_core/data/neutralize.sql") as handle:
            self.env.cr.execute(handle.read())
        self.env.invalidate_all()
        self.assertEqual(self.connector.state, "retired")
        self.assertFalse(self.connector._may_work())
        self.assertNotEqual(self.connector.webhook_token, token)
        self.assertFalse(any(self.connector.credential_ids.mapped("stored_at")))
        self.assertEqual(self.flow.mode, "paused")
        self.assertFalse(self.env.ref("integration_core.cron_sweep").active)


class TestLog(CoreCase):
    """The sync log is append-only, whoever asks."""

    def _refused(self, query: str):
        with (
            mute_logger("odoo.sql_db"),
            self.assertRaises(psycopg2.errors.InsufficientPrivilege),
            self.env.cr.savepoint(),
        ):
            self.env.cr.execute(query)

    def test_database_refuses(self):
        self._feed("c1", {"name": "A"})
        self._refused("UPDATE integration_job_log SET status = 'error'")
        self._refused("DELETE FROM integration_job_log")
        self._refused("TRUNCATE integration_job_log CASCADE")

    def test_retention_setting_spares_the_young(self):
        self._feed("c1", {"name": "A"})
        self.env.cr.execute("SET LOCAL integration.retention = 'on'")
        self._refused("DELETE FROM integration_job_log")

    def test_seal_covers_what_may_be_erased(self):
        event = self._feed("c1", {"name": "A"})
        log = self._logs(event)
        self.assertEqual(log.detail_hash, canonical.digest(log.message, log.diff))
        log.detail_ids.sudo().unlink()
        log.invalidate_recordset()
        self.assertEqual(log.message, "(erased)")
        self.assertTrue(log.detail_hash)

    def test_search_by_words(self):
        event = self._feed("c1", {"name": "Searchable Ltd"})
        found = self.env["integration.job.log"].search(
            [("message", "ilike", "searchable")]
        )
        self.assertIn(self._logs(event), found)


class TestLedgers(CoreCase):
    def test_effect_happens_once_for_an_account(self):
        effects = self.env["integration.effect"]
        self.connector.sudo().account_ref = "acct_1"
        twin = self._connector("Twin")
        twin.sudo().account_ref = "acct_1"
        key = effects._key(self.connector, "invoice:7", "pay")
        self.assertEqual(key, effects._key(twin, "invoice:7", "pay"))
        row = {"key": key, "model": "res.partner", "res_id": 1, "event_id": 1}
        effects._record(self.env.company, [row])
        self.assertIn(key, effects._happened([key]))
        with (
            mute_logger("odoo.sql_db"),
            self.assertRaises(psycopg2.errors.UniqueViolation),
            self.env.cr.savepoint(),
        ):
            effects._record(self.env.company, [row])

    def test_linked_partner_cannot_be_deleted(self):
        self._feed("c1", {"name": "A"})
        with self.assertRaises(UserError):
            self._partner("c1").unlink()

    def test_link_is_given_up_for_a_reason(self):
        self._feed("c1", {"name": "A"})
        partner, link = self._partner("c1"), self._link("c1")
        with self.assertRaises(UserError):
            link.with_user(self.operator)._unlink_with_reason("wrong")
        with self.assertRaises(UserError):
            link.with_user(self.manager)._unlink_with_reason(" ")
        link.with_user(self.manager)._unlink_with_reason("wrong customer")
        self.assertFalse(self._link("c1"))
        log = self.env["integration.job.log"].search([("operation", "=", "unlink")])
        self.assertEqual((log.res_id, log.actor_id), (partner.id, self.manager))
        partner.unlink()

    def test_links_follow_a_merge_of_partners(self):
        self._feed("c1", {"name": "A"})
        self._feed("c2", {"name": "B"})
        target, source = self._partner("c1"), self._partner("c2")
        wizard = self.env["base.partner.merge.automatic.wizard"].create({})
        wizard._merge((target | source).ids, target)
        self.assertFalse(source.exists())
        self.assertEqual(self._partner("c2"), target)
        self.assertTrue(self._link("c1").primary)
        self.assertFalse(self._link("c2").primary)
        self._feed("c2", {"name": "B2"}, 101)
        self.assertEqual(target.name, "B2")

    def test_one_primary_object_a_record(self):
        self._feed("c1", {"name": "A"})
        row = {
            "entity": "customer",
            "external_id": "c2",
            "model": "res.partner",
            "res_id": self._partner("c1").id,
        }
        with (
            mute_logger("odoo.sql_db"),
            self.assertRaises(psycopg2.errors.UniqueViolation),
            self.env.cr.savepoint(),
        ):
            self.env["integration.external.id"]._bind(self.connector, [row])


class TestMapping(CoreCase):
    def test_approved_version_stays_as_it_is(self):
        mapping = self.mapping.with_user(self.designer)
        with self.assertRaises(UserError):
            mapping.line_ids[0].source = "other"
        with self.assertRaises(UserError):
            mapping.line_ids[0].unlink()
        with self.assertRaises(UserError):
            mapping.state = "draft"

    def test_new_version_is_a_draft_with_all_lines(self):
        mapping = self.mapping.with_user(self.designer)
        draft = mapping.browse(mapping.action_new_version()["res_id"])
        self.assertEqual((draft.state, draft.version), ("draft", 91))
        self.assertEqual(
            draft._compile().mapping.apply({"name": "A"}),
            mapping._compile().mapping.apply({"name": "A"}),
        )
        draft.line_ids[0].source = "other"

    def test_second_person_puts_a_version_into_use(self):
        mapping = self.mapping.with_user(self.designer)
        draft = mapping.browse(mapping.action_new_version()["res_id"])
        draft.action_submit()
        for person in (self.designer, self.operator):
            with self.assertRaises(UserError):
                draft.with_user(person).action_approve()
        draft.with_user(self.manager).action_approve()
        self.assertEqual((draft.state, self.mapping.state), ("approved", "retired"))
        self.assertEqual(self.flow.mapping_id.id, draft.id)

    def test_version_changed_after_submission_is_not_approved(self):
        mapping = self.mapping.with_user(self.designer)
        draft = mapping.browse(mapping.action_new_version()["res_id"])
        draft.action_submit()
        draft.line_ids[0].source = "other"
        with self.assertRaises(UserError):
            draft.with_user(self.manager).action_approve()

    def test_sources_never_calculate(self):
        draft = self.mapping.browse(self.mapping.action_new_version()["res_id"])
        with self.assertRaises(ValidationError):
            draft.line_ids[0].source = "sum(lines[].amount)"
        with self.assertRaises(ValidationError):
            draft.line_ids[0].source = "a[?"

    def test_change_of_mapping_applies_again(self):
        self._feed("c1", {"name": "A", "nick": "B"}, 100)
        draft = self.mapping.browse(self.mapping.action_new_version()["res_id"])
        draft.line_ids.filtered(lambda line: line.target == "name").source = "nick"
        draft.sudo().state = "approved"
        self.flow.mapping_id = draft
        event = self._feed("c1", {"name": "A", "nick": "B"}, 101)
        self.assertEqual(event.state, "done")
        self.assertEqual(self._partner("c1").name, "B")

    def test_value_map_ambiguity_is_refused(self):
        line = {"external_value": "a", "canonical_value": "1"}
        with (
            mute_logger("odoo.sql_db"),
            self.assertRaises(psycopg2.errors.UniqueViolation),
            self.env.cr.savepoint(),
        ):
            self.env["integration.value.map"].create(
                {
                    "name": "Kinds",
                    "code": "kinds",
                    "line_ids": [(0, 0, line), (0, 0, dict(line, canonical_value="2"))],
                }
            )

    def test_unmapped_value_is_for_a_person(self):
        draft = self.mapping.browse(self.mapping.action_new_version()["res_id"])
        line = draft.line_ids.filtered(lambda line: line.target == "reference")
        line.value_map_id = self.env["integration.value.map"].create(
            {
                "name": "References",
                "code": "references",
                "line_ids": [(0, 0, {"external_value": "a", "canonical_value": "1"})],
            }
        )
        draft.sudo().state = "approved"
        self.flow.mapping_id = draft
        self._feed("c1", {"name": "A", "reference": "a"})
        self.assertEqual(self._partner("c1").ref, "1")
        event = self._feed("c2", {"name": "A", "reference": "z"})
        self.assertEqual((event.state, event.error_class), ("review", "mapping"))


class TestPeople(CoreCase):
    def test_skip_needs_a_reason_and_is_logged(self):
        event = self._feed("c1", {"name": "A", "email": 5})
        with self.assertRaises(UserError):
            event.with_user(self.operator)._skip_with_reason(" ")
        event.with_user(self.operator)._skip_with_reason("test data")
        self.assertEqual(event.state, "cancelled")
        log = self._logs(event)[:1]
        self.assertEqual((log.operation, log.actor_id), ("skip", self.operator))
        self.assertFalse(event.exception_id)

    def test_auditor_changes_nothing(self):
        event = self._feed("c1", {"name": "A", "email": 5}).with_user(self.auditor)
        for act in (event.action_retry, event.action_skip):
            with self.assertRaises(AccessError):
                act()
        with self.assertRaises(AccessError):
            event.write({"state": "done"})

    def test_nobody_writes_a_message_directly(self):
        event = self._feed("c1", {"name": "A"}).with_user(self.manager)
        with self.assertRaises(AccessError):
            event.write({"state": "pending"})

    def test_sweeper_lists_what_was_forgotten(self):
        event = self._feed("c1", {"name": "A", "email": 5})
        event.exception_id.sudo().unlink()
        self.env["integration.sweeper"]._open_missing_exceptions()
        event.invalidate_recordset()
        self.assertTrue(event.exception_id)
