# Copyright 2026 Odoo Integration Suite contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl)
from odoo.tests import tagged

from .invoice_common import InvoiceCase


@tagged("post_install", "-at_install")
class TestInvoiceLines(InvoiceCase):
    """Lines, quantities, texts, products and discounts."""

    def _product_line(self, amount, tax=None, product="prod_1", **values):
        reference = {"entity": "product", "external_id": product}
        return self._line(amount, tax, product=reference, **values)

    def test_quantity_and_price_where_they_are_exact(self):
        move = self._booked(
            self._invoice(
                self._line("30.00", "5.70", quantity="3"),
                self._line("3.30", "0.63", quantity="100"),
                self._line("10.00", "1.90", quantity="3"),
                self._line("0.00", "0.00", quantity="5"),
            )
        )
        lines = [
            (line.quantity, line.price_unit, line.name)
            for line in move.invoice_line_ids.sorted("sequence")
        ]
        self.assertEqual(
            lines,
            [
                (3.0, 10.0, "Plan Pro"),
                (100.0, 0.033, "Plan Pro"),
                (1.0, 10.0, "3 × Plan Pro"),
                (5.0, 0.0, "Plan Pro"),
            ],
        )

    def test_the_label_does_not_repeat_the_quantity(self):
        line = self._line("10.00", quantity="3", description="3 × Plan Pro (at 3.33)")
        move = self._booked(self._invoice(line))
        self.assertEqual(move.invoice_line_ids.name, "3 × Plan Pro (at 3.33)")

    def test_more_than_ten_lines(self):
        lines = [self._line(f"{n}.00", f"{n * 0.19:.2f}") for n in range(1, 31)]
        move = self._booked(self._invoice(*lines))
        self.assertEqual(len(move.invoice_line_ids), 30)
        self.assertEqual(
            move.invoice_line_ids.sorted("sequence").mapped("price_subtotal"),
            [float(n) for n in range(1, 31)],
        )

    def test_service_period_and_proration(self):
        line = self._line(
            "10.00",
            period_start="2026-02-01T00:00:00Z",
            period_end="2026-03-01T00:00:00Z",
        )
        back = self._line(
            "-4.00",
            description="Unused time on Plan Pro",
            proration=True,
            period_start="2026-02-10T12:00:00Z",
            period_end="2026-02-10T12:00:00Z",
        )
        move = self._booked(self._invoice(line, back))
        names = move.invoice_line_ids.sorted("sequence").mapped("name")
        self.assertEqual(names[0], "Plan Pro\n02/01/2026 to 02/28/2026")
        self.assertEqual(names[1], "Proration: Unused time on Plan Pro")
        self.assertEqual(move.amount_total, 6)

    def test_texts_are_in_the_language_of_the_customer(self):
        self.env["res.lang"]._activate_lang("de_DE")
        self.partner.lang = "de_DE"
        line = self._line(
            "10.00",
            period_start="2026-02-01T00:00:00Z",
            period_end="2026-03-01T00:00:00Z",
        )
        move = self._booked(self._invoice(line))
        self.assertIn("01.02.2026", move.invoice_line_ids.name)
        self.assertIn("28.02.2026", move.invoice_line_ids.name)

    # === PRODUCTS === #

    def test_the_product_gives_account_and_text(self):
        account = self._account("400960", "Plans", "income")
        self.product.property_account_income_id = account
        self.product.taxes_id = self.included
        move = self._booked(
            self._invoice(self._product_line("10.00", "1.90", description=None))
        )
        line = move.invoice_line_ids
        self.assertEqual(line.product_id, self.product)
        self.assertEqual(line.account_id, account)
        self.assertEqual(line.name, "Plan Pro")
        self.assertEqual(line.tax_ids, self.tax)

    def test_a_line_without_taxes_has_none(self):
        self.product.taxes_id = self.tax
        self.income.tax_ids = self.tax
        move = self._booked(
            self._invoice(self._product_line("10.00"), self._line("5.00"))
        )
        self.assertFalse(move.invoice_line_ids.tax_ids)

    def test_the_default_product(self):
        default = self.env["product.product"].create({"name": "Things"})
        self.connector.default_product_id = default
        move = self._booked(
            self._invoice(self._line("1.00"), self._product_line("2.00"))
        )
        products = move.invoice_line_ids.sorted("sequence").mapped("product_id")
        self.assertEqual(products, default | self.product)

    def test_an_archived_product_is_booked_and_noted(self):
        self.product.active = False
        event = self._bring(self._invoice(self._product_line("1.00")))
        self.assertEqual(event.state, "done", event.error)
        self.assertEqual(self._move().invoice_line_ids.product_id, self.product)
        log = self._logs(event)
        self.assertEqual(log.status, "warning")
        self.assertIn("Plan Pro is archived", log.message)
        self.assertIn("archived", "".join(self._move().message_ids.mapped("body")))

    def test_a_product_nobody_brings_is_left_out(self):
        self.flows.pop("product", self.env["integration.flow"]).unlink()
        self.connector.invalidate_recordset()
        move = self._booked(self._invoice(self._product_line("1.00", product="prod_9")))
        self.assertFalse(move.invoice_line_ids.product_id)
        self.assertEqual(move.invoice_line_ids.account_id, self.income)

    # === DISCOUNTS === #

    def _shown(self, move):
        return [
            (line.name, line.price_subtotal, line.price_total)
            for line in move.invoice_line_ids.sorted("sequence")
        ]

    def test_a_discount_is_a_line_of_its_own(self):
        move = self._booked(
            self._invoice(self._line("100.00", "17.10", discount="10.00"))
        )
        self.assertEqual(
            self._shown(move),
            [("Plan Pro", 100.0, 119.0), ("Discount", -10.0, -11.9)],
        )
        self.assertEqual(set(move.invoice_line_ids.account_id.ids), {self.income.id})

    def test_a_discount_on_inclusive_prices(self):
        move = self._booked(
            self._invoice(
                self._line("119.00", "17.10", inclusive=True, discount="11.90")
            )
        )
        self.assertEqual(
            self._shown(move),
            [("Plan Pro", 100.0, 119.0), ("Discount", -10.0, -11.9)],
        )

    def test_a_discount_on_several_lines_is_one_line(self):
        move = self._booked(
            self._invoice(
                self._line("33.33", "5.70", discount="3.33"),
                self._line("66.67", "11.40", discount="6.67"),
            )
        )
        shown = self._shown(move)
        self.assertEqual(len(shown), 3)
        self.assertEqual(shown[2][:2], ("Discount", -10.0))

    def test_a_discount_says_what_it_is_on(self):
        self._tax("txr_7", "7 %", 7)
        move = self._booked(
            self._invoice(
                self._line("10.00", "1.90"),
                self._line("20.00", "3.42", discount="2.00", description="Seats"),
                self._line("10.00", "0.63", "txr_7", discount="1.00"),
                self._line("30.00", "1.89", "txr_7", discount="3.00"),
            )
        )
        self.assertEqual(
            [name for name, *_rest in self._shown(move)][4:],
            ["Discount on Seats", "Discount on 2 lines"],
        )

    def test_a_discount_of_everything(self):
        move = self._booked(
            self._invoice(
                self._line("100.00", "0.00", discount="100.00"),
                self._line("59.50", "0.00", inclusive=True, discount="59.50"),
            )
        )
        self.assertEqual(move.amount_total, 0)
        self.assertEqual(
            [amount for _name, amount, _total in self._shown(move)],
            [100.0, 50.0, -150.0],
        )

    def test_discounts_keep_to_their_accounts(self):
        account = self._account("400960", "Plans", "income")
        self.product.property_account_income_id = account
        move = self._booked(
            self._invoice(
                self._product_line("100.00", "17.10", discount="10.00"),
                self._line("50.00", "7.60", discount="10.00"),
            )
        )
        sums = {
            line.account_id: sum(
                x.balance
                for x in move.invoice_line_ids
                if x.account_id == line.account_id
            )
            for line in move.invoice_line_ids
        }
        self.assertEqual(sums, {account: -90.0, self.income: -40.0})
