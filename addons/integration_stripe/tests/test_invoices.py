# Copyright 2026 Odoo Integration Suite contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl)
from odoo.tests.common import tagged

from odoo.addons.integration_core.engine.errors import (
    IntegrationError,
    SchemaError,
)

from ..models import invoice_lines
from .common import NOW, event, fixture, thin_event
from .invoices import InvoiceCase, eur, invoice, line, tax


@tagged("post_install", "-at_install")
class TestInvoices(InvoiceCase):
    """Invoices: snapshot → normal form → common format."""

    def test_whole(self):
        self.assertEqual(
            self.common(),
            {
                "external_id": "in_1",
                "number": "A-0001",
                "status": "open",
                "customer": {"entity": "customer", "external_id": "cus_1"},
                "currency": "EUR",
                "issued_at": "2026-09-21T14:13:20Z",
                "due_at": "2026-09-22T14:13:20Z",
                "paid_at": None,
                "voided_at": None,
                "uncollectible_at": None,
                "untaxed": eur("119.00"),
                "tax": eur("22.61"),
                "total": eur("141.61"),
                "paid": eur("0.00"),
                "balance_applied": None,
                "paid_elsewhere": None,
                "overpaid": None,
                "lines": [
                    {
                        "external_id": "il_1",
                        "description": "Chair",
                        "product": {"entity": "product", "external_id": "prod_1"},
                        "price": {"entity": "price", "external_id": "price_1"},
                        "quantity": "2",
                        "unit_price": "59.50",
                        "amount": eur("119.00"),
                        "discount": None,
                        "taxes": [
                            {
                                "tax": {"entity": "tax_rate", "external_id": "txr_1"},
                                "amount": eur("22.61"),
                                "inclusive": False,
                                "reason": None,
                            }
                        ],
                        "period_start": None,
                        "period_end": None,
                        "proration": False,
                    }
                ],
                "purpose": "manual",
                "subscription": None,
                "note": "Thank you",
                "url": "https://invoice.stripe.com/i/1",
            },
        )

    def test_dates(self):
        times = {
            "finalized_at": NOW,
            "paid_at": NOW + 60,
            "voided_at": NOW + 120,
            "marked_uncollectible_at": NOW + 180,
        }
        record = self.common(effective_at=NOW - 86400, status_transitions=times)
        self.assertEqual(record["issued_at"], "2026-09-20T14:13:20Z")
        self.assertEqual(record["paid_at"], "2026-09-21T14:14:20Z")
        self.assertEqual(record["voided_at"], "2026-09-21T14:15:20Z")
        self.assertEqual(record["uncollectible_at"], "2026-09-21T14:16:20Z")
        record = self.common(effective_at=None, status_transitions=times)
        self.assertEqual(record["issued_at"], "2026-09-21T14:13:20Z")

    def test_currencies(self):
        for code, text in (("jpy", "14161"), ("kwd", "14.161"), ("isk", "141.61")):
            record = self.common(currency=code, lines=[])
            self.assertEqual(
                record["total"], {"amount": text, "currency": code.upper()}
            )

    # === LINES === #

    def test_discounts_and_credits(self):
        """Billing credits lower the invoice; their list names the discounts again."""
        found = self.line(
            discount_amounts=[{"amount": 100, "discount": "di_1"}, {"amount": 50}],
            pretax_credit_amounts=[
                {"amount": 100, "discount": "di_1", "type": "discount"},
                {"amount": 25, "type": "credit_balance_transaction"},
            ],
        )
        self.assertEqual(found["discount"], eur("1.75"))

    def test_proration(self):
        details = {"proration": True, "subscription": "sub_1"}
        for values in (
            {"parent": {"type": "x_details", "x_details": details}},
            {"parent": None, "proration": True},
        ):
            found = self.line(amount=-500, **values)
            self.assertIs(found["proration"], True)
            self.assertIsNone(found["unit_price"], "that of a whole period")
            self.assertEqual(found["amount"], eur("-5.00"))

    def test_period(self):
        found = self.line(period={"start": NOW, "end": NOW + 86400})
        self.assertEqual(found["period_start"], "2026-09-21T14:13:20Z")
        self.assertEqual(found["period_end"], "2026-09-22T14:13:20Z")

    def test_quantity(self):
        for values, text in (
            ({"quantity": 1, "quantity_decimal": "1.50"}, "1.5"),
            ({"quantity": 3, "quantity_decimal": None}, "3"),
            ({"quantity": None, "quantity_decimal": None}, None),
        ):
            self.assertEqual(self.line(**values)["quantity"], text)

    def test_fraction_of_a_cent(self):
        pricing = {"price_details": None, "unit_amount_decimal": "0.0125"}
        found = self.line(pricing=pricing)
        self.assertEqual(found["unit_price"], "0.000125")
        self.assertIsNone(found["product"])

    def test_expanded_objects(self):
        details = {"price": {"id": "price_9"}, "product": {"id": "prod_9"}}
        found = self.line(pricing={"price_details": details})
        self.assertEqual(found["price"]["external_id"], "price_9")
        self.assertEqual(found["product"]["external_id"], "prod_9")
        record = self.common(customer={"id": "cus_9", "object": "customer"})
        self.assertEqual(record["customer"]["external_id"], "cus_9")

    def test_taxes(self):
        found = self.line(
            taxes=[tax(5, "txr_a", "inclusive"), tax(0, "txr_b", reason="zero_rated")]
        )
        self.assertEqual(
            [(t["tax"]["external_id"], t["inclusive"]) for t in found["taxes"]],
            [("txr_a", True), ("txr_b", False)],
        )

    def test_no_tax_at_all(self):
        """What is not owed needs no tax in Odoo; an exempt one does."""
        for reason in ("not_collecting", "not_subject_to_tax", "not_supported"):
            found = self.line(taxes=[tax(0, reason=reason)])
            self.assertEqual(found["taxes"], [], reason)
        for reason in ("reverse_charge", "customer_exempt", "not_available"):
            found = self.line(taxes=[tax(0, reason=reason)])
            self.assertEqual(len(found["taxes"]), 1, reason)
            word = {"reverse_charge": reason, "customer_exempt": "exempt"}.get(reason)
            self.assertEqual(found["taxes"][0]["reason"], word)
        self.assertEqual(self.line(taxes=[tax(0, rate=None)])["taxes"], [])

    def test_tax_without_a_rate(self):
        with self.assertRaises(SchemaError) as caught:
            self.line(taxes=[tax(5, rate=None)])
        self.assertEqual(caught.exception.path, "data.object.lines.data[0].taxes[0]")
        self.assertTrue(caught.exception.hint)

    def test_taxes_of_the_whole_invoice(self):
        """Where only the sums are known, lines share them to the cent."""
        lines = [
            line(id=f"il_{number}", amount=amount, taxes=[])
            for number, amount in enumerate((1000, 1000, 1000, -500))
        ]
        record = self.common(lines, total_taxes=[tax(476)])
        amounts = [found["taxes"][0]["amount"]["amount"] for found in record["lines"]]
        self.assertEqual(amounts, ["1.90", "1.91", "1.90", "-0.95"])

    def test_split(self):
        for amount, weights in (
            (100, [1, 1, 1]),
            (-100, [1, 1, 1]),
            (7, [3, 0, 4]),
            (476, [1000, 1000, 1000, -500]),
            (5, [1, -1]),
            (0, [1, 2]),
        ):
            shares = invoice_lines.split(amount, weights)
            self.assertEqual(sum(shares), amount)
            self.assertEqual(len(shares), len(weights))
        self.assertEqual(invoice_lines.split(100, [1, 1, 1]), [33, 34, 33])
        self.assertEqual(invoice_lines.split(5, []), [])

    def test_shipping(self):
        """Its tax is what the sums have beyond the lines."""
        cost = {"amount_subtotal": 500, "amount_tax": 95, "amount_total": 595}
        record = self.common(shipping_cost=cost, total_taxes=[tax(2261 + 95)])
        _goods, shipping = record["lines"]
        self.assertEqual(shipping["external_id"], "shipping")
        self.assertEqual(shipping["amount"], eur("5.00"))
        self.assertEqual(
            shipping["taxes"],
            [
                {
                    "tax": {"entity": "tax_rate", "external_id": "txr_1"},
                    "amount": eur("0.95"),
                    "inclusive": False,
                }
            ],
        )

    def test_shipping_with_its_taxes(self):
        rate = {"id": "txr_7", "object": "tax_rate"}
        cost = {
            "amount_subtotal": 500,
            "amount_tax": 35,
            "taxes": [{"amount": 35, "rate": rate, "taxability_reason": None}],
        }
        _goods, shipping = self.common(shipping_cost=cost)["lines"]
        self.assertEqual(shipping["taxes"][0]["tax"]["external_id"], "txr_7")

    # === SUMS === #

    def test_sums_are_stripes_own(self):
        """Nothing is recomputed: if they are wrong, the invoice entity says so."""
        record = self.common(total=99999, total_excluding_tax=1)
        self.assertEqual(record["total"], eur("999.99"))
        self.assertEqual(record["untaxed"], eur("0.01"))
        self.assertEqual(record["tax"], eur("999.98"))

    def test_sums_of_very_old_versions(self):
        for values in (
            {"tax": 2261, "total_taxes": None},
            {"tax": None},
            {"tax": None, "total_taxes": None, "total_tax_amounts": [{"amount": 2261}]},
        ):
            taxes = values.get("total_tax_amounts")
            if taxes:
                taxes[0].update(inclusive=False, tax_rate="txr_1")
            record = self.common(total_excluding_tax=None, **values)
            self.assertEqual(record["untaxed"], eur("119.00"), values)
            self.assertEqual(record["tax"], eur("22.61"), values)

    def test_customer_balance(self):
        for before, after, applied in (
            (-1000, 0, eur("10.00")),
            (500, 0, eur("-5.00")),
            (0, 30, eur("0.30")),
            (0, 0, None),
            (-1000, None, None),
        ):
            record = self.common(starting_balance=before, ending_balance=after)
            self.assertEqual(record["balance_applied"], applied)

    def test_paid_elsewhere(self):
        for values, paid, elsewhere in (
            ({"amount_paid": 14161, "amount_paid_off_stripe": 4161}, "141.61", "41.61"),
            ({"amount_paid": 0, "paid_out_of_band": True}, "141.61", "141.61"),
            ({"amount_paid": 10000, "paid_out_of_band": True}, "141.61", "41.61"),
            ({"amount_paid": 14161, "paid_out_of_band": True}, "141.61", "141.61"),
        ):
            values.setdefault("amount_paid_off_stripe", None)
            record = self.common(**values)
            self.assertEqual(record["paid"], eur(paid), values)
            self.assertEqual(record["paid_elsewhere"], eur(elsewhere), values)
        self.assertIsNone(self.common(amount_paid=14161)["paid_elsewhere"])

    def test_subscription(self):
        details = {"subscription": "sub_1"}
        for values in (
            {"subscription": "sub_1"},
            {"subscription": {"id": "sub_1"}},
            {"parent": {"subscription_details": details}},
        ):
            self.assertEqual(self.common(**values)["subscription"], "sub_1")

    # === MESSAGES === #

    def test_more_lines_than_a_message_holds(self):
        for status, needed in (("open", True), ("draft", False)):
            lines = {"object": "list", "data": [line()], "has_more": True}
            obj = invoice(lines=None, status=status)
            obj["lines"] = lines
            message = self.split(event("invoice.finalized", obj))
            self.assertIs(self.adapter._needs_fetch(self.item(message)), needed)
        obj = invoice(metadata={"x": '"has_more": true'})
        message = self.split(event("invoice.finalized", obj))
        self.assertFalse(self.adapter._needs_fetch(self.item(message)))

    def test_the_further_state_is_newer(self):
        """Finalised and paid within one second is no tie."""
        versions = [
            self.split(event(kind, invoice(status=status))).version
            for kind, status in (
                ("invoice.updated", "draft"),
                ("invoice.finalized", "open"),
                ("invoice.marked_uncollectible", "uncollectible"),
                ("invoice.voided", "void"),
            )
        ]
        self.assertEqual(versions, sorted(set(versions)))
        self.assertTrue(versions[-1].startswith("2026-09-21T14:13:20.00000"))

    def test_deleted_draft(self):
        source = self.source(event("invoice.deleted", invoice(status="draft")))
        self.assertTrue(source.deleted)

    def test_deleted_draft_as_a_thin_message(self):
        """It can no longer be read, and was never booked."""
        related = {"id": "in_1", "type": "invoice", "url": "/v1/invoices/in_1"}
        message = self.split(thin_event("v1.invoice.deleted", related_object=related))
        self.assertEqual((message.entity, message.error), ("", None))

    def test_another_object(self):
        message = self.split(event("invoice.paid", {"id": "ch_1", "object": "charge"}))
        self.assertEqual(message.error.path, "data.object.object")

    def test_wrong_types(self):
        for values, path in (
            ({"total": "14161"}, "total"),
            ({"total": 141.61}, "total"),
            ({"total": True}, "total"),
            ({"status": 1}, "status"),
            ({"lines": [line(amount="11900")]}, "lines.data[0].amount"),
            (
                {"lines": [line(taxes=[{"amount": "1"}])]},
                "lines.data[0].taxes[0].amount",
            ),
            ({"lines": [line(quantity_decimal="x")]}, "lines.data[0].quantity_decimal"),
            ({"lines": [None]}, "lines.data[0]"),
        ):
            with self.assertRaises(SchemaError) as caught:
                self.common(**values)
            self.assertEqual(caught.exception.path, f"data.object.{path}")

    def test_nothing_where_something_must_be(self):
        for name in ("customer", "currency", "total", "status"):
            with self.assertRaises(IntegrationError):
                self.common(**{name: None})

    def test_fixture(self):
        record = fixture("invoice")
        record["total"] = record["total"] or 0
        source = self.source(event("invoice.updated", record))
        found = self.canonical("invoice", source.record)
        self.assertEqual(found["status"], "draft")
