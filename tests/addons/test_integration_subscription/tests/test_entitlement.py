# Copyright 2026 Odoo Integration Suite contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl)
from datetime import datetime

import psycopg2

from odoo.exceptions import AccessError
from odoo.tests import new_test_user, tagged
from odoo.tools import mute_logger

from .common import SubscriptionCase


@tagged("post_install", "-at_install")
class TestEntitlement(SubscriptionCase):
    """What a customer may use is mirrored as the whole set that it is."""

    def _granted(self, *keys):
        """Check what is granted now; the rows."""
        rows = self.partner._integration_entitlements()
        self.assertEqual(sorted(rows.mapped("lookup_key")), sorted(keys))
        return rows

    def test_granted_withdrawn_granted_again(self):
        event = self._tell(self._set("api", sso="Single sign-on"))
        self.assertEqual(event.state, "done", event.error)
        rows = self._granted("api", "sso").sorted("lookup_key")
        self.assertEqual(rows.mapped("name"), ["api", "Single sign-on"])
        self.assertEqual(rows.mapped("partner_id"), self.partner)
        self.assertEqual(rows.mapped("company_id"), self.company)
        self.assertEqual(rows[1].external_id, "ent_sso")
        self.assertEqual(rows[1].feature_ref, "feat_sso")
        first = rows[1]
        log = self._logs(event)
        self.assertEqual(log.model, "integration.entitlement.summary")
        self.assertEqual(
            log.diff["entitlement_ids"], [None, "Single sign-on, api"], log.diff
        )

        # One goes, one comes: what went stays as history.
        self._tell(self._set("api", "logs"), 200)
        self._granted("api", "logs")
        self.assertEqual(first.state, "ended")
        self.assertGreaterEqual(first.ended_at, first.since)
        self.assertTrue(self.partner._is_entitled("logs"))
        self.assertFalse(self.partner._is_entitled("sso"))
        self.assertFalse(self.partner._is_entitled("API"))

        # Granted again, without its name: a period of its own.
        self._tell(self._set("sso"), 300)
        again = self._granted("sso")
        self.assertNotEqual(again, first)
        self.assertEqual(again.name, "Single sign-on")
        summary = again.summary_id
        self.assertEqual(len(summary.entitlement_ids), 4)

        # Nothing any more.
        self._tell(self._set(), 400)
        self._granted()
        self.assertEqual(len(summary.entitlement_ids), 4)
        self.assertEqual(set(summary.entitlement_ids.mapped("state")), {"ended"})

    def test_a_name_that_changed(self):
        self._tell(self._set(api="API"))
        row = self._granted("api")
        event = self._tell(self._set(api="API access"), 200)
        self.assertEqual(self._granted("api"), row)
        self.assertEqual(row.name, "API access")
        self.assertEqual(
            self._logs(event).diff["entitlement_ids"], ["API", "API access"]
        )

    def test_order_and_duplicates(self):
        self._tell(self._set("api"), 300)
        late = self._tell(self._set("api", "sso"), 200)
        self.assertEqual((late.state, late.skip_reason), ("skipped", "stale"))
        same = self._tell(self._set("api"), 400)
        self.assertEqual((same.state, same.skip_reason), ("skipped", "no_change"))
        row = self._granted("api")
        twice = self._set("api", "api", "logs")
        self._tell(twice, 500)
        self.assertIn(row, self._granted("api", "logs"))
        self.assertEqual(len(row.summary_id.entitlement_ids), 2)

    def test_an_unknown_customer_is_waited_for(self):
        event = self._tell(self._set("api", customer="cus_9"), customer="cus_9")
        self.assertEqual(event.state, "waiting", event.error)
        self.assertEqual(event.waiting_for, "customer:cus_9")
        self.assertFalse(self.env["integration.entitlement"].search_count([]))

    def test_content_that_makes_no_sense(self):
        good = self._set("api")
        without_key = self._set("api")
        del without_key["entitlements"][0]["key"]
        for wrong, path in (
            ({**good, "entitlements": None}, "entitlements"),
            ({**good, "entitlements": [{"key": ""}]}, "entitlements[0].key"),
            ({**good, "entitlements": [{"key": "x" * 256}]}, "entitlements[0].key"),
            (without_key, "entitlements[0]"),
        ):
            at = self.seconds = getattr(self, "seconds", 100) + 1
            event = self._tell(wrong, at)
            self.assertEqual(event.state, "quarantine", path)
            self.assertEqual(event.error_class, "schema")
            self.assertIn(path, event.error_path)
            self.assertTrue(event.hint)
        self._granted()

    def test_whom_it_belongs_to(self):
        """A person may use what the company may, and not the other way round."""
        self._tell(self._set("api"))
        person = self.env["res.partner"].create(
            {"name": "Ann", "parent_id": self.partner.id}
        )
        self.assertTrue(person._is_entitled("api"))
        row = self._granted("api")
        row.summary_id.sudo().partner_id = person
        self.assertFalse(self.partner._is_entitled("api"))
        self.assertTrue(person._is_entitled("api"))
        both = self.partner | person
        both.invalidate_recordset()
        self.assertEqual(both.mapped("integration_entitlement_count"), [1, 1])
        elsewhere = self.env["res.company"].create({"name": "Another company"})
        self.assertFalse(
            person.with_company(elsewhere)
            .with_context(allowed_company_ids=elsewhere.ids)
            ._is_entitled("api")
        )

    def test_customers_that_people_merge(self):
        """Odoo's own merge: the survivor has what both had, and what comes next."""
        other = self.env["res.partner"].create({"name": "The same", "email": "s@x.eu"})
        self._tell(self._set("api"))
        row = self._granted("api")
        row.summary_id.sudo().partner_id = other
        self._granted()
        wizard = self.env["base.partner.merge.automatic.wizard"].create({})
        wizard._merge([self.partner.id, other.id], self.partner)
        self.env.invalidate_all()
        self.assertEqual(self._granted("api"), row)
        self._tell(self._set("sso"), 200)
        self._granted("sso")
        self.assertEqual(row.state, "ended")

    def test_where_people_see_it(self):
        self._tell(self._set("api", "sso"))
        self._tell(self._set("api"), 200)
        record = self._bring_subscription(self._subscription())
        self.assertEqual(record.entitlement_count, 1)
        rows = self.env["integration.entitlement"]
        for action in (
            record.action_open_entitlements(),
            self.partner.action_open_integration_entitlements(),
        ):
            self.assertEqual(action["res_model"], rows._name)
            self.assertEqual(len(rows.search(action["domain"])), 2)
        row = self._granted("api")
        self.assertIn("api", row.display_name)
        log = row.action_open_integration_log()
        self.assertTrue(self.env[log["res_model"]].search_count(log["domain"]))

    def test_only_the_connector_writes(self):
        event = self._tell(self._set("api"))
        self.assertEqual(event.state, "done")
        row = self._granted("api")
        for groups, reads in (
            ("base.group_user", False),
            ("account.group_account_readonly", True),
            ("integration_core.group_auditor", True),
            ("integration_core.group_manager", True),
        ):
            user = new_test_user(
                self.env,
                login=groups,
                groups=groups,
                company_id=self.company.id,
                company_ids=[(6, 0, self.company.ids)],
            )
            seen = row.with_user(user)
            self.assertEqual(seen.has_access("read"), reads, groups)
            for operation in ("write", "create", "unlink"):
                self.assertFalse(seen.has_access(operation), (groups, operation))
                self.assertFalse(row.summary_id.with_user(user).has_access(operation))
            if not reads:
                with self.assertRaises(AccessError):
                    self.partner.with_user(user)._is_entitled("api")
        with mute_logger("odoo.sql_db"), self.assertRaises(psycopg2.Error):
            with self.env.cr.savepoint():
                row.sudo().create(
                    {
                        "summary_id": row.summary_id.id,
                        "name": "Twice",
                        "lookup_key": "api",
                        "since": datetime(2026, 1, 1),
                    }
                )

    def test_compare_only_writes_nothing(self):
        self.flows["entitlement"].mode = "shadow"
        event = self._tell(self._set("api"))
        self.assertEqual((event.state, event.skip_reason), ("skipped", "shadow"))
        self.assertFalse(self.env["integration.entitlement.summary"].search_count([]))
