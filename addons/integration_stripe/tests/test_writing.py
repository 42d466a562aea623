# Copyright 2026 Odoo Integration Suite contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl)
from odoo.tests import tagged

from odoo.addons.integration_core.engine.errors import (
    BusinessRuleError,
    MappingError,
    PermanentError,
    RateLimitedError,
    UnknownOutcomeError,
)

from .. import const, forms
from .writing import KEY, REFERENCE, WritingCase

CUSTOMER = {
    "name": "Deco Addict",
    "email": "info@deco.example",
    "phone": None,
    "language": "de-DE",
    "tax_ids": [{"kind": "vat", "value": "DE136695976", "country": "DE"}],
    "addresses": [
        {"type": "main", "line1": "Weg 1", "city": "Köln", "country": "DE"},
        {"type": "delivery", "line1": "Hof 2", "city": "Bonn", "country": "DE"},
    ],
}
PRODUCT = {
    "name": "Chair",
    "description": "Four legs",
    "sku": "CH-1",
    "kind": "goods",
    "active": True,
}


def eur(amount):
    return {"amount": amount, "currency": "EUR"}


@tagged("post_install", "-at_install")
class TestForms(WritingCase):
    def test_brackets(self):
        form = {
            "a": {"b": 1, "c": {"d": None}},
            "e": [True, {"f": "x"}],
            "g": [],
            "h": forms.Decimal("1.50"),
        }
        self.assertEqual(
            forms.encode(form),
            {
                "a[b]": "1",
                "a[c][d]": "",
                "e[0]": "true",
                "e[1][f]": "x",
                "g": "",
                "h": "1.50",
            },
        )

    def test_minor_units(self):
        for amount, currency, expected in (
            ("19.99", "EUR", 1999),
            ("500", "JPY", 500),
            ("5.120", "KWD", 5120),
            ("7", "ISK", 700),
            ("-0.01", "USD", -1),
        ):
            money = {"amount": amount, "currency": currency}
            self.assertEqual(forms.whole(money), expected)
        self.assertEqual(str(forms.minor(eur("0.00005"))), "0.005")
        with self.assertRaises(MappingError):
            forms.whole(eur("0.005"))

    def test_tax_numbers_have_the_kind_of_their_country(self):
        for number, country, expected in (
            ("DE136695976", "DE", ("eu_vat", "DE136695976")),
            ("EL094259216", "GR", ("eu_vat", "EL094259216")),
            ("094259216", "GR", ("eu_vat", "EL094259216")),
            ("GB980780684", None, ("gb_vat", "GB980780684")),
            ("CHE123456788MWST", "CH", ("ch_vat", "CHE123456788MWST")),
            ("XX1", "XX", ("", "")),
        ):
            tax_id = {"value": number, "country": country}
            outgoing = self.outgoing("customer", {"tax_ids": [tax_id]})
            kind, value = expected
            wanted = [{"type": kind, "value": value}] if kind else []
            self.assertEqual(self.adapter._tax_ids(outgoing), wanted)
            self.assertEqual(bool(outgoing.notes), not kind)


@tagged("post_install", "-at_install")
class TestWriting(WritingCase):
    # === CUSTOMERS === #

    def test_a_new_customer(self):
        written = self.send("customer", CUSTOMER)
        made = self.sim.customer(written.external_id)
        self.assertEqual(made["name"], "Deco Addict")
        self.assertEqual(made["preferred_locales"], ["de-DE"])
        self.assertEqual(made["address"]["line1"], "Weg 1")
        # A delivery address needs a name: the customer's own.
        self.assertEqual(made["shipping"]["name"], "Deco Addict")
        self.assertEqual(made["shipping"]["address"]["city"], "Bonn")
        self.assertEqual(made["metadata"], {const.REFERENCE: REFERENCE})
        self.assertEqual(made["tax_ids"]["data"][0]["value"], "DE136695976")
        self.assertEqual(self.written, [("POST", "/v1/customers")])
        self.assertEqual(written.source.reference, REFERENCE)

    def test_the_answer_is_what_the_webhook_will_say(self):
        """Or the echo of our own change would be taken for somebody else's."""
        written = self.send("customer", dict(CUSTOMER, tax_ids=[]))
        echo = self.echo("customer", written.external_id)
        self.assertEqual(written.source.record, echo.record)
        self.assertEqual(echo.reference, REFERENCE)
        product = self.send("product", PRODUCT, idempotency_key="k2")
        echo = self.echo("product", product.external_id)
        self.assertEqual(product.source.record, echo.record)

    def test_only_what_changed_is_sent(self):
        customer = self.send("customer", CUSTOMER).external_id
        self.forget()
        self.send("customer", {"phone": "+49 221 1"}, customer, idempotency_key="k2")
        self.assertEqual(self.written, [("POST", f"/v1/customers/{customer}")])
        self.assertEqual(self.sim.writes[-1]["params"], {"phone": "+49 221 1"})
        self.send(
            "customer", {"addresses": [], "phone": None}, customer, idempotency_key="k3"
        )
        now = self.sim.customer(customer)
        self.assertEqual((now["address"], now["shipping"]), (None, None))
        self.assertEqual((now["phone"], now["name"]), (None, "Deco Addict"))
        addresses = CUSTOMER["addresses"]
        self.send("customer", {"addresses": addresses}, customer, idempotency_key="k4")
        self.assertEqual(self.sim.customer(customer)["shipping"]["name"], "Deco Addict")

    def test_a_new_tax_number_replaces_the_old_one(self):
        customer = self.send("customer", CUSTOMER).external_id
        self.sim.add_tax_id(customer, "us_ein", "12-3456789")
        self.forget()
        number = {"kind": "vat", "value": "FR23334175221", "country": "FR"}
        self.send("customer", {"tax_ids": [number]}, customer, idempotency_key="k2")
        found = self.sim.customer(customer)["tax_ids"]["data"]
        self.assertEqual(
            {(one["type"], one["value"]) for one in found},
            {("us_ein", "12-3456789"), ("eu_vat", "FR23334175221")},
        )
        self.assertEqual([method for method, _path in self.written], ["POST", "DELETE"])
        self.forget()
        self.send("customer", {"tax_ids": [number]}, customer, idempotency_key="k3")
        self.assertEqual(self.written, [])

    def test_a_deleted_customer(self):
        customer = self.send("customer", CUSTOMER).external_id
        for key in ("k2", "k3"):  # what is gone already is no error
            written = self.send(
                "customer", {}, customer, deleted=True, idempotency_key=key
            )
            self.assertEqual(written, (customer, None))
        self.assertNotIn(customer, self.sim.customers)

    # === PRODUCTS AND PRICES === #

    def test_a_product_lives(self):
        product = self.send("product", PRODUCT).external_id
        made = self.sim.resources["products"].objects[product]
        self.assertEqual((made["name"], made["shippable"]), ("Chair", True))
        self.assertEqual(made["metadata"]["sku"], "CH-1")
        self.send("product", {"sku": None}, product, idempotency_key="k2")
        made = self.sim.resources["products"].objects[product]
        self.assertEqual(made["metadata"], {const.REFERENCE: REFERENCE})
        self.send("product", {}, product, deleted=True, idempotency_key="k3")
        self.assertFalse(self.sim.resources["products"].objects[product]["active"])

    def price(self, **values):
        product = self.sim.create_product("Chair")["id"]
        return {
            "product": {"entity": "product", "external_id": product},
            "active": True,
            "amount": eur("19.995"),
            "currency": "EUR",
            "interval": "month",
            "interval_count": 3,
            "tax_inclusive": False,
            **values,
        }

    def test_another_amount_is_another_price(self):
        price = self.send("price", self.price()).external_id
        prices = self.sim.resources["prices"].objects
        self.assertEqual(prices[price]["unit_amount_decimal"], "1999.5")
        self.assertEqual(prices[price]["recurring"]["interval_count"], 3)
        self.assertEqual(prices[price]["tax_behavior"], "exclusive")
        # The same amount once more makes none.
        same = {"amount": eur("19.9950"), "active": True}
        self.assertEqual(
            self.send("price", same, price, idempotency_key="k2").external_id, price
        )
        change = {"amount": eur("25"), "interval": "year"}
        written = self.send("price", change, price, idempotency_key="k3")
        self.assertNotEqual(written.external_id, price)
        new = prices[written.external_id]
        self.assertEqual((new["unit_amount"], new["active"]), (2500, True))
        self.assertEqual(new["recurring"]["interval"], "year")
        self.assertEqual(new["recurring"]["interval_count"], 3)
        self.assertEqual(new["product"], prices[price]["product"])
        self.assertFalse(prices[price]["active"])
        self.assertEqual(written.source.reference, REFERENCE)

    def test_an_ended_price_ends(self):
        price = self.send("price", self.price()).external_id
        self.forget()
        self.send("price", {"active": False}, price, idempotency_key="k2")
        self.assertFalse(self.sim.resources["prices"].objects[price]["active"])
        self.assertEqual(self.written, [("POST", f"/v1/prices/{price}")])

    def test_a_price_by_quantity_is_not_replaced_by_a_plain_one(self):
        product = self.sim.create_product("Chair")["id"]
        tiers = [{"up_to": "inf", "unit_amount": 5}]
        price = self.sim.act(
            "POST",
            "/v1/prices",
            product=product,
            currency="eur",
            billing_scheme="tiered",
            tiers_mode="volume",
            tiers=tiers,
        )["id"]
        with self.assertRaises(BusinessRuleError):
            self.send("price", {"amount": eur("1")}, price)

    # === WHAT GOES WRONG === #

    def test_a_lost_answer_makes_no_second_object(self):
        self.lose_answer("/v1/customers")
        with self.assertRaises(UnknownOutcomeError):
            self.send("customer", CUSTOMER)
        written = self.send("customer", CUSTOMER)
        self.assertEqual(list(self.sim.customers), [written.external_id])
        self.assertEqual(self.written, [("POST", "/v1/customers")])

    def test_a_kept_500_is_got_over(self):
        """Stripe gives it again for a day, whatever became of the request."""
        for when, number in (("after", 1), ("during", 2)):
            with self.subTest(when=when):
                self.lose_answer("/v1/customers", when, kind="status", status=500)
                key = KEY[:-1] + str(number)
                for _attempt in range(2):
                    try:
                        written = self.send(
                            "customer",
                            CUSTOMER,
                            idempotency_key=key,
                            reference=f"{REFERENCE}{number}",
                        )
                    except UnknownOutcomeError:
                        continue
                self.assertEqual(len(self.sim.customers), number)
                self.assertIn(written.external_id, self.sim.customers)

    def test_a_key_that_was_used_otherwise(self):
        """It must not happen; if it does, the object is found by its mark."""
        written = self.send("customer", CUSTOMER)
        again = self.send("customer", dict(CUSTOMER, name="Other"))
        self.assertEqual(again.external_id, written.external_id)
        self.assertEqual(len(self.sim.customers), 1)

    def test_looking_up_when_keys_are_forgotten(self):
        outgoing = self.outgoing("customer", CUSTOMER)
        self.assertIsNone(self.adapter._look_up(self.connector, outgoing))
        written = self.adapter._send(self.connector, outgoing)
        # The search lags a minute behind; the list does not.
        for lag in (0, 25 * 3600):
            self.sim.clock.advance(lag)
            found = self.adapter._look_up(self.connector, outgoing)
            self.assertEqual(found.external_id, written.external_id)
            self.assertEqual(found.source.record["name"], "Deco Addict")
        other = self.outgoing("customer", CUSTOMER, reference=f"{REFERENCE}8")
        self.assertIsNone(self.adapter._look_up(self.connector, other))

    def test_a_mapping_that_gives_something_else(self):
        """Said before anything is sent."""
        for entity, canonical, name, value in (
            ("price", self.price(), "amount", "19.99"),
            ("price", self.price(), "amount", {"amount": "x", "currency": "EUR"}),
            ("customer", CUSTOMER, "tax_ids", ["DE136695976"]),
            ("customer", CUSTOMER, "tax_ids", [{"country": "DE"}]),
        ):
            with self.subTest(entity=entity, value=value):
                outgoing = self.outgoing(entity, canonical)
                outgoing.record[name] = value
                self.forget()
                with self.assertRaises(MappingError):
                    self.adapter._send(self.connector, outgoing)
                self.assertEqual(self.written, [])

    def test_refusals_have_their_class(self):
        for status, expected in ((429, RateLimitedError), (400, PermanentError)):
            self.lose_answer("/v1/products", "before", kind="status", status=status)
            with self.assertRaises(expected):
                self.send("product", PRODUCT)
        self.lose_answer("/v1/products", "before", kind="status", status=503)
        with self.assertRaises(UnknownOutcomeError):
            self.send("product", PRODUCT)
        self.assertEqual(self.sim.resources["products"].objects, {})
