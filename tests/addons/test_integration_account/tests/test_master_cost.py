# Copyright 2026 Odoo Integration Suite contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl)
from odoo.tests import tagged

from odoo.addons.integration_core.engine import trace, versions
from odoo.addons.integration_core.messages import Source
from odoo.addons.test_integration_core.tests.test_sql_counts import CountingCursor

from .common import AccountCase

PRODUCT = {"entity": "product", "external_id": "prod_0"}


class CostCase(AccountCase):
    """Statements do not depend on the machine: what a batch costs, as numbers."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.connector.drain_count = 1

    def _statements(self, act) -> int:
        self.env.flush_all()
        self.env.invalidate_all()
        statements, driver = [], self.env.cr._obj
        self.env.cr._obj = CountingCursor(driver, statements)
        try:
            act()
            self.env.flush_all()
        finally:
            self.env.cr._obj = driver
        return len(statements)

    def _batch(self, entity: str, records: dict, at: int = 100) -> int:
        """Statements of the drain of one batch of these objects."""
        fetch = self.env["integration.fetch"]
        self.env["integration.intake"]._store(
            self.connector._webhook_gate(),
            [
                fetch._message(entity, key, Source(record, versions.from_unix(at)))
                for key, record in records.items()
            ],
            {"correlation_id": trace.new_trace_id()},
        )
        return self._statements(self._drain)

    def _create_alone(self, model: str, vals_list: list[dict]) -> int:
        """What Odoo itself needs for such records, as the technical user."""
        work = self.connector._work_env()

        def create():
            work[model].create(vals_list)
            work.flush_all()

        return self._statements(create)


@tagged("post_install", "-at_install")
class TestProductCost(CostCase):
    """What a product costs beyond Odoo's own create."""

    def _products(self, first: int, count: int) -> dict:
        return {
            f"prod_{n}": {"name": f"Product {n}", "sku": f"S-{n}"}
            for n in range(first, first + count)
        }

    def _alone(self, first: int, count: int) -> int:
        return self._create_alone(
            "product.product",
            [
                {
                    "name": f"Product {n}",
                    "default_code": f"S-{n}",
                    "type": "service",
                    "list_price": 0.0,
                }
                for n in range(first, first + count)
            ],
        )

    def test_the_slope_of_a_batch_is_odoos_own(self):
        self._batch("product", self._products(0, 5))
        large = self._batch("product", self._products(1000, 50))
        small = self._batch("product", self._products(2000, 10))
        odoos = self._alone(3000, 50) - self._alone(4000, 10)
        self.assertLessEqual(large - small, odoos + 0.3 * 40, (large, small, odoos))

    def test_unchanged_products_cost_next_to_nothing(self):
        products = self._products(0, 50)
        self._batch("product", products)
        self.assertLessEqual(self._batch("product", products, at=200), 20)


@tagged("post_install", "-at_install")
class TestPriceCost(CostCase):
    """What a price costs beyond Odoo's own create of a rule."""

    def _prices(self, first: int, count: int) -> dict:
        return {
            f"price_{n}": {
                "product": PRODUCT,
                "currency": "EUR",
                "amount": self._money(f"{n}.50"),
                "interval": "month",
            }
            for n in range(first, first + count)
        }

    def test_the_slope_of_a_batch_is_odoos_own(self):
        self._batch("product", {"prod_0": {"name": "Seat"}})
        self._batch("price", self._prices(0, 5))
        large = self._batch("price", self._prices(1000, 50))
        small = self._batch("price", self._prices(2000, 10))
        product = self._record_of("prod_0", "product")
        rule = {"product_id": product.id, "fixed_price": 1.5}
        rule["pricelist_id"] = (
            self.env["product.pricelist.item"]
            .search([("product_id", "=", product.id)], limit=1)
            .pricelist_id.id
        )
        odoos = self._create_alone(
            "product.pricelist.item", [dict(rule) for _ in range(50)]
        ) - self._create_alone(
            "product.pricelist.item", [dict(rule) for _ in range(10)]
        )
        self.assertLessEqual(large - small, odoos + 0.3 * 40, (large, small, odoos))


@tagged("post_install", "-at_install")
class TestTaxRateCost(CostCase):
    """A batch of tax rates is a handful of statements, mapped or not."""

    def _rates(self, first: int, count: int) -> dict:
        return {
            f"txr_{n}": {"name": "VAT", "percentage": str(n % 20), "inclusive": False}
            for n in range(first, first + count)
        }

    def test_references_of_a_batch_cost_the_same_however_many(self):
        value_map = self.env["integration.value.map"].create(
            {
                "name": "Rates",
                "code": "rates",
                "system": self.connector.system,
                "entity": "tax_rate",
                "model": "account.tax",
            }
        )
        tax = self.env["account.tax"].create({"name": "19", "amount": 19})
        seen = {value: ("x", {}) for value in self._rates(0, 30)}
        for line in value_map._note_values(self.company, seen).values():
            line.res_id = tax
        wanted = {("tax_rate", value) for value in seen}
        links = self.env["integration.external.id"]
        nothing = {("customer", "cus_1")}
        for references in (wanted, nothing):
            # Which entities have a map is known from here on.
            links._resolve(self.connector, references)
        found = {}
        count = self._statements(
            lambda: found.update(links._resolve(self.connector, wanted))
        )
        self.assertEqual(set(found.values()), {("account.tax", tax.id)})
        self.assertLessEqual(count, 4)
        plain = self._statements(lambda: links._resolve(self.connector, nothing))
        self.assertLessEqual(plain, 2)  # the connector itself is read anew here
