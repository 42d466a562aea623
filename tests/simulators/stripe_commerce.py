# Copyright 2026 Odoo Integration Suite contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl)
"""The demo's trade: a catalogue, and now and then an invoice or a payment.

Prices are in euros, for customers in the United States in dollars. German customers
pay German tax, British ones a price with tax in it, companies abroad none (reverse
charge).
"""

from typing import TYPE_CHECKING

from .stripe_money import step

if TYPE_CHECKING:
    from .stripe import StripeSimulator

DAY = 86400
# Invoices from before anybody listened, for the initial load.
EXISTING_INVOICES = 12
# (name, description, price in cents, per month?)
CATALOGUE = (
    ("Office Chair", "Swivel chair with armrests", 24900, False),
    ("Standing Desk", "Electric, 160 x 80 cm", 59900, False),
    ("Desk Lamp", "Warm white, dimmable", 6450, False),
    ("Cable Tray", "Steel, to screw on", 1290, False),
    ("Maintenance Plan", "One visit a month", 4900, True),
    ("Design Consulting", "Per hour", 9500, False),
    ("Handbook", "Ergonomics at work", 2990, False),
)
SERVICES = ("Design Consulting",)
NEW_GOODS = ("Footrest", "Monitor Arm", "Filing Cabinet", "Whiteboard", "Coat Stand")
# key -> (percentage, inclusive, name, country, description)
TAXES = {
    "full": ("19", False, "USt", "DE", "VAT Germany 19 %"),
    "reduced": ("7", False, "USt", "DE", "VAT Germany 7 %"),
    "none": ("0", False, "Reverse charge", None, "No VAT: the customer owes it"),
    "british": ("20", True, "VAT", "GB", "VAT United Kingdom 20 %, included"),
}


class Commerce:
    """Part of ``Business``; every step takes a random generator of its own."""

    sim: "StripeSimulator"

    # -- before --------------------------------------------------------------------

    def prepare_trade(self) -> None:
        """The catalogue, and the invoices of the last weeks."""
        now = self.sim.clock.timestamp()
        for percentage, inclusive, name, country, description in TAXES.values():
            self.sim.create_tax_rate(
                percentage,
                inclusive,
                name,
                at=now - 90 * DAY,
                country=country,
                description=description,
                tax_type="vat",
            )
        self.sim.create_coupon(percent_off="10", name="Autumn sale", id="AUTUMN10")
        for name, description, cents, monthly in CATALOGUE:
            self._goods(name, description, cents, monthly, now - 90 * DAY)
        for number in range(EXISTING_INVOICES):
            rng = self._rng(f"existing invoice:{number}")
            at = now - (EXISTING_INVOICES - number) * 4 * DAY - rng.randrange(DAY)
            invoice = self._draft(rng, at)
            if not invoice:
                continue
            self.sim.finalize_invoice(invoice["id"], at=at + 3600)
            if number % 4:
                self.sim.pay_invoice(invoice["id"], at=at + 2 * DAY)
            else:
                self.pay_out_until(at + 3 * DAY)

    def _goods(self, name, description, cents, monthly, at=None) -> dict:
        values = {"recurring": {"interval": "month"}} if monthly else {}
        goods = not monthly and name not in SERVICES
        made = self.sim.create_product(
            name, at=at, description=description, shippable=goods
        )
        for currency in ("eur", "usd"):
            amount = cents if currency == "eur" else cents * 11 // 1000 * 100
            price = self.sim.create_price(
                made["id"], amount, currency, at=at, nickname=name, **values
            )
            if currency == "eur":
                self.sim.update_product(made["id"], default_price=price["id"])
        return made

    # -- one invoice ---------------------------------------------------------------

    def _draft(self, rng, at: int | None = None) -> dict | None:
        """A plausible invoice for one of the customers; None: there are none."""
        moment = at or self.sim.clock.timestamp()
        customer = self._some(rng, lambda obj: obj["created"] <= moment)
        if not customer:
            return None
        country = customer["address"]["country"]
        currency = "usd" if country == "US" else "eur"
        with self.sim.lock:
            prices = [
                price
                for price in self.sim.prices.values()
                if price["currency"] == currency and price["active"]
            ]
        if not prices:
            return None
        count = rng.choice((1, 1, 2, 2, 3, 4, 12))
        lines = [self._line(rng, rng.choice(prices), country) for _n in range(count)]
        if rng.random() < 0.2:
            lines += self._freight(rng, currency, country)
        discounts = ["AUTUMN10"] if rng.random() < 0.2 else []
        return self.sim.create_invoice(
            customer["id"],
            lines,
            [coupon for coupon in discounts if coupon in self.sim.coupons],
            currency,
            at=at,
            days_until_due=rng.choice((0, 14, 30)),
            metadata={"order": f"S{rng.randrange(10000, 100000)}"},
        )

    def _line(self, rng, price: dict, country: str) -> dict:
        line = {"price": price["id"], "quantity": rng.choice((1, 1, 2, 3, 5, 10))}
        name = (self.sim.products.get(price["product"]) or {}).get("name")
        reduced = name == "Handbook"
        return {**line, "tax_rates": self._taxes(country, reduced)}

    def _freight(self, rng, currency: str, country: str) -> list[dict]:
        """A line that belongs to no product."""
        amount = rng.randrange(490, 2990) // step(currency) * step(currency)
        taxes = self._taxes(country, reduced=False)
        return [{"amount": amount, "description": "Freight", "tax_rates": taxes}]

    def _taxes(self, country: str, reduced: bool) -> list[str]:
        kind = {"DE": "reduced" if reduced else "full", "GB": "british"}.get(
            country, "none"
        )
        wanted = TAXES[kind][4]
        return [
            rate["id"]
            for rate in self.sim.tax_rates.values()
            if rate["description"] == wanted
        ][:1]

    def _open(self, rng) -> dict | None:
        """An invoice that waits for money."""
        with self.sim.lock:
            found = [
                obj
                for obj in self.sim.invoices.values()
                if obj["status"] == "open" and obj["customer"] in self.sim.customers
            ]
        return rng.choice(found) if found else None

    # -- steps ---------------------------------------------------------------------

    def _do_invoice(self, rng):
        """An invoice is made and finalised; one in three is paid at once."""
        invoice = self._draft(rng)
        if not invoice:
            return
        self.sim.finalize_invoice(invoice["id"])
        if rng.random() < 0.35:
            self.sim.pay_invoice(invoice["id"])

    def _do_pay(self, rng):
        invoice = self._open(rng)
        if not invoice:
            return self._do_invoice(rng)
        kind = rng.random()
        if kind < 0.1:
            self.sim.fail_payment(invoice["id"])
        elif kind < 0.2:
            self.sim.pay_invoice(invoice["id"], out_of_band=True)
        else:
            method = "sepa_debit" if kind < 0.4 else "card"
            self.sim.pay_invoice(invoice["id"], method=method)

    def _do_part(self, rng):
        invoice = self._open(rng)
        if invoice and invoice["amount_remaining"] > 200:
            half = invoice["amount_remaining"] // 2
            self.sim.pay_invoice(invoice["id"], amount=half)

    def _do_void(self, rng):
        invoice = self._open(rng)
        if invoice and not invoice["amount_paid"]:
            self.sim.void_invoice(invoice["id"])

    def _do_credit(self, rng):
        """A line goes back, or costs less: credited, and paid back if it was paid."""
        with self.sim.lock:
            found = [
                invoice
                for invoice in self.sim.invoices.values()
                if invoice["status"] in ("open", "paid")
                and invoice["total"] > 2000
                and not self.sim.resources["credit_notes"].of(invoice["id"])
                and not self._refunded(invoice)
            ]
        if not found:
            return
        invoice = rng.choice(found[-12:])
        [line, *_rest] = self.sim.invoice_lines(invoice["id"])
        amount = line["amount"] if rng.random() < 0.3 else line["amount"] // 4
        if amount < 100:
            return
        rest = "refund" if invoice["_charge"] and rng.random() < 0.7 else "balance"
        self.sim.credit_invoice(
            invoice["id"],
            {line["id"]: amount},
            rest=rest,
            reason=rng.choice(("order_change", "product_unsatisfactory")),
            memo="With our apologies",
        )

    def _refunded(self, invoice) -> bool:
        """Whether money of an invoice went back, or is disputed."""
        charge = self.sim.charges.get(invoice["_charge"])
        return bool(charge and (charge["amount_refunded"] or charge["disputed"]))

    def _do_charge(self, rng):
        """A sale without an invoice: a payment link, a shop."""
        customer = self._some(rng)
        if customer:
            self.sim.create_charge(
                rng.randrange(1500, 25000),
                "usd" if customer["address"]["country"] == "US" else "eur",
                customer["id"],
                description=f"Order {rng.randrange(1000, 9999)}",
            )

    def _do_product(self, rng):
        """New goods, or a word more about old ones."""
        with self.sim.lock:
            known = {obj["name"]: obj for obj in self.sim.products.values()}
        name = rng.choice(NEW_GOODS)
        if name not in known:
            cents = rng.randrange(20, 400) * 100
            self._goods(name, "New in the catalogue", cents, monthly=False)
        elif known:
            obj = rng.choice(list(known.values()))
            season = rng.choice(("spring", "summer", "autumn", "winter"))
            self.sim.update_product(obj["id"], metadata={"season": season})
