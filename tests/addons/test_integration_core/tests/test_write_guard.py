# Copyright 2026 Odoo Integration Suite contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl)
from datetime import timedelta

from odoo import fields
from odoo.exceptions import AccessError, UserError
from odoo.service.model import call_kw, get_public_method
from odoo.tests import HttpCase, tagged

from odoo.addons.base.tests.common import DISABLED_MAIL_CONTEXT

from .common import SYSTEM
from .test_ownership import OwnershipCase

REFUSED = "belongs to"


class GuardCase(OwnershipCase):
    def setUp(self):
        super().setUp()
        self._rule(owner=SYSTEM)
        self.person = self.operator

    def _call(self, records, method, *args, **kwargs):
        """As every call from outside: through the gate of all RPC."""
        ids = [] if method in ("create", "load") else [records.ids]
        return call_kw(
            records.with_user(self.person).browse(), method, [*ids, *args], kwargs
        )

    def _assert_refused(self, *args, **kwargs):
        with self.assertRaisesRegex(UserError, REFUSED):
            self._call(*args, **kwargs)
        self.env.invalidate_all()
        self.assertEqual(self.partner.phone, "+32 1")

    def _outside(self):
        return self.env["integration.job.log"].search(
            [
                ("connector_id", "=", self.connector.id),
                ("operation", "=", "override"),
                ("message", "ilike", "outside the governed flow"),
            ]
        )


@tagged("post_install", "-at_install")
class TestWriteGuard(GuardCase):
    # === PEOPLE === #

    def test_write(self):
        self._assert_refused(self.partner, "write", {"phone": "+32 9"})
        self._call(self.partner, "write", {"comment": "mine"})
        self.assertIn("mine", self.partner.comment)

    def test_save_of_the_form(self):
        self._assert_refused(self.partner, "web_save", {"phone": "+32 9"}, {})
        self._assert_refused(
            self.partner, "web_save_multi", vals_list=[{"phone": "1"}], specification={}
        )

    def test_administrator_too(self):
        self.person = self.env.ref("base.user_admin")
        self._assert_refused(self.partner, "write", {"phone": "+32 9"})

    def test_context_of_a_sync_does_not_help(self):
        self._assert_refused(
            self.partner,
            "write",
            {"phone": "+32 9"},
            context={
                "integration_connector_id": self.connector.id,
                "integration_dry_run": True,
                "install_mode": True,
                **DISABLED_MAIL_CONTEXT,
            },
        )

    def test_same_value_is_no_change(self):
        self._call(self.partner, "web_save", {"phone": "+32 1", "comment": "x"}, {})

    def test_several_records(self):
        other = self.env["res.partner"].create({"name": "Free"})
        self._assert_refused(other + self.partner, "write", {"phone": "+32 9"})
        self._call(other, "write", {"phone": "+32 9"})
        self.assertEqual(other.phone, "+32 9")

    def test_import_says_it_for_the_row(self):
        other = self.env["res.partner"].create({"name": "Free"})
        answer = self._call(
            self.partner,
            "load",
            [".id", "phone"],
            [[str(self.partner.id), "+32 9"], [str(other.id), "+32 8"]],
        )
        self.assertFalse(answer["ids"])
        message = answer["messages"][0]
        self.assertIn(REFUSED, message["message"])
        self.assertEqual(message["rows"], {"from": 0, "to": 0})
        self.assertEqual(self.partner.phone, "+32 1")

    def test_through_the_list_of_another_record(self):
        parent = self.env["res.partner"].create({"name": "Parent", "is_company": True})
        self.partner.parent_id = parent
        vals = {"child_ids": [(1, self.partner.id, {"phone": "+32 9"})]}
        self._assert_refused(parent, "web_save", vals, {})

    def test_through_a_field_that_is_inherited(self):
        user = self.env["res.users"].create(
            {"login": "azure", "name": "Azure", "partner_id": self.partner.id}
        )
        self.person = self.env.ref("base.user_admin")
        self._assert_refused(user, "write", {"phone": "+32 9"})
        self._assert_refused(
            self.env["res.users"],
            "create",
            {"login": "second", "partner_id": self.partner.id, "phone": "+32 9"},
        )

    def test_archive(self):
        self._rule("active", owner=SYSTEM)
        for method in ("action_archive", "toggle_active"):
            self._assert_refused(self.partner, method)
        self.assertTrue(self.partner.active)

    def test_translations(self):
        guard = self.env["integration.write.guard"]
        method = get_public_method(self.partner, "update_field_translations")
        args = ("phone", {"en_US": "+32 9"})
        with self.assertRaisesRegex(UserError, REFUSED):
            guard._check_call(
                self.partner, "update_field_translations", method, args, {}
            )

    def test_value_that_odoo_computes_from_what_was_entered(self):
        belgium = self.env.ref("base.be")
        state = self.env["res.country.state"].create(
            {"name": "Gent", "code": "GNT", "country_id": belgium.id}
        )
        self._rule("country_id", owner=SYSTEM)
        entered = {"state_id": state.id, "country_id": belgium.id}
        with self.assertRaisesRegex(UserError, REFUSED):
            self._call(self.partner, "web_save", {"country_id": belgium.id}, {})
        self._call(self.partner, "web_save", entered, {})
        self.assertEqual(self.partner.country_id, belgium)

    def test_rule_that_accepts(self):
        self.env["integration.ownership"].search([]).on_conflict = "accept"
        self._call(self.partner, "write", {"phone": "+32 9"})
        self.assertEqual(self.partner.phone, "+32 9")
        self.assertEqual(len(self._outside()), 1)

    def test_record_the_owner_does_not_know(self):
        self._link("cus_1").unlink()
        self._call(self.partner, "write", {"phone": "+32 9"})

    def test_connector_that_is_retired(self):
        self.connector.sudo()._set_state("retired", "")
        self._call(self.partner, "write", {"phone": "+32 9"})

    def test_business_method_called_from_outside(self):
        """Only what the caller gives is checked, not what Odoo does with it."""
        self.assertFalse(
            hasattr(get_public_method(self.partner, "name_search"), "__wrapped__.x")
        )
        method = get_public_method(self.partner, "message_subscribe")
        self.assertIs(method, type(self.partner).message_subscribe)

    def test_gate_is_as_it_was_without_rules(self):
        self.env["integration.ownership"].search([]).unlink()
        method = get_public_method(self.partner, "write")
        self.assertIs(method, type(self.partner).write)

    # === ODOO ITSELF === #

    def test_odoo_goes_through_and_is_logged(self):
        self._odoo_changes(phone="+32 9")
        self.assertEqual(self.partner.phone, "+32 9")
        log = self._outside()
        self.assertEqual(log.diff, {"phone": ["+32 1", "+32 9"]})
        self.assertEqual((log.res_id, log.status), (self.partner.id, "warning"))
        self.assertFalse(self._link("cus_1").digest)

    def test_odoo_as_superuser_is_logged_as_well(self):
        self.partner.sudo().with_context(
            integration_connector_id=self.connector.id
        ).write({"phone": "+32 9"})
        self.assertEqual(len(self._outside()), 1)

    def test_other_fields_and_equal_values_leave_no_trace(self):
        self._odoo_changes(phone="+32 1", comment="x")
        self.assertFalse(self._outside())

    def test_the_sync_leaves_no_trace(self):
        self._again(phone="+32 2")
        self.assertEqual(self.partner.phone, "+32 2")
        self.assertFalse(self._outside())

    def test_costs_nothing_where_no_rule_exists(self):
        self.env["integration.ownership"].search([]).unlink()
        free = self.env["res.partner"].create({"name": "Free"})

        def write(phone):
            self.env.flush_all()
            before = self.env.cr.sql_log_count
            free.phone = phone
            self.env.flush_all()
            return self.env.cr.sql_log_count - before

        write("+32 7")
        self.assertEqual(write("+32 8"), 1)


@tagged("post_install", "-at_install")
class TestOverride(GuardCase):
    def _override(
        self, days=3, user=None, reason="agreed with sales", names=("phone",)
    ):
        until = fields.Date.to_string(fields.Date.today() + timedelta(days=days))
        owners = self.env["integration.ownership"].with_user(user or self.operator)
        owners.override_field(
            "res.partner", self.partner.id, list(names), until, reason
        )
        return owners.search([("res_id", "=", self.partner.id)])

    def test_form_learns_what_is_owned(self):
        owners = self.env["integration.ownership"].with_user(self.operator)
        owned = owners.owned_fields("res.partner", self.partner.id)
        self.assertEqual(set(owned), {"phone"})
        self.assertTrue(owned["phone"]["may_override"])
        other = self.env["res.partner"].create({"name": "Free"})
        self.assertEqual(owners.owned_fields("res.partner", other.id), {})

    def test_odoo_decides_until_the_date(self):
        self._override()
        self._call(self.partner, "write", {"phone": "+32 9"})
        self.assertFalse(self._outside(), "an override is the governed way")
        self._again(phone="+32 2")
        self.assertEqual(self.partner.phone, "+32 9")
        self.assertEqual(self._refusals(), [{"phone": ["+32 9", "+32 2"]}])

    def test_after_its_date_the_owner_decides_again(self):
        override = self._override()
        self._call(self.partner, "write", {"phone": "+32 9"})
        override.sudo().valid_to = fields.Datetime.now() - timedelta(minutes=1)
        self._assert_guarded_again()

    def _assert_guarded_again(self):
        with self.assertRaisesRegex(UserError, REFUSED):
            self._call(self.partner, "write", {"phone": "+32 8"})
        self.env["integration.ownership"]._cron_expire()
        ended = self.env["integration.job.log"].search(
            [
                ("connector_id", "=", self.connector.id),
                ("message", "ilike", "has ended: its date is past"),
            ]
        )
        self.assertEqual(ended.res_id, self.partner.id)
        # The owner says what it always said; that is what counts again.
        self._feed("cus_1", self.first, 300)
        self.assertEqual(self.partner.phone, "+32 1")

    def test_expired_one_is_shown_as_expired(self):
        override = self._override()
        self.assertFalse(override.expired)
        override.sudo().valid_to = fields.Datetime.now() - timedelta(minutes=1)
        self.assertTrue(override.expired)

    def test_value_is_read_again_where_it_can(self):
        override = self._override()
        with self._fetching():
            override.action_end_override()
        job = self.env["queue.job"].search([("method_name", "=", "_job_read")])
        self.assertEqual(job.records.external_id, "cus_1")
        self.assertFalse(override.active)

    def test_bad_input(self):
        for days in (-1, 500):
            with self.assertRaisesRegex(UserError, "next twelve months"):
                self._override(days)
        with self.assertRaisesRegex(UserError, "Say why"):
            self._override(reason=" ")
        with self.assertRaisesRegex(UserError, "not owned"):
            self._override(names=["name"])
        owners = self.env["integration.ownership"].with_user(self.operator)
        with self.assertRaisesRegex(UserError, "next twelve months"):
            owners.override_field(
                "res.partner", self.partner.id, ["phone"], "soon", "because"
            )

    def test_who_may_override(self):
        self.designer.group_ids += self.env.ref("base.group_partner_manager")
        with self.assertRaises(AccessError):
            self._override(user=self.designer)
        with self.assertRaises(AccessError):
            self._override(user=self.auditor)

    def test_a_new_override_takes_the_place_of_one_past_its_date(self):
        first = self._override(3)
        with self.assertRaisesRegex(UserError, "can simply be changed"):
            self._override(9)
        first.sudo().valid_to = fields.Datetime.now() - timedelta(minutes=1)
        second = self._override(9, reason="takes longer")
        self.assertFalse(first.active)
        self.assertEqual((len(second), second.reason), (1, "takes longer"))

    def test_override_of_a_record_that_is_gone(self):
        override = self._override()
        self._link("cus_1").unlink()
        self.partner.unlink()
        override.sudo().valid_to = fields.Datetime.now() - timedelta(minutes=1)
        self.env["integration.ownership"]._cron_expire()
        self.assertFalse(override.active)

    def test_override_cannot_be_stretched(self):
        override = self._override().with_user(self.manager)
        with self.assertRaises(AccessError):
            override.write({"valid_to": fields.Datetime.now() + timedelta(days=900)})
        with self.assertRaises(AccessError):
            override.unlink()


@tagged("post_install", "-at_install")
class TestWriteGuardRoads(HttpCase, GuardCase):
    """The real roads from outside, over HTTP."""

    def setUp(self):
        super().setUp()
        self.person.password = "operator-password"
        self.env.flush_all()

    def test_web_client(self):
        self.authenticate(self.person.login, "operator-password")
        for method in ("write", "web_save"):
            args = [[self.partner.id], {"phone": "+32 9"}]
            args += [{}] if method == "web_save" else []
            answer = self.url_open(
                f"/web/dataset/call_kw/res.partner/{method}",
                json={
                    "params": {
                        "model": "res.partner",
                        "method": method,
                        "args": args,
                        "kwargs": {},
                    }
                },
            ).json()
            self.assertIn(REFUSED, answer["error"]["data"]["message"])

    def test_json2(self):
        key = (
            self.env["res.users.apikeys"]
            .with_user(self.person)
            ._generate("rpc", "test", fields.Datetime.now() + timedelta(days=1))
        )
        answer = self.url_open(
            "/json/2/res.partner/write",
            json={"ids": [self.partner.id], "vals": {"phone": "+32 9"}},
            headers={"Authorization": f"Bearer {key}"},
        )
        self.assertEqual(answer.status_code, 422)
        self.assertIn(REFUSED, answer.text)

    def test_xmlrpc(self):
        with self.assertRaisesRegex(Exception, REFUSED):
            self.xmlrpc_object.execute_kw(
                self.env.cr.dbname,
                self.person.id,
                "operator-password",
                "res.partner",
                "write",
                [[self.partner.id], {"phone": "+32 9"}],
            )
