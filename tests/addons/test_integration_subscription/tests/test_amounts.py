# Copyright 2026 Odoo Integration Suite contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl)
from decimal import Decimal

from odoo.tests import BaseCase, tagged

from odoo.addons.integration_subscription import amounts


@tagged("post_install", "-at_install")
class TestAmounts(BaseCase):
    """What a plan costs, in decimal numbers."""

    def test_of_a_period(self):
        for quantity, price, places, expected in (
            ("1", "20.00", 2, "20.00"),
            ("3", "0.125", 2, "0.38"),
            ("1", "0.005", 2, "0.01"),
            ("0", "20.00", 2, "0.00"),
            ("2", "1500", 0, "3000"),
            ("1", "1.2345", 3, "1.235"),
            (None, "20.00", 2, "0"),
            ("7", None, 2, "0"),
        ):
            with self.subTest(quantity=quantity, price=price):
                amount = amounts.of_period(quantity, price, places)
                self.assertEqual(amount, Decimal(expected))

    def test_of_a_month(self):
        for amount, interval, count, expected in (
            ("20.00", "month", 1, "20.00"),
            ("60.00", "month", 3, "20.00"),
            ("120.00", "year", 1, "10.00"),
            ("100.00", "year", 2, "4.17"),
            ("12.00", "week", 1, "52.00"),
            ("12.00", "week", 2, "26.00"),
            ("1.00", "day", 1, "30.42"),
            ("20.00", False, 1, "0"),
        ):
            with self.subTest(amount=amount, interval=interval, count=count):
                month = amounts.of_month(Decimal(amount), interval, count, 2)
                self.assertEqual(month, Decimal(expected))

    def test_places(self):
        self.assertEqual(amounts.places("20", 2), 2)
        self.assertEqual(amounts.places("0.12500", 2), 3)
        self.assertEqual(amounts.places("1500.0", 0), 0)
        self.assertEqual(amounts.places("0", 2), 2)
