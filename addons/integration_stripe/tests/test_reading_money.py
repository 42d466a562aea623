# Copyright 2026 Odoo Integration Suite contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl)
from odoo.tests.common import tagged

from odoo.addons.integration_core.engine.errors import PermanentError

from .common import SimulatorCase

OLD = "2024-06-20"


@tagged("post_install", "-at_install")
class TestReadingMoney(SimulatorCase):
    """Reading products, invoices and payments, one and all, over real HTTP."""

    def setUp(self):
        super().setUp()
        self.customer = self.sim.create_customer(name="Deco")["id"]
        self.product = self.sim.create_product("Chair")["id"]

    def invoice(self, lines=1, **values):
        rows = [{"amount": 1000 + n, "description": f"L {n}"} for n in range(lines)]
        made = self.sim.create_invoice(self.customer, rows, **values)
        return self.sim.finalize_invoice(made["id"])["id"]

    def fetch(self, entity, external_id):
        """What the shipped mapping makes of an object that was read."""
        source = self.adapter._fetch(self.connector, entity, external_id)
        self.assertEqual(source.record["id"], external_id)
        return self.canonical(entity, source.record)

    def requests(self, path):
        return [r for r in self.sim.requests if r["path"] == path]

    # === ONE === #

    def test_tiers(self):
        made = self.sim.act(
            "POST",
            "/v1/prices",
            product=self.product,
            currency="eur",
            billing_scheme="tiered",
            tiers_mode="volume",
            recurring={"interval": "month"},
            tiers=[
                {"up_to": 10, "unit_amount": 500},
                {"up_to": "inf", "unit_amount": 400},
            ],
        )
        record = self.fetch("price", made["id"])
        self.assertEqual(
            [
                (tier["up_to"], tier["unit_amount"]["amount"])
                for tier in record["tiers"]
            ],
            [("10", "5.00"), (None, "4.00")],
        )

    def test_deleted_product(self):
        self.sim.delete_product(self.product)
        source = self.adapter._fetch(self.connector, "product", self.product)
        self.assertTrue(source.deleted)

    def test_all_lines(self):
        for version in (None, OLD):
            self.connector.api_version = version
            for count in (9, 10, 11, 130):
                record = self.fetch("invoice", self.invoice(count))
                found = {line["description"] for line in record["lines"]}
                self.assertEqual(len(found), count)
                self.assertEqual(len(record["lines"]), count)

    def test_ten_lines_need_one_request(self):
        invoice = self.invoice(10)
        self.fetch("invoice", invoice)
        self.assertFalse(self.requests(f"/v1/invoices/{invoice}/lines"))

    # === PAYMENTS === #

    def pay(self, invoice, **values):
        self.sim.pay_invoice(invoice, **values)
        return next(iter(self.sim.charges.values()))

    def test_payment_by_its_key(self):
        """Charge, conversion and all invoices it paid, in one record."""
        for version in (None, OLD):
            self.connector.api_version = version
            invoice = self.invoice()
            self.sim.pay_invoice(invoice)
            charge = list(self.sim.charges.values())[-1]
            record = self.fetch("payment", charge["payment_intent"])
            self.assertEqual(record["key"], charge["payment_intent"])
            self.assertEqual(record["status"], "succeeded")
            self.assertEqual(record["amount"]["amount"], "10.00")
            self.assertEqual(record["settlement"], record["amount"])
            self.assertEqual(
                record["references"], [charge["id"], charge["payment_intent"]]
            )
            (allocation,) = record["allocations"]
            self.assertEqual(allocation["invoice"]["external_id"], invoice)

    def test_charge_says_what_it_paid(self):
        """An old message named the invoice: what is read instead must know no less."""
        invoice = self.invoice()
        self.sim.pay_invoice(invoice, amount=400)
        (charge,) = self.sim.charges
        for version in (None, OLD):
            self.connector.api_version = version
            (allocation,) = self.fetch("payment", charge)["allocations"]
            self.assertEqual(allocation["invoice"]["external_id"], invoice)

    def test_converted_money(self):
        self.sim.settle = {"usd": ("eur", "0.88")}
        charge = self.sim.create_charge(10000, "usd", settle=False)
        for external_id in (charge["id"], charge["payment_intent"]):
            record = self.fetch("payment", external_id)
            self.assertIs(record["settlement_pending"], True)
        self.sim.settle_charge(charge["id"])
        for external_id in (charge["id"], charge["payment_intent"]):
            record = self.fetch("payment", external_id)
            self.assertEqual(
                record["settlement"], {"amount": "88.00", "currency": "EUR"}
            )
            self.assertIsNone(record["settlement_pending"])

    def test_invoice_payment(self):
        invoice = self.invoice()
        charge = self.pay(invoice)
        (external_id,) = self.sim.invoice_payments
        record = self.fetch("payment", external_id)
        self.assertEqual(record["key"], charge["payment_intent"])
        self.assertIsNone(record["amount"])

    def test_old_paid_invoice_read_again(self):
        """Its payment is found in either version; without one, there is none."""
        paid, unpaid = self.invoice(), self.invoice()
        charge = self.pay(paid)
        outside = self.invoice()
        self.sim.pay_invoice(outside, out_of_band=True)
        for version in (None, OLD):
            self.connector.api_version = version
            record = self.fetch("payment", paid)
            self.assertEqual(record["key"], charge["payment_intent"])
            self.assertEqual(record["amount"]["amount"], "10.00")
            self.assertNotEqual(self.fetch("payment", unpaid)["status"], "succeeded")
            record = self.fetch("payment", outside)
            self.assertIs(record["elsewhere"], True)
            self.assertEqual(record["key"], outside)

    def test_charge_without_intent(self):
        charge = self.sim.create_charge(500, "eur", intent=False)
        record = self.fetch("payment", charge["id"])
        self.assertEqual(record["key"], charge["id"])
        self.assertEqual(record["settlement"]["amount"], "5.00")

    def test_no_payment(self):
        for external_id in ("re_1", "nothing", "../account"):
            with self.assertRaises(PermanentError):
                self.fetch("payment", external_id)
        with self.assertRaises(PermanentError):
            self.adapter._fetch(self.connector, "balance_transaction", "txn_1")

    # === ALL === #

    def load(self, entity, limit=100):
        """All records of an entity in the common format, page by page."""
        found, cursor = {}, ""
        while True:
            page = self.adapter._page(self.connector, entity, cursor, limit)
            for external_id, record in page.records:
                source = self.adapter._page_source(self.connector, entity, record, page)
                found[external_id] = self.canonical(entity, source.record)
            cursor = page.cursor
            if not cursor:
                return found

    def test_payments_are_two_lists(self):
        """Charges first, then which invoices they paid; old versions have one list."""
        for number in range(5):
            self.sim.clock.advance(1)
            self.sim.pay_invoice(self.invoice(), amount=500 + number)
        charges, shares = set(self.sim.charges), set(self.sim.invoice_payments)
        paid = {
            one["id"]
            for one in self.sim.invoice_payments.values()
            if one["status"] == "paid"
        }
        for limit in (100, 2):
            found = self.load("payment", limit)
            self.assertEqual(set(found), charges | shares)
            self.assertTrue(all(found[one]["settlement"] for one in charges))
            for one in shares - paid:
                self.assertEqual(found[one]["status"], "pending")
        count = self.adapter._count(self.connector, "payment")
        self.assertEqual(count, len(charges | shares))
        self.connector.api_version = OLD
        found = self.load("payment", 2)
        self.assertEqual(set(found), charges)
        self.assertTrue(all(found[one]["allocations"] for one in charges))
        self.assertEqual(self.adapter._count(self.connector, "payment"), len(charges))

    def test_nothing_there(self):
        for entity in ("price", "tax_rate", "invoice", "payment"):
            self.assertEqual(self.load(entity), {})
            self.assertEqual(self.adapter._count(self.connector, entity), 0)

    def test_invoices_of_a_page_are_whole(self):
        long, short = self.invoice(25), self.invoice(2)
        found = self.load("invoice")
        self.assertEqual(len(found[long]["lines"]), 25)
        self.assertEqual(len(found[short]["lines"]), 2)
        self.assertEqual(found[long], self.fetch("invoice", long))

    def test_page_equals_fetch(self):
        price = self.sim.create_price(self.product, 500, "eur")["id"]
        rate = self.sim.create_tax_rate("19")["id"]
        charge = self.sim.create_charge(500, "eur")["id"]
        for entity, external_id in (
            ("product", self.product),
            ("price", price),
            ("tax_rate", rate),
            ("payment", charge),
        ):
            found = self.load(entity)
            self.assertEqual(found[external_id], self.fetch(entity, external_id))
