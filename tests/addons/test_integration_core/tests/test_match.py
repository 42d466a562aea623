# Copyright 2026 Odoo Integration Suite contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl)
from unittest.mock import patch

from odoo.exceptions import AccessError, UserError, ValidationError

from .common import CoreCase

EMAIL = {"name": "ACME GmbH", "email": "info@acme.example"}


class MatchCase(CoreCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.rules = cls.env["integration.match.rule"]
        cls.reviews = cls.env["integration.match.review"]

    def _partners(self, *names, **values):
        values = {"email": "info@acme.example", **values}
        return self.env["res.partner"].create(
            [{"name": name, **values} for name in names]
        )

    def _rule(self, key, **values):
        """The shipped rule of customers for a key, or a new one."""
        rule = self.rules.search([("entity", "=", "customer"), ("key", "=", key)])
        if not rule:
            return self.rules.create({"entity": "customer", "key": key, **values})
        rule.write(values)
        return rule

    def _review(self, external_id="c1"):
        return self.reviews.search(
            [("external_id", "=", external_id), ("entity", "=", "customer")],
            order="id desc",
            limit=1,
        )

    def _money_moves(self):
        """A flow of something that is about amounts: here the contact stands for it."""
        entity = self.registry["integration.entity.contact"]
        self.startPatcher(
            patch.object(entity, "_document_amount", lambda self, canonical: None)
        )
        self.env.registry.clear_cache()
        self.assertTrue(self.connector._moves_money())


class TestMatchRules(MatchCase):
    """Which keys count, in which order and how far, is data."""

    def test_shipped_rules(self):
        rules = self.rules._compiled(self.connector, "customer")
        self.assertEqual([rule.key for rule in rules], ["vat", "email"])
        self.assertTrue(rules[0].verified)
        self.assertFalse(rules[1].verified)
        self.assertTrue(all(rule.binds for rule in rules))

    def test_a_key_can_be_taken_away(self):
        self._rule("email", active=False)
        partner = self._partners("Old")
        self._feed("c1", EMAIL)
        self.assertNotEqual(self._partner("c1"), partner)

    def test_a_key_can_be_added(self):
        self._rule("phone", sequence=1)
        partner = self._partners("Old", phone="(030) 901820", email=False)
        partner.country_id = self.env.ref("base.de")
        self._feed("c1", {"name": "New", "phone": "+49 30 901 820"})
        self.assertEqual(self._partner("c1"), partner)

    def test_a_phone_of_another_country_is_another_one(self):
        self._rule("phone")
        partner = self._partners("Old", phone="030 901820", email=False)
        partner.country_id = self.env.ref("base.at")
        self._feed("c1", {"name": "New", "phone": "+49 30 901 820"})
        self.assertNotEqual(self._partner("c1"), partner)

    def test_a_tax_number_in_another_spelling(self):
        partner = self._partners("Old", email=False)
        country = self.env.ref("base.de").id
        # As an import leaves it: nobody normalised it.
        self.env.cr.execute(
            "UPDATE res_partner SET vat = '136 695.976', country_id = %s WHERE id = %s",
            (country, partner.id),
        )
        partner.invalidate_recordset()
        self._feed("c1", {"name": "N", "tax_ids": [{"value": "DE136695976"}]})
        self.assertEqual(self._partner("c1"), partner)

    def test_order_is_that_of_the_rules(self):
        self._rule("reference", sequence=1)
        by_number = self._partners("By number", ref="K-0012", email=False)
        self._partners("By mail")
        event = self._feed("c1", dict(EMAIL, reference="k0012"))
        self.assertEqual(self._partner("c1"), by_number)
        self.assertIn("Found by reference", self._logs(event).message)

    def test_a_field_of_our_own(self):
        rule = self.rules.create(
            {"entity": "customer", "key": "custom", "custom_field": "function"}
        )
        self.assertEqual(rule.normaliser, "reference")
        partner = self._partners("Old", function="X 99", email=False)
        self._feed("c1", {"name": "New", "custom": {"function": "x99"}})
        self.assertEqual(self._partner("c1"), partner)

    def test_a_rule_of_the_connector_goes_before_the_general_one(self):
        self._rule("email")
        self.rules.create(
            {
                "entity": "customer",
                "key": "email",
                "connector_id": self.connector.id,
                "decides": "ask",
            }
        )
        (plan,) = [
            rule
            for rule in self.rules._compiled(self.connector, "customer")
            if rule.key == "email"
        ]
        self.assertFalse(plan.binds)
        other = self._connector("Other")
        plans = self.rules._compiled(other, "customer")
        self.assertTrue(all(plan.binds for plan in plans))

    def test_a_rule_that_asks(self):
        self._rule("email", decides="ask")
        self._partners("Old")
        event = self._feed("c1", EMAIL)
        self.assertEqual(event.error_class, "duplicate_candidate")
        self.assertIn("Old has the same e-mail", event.error)

    def test_what_many_share_never_links(self):
        with self.assertRaises(ValidationError):
            self._rule("name", decides="bind")
        self._rule("name", decides="ask", sequence=99)
        self._partners("Acme, GmbH", email=False)
        event = self._feed("c1", EMAIL)
        self.assertEqual(event.state, "review")

    def test_rules_that_make_no_sense(self):
        for values in (
            {"entity": "contact", "key": "vat"},
            {"entity": "customer", "key": "custom", "custom_field": "password"},
            {"entity": "customer", "key": "custom", "custom_field": "no_such"},
            {"entity": "customer", "key": "custom", "custom_field": "color"},
            {"entity": "customer", "key": "custom"},
        ):
            with self.assertRaises(ValidationError), self.env.cr.savepoint():
                self.rules.create(values)

    def test_only_managers_change_rules(self):
        rule = self._rule("email")
        for person in (self.operator, self.designer, self.auditor):
            with self.assertRaises(AccessError):
                rule.with_user(person).write({"money": "bind"})
        rule.with_user(self.manager).write({"money": "bind"})

    def test_a_person_of_another_customer_is_somebody_else(self):
        self._feed("c1", {"name": "One"})
        other = self._partners("Two", email=False)
        ada = self._partners("Ada", parent_id=other.id, email="ada@x.example")
        self._feed(
            "p1",
            {"name": "Ada", "email": "ada@x.example", "customer": "c1"},
            entity="contact",
        )
        made = self._partner("p1", entity="contact")
        self.assertNotEqual(made, ada)
        self.assertEqual(made.parent_id, self._partner("c1"))
        self.assertEqual(ada.parent_id, other)

    def test_another_tax_number_is_a_contradiction(self):
        self._partners("Old", vat="DE136695976", is_company=True)
        event = self._feed("c1", dict(EMAIL, tax_ids=[{"value": "DE811907980"}]))
        self.assertEqual(event.error_class, "duplicate_candidate")
        self.assertIn("but another tax number", event.error)


class TestMatchMoney(MatchCase):
    """What anybody can type never links where money moves."""

    def test_an_address_alone_is_for_a_person(self):
        self._money_moves()
        partner = self._partners("Old")
        event = self._feed("c1", EMAIL)
        self.assertEqual(event.error_class, "duplicate_candidate")
        self.assertIn("Where money moves", event.error)
        self.assertFalse(self._link("c1"))
        self.assertFalse(partner.integration_link_count)

    def test_a_tax_number_links(self):
        self._money_moves()
        partner = self._partners("Old", vat="DE136695976", is_company=True)
        self._feed("c1", dict(EMAIL, tax_ids=[{"value": "DE136695976"}]))
        self.assertEqual(self._partner("c1"), partner)

    def test_the_rule_may_say_otherwise(self):
        self._money_moves()
        self._rule("email", money="bind")
        partner = self._partners("Old")
        self._feed("c1", EMAIL)
        self.assertEqual(self._partner("c1"), partner)

    def test_link_is_off_but_for_a_manager_who_says_why(self):
        self._money_moves()
        partner = self._partners("Old")
        event = self._feed("c1", EMAIL)
        candidate = self._review().candidate_ids
        self.assertFalse(candidate.with_user(self.operator).may_link)
        self.assertFalse(candidate.with_user(self.operator).may_confirm)
        with self.assertRaises(AccessError):
            candidate.with_user(self.operator).action_link()
        review = self._review().with_user(self.operator)
        with self.assertRaises(AccessError):
            review._decide("link", partner.id, "I feel like it")
        with self.assertRaises(UserError):
            review.with_user(self.manager)._decide("link", partner.id)
        action = candidate.with_user(self.manager).action_link()
        confirm = (
            self.env["integration.match.confirm"]
            .with_user(self.manager)
            .with_context(**action["context"])
            .create({"reason": "Asked them by telephone"})
        )
        confirm.action_confirm()
        self._drain()
        self.assertEqual(event.state, "done")
        self.assertEqual(self._partner("c1"), partner)
        log = self.env["integration.job.log"].search(
            [("operation", "=", "override"), ("external_id", "=", "c1")]
        )
        self.assertIn("Asked them by telephone", log.message)
        self.assertEqual(log.actor_id, self.manager)

    def test_a_key_that_was_mended_turns_link_on(self):
        self._money_moves()
        partner = self._partners("Old")
        self._rule("reference")
        self._feed("c1", dict(EMAIL, reference="K1", name="N"))
        candidate = self._review().candidate_ids.with_user(self.operator)
        self.assertFalse(candidate.may_link)
        partner.ref = "k-1"
        candidate.invalidate_recordset()
        self.assertTrue(candidate.may_link)
        candidate.action_link()
        self._drain()
        self.assertEqual(self._partner("c1"), partner)
