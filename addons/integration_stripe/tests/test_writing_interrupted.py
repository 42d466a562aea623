# Copyright 2026 Odoo Integration Suite contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl)
"""Writes of several requests, of which a later one is refused."""

import itertools

from odoo.tests import tagged

from odoo.addons.integration_core.engine.errors import (
    BusinessRuleError,
    IntegrationError,
    UnknownOutcomeError,
)

from . import test_writing_invoices as invoices
from .test_writing_invoices import eur
from .writing import WritingCase


@tagged("post_install", "-at_install")
class TestWritingInterrupted(WritingCase):
    line = invoices.TestWritingInvoices.line
    invoice = invoices.TestWritingInvoices.invoice
    invoices = invoices.TestWritingInvoices.invoices

    def setUp(self):
        super().setUp()
        self.keys = itertools.count(100)
        self.customer = self.sim.create_customer(name="Deco", email="d@deco.example")
        self.vat = self.sim.create_tax_rate("19")["id"]
        self.chair = self.sim.create_product("Chair")["id"]

    def again(self, *args, **values):
        """Send as the hub does: once more after an error, with the same key where the
        outcome is unknown, else with a new one."""
        key = str(next(self.keys))
        try:
            return self.send(*args, idempotency_key=key, **values)
        except UnknownOutcomeError:
            return self.send(*args, idempotency_key=key, attempts=1, **values)
        except IntegrationError:
            return self.send(*args, idempotency_key=str(next(self.keys)), **values)

    def price_of_old(self):
        product = {"entity": "product", "external_id": self.chair}
        price = {
            "product": product,
            "active": True,
            "amount": eur("10"),
            "currency": "EUR",
            "interval": None,
            "interval_count": None,
            "tax_inclusive": False,
        }
        return self.send(
            "price", price, idempotency_key=str(next(self.keys))
        ).external_id

    @property
    def active_prices(self):
        prices = self.sim.resources["prices"].objects
        return [one["id"] for one in prices.values() if one["active"]]

    def test_a_new_price_is_made_once(self):
        """The new price is there, ending the old one is put off."""
        for status in (429, 409, 503):
            with self.subTest(status=status):
                old = self.price_of_old()
                before = set(self.active_prices) - {old}
                path = f"/v1/prices/{old}"
                self.sim.faults.add(
                    kind="status", method="POST", path=path, status=status, count=1
                )
                written = self.again("price", {"amount": eur("25")}, old)
                self.assertEqual(
                    set(self.active_prices) - before, {written.external_id}
                )

    def test_a_price_that_cannot_end_is_said(self):
        """Stripe keeps the default price of a product."""
        old = self.price_of_old()
        self.sim.faults.add(
            kind="status",
            method="POST",
            path=f"/v1/prices/{old}",
            status=400,
            message="This price cannot be archived because it is the default price.",
        )
        outgoing = self.outgoing("price", {"amount": eur("25")}, old)
        written = self.adapter._send(self.connector, outgoing)
        self.assertNotEqual(written.external_id, old)
        self.assertIn("default price", outgoing.notes[0])

    def test_no_draft_is_left_when_making_it_final_is_put_off(self):
        self.sim.faults.add(
            kind="status",
            method="POST",
            path="/v1/invoices/*/finalize",
            status=429,
            count=1,
        )
        written = self.again("invoice", self.invoice())
        self.assertEqual(list(self.invoices), [written.external_id])

    def test_a_final_invoice_that_became_another_is_for_a_person(self):
        """It was reset in Odoo, changed and posted again."""
        sent = self.send("invoice", self.invoice()).external_id
        change = {
            name: self.invoice()[name] for name in ("currency", "untaxed", "lines")
        }
        change |= {"untaxed": eur("200.00"), "total": eur("238.00")}
        with self.assertRaises(BusinessRuleError):
            self.send("invoice", change, sent, idempotency_key="k2")
        # What says the same is nothing to do.
        same = {"total": eur("141.61"), "currency": "EUR"}
        again = self.send("invoice", same, sent, idempotency_key="k3")
        self.assertEqual(again.external_id, sent)
