# Copyright 2026 Odoo Integration Suite contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl)
from odoo.tests import tagged

from .invoice_common import InvoiceCase


@tagged("post_install", "-at_install")
class TestInvoiceTaxes(InvoiceCase):
    """The peer's taxes to the cent, whatever Odoo's own way to compute them."""

    def _tax_lines(self, move) -> dict:
        return {
            line.tax_line_id.name: -line.amount_currency
            for line in move.line_ids
            if line.display_type == "tax"
        }

    def test_inclusive_or_not_on_either_side(self):
        shapes = [("100.00", False), ("119.00", True)]
        for number, (amount, inclusive) in enumerate(shapes):
            for key, tax in (("txr_19", self.tax), ("txr_19i", self.included)):
                with self.subTest(peer=inclusive, odoo=tax.name):
                    name = f"in_{number}_{key}"
                    move = self._booked(
                        self._invoice(
                            self._line(amount, "19.00", key, inclusive), number=name
                        ),
                        name,
                    )
                    self.assertEqual(self._tax_lines(move), {tax.name: 19.0})
                    line = move.invoice_line_ids
                    self.assertEqual(line.price_subtotal, 100)
                    price = 119 if tax == self.included else 100
                    self.assertEqual(line.price_unit, price)

    def test_rounding_that_odoo_would_do_otherwise_is_kept(self):
        """Odoo rounds the sum of the taxes (1.43), the peer each line (1.44)."""
        for key in ("txr_19", "txr_19i"):
            lines = [self._line("2.50", "0.48", key) for _n in range(3)]
            move = self._booked(self._invoice(*lines, number=key), key)
            self.assertEqual(move.amount_tax, 1.44)
            self.assertEqual(move.amount_total, 8.94)

    def test_rounding_by_line(self):
        self.company.tax_calculation_rounding_method = "round_per_line"
        lines = [self._line("2.50", "0.47") for _n in range(3)]
        self.assertEqual(self._booked(self._invoice(*lines)).amount_tax, 1.41)

    def test_several_taxes_on_a_line(self):
        self._tax("txr_5", "State 5 %", 5)
        self._tax("txr_2", "City 2.5 %", 2.5)
        taxes = [("txr_5", "5.00", False), ("txr_2", "2.50", False)]
        move = self._booked(self._invoice(self._line("100.00", taxes=taxes)))
        self.assertEqual(self._tax_lines(move), {"State 5 %": 5.0, "City 2.5 %": 2.5})

    def test_inclusive_and_exclusive_taxes_on_one_line(self):
        self._tax("txr_5", "Eco 5 %", 5)
        taxes = [("txr_19", "19.00", True), ("txr_5", "5.00", False)]
        move = self._booked(self._invoice(self._line("119.00", taxes=taxes)))
        self.assertEqual(move.amount_untaxed, 100)
        taxes = [("txr_19", "17.10", True), ("txr_5", "4.50", False)]
        self._booked(
            self._invoice(
                self._line("119.00", taxes=taxes, discount="11.90"), number="R-2"
            ),
            "in_2",
        )

    def test_a_group_of_taxes(self):
        parts = [self._tax(f"txr_p{n}", f"Part {n}", n) for n in (5, 7)]
        group = self.env["account.tax"].create(
            {
                "name": "Both",
                "amount_type": "group",
                "type_tax_use": "sale",
                "children_tax_ids": [(6, 0, [part.id for part in parts])],
                "country_id": self.company.account_fiscal_country_id.id,
            }
        )
        self._bind("tax_rate", "txr_group", group)
        # 12 % of 9.99 is 1.1988: 0.4995 and 0.6993.
        move = self._booked(self._invoice(self._line("9.99", "1.20", "txr_group")))
        self.assertEqual(self._tax_lines(move), {"Part 5": 0.5, "Part 7": 0.7})

    def test_two_rates_of_the_peer_that_are_one_tax_in_odoo(self):
        half = self._tax("txr_half", "10 %", 10)
        self._bind("tax_rate", "txr_also", half, primary=False)
        taxes = [("txr_half", "5.00", False), ("txr_also", "5.00", False)]
        move = self._booked(self._invoice(self._line("100.00", taxes=taxes)))
        self.assertEqual(self._tax_lines(move), {"10 %": 10.0})

    def test_a_tax_on_taxes(self):
        self._tax("txr_a", "First", 10, include_base_amount=True, sequence=1)
        self._tax("txr_b", "Second", 10, sequence=2)
        taxes = [("txr_a", "10.00", False), ("txr_b", "11.00", False)]
        self._booked(self._invoice(self._line("100.00", taxes=taxes)))

    def test_a_fixed_tax_counts_units(self):
        self._tax("txr_fix", "Deposit", 0.25, amount_type="fixed")
        taxes = [("txr_fix", "0.75", False)]
        move = self._booked(
            self._invoice(self._line("30.00", taxes=taxes, quantity="3"))
        )
        self.assertEqual(move.invoice_line_ids.quantity, 3)

    def test_a_reverse_charge_adds_up_to_nothing(self):
        tax = self._tax("txr_rc", "Reverse charge", 19)
        parts = [
            (5,),
            (0, 0, {"repartition_type": "base"}),
            (0, 0, {"repartition_type": "tax", "factor_percent": 100}),
            (0, 0, {"repartition_type": "tax", "factor_percent": -100}),
        ]
        tax.write(
            {
                "invoice_repartition_line_ids": parts,
                "refund_repartition_line_ids": parts,
            }
        )
        move = self._booked(self._invoice(self._line("100.00", "0.00", "txr_rc")))
        self.assertEqual(
            sorted(x.balance for x in move.line_ids if x.tax_line_id), [-19.0, 19.0]
        )

    def test_no_tax_of_zero_percent_is_lost(self):
        zero = self._tax("txr_0", "Exempt", 0)
        move = self._booked(self._invoice(self._line("100.00", "0.00", "txr_0")))
        self.assertEqual(move.invoice_line_ids.tax_ids, zero)

    def test_the_tax_base_is_that_of_the_peer(self):
        move = self._booked(
            self._invoice(
                self._line("10.01", "1.60", "txr_19i", True),
                self._line("20.03", "3.20", "txr_19i", True),
            )
        )
        line = move.line_ids.filtered("tax_line_id")
        self.assertEqual(line.tax_base_amount, -25.24)

    # === CURRENCIES === #

    def test_two_three_and_no_decimals(self):
        for code, amount, tax in (
            ("USD", "10.01", "1.90"),
            ("JPY", "1001", "190"),
            ("KWD", "10.015", "1.903"),
        ):
            with self.subTest(code):
                currency = self._currency(code)
                if code != "USD":
                    self.env["res.currency.rate"].create(
                        {
                            "currency_id": currency.id,
                            "company_id": self.company.id,
                            "name": "2026-01-01",
                            "inverse_company_rate": 0.5,
                        }
                    )
                line = self._line(amount, tax, currency=code)
                record = self._invoice(line, currency=code, number=code)
                move = self._booked(record, f"in_{code}")
                self.assertEqual(move.currency_id, currency)
                rate = 0.9 if code == "USD" else 0.5
                self.assertAlmostEqual(
                    move.amount_total_signed, move.amount_total * rate, delta=0.01
                )

    def test_the_rate_is_that_of_the_day(self):
        for day, rate in (("2026-02-10", 0.8), ("2026-02-11", 0.7)):
            self.env["res.currency.rate"].create(
                {
                    "currency_id": self._currency("USD").id,
                    "company_id": self.company.id,
                    "name": day,
                    "inverse_company_rate": rate,
                }
            )
        line = self._line("100.00", "19.00", currency="USD")
        move = self._booked(self._invoice(line, currency="USD"))
        self.assertEqual(move.amount_total_signed, 95.2)

    # === LATER === #

    def test_a_credit_note_by_hand_has_the_same_amounts(self):
        lines = [
            self._line("2.50", "0.48"),
            self._line("119.00", "17.10", "txr_19i", True, discount="11.90"),
        ]
        move = self._booked(self._invoice(*lines))
        refund = move._reverse_moves(cancel=True)
        self.assertEqual(refund.amount_untaxed, move.amount_untaxed)
        self.assertEqual(refund.amount_tax, move.amount_tax)
        self.assertEqual(move.payment_state, "reversed")

    def test_a_draft_keeps_the_amounts_when_somebody_touches_it(self):
        self.connector.posting_policy = "draft"
        lines = [self._line("2.50", "0.48") for _n in range(3)]
        record = self._invoice(*lines)
        self._bring(record)
        move = self._move()
        move.invoice_line_ids[0].name = "Another text"
        move.invoice_date_due = "2026-05-01"
        move.action_post()
        self.assertExact(move, record)
