# Copyright 2026 Odoo Integration Suite contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl)
from datetime import datetime, timedelta, timezone
from decimal import Decimal
from unittest.mock import patch

from odoo.tests.common import tagged

from odoo.addons.integration_core.engine.errors import PermanentError, SchemaError

from ..models import adapter_control
from .common import NOW, SimulatorCase

DAY = 86400


def eur(amount):
    return {"amount": amount, "currency": "EUR"}


@tagged("post_install", "-at_install")
class TestComparing(SimulatorCase):
    """What Stripe holds and has, for the comparison of both sides."""

    def charge(self, amount=10000, currency="eur", **values):
        return self.sim.create_charge(amount, currency, **values)

    def moment(self, **later):
        return datetime.utcfromtimestamp(NOW) + timedelta(**later)

    # === WHAT THERE IS === #

    def test_balances(self):
        self.sim.balances = ["eur", "usd"]
        self.charge(10000)
        self.charge(5000, "usd")
        self.sim.clock.advance(10 * DAY)
        self.charge(2000)
        found = {one.currency: one for one in self.adapter._balances(self.connector)}
        for currency in ("eur", "usd"):
            expected = sum(
                one["net"]
                for one in self.sim.balance_transactions.values()
                if one["currency"] == currency
            )
            self.assertEqual(found[currency.upper()].total * 100, expected)
        self.assertGreater(found["EUR"].pending, 0)
        self.assertGreater(found["EUR"].available, 0)
        self.assertEqual(found["USD"].pending, 0)

    # === COMPARING === #

    def control(self, entity, since, until, limit=100):
        """external id → what the peer has of an entity."""
        found, cursor = {}, ""
        while True:
            page = self.adapter._control(
                self.connector, entity, since, until, cursor, limit
            )
            found.update({one.external_id: one for one in page.records})
            cursor = page.cursor
            if not cursor:
                return found

    def test_control(self):
        """One day of each entity, whatever the size of a page."""
        self.charge(700)
        self.sim.clock.advance(DAY)
        customer = self.sim.create_customer(name="Deco")["id"]
        lines = [{"amount": 1000, "description": "Chair"}]
        draft = self.sim.create_invoice(customer, lines)["id"]
        invoice = self.sim.finalize_invoice(
            self.sim.create_invoice(customer, lines)["id"]
        )
        self.sim.pay_invoice(invoice["id"])
        charge = list(self.sim.charges.values())[-1]
        self.charge(800, declined=True)
        refund = self.sim.refund(charge["id"], 400)
        dispute = self.sim.dispute(charge["id"], 200)
        payout = self.sim.payout()
        day = (self.moment(days=1), self.moment(days=2))
        for limit in (100, 1):
            found = self.control("payment", *day, limit=limit)
            self.assertEqual(set(found), {charge["id"]})
            self.assertEqual(found[charge["id"]].key, charge["payment_intent"])
            self.assertEqual(found[charge["id"]].amount, eur("10.00"))
            self.assertEqual(found[charge["id"]].status, "succeeded")
            found = self.control("invoice", *day, limit=limit)
            self.assertEqual(set(found), {invoice["id"]})
            self.assertNotIn(draft, found)
            self.assertEqual(found[invoice["id"]].key, invoice["number"])
            self.assertEqual(found[invoice["id"]].status, "paid")
            (found,) = self.control("refund", *day, limit=limit).values()
            self.assertEqual(
                (found.external_id, found.amount), (refund["id"], eur("4.00"))
            )
            self.assertEqual(found.source, charge["id"])
            (found,) = self.control("dispute", *day, limit=limit).values()
            self.assertEqual(found.external_id, dispute["id"])
            (found,) = self.control("payout", *day, limit=limit).values()
            self.assertEqual(found.external_id, payout["id"])
            found = self.control("balance_transaction", *day, limit=limit)
            self.assertEqual(
                sorted(one.status for one in found.values()),
                ["charge", "dispute", "payout", "refund"],
            )
            (own,) = [one for one in found.values() if one.status == "charge"]
            self.assertEqual((own.amount, own.source), (eur("10.00"), charge["id"]))
            self.assertGreater(Decimal(own.fee["amount"]), 0)
        with self.assertRaises(PermanentError):
            self.control("customer", *day)

    def test_dated_later_than_made(self):
        """A bank debit of the week before, and a draft of last week, belong to the day
        on which they became what they are; also one that was backdated."""
        customer = self.sim.create_customer(name="Deco")["id"]
        lines = [{"amount": 1000, "description": "Chair"}]
        invoice = self.sim.create_invoice(customer, lines)["id"]
        backdated = int(self.moment(days=5).replace(tzinfo=timezone.utc).timestamp())
        early = self.sim.create_invoice(customer, lines, effective_at=backdated)["id"]
        paid = self.sim.create_invoice(customer, lines)["id"]
        self.sim.pay_invoice(paid, method="sepa_debit", pending=True)
        (charge,) = self.sim.charges
        self.sim.clock.advance(7 * DAY)
        self.sim.finalize_invoice(invoice)
        self.sim.finalize_invoice(early)
        self.sim.complete_charge(charge)
        days = {n: (self.moment(days=n), self.moment(days=n + 1)) for n in (0, 5, 7)}
        clock = "odoo.addons.integration_stripe.models.adapter_control.fields.Datetime"
        # Whether Stripe still has the events of that time, or not.
        for now in (self.moment(days=8), self.moment(days=90)):
            with self.subTest(now=now), patch(f"{clock}.now", lambda now=now: now):
                self.assertEqual(self.control("payment", *days[0]), {})
                self.assertEqual(set(self.control("payment", *days[7])), {charge})
                self.assertEqual(set(self.control("invoice", *days[0])), {paid})
                self.assertEqual(set(self.control("invoice", *days[5])), {early})
                found = self.control("invoice", *days[7], limit=1)
                self.assertEqual(set(found), {invoice})

    def test_a_day_costs_a_day(self):
        """The lists of a day are asked for, not those of months before."""
        for _number in range(5):
            self.charge(900)
        self.sim.clock.advance(40 * DAY)
        self.charge(700)
        day = (self.moment(days=40), self.moment(days=41))
        before = len(self.sim.requests)
        self.assertEqual(len(self.control("payment", *day, limit=2)), 1)
        self.assertEqual(len(self.sim.requests) - before, 3)

    def test_money_without_a_movement_yet(self):
        """A charge that just succeeded counts, though its balance transaction comes
        later; one that is only reserved, or failed, does not."""
        new = self.charge(900, settle=False)
        self.charge(800, declined=True)
        today = (self.moment(), self.moment(days=1))
        found = self.control("payment", *today)
        self.assertEqual(set(found), {new["id"]})
        self.assertEqual(found[new["id"]].key, new["payment_intent"])
        self.sim.settle_charge(new["id"])
        self.assertEqual(set(self.control("payment", *today)), {new["id"]})

    def test_credit_notes(self):
        customer = self.sim.create_customer(name="Deco")["id"]
        lines = [{"amount": 1000, "description": "Chair"}]
        invoice = self.sim.create_invoice(customer, lines)["id"]
        self.sim.finalize_invoice(invoice)
        made = self.sim.credit_invoice(invoice)
        today = (self.moment(), self.moment(days=1))
        found = self.control("credit_note", *today)[made["id"]]
        self.assertEqual((found.key, found.amount), (made["number"], eur("10.00")))
        self.assertEqual((found.status, found.source), ("issued", invoice))
        self.assertEqual(self.control("credit_note", *self.before()), {})

    def before(self):
        return (self.moment(days=-1), self.moment())

    def test_money_that_went_again(self):
        """It was received, whatever became of it."""
        charge = self.charge(5000, method="sepa_debit")["id"]
        self.sim.fail_charge(charge)
        found = self.control("payment", self.moment(), self.moment(days=1))
        self.assertEqual(found[charge].status, "succeeded")

    def test_what_cannot_be_compared(self):
        """Nothing without a day or with half an amount gets into a comparison."""
        for seconds in (None, "soon", 10**20):
            with self.assertRaises(SchemaError):
                adapter_control.moment(seconds)
        with self.assertRaises(SchemaError):
            adapter_control.money({"amount": 1, "currency": None})
        self.assertIsNone(adapter_control.money(None))
        for source in (None, "ch_1", {"id": None}):
            with self.assertRaises(SchemaError):
                self.adapter._control_charge(None, {"id": "txn_1", "source": source})
