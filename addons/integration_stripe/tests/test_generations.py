# Copyright 2026 Odoo Integration Suite contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl)
import json
import os
from decimal import Decimal

from odoo.tests.common import tagged

from .. import const
from .common import SimulatorCase, random_invoices, stripe_digits

OLDEST, ACACIA = "2024-06-20", "2025-02-24.acacia"
BASIL, ENDIVE = "2025-03-31.basil", const.API_VERSION
# More of them: STRIPE_INVOICES=2000.
INVOICES = int(os.environ.get("STRIPE_INVOICES", "15"))


@tagged("post_install", "-at_install")
class TestGenerations(SimulatorCase):
    """The same business, told by four API versions, means the same."""

    def told(self, event, version):
        """Canonical records of one event in the shape of a version, by entity."""
        self.connector.api_version = version  # of what is read, too
        body = self.sim.resources["events"].body(event, version)
        found = {}
        for message in self.adapter._split(self.gate, json.dumps(body).encode(), {}):
            self.assertIsNone(message.error, message.error)
            item = self.item(message)
            if not message.entity:
                continue
            if self.adapter._needs_fetch(item):
                source = self.adapter._fetch(
                    self.connector, message.entity, message.external_id
                )
            else:
                source = self.adapter._source(self.connector, item)
            if not source.deleted:
                found[message.entity] = self.canonical(message.entity, source.record)
        for line in found.get("invoice", {}).get("lines", ()):
            if not line["price"]:
                # Where it has no price, older versions do not tell that of one unit.
                line["unit_price"] = None
        return found

    def compare(self, *versions):
        """Every event of the stand-in, told by each version."""
        seen = set()
        for event in list(self.sim.events.values()):
            if event["type"] not in const.HANDLED_EVENTS:
                continue
            if event["type"] == "invoice_payment.paid":
                continue  # older versions have no such messages
            told = [self.told(event, version) for version in versions]
            for version, one in zip(versions, told, strict=True):
                self._compare_one(version, one, told[0])
                seen.update(one)
        return seen

    def _compare_one(self, version, one, newest):
        for entity, record in one.items():
            other = newest.get(entity, {})
            # Since basil a charge does not say which invoice it paid; until dahlia
            # nothing says what was paid outside of Stripe.
            if entity == "payment":
                record, other = dict(record, allocations=0), dict(other, allocations=0)
            elif entity == "invoice" and version == BASIL:
                self.assertIsNone(record["paid_elsewhere"])
                other = dict(other, paid_elsewhere=None)
            elif entity == "invoice" and version < BASIL:
                # What was too much, no version before basil says.
                self.assertIsNone(record["overpaid"])
                other = dict(other, overpaid=None)
            if newest.get(entity):
                self.assertEqual(record, other, version)
            else:
                self.assertEqual(record["allocations"], 0, "only an old paid invoice")

    def business(self):
        sim = self.sim
        customer = sim.create_customer(name="Deco")
        chair = sim.create_product("Chair", description="To sit on")
        price = sim.create_price(chair["id"], 1999, "eur")
        monthly = sim.create_price(
            chair["id"], 500, "eur", recurring={"interval": "month"}
        )
        outside = sim.create_tax_rate("19", country="DE")
        inside = sim.create_tax_rate("7", inclusive=True)
        coupon = sim.create_coupon(percent_off="10")
        return sim.create_invoice(
            customer["id"],
            [
                {
                    "price": price["id"],
                    "quantity": 3,
                    "tax_rates": [outside["id"]],
                    "discounts": [coupon["id"]],
                },
                {"amount": 1234, "description": "x", "tax_rates": [inside["id"]]},
                {"amount": -500, "price": monthly["id"], "proration": True},
                {
                    "price": monthly["id"],
                    "subscription": "sub_1",
                    "subscription_item": "si_1",
                    "period": (1_790_000_000, 1_792_592_000),
                },
            ],
            discounts=[coupon["id"]],
            shipping={"amount": 500, "tax_rates": [outside["id"]]},
        )

    # === TESTS === #

    def test_one_of_everything(self):
        invoice = self.business()
        self.sim.finalize_invoice(invoice["id"])
        self.sim.clock.advance(60)
        self.sim.pay_invoice(invoice["id"])
        seen = self.compare(ENDIVE, OLDEST, ACACIA, BASIL)
        self.assertEqual(
            seen, {"customer", "product", "price", "tax_rate", "invoice", "payment"}
        )

    def test_credit_notes(self):
        """Lowered, refunded, credited, both and void; of one that is half paid."""
        invoice = self.business()
        sim = self.sim
        sim.finalize_invoice(invoice["id"])
        chair, other = [line["id"] for line in sim.invoice_lines(invoice["id"])][:2]
        sim.credit_invoice(invoice["id"], {chair: 1000}, reason="duplicate")
        gone = sim.credit_invoice(invoice["id"], {other: 100})
        sim.void_credit_note(gone["id"])
        sim.pay_invoice(invoice["id"], 5000)
        custom = [{"unit_amount": 4000, "description": "Agreed"}]
        sim.credit_invoice(invoice["id"], custom=custom, rest="balance")
        sim.credit_invoice(invoice["id"], {chair: 500}, rest="refund")
        sim.credit_invoice(invoice["id"], {other: 500}, refund=150, balance=300)
        sim.credit_invoice(invoice["id"], {other: 100}, rest="outside")
        seen = self.compare(ENDIVE, OLDEST, ACACIA, BASIL)
        self.assertLessEqual({"credit_note", "invoice"}, seen)

    def test_random_invoices(self):
        """Discounts, taxes, currencies, quantities, prorations, up to 15 lines."""
        draw = random_invoices(self.sim, seed=3)
        for _number in range(INVOICES):
            invoice = draw.invoice()
            self.sim.clock.advance(60)
            draw.live(invoice["id"])
        self.compare(ENDIVE, OLDEST, BASIL)

    def test_invoices_add_up(self):
        """The sums that Stripe states are those of the lines, in every currency."""
        draw = random_invoices(self.sim, seed=4)
        for _number in range(INVOICES):
            self.sim.finalize_invoice(draw.invoice()["id"])
        for invoice_id, stored in self.sim.invoices.items():
            source = self.adapter._fetch(self.connector, "invoice", invoice_id)
            record = self.canonical("invoice", source.record)
            lines = self.sim.invoice_lines(invoice_id)
            shipping = bool(stored["shipping_cost"])
            self.assertEqual(len(record["lines"]), len(lines) + shipping)
            self.assertEqual(_sums(record), _stated(record), record)
            self.assertEqual(
                _major(record["total"]), _minor(stored["total"], stored["currency"])
            )


def _major(money):
    return Decimal(money["amount"])


def _minor(amount, currency):
    """The simulator's own way from minor units to an amount."""
    return Decimal(amount).scaleb(-stripe_digits(currency))


def _stated(record):
    return tuple(_major(record[name]) for name in ("untaxed", "tax", "total"))


def _sums(record):
    """Untaxed, tax and total out of the lines, by the rules of the common format."""
    untaxed = tax = Decimal()
    for line in record["lines"]:
        untaxed += _major(line["amount"])
        untaxed -= _major(line["discount"]) if line["discount"] else 0
        for one in line["taxes"]:
            tax += _major(one["amount"])
            untaxed -= _major(one["amount"]) if one["inclusive"] else 0
    return untaxed, tax, untaxed + tax
