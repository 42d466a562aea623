# Copyright 2026 Odoo Integration Suite contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl)
from datetime import datetime, timezone

from odoo.tests.common import tagged

from .money import MoneyCase

DAYS = 5 * 86400


@tagged("post_install", "-at_install")
class TestReceipts(MoneyCase):
    """The day a payment is booked on is the day its money was received."""

    def setUp(self):
        super().setUp()
        self.customer = self.sim.create_customer(name="Deco", email="d@deco.example")

    def debit(self):
        """A direct debit that succeeds after days; its charge, and the messages."""
        rows = [{"amount": 5000, "description": "Chair"}]
        made = self.sim.create_invoice(self.customer["id"], rows)
        invoice = self.sim.finalize_invoice(made["id"])
        self.sim.pay_invoice(invoice["id"], method="sepa_debit", pending=True)
        charge = list(self.sim.charges.values())[-1]
        self.sim.clock.advance(DAYS)
        self.sim.complete_charge(charge["id"])
        return charge, self.new_events()

    def assertReceived(self, charge):
        payment = self.record("payment", charge["payment_intent"])
        self.assertTrue(payment, self.events("review", "waiting").mapped("error"))
        moment = datetime.fromtimestamp(charge["created"] + DAYS, timezone.utc)
        self.assertEqual(payment.date, moment.date())

    def test_a_debit_in_any_order(self):
        updated = "charge.updated"
        for kinds in (lambda e: True, lambda e: e["type"] == updated):
            charge, events = self.debit()
            rest = [e for e in events if not kinds(e)]
            # All at once, and the update before everything else.
            self.deliver(*filter(kinds, events))
            self.work()
            self.deliver(*rest)
            self.work()
            self.assertReceived(charge)

    def test_a_card_is_not_read(self):
        rows = [{"amount": 5000, "description": "Chair"}]
        made = self.sim.create_invoice(self.customer["id"], rows)
        self.sim.pay_invoice(self.sim.finalize_invoice(made["id"])["id"])
        events = [e for e in self.new_events() if e["type"].startswith("charge.")]
        self.assertIn("charge.updated", {e["type"] for e in events})
        before = len(self.sim.requests)
        self.deliver(*events)
        self.work()
        read = [r["path"] for r in self.sim.requests[before:]]
        self.assertFalse([path for path in read if path.startswith("/v1/charges")])
