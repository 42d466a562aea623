# Copyright 2026 Odoo Integration Suite contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl)
from datetime import timedelta

from odoo import fields
from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.tests import tagged

from odoo.addons.integration_core.preview_messages import PreviewSource

from .common import SYSTEM, CoreCase


class OwnershipCase(CoreCase):
    """A customer that the demo system knows, and rules about who decides."""

    def setUp(self):
        super().setUp()
        self.env["integration.ownership"].search([]).unlink()
        self.operator.group_ids += self.env.ref("base.group_partner_manager")
        self.first = {"name": "Azure", "phone": "+32 1", "reference": "A1"}
        self._feed("cus_1", self.first)
        self.partner = self._partner("cus_1")

    def _rule(self, field="phone", owner="odoo", **kw):
        vals = {"entity": "customer", "field": field, "owner": owner, **kw}
        return self.env["integration.ownership"].create(vals)

    def _again(self, at=200, **changes):
        return self._feed("cus_1", {**self.first, **changes}, at)

    def _refusals(self):
        logs = self.env["integration.job.log"].search(
            [
                ("connector_id", "=", self.connector.id),
                ("operation", "=", "refuse"),
                ("error_class", "=", "ownership"),
            ]
        )
        return [log.diff for log in logs]

    def _odoo_changes(self, **values):
        """As Odoo's own code does: not a sync, and no call from outside."""
        self.partner.write(values)
        self.env.flush_all()


@tagged("post_install", "-at_install")
class TestOwnershipInbound(OwnershipCase):
    def test_without_a_rule_the_sender_owns_what_it_sends(self):
        self._again(phone="+32 2")
        self.assertEqual(self.partner.phone, "+32 2")

    def test_refused_value_is_not_taken_and_logged_with_both_values(self):
        self._rule()
        event = self._again(phone="+32 2", name="Azure B")
        self.assertEqual(event.state, "done")
        self.assertEqual((self.partner.phone, self.partner.name), ("+32 1", "Azure B"))
        self.assertEqual(self._refusals(), [{"phone": ["+32 1", "+32 2"]}])

    def test_refused_value_is_told_once(self):
        self._rule()
        self._again(200, phone="+32 2")
        self._again(300, phone="+32 2", name="Azure B")
        self.assertEqual(len(self._refusals()), 1)
        self.assertEqual((self.partner.phone, self.partner.name), ("+32 1", "Azure B"))

    def test_accepted_value_is_taken_and_said(self):
        self._rule(on_conflict="accept")
        event = self._again(phone="+32 2")
        self.assertEqual(self.partner.phone, "+32 2")
        self.assertIn("belongs to Odoo", self._logs(event)[0].message)

    def test_owner_puts_its_value_back(self):
        self._rule(owner=SYSTEM)
        self._odoo_changes(phone="+32 9")
        event = self._again(name="Azure B")
        self.assertEqual(self.partner.phone, "+32 1")
        self.assertIn("was put back", self._logs(event)[0].message)

    def test_owner_puts_its_value_back_with_an_equal_message(self):
        """Not only when the peer happens to change something else."""
        self._rule(owner=SYSTEM)
        self._odoo_changes(phone="+32 9")
        self._feed("cus_1", self.first, 200)
        self.assertEqual(self.partner.phone, "+32 1")

    def test_what_odoo_makes_of_a_value_is_not_put_back_for_ever(self):
        self.mapping.state = "draft"
        self.mapping.line_ids = [
            (0, 0, {"kind": "value", "target": "website", "source": "website"})
        ]
        self.mapping.state = "approved"
        self._rule("website", owner=SYSTEM)
        self._again(website="azure.example")
        self.assertEqual(self.partner.website, "http://azure.example")
        event = self._again(300, website="azure.example", name="Azure B")
        self.assertEqual(set(self._logs(event).diff), {"name"})

    def test_review_stops_the_message_before_anything_is_written(self):
        self._rule(on_conflict="review")
        event = self._again(phone="+32 2", name="Azure B")
        self.assertEqual((event.state, event.error_class), ("review", "ownership"))
        self.assertIn("“+32 1” to “+32 2”", event.error)
        self.assertEqual((self.partner.phone, self.partner.name), ("+32 1", "Azure"))

    def _choose(self, event, verdict, user=None):
        event = event.with_user(user or self.operator)
        choice = self.env["integration.ownership.choice"].with_user(event.env.user)
        choice = choice.create({"event_id": event.id, "reason": "asked by phone"})
        self.assertEqual(
            choice.compare["rows"][0]["cells"], {"odoo": "+32 1", "theirs": "+32 2"}
        )
        getattr(choice, f"action_{verdict}")()
        self._drain()
        event.invalidate_recordset()

    def test_review_keep(self):
        self._rule(on_conflict="review")
        event = self._again(phone="+32 2", name="Azure B")
        self._choose(event, "keep")
        self.assertEqual(event.state, "done")
        self.assertEqual((self.partner.phone, self.partner.name), ("+32 1", "Azure B"))
        later = self._again(300, phone="+32 2", name="Azure C")
        self.assertEqual(later.state, "done", "the same value is not asked about again")

    def test_review_take_once(self):
        self._rule(on_conflict="review")
        event = self._again(phone="+32 2")
        self._choose(event, "take")
        self.assertEqual((event.state, self.partner.phone), ("done", "+32 2"))
        later = self._again(300, phone="+32 3")
        self.assertEqual(later.state, "review", "another value is another question")

    def test_review_is_decided_by_operators_with_a_reason(self):
        self._rule(on_conflict="review")
        event = self._again(phone="+32 2")
        decision = self.env["integration.ownership.decision"].search(
            [("event_id", "=", event.id)]
        )
        with self.assertRaises(AccessError):
            decision.with_user(self.auditor)._decide("take", "because")
        with self.assertRaises(UserError):
            decision.with_user(self.operator)._decide("take", " ")
        with self.assertRaises(AccessError):
            decision.with_user(self.operator).write({"verdict": "take"})

    def test_button_leads_from_the_message_to_the_decision(self):
        self._rule(on_conflict="review")
        event = self._again(phone="+32 2").with_user(self.operator)
        self.assertEqual(
            event.action_solve()["res_model"], "integration.ownership.choice"
        )

    def test_new_records_only_from_the_owner(self):
        self._rule("*", operation="create")
        event = self._feed("cus_2", {"name": "New"})
        self.assertEqual((event.state, event.skip_reason), ("skipped", "not_owner"))
        self.assertFalse(self._link("cus_2"))
        self.assertEqual(self._logs(event).operation, "refuse")

    def test_new_record_let_through_once(self):
        self._rule("*", operation="create", on_conflict="review")
        event = self._feed("cus_2", {"name": "New"})
        self.assertEqual((event.state, event.error_class), ("review", "ownership"))
        choice = self.env["integration.ownership.choice"].with_user(self.operator)
        choice.create({"event_id": event.id, "reason": "known to us"}).action_take()
        self._drain()
        self.assertEqual(self._partner("cus_2").name, "New")

    def test_archiving_is_an_operation_of_its_own(self):
        self._rule("*", operation="archive")
        self._feed("cus_1", {}, 200, deleted=True)
        self.assertTrue(self.partner.active)
        self.assertEqual(self._refusals(), [{"active": [True, False]}])

    def test_stage(self):
        self._rule(stage="archived")
        self._again(phone="+32 2")
        self.assertEqual(self.partner.phone, "+32 2")
        self.partner.active = False
        self._again(300, phone="+32 3")
        self.assertEqual(self.partner.phone, "+32 2")

    def test_newest(self):
        self._rule(rule="newest")
        self._again(200, phone="+32 2")
        self.assertEqual(self.partner.phone, "+32 2", "only the peer changed")
        self._odoo_changes(phone="+32 9")
        self._again(300, phone="+32 3")
        self.assertEqual(self.partner.phone, "+32 9", "Odoo's change is later")
        later = fields.Datetime.now() + timedelta(hours=1)
        self._again(later.timestamp(), phone="+32 4")
        self.assertEqual(self.partner.phone, "+32 4", "theirs is later")

    def test_newest_does_not_mind_changes_of_other_fields(self):
        self._rule(rule="newest")
        self._again(200, phone="+32 2")
        self._odoo_changes(comment="of today")
        self._again(300, phone="+32 3")
        self.assertEqual(self.partner.phone, "+32 3")

    def test_not_empty(self):
        self._rule(rule="not_empty")
        self._again(200, phone=None)
        self.assertEqual(self.partner.phone, "+32 1")
        self._odoo_changes(phone=False)
        self._again(300, phone="+32 2")
        self.assertEqual(self.partner.phone, "+32 2")

    def test_addresses_are_judged_before_anything_is_written(self):
        address = {"type": "invoice", "line1": "Street 1", "city": "Gent"}
        self._again(200, addresses=[address])
        child = self.env["res.partner"].browse(
            self._link("cus_1", role="address:invoice").res_id
        )
        self._rule("city", on_conflict="review")
        moved = {**address, "city": "Brugge", "line1": "Street 2"}
        event = self._again(300, addresses=[moved], name="Azure B")
        self.assertEqual(event.state, "review")
        self.assertEqual((child.city, child.street), ("Gent", "Street 1"))
        self.assertEqual(self.partner.name, "Azure")

    def test_address_refused_in_part(self):
        address = {"type": "invoice", "line1": "Street 1", "city": "Gent"}
        self._again(200, addresses=[address])
        child = self.env["res.partner"].browse(
            self._link("cus_1", role="address:invoice").res_id
        )
        self._rule("city")
        self._again(300, addresses=[{**address, "city": "Brugge", "line1": "Street 2"}])
        self.assertEqual((child.city, child.street), ("Gent", "Street 2"))
        self.assertEqual(self._refusals(), [{"invoice.city": ["Gent", "Brugge"]}])

    def test_first_contact_is_judged_too(self):
        self._rule("phone")
        known = self.env["res.partner"].create(
            {"name": "Known", "email": "known@example.com", "phone": "+32 5"}
        )
        self._feed("cus_3", {"email": "known@example.com", "phone": "+32 6"})
        self.assertEqual(self._link("cus_3").res_id, known.id)
        self.assertEqual(known.phone, "+32 5")

    def test_compare_only_says_it_beforehand(self):
        self._rule()
        self.flow.mode = "shadow"
        event = self._again(phone="+32 2")
        self.assertIn("would stay", self._logs(event).message)
        self.assertFalse(self._refusals())

    def test_dry_run_says_it_beforehand(self):
        self._rule()
        event = self._store("cus_1", {**self.first, "phone": "+32 2"}, 200)
        source = PreviewSource(event_id=event.id)
        preview = self.env["integration.dry.run"]._preview(self.connector, [source])[0]
        self.assertIn("would stay “+32 1”", " ".join(preview.notes))
        self.assertFalse(self._refusals())
        self.assertEqual(self.partner.phone, "+32 1")

    def test_no_query_per_record(self):
        """As the measurement of a batch: rules of every kind, 2 and 40 customers."""
        self._rule("phone", owner=SYSTEM)
        self._rule("ref", on_conflict="review")
        self._rule("email", rule="newest")
        self._rule("name", owner=SYSTEM, rule="ranking", rank=1)
        self._rule("name", rule="ranking", rank=2)
        counts = []
        for size in (1, 2, 40):  # the first one fills the caches
            ids = [f"many_{size}_{n}" for n in range(size)]
            for external_id in ids:
                self._store(external_id, {"name": external_id, "phone": "1"})
            self._drain()
            for external_id in ids:
                record = {"name": external_id, "phone": "1", "reference": "R"}
                self._store(external_id, record, 200)
            self.env.invalidate_all()
            before = self.env.cr.sql_log_count
            self._judge_only(ids)
            counts.append(self.env.cr.sql_log_count - before)
        self.assertEqual(counts[1], counts[2])
        self.assertLess(counts[1], 10)

    def _judge_only(self, ids):
        """The check alone, on a batch of linked records."""
        from odoo.addons.integration_core.messages import Item, Source

        links = self.env["integration.external.id"]._find(
            self.connector, "customer", ids
        )
        items = []
        for external_id in ids:
            link = links[external_id, ""]
            item = Item(0, "", "customer", external_id, link=link, res_id=link.res_id)
            item.vals = {"phone": "2", "ref": "Q", "email": "a@b.example", "name": "X"}
            item.source = Source({})
            items.append(item)
        entity = self.connector._work_env()["integration.entity.customer"]
        records = entity._records(items)
        entity._judge(self.connector, items, records)
        for item in items:
            entity._changes(item, records[item.res_id])
            self.assertTrue(item.judge)


@tagged("post_install", "-at_install")
class TestOwnershipRules(OwnershipCase):
    def test_most_exact_rule_counts(self):
        self._rule("*", owner=SYSTEM)
        self._rule("phone")
        self._again(phone="+32 2", name="Azure B")
        self.assertEqual((self.partner.phone, self.partner.name), ("+32 1", "Azure B"))

    def test_rule_of_another_company(self):
        company = self.env["res.company"].create({"name": "Elsewhere"})
        self._rule(company_id=company.id)
        self._again(phone="+32 2")
        self.assertEqual(self.partner.phone, "+32 2")

    def test_rule_past_its_date(self):
        self._rule(valid_to=fields.Datetime.now() - timedelta(days=1))
        self._again(phone="+32 2")
        self.assertEqual(self.partner.phone, "+32 2")

    def test_field_that_is_not_there(self):
        with self.assertRaisesRegex(ValidationError, "has no field “parent_id”"):
            self._rule("parent_id", entity="contact").entity = "customer"

    def test_stage_that_the_entity_does_not_have(self):
        rule = self._rule()
        with self.assertRaises(ValidationError):
            rule.with_context().write({"entity": "contact", "stage": "nowhere"})

    def test_two_owners_of_one_field(self):
        self._rule()
        with self.assertRaisesRegex(ValidationError, "another rule"):
            self._rule(owner=SYSTEM)

    def test_two_systems_of_one_rank(self):
        self._rule(rule="ranking")
        with self.assertRaisesRegex(ValidationError, "different ranks"):
            self._rule(owner=SYSTEM, rule="ranking")

    def test_who_may_set_rules(self):
        rule = self._rule()
        for user in (self.operator, self.auditor):
            self.assertTrue(rule.with_user(user).owner)
            with self.assertRaises(AccessError):
                rule.with_user(user).owner = SYSTEM
        rule.with_user(self.designer).owner = SYSTEM

    def test_rule_of_a_record_is_not_made_by_hand(self):
        vals = {
            "entity": "customer",
            "field": "phone",
            "model": "res.partner",
            "res_id": self.partner.id,
            "valid_to": fields.Datetime.now() + timedelta(days=1),
        }
        rules = self.env["integration.ownership"].with_user(self.manager)
        with self.assertRaises(AccessError):
            rules.create(vals)
        with self.assertRaises(AccessError):
            rules.browse(self._rule().id).write({"res_id": self.partner.id})

    def test_a_person_makes_a_rule_for_all_records(self):
        rule = (
            self.env["integration.ownership"]
            .with_user(self.designer)
            .create({"entity": "customer", "field": "email", "owner": SYSTEM})
        )
        rule.flush_recordset()
        self.assertFalse(rule.res_id)
        self.assertIn(rule, rule.search([("res_id", "=", False)]))

    def test_change_of_a_rule_is_in_the_log(self):
        self._rule().with_user(self.designer).on_conflict = "review"
        log = self.env["integration.job.log"].search(
            [("operation", "=", "configure")], limit=1
        )
        self.assertIn("Data owner changed", log.message)
        self.assertEqual(log.actor_id, self.designer)

    def test_outbound_leaves_out_what_the_system_owns(self):
        owners = self.env["integration.ownership"]
        names = {"name", "phone", "addresses", "custom.function"}
        self.assertEqual(owners._may_send(self.connector, "customer", names), names)
        self._rule("phone", owner=SYSTEM)
        self._rule("city", owner=SYSTEM)
        self.assertEqual(
            owners._may_send(self.connector, "customer", names),
            {"name", "custom.function"},
            "an address with a city that is theirs would overwrite it",
        )

    def test_outbound_create_where_the_system_creates(self):
        owners = self.env["integration.ownership"]
        self._rule("*", owner=SYSTEM, operation="create")
        self.assertFalse(
            owners._may_send(self.connector, "customer", {"name"}, "create")
        )
        self.assertEqual(
            owners._may_send(self.connector, "customer", {"name"}), {"name"}
        )

    def test_outbound_create_brings_the_first_values(self):
        owners = self.env["integration.ownership"]
        rule = self._rule("phone", owner=SYSTEM)
        self.assertEqual(
            owners._may_send(self.connector, "customer", {"phone"}, "create"),
            {"phone"},
            "the owner of changes has no value yet that could be lost",
        )
        self.assertFalse(owners._may_send(self.connector, "customer", {"phone"}))
        rule.operation = "*"
        self.assertFalse(
            owners._may_send(self.connector, "customer", {"phone"}, "create")
        )

    def test_outbound_new_object_gets_its_first_values(self):
        owners = self.env["integration.ownership"]
        self._rule("phone", owner=SYSTEM)
        for operation, sent in (("create", {"phone"}), ("update", set())):
            self.assertEqual(
                owners._may_send(self.connector, "customer", {"phone"}, operation), sent
            )

    def test_outbound_sends_what_odoo_overrides(self):
        self._rule("phone", owner=SYSTEM)
        owners = self.env["integration.ownership"]
        other = self.env["res.partner"].create({"name": "Other"})
        owners.with_user(self.operator).override_field(
            "res.partner",
            self.partner.id,
            ["phone"],
            fields.Date.to_string(fields.Date.today() + timedelta(days=3)),
            "trial",
        )
        self.assertEqual(
            owners._sendable(
                self.connector, "customer", {"phone"}, records=self.partner + other
            ),
            {self.partner.id: {"phone"}, other.id: set()},
        )
