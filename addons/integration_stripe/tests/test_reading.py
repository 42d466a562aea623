# Copyright 2026 Odoo Integration Suite contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl)
from unittest.mock import patch

from odoo.tests.common import tagged

from odoo.addons.integration_core.engine import versions
from odoo.addons.integration_core.engine.errors import (
    AuthenticationError,
    PermanentError,
    RateLimitedError,
    TransientError,
)

from .. import const
from .common import NOW, SimulatorCase

# The second before: an update at NOW may have happened while the answer was on its way.
VERSION = versions.from_unix(NOW - 1)


@tagged("post_install", "-at_install")
class TestReading(SimulatorCase):
    """Reading one customer and all of them, over real HTTP."""

    def fetch(self, external_id):
        return self.adapter._fetch(self.connector, "customer", external_id)

    def test_fetch(self):
        made = self.sim.create_customer(name="Deco", email="info@deco.example")
        self.sim.add_tax_id(made["id"], "eu_vat", "DE136695976")
        source = self.fetch(made["id"])
        self.assertEqual(source.version, VERSION)
        self.assertFalse(source.deleted)
        self.assertEqual(source.record["name"], "Deco")
        (tax_id,) = source.record["tax_ids"]
        self.assertEqual((tax_id["type"], tax_id["country"]), ("eu_vat", "DE"))

    def test_slow_answer(self):
        """What happened while Stripe was answering is newer than the answer."""
        made = self.sim.create_customer(name="Deco")
        self.sim.faults.add(kind="slow", path="/v1/customers/*", delay=1.2)
        self.assertEqual(self.fetch(made["id"]).version, versions.from_unix(NOW - 2))

    def test_fetch_in_an_older_version(self):
        self.connector.api_version = "2024-06-20"
        made = self.sim.create_customer(business_name="B")
        self.assertNotIn("business_name", self.fetch(made["id"]).record)

    def test_fetch_deleted(self):
        made = self.sim.create_customer(name="Gone")
        self.sim.delete_customer(made["id"])
        source = self.fetch(made["id"])
        self.assertTrue(source.deleted)
        self.assertEqual(source.version, VERSION)

    def test_never_there_is_no_deletion(self):
        with self.assertRaises(PermanentError) as caught:
            self.fetch("cus_Nobody")
        self.assertIn("another account", caught.exception.hint)

    def test_id_stays_an_id(self):
        with self.assertRaises(PermanentError):
            self.fetch("../account")
        self.assertNotIn("/v1/account", [r["path"] for r in self.sim.requests])

    def test_more_than_ten_tax_ids(self):
        made = self.sim.create_customer(name="Many")
        for number in range(13):
            self.sim.add_tax_id(made["id"], "us_ein", f"12-345678{number % 10}")
        self.assertEqual(len(self.fetch(made["id"]).record["tax_ids"]), 13)
        (record,) = self.page("", 100).records
        self.assertEqual(len(record[1]["tax_ids"]["data"]), 13)

    def test_weather(self):
        made = self.sim.create_customer(name="N")
        for values, error in (
            ({"status": 429}, RateLimitedError),
            ({"status": 500}, TransientError),
            ({"status": 503}, TransientError),
            ({"status": 409}, TransientError),
            ({"kind": "reset"}, TransientError),
        ):
            with self.subTest(values):
                self.sim.faults.add(path="/v1/customers/*", count=1, **values)
                with self.assertRaises(error):
                    self.fetch(made["id"])
                self.assertEqual(self.fetch(made["id"]).record["name"], "N")

    def test_expired_key(self):
        self.sim.expired_keys.add("sk_test_demo")
        with self.assertRaises(AuthenticationError):
            self.fetch("cus_1")

    # === ALL OF THEM === #

    def page(self, cursor, limit):
        return self.adapter._page(self.connector, "customer", cursor, limit)

    def test_pages(self):
        made = {self.sim.create_customer(name=f"C {i}")["id"] for i in range(7)}
        seen, cursor, sizes = [], "", []
        while True:
            page = self.page(cursor, 3)
            self.assertEqual(page.version, VERSION)
            seen += [external_id for external_id, _record in page.records]
            sizes.append(len(page.records))
            cursor = page.cursor
            if not cursor:
                break
        self.assertEqual(sizes, [3, 3, 1])
        self.assertEqual(len(seen), 7)
        self.assertEqual(set(seen), made)

    def test_page_source_equals_fetch(self):
        """The same object read either way has the same digest."""
        made = self.sim.create_customer(name="N", business_name="B")
        self.sim.add_tax_id(made["id"], "eu_vat", "DE136695976")
        page = self.page("", 100)
        (_id, record) = page.records[0]
        source = self.adapter._page_source(self.connector, "customer", record, page)
        self.assertEqual(source, self.fetch(made["id"]))

    def test_empty(self):
        page = self.page("", 100)
        self.assertEqual((page.records, page.cursor), ([], ""))
        self.assertEqual(self.adapter._count(self.connector, "customer"), 0)

    def test_count(self):
        for number in range(5):
            self.sim.create_customer(name=f"C {number}")
        count = self.adapter._count
        self.assertEqual(count(self.connector, "customer"), 5)
        with patch.object(const, "PAGE_SIZE", 2):
            self.assertEqual(count(self.connector, "customer"), 5)
            with patch.object(const, "MAX_COUNT_PAGES", 2):
                self.assertEqual(count(self.connector, "customer"), -1)
