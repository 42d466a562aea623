# Copyright 2026 Odoo Integration Suite contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl)
from odoo.exceptions import UserError

from odoo.addons.integration_core.engine import trace, versions
from odoo.addons.integration_core.messages import Source

from .test_match import EMAIL, MatchCase


class MergeCase(MatchCase):
    def _merge(self, *partners):
        """Odoo's own merge: the first one survives."""
        wizard = self.env["base.partner.merge.automatic.wizard"].create({})
        wizard._merge([partner.id for partner in partners], partners[0])

    def _two(self):
        self._feed("c1", {"name": "One"})
        self._feed("c2", {"name": "Two"})
        return self._partner("c1"), self._partner("c2")


class TestMergeInOdoo(MergeCase):
    """Whatever is linked, on its way or asked about goes along."""

    def test_messages_in_the_queue_reach_the_survivor(self):
        one, two = self._two()
        event = self._store("c2", {"name": "Two, renamed"}, 200)
        self._merge(one, two)
        self._drain()
        self.assertEqual(event.state, "done")
        self.assertEqual(one.name, "Two, renamed")
        self.assertEqual(event.res_id, one.id)
        self.assertFalse(self._link("c2").primary)
        log = self.env["integration.job.log"].search(
            [("operation", "=", "link"), ("external_id", "=", "c2")]
        )
        self.assertIn("Merged in Odoo", log.message)
        self.assertEqual((log.res_id, log.actor_id), (one.id, self.env.user))

    def test_a_message_that_failed_goes_on_with_the_survivor(self):
        one, two = self._two()
        event = self._feed("c2", {"name": 5}, 200)
        self.assertEqual(event.state, "quarantine")
        self._merge(one, two)
        self._feed("c2", {"name": "Mended"}, 300)
        self.assertEqual(event.state, "skipped")
        self.assertEqual(one.name, "Mended")

    def test_old_messages_open_the_survivor(self):
        one, two = self._two()
        done = self.env["integration.event"].search([("external_id", "=", "c2")])
        self.assertEqual(done.res_id, two.id)
        self._merge(one, two)
        self.assertEqual(done.res_id, one.id)

    def test_a_link_that_was_made_meanwhile_follows(self):
        """As a drain leaves it that began before the merge and ended after it."""
        one, two = self._two()
        self._merge(one, two)
        self._link("c2").write({"res_id": two.id, "primary": True})
        event = self._feed("c2", {"name": "Still there"}, 200)
        self.assertEqual(event.state, "done")
        self.assertEqual(self._partner("c2"), one)
        self.assertEqual(one.name, "Still there")
        self.assertNotIn("made again", self._logs(event).message)
        self.assertTrue(self._link("c1").primary)
        self.assertFalse(self._link("c2").primary)

    def test_one_merge_after_another(self):
        self._feed("c3", {"name": "Three"})
        three = self._partner("c3")
        one, two = self._two()
        self._merge(two, three)
        self._merge(one, two)
        targets = self.env["integration.merged.record"]._targets(
            "res.partner", [two.id, three.id]
        )
        self.assertEqual(targets, {two.id: one.id, three.id: one.id})
        self.assertEqual(self._partner("c3"), one)

    def test_the_survivor_keeps_one_primary(self):
        """Three objects of one system on two records; only one stands for each."""
        one, two = self._two()
        row = {
            "entity": "customer",
            "external_id": "c2b",
            "model": "res.partner",
            "res_id": two.id,
            "primary": False,
        }
        self.env["integration.external.id"]._bind(self.connector, [row])
        plain = self._partners("Plain", email=False)
        self._merge(plain, two)
        self.assertTrue(self._link("c2").primary)
        self.assertFalse(self._link("c2b").primary)
        self._merge(plain, one)
        self.assertEqual(self._partner("c1"), plain)
        self.assertFalse(self._link("c1").primary)

    def test_candidates_that_became_one_answer_the_question(self):
        one, two = self._partners("One", "Two")
        event = self._feed("c1", EMAIL)
        self._merge(one, two)
        self.assertEqual(event.state, "pending")
        self._drain()
        self.assertEqual(event.state, "done")
        self.assertEqual(self._partner("c1"), one)
        self.assertEqual(self._review().state, "dropped")

    def test_two_of_three_candidates_became_one(self):
        one, two, three = self._partners("One", "Two", "Three")
        event = self._feed("c1", EMAIL)
        self._merge(one, two)
        review = self._review()
        self.assertEqual(event.state, "review")
        self.assertEqual(review.candidate_ids.mapped("res_id"), [one.id, three.id])
        self.assertEqual(review.candidate_total, 2)

    def test_a_decision_follows(self):
        one, two = self._partners("One", "Two")
        event = self._feed("c1", EMAIL)
        self._review().candidate_ids[1].with_user(self.operator).action_link()
        self._merge(one, two)
        self._drain()
        self.assertEqual(event.state, "done")
        self.assertEqual(self._partner("c1"), one)


class TestMergeAtThePeer(MergeCase):
    """The loser becomes an alias; two records of Odoo are for a person."""

    def _merged(self, loser, winner, at=200):
        source = Source({}, versions.from_unix(at), True, merged_into=winner)
        message = self.env["integration.fetch"]._message("customer", loser, source)
        stored = self.env["integration.intake"]._store(
            self.connector._webhook_gate(),
            [message],
            {"correlation_id": trace.new_trace_id()},
        )
        event = self.env["integration.event"].search([("uuid", "=", stored[0]["uuid"])])
        self._drain()
        event.invalidate_recordset()
        return event

    def test_both_are_known(self):
        one, two = self._two()
        event = self._merged("c2", "c1")
        self.assertEqual(event.state, "done")
        self.assertEqual(self._partner("c2"), one)
        self.assertFalse(self._link("c2").primary)
        self.assertTrue(two.active)
        self.assertIn("merged into c1", self._logs(event).message)
        review = self._review("c2")
        self.assertEqual(review.kind, "merge")
        self.assertEqual(review.candidate_ids.mapped("res_id"), [one.id, two.id])
        self._merge(one, two)
        self.assertEqual(review.state, "done")

    def test_they_may_stay_two_records(self):
        self._two()
        self._merged("c2", "c1")
        review = self._review("c2").with_user(self.operator)
        review.action_keep_apart()
        self.assertEqual((review.state, review.decision), ("done", "apart"))

    def test_a_link_that_was_given_up_since_is_asked_about_anew(self):
        self._two()
        self._merged("c2", "c1")
        self._link("c2").with_user(self.manager)._unlink_with_reason("wrong")
        self._partners("A", "B")
        event = self._feed("c2", EMAIL, 300)
        review = self._review("c2")
        self.assertEqual((event.state, review.kind), ("review", "match"))
        self.assertEqual(review.state, "open")

    def test_the_winner_is_not_known_yet(self):
        one, _two = self._two()
        self._merged("c1", "c9")
        self.assertEqual(self._partner("c9"), one)
        self.assertTrue(self._link("c9").primary)
        self.assertFalse(self._link("c1").primary)
        self._feed("c9", {"name": "Nine"}, 300)
        self.assertEqual(one.name, "Nine")

    def test_the_loser_was_never_linked(self):
        one, _two = self._two()
        waiting = self._feed(
            "p1",
            {"name": "Ada", "customer": "c9"},
            entity="contact",
        )
        self.assertEqual(waiting.state, "waiting")
        self._merged("c9", "c1")
        self.assertEqual(self._partner("c9"), one)
        self._drain()
        self.assertEqual(waiting.state, "done")
        self.assertEqual(self._partner("p1", entity="contact").parent_id, one)

    def test_neither_is_known(self):
        event = self._merged("c8", "c9")
        self.assertEqual((event.state, event.skip_reason), ("skipped", "no_change"))

    def test_into_itself(self):
        self._two()
        event = self._merged("c1", "c1")
        self.assertEqual(event.state, "quarantine")
        self.assertIn("into itself", event.error)

    def test_the_same_message_again(self):
        one, _two = self._two()
        self._merged("c2", "c1")
        event = self._merged("c2", "c1", 201)
        self.assertEqual((event.state, event.skip_reason), ("skipped", "no_change"))
        self.assertEqual(self._partner("c2"), one)

    def test_a_chain_of_merges(self):
        one, _two = self._two()
        self._feed("c3", {"name": "Three"})
        self._merged("c3", "c2")
        self._merged("c2", "c1")
        for external_id in ("c1", "c2", "c3"):
            self.assertEqual(self._partner(external_id), one)
        primary = [self._link(f"c{n}").primary for n in (1, 2, 3)]
        self.assertEqual(primary, [True, False, False])

    def test_compare_only_changes_no_link(self):
        _one, two = self._two()
        self.flow.mode = "shadow"
        event = self._merged("c2", "c1")
        self.assertEqual(event.skip_reason, "shadow")
        self.assertEqual(self._partner("c2"), two)


class TestReferenceOfOurs(MergeCase):
    """What a write of ours left in an object says which record it is."""

    def _marked(self, external_id, reference, record=None):
        source = Source(record or EMAIL, versions.from_unix(100), reference=reference)
        message = self.env["integration.fetch"]._message(
            "customer", external_id, source
        )
        self.env["integration.intake"]._store(
            self.connector._webhook_gate(), [message], {}
        )
        self._drain()

    def _reference(self, record):
        own = self.env["ir.config_parameter"].sudo().get_param("database.uuid")
        return f"{own}:{record._name}:{record.id}"

    def test_it_goes_before_any_key(self):
        self._partners("By mail", "Also by mail")
        ours = self._partners("Ours", email=False)
        self._marked("c1", self._reference(ours))
        self.assertEqual(self._partner("c1"), ours)

    def test_marks_that_are_not_ours(self):
        ours = self._partners("Ours", email=False)
        company = self.env["res.company"].create({"name": "Elsewhere"})
        foreign = self._partners("Foreign", email=False, company_id=company.id)
        for number, reference in enumerate(
            (
                f"another-database:res.partner:{ours.id}",
                f"{self._reference(ours)}0000000",
                self._reference(self.env.user),
                self._reference(foreign),
                "res.partner",
                f"::{ours.id}",
            )
        ):
            external_id = f"c{number}"
            self._marked(external_id, reference, {"name": "New"})
            self.assertTrue(self._partner(external_id))
            self.assertNotIn(self._partner(external_id), ours | foreign)

    def test_a_record_that_stands_for_another_object(self):
        self._feed("c1", {"name": "One"})
        one = self._partner("c1")
        self._marked("c2", self._reference(one), {"name": "Two"})
        self.assertEqual(self._partner("c2").name, "Two")
        self.assertNotEqual(self._partner("c2"), one)


class TestDuplicates(MergeCase):
    """Records that agree in a key of the rules, counted by the database."""

    def _groups(self, user=None):
        groups = self.env["integration.duplicate"].with_user(user or self.operator)
        found = groups.search([("entity", "=", "customer")])
        return {(group.key, group.value): group for group in found}

    def test_groups(self):
        partners = self._partners("One", "Two", email="Twin@acme.example")
        self._partners("Three", email=False, vat="DE136695976", is_company=True)
        found = self._groups()
        group = found["email", "twin@acme.example"]
        self.assertEqual(group.size, 2)
        self.assertEqual(group.record_ids, partners.ids)
        self.assertEqual(group.names, "One, Two")
        self.assertNotIn(("vat", "DE136695976"), found)

    def test_groups_follow_the_rules(self):
        self._partners("One", "Two", email=False, phone="+49 30 1234567")
        self.assertFalse([key for key in self._groups() if key[0] == "phone"])
        self._rule("phone", decides="ask")
        self.assertTrue([key for key in self._groups() if key[0] == "phone"])
        self.rules.search([]).active = False
        self.assertFalse(self._groups())

    def test_what_is_left_out(self):
        company = self.env["res.company"].create({"name": "Elsewhere"})
        self._partners("One", email="x@acme.example")
        self._partners("Two", email="x@acme.example", company_id=company.id)
        self._partners("Three", email="x@acme.example", active=False)
        self.assertNotIn(("email", "x@acme.example"), self._groups())

    def test_paged_counted_and_grouped(self):
        for number in range(5):
            self._partners("A", "B", email=f"n{number}@paged.example")
        groups = self.env["integration.duplicate"].with_user(self.operator)
        domain = [("value", "like", "@paged.example")]
        self.assertEqual(groups.search_count(domain), 5)
        self.assertEqual(len(groups.search(domain, limit=2, offset=4)), 1)
        self.assertEqual(
            groups._read_group(domain, ["key"], ["__count"]), [("email", 5)]
        )

    def test_merging_them_with_odoos_own_dialog(self):
        one, two = self._partners("One", "Two", email="twin@acme.example")
        self.operator.group_ids += self.env.ref("base.group_partner_manager")
        group = self._groups()["email", "twin@acme.example"]
        action = group.action_merge()
        wizard = (
            self.env[action["res_model"]]
            .with_user(self.operator)
            .with_context(**action["context"])
            .create({})
        )
        self.assertEqual(wizard.partner_ids, one | two)
        wizard.action_merge()
        self.assertEqual(len((one | two).exists()), 1)
        self.assertNotIn(("email", "twin@acme.example"), self._groups())

    def test_who_may_not_merge_is_told(self):
        self._partners("One", "Two", email="twin@acme.example")
        group = self._groups()["email", "twin@acme.example"]
        with self.assertRaises(UserError):
            group.action_merge()
