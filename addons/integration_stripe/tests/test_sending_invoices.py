# Copyright 2026 Odoo Integration Suite contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl)
from odoo.tests import tagged

from .. import const
from .sending import SendingCase


@tagged("post_install", "-at_install")
class TestSendingInvoices(SendingCase):
    """Odoo's invoices at the stand-in: made once, paid there, booked here."""

    def setUp(self):
        super().setUp()
        self.customer = self.new_customer()
        self.chair = self.new_product()

    def why(self, move):
        """What became of the messages about a document, for failures."""
        return [
            (m.state, m.skip_reason, m.error, m.waiting_for)
            for m in self.messages(move)
        ]

    def moves(self):
        return self.env["account.move"].search(
            [
                ("company_id", "=", self.company.id),
                ("move_type", "in", ("out_invoice", "out_refund")),
            ]
        )

    def test_an_invoice_is_made_paid_and_booked(self):
        move = self.new_invoice(
            self.customer, (self.chair, 2, 59.5), ("Delivery", 1, 9)
        )
        self.send()
        made = self.there(move)
        self.assertEqual((made["status"], made["total"]), ("open", 15232))
        self.assertEqual(made["number"], move.name)
        self.assertEqual(made["customer"], self.there(self.customer)["id"])
        self.assertIn(f":account.move:{move.id}", made["metadata"][const.REFERENCE])
        (line, other) = self.sim.resources["line_items"].of(made["id"])
        self.assertEqual(line["quantity"], 2)
        self.assertEqual(
            line["pricing"]["price_details"]["product"], self.there(self.chair)["id"]
        )
        # First what it refers to, then the three steps of the invoice.
        steps = [path.rpartition("/")[2] for path in self.written]
        self.assertEqual(
            (sorted(steps[:2]), steps[2:]),
            (["customers", "products"], ["invoices", "add_lines", "finalize"]),
        )
        self.hear()
        self.assertEqual(self.moves(), move)
        self.assertFalse(self.changes())
        self.assertNotIn("invoice.sent", [e["type"] for e in self.sim.events.values()])

        self.forget()
        self.sim.pay_invoice(made["id"])
        self.hear()
        self.send()
        self.assertEqual(move.payment_state, "paid")
        self.assertEqual(self.moves(), move)
        self.assertEqual(self.cleared(), 152.32)
        self.assertEqual(self.written, [])
        self.assertDone("not_final")

    def test_its_message_is_quicker_than_the_answer(self):
        move = self.new_invoice(self.customer, ("Chair", 1, 119))
        adapter = type(self.adapter)
        send = adapter._send

        def slow(model, connector, outgoing):
            written = send(model, connector, outgoing)
            self.hear()
            return written

        self.patch(adapter, "_send", slow)
        self.send()
        self.assertEqual(self.moves(), move)
        self.assertTrue(self.there(move), self.why(move))
        self.assertEqual(self.record("invoice", self.there(move)["id"]), move)
        self.assertEqual(len(self.sim.invoices), 1)
        self.assertDone("not_final")

    def test_drafts_and_other_documents_stay_here(self):
        draft = self.new_invoice(self.customer, ("Chair", 1, 119), post=False)
        bill = self.new_invoice(self.customer, ("Chair", 1, 119), post=False)
        self.send()
        self.assertEqual(self.sim.invoices, {})
        draft.action_post()
        self.send()
        self.assertEqual(len(self.sim.invoices), 1)
        bill.unlink()
        self.send()
        self.assertEqual(len(self.sim.invoices), 1)

    def test_an_invoice_of_stripe_s_own_does_not_go_back(self):
        customer = self.sim.create_customer(name="Theirs", email="t@theirs.example")
        line = {"amount": 1000, "currency": "eur", "tax_rates": [self.rate["id"]]}
        made = self.sim.create_invoice(customer["id"], [line])["id"]
        self.sim.finalize_invoice(made)
        self.hear()
        move = self.record("invoice", made)
        self.assertEqual(move.state, "posted")
        self.send()
        self.forget()
        self.sim.pay_invoice(made)
        self.hear()
        self.send()
        self.assertEqual(self.written, [])
        self.assertEqual(move.payment_state, "paid")

    def test_a_cancelled_invoice_is_voided_and_nothing_is_reversed(self):
        move = self.new_invoice(self.customer, ("Chair", 1, 119))
        self.send()
        self.hear()
        made = self.there(move)["id"]
        self.forget()
        move.button_draft()
        move.button_cancel()
        self.send()
        self.assertEqual(self.sim.invoices[made]["status"], "void")
        self.hear()
        self.send()
        self.assertEqual(self.written, [f"/v1/invoices/{made}/void"])
        self.assertEqual((move.state, self.moves()), ("cancel", move))
        self.assertDone("not_final")

    def test_a_reversed_invoice_is_voided(self):
        move = self.new_invoice(self.customer, ("Chair", 1, 119))
        self.send()
        self.hear()
        made = self.there(move)["id"]
        reversal = move._reverse_moves(cancel=True)
        self.assertEqual(move.payment_state, "reversed")
        self.send()
        self.assertEqual(self.sim.invoices[made]["status"], "void")
        self.hear()
        self.send()
        self.assertEqual(self.moves(), move | reversal)
        self.assertDone("not_final")

    def test_an_invoice_that_is_paid_in_odoo_is_paid_there(self):
        """By bank transfer, say: nobody shall pay it once more."""
        move = self.new_invoice(self.customer, ("Chair", 1, 119))
        self.send()
        self.hear()
        made = self.there(move)["id"]
        self.forget()
        wizard = self.env["account.payment.register"].with_context(
            active_model="account.move", active_ids=move.ids
        )
        wizard.create({})._create_payments()
        self.assertEqual(move.payment_state, "paid")
        self.send()
        self.assertEqual(self.sim.invoices[made]["status"], "paid")
        self.hear()
        self.send()
        self.assertEqual(self.written, [f"/v1/invoices/{made}/pay"])
        self.assertEqual((self.cleared(), self.moves()), (0.0, move))
        self.assertFalse(move.activity_ids)
        self.assertDone("not_final")

    def test_an_invoice_that_was_cancelled_before_it_was_sent(self):
        move = self.new_invoice(self.customer, ("Chair", 1, 119))
        move.button_draft()
        move.button_cancel()
        self.send()
        self.assertEqual(self.sim.invoices, {})
        self.assertNotIn("dead", self.messages(move).mapped("state"))

    # === WHAT A PERSON MUST DECIDE === #

    def test_a_tax_that_stripe_does_not_know(self):
        other = self.env["account.tax"].create(
            {"name": "Local 7 %", "amount": 7, "type_tax_use": "sale"}
        )
        move = self.new_invoice(self.customer, ("Chair", 1, 100, other))
        self.send()
        message = self.messages(move)[-1]
        self.assertEqual(message.state, "review")
        self.assertIn("Local 7 %", message.error)
        self.assertEqual(self.sim.invoices, {})
        rate = self.sim.create_tax_rate("7")
        self.taxes.write(
            {
                "line_ids": [
                    (
                        0,
                        0,
                        {
                            "external_value": rate["id"],
                            "record_company_id": self.company.id,
                            "res_id": other.id,
                        },
                    )
                ]
            }
        )
        if message.state == "review":
            message.action_retry()
        self.send()
        self.assertEqual(self.there(move)["total"], 10700)

    def test_other_sums_are_for_a_person(self):
        """Odoo rounds the sum, Stripe each line: 0.07 against 3 × 0.02."""
        self.company.tax_calculation_rounding_method = "round_globally"
        lines = [("Chair", 1, 0.13)] * 3
        move = self.new_invoice(self.customer, *lines)
        self.assertEqual(move.amount_total, 0.46)
        self.send()
        message = self.messages(move)[-1]
        self.assertEqual(
            (message.state, message.error_class), ("review", "business_rule")
        )
        self.assertIn("0.45 EUR", message.error)
        self.assertIn("0.46 EUR", message.error)
        self.assertEqual(self.sim.invoices, {})
        message.action_retry()
        self.send()
        self.assertEqual(self.sim.invoices, {})
        self.hear()
        self.assertEqual(self.moves(), move)

    # === TAXES === #

    def test_taxes_in_the_price(self):
        rate = self.sim.create_tax_rate("20", inclusive=True)
        tax = self.map_tax(rate)
        move = self.new_invoice(self.customer, ("Chair", 3, 19.99, tax))
        self.send()
        made = self.there(move)
        self.assertTrue(made, self.why(move))
        self.assertEqual(made["total"], 5997)
        self.assertEqual(made["total_excluding_tax"], 4997)
        self.hear()
        self.assertEqual(self.moves(), move)
        self.assertDone("not_final")

    def test_a_tax_rate_of_another_account_is_not_sent(self):
        """Two accounts share the value map of their system."""
        self.taxes.line_ids.filtered(
            lambda x: x.external_value == self.rate["id"]
        ).unlink()
        for value in ("txr_others", self.rate["id"]):
            line = {
                "external_value": value,
                "record_company_id": self.company.id,
                "res_id": self.tax.id,
            }
            self.taxes.write({"line_ids": [(0, 0, line)]})
        self.sim.update_tax_rate(self.rate["id"], metadata={"a": "b"})
        self.hear()
        found = self.env["integration.external.id"]._resolve_out(
            self.connector, [("tax_rate", "account.tax", self.tax.id)]
        )
        self.assertEqual(list(found.values()), [self.rate["id"]])

    def test_of_several_values_the_one_that_fits_is_sent(self):
        """In the price or not, as the tax is; never one that Stripe no longer uses."""
        other = self.sim.create_tax_rate("19", inclusive=True, country="US")
        line = {
            "external_value": other["id"],
            "record_company_id": self.company.id,
            "res_id": self.tax.id,
        }
        self.taxes.write({"line_ids": [(0, 0, line)]})
        self.hear()
        reference = ("tax_rate", "account.tax", self.tax.id)
        links = self.env["integration.external.id"]
        found = links._resolve_out(self.connector, [reference])
        self.assertEqual(found, {reference: self.rate["id"]})
        self.sim.update_tax_rate(self.rate["id"], active=False)
        self.hear()
        found = links._resolve_out(self.connector, [reference])
        self.assertEqual(found, {reference: other["id"]})

    def test_discounts_and_credit_lines(self):
        values = self.line_values("Chair", 3, 33.33)
        values["discount"] = 12.5
        move = self.new_invoice(self.customer, ("Deposit", -1, 10), post=False)
        move.write({"invoice_line_ids": [(0, 0, values)]})
        move.action_post()
        self.send()
        made = self.there(move)
        self.assertEqual(made["total"], round(move.amount_total * 100))
        self.assertEqual(made["total_excluding_tax"], round(move.amount_untaxed * 100))
