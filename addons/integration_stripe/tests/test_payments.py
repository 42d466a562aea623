# Copyright 2026 Odoo Integration Suite contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl)
import json

from odoo.tests.common import tagged

from odoo.addons.integration_core.engine.errors import SchemaError

from .common import NOW, StripeCase, event, fixture, thin_event
from .invoices import eur, invoice


def charge(**values):
    return {
        "id": "ch_1",
        "object": "charge",
        "amount": 14161,
        "amount_captured": 14161,
        "amount_refunded": 0,
        "balance_transaction": "txn_1",
        "captured": True,
        "created": NOW - 100,
        "currency": "eur",
        "customer": "cus_1",
        "description": "Order 7",
        "livemode": False,
        "metadata": {},
        "payment_intent": "pi_1",
        "payment_method_details": {"type": "card", "card": {"brand": "visa"}},
        "refunded": False,
        "status": "succeeded",
        **values,
    }


def invoice_payment(payment=None, **values):
    return {
        "id": "inpay_1",
        "object": "invoice_payment",
        "amount_paid": 14161,
        "amount_requested": 14161,
        "created": NOW - 100,
        "currency": "eur",
        "invoice": "in_1",
        "is_default": True,
        "livemode": False,
        "payment": payment or {"type": "payment_intent", "payment_intent": "pi_1"},
        "status": "paid",
        "status_transitions": {"canceled_at": None, "paid_at": NOW - 5},
        **values,
    }


def old_invoice(**values):
    """A paid invoice as versions before basil tell it."""
    obj = invoice(
        status="paid",
        amount_paid=14161,
        charge="ch_1",
        payment_intent="pi_1",
        paid=True,
        paid_out_of_band=False,
        **values,
    )
    del obj["amount_paid_off_stripe"]
    obj["status_transitions"] = dict(obj["status_transitions"], paid_at=NOW - 5)
    return obj


@tagged("post_install", "-at_install")
class TestPayments(StripeCase):
    """All that speaks of one payment: snapshot → normal form → common format."""

    def common(self, kind, obj):
        source = self.source(event(kind, obj))
        return self.canonical("payment", source.record)

    def charge(self, kind="charge.succeeded", **values):
        return self.common(kind, charge(**values))

    # === CHARGES === #

    def test_charge(self):
        self.assertEqual(
            self.charge(),
            {
                "external_id": "ch_1",
                "key": "pi_1",
                "status": "succeeded",
                "amount": eur("141.61"),
                "customer": {"entity": "customer", "external_id": "cus_1"},
                "paid_at": "2026-09-21T14:13:20Z",
                "allocations": [],
                "settlement": None,
                "settlement_pending": None,
                "returned": None,
                "method": "card",
                "references": ["ch_1", "pi_1"],
                "description": "Order 7",
                "elsewhere": False,
            },
        )

    def test_key(self):
        """A charge without a payment intent stands for itself."""
        record = self.charge(id="py_1", payment_intent=None)
        self.assertEqual((record["key"], record["references"]), ("py_1", ["py_1"]))
        record = self.charge(payment_intent={"id": "pi_9", "object": "payment_intent"})
        self.assertEqual(record["key"], "pi_9")

    def test_status(self):
        for values, status in (
            ({"status": "pending"}, "pending"),
            ({"status": "failed"}, "failed"),
            ({"captured": False}, "pending"),
            ({"captured": False, "refunded": True}, "canceled"),
            ({"refunded": True}, "succeeded"),
        ):
            self.assertEqual(self.charge(**values)["status"], status, values)

    def test_captured_amount(self):
        """Less may be captured than was reserved."""
        record = self.charge("charge.captured", amount_captured=10000)
        self.assertEqual(record["amount"], eur("100.00"))
        record = self.charge(amount_captured=0, captured=False)
        self.assertEqual(record["amount"], eur("141.61"))
        old = charge()
        del old["amount_captured"]
        record = self.common("charge.succeeded", old)
        self.assertEqual(record["amount"], eur("141.61"))

    def test_when_it_was_received(self):
        """A debit succeeds days after it was made; later changes are no receipt."""
        made = "2026-09-21T14:11:40Z"
        self.assertNotEqual(self.charge("charge.captured")["paid_at"], made)
        self.assertEqual(self.charge("charge.updated")["paid_at"], made)

    def test_settlement(self):
        for found, settlement, pending in (
            ("txn_1", None, None),
            (None, None, True),
            (
                {"id": "txn_1", "amount": 15500, "currency": "usd", "created": NOW},
                {"amount": "155.00", "currency": "USD"},
                None,
            ),
        ):
            record = self.charge("charge.updated", balance_transaction=found)
            self.assertEqual(record["settlement"], settlement)
            self.assertEqual(record["settlement_pending"], pending)
        record = self.charge(balance_transaction=None, status="failed")
        self.assertIsNone(record["settlement_pending"])

    def test_old_charge_names_its_invoice(self):
        for named in ("in_1", {"id": "in_1", "object": "invoice"}):
            record = self.charge(invoice=named)
            self.assertEqual(
                record["allocations"],
                [
                    {
                        "invoice": {"entity": "invoice", "external_id": "in_1"},
                        "amount": None,
                    }
                ],
            )

    def test_the_further_state_is_newer(self):
        versions = [
            self.split(event("charge.updated", charge(**values))).version
            for values in (
                {"status": "pending"},
                {"captured": False},
                {"balance_transaction": None},
                {},
            )
        ]
        self.assertEqual(versions, sorted(set(versions)))

    # === INVOICE PAYMENTS === #

    def test_invoice_payment(self):
        record = self.common("invoice_payment.paid", invoice_payment())
        self.assertEqual(
            record,
            {
                "external_id": "inpay_1",
                "key": "pi_1",
                "status": "succeeded",
                "amount": None,
                "customer": None,
                "paid_at": "2026-09-21T14:13:15Z",
                "allocations": [
                    {
                        "invoice": {"entity": "invoice", "external_id": "in_1"},
                        "amount": eur("141.61"),
                    }
                ],
                "settlement": None,
                "settlement_pending": None,
                "returned": None,
                "method": None,
                "references": ["pi_1"],
                "description": None,
                "elsewhere": False,
            },
        )

    def test_kinds_of_invoice_payments(self):
        for kind, key, elsewhere in (
            ("charge", "ch_9", False),
            ("payment_record", "pr_9", True),
        ):
            obj = invoice_payment({"type": kind, kind: key})
            record = self.common("invoice_payment.paid", obj)
            self.assertEqual((record["key"], record["elsewhere"]), (key, elsewhere))
            self.assertEqual(record["amount"], eur("141.61") if elsewhere else None)

    def test_invoice_payment_of_nothing_known(self):
        for payment in ({"type": "cheque", "number": "x"}, {"type": None}):
            with self.assertRaises(SchemaError) as caught:
                self.common("invoice_payment.paid", invoice_payment(payment))
            self.assertEqual(caught.exception.path, "data.object.payment")

    # === OLD PAID INVOICES === #

    def messages(self, obj, kind="invoice.paid"):
        body = json.dumps(event(kind, obj)).encode()
        return self.adapter._split(self.gate, body, {})

    def second(self, obj):
        _first, second = self.messages(obj)
        self.assertIsNone(second.error)
        source = self.adapter._source(self.connector, self.item(second))
        return self.canonical("payment", source.record)

    def test_old_paid_invoice(self):
        """It names one payment and the sum of all: how much that was, it cannot say."""
        first, second = self.messages(old_invoice())
        self.assertEqual((first.entity, second.entity), ("invoice", "payment"))
        self.assertEqual(second.source_event_id, f"{first.source_event_id}#payment")
        self.assertEqual((first.external_id, second.external_id), ("in_1", "in_1"))
        record = self.second(old_invoice())
        self.assertEqual(
            (record["key"], record["amount"], record["references"]),
            ("pi_1", None, ["ch_1", "pi_1"]),
        )
        self.assertEqual(
            record["allocations"],
            [
                {
                    "invoice": {"entity": "invoice", "external_id": "in_1"},
                    "amount": None,
                }
            ],
        )
        self.assertEqual(record["paid_at"], "2026-09-21T14:13:15Z")
        record = self.second(dict(old_invoice(), payment_intent=None))
        self.assertEqual(record["key"], "ch_1")

    def test_paid_elsewhere(self):
        outside = dict(old_invoice(), charge=None, paid_out_of_band=True, amount_paid=0)
        newer = invoice(status="paid", amount_paid=14161, amount_paid_off_stripe=14161)
        for obj in (outside, newer):
            record = self.second(obj)
            self.assertIs(record["elsewhere"], True)
            self.assertEqual((record["key"], record["amount"]), ("in_1", eur("141.61")))

    def test_no_second_message(self):
        """Paid with credit, or by a payment that has messages of its own."""
        credit = dict(old_invoice(), charge=None, payment_intent=None, amount_paid=0)
        new = invoice(status="paid", amount_paid=14161)
        for obj in (credit, new, dict(old_invoice(), amount_paid=0)):
            self.assertEqual(len(self.messages(obj)), 1)
        self.assertEqual(len(self.messages(old_invoice(), "invoice.finalized")), 1)
        wrong = dict(old_invoice(), id=None)
        (aside,) = self.messages(wrong)
        self.assertEqual(aside.error.path, "data.object.id")

    def test_wrong_account_has_no_second(self):
        body = json.dumps(event("invoice.paid", old_invoice(), livemode=True)).encode()
        (message,) = self.adapter._split(self.gate, body, {})
        self.assertEqual(message.error.path, "livemode")

    def test_same_message_again(self):
        """Both messages of an old delivery have ids of their own, always the same."""
        for status in ("stored", "duplicate"):
            results = self.env["integration.intake"]._store(
                self.gate, self.messages(old_invoice()), {}
            )
            self.assertEqual([one["status"] for one in results], [status] * 2)

    # === MESSAGES === #

    def test_thin_events(self):
        for kind, related, entity in (
            ("charge.succeeded", {"id": "ch_1", "type": "charge"}, "payment"),
            ("invoice.paid", {"id": "in_1", "type": "invoice"}, "invoice"),
            ("product.updated", {"id": "prod_1", "type": "product"}, "product"),
            (
                "invoice_payment.paid",
                {"id": "inpay_1", "type": "invoice_payment"},
                "payment",
            ),
        ):
            message = self.split(thin_event(f"v1.{kind}", related_object=related))
            self.assertIsNone(message.error, message.error)
            self.assertEqual(message.entity, entity)
            self.assertEqual(message.external_id, related["id"])
            self.assertTrue(self.adapter._needs_fetch(self.item(message)))

    def test_another_object(self):
        message = self.split(event("charge.succeeded", invoice()))
        self.assertEqual(message.error.path, "data.object.object")

    def test_wrong_types(self):
        for kind, obj, path in (
            ("charge.updated", charge(amount="1"), "amount"),
            ("charge.updated", charge(captured=1), "captured"),
            (
                "charge.updated",
                charge(balance_transaction={"amount": "1"}),
                "balance_transaction.amount",
            ),
            ("invoice_payment.paid", invoice_payment(amount_paid=1.5), "amount_paid"),
        ):
            with self.assertRaises(SchemaError) as caught:
                self.common(kind, obj)
            self.assertEqual(caught.exception.path, f"data.object.{path}")
        first, second = self.messages(dict(old_invoice(), amount_paid="14161"))
        for message in (first, second):
            with self.assertRaises(SchemaError) as caught:
                self.adapter._source(self.connector, self.item(message))
            self.assertEqual(caught.exception.path, "data.object.amount_paid")

    def test_fixture(self):
        record = fixture("charge")
        found = self.common("charge.succeeded", record)
        self.assertEqual(found["key"], record["id"])
        self.assertEqual(found["status"], "pending", "not captured")
