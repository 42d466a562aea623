# Copyright 2026 Odoo Integration Suite contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl)
from odoo.tests.common import tagged

from odoo.addons.integration_core.engine.errors import (
    BusinessRuleError,
    PermanentError,
    UnknownOutcomeError,
)

from .. import const
from .writing import REFERENCE, WritingCase


@tagged("post_install", "-at_install")
class TestWritingRefunds(WritingCase):
    """A refund that was approved in Odoo is asked for at Stripe, exactly once."""

    def setUp(self):
        super().setUp()
        self.charge = self.sim.create_charge(10000, "eur")

    def refund(self, payment=None, amount="25.00", currency="EUR", **values):
        """A refund in the common format."""
        return {
            "payment": {
                "entity": "payment",
                "external_id": payment or self.charge["id"],
            },
            "amount": {"amount": amount, "currency": currency},
            "status": "pending",
            "reason": "requested_by_customer",
            **values,
        }

    @property
    def made(self):
        return list(self.sim.refunds.values())

    def test_asked_for(self):
        """Amount, reason and our mark; what comes back is what its message says."""
        written = self.send("refund", self.refund())
        (made,) = self.made
        self.assertEqual(written.external_id, made["id"])
        self.assertEqual(made["amount"], 2500)
        self.assertEqual(made["charge"], self.charge["id"])
        self.assertEqual(made["reason"], "requested_by_customer")
        self.assertEqual(made["metadata"], {const.REFERENCE: REFERENCE})
        self.assertEqual(self.written, [("POST", "/v1/refunds")])
        echo = self.echo("refund", made["id"])
        self.assertEqual(echo.record, written.source.record)
        self.assertEqual(echo.reference, REFERENCE)

    def test_by_whatever_names_the_payment(self):
        """Charge, payment intent, or the invoice payment that told of it first."""
        customer = self.sim.create_customer(name="Deco")["id"]
        lines = [{"amount": 5000, "description": "Chair"}]
        self.sim.pay_invoice(self.sim.create_invoice(customer, lines)["id"])
        charge = list(self.sim.charges.values())[-1]
        (share,) = self.sim.invoice_payments
        for number, payment in enumerate(
            (charge["id"], charge["payment_intent"], share)
        ):
            self.send(
                "refund",
                self.refund(payment, "1.00"),
                idempotency_key=f"{number}",
                reference=f"{REFERENCE}{number}",
            )
        self.assertEqual([one["charge"] for one in self.made], [charge["id"]] * 3)

    def test_other_reasons_stay_here(self):
        """Stripe takes three words; what people write is not sent."""
        self.send("refund", self.refund(reason="The chair wobbled"))
        self.assertIsNone(self.made[0]["reason"])
        self.assertNotIn("wobbled", str(self.sim.writes[-1]))

    def test_lost_answer(self):
        """The same key gives the same refund; whatever was lost, there is one."""
        for when in ("before", "after"):
            with self.subTest(when=when):
                before = len(self.made)
                values = {"idempotency_key": when, "reference": f"{REFERENCE}{when}"}
                self.lose_answer("/v1/refunds", when=when)
                with self.assertRaises(UnknownOutcomeError):
                    self.send("refund", self.refund(amount="10.00"), **values)
                self.send("refund", self.refund(amount="10.00"), attempts=1, **values)
                self.assertEqual(len(self.made), before + 1)

    def test_looked_up(self):
        """Beyond the life of the key our mark tells, in the list of the payment's
        refunds; another refund of the same amount is none of ours."""
        outgoing = self.outgoing("refund", self.refund())
        self.sim.refund(self.charge["id"], 2500)
        self.assertIsNone(self.adapter._look_up(self.connector, outgoing))
        written = self.send("refund", self.refund())
        found = self.adapter._look_up(self.connector, outgoing)
        self.assertEqual(found.external_id, written.external_id)
        self.assertEqual(len(self.made), 2)
        self.assertFalse([r for r in self.sim.requests if "search" in r["path"]])

    def test_kept_error(self):
        """Stripe keeps a 500 for the key: what is there decides, not a new key."""
        self.sim.faults.add(
            kind="status", method="POST", path="/v1/refunds", status=500, count=1
        )
        with self.assertRaises(UnknownOutcomeError):
            self.send("refund", self.refund())
        self.send("refund", self.refund(), attempts=1)
        self.assertEqual(len(self.made), 1)

    def test_refused(self):
        """More than is left, another currency, no such payment: nothing is refunded,
        and the reason is Stripe's or ours in plain words."""
        self.sim.refund(self.charge["id"], 9000)
        with self.assertRaises(PermanentError) as caught:
            self.send("refund", self.refund())
        self.assertIn("Stripe refused", str(caught.exception))
        with self.assertRaises(BusinessRuleError) as caught:
            self.send("refund", self.refund(amount="1.00", currency="USD"))
        self.assertIn("EUR", str(caught.exception))
        self.assertTrue(caught.exception.hint)
        with self.assertRaises(PermanentError):
            self.send("refund", self.refund("ch_nobody"))
        self.assertEqual(len(self.made), 1)

    def test_minor_units(self):
        """As Stripe counts them, per currency."""
        for currency, asked, minor in (("jpy", "500", 500), ("kwd", "1.250", 1250)):
            charge = self.sim.create_charge(5000, currency)["id"]
            self.send(
                "refund",
                self.refund(charge, asked, currency.upper()),
                idempotency_key=currency,
                reference=f"{REFERENCE}{currency}",
            )
            self.assertEqual(self.made[-1]["amount"], minor)

    def test_never_changed_nor_deleted(self):
        """An update says what is there; a deletion is refused."""
        sent = self.send("refund", self.refund()).external_id
        self.forget()
        again = self.send("refund", self.refund(amount="99.00"), sent)
        self.assertEqual(again.external_id, sent)
        self.assertEqual(again.source.record["amount"]["amount"], 2500)
        outgoing = self.outgoing("refund", self.refund(), sent, deleted=True)
        with self.assertRaises(BusinessRuleError):
            self.adapter._send(self.connector, outgoing)
        self.assertEqual(self.written, [])

    def test_missing_permission(self):
        """A restricted key without it: the permission is named."""
        self.sim.keys["rk_test_narrow"] = {
            "charge": "read",
            "payment_intent": "read",
            "invoice": "read",
            "balance_transaction_source": "read",
        }
        self.use_key("rk_test_narrow")
        with self.assertRaises(PermanentError) as caught:
            self.send("refund", self.refund())
        self.assertIn("lacks the permission", str(caught.exception))
        self.assertFalse(self.made)
