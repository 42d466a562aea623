# Copyright 2026 Odoo Integration Suite contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl)
from odoo.exceptions import AccessError, UserError
from odoo.service.model import call_kw
from odoo.tests import tagged

from .common import SYSTEM, CoreCase


class AttackCase(CoreCase):
    """What somebody tries who calls the hub from outside and chooses the context."""

    def _call(self, person, records, method, *args, **kwargs):
        """As every call from outside: through the gate of all RPC."""
        without = ("create", "load", "message_new")
        ids = [] if method in without else [records.ids]
        return call_kw(
            records.with_user(person).browse(), method, [*ids, *args], kwargs
        )

    def _create(self, person, model: str, values: dict, **context):
        records = self.env[model]
        found = self._call(person, records, "create", [values], context=context)
        return records.browse(found if isinstance(found, list) else [found])


@tagged("post_install", "-at_install")
class TestDefaultsFromOutside(AttackCase):
    """A default of the context is a value as well."""

    def _new_mapping(self, person, **context):
        return self._create(
            person,
            "integration.mapping",
            {"name": "Mine", "system": SYSTEM, "entity": "customer", "version": 95},
            **context,
        )

    def test_mapping_begins_as_a_draft(self):
        for state in ("approved", "retired"):
            mapping = self._new_mapping(
                self.designer,
                default_state=state,
                default_approved_by_id=self.manager.id,
                default_shipped_by="integration_core",
            )
            self.assertEqual(mapping.state, "draft")
            self.assertFalse(mapping.approved_by_id)
            self.assertFalse(mapping.shipped_by)
            mapping.unlink()

    def test_one_manager_does_not_revert_to_what_nobody_approved(self):
        mapping = self._new_mapping(self.manager, default_state="retired")
        wizard = self._create(
            self.manager,
            "integration.mapping.revert",
            {"mapping_id": mapping.id, "reason": "because"},
        )
        with self.assertRaises(UserError):
            self._call(self.manager, wizard, "action_confirm")
        self.assertEqual(self.flow.mapping_id, self.mapping)

    def test_own_default_of_a_person_counts_as_little(self):
        """Kept with *Set default*, in Odoo's developer mode."""
        self.env["ir.default"].set(
            "integration.mapping", "state", "approved", user_id=self.designer.id
        )
        self.assertEqual(self._new_mapping(self.designer).state, "draft")

    def test_new_version_is_a_draft(self):
        self._call(
            self.designer,
            self.mapping,
            "action_new_version",
            context={"default_state": "approved"},
        )
        newest = self.mapping._siblings()[:1]
        self.assertEqual((newest.version, newest.state), (91, "draft"))

    def test_connector_begins_as_a_draft(self):
        connector = self._create(
            self.manager,
            "integration.connector",
            {"name": "Mine", "system": SYSTEM},
            default_state="active",
            default_account_ref="acct_x",
        )
        self.assertEqual(connector.state, "draft")
        self.assertFalse(connector.account_ref)

    def test_flow_does_not_bring_its_own_agreement(self):
        connector = self._connector("Other")
        flow = self._create(
            self.designer,
            "integration.flow",
            {
                "connector_id": connector.id,
                "entity": "customer",
                "mapping_id": self.mapping.id,
                "mode": "paused",
            },
            default_live_hash="x",
        )
        self.assertFalse(flow.live_hash)

    def test_override_of_one_record_is_made_on_the_record(self):
        partner = self.env["res.partner"].create({"name": "Ann"})
        context = {
            "default_model": "res.partner",
            "default_res_id": partner.id,
            "default_valid_to": "2999-01-01 00:00:00",
        }
        values = {"entity": "customer", "field": "phone", "owner": "odoo"}
        rule = self._create(self.designer, "integration.ownership", values, **context)
        self.assertFalse(rule.res_id)
        self.assertFalse(rule.model)

    def test_request_is_not_born_approved(self):
        self.flow.action_shadow()
        self._call(
            self.designer,
            self.flow,
            "action_go_live",
            context={
                "default_state": "approved",
                "default_approver_id": self.manager.id,
                "default_change_state": "sent",
            },
        )
        request = self._newest_request()
        self.assertEqual(request.requester_id, self.designer)
        self.assertEqual(request.state, "requested")
        self.assertFalse(request.approver_id)
        self.assertFalse(request.change_state)

    def test_kept_defaults_approve_nothing(self):
        values = {
            "state": "approved",
            "approver_id": self.manager.id,
            "decision_reason": "fine",
        }
        for name, value in values.items():
            self.env["ir.default"].set(
                "integration.approval", name, value, user_id=self.designer.id
            )
        self.flow.action_shadow()
        self._call(self.designer, self.flow, "action_go_live")
        request = self._newest_request()
        self.assertEqual(request.requester_id, self.designer)
        self.assertEqual(request.state, "requested")
        self.assertFalse(request.approver_id)
        self.assertFalse(request.decision_reason)

    def _newest_request(self):
        return self.env["integration.approval"].search([], order="id desc", limit=1)


@tagged("post_install", "-at_install")
class TestWhatLeaves(AttackCase):
    """A flow that sends, at work: more than was agreed to does not leave."""

    def setUp(self):
        super().setUp()
        mapping = self.env["integration.mapping"].create(
            {
                "name": "Out",
                "system": SYSTEM,
                "entity": "customer",
                "direction": "out",
                "version": 90,
            }
        )
        mapping.sudo().state = "approved"
        self.sending = self.env["integration.flow"].create(
            {
                "connector_id": self.connector.id,
                "entity": "customer",
                "direction": "out",
                "mapping_id": mapping.id,
                "mode": "live",
            }
        )
        self.email = self.sending.leaving_ids.filtered(lambda x: x.name == "email")
        self.email.send = False

    def test_what_stays_does_not_get_another_name(self):
        other = self._connector("Other")
        flow = self.sending.copy({"connector_id": other.id, "mode": "shadow"})
        for values in ({"name": "other"}, {"flow_id": flow.id}):
            with self.assertRaises(AccessError):
                self._call(self.designer, self.email, "write", values)
            with self.assertRaises(AccessError):
                self._call(
                    self.designer,
                    self.sending,
                    "web_save",
                    {"leaving_ids": [(1, self.email.id, values)]},
                    {},
                )
        self.assertIn("email", self.sending._withheld_keys())

    def test_deletions_need_a_second_person(self):
        for person in (self.designer, self.manager):
            with self.assertRaisesRegex(UserError, "at work"):
                self._call(person, self.sending, "write", {"send_deletions": True})
        self.sending.send_deletions = True
        self._call(self.designer, self.sending, "write", {"send_deletions": False})
        self.assertFalse(self.sending.send_deletions)

    def test_readers_stop_no_load(self):
        self.flow.load_state = "running"
        with self.assertRaises(AccessError):
            self._call(self.auditor, self.flow, "action_stop_load")
        self._call(self.operator, self.flow, "action_stop_load")
        self.assertEqual(self.flow.load_state, "stopping")


@tagged("post_install", "-at_install")
class TestWhoDrafted(AttackCase):
    def test_a_context_hides_nobody_who_changed_a_mapping(self):
        draft, _copies = self.mapping.with_user(self.designer)._copy_version()
        line = draft.top_line_ids[0]
        self._call(
            self.manager,
            line,
            "write",
            {"source": "email"},
            context={"install_mode": True, "install_module": "integration_core"},
        )
        draft.with_user(self.designer).action_submit()
        self.assertIn(self.manager, draft.change_ids.user_id)
        with self.assertRaises(UserError):
            self._call(self.manager, draft, "action_approve")
        self.assertEqual(draft.state, "draft")

    def test_nobody_ships_a_mapping_but_an_addon(self):
        mapping = self._create(
            self.designer,
            "integration.mapping",
            {"name": "Mine", "system": SYSTEM, "entity": "customer", "version": 97},
            install_mode=True,
            install_module="integration_core",
        )
        self.assertFalse(mapping.shipped_by)


@tagged("post_install", "-at_install")
class TestGate(AttackCase):
    """Public methods of Odoo that write what the caller gives them."""

    def setUp(self):
        super().setUp()
        self.env["integration.ownership"].search([]).unlink()
        self.operator.group_ids += self.env.ref("base.group_partner_manager")
        self._feed("cus_1", {"name": "Azure", "phone": "+32 1", "reference": "A1"})
        self.partner = self._partner("cus_1")
        for name in ("phone", "ref", "parent_id"):
            if name in self.env["integration.entity"]._for("customer")._rule_fields():
                self.env["integration.ownership"].create(
                    {"entity": "customer", "field": name, "owner": SYSTEM}
                )

    def _assert_refused(self, records, method, *args, **kwargs):
        # Not the one with a pattern: only this one rolls back as a request does.
        with self.assertRaises(UserError) as caught:
            self._call(self.operator, records, method, *args, **kwargs)
        self.assertIn("belongs to", str(caught.exception))
        self.env.flush_all()
        self.env.invalidate_all()
        self.assertEqual(self.partner.phone, "+32 1")

    def test_numbering_of_a_list(self):
        self._assert_refused(
            self.partner,
            "web_resequence",
            specification={},
            field_name="phone",
            offset=4930123,
        )

    def test_message_that_updates(self):
        self._assert_refused(self.partner, "message_update", {}, {"phone": "+32 9"})

    def test_through_a_new_record(self):
        commands = [(1, self.partner.id, {"phone": "+32 9"})]
        partners = self.env["res.partner"]
        other = partners.create({"name": "Other", "is_company": True})
        new = {"name": "New", "child_ids": commands}
        self._assert_refused(partners, "create", [new])
        self._assert_refused(other, "copy", {"child_ids": commands})
        self._assert_refused(partners, "message_new", {"subject": "x"}, new)

    def test_texts_of_all_languages(self):
        guard = self.env["integration.write.guard"]
        given = guard._given(
            self.partner, "web_override_translations", {"values": {"phone": "+32 9"}}
        )
        with self.assertRaisesRegex(UserError, "belongs to"):
            guard._check(*given[0])

    def test_by_a_field_that_is_computed_from_it(self):
        self.env["integration.ownership"].create(
            {"entity": "customer", "field": "is_company", "owner": SYSTEM}
        )
        self._feed("cus_1", {"name": "Azure", "is_company": True}, 200)
        self.assertTrue(self.partner.is_company)
        kinds = [{"company_type": "person"}, {"is_company": False}]
        for vals in kinds:
            self._assert_refused(self.partner, "write", vals)
            self._assert_refused(self.partner, "web_save", vals, {})
        answer = self._call(
            self.operator,
            self.partner,
            "load",
            [".id", "company_type"],
            [[str(self.partner.id), "person"]],
        )
        self.assertIn("belongs to", answer["messages"][0]["message"])
        self.env.invalidate_all()
        self.assertTrue(self.partner.is_company)
        same = {"company_type": "company", "comment": "mine"}
        self._call(self.operator, self.partner, "write", same)

    def test_free_to_copy_and_to_number(self):
        self._call(self.operator, self.partner, "copy")
        self._call(
            self.operator,
            self.partner,
            "web_resequence",
            specification={},
            field_name="color",
            offset=3,
        )
        self.assertEqual(self.partner.color, 3)
