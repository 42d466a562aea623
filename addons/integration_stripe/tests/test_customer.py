# Copyright 2026 Odoo Integration Suite contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl)
import json

from odoo.tests.common import tagged

from odoo.addons.integration_core.engine.errors import MappingError, SchemaError

from .common import REPOSITORY, StripeCase, customer, event

FULL = customer(
    business_name="Müller & Söhne GmbH",
    individual_name="Anna Müller",
    name="Müller & Söhne",
    email="Info@Mueller.example",
    phone="+49 30 123456",
    preferred_locales=["de-DE", "en"],
    address={
        "line1": "Hauptstraße 1",
        "line2": None,
        "city": "Berlin",
        "state": "BE",
        "postal_code": "10115",
        "country": "DE",
    },
    shipping={
        "name": "Lager",
        "phone": "+49 30 99",
        "address": {
            "line1": "Hafen 2",
            "line2": "Tor 3",
            "city": "Hamburg",
            "state": None,
            "postal_code": "20457",
            "country": "DE",
        },
    },
    metadata={"segment": "retail"},
)


@tagged("post_install", "-at_install")
class TestCustomer(StripeCase):
    """Snapshot → normal form → shipped mapping → canonical schema."""

    def canonical(self, record):
        mapping = self.env.ref("integration_stripe.mapping_customer")._compile()
        result = mapping.mapping.apply(record)
        result["external_id"] = record["id"]
        self.env["integration.schema"]._check("customer", result)
        return result

    def normal(self, **values):
        return self.source(event(obj=customer(**values))).record

    # === NORMAL FORM === #

    def test_name(self):
        for values, name in (
            ({}, None),
            ({"name": "N"}, "N"),
            ({"business_name": "B"}, "B"),
            ({"individual_name": "I"}, "I"),
            ({"business_name": "B", "individual_name": "I"}, "B"),
            ({"name": "N", "business_name": "B"}, "N"),
        ):
            self.assertEqual(self.normal(**values)["name"], name, values)

    def test_company_or_person(self):
        self.assertIs(self.normal(business_name="B")["is_company"], True)
        self.assertIs(self.normal(individual_name="I")["is_company"], False)
        both = self.normal(business_name="B", individual_name="I")
        self.assertIs(both["is_company"], True)
        self.assertNotIn("is_company", self.normal(name="N"), "Stripe does not say")

    def test_both_generations_are_one(self):
        """The same customer in the shape before 2025-09-30 means the same."""
        old = dict(FULL)
        for name in ("business_name", "individual_name", "customer_account"):
            del old[name]
        old = self.canonical(self.source(event(obj=old)).record)
        new = self.canonical(self.source(event(obj=FULL)).record)
        self.assertEqual(new.pop("is_company"), True)
        self.assertEqual(old, new)

    def test_tax_ids_only_where_they_were_read(self):
        self.assertNotIn("tax_ids", self.normal())
        listed = {
            "object": "list",
            "has_more": False,
            "url": "/v1/customers/cus_1/tax_ids",
            "data": [
                {
                    "id": "txi_1",
                    "object": "tax_id",
                    "type": "eu_vat",
                    "value": "DE136695976",
                    "country": "DE",
                    "verification": {"status": "verified"},
                },
                {"id": "txi_2", "type": "unknown", "value": "1", "country": None},
            ],
        }
        self.assertEqual(
            self.normal(tax_ids=listed)["tax_ids"],
            [
                {
                    "type": "eu_vat",
                    "value": "DE136695976",
                    "country": "DE",
                    "status": "verified",
                },
                {"type": "unknown", "value": "1", "country": None, "status": None},
            ],
        )

    def test_kept_for_filters_and_own_fields(self):
        record = self.source(event(obj=FULL)).record
        self.assertIs(record["livemode"], False)
        self.assertEqual(record["metadata"], {"segment": "retail"})
        self.assertIn("invoice_settings", record)

    def test_deletion(self):
        source = self.source(event("customer.deleted"))
        self.assertTrue(source.deleted)
        self.assertFalse(self.source(event("customer.created")).deleted)

    def test_broken_contract_names_the_path(self):
        for values, path in (
            ({"email": 5}, "data.object.email"),
            ({"name": ["N"]}, "data.object.name"),
            ({"address": "Berlin"}, "data.object.address"),
            ({"address": {"line1": {}}}, "data.object.address.line1"),
            ({"shipping": []}, "data.object.shipping"),
            ({"shipping": {"address": 1}}, "data.object.shipping.address"),
            ({"preferred_locales": "de"}, "data.object.preferred_locales"),
            ({"preferred_locales": [1]}, "data.object.preferred_locales[0]"),
            ({"preferred_locales": [None]}, "data.object.preferred_locales[0]"),
            ({"metadata": []}, "data.object.metadata"),
            ({"tax_ids": {"data": {}}}, "data.object.tax_ids.data"),
            (
                {"tax_ids": {"data": [{"value": 1}]}},
                "data.object.tax_ids.data[0].value",
            ),
        ):
            with self.subTest(path), self.assertRaises(SchemaError) as caught:
                self.normal(**values)
            self.assertEqual(caught.exception.path, path)

    # === SHIPPED MAPPING === #

    def test_full(self):
        self.assertEqual(
            self.canonical(self.source(event(obj=FULL)).record),
            {
                "external_id": "cus_TestCustomer01",
                "name": "Müller & Söhne",
                "is_company": True,
                "email": "Info@Mueller.example",
                "phone": "+49 30 123456",
                "language": "de-DE",
                "addresses": [
                    {
                        "type": "main",
                        "line1": "Hauptstraße 1",
                        "line2": None,
                        "city": "Berlin",
                        "region": "BE",
                        "postal_code": "10115",
                        "country": "DE",
                    },
                    {
                        "type": "delivery",
                        "name": "Lager",
                        "phone": "+49 30 99",
                        "line1": "Hafen 2",
                        "line2": "Tor 3",
                        "city": "Hamburg",
                        "region": None,
                        "postal_code": "20457",
                        "country": "DE",
                    },
                ],
            },
        )

    def test_blank(self):
        """What Stripe says is empty clears; what it does not say stays."""
        self.assertEqual(
            self.canonical(self.normal()),
            {
                "external_id": "cus_TestCustomer01",
                "name": "cus_TestCustomer01",
                "email": None,
                "phone": None,
                "language": None,
                "addresses": [],
            },
        )
        self.assertEqual(
            self.canonical(self.normal(email="a@b.example"))["name"], "a@b.example"
        )

    def test_kinds_of_tax_ids(self):
        def tax_id(kind, value, country):
            return {"type": kind, "value": value, "country": country, "status": None}

        record = dict(
            self.normal(),
            tax_ids=[
                tax_id("eu_vat", "DE136695976", "DE"),
                tax_id("us_ein", "12-3456789", "US"),
                tax_id("eu_oss_vat", "EU123", None),
                tax_id("zz_new", "1", "ZZ"),
            ],
        )
        kinds = [
            (entry["kind"], entry["country"])
            for entry in self.canonical(record)["tax_ids"]
        ]
        self.assertEqual(
            kinds,
            [("vat", "DE"), ("us_ein", "US"), ("eu_oss_vat", None), ("other", "ZZ")],
        )
        self.assertEqual(self.canonical(dict(record, tax_ids=[]))["tax_ids"], [])

    def test_every_documented_kind_is_mapped(self):
        schema = json.loads(
            (REPOSITORY / "tests/data/stripe/schemas_endive/tax_id.json").read_text()
        )
        documented = set(schema["properties"]["type"]["x-open-enum"]) - {"unknown"}
        lines = self.env.ref("integration_stripe.value_map_tax_id_type").line_ids
        self.assertEqual(set(lines.mapped("external_value")), documented)

    def test_country_that_is_none(self):
        record = self.normal(address={"country": "Neverland"})
        with self.assertRaises(MappingError) as caught:
            self.canonical(record)
        self.assertEqual(caught.exception.path, "addresses[0].country")

    def test_fixture_of_stripe(self):
        """Stripe's own sample object, whole."""
        fixtures = json.loads(
            (REPOSITORY / "tests/data/stripe/fixtures3.json").read_text()
        )
        record = fixtures["resources"]["customer"]
        source = self.source(event(obj=record))
        self.assertEqual(self.canonical(source.record)["external_id"], record["id"])

    def test_mapping_survives_an_update(self):
        """noupdate: a customer's copy and its value map are never overwritten."""
        data = self.env["ir.model.data"].search(
            [
                ("module", "=", "integration_stripe"),
                ("model", "in", ("integration.mapping", "integration.value.map")),
            ]
        )
        self.assertGreater(len(data), 20)
        self.assertTrue(all(data.mapped("noupdate")))
