# Copyright 2026 Odoo Integration Suite contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl)
from decimal import Decimal

from .common import AccountCase

ISSUED = "2026-02-10T12:00:00Z"


class InvoiceCase(AccountCase):
    """A customer, taxes and products that invoices may refer to."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.income = cls._account("400900", "Sales of the demo system", "income")
        cls.sales.default_account_id = cls.income
        cls.partner = cls._customer("cus_1", "Rosa Klee", email="rosa@klee.example")
        cls.tax = cls._tax("txr_19", "19 %", 19)
        cls.included = cls._tax("txr_19i", "19 % included", 19, included=True)
        cls.product = cls.env["product.product"].create(
            {"name": "Plan Pro", "type": "service", "taxes_id": False}
        )
        cls._bind("product", "prod_1", cls.product)

    @classmethod
    def _bind(cls, entity: str, external_id: str, record, **values):
        """Link an object to a record, as if it had come through the hub."""
        cls.env["integration.external.id"]._bind(
            cls.connector,
            [
                {
                    "entity": entity,
                    "external_id": external_id,
                    "model": record._name,
                    "res_id": record.id,
                    **values,
                }
            ],
        )

    @classmethod
    def _customer(cls, external_id: str, name: str, **values):
        partner = cls.env["res.partner"].create({"name": name, **values})
        cls._bind("customer", external_id, partner)
        return partner

    @classmethod
    def _tax(cls, external_id: str, name: str, percent, included=False, **values):
        included = "tax_included" if included else "tax_excluded"
        tax = cls.env["account.tax"].create(
            {
                "name": name,
                "amount": percent,
                "type_tax_use": "sale",
                "price_include_override": included,
                "country_id": cls.company.account_fiscal_country_id.id,
                **values,
            }
        )
        cls._bind("tax_rate", external_id, tax)
        return tax

    # === CANONICAL RECORDS === #

    def _line(self, amount, tax=None, key="txr_19", inclusive=False, **values) -> dict:
        """One canonical line; ``tax`` is the amount of its tax."""
        currency = values.pop("currency", "EUR")
        taxes = values.pop("taxes", None)
        if taxes is None and tax is not None:
            taxes = [(key, tax, inclusive)]
        line = {
            "external_id": f"il_{amount}",
            "description": "Plan Pro",
            "amount": self._money(amount, currency),
            "taxes": [
                {
                    "tax": {"entity": "tax_rate", "external_id": name},
                    "amount": self._money(value, currency),
                    "inclusive": contained,
                }
                for name, value, contained in taxes or []
            ],
        }
        if "discount" in values:
            values["discount"] = self._money(values["discount"], currency)
        return line | values

    def _invoice(self, *lines, **values) -> dict:
        """A canonical invoice whose sums follow from its lines."""
        currency = values.pop("currency", "EUR")
        tax = untaxed = Decimal(0)
        for line in lines:
            amounts = {True: Decimal(0), False: Decimal(0)}
            for part in line["taxes"]:
                amounts[part["inclusive"]] += Decimal(part["amount"]["amount"])
            discount = line.get("discount") or {"amount": "0"}
            untaxed += Decimal(line["amount"]["amount"]) - Decimal(discount["amount"])
            untaxed -= amounts[True]
            tax += amounts[True] + amounts[False]
        return {
            "number": "R-1",
            "status": "open",
            "customer": {"entity": "customer", "external_id": "cus_1"},
            "currency": currency,
            "issued_at": ISSUED,
            "untaxed": self._money(untaxed, currency),
            "tax": self._money(tax, currency),
            "total": self._money(untaxed + tax, currency),
            "lines": list(lines),
        } | values

    # === WHAT BECAME OF IT === #

    def _bring(self, record: dict, external_id: str = "in_1", at: int = 100, **kw):
        """Feed an invoice; returns its event."""
        return self._feed(external_id, record, at, entity="invoice", **kw)

    def _move(self, external_id: str = "in_1"):
        """The move an invoice is linked to, or an empty recordset."""
        move = self._record_of(external_id, "invoice")
        return move if move is not None else self.env["account.move"]

    def _booked(self, record: dict, external_id: str = "in_1", **kw):
        """Feed an invoice that must be posted with its very amounts; its move."""
        event = self._bring(record, external_id, **kw)
        self.assertEqual(event.state, "done", event.error or event.skip_reason)
        move = self._move(external_id)
        self.assertEqual(move.state, "posted")
        self.assertExact(move, record)
        return move

    def assertExact(self, move, record: dict, sign: int = 1):
        for name, field in (
            ("untaxed", "amount_untaxed"),
            ("tax", "amount_tax"),
            ("total", "amount_total"),
        ):
            stated = sign * Decimal(record[name]["amount"])
            own = Decimal(f"{move[field]:.{move.currency_id.decimal_places}f}")
            self.assertEqual(own, stated, f"{name} of {record['number']}")

    def assertNothingBooked(self, event, state: str, error_class: str):
        """It waits for a person, and nothing of it is in the books."""
        self.assertEqual(event.state, state, event.error)
        self.assertEqual(event.error_class, error_class)
        self.assertTrue(event.hint, "no hint")
        self.assertFalse(self._link(event.external_id, "invoice"))
        self.assertFalse(
            self.env["account.move"].search(
                [("invoice_origin", "=", event.external_id)]
            )
        )
        key = self.env["integration.effect"]._key(
            self.connector, event.external_id, "post"
        )
        self.assertFalse(self.env["integration.effect"]._happened([key]))
