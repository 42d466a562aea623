# Copyright 2026 Odoo Integration Suite contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl)
import copy
from datetime import timedelta
from unittest.mock import patch

from freezegun import freeze_time

from odoo import fields
from odoo.exceptions import AccessError, UserError

from .common import CoreCase


class TestSchemaChange(CoreCase):
    """A new version of a data format, and those who rely on the one before."""

    def setUp(self):
        super().setUp()
        self.live = self.env["integration.schema"].search(
            [("entity", "=", "customer"), ("state", "=", "live")]
        )
        self.document = copy.deepcopy(self.live._document())
        schemas = self.registry["integration.schema"]
        original = schemas._document

        # The file of a version that no addon ships yet.
        def document(schema):
            if schema.entity == "customer" and schema.version == 2:
                return self.document
            return original(schema)

        self.startPatcher(patch.object(schemas, "_document", document))
        self.draft = self.env["integration.schema"].create(
            {"entity": "customer", "version": 2, "module": "integration_core"}
        )
        self.fields = self.document["properties"]
        # Whatever else the database exchanges has no part in this.
        others = self.env["integration.connector"].search([]) - self.connector
        others.sudo().state = "retired"

    def _changed(self):
        self.draft.invalidate_recordset()
        self.env.registry.clear_cache()
        return self.draft

    def _publish(self):
        self._changed().with_user(self.designer).action_submit()
        self.draft.with_user(self.manager).action_approve()

    def _refused(self, *words):
        self._changed()
        with self.assertRaises(UserError) as refused:
            self.draft.with_user(self.designer).action_submit()
        for word in (self.flow.display_name, *words):
            self.assertIn(word, str(refused.exception))
        self.assertEqual(self.draft.hit_flow_ids, self.flow)
        self.assertFalse(
            self.env["integration.approval"]._open_for(self.draft, "publish")
        )

    def test_harmless_version_needs_a_second_person(self):
        self.fields["nickname"] = {"type": ["string", "null"]}
        self._changed()
        self.assertFalse(self.draft.breaking_count)
        self.assertIn("nickname", self.draft.compare_table["rows"][0]["label"])
        with self.assertRaises(AccessError):
            self.draft.with_user(self.operator).action_submit()
        self.draft.with_user(self.designer).action_submit()
        with self.assertRaises(UserError):
            self.draft.with_user(self.designer).action_approve()
        self.assertEqual(self.draft.state, "draft")
        self.draft.with_user(self.manager).action_approve()
        self.assertEqual((self.draft.state, self.live.state), ("live", "sunset"))
        self.assertTrue(self.live.sunset_date)

    def test_nobody_writes_the_state(self):
        for person in (self.designer, self.manager):
            with self.assertRaises(AccessError):
                self.draft.with_user(person).state = "live"

    def test_removed_field_that_a_flow_fills(self):
        del self.fields["phone"]
        self._refused("phone: was removed", self.mapping.display_name)
        row = self.draft.compare_table["rows"][0]
        self.assertEqual((row["label"], row["status"]), ("phone", "problem"))
        self.assertEqual(row["cells"]["flows"], self.flow.display_name)

    def test_removed_field_that_nobody_fills(self):
        del self.fields["website"]
        self._publish()
        self.assertEqual(self.draft.state, "live")

    def test_field_that_is_required_now(self):
        self.document["required"].append("website")
        self._refused("website: is required now")
        self.document["required"].remove("website")
        self.document["required"].append("name")
        self._publish()

    def test_narrower_field_needs_a_test_that_shows_it_fits(self):
        self.fields["reference"]["maxLength"] = 5
        self._refused("reference: has a stricter maxLength")
        test = self.mapping._keep_as_test("Long", {"name": "A", "reference": "123456"})
        self._refused("reference")
        test.unlink()
        self.mapping._keep_as_test("Short", {"name": "A", "reference": "12345"})
        self._publish()

    def test_retired_connector_is_not_hit(self):
        del self.fields["phone"]
        self._refused("phone")
        self.connector.sudo().state = "retired"
        self._publish()

    def test_flow_added_after_submission_is_met_at_approval(self):
        del self.fields["website"]
        self._changed().with_user(self.designer).action_submit()
        line = {"mapping_id": self.mapping.id, "target": "website", "source": "url"}
        self.mapping.line_ids.sudo().create(line)
        with self.assertRaises(UserError):
            self.draft.with_user(self.manager).action_approve()
        self.assertEqual(self.live.state, "live")

    def test_records_of_the_ending_version_are_taken_until_its_day(self):
        del self.fields["website"]
        self._publish()
        schemas, old = self.env["integration.schema"], {"external_id": "1"}
        old["website"] = "https://example.com"
        schemas._check("customer", old)
        after = self.live.sunset_date + timedelta(days=1)
        with freeze_time(after), self.assertRaisesRegex(Exception, "website"):
            schemas._check("customer", old)
        with self.assertRaises(AccessError):
            self.live.with_user(self.designer).action_end()
        self.live.with_user(self.manager).action_end()
        self.assertLess(self.live.sunset_date, fields.Date.today())
        with self.assertRaisesRegex(Exception, "website"):
            schemas._check("customer", old)

    def test_update_of_an_addon_undoes_no_decision(self):
        self._publish()
        loading = self.live.with_context(install_mode=True)
        loading.write({"state": "live", "module": "integration_core"})
        self.assertEqual((self.live.state, self.draft.state), ("sunset", "live"))
        third = loading.create(
            {
                "entity": "customer",
                "version": 3,
                "module": "integration_core",
                "state": "live",
            }
        )
        self.assertEqual(third.state, "draft")
