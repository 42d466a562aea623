# Copyright 2026 Odoo Integration Suite contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl)
import random
from contextlib import contextmanager
from decimal import ROUND_HALF_UP, Decimal

from odoo.tests import tagged

from odoo.addons.test_integration_core.tests.test_sql_counts import (
    FRAME,
    CountingCursor,
)

from .invoice_common import InvoiceCase

SEED = 20260210
INVOICES = 240
BATCH = 60
# Decimals of each currency of the drawn invoices.
PLACES = {"EUR": 2, "USD": 2, "JPY": 0, "KWD": 3}
# Peer's rate → percent, contained in the price.
RATES = {
    "txr_19": ("19", False),
    "txr_19i": ("19", True),
    "txr_7": ("7", False),
    "txr_7i": ("7", True),
    "txr_0": ("0", False),
    "txr_825": ("8.25", False),
    "txr_20g": ("20", True),
}
ERRORS = ("business_rule", "mapping", "duplicate_candidate")


class Drawer:
    """Draws canonical invoices as a peer would compute them, to the minor unit."""

    def __init__(self, case, seed: int):
        self.case, self.random = case, random.Random(seed)

    def _round(self, amount: Decimal, places: int) -> Decimal:
        return amount.quantize(Decimal(1).scaleb(-places), ROUND_HALF_UP)

    def invoice(self, number: int) -> dict:
        draw = self.random
        currency = draw.choice(list(PLACES))
        while True:
            lines = [
                self._line(currency, index)
                for index in range(draw.choice((1, 1, 2, 3, 5, 12)))
            ]
            record = self.case._invoice(
                *lines, currency=currency, number=f"R-{number:04d}"
            )
            if Decimal(record["total"]["amount"]) >= 0:
                return record

    def _line(self, currency: str, index: int) -> dict:
        draw, places = self.random, PLACES[currency]
        quantity = Decimal(draw.choice((1, 1, 2, 3, 7, 12, 100, 1000)))
        price = Decimal(draw.randint(1, 5 * 10**6)) / draw.choice(
            (10, 100, 1000, 10**4)
        )
        if draw.random() < 0.1:
            price = -price / 10
        amount = self._round(quantity * price, places)
        discount = Decimal(0)
        if amount > 0 and draw.random() < 0.4:
            percent = Decimal(draw.choice((10, 15, 33, 100)))
            discount = self._round(amount * percent / 100, places)
        values = {"quantity": str(quantity), "unit_price": str(price)}
        if discount:
            values["discount"] = discount
        taxes = self._taxes(amount - discount, places)
        return self.case._line(
            amount,
            taxes=[(key, str(tax), inclusive) for key, tax, inclusive in taxes],
            currency=currency,
            description=f"Line {index + 1}",
            **values,
        )

    def _taxes(self, net: Decimal, places: int) -> list[tuple]:
        draw = self.random
        keys = draw.choice(([], ["txr_0"], ["txr_7", "txr_825"], None, None, None))
        if keys is None:
            keys = [draw.choice(list(RATES))]
        taxes = []
        for key in keys:
            percent, inclusive = RATES[key]
            rate = Decimal(percent) / 100
            # The price list of a peer and the tax of Odoo need not agree on this.
            inclusive = inclusive if draw.random() < 0.8 else not inclusive
            if len(keys) > 1:
                inclusive = False
            exact = net * rate / (1 + rate) if inclusive else net * rate
            taxes.append((key, self._round(exact, places), inclusive))
        return taxes


@tagged("post_install", "-at_install")
class TestInvoiceVolume(InvoiceCase):
    """Many invoices: all exact, and what a further one costs in statements."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.connector.drain_count = 1
        for key in ("txr_7", "txr_7i", "txr_0", "txr_825", "txr_20g"):
            percent, inclusive = RATES[key]
            cls._tax(key, f"{key} tax", float(percent), included=inclusive)
        for code in ("JPY", "KWD"):
            cls.env["res.currency.rate"].create(
                {
                    "currency_id": cls._currency(code).id,
                    "company_id": cls.company.id,
                    "name": "2020-01-01",
                    "inverse_company_rate": 0.006 if code == "JPY" else 3.0,
                }
            )

    def _learn(self):
        """Let the planner know the rows of this transaction, as autovacuum would."""
        self.env.flush_all()
        self.env.cr.execute(
            "ANALYZE account_move, account_move_line, account_payment, "
            "account_partial_reconcile, integration_event"
        )

    # === EXACTNESS === #

    def test_drawn_invoices_are_exact(self):
        drawer = Drawer(self, SEED)
        records = {f"in_{n}": drawer.invoice(n) for n in range(INVOICES)}
        events = self.env["integration.event"]
        for number, (external_id, record) in enumerate(records.items(), start=1):
            events |= self._store(external_id, record, entity="invoice")
            if number % BATCH == 0:
                self._drain()
                if number == BATCH:
                    self._learn()
        events.invalidate_recordset()
        posted = events.filtered(lambda e: e.state == "done")
        for event in posted:
            move = self._move(event.external_id)
            with self.subTest(seed=SEED, invoice=event.external_id):
                self.assertEqual(move.state, "posted")
                self.assertExact(move, records[event.external_id])
                self.assertTrue(
                    move.company_currency_id.is_zero(
                        sum(move.line_ids.mapped("balance"))
                    )
                )
        refused = events - posted
        for event in refused:
            self.assertIn(event.error_class, ERRORS, event.error)
            self.assertTrue(event.hint)
            self.assertFalse(self._move(event.external_id))
        self.assertGreaterEqual(len(posted), INVOICES * 0.99, refused.mapped("error"))

    # === STATEMENTS === #

    @contextmanager
    def _counted(self):
        """A list that fills with the statements sent meanwhile, frames left out."""
        statements, cr = [], self.env.cr
        self.env.flush_all()
        driver = cr._obj
        cr._obj = CountingCursor(driver, statements)
        try:
            yield statements
            self.env.flush_all()
        finally:
            cr._obj = driver
            statements[:] = [s for s in statements if not FRAME.match(s)]

    def _cost(self, count: int) -> int:
        """Statements for one batch of that many invoices of two lines."""
        for number in range(count):
            record = self._invoice(
                self._line("100.00", "19.00"),
                self._line("2.50", "0.48"),
                number=f"S-{count}-{number}",
            )
            self._store(f"in_{count}_{number}", record, entity="invoice")
        self.env.flush_all()
        self.env.invalidate_all()
        with self._counted() as statements:
            self._drain()
        self.assertEqual(self._move(f"in_{count}_0").state, "posted")
        return len(statements)

    def test_statements_for_a_further_invoice(self):
        """Odoo itself sends about as many for each document it numbers."""
        self._cost(2)
        self._learn()
        few, many = self._cost(10), self._cost(100)
        slope = (many - few) / 90
        self.assertLess(slope, 8, f"10: {few}, 100: {many}")
        self.assertLess(few, 200)
