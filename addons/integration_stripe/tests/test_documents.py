# Copyright 2026 Odoo Integration Suite contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl)
import json
import os
import random
from decimal import Decimal

from odoo.tests.common import tagged

from .common import random_invoices, sim_ledger, thin_event
from .money import MoneyCase

OLD, NEW = "2024-06-20", None
# More of them: STRIPE_BUSINESS=300.
BUSINESS = int(os.environ.get("STRIPE_BUSINESS", "15"))


@tagged("post_install", "-at_install")
class TestDocuments(MoneyCase):
    """From what the stand-in sends to posted documents in Odoo."""

    def setUp(self):
        super().setUp()
        sim = self.sim
        self.customer = sim.create_customer(name="Deco", email="d@deco.example")
        self.product = sim.create_product("Chair")
        self.price = sim.create_price(self.product["id"], 1999, "eur")
        self.rate = sim.create_tax_rate("19", country="US")
        self.tax = self.map_tax(self.rate)

    def sell(self, lines=1, **values):
        """A finalised invoice with so many lines of three chairs and a fraction."""
        rows = [
            {
                "price": self.price["id"],
                "quantity": 3,
                "tax_rates": [self.rate["id"]],
            }
            for _number in range(lines)
        ]
        made = self.sim.create_invoice(self.customer["id"], rows, **values)
        return self.sim.finalize_invoice(made["id"])

    def compare(self, invoice_id):
        """The posted document says what Stripe says, to the cent."""
        stored = self.sim.invoices[invoice_id]
        move = self.record("invoice", invoice_id)
        self.assertTrue(move, self.events("review", "waiting").mapped("error"))
        self.assertEqual(move.state, "posted")
        for field, name in (
            ("amount_untaxed", "total_excluding_tax"),
            ("amount_total", "total"),
            ("amount_residual", "amount_remaining"),
        ):
            wanted = Decimal(stored[name]).scaleb(-2)
            self.assertEqual(Decimal(str(move[field])), wanted, (invoice_id, field))
        return move

    # === TESTS === #

    def test_paid_invoice_in_both_generations(self):
        for version in (NEW, OLD):
            with self.subTest(version=version):
                invoice = self.sell()
                self.sim.clock.advance(60)
                self.sim.pay_invoice(invoice["id"])
                before = self.cleared()
                self.deliver(*self.new_events(), version=version)
                self.work()
                move = self.compare(invoice["id"])
                self.assertEqual(move.ref, invoice["number"])
                self.assertEqual(move.invoice_line_ids.tax_ids, self.tax)
                self.assertEqual(move.payment_state, "paid")
                self.assertEqual(round(self.cleared() - before, 2), 71.36)
                self.assertDone()

    def test_any_order(self):
        """Shuffled, repeated, both shapes mixed: the same documents."""
        rng = random.Random(5)
        made = []
        for _number in range(6):
            made.append(self.sell(rng.choice((1, 2, 12)))["id"])
            self.sim.clock.advance(rng.choice((0, 1, 60)))
            if rng.random() < 0.8:
                self.sim.pay_invoice(made[-1], settle=rng.random() < 0.5)
        waiting = self.new_events() * 2
        rng.shuffle(waiting)
        while waiting:
            self.deliver(waiting.pop(), version=rng.choice((OLD, NEW)))
            if rng.random() < 0.3:
                self.work()
        self.work()
        for invoice_id in made:
            self.compare(invoice_id)
        paid = sum(self.sim.invoices[one]["amount_paid"] for one in made)
        self.assertEqual(Decimal(str(self.cleared())), Decimal(paid).scaleb(-2))
        self.assertDone()

    def test_payment_without_its_charge_message(self):
        """Only the invoice payment arrives: the payment is read by its key."""
        invoice = self.sell()
        self.sim.pay_invoice(invoice["id"])
        self.deliver(*[e for e in self.new_events() if "charge" not in e["type"]])
        self.work()
        move = self.compare(invoice["id"])
        self.assertEqual(move.payment_state, "paid")
        self.assertDone()

    def test_parts(self):
        invoice = self.sell()
        for amount in (2000, 3000):
            self.sim.clock.advance(60)
            self.sim.pay_invoice(invoice["id"], amount=amount)
        self.deliver_new()
        self.work()
        move = self.compare(invoice["id"])
        self.assertEqual(move.payment_state, "partial")
        self.assertEqual(self.cleared(), 50.0)
        self.assertDone()

    def test_parts_told_by_an_old_version(self):
        """It names the last payment only, and the sum of all."""
        invoice = self.sell()
        for amount in (2000, 5136):
            self.sim.clock.advance(60)
            self.sim.pay_invoice(invoice["id"], amount=amount)
        events = self.new_events()
        # The worst order: the paid invoice first, and no word of its charges.
        events.sort(key=lambda event: event["type"] != "invoice.paid")
        self.deliver(*[e for e in events if "charge" not in e["type"]], version=OLD)
        self.work()
        self.deliver(*events, version=OLD)
        self.work()
        move = self.compare(invoice["id"])
        self.assertEqual(move.payment_state, "paid")
        self.assertEqual(self.cleared(), 71.36)
        self.assertDone()

    def test_charge_without_invoice(self):
        charge = self.sim.create_charge(5000, "eur", customer=self.customer["id"])
        self.deliver_new()
        self.work()
        payment = self.record("payment", charge["id"])
        self.assertEqual((payment.amount, payment.state), (50.0, "in_process"))
        self.assertEqual(self.cleared(), 50.0)

    def test_foreign_money_waits_for_its_conversion(self):
        """Dollars that arrive as euros: booked when Stripe says how many."""
        self.sim.settle = {"usd": ("eur", "0.88")}
        charge = self.sim.create_charge(
            10000, "usd", customer=self.customer["id"], settle=False
        )
        self.deliver_new()
        self.work()
        self.assertEqual(set(self.events("waiting").mapped("entity")), {"payment"})
        self.assertEqual(self.cleared(), 0)
        self.sim.clock.advance(60)
        self.sim.settle_charge(charge["id"])
        self.deliver_new()
        self.work()
        self.assertEqual(self.cleared(), 88.0)
        self.assertDone()

    def test_reserved_money_is_not_received(self):
        charge = self.sim.create_charge(5000, "eur", customer=self.customer["id"])
        events = self.new_events()
        for event in events:
            if event["type"].startswith("charge."):
                event["data"]["object"]["captured"] = False
        self.deliver(*events)
        self.work()
        self.assertIsNone(self.record("payment", charge["id"]))
        self.assertDone("not_final")

    def test_void_and_deleted(self):
        booked = self.sell()
        draft = self.sim.create_invoice(
            self.customer["id"], [{"amount": 100, "description": "x"}]
        )
        self.sim.clock.advance(60)
        self.sim.void_invoice(booked["id"])
        self.sim.delete_invoice(draft["id"])
        for event in self.new_events():
            self.deliver(event)
            self.work()
        move = self.record("invoice", booked["id"])
        self.assertEqual(move.amount_residual, 0)
        self.assertEqual(move.payment_state, "reversed")
        self.assertIsNone(self.record("invoice", draft["id"]))
        self.assertDone()

    def test_unmapped_tax_waits_and_is_named(self):
        rate = self.sim.create_tax_rate("7", display_name="Reduced")
        made = self.sim.create_invoice(
            self.customer["id"],
            [{"amount": 100, "description": "x", "tax_rates": [rate["id"]]}],
        )
        self.sim.finalize_invoice(made["id"])
        self.deliver_new()
        self.work()
        self.assertIsNone(self.record("invoice", made["id"]))
        self.assertEqual(set(self.events("review").mapped("entity")), {"tax_rate"})
        (waiting,) = self.events("waiting")
        self.assertEqual(waiting.waiting_for, f"tax_rate:{rate['id']}")
        self.map_tax(rate)
        self.work()
        self.compare(made["id"])

    def test_amount_that_is_text(self):
        invoice = self.sell()
        events = self.new_events()
        events[-1]["data"]["object"]["total"] = "7136"
        self.deliver(*events)
        self.work()
        (event,) = self.events("quarantine")
        self.assertEqual(event.error_class, "schema")
        self.assertEqual(event.error_path, "data.object.total")
        self.assertIsNone(self.record("invoice", invoice["id"]))

    def test_thin_messages(self):
        """They hold nothing: everything is read."""
        invoice = self.sell(12)
        self.sim.pay_invoice(invoice["id"])
        self.new_events()
        (share,) = self.sim.invoice_payments
        for number, (kind, name, external_id) in enumerate(
            (
                ("invoice_payment.paid", "invoice_payment", share),
                ("invoice.paid", "invoice", invoice["id"]),
            )
        ):
            related = {"id": external_id, "type": name, "url": f"/v1/x/{external_id}"}
            told = thin_event(
                f"v1.{kind}", id=f"evt_thin_{number}", related_object=related
            )
            messages = self.adapter._split(self.gate, json.dumps(told).encode(), {})
            self.env["integration.intake"]._store(self.gate, messages, {})
        self.work()
        move = self.compare(invoice["id"])
        self.assertEqual(move.payment_state, "paid")
        self.assertEqual(len(move.invoice_line_ids), 12)
        self.assertEqual(move.partner_id.name, "Deco")
        self.assertDone()

    def test_random_business(self):
        """Invoices and payments of any kind, in both shapes, shuffled and repeated."""
        draw = random_invoices(self.sim, 9, currencies=("eur",))
        for rate in draw.rates:
            self.map_tax(self.sim.tax_rates[rate])
        for _number in range(BUSINESS):
            invoice = draw.invoice()
            self.sim.clock.advance(3600)
            draw.live(invoice["id"])
        waiting = self.new_events()
        random.Random(9).shuffle(waiting)
        for number, event in enumerate(waiting):
            self.deliver(event, version=(OLD, NEW)[number % 2])
        self.work()
        self.deliver(*waiting)
        self.work()
        ledger = sim_ledger(self.sim)
        self.assertEqual(ledger.differences(), [])
        for sums in ledger.invoices.values():
            move = self.record("invoice", sums.id)
            if sums.status == "void" and not move:
                continue  # it was void before it ever came here
            self.assertTrue(move, (sums, self.events("review").mapped("error")))
            for field, name in (
                ("amount_untaxed", "untaxed"),
                ("amount_total", "total"),
            ):
                self.assertEqual(Decimal(str(move[field])), sums.major(name), sums)
        self.assertEqual(
            Decimal(str(self.cleared())), Decimal(ledger.clearing("eur")).scaleb(-2)
        )

    def test_initial_load(self):
        """Everything that is there, without a single message; twice is once."""
        paid, unpaid = self.sell(12), self.sell()
        self.sim.pay_invoice(paid["id"])
        self.new_events()
        for _load in range(2):
            for flow in self.flows:
                self.load(flow)
                self.work()
            self.compare(paid["id"])
            self.compare(unpaid["id"])
            self.assertEqual(self.cleared(), round(71.36 * 12, 2))
        self.assertDone()

    def load(self, flow):
        cursor = ""
        while True:
            page = self.adapter._page(self.connector, flow.entity, cursor, 100)
            flow._apply_page(self.connector, self.adapter, page, "")
            cursor = page.cursor
            if not cursor:
                return
