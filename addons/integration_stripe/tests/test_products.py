# Copyright 2026 Odoo Integration Suite contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl)
import ast
import re
from decimal import Decimal

from odoo.tests.common import tagged
from odoo.tools.misc import file_open

from odoo.addons.integration_core.engine.errors import SchemaError

from .. import shapes
from .common import StripeCase, event, fixture


def product(**values):
    return {
        "id": "prod_1",
        "object": "product",
        "active": True,
        "description": None,
        "metadata": {},
        "name": "Chair",
        "shippable": None,
        "type": "service",
        "unit_label": None,
        "url": None,
        **values,
    }


def price(**values):
    return {
        "id": "price_1",
        "object": "price",
        "active": True,
        "billing_scheme": "per_unit",
        "currency": "eur",
        "metadata": {},
        "nickname": None,
        "product": "prod_1",
        "recurring": None,
        "tax_behavior": "unspecified",
        "tiers_mode": None,
        "transform_quantity": None,
        "type": "one_time",
        "unit_amount": 1999,
        "unit_amount_decimal": "1999",
        **values,
    }


def tax_rate(**values):
    return {
        "id": "txr_1",
        "object": "tax_rate",
        "active": True,
        "country": "DE",
        "description": None,
        "display_name": "VAT",
        "inclusive": False,
        "jurisdiction": "DE",
        "percentage": 19.0,
        "rate_type": None,
        "state": None,
        "tax_type": "vat",
        **values,
    }


@tagged("post_install", "-at_install")
class TestProducts(StripeCase):
    """Products, prices and tax rates: snapshot → normal form → common format."""

    def common(self, kind, obj):
        source = self.source(event(kind, obj))
        return self.canonical(kind.split(".")[0], source.record)

    # === PRODUCTS === #

    def test_product(self):
        record = self.common("product.updated", product(url="https://x.example"))
        self.assertEqual(
            record,
            {
                "external_id": "prod_1",
                "name": "Chair",
                "description": None,
                "kind": "service",
                "unit": None,
                "url": "https://x.example",
                "active": True,
            },
        )

    def test_article_number(self):
        """Stripe has none; a missing one must not clear that of Odoo."""
        for metadata, sku in (({"sku": "A-1"}, "A-1"), ({"SKU": "B"}, "B")):
            record = self.common("product.created", product(metadata=metadata))
            self.assertEqual(record["sku"], sku)
        self.assertNotIn("sku", self.common("product.created", product()))

    def test_goods(self):
        for values in ({"type": "good"}, {"shippable": True}):
            record = self.common("product.created", product(**values))
            self.assertEqual(record["kind"], "goods")

    def test_deleted_product(self):
        source = self.source(event("product.deleted", product()))
        self.assertTrue(source.deleted)

    # === PRICES === #

    def price(self, **values):
        return self.common("price.created", price(**values))

    def test_price(self):
        self.assertEqual(
            self.price(nickname="List price", tax_behavior="inclusive"),
            {
                "external_id": "price_1",
                "product": {"entity": "product", "external_id": "prod_1"},
                "active": True,
                "name": "List price",
                "amount": {"amount": "19.99", "currency": "EUR"},
                "currency": "EUR",
                "interval": None,
                "interval_count": None,
                "metered": False,
                "tax_inclusive": True,
                "tiers_mode": None,
            },
        )

    def test_expanded_product(self):
        record = self.price(product={"id": "prod_2", "object": "product"})
        self.assertEqual(record["product"]["external_id"], "prod_2")

    def test_recurring(self):
        record = self.price(
            recurring={
                "interval": "month",
                "interval_count": 3,
                "usage_type": "metered",
            }
        )
        self.assertEqual(
            (record["interval"], record["interval_count"], record["metered"]),
            ("month", 3, True),
        )

    def test_fractions_of_a_cent(self):
        for text, amount in (
            ("0.125", "0.00125"),
            ("12.50", "0.125"),
            ("1999.000", "19.99"),
            # Twelve digits of a cent are more than the common format has.
            ("0.123456789012", "0.001234567890"),
        ):
            record = self.price(unit_amount=None, unit_amount_decimal=text)
            self.assertEqual(Decimal(record["amount"]["amount"]), Decimal(amount))

    def test_no_price_of_one_unit(self):
        package = {"divide_by": 12, "round": "up"}
        for values in (
            {"transform_quantity": package},
            {"unit_amount": None, "unit_amount_decimal": None},
        ):
            self.assertIsNone(self.price(**values)["amount"], values)

    def test_tiers_must_be_read(self):
        tiered = price(billing_scheme="tiered", tiers_mode="volume", unit_amount=None)
        message = self.split(event("price.created", tiered))
        self.assertTrue(self.adapter._needs_fetch(self.item(message)))
        plain = self.split(event("price.created", price()))
        self.assertFalse(self.adapter._needs_fetch(self.item(plain)))

    def test_tiers(self):
        record = self.price(
            billing_scheme="per_unit",
            tiers_mode="graduated",
            tiers=[
                {
                    "up_to": 10,
                    "unit_amount": 500,
                    "unit_amount_decimal": "500",
                    "flat_amount": 100,
                    "flat_amount_decimal": "100",
                },
                {
                    "up_to": None,
                    "unit_amount": None,
                    "unit_amount_decimal": "0.5",
                    "flat_amount": None,
                    "flat_amount_decimal": None,
                },
            ],
        )
        self.assertEqual(
            record["tiers"],
            [
                {
                    "up_to": "10",
                    "unit_amount": {"amount": "5.00", "currency": "EUR"},
                    "flat_amount": {"amount": "1.00", "currency": "EUR"},
                },
                {
                    "up_to": None,
                    "unit_amount": {"amount": "0.005", "currency": "EUR"},
                    "flat_amount": None,
                },
            ],
        )

    def test_deleted_price(self):
        """Its message is whole: it ends as a price that is no longer offered."""
        source = self.source(event("price.deleted", price()))
        self.assertFalse(source.deleted)
        self.assertIs(self.canonical("price", source.record)["active"], False)

    def test_no_amount(self):
        for text in ("many", "NaN", "Infinity", "1e999999999", ""):
            with self.assertRaises(SchemaError) as caught:
                self.price(unit_amount_decimal=text)
            self.assertEqual(
                caught.exception.path, "data.object.unit_amount_decimal", text
            )

    # === TAX RATES === #

    def test_tax_rate(self):
        self.assertEqual(
            self.common("tax_rate.created", tax_rate()),
            {
                "external_id": "txr_1",
                "name": "VAT",
                "description": None,
                "percentage": "19",
                "inclusive": False,
                "country": "DE",
                "region": None,
                "kind": "vat",
                "jurisdiction": "DE",
                "active": True,
            },
        )

    def test_percentages(self):
        for number, text in ((7, "7"), (9.975, "9.975"), (20.0, "20"), (0, "0")):
            record = self.common("tax_rate.created", tax_rate(percentage=number))
            self.assertEqual(record["percentage"], text)

    def test_fixed_amount(self):
        record = self.common(
            "tax_rate.created", tax_rate(rate_type="flat_amount", percentage=0)
        )
        self.assertIsNone(record["percentage"])

    # === STRIPE'S OWN SAMPLES === #

    def test_fixtures(self):
        for entity in ("product", "price", "tax_rate"):
            record = fixture(entity)
            found = self.common(f"{entity}.updated", record)
            self.assertEqual(found["external_id"], record["id"])

    def test_wrong_types(self):
        for kind, obj, path in (
            ("product.updated", product(name={}), "name"),
            ("product.updated", product(active="yes"), "active"),
            ("price.updated", price(unit_amount="1999"), "unit_amount"),
            ("price.updated", price(unit_amount=True), "unit_amount"),
            ("price.updated", price(tiers=[{"up_to": "x"}]), "tiers[0].up_to"),
            ("tax_rate.updated", tax_rate(percentage="19"), "percentage"),
            ("tax_rate.updated", tax_rate(inclusive=0), "inclusive"),
        ):
            with self.assertRaises(SchemaError) as caught:
                self.source(event(kind, obj))
            self.assertEqual(caught.exception.path, f"data.object.{path}")


@tagged("post_install", "-at_install")
class TestShapes(StripeCase):
    """What amounts count in (docs.stripe.com/currencies)."""

    def test_decimals(self):
        for code, decimals in (
            ("eur", 2),
            ("JPY", 0),
            ("krw", 0),
            ("mga", 0),
            ("isk", 2),
            ("ugx", 2),
            ("kwd", 3),
            ("huf", 2),
        ):
            self.assertEqual(shapes.decimals(code), decimals, code)

    def test_same_as_odoo(self):
        """Odoo's own payment addon counts alike; it is read, not installed."""
        with file_open("payment_stripe/const.py") as source:
            table = re.search(
                r"^CURRENCY_DECIMALS = (\{.*?\})", source.read(), re.M | re.S
            )
        for code, decimals in ast.literal_eval(table[1]).items():
            self.assertEqual(shapes.decimals(code), decimals, code)
