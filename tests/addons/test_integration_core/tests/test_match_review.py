# Copyright 2026 Odoo Integration Suite contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl)
from odoo.exceptions import AccessError, UserError

from .test_match import EMAIL, MatchCase


class TestMatchReview(MatchCase):
    """A person decides with both sides next to each other."""

    def _doubt(self, **kw):
        self.one, self.two = self._partners("One", "Two")
        return self._feed("c1", EMAIL, **kw)

    def test_both_sides(self):
        self._doubt()
        self.two.phone = "+49 30 123"
        review = self._review().with_user(self.operator)
        table = review.comparison
        self.assertEqual(len(table["columns"]), 3)
        rows = {row["key"]: row for row in table["rows"]}
        self.assertEqual(rows["name"]["cells"]["incoming"], "ACME GmbH")
        first, second = (f"c{c.id}" for c in review.candidate_ids)
        self.assertEqual(rows["email"]["marks"], {first: "same", second: "same"})
        self.assertEqual(rows["name"]["marks"], {first: "changed", second: "changed"})
        self.assertEqual(review.candidate_ids.mapped("agrees"), ["E-mail"] * 2)
        self.assertIn("One", review.notice["what"])

    def test_who_only_reads_sees_masked_values(self):
        self._doubt()
        review = self._review().with_user(self.auditor)
        rows = {row["key"]: row for row in review.comparison["rows"]}
        self.assertNotIn("info@", rows["email"]["cells"]["incoming"])
        self.assertEqual(set(rows["email"]["marks"].values()), {"same"})
        with self.assertRaises(AccessError):
            review.read(["incoming"])

    def test_the_message_leads_to_it(self):
        event = self._doubt().with_user(self.operator)
        action = event.action_solve()
        self.assertEqual(action["res_id"], self._review().id)

    def test_link_to_this(self):
        event = self._doubt()
        review = self._review()
        review.candidate_ids[1].with_user(self.operator).action_link()
        self.assertEqual(event.state, "pending")
        self._drain()
        self.assertEqual(event.state, "done")
        self.assertEqual(self._partner("c1"), self.two)
        self.assertEqual(review.state, "done")
        self.assertFalse(review.incoming)
        self.assertIn("a person's decision", self._logs(event).mapped("message")[0])

    def test_create_new(self):
        event = self._doubt()
        self._review().with_user(self.operator).action_create_new()
        self._drain()
        self.assertEqual(event.state, "done")
        self.assertNotIn(self._partner("c1"), self.one | self.two)
        self.assertEqual(self._review().decision, "create")

    def test_the_decision_survives_a_newer_message(self):
        old = self._doubt()
        newer = self._store("c1", dict(EMAIL, name="Newer"), 200)
        review = self._review()
        review.candidate_ids[0].with_user(self.operator).action_link()
        self._drain()
        self.assertEqual(self._partner("c1"), self.one)
        self.assertEqual(self.one.name, "Newer")
        self.assertEqual(old.state, "skipped")
        self.assertEqual(newer.state, "done")
        self.assertEqual(review.state, "done")

    def test_a_newer_message_asks_the_same_question(self):
        self._doubt()
        review = self._review()
        newer = self._feed("c1", dict(EMAIL, name="Newer"), 200)
        self.assertEqual(self._review(), review)
        self.assertEqual(review.event_id, newer)
        self.assertEqual(review.incoming["values"]["name"], "Newer")

    def test_a_question_that_answers_itself_is_closed(self):
        event = self._doubt()
        self.two.email = False
        event.with_user(self.operator).action_retry()
        self._drain()
        self.assertEqual(self._partner("c1"), self.one)
        self.assertEqual(self._review().state, "dropped")

    def test_who_skips_the_message_has_no_question_left(self):
        event = self._doubt()
        event.with_user(self.operator)._skip_with_reason("Not ours")
        self.assertEqual(self._review().state, "dropped")

    def test_the_chosen_record_was_deleted_meanwhile(self):
        event = self._doubt()
        self._review().candidate_ids[1].with_user(self.operator).action_link()
        self.two.unlink()
        self._drain()
        # One candidate is left, so the rule decides.
        self.assertEqual(event.state, "done")
        self.assertEqual(self._partner("c1"), self.one)

    def test_a_record_of_another_object_becomes_that_of_both(self):
        event = self._doubt()
        self._review().candidate_ids[0].with_user(self.operator).action_link()
        row = {
            "entity": "customer",
            "external_id": "c0",
            "model": "res.partner",
            "res_id": self.one.id,
        }
        self.env["integration.external.id"]._bind(self.connector, [row])
        self._drain()
        self.assertEqual(event.state, "done")
        self.assertEqual(self._partner("c1"), self.one)
        self.assertFalse(self._link("c1").primary)
        self.assertTrue(self._link("c0").primary)

    def test_decided_twice(self):
        self._doubt()
        review = self._review().with_user(self.operator)
        review.action_create_new()
        with self.assertRaises(UserError):
            review.candidate_ids[0].action_link()

    def test_only_a_candidate_and_only_by_an_operator(self):
        self._doubt()
        review = self._review()
        stranger = self._partners("Stranger")
        with self.assertRaises(UserError):
            review.with_user(self.operator)._decide("link", stranger.id)
        for person in (self.auditor, self.designer):
            with self.assertRaises(AccessError):
                review.with_user(person).action_create_new()
        for vals in ({"decision": "create"}, {"state": "done"}, {"res_id": 1}):
            with self.assertRaises(UserError):
                review.with_user(self.operator).write(vals)
        review.with_user(self.operator).write({"user_id": self.operator.id})

    def test_more_than_fit_side_by_side(self):
        self._partners(*"ABCDEF")
        self._feed("c1", EMAIL)
        review = self._review()
        self.assertEqual((len(review.candidate_ids), review.candidate_total), (4, 6))
        self.assertIn("2 more", review.comparison["note"])

    def test_many_with_one_candidate_each_at_once(self):
        self._rule("email", decides="ask")
        self._partners("A", email="a@x.example")
        self._partners("B", email="b@x.example")
        self._feed("c1", {"name": "A", "email": "a@x.example"})
        self._feed("c2", {"name": "B", "email": "b@x.example"})
        reviews = self._review("c1") | self._review("c2")
        reviews.with_user(self.operator).action_link_only()
        self._drain()
        self.assertEqual(self._partner("c1").name, "A")
        self.assertEqual(self._partner("c2").name, "B")
        self._partners("One", "Two")
        self._feed("c3", EMAIL)
        with self.assertRaises(UserError):
            self._review("c3").with_user(self.operator).action_link_only()

    def test_compare_only_asks_as_well_and_writes_nothing(self):
        self.flow.mode = "shadow"
        event = self._doubt()
        self.assertEqual(event.state, "review")
        self.assertEqual(len(self._review().candidate_ids), 2)

    def test_another_company_sees_nothing_of_it(self):
        self._doubt()
        company = self.env["res.company"].create({"name": "Elsewhere"})
        stranger = self._person("operator", "elsewhere")
        stranger.write({"company_ids": [(6, 0, company.ids)], "company_id": company.id})
        with self.assertRaises(AccessError):
            self._review().with_user(stranger).action_create_new()
        self.assertFalse(self.reviews.with_user(stranger).search([]))
