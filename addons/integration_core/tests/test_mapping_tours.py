# Copyright 2026 Odoo Integration Suite contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl)
from odoo.tests import TransactionCase, tagged

from .test_tours import TourCase


@tagged("post_install", "-at_install")
class TestMappingTours(TourCase):
    """A mapping changed, tested, previewed, approved and taken back in a browser."""

    def _path(self, mapping):
        return f"integration-mappings/{mapping.id}"

    def _drafts(self):
        return self.mapping._siblings().filtered(lambda m: m.state == "draft")

    def test_version_from_draft_to_revert(self):
        self._activate()
        self.mapping._keep_as_test("Ada", {"name": "Ada", "nick": "Countess"})
        self._feed("obj_1", {"name": "Ada", "nick": "Countess"}, 1)
        self._tour(self._path(self.mapping), "integration_mapping_draft", "designer")
        draft = self._drafts()
        self.assertEqual(draft.test_ids.mapped("name"), ["Ada", "Kept"])
        self.assertEqual(draft.test_state, "passed")
        partner = self.env["res.partner"].search([("name", "=", "Countess")])
        self.assertFalse(partner, "a preview wrote")
        self._tour(self._path(draft), "integration_mapping_publish", "manager")
        self.assertEqual((self.mapping.state, draft.state), ("approved", "retired"))
        flow = self.connector.flow_ids.filtered(lambda f: f.entity == "customer")
        self.assertEqual(flow.mapping_id, self.mapping)

    def test_two_people_at_one_mapping(self):
        draft = self.mapping._copy_version()[0]
        self._tour(self._path(draft), "integration_mapping_two_people", "designer")
        email = draft.line_ids.filtered(lambda line: line.target == "email")
        self.assertEqual(email.source, "e_mail")


@tagged("post_install", "-at_install")
class TestShippedMappings(TransactionCase):
    """What the installed addons bring could be submitted as it is."""

    def test_no_shipped_mapping_has_a_problem(self):
        data = self.env["ir.model.data"].search([("model", "=", "integration.mapping")])
        mappings = self.env["integration.mapping"].browse(data.mapped("res_id"))
        if not mappings:
            self.skipTest("no addon with a mapping is installed")
        for mapping in mappings.exists():
            with self.subTest(mapping=mapping.display_name):
                self.assertFalse(mapping.problems)
                mapping._require_ready()

    def test_every_format_in_use_is_the_only_one(self):
        schemas = self.env["integration.schema"].search([("state", "=", "live")])
        self.assertEqual(len(schemas), len(set(schemas.mapped("entity"))))
