# Copyright 2026 Odoo Integration Suite contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl)
from datetime import timedelta

from odoo import fields
from odoo.tests import tagged

from .test_tours import TourCase


@tagged("post_install", "-at_install")
class TestOwnershipTours(TourCase):
    """Fields that another system owns, in a real browser."""

    def setUp(self):
        super().setUp()
        self.env["integration.ownership"].search([]).unlink()
        self._activate()
        self._feed("cus_1", {"name": "Azure Interior", "email": "old@azure.example"}, 1)
        link = self.env["integration.external.id"].search(
            [("external_id", "=", "cus_1")]
        )
        self.partner = self.env["res.partner"].browse(link.res_id)

    def _rule(self, field, owner, **kw):
        vals = {"entity": "customer", "field": field, "owner": owner, **kw}
        return self.env["integration.ownership"].create(vals)

    def test_set_a_data_owner(self):
        self._tour("integration-owners", "integration_owner_rule", "designer")
        rule = self.env["integration.ownership"].search([])
        self.assertEqual((rule.entity, rule.field), ("customer", "email"))
        self.assertEqual((rule.owner, rule.on_conflict), ("odoo", "review"))

    def test_edit_a_field_that_is_owned_elsewhere(self):
        for field in ("email", "name"):
            self._rule(field, self.system)
        # The reason and the last day of the override come from a person.
        path = f"res.partner/{self.partner.id}"
        self._tour(path, "integration_owned_field", "operator")
        self.env.invalidate_all()
        self.assertEqual(self.partner.email, "mine@azure.example")
        self.assertEqual(self.partner.name, "Azure Interior")
        override = self.env["integration.ownership"].search([("res_id", "!=", False)])
        self.assertEqual((override.field, override.reason), ("email", "moved"))
        in_a_week = fields.Datetime.now() + timedelta(days=6)
        self.assertGreater(override.valid_to, in_a_week)
        request = self.env["integration.approval"].search(
            [("res_id", "=", self.partner.id), ("model", "=", "res.partner")]
        )
        self.assertEqual(request.requester_id, self.people["operator"])
        self.assertEqual(request.state, "requested")

    def test_decide_about_a_contested_value(self):
        self._rule("email", "odoo", on_conflict="review")
        event = self._feed(
            "cus_1", {"name": "Azure Interior", "email": "new@azure.example"}, 2
        )
        self.assertEqual((event.state, event.error_class), ("review", "ownership"))
        path = f"integration-messages/{event.id}"
        self._tour(path, "integration_contested_value", "operator")
        self._drain()
        self.assertEqual(event.state, "done")
        self.assertEqual(self.partner.email, "new@azure.example")
