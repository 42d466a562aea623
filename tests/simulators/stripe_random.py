# Copyright 2026 Odoo Integration Suite contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl)
"""Random invoices that repeat with their seed: for property tests and benchmarks.

draw = RandomInvoices(sim, seed=7)
invoice = draw.invoice()                  # a draft: 1 to 15 lines, everything
draw.plain(lines=5)                       # five whole amounts, 19 % on top, EUR
draw.pay(invoice["id"])                   # somehow: whole, in parts, outside …
"""

import random
from typing import TYPE_CHECKING

from .companies import company
from .stripe_errors import ApiError
from .stripe_money import digits, step

if TYPE_CHECKING:
    from .stripe import StripeSimulator

# (percentage, inclusive, name, country)
RATES = (
    ("19", False, "USt", "DE"),
    ("7", False, "USt", "DE"),
    ("0", False, "steuerfrei", "DE"),
    ("20", True, "VAT", "GB"),
    ("19", True, "USt inkl.", "DE"),
    ("5", False, "GST", "CA"),
    ("9.975", False, "QST", "CA"),
)
# Rates of one line, as positions in RATES; the last two: two taxes at once.
COMBINATIONS = ((0,), (1,), (2,), (3,), (4,), (), (5, 6), (1, 5))
CURRENCIES = ("eur", "eur", "eur", "usd", "gbp", "chf", "jpy", "kwd", "isk", "ugx")
GOODS = (
    "Chair Desk Lamp Shelf Cable Bolt Carpet Licence Seat Hour Coffee Bicycle Notebook "
    "Server Support Panel Frame Wheel Sensor Mug"
).split()
DAY = 86400


class RandomInvoices:
    """Draws customers, catalogue and invoices into one simulator.

    :param currencies: to draw from; a currency named twice comes twice as often
    :param decimals: also quantities like 2.5, of which older shapes show only the 2
    """

    def __init__(
        self,
        sim: "StripeSimulator",
        seed: int | str = 0,
        currencies: tuple[str, ...] = CURRENCIES,
        customers: int = 10,
        decimals: bool = False,
    ):
        self.sim = sim
        self.rng = random.Random(f"{seed}:invoices")
        self.currencies = currencies
        self.decimals = decimals
        self.rates = [
            sim.create_tax_rate(
                percentage, inclusive, name, country=country, tax_type="vat"
            )["id"]
            for percentage, inclusive, name, country in RATES
        ]
        # Nobody of this draw is somebody of another one: two systems that know the same
        # customer are a story of its own.
        self._domain = f"{self.rng.getrandbits(48):012x}.example"
        self.customers = [self._customer(number) for number in range(customers)]
        self._products: list[str] = []
        self._prices: dict[str, list[str]] = {}
        self._coupons: dict[str, list[str]] = {}

    def _customer(self, number: int) -> str:
        values = company(self.rng)
        values.pop("tax_id_data", None)
        values["name"] = f"{values['name']} {number}"
        values["email"] = f"books{number}@{self._domain}"
        return self.sim.create_customer(**values)["id"]

    # -- catalogue -----------------------------------------------------------------

    def _product(self) -> str:
        if len(self._products) < 12 or self.rng.random() < 0.1:
            name = f"{self.rng.choice(GOODS)} {len(self._products) + 1}"
            self._products.append(self.sim.create_product(name)["id"])
        return self.rng.choice(self._products)

    def amount(self, currency: str, least: float = 1, most: float = 900) -> int:
        """A random amount between two numbers of whole euros or their like."""
        scale = 10 ** digits(currency)
        worth = {"jpy": 100, "isk": 100, "ugx": 4000}.get(currency, 1)
        low, high = int(least * worth * scale), int(most * worth * scale)
        return max(self.rng.randint(low, high) // step(currency), 1) * step(currency)

    def price(self, currency: str) -> str:
        """A price of this currency, often one that was used before."""
        known = self._prices.setdefault(currency, [])
        if known and self.rng.random() < 0.6:
            return self.rng.choice(known)
        values = {}
        if self.rng.random() < 0.2 and step(currency) == 1:
            fraction = self.rng.randint(1, 999_999)
            values["unit_amount_decimal"] = f"{self.rng.randint(0, 99)}.{fraction:06d}"
        else:
            values["unit_amount"] = self.amount(currency, 0.5, 300)
        if self.rng.random() < 0.25:
            values["recurring"] = {"interval": self.rng.choice(("month", "year"))}
        made = self.sim.create_price(self._product(), currency=currency, **values)
        known.append(made["id"])
        return made["id"]

    def coupon(self, currency: str) -> str:
        known = self._coupons.setdefault(currency, [])
        if len(known) < 6:
            if self.rng.random() < 0.6:
                percent = self.rng.choice(("5", "10", "12.5", "33.33", "50"))
                made = self.sim.create_coupon(percent_off=percent)
            else:
                off = self.amount(currency, 0.5, 20)
                made = self.sim.create_coupon(amount_off=off, currency=currency)
            known.append(made["id"])
        return self.rng.choice(known)

    # -- invoices ------------------------------------------------------------------

    def invoice(self, lines: int | None = None, currency: str | None = None) -> dict:
        """A draft with anything on it."""
        rng = self.rng
        currency = currency or rng.choice(self.currencies)
        count = lines or rng.choice((1, 1, 2, 2, 3, 3, 4, 5, 6, 8, 10, 11, 12, 15))
        rows = [self.line(currency) for _number in range(count)]
        if count > 1 and rng.random() < 0.15:
            rows[-2:] = self.proration(currency)
        discounts = [self.coupon(currency)] if rng.random() < 0.3 else []
        values = {}
        if rng.random() < 0.2:
            rates = rng.choice(COMBINATIONS[:5])
            values["default_tax_rates"] = [self.rates[index] for index in rates]
            for row in rows[::2]:
                row.pop("tax_rates", None)
        if rng.random() < 0.5:
            values["days_until_due"] = rng.choice((0, 14, 30))
        if rng.random() < 0.1:
            tax = [self.rates[0]] if rng.random() < 0.5 else []
            amount = self.amount(currency, 2, 9)
            values["shipping"] = {"amount": amount, "tax_rates": tax}
        return self.sim.create_invoice(
            rng.choice(self.customers), rows, discounts, currency, **values
        )

    def line(self, currency: str) -> dict:
        rng = self.rng
        combination = rng.choice(COMBINATIONS)
        row = {"tax_rates": [self.rates[index] for index in combination]}
        kind = rng.random()
        if kind < 0.7:
            row["price"] = self.price(currency)
            row["quantity"] = rng.choice((1, 1, 1, 2, 3, 5, 12, 100, 1000))
            if self.decimals and rng.random() < 0.3:
                part = rng.choice(("5", "25", "333333333333"))
                row["quantity_decimal"] = f"{row.pop('quantity')}.{part}"
        elif kind < 0.85:
            row["amount"] = self.amount(currency)
            row["description"] = f"{rng.choice(GOODS)}, by agreement"
        else:
            fraction = rng.randint(1, 99_999)
            row["unit_amount_decimal"] = f"{rng.randint(0, 9)}.{fraction:05d}"
            row["quantity"] = rng.choice((7, 333, 1001, 25_000))
            row["description"] = f"{rng.choice(GOODS)}, metered"
        if rng.random() < 0.2:
            row["discounts"] = [self.coupon(currency)]
        return row

    def proration(self, currency: str) -> list[dict]:
        """The two lines of a change of plan: time not used, time that remains."""
        price = self.price(currency)
        paid = self.amount(currency, 20, 200)
        used = self.rng.randint(1, 90)
        unit = step(currency)
        back = paid * (100 - used) // 100 // unit * unit
        same = {
            "price": price,
            "proration": True,
            "subscription": "sub_1Random",
            "subscription_item": "si_1Random",
            "tax_rates": [self.rates[0]],
        }
        return [
            {**same, "amount": -back, "description": "Unused time"},
            {**same, "amount": back * 2, "description": "Remaining time"},
        ]

    def plain(self, lines: int = 1, currency: str = "eur") -> dict:
        """A draft as simple as can be: for benchmarks."""
        known = self._prices.setdefault(f"plain {currency}", [])
        while len(known) < 5:
            unit = 1000 * (len(known) + 1)
            product = self.sim.create_product(f"Plain {len(known) + 1}")["id"]
            known.append(self.sim.create_price(product, unit, currency)["id"])
        rows = [
            {"price": known[n % 5], "quantity": 1, "tax_rates": [self.rates[0]]}
            for n in range(lines)
        ]
        return self.sim.create_invoice(
            self.rng.choice(self.customers), rows, currency=currency
        )

    # -- what becomes of them ------------------------------------------------------

    def pay(self, invoice_id: str, settle: bool = True) -> dict:
        """Pay a finalised invoice in a random way; what is paid stays as it is."""
        rng = self.rng
        obj = self.sim.invoices[invoice_id]
        left, unit = obj["amount_remaining"], step(obj["currency"])
        if obj["status"] not in ("open", "uncollectible") or not left:
            return obj
        kind = rng.random()
        if kind < 0.12:
            return self.sim.pay_invoice(invoice_id, out_of_band=True)
        if kind < 0.3 and left > 2 * unit:
            part = rng.randint(1, left // unit - 1) * unit
            self.sim.pay_invoice(invoice_id, amount=part, settle=settle)
        elif kind < 0.35:
            more = left + self.amount(obj["currency"], 1, 5)
            return self.sim.pay_invoice(invoice_id, amount=more, settle=settle)
        if kind > 0.95:
            self.sim.fail_payment(invoice_id)
        method = "sepa_debit" if rng.random() < 0.2 else "card"
        intent = rng.random() < 0.9
        return self.sim.pay_invoice(
            invoice_id, intent=intent, method=method, settle=settle
        )

    def live(self, invoice_id: str, settle: bool = True) -> str:
        """Let a draft go on: deleted, open, paid, void, lost; returns its status."""
        kind = self.rng.random()
        if kind < 0.03:
            self.sim.delete_invoice(invoice_id)
            return "deleted"
        if kind < 0.06:
            return "draft"
        status = self.sim.finalize_invoice(invoice_id)["status"]
        if status == "paid" or kind < 0.2:
            return status
        try:
            if kind < 0.28:
                return self.sim.void_invoice(invoice_id)["status"]
            if kind < 0.34:
                self.sim.mark_uncollectible(invoice_id)
                if kind < 0.31:
                    return "uncollectible"
            return self.pay(invoice_id, settle)["status"]
        except ApiError:
            return self.sim.invoices[invoice_id]["status"]
