# Copyright 2026 Odoo Integration Suite contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl)
from odoo.tests import tagged

from odoo.addons.integration_core.engine.errors import (
    BusinessRuleError,
    MappingError,
    PermanentError,
    UnknownOutcomeError,
)

from .. import const
from .common import NOW
from .writing import REFERENCE, WritingCase

DAY = 86400


def eur(amount):
    return {"amount": amount, "currency": "EUR"}


@tagged("post_install", "-at_install")
class TestWritingInvoices(WritingCase):
    def setUp(self):
        super().setUp()
        self.customer = self.sim.create_customer(name="Deco", email="d@deco.example")
        self.vat = self.sim.create_tax_rate("19")["id"]
        self.chair = self.sim.create_product("Chair")["id"]
        self.forget()

    def line(self, amount="119.00", **values):
        tax = {"entity": "tax_rate", "external_id": self.vat}
        return {
            "external_id": "1",
            "description": "Chair",
            "product": None,
            "quantity": "1",
            "unit_price": amount,
            "amount": eur(amount),
            "taxes": [{"tax": tax, "amount": eur("0"), "inclusive": False}],
            **values,
        }

    def invoice(self, lines=None, untaxed="119.00", tax="22.61", total="141.61", **kw):
        customer = {"entity": "customer", "external_id": self.customer["id"]}
        return {
            "number": "INV/2026/00007",
            "status": "open",
            "customer": customer,
            "currency": "EUR",
            "issued_at": "2026-09-20T22:00:00Z",
            "due_at": "2026-10-21T21:59:59Z",
            "untaxed": eur(untaxed),
            "tax": eur(tax),
            "total": eur(total),
            "lines": [self.line()] if lines is None else lines,
            **kw,
        }

    @property
    def invoices(self):
        return self.sim.invoices

    def stored(self, written):
        return self.invoices[written.external_id]

    # === WHAT BECOMES OF IT === #

    def test_an_invoice_becomes_final(self):
        written = self.send("invoice", self.invoice())
        made = self.stored(written)
        self.assertEqual((made["status"], made["total"]), ("open", 14161))
        self.assertEqual(made["number"], "INV/2026/00007")
        self.assertEqual(made["metadata"], {const.REFERENCE: REFERENCE})
        self.assertEqual(made["collection_method"], "send_invoice")
        self.assertFalse(made["auto_advance"])
        self.assertEqual(made["effective_at"], 1789941600)
        self.assertEqual(made["due_date"], 1792619999)
        path = f"/v1/invoices/{written.external_id}"
        self.assertEqual(
            self.written,
            [
                ("POST", "/v1/invoices"),
                ("POST", f"{path}/add_lines"),
                ("POST", f"{path}/finalize"),
            ],
        )
        echo = self.echo("invoice", written.external_id)
        self.assertEqual(written.source.record, echo.record)
        self.assertEqual(echo.reference, REFERENCE)
        self.assertNotIn("invoice.sent", [e["type"] for e in self.sim.events.values()])

    def test_a_line_shows_quantity_and_price(self):
        priced = self.line(
            "100.00", product=self.reference(), quantity="4", unit_price="25"
        )
        # 3 × 3.33 is no 10.00: the amount counts, the text tells the rest.
        odd = self.line("10.00", product=self.reference(), quantity="3")
        odd["unit_price"] = "3.33"
        credit = self.line("-10.00", quantity="-1", unit_price="10")
        lines = [priced, odd, credit]
        written = self.send("invoice", self.invoice(lines, "100.00", "19.00", "119.00"))
        first, second, third = self.sim.resources["line_items"].of(written.external_id)
        self.assertEqual((first["amount"], first["quantity"]), (10000, 4))
        self.assertEqual(first["pricing"]["price_details"]["product"], self.chair)
        self.assertEqual(
            (second["amount"], second["description"]), (1000, "Chair (3 × 3.33)")
        )
        self.assertEqual(
            (third["amount"], third["description"]), (-1000, "Chair (-1 × 10)")
        )

    def reference(self):
        return {"entity": "product", "external_id": self.chair}

    def test_many_lines(self):
        lines = [self.line("1.00") for _number in range(230)]
        written = self.send("invoice", self.invoice(lines, "230.00", "43.70", "273.70"))
        self.assertEqual(self.stored(written)["total"], 27370)
        self.assertEqual(len(written.source.record["lines"]), 230)
        paths = [path.rpartition("/")[2] for _method, path in self.written]
        self.assertEqual(paths, ["invoices", *["add_lines"] * 3, "finalize"])

    def test_a_customer_s_discount_or_pending_item_is_not_taken_along(self):
        self.sim.act(
            "POST",
            "/v1/invoiceitems",
            customer=self.customer["id"],
            amount=500,
            currency="eur",
        )
        written = self.send("invoice", self.invoice())
        self.assertEqual(self.stored(written)["total"], 14161)

    def test_a_long_number_and_a_due_date_of_before(self):
        invoice = self.invoice(number="N" * 27, due_at="2020-01-01T00:00:00Z")
        made = self.stored(self.send("invoice", invoice))
        self.assertEqual(made["custom_fields"], [{"name": "Number", "value": "N" * 27}])
        self.assertEqual(made["due_date"], NOW)

    def test_another_currency_has_its_own_digits(self):
        def yen(amount):
            return {"amount": amount, "currency": "JPY"}

        line = dict(self.line("500"), amount=yen("500"))
        values = {"untaxed": yen("500"), "tax": yen("95"), "total": yen("595")}
        invoice = dict(self.invoice([line], currency="JPY"), **values)
        self.assertEqual(self.stored(self.send("invoice", invoice))["total"], 595)
        line["amount"] = yen("0.5")
        with self.assertRaises(MappingError):
            self.send("invoice", dict(invoice, number="2"), idempotency_key="k2")
        self.assertEqual(len(self.invoices), 1)

    def test_a_mapping_that_leaves_out_what_is_needed(self):
        """Said before anything is sent, in whatever way it is wrong."""
        for name, value in (
            ("customer", None),
            ("currency", None),
            ("lines", []),
            ("lines", None),
            ("lines", [{"description": "x"}]),
            ("total", None),
            ("total", "12"),
            ("untaxed", {"amount": "x", "currency": "EUR"}),
        ):
            with self.subTest(name=name, value=value):
                outgoing = self.outgoing("invoice", self.invoice())
                outgoing.record[name] = value
                with self.assertRaises(MappingError):
                    self.adapter._send(self.connector, outgoing)
                del outgoing.record[name]
                with self.assertRaises(MappingError):
                    self.adapter._send(self.connector, outgoing)
        self.assertEqual(self.written, [])

    # === SUMS === #

    def test_other_sums_make_nothing_final(self):
        """To the cent: three lines are rounded one by one at Stripe."""
        lines = [self.line("0.13") for _number in range(3)]
        invoice = self.invoice(lines, "0.39", "0.07", "0.46")
        for _attempt in range(2):  # a retry meets the key of a draft that is gone
            with self.assertRaisesRegex(BusinessRuleError, "0.45 EUR.*0.46 EUR"):
                self.send("invoice", invoice)
            self.assertEqual(self.invoices, {})
        # The same key, the person has corrected the tax rate meanwhile.
        invoice = self.invoice(lines, "0.39", "0.06", "0.45")
        written = self.send("invoice", invoice, idempotency_key="k2")
        self.assertEqual(list(self.invoices), [written.external_id])

    def test_a_refused_line_leaves_no_draft(self):
        line = self.line()
        line["taxes"][0]["tax"]["external_id"] = "txr_gone"
        with self.assertRaises(PermanentError):
            self.send("invoice", self.invoice([line]))
        self.assertEqual(self.invoices, {})
        self.lose_answer(
            "/v1/invoices/*/add_lines", "before", kind="status", status=429
        )
        # What passes by itself goes on with the draft that there is.
        with self.assertRaises(UnknownOutcomeError):
            self.send("invoice", self.invoice(), idempotency_key="k2")
        [draft] = self.invoices
        written = self.send("invoice", self.invoice(), idempotency_key="k2")
        self.assertEqual(written.external_id, draft)
        self.assertEqual(self.stored(written)["status"], "open")

    # === LOST ANSWERS === #

    def test_an_answer_lost_at_any_step_makes_no_second_invoice(self):
        steps = ("/v1/invoices", "/v1/invoices/*/add_lines", "/v1/invoices/*/finalize")
        number = 0
        for path in steps:
            for fault in (
                {"when": "after"},
                {"when": "before"},
                {"when": "after", "kind": "status", "status": 502},
                {"when": "after", "kind": "status", "status": 500},
                {"when": "during", "kind": "status", "status": 500},
            ):
                number += 1
                with self.subTest(path=path, **fault):
                    self.check_lost(path, fault, number)

    def check_lost(self, path, fault, number):
        self.lose_answer(path, **fault)
        values = {
            "idempotency_key": f"key{number}",
            "reference": f"{REFERENCE}{number}",
        }
        invoice = self.invoice(number=f"INV/{number}")
        written = None
        for _attempt in range(3):
            try:
                written = self.send("invoice", invoice, **values)
                break
            except UnknownOutcomeError:
                continue
        self.assertIsNotNone(written, "it never came to an end")
        self.assertEqual(self.stored(written)["status"], "open")
        self.assertEqual(len(self.invoices), number, list(self.invoices.values()))
        self.assertEqual(len(self.sim.resources["line_items"].of(written[0])), 1)

    def test_a_draft_that_was_made_with_another_key_has_the_number(self):
        """The key of the message gives a draft that is gone; a later one is there."""
        lines = "/v1/invoices/*/add_lines"
        outgoing = self.outgoing("invoice", self.invoice(), idempotency_key="key")
        self.lose_answer(lines, "before")
        with self.assertRaises(UnknownOutcomeError):
            self.adapter._send(self.connector, outgoing)
        # As where a kept 500 stands in the way: looked up, taken away, made afresh.
        self.assertIsNone(self.adapter._look_up(self.connector, outgoing))
        self.lose_answer(lines, "before")
        with self.assertRaises(UnknownOutcomeError):
            self.send("invoice", self.invoice(), idempotency_key="key-2")
        (left,) = self.invoices
        written = self.adapter._send(self.connector, outgoing)
        self.assertEqual(list(self.invoices), [written.external_id])
        self.assertNotEqual(written.external_id, left)
        self.assertEqual(self.stored(written)["status"], "open")

    def test_a_draft_of_a_killed_worker_is_taken_away(self):
        """A day later, when Stripe has forgotten the keys."""
        self.lose_answer("/v1/invoices/*/add_lines", "before")
        outgoing = self.outgoing("invoice", self.invoice())
        with self.assertRaises(UnknownOutcomeError):
            self.adapter._send(self.connector, outgoing)
        self.sim.clock.advance(DAY)
        self.assertEqual(len(self.invoices), 1)
        self.assertIsNone(self.adapter._look_up(self.connector, outgoing))
        self.assertEqual(self.invoices, {})
        written = self.adapter._send(self.connector, outgoing)
        self.sim.clock.advance(DAY)
        found = self.adapter._look_up(self.connector, outgoing)
        self.assertEqual(found.external_id, written.external_id)

    # === LATER === #

    def test_a_cancelled_invoice_is_voided(self):
        invoice = self.send("invoice", self.invoice()).external_id
        self.send("invoice", {"note": "x"}, invoice, idempotency_key="k2")
        self.assertEqual(self.invoices[invoice]["description"], None)
        self.forget()
        for key in ("k3", "k4"):
            self.send("invoice", {"status": "void"}, invoice, idempotency_key=key)
            self.assertEqual(self.invoices[invoice]["status"], "void")
        self.assertEqual(self.written, [("POST", f"/v1/invoices/{invoice}/void")])

    def test_an_invoice_that_was_paid_in_odoo(self):
        invoice = self.send("invoice", self.invoice()).external_id
        self.forget()
        for key in ("k2", "k3"):
            self.send("invoice", {"status": "paid"}, invoice, idempotency_key=key)
        made = self.invoices[invoice]
        self.assertEqual(
            (made["status"], made["amount_paid_off_stripe"]), ("paid", 14161)
        )
        self.assertEqual(self.written, [("POST", f"/v1/invoices/{invoice}/pay")])

    def test_what_was_paid_there_is_not_voided(self):
        invoice = self.send("invoice", self.invoice()).external_id
        self.sim.pay_invoice(invoice)
        with self.assertRaisesRegex(BusinessRuleError, "has been paid at Stripe"):
            self.send("invoice", {"status": "void"}, invoice, idempotency_key="k2")

    def test_an_invoice_of_stripe_s_own_is_left_alone(self):
        line = {"amount": 100, "currency": "eur"}
        invoice = self.sim.create_invoice(self.customer["id"], [line])["id"]
        self.sim.finalize_invoice(invoice)
        self.forget()
        written = self.send("invoice", {"status": "void"}, invoice)
        self.assertEqual(self.invoices[invoice]["status"], "open")
        self.assertEqual((written.external_id, self.written), (invoice, []))
