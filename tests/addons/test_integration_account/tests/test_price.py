# Copyright 2026 Odoo Integration Suite contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl)
from datetime import timedelta

from odoo import fields
from odoo.tests import tagged

from odoo.addons.integration_account.models.product.entity_price import NEVER

from .common import AccountCase

PRODUCT = {"entity": "product", "external_id": "prod_1"}


class PriceCase(AccountCase):
    """A product of the system whose prices come in."""

    def setUp(self):
        super().setUp()
        self._feed("prod_1", {"name": "Seat"}, entity="product")
        self.product = self._record_of("prod_1", "product")

    def _price(self, external_id="price_1", at=100, amount="10.00", **values):
        currency = values.get("currency", "EUR")
        record = {
            "product": PRODUCT,
            "active": True,
            "currency": currency,
            "amount": self._money(amount, currency) if amount else None,
            **values,
        }
        return self._feed(external_id, record, at, entity="price")

    def _rule(self, external_id="price_1", role=""):
        link = self._link(external_id, entity="price", role=role)
        return self.env["product.pricelist.item"].browse(link.res_id)

    def _tier(self, up_to, amount, flat=None):
        return {
            "up_to": up_to,
            "unit_amount": self._money(amount) if amount else None,
            "flat_amount": self._money(flat) if flat else None,
        }


@tagged("post_install", "-at_install")
class TestPrice(PriceCase):
    """Prices become rules in price lists by currency and billing period."""

    def test_a_price_is_a_rule_in_the_list_of_its_period(self):
        event = self._price(interval="month", interval_count=1)
        self.assertEqual(event.state, "done", event.error)
        rule = self._rule()
        self.assertEqual(rule.pricelist_id.name, "Demo EUR / month")
        self.assertEqual(rule.pricelist_id.company_id, self.company)
        self.assertEqual((rule.product_id, rule.fixed_price), (self.product, 10.0))
        self.assertEqual((rule.applied_on, rule.min_quantity), ("0_product_variant", 0))
        self.assertFalse(rule.date_end)
        self.assertEqual(rule.pricelist_id._get_product_price(self.product, 1), 10.0)
        self.assertEqual(event.exception_id.id, False)

    def test_one_list_a_currency_and_period(self):
        self._price("price_1", interval="month")
        self._price("price_2", interval="month", interval_count=1)
        self._price("price_3", interval="month", interval_count=3)
        self._price("price_4", interval="year")
        self._price("price_5")
        self._price("price_6", currency="USD")
        lists = [self._rule(f"price_{n}").pricelist_id for n in range(1, 7)]
        self.assertEqual(lists[0], lists[1])
        self.assertEqual(
            [lst.name for lst in lists[1:]],
            [
                "Demo EUR / month",
                "Demo EUR / 3 months",
                "Demo EUR / year",
                "Demo EUR, charged once",
                "Demo USD, charged once",
            ],
        )

    def test_a_renamed_list_is_found_again_a_deleted_one_is_made_again(self):
        self._price("price_1")
        pricelist = self._rule().pricelist_id
        pricelist.write({"name": "Ours", "active": False})
        self._price("price_2")
        self.assertEqual(self._rule("price_2").pricelist_id, pricelist)
        pricelist.unlink()
        self._price("price_3")
        self.assertTrue(self._rule("price_3").pricelist_id.exists())

    def test_no_list_of_ours_becomes_everybodys(self):
        """Odoo offers its first price list to customers that have none."""
        self.env.user.group_ids += self.env.ref("product.group_product_pricelist")
        self._price()
        own = self._rule().pricelist_id
        standard = self.env["product.pricelist"].create(
            {"name": "Standard", "company_id": self.company.id}
        )
        partner = self.env["res.partner"].create({"name": "Customer"})
        self.assertNotEqual(partner.property_product_pricelist, own)
        self.assertGreater(own.sequence, standard.sequence)

    def test_a_price_waits_for_its_product(self):
        self.flows["price"].missing_reference = "wait"
        other = {"entity": "product", "external_id": "prod_9"}
        event = self._price(product=other)
        self.assertEqual(
            (event.state, event.waiting_for), ("waiting", "product:prod_9")
        )
        self._feed("prod_9", {"name": "Late"}, entity="product")
        self._drain()
        event.invalidate_recordset()
        self.assertEqual(event.state, "done")
        self.assertEqual(self._rule().product_id.name, "Late")

    # === THE AMOUNT === #

    def test_fractions_of_a_cent_stay(self):
        event = self._price(amount="0.00125")
        self.env.flush_all()
        self.env.invalidate_all()
        self.assertEqual(self._rule().fixed_price, 0.00125)
        self.assertEqual(self._logs(event).status, "success")

    def test_digits_that_odoo_loses_are_said(self):
        event = self._price(amount="123456789012.123456789012")
        self.assertIn("Odoo keeps 123456789012.1", self._logs(event).message)

    def test_a_changed_amount_replaces_with_a_note(self):
        self._price(amount="10.00")
        rule = self._rule()
        event = self._price(amount="12.00", at=101)
        self.assertEqual((self._rule(), rule.fixed_price), (rule, 12.0))
        self.assertIn("it was 10 and is 12 now", self._logs(event).message)

    def test_an_unknown_currency_is_for_a_person(self):
        event = self._price(currency="XQQ")
        self.assertEqual((event.state, event.error_class), ("review", "mapping"))
        self.assertEqual(event.exception_id.cause, "currency:XQQ")
        self.assertFalse(self._rule())

    def test_an_amount_that_is_a_number_is_set_aside(self):
        event = self._price(amount=None, at=100)
        event = self._feed(
            "price_2",
            {
                "product": PRODUCT,
                "currency": "EUR",
                "amount": {"amount": 10, "currency": "EUR"},
            },
            entity="price",
        )
        self.assertEqual((event.state, event.error_class), ("quarantine", "schema"))
        self.assertIn("amount.amount", event.error_path)

    # === THE END === #

    def test_no_longer_offered_ends_and_never_is_deleted(self):
        self._price()
        rule = self._rule()
        self._price(at=101, active=False)
        end = rule.date_end
        self.assertTrue(end and end <= fields.Datetime.now())
        self._price(at=102, active=False, name="Renamed")
        self.assertEqual(rule.date_end, end)
        later = end + timedelta(minutes=1)
        price = rule.pricelist_id._get_product_price(self.product, 1, date=later)
        self.assertEqual(price, 0)
        self._price(at=103, active=True)
        self.assertFalse(rule.date_end)

    def test_a_deleted_price_ends(self):
        self._price()
        rule = self._rule()
        event = self._feed("price_1", {}, 101, entity="price", deleted=True)
        self.assertEqual(event.state, "done", event.error)
        self.assertTrue(rule.exists() and rule.date_end)

    def test_a_price_that_had_ended_before_it_came(self):
        self._price(active=False)
        self.assertTrue(self._rule().date_end)
        self.assertEqual(self.product.list_price, 0)

    # === TIERS === #

    def test_volume_tiers_are_rules(self):
        tiers = [
            self._tier("10", "9.00"),
            self._tier("50", "8.00"),
            self._tier(None, "7.00"),
        ]
        event = self._price(amount=None, tiers_mode="volume", tiers=tiers)
        self.assertEqual(event.state, "done", event.error)
        pricelist = self._rule().pricelist_id
        for quantity, price in ((1, 9), (10, 9), (10.5, 8), (50, 8), (51, 7)):
            self.assertEqual(
                pricelist._get_product_price(self.product, quantity), price, quantity
            )
        self.assertIn("tier:2.fixed_price", self._logs(event).diff)

    def test_tiers_change_and_end(self):
        tiers = [self._tier("10", "9.00"), self._tier(None, "8.00")]
        self._price(amount=None, tiers_mode="volume", tiers=tiers)
        second = self._rule(role="tier:2")
        tiers[1] = self._tier(None, "7.50")
        event = self._price(amount=None, tiers_mode="volume", tiers=tiers, at=101)
        self.assertEqual(second.fixed_price, 7.5)
        self.assertEqual(self._logs(event).diff, {"tier:2.fixed_price": [8.0, 7.5]})
        self._price(amount="9.00", at=102)
        self.assertTrue(second.exists() and second.date_end)
        self._price(amount=None, tiers_mode="volume", tiers=tiers, at=103, active=False)
        self.assertTrue(self._rule().date_end)

    def test_a_price_that_ends_ends_with_its_tiers(self):
        tiers = [self._tier("10", "9.00"), self._tier(None, "8.00")]
        self._price(amount=None, tiers_mode="volume", tiers=tiers)
        self._feed("price_1", {}, 101, entity="price", deleted=True)
        self.assertTrue(self._rule(role="tier:2").date_end)

    def test_what_a_price_list_cannot_tell_never_applies(self):
        graduated = [self._tier("10", "9.00"), self._tier(None, "8.00")]
        flat = [self._tier("10", "9.00", "5.00"), self._tier(None, "8.00")]
        cases = {
            "graduated ones": {"tiers_mode": "graduated", "tiers": graduated},
            "flat amount": {"tiers_mode": "volume", "tiers": flat},
            "no fixed amount": {},
        }
        for number, (words, values) in enumerate(cases.items(), 1):
            event = self._price(f"price_{number}", amount=None, **values)
            self.assertEqual(event.state, "done", event.error)
            self.assertIn(words, self._logs(event).message)
            rule = self._rule(f"price_{number}")
            self.assertEqual(rule.date_end, NEVER)
            self.assertEqual(rule.pricelist_id._get_product_price(self.product, 1), 0)

    # === WHAT PEOPLE SHOULD KNOW === #

    def test_two_prices_of_one_product_in_one_list_are_said_once(self):
        first = self._price("price_1")
        second = self._price("price_2", amount="12.00")
        self.assertEqual(self._logs(first).status, "success")
        self.assertIn("Odoo takes the newest", self._logs(second).message)
        again = self._price("price_2", amount="12.00", name="x", at=101)
        self.assertFalse(self._logs(again))

    def test_contained_taxes_are_a_matter_of_the_product(self):
        self.product.taxes_id = self.env["account.tax"].create(
            {"name": "19", "amount": 19, "price_include_override": "tax_excluded"}
        )
        event = self._price(tax_inclusive=True)
        self.assertIn("Taxes are contained", self._logs(event).message)
        event = self._price("price_2", currency="USD", tax_inclusive=False)
        self.assertEqual(self._logs(event).status, "success")

    def test_a_sales_price_is_filled_only_where_there_is_none(self):
        self.product.company_id = self.company  # its sales price is in euro then
        self._price("price_m", amount="5.00", interval="month")
        self._price("price_u", amount="11.00", currency="USD")
        self.assertEqual(self.product.list_price, 0)
        event = self._price("price_1", amount="49.00")
        self.assertEqual(self.product.list_price, 49)
        self.assertIn("product.list_price", self._logs(event).diff)
        self._price("price_2", amount="59.00")
        self.assertEqual(self.product.list_price, 49)

    def test_compare_only_makes_no_list(self):
        before = self.env["product.pricelist"].search_count([])
        self.flows["price"].mode = "shadow"
        event = self._price()
        self.assertEqual((event.state, event.skip_reason), ("skipped", "shadow"))
        self.assertEqual(self.env["product.pricelist"].search_count([]), before)

    def test_a_batch_makes_its_lists_once(self):
        for number in range(20):
            self._store(
                f"price_{number}",
                {
                    "product": PRODUCT,
                    "currency": "EUR",
                    "amount": self._money(number + 1),
                    "interval": "month" if number % 2 else "year",
                },
                entity="price",
            )
        self._drain()
        rules = self.env["product.pricelist.item"].browse(
            self._rule(f"price_{number}").id for number in range(20)
        )
        self.assertEqual(len(rules.pricelist_id), 2)
        self.assertEqual(rules.mapped("fixed_price"), [n + 1.0 for n in range(20)])
