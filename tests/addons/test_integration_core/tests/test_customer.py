# Copyright 2026 Odoo Integration Suite contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl)
from odoo.tools import mute_logger

from .common import CoreCase

PIPELINE = "odoo.addons.integration_core.models.inbound.pipeline_errors"
ACME = {
    "name": "ACME GmbH",
    "is_company": True,
    "email": "info@acme.example",
    "phone": "+49 30 123",
    "language": "en-US",
    "addresses": [
        {
            "type": "main",
            "line1": "Hauptstr. 1",
            "city": "Berlin",
            "postal_code": "10115",
            "country": "DE",
        }
    ],
}


class TestCustomer(CoreCase):
    """What a canonical customer becomes in Odoo."""

    def test_create_fills_every_field(self):
        event = self._feed("c1", ACME)
        self.assertEqual(event.state, "done")
        partner = self._partner("c1")
        self.assertRecordValues(
            partner,
            [
                {
                    "name": "ACME GmbH",
                    "is_company": True,
                    "email": "info@acme.example",
                    "phone": "+49 30 123",
                    "street": "Hauptstr. 1",
                    "city": "Berlin",
                    "zip": "10115",
                    "country_id": self.env.ref("base.de").id,
                    "lang": "en_US",
                }
            ],
        )
        log = self._logs(event)
        self.assertEqual((log.operation, log.status), ("create", "success"))
        self.assertEqual(log.diff["country_id"], [None, "Germany"])
        self.assertEqual(partner.create_uid, self.connector.service_user_id)

    def test_update_writes_only_the_difference(self):
        self._feed("c1", ACME, 100)
        event = self._feed("c1", dict(ACME, phone="+49 30 999"), 101)
        self.assertEqual(self._partner("c1").phone, "+49 30 999")
        self.assertEqual(
            self._logs(event).diff, {"phone": ["+49 30 123", "+49 30 999"]}
        )

    def test_field_the_peer_did_not_change_keeps_odoos_value(self):
        self._feed("c1", ACME, 100)
        self._partner("c1").phone = "+49 30 555"
        self._feed("c1", dict(ACME, name="ACME AG"), 101)
        partner = self._partner("c1")
        self.assertEqual((partner.name, partner.phone), ("ACME AG", "+49 30 555"))

    def test_change_on_both_sides_is_noted(self):
        self._feed("c1", ACME, 100)
        self._partner("c1").phone = "+49 30 555"
        event = self._feed("c1", dict(ACME, phone="+49 30 777"), 101)
        self.assertEqual(self._partner("c1").phone, "+49 30 777")
        log = self._logs(event)
        self.assertEqual(log.status, "warning")
        self.assertIn("Phone", log.message)
        self.assertEqual(log.diff["phone"], ["+49 30 555", "+49 30 777"])

    def test_null_clears_and_absent_leaves(self):
        self._feed("c1", ACME, 100)
        without_phone = {k: v for k, v in ACME.items() if k != "phone"}
        self._feed("c1", dict(without_phone, email=None), 101)
        partner = self._partner("c1")
        self.assertEqual((partner.email, partner.phone), (False, "+49 30 123"))

    def test_first_contact_fills_but_never_blanks(self):
        known = self.env["res.partner"].create(
            {"name": "Old name", "email": "info@acme.example", "phone": "+49 1"}
        )
        event = self._feed("c1", dict(ACME, phone=None))
        self.assertEqual(self._partner("c1"), known)
        self.assertEqual((known.phone, known.city), ("+49 1", "Berlin"))
        self.assertEqual(self._logs(event).operation, "link")

    def test_match_by_vat_before_email(self):
        by_mail = self.env["res.partner"].create(
            {"name": "Mail", "email": "info@acme.example"}
        )
        by_vat = self.env["res.partner"].create(
            {"name": "Vat", "vat": "DE136695976", "is_company": True}
        )
        self._feed(
            "c1", dict(ACME, tax_ids=[{"kind": "vat", "value": "DE 136 695 976"}])
        )
        self.assertEqual(self._partner("c1"), by_vat)
        self.assertNotEqual(self._partner("c1"), by_mail)

    def test_two_candidates_are_for_a_person(self):
        self.env["res.partner"].create(
            [{"name": n, "email": "info@acme.example"} for n in ("One", "Two")]
        )
        event = self._feed("c1", ACME)
        self.assertEqual(
            (event.state, event.error_class), ("review", "duplicate_candidate")
        )
        self.assertFalse(self._link("c1"))
        self.assertIn("One", event.exception_id.message)
        self.assertEqual(event.exception_id.user_id, self.manager)

    def test_partner_of_another_object_is_no_candidate(self):
        self._feed("c1", ACME)
        self._feed("c2", ACME)
        self.assertNotEqual(self._partner("c1"), self._partner("c2"))

    def test_users_own_partner_is_no_candidate(self):
        self.manager.partner_id.email = "info@acme.example"
        self._feed("c1", ACME)
        self.assertNotEqual(self._partner("c1"), self.manager.partner_id)

    def test_invalid_vat_is_left_out_and_said(self):
        event = self._feed("c1", dict(ACME, tax_ids=[{"value": "DE123456789"}]))
        self.assertFalse(self._partner("c1").vat)
        log = self._logs(event)
        self.assertEqual(log.status, "warning")
        self.assertIn("DE123456789", log.message)

    def test_state_by_code_and_by_name(self):
        address = {"type": "main", "city": "LA", "country": "US"}
        for number, region in enumerate(("CA", "California", "US-CA")):
            self._feed(
                f"us{number}",
                {"name": "x", "addresses": [dict(address, region=region)]},
            )
            self.assertEqual(
                self._partner(f"us{number}").state_id,
                self.env.ref("base.state_us_5"),
                region,
            )
        event = self._feed(
            "us9", {"name": "x", "addresses": [dict(address, region="Nowhere")]}
        )
        self.assertIn("Nowhere", self._logs(event).message)

    def test_delivery_address_lives_and_is_archived(self):
        delivery = {"type": "delivery", "name": "Gate 3", "city": "Potsdam"}
        with_delivery = dict(ACME, addresses=[*ACME["addresses"], delivery])
        self._feed("c1", with_delivery, 100)
        child = self._partner("c1", role="address:delivery")
        self.assertEqual(
            (child.parent_id, child.type, child.city),
            (self._partner("c1"), "delivery", "Potsdam"),
        )
        delivery["city"] = "Teltow"
        event = self._feed(
            "c1", dict(ACME, addresses=[*ACME["addresses"], delivery]), 101
        )
        self.assertEqual(child.city, "Teltow")
        self.assertEqual(
            self._logs(event).diff, {"delivery.city": ["Potsdam", "Teltow"]}
        )
        self._feed("c1", ACME, 102)
        self.assertFalse(child.active)

    def test_deletion_archives(self):
        self._feed("c1", ACME, 100)
        event = self._feed("c1", {}, 101, deleted=True)
        self.assertFalse(self._partner("c1").active)
        self.assertEqual(self._logs(event).operation, "archive")

    def test_custom_fields_only_plain_ones(self):
        event = self._feed(
            "c1",
            dict(ACME, custom={"barcode": "B1", "company_id": 1, "signup_type": "x"}),
        )
        partner = self._partner("c1")
        self.assertEqual(partner.barcode, "B1")
        self.assertFalse(partner.company_id)
        self.assertIn("company_id", self._logs(event).message)

    def test_rule_of_the_database_is_a_business_rule(self):
        self.env["res.partner"].create({"name": "Has it", "barcode": "B1"})
        bad = self._store("c1", dict(ACME, custom={"barcode": "B1"}))
        good = self._store("c2", dict(ACME, email=None))
        with mute_logger("odoo.sql_db"), self.assertLogs(PIPELINE):
            self._drain()
        (bad | good).invalidate_recordset()
        self.assertEqual(good.state, "done")
        self.assertEqual((bad.state, bad.error_class), ("review", "business_rule"))
        self.assertNotIn("res_partner", bad.error)

    def test_unknown_language_is_said(self):
        event = self._feed("c1", dict(ACME, language="xx-YY"))
        self.assertIn("xx-YY", self._logs(event).message)

    def test_nobody_is_mailed_or_subscribed(self):
        before = self.env["mail.mail"].search_count([])
        self._feed("c1", ACME)
        self.assertEqual(self.env["mail.mail"].search_count([]), before)
        self.assertFalse(self._partner("c1").message_follower_ids)

    def test_deleted_record_is_made_again_with_a_note(self):
        self._feed("c1", ACME, 100)
        self.env.cr.execute(
            "DELETE FROM res_partner WHERE id = %s", (self._partner("c1").id,)
        )
        self.env.invalidate_all()
        event = self._feed("c1", dict(ACME, phone="1"), 101)
        self.assertEqual(event.state, "done")
        self.assertTrue(self._partner("c1").exists())
        self.assertEqual(self._logs(event).status, "warning")


class TestContact(CoreCase):
    """A contact refers to its customer."""

    def test_contact_waits_for_its_customer(self):
        contact = {"name": "Ann", "customer": "c1", "job_title": "Buyer"}
        event = self._feed("p1", contact, entity="contact")
        self.assertEqual((event.state, event.waiting_for), ("waiting", "customer:c1"))
        self.assertFalse(self._link("p1", entity="contact"))
        self._feed("c1", ACME)
        event.invalidate_recordset()
        self.assertEqual(event.state, "pending")
        self._drain()
        event.invalidate_recordset()
        self.assertEqual(event.state, "done")
        person = self._partner("p1", entity="contact")
        self.assertEqual(person.parent_id, self._partner("c1"))
        self.assertEqual(person.function, "Buyer")

    def test_both_in_one_batch(self):
        contact = self._store("p1", {"name": "Ann", "customer": "c1"}, entity="contact")
        self._store("c1", ACME)
        self._drain()
        self._drain()
        contact.invalidate_recordset()
        self.assertEqual(contact.state, "done")

    def test_review_instead_of_waiting(self):
        self.contact_flow.missing_reference = "review"
        event = self._feed("p1", {"name": "Ann", "customer": "c9"}, entity="contact")
        self.assertEqual(event.state, "review")

    def test_lost_fetch_is_asked_for_again(self):
        self.enterContext(self._fetching())
        self.contact_flow.missing_reference = "fetch"
        event = self._feed("p1", {"name": "Ann", "customer": "c9"}, entity="contact")
        jobs = self.env["queue.job"].search([("method_name", "=", "_job_fetch")])
        self.assertEqual(len(jobs), 1)
        self.assertEqual((jobs.args, jobs.records), ([], event))
        jobs.unlink()
        event.sudo().received_at = "2020-01-01 00:00:00"
        self.env.flush_all()
        self.env["integration.sweeper"]._fetch_waiting()
        again = self.env["queue.job"].search([("method_name", "=", "_job_fetch")])
        self.assertEqual(again.records, event)

    def test_waiting_ends_after_its_deadline(self):
        event = self._feed("p1", {"name": "Ann", "customer": "c9"}, entity="contact")
        event.sudo().next_attempt = "2020-01-01 00:00:00"
        self.env["integration.sweeper"]._expire_waiting()
        self.assertEqual(event.state, "review")
        self.assertTrue(event.exception_id)
