# Copyright 2026 Odoo Integration Suite contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl)
from odoo.tests import tagged

from .test_tours import TourCase

TWIN = {"name": "Twin", "email": "twin@example.com"}


class MatchTourCase(TourCase):
    def _twins(self):
        return self.env["res.partner"].create(
            [{"name": f"Twin {n}", "email": "twin@example.com"} for n in ("One", "Two")]
        )

    def _ask(self, external_id, record):
        event = self._feed(external_id, record, 1)
        self.assertEqual(event.error_class, "duplicate_candidate")
        return event

    def _partner_of(self, event):
        self.env.invalidate_all()
        self.assertEqual(event.state, "pending")
        self._drain()
        self.assertEqual(event.state, "done")
        return self.env["res.partner"].browse(event.res_id)


@tagged("post_install", "-at_install")
class TestMatchTours(MatchTourCase):
    """People say who is meant, in a real browser."""

    def test_side_by_side(self):
        _one, two = self._twins()
        self._activate()
        event = self._ask("obj_twin", TWIN)
        self._tour("integration-matching", "integration_match", "operator")
        self.assertEqual(self._partner_of(event), two)

    def test_where_money_moves(self):
        partner = self.env["res.partner"].create(
            {"name": "Alone", "email": "alone@example.com"}
        )
        customer = self.env.registry["integration.entity.customer"]
        self.classPatch(customer, "_document_amount", lambda entity, canonical: None)
        self._activate()
        event = self._ask("obj_alone", {"name": "A", "email": "alone@example.com"})
        self._tour("integration-matching", "integration_match_money", "manager")
        self.assertEqual(self._partner_of(event), partner)

    def test_duplicates(self):
        one, two = self._twins()
        self._tour("integration-duplicates", "integration_duplicates", "operator")
        self.env.invalidate_all()
        self.assertEqual(len((one | two).exists()), 1)

    def test_new_rule(self):
        self._tour("integration-match-rules", "integration_match_rules", "manager")
        rule = self.env["integration.match.rule"].search(
            [("entity", "=", "customer"), ("key", "=", "phone")]
        )
        self.assertEqual((rule.normaliser, rule.verified), ("phone", False))


@tagged("post_install", "-at_install")
class TestMatchToursPhone(MatchTourCase):
    browser_size = "390x844"
    touch_enabled = True

    def test_link_on_a_phone(self):
        one, _two = self._twins()
        self._activate()
        event = self._ask("obj_twin", TWIN)
        self._tour("integration-matching", "integration_match_phone", "operator")
        self.assertEqual(self._partner_of(event), one)
