# Copyright 2026 Odoo Integration Suite contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl)
"""Lines of credit notes (SDK ``_credit_note_line_item.py``) and what they add up to.

A line of the invoice is taken back with its discounts in proportion, and with its
taxes computed on what is left. What takes the last of a line takes the last of its
discounts and taxes too, so that all credit notes together are the invoice.
"""

from decimal import Decimal
from typing import TYPE_CHECKING

from . import stripe_amounts as amounts
from . import stripe_params as params
from .stripe_errors import bad_parameter, missing_parameter
from .stripe_money import check_amount, rounded
from .stripe_render import clone

if TYPE_CHECKING:
    from .stripe import StripeSimulator


class CreditLines:
    """Makes the lines of one credit note.

    :param earlier: the other issued credit notes of the invoice
    """

    def __init__(self, sim: "StripeSimulator", invoice: dict, earlier: list[dict]):
        self.sim = sim
        self.invoice = invoice
        self.currency = invoice["currency"]
        self.facts = {f["id"]: f for f in sim.resources["line_items"].of(invoice["id"])}
        self.taken = [line for note in earlier for line in note["_lines"]]

    def read(self, wanted: list[dict]) -> list[dict]:
        """The lines that a call asks for; none: all that is left of the invoice."""
        if not wanted:
            wanted = [
                {"type": "invoice_line_item", "invoice_line_item": key}
                for key in self.facts
                if self._left(key)
            ]
        return [self._line(values) for values in wanted]

    def _line(self, values: dict) -> dict:
        if values["type"] == "custom_line_item":
            return self._custom(values)
        fact = self.facts.get(values.get("invoice_line_item"))
        if not fact:
            raise bad_parameter(
                f"No such invoice line: {values.get('invoice_line_item')}",
                "lines[0][invoice_line_item]",
            )
        left = self._left(fact["id"])
        amount = self._amount(values, fact, left)
        if abs(amount) > abs(left) or amount * left < 0:
            raise bad_parameter(
                f"Only {left} of the line are not credited yet.", "lines[0][amount]"
            )
        line = self._blank(values, amount)
        line.update(
            description=values.get("description") or fact["description"],
            invoice_line_item=fact["id"],
            type="invoice_line_item",
        )
        self._discount(line, fact, last=amount == left)
        self._tax(line, fact, last=amount == left)
        self.taken.append(line)
        return line

    def _amount(self, values: dict, fact: dict, left: int) -> int:
        if values.get("amount") is not None:
            return check_amount(values["amount"], self.currency, "lines[0][amount]")
        if values.get("quantity") is None:
            return left
        share = Decimal(fact["amount"]) * values["quantity"] / (fact["quantity"] or 1)
        return rounded(share, self.currency)

    def _left(self, key: str) -> int:
        fact = self.facts[key]
        return fact["amount"] - sum(line["amount"] for line in self._of(key))

    def _of(self, key: str) -> list[dict]:
        return [line for line in self.taken if line["invoice_line_item"] == key]

    def _custom(self, values: dict) -> dict:
        price = values.get("unit_amount_decimal")
        if price is None:
            price = values.get("unit_amount")
        if price is None:
            raise missing_parameter("lines[0][unit_amount]")
        quantity = values.get("quantity") or 1
        amount = rounded(Decimal(price) * quantity, self.currency)
        line = self._blank({**values, "quantity": quantity}, amount)
        exact = Decimal(price)
        line.update(
            unit_amount=int(exact) if exact == int(exact) else None,
            unit_amount_decimal=format(exact.normalize() + 0, "f"),
        )
        rates = values.get("tax_rates") or []
        found = [self.sim.resources["tax_rates"].rate(rate) for rate in rates]
        line["taxes"] = _shown(amounts.taxes_of(amount, found, self.currency))
        line["tax_rates"] = self._rates(line["taxes"])
        return line

    def _blank(self, values: dict, amount: int) -> dict:
        return {
            "id": self.sim.ids("cnli_1", 23),
            "object": "credit_note_line_item",
            "amount": amount,
            "description": values.get("description"),
            "discount_amount": 0,
            "discount_amounts": [],
            "invoice_line_item": None,
            "livemode": self.sim.livemode,
            "metadata": params.Metadata.merge({}, values.get("metadata") or {}),
            "pretax_credit_amounts": [],
            "quantity": values.get("quantity"),
            "tax_rates": [],
            "taxes": [],
            "type": "custom_line_item",
            "unit_amount": None,
            "unit_amount_decimal": None,
        }

    def _discount(self, line: dict, fact: dict, last: bool) -> None:
        taken = self._of(fact["id"])
        for entry in fact["discount_amounts"]:
            before = sum(
                part["amount"]
                for other in taken
                for part in other["discount_amounts"]
                if part["discount"] == entry["discount"]
            )
            part = entry["amount"] - before
            if not last:
                share = Decimal(entry["amount"]) * line["amount"] / fact["amount"]
                part = min(part, rounded(share, self.currency))
            line["discount_amounts"].append(
                {"amount": part, "discount": entry["discount"]}
            )
            line["discount_amount"] += part
        line["pretax_credit_amounts"] = [
            {**entry, "type": "discount"} for entry in line["discount_amounts"]
        ]

    def _tax(self, line: dict, fact: dict, last: bool) -> None:
        net = line["amount"] - line["discount_amount"]
        rates = [
            self.sim.resources["tax_rates"].rate(tax["tax_rate_details"]["tax_rate"])
            for tax in fact["taxes"]
        ]
        exempt = {tax["taxability_reason"] for tax in fact["taxes"]} - {"not_available"}
        if exempt:
            rates = [amounts.Rate(r.id, Decimal(0), r.inclusive) for r in rates]
        found = _shown(amounts.taxes_of(net, rates, self.currency), exempt)
        for tax, whole in zip(found, fact["taxes"], strict=True):
            if last:
                tax["amount"] = whole["amount"] - self._taxed(fact["id"], tax)
        line["taxes"] = found
        line["tax_rates"] = self._rates(found)

    def _taxed(self, key: str, tax: dict) -> int:
        """What of a tax of an invoice's line was taken back before."""
        return sum(
            other["amount"]
            for line in self._of(key)
            for other in line["taxes"]
            if other["tax_rate_details"] == tax["tax_rate_details"]
        )

    def _rates(self, taxes: list[dict]) -> list[dict]:
        rates = self.sim.resources["tax_rates"]
        return [clone(rates.get(t["tax_rate_details"]["tax_rate"])) for t in taxes]


def _shown(taxes: list[amounts.Tax], reasons: set | frozenset = frozenset()):
    return [
        {
            "amount": tax.amount,
            "tax_behavior": "inclusive" if tax.rate.inclusive else "exclusive",
            "tax_rate_details": {"tax_rate": tax.rate.id},
            "taxability_reason": next(iter(reasons), "not_available"),
            "taxable_amount": tax.taxable,
            "type": "tax_rate_details",
        }
        for tax in taxes
    ]


def sums_of(lines: list[dict]) -> dict:
    """The sums that a credit note shows of its lines."""
    taxes: dict[str, dict] = {}
    discounts: dict[str, int] = {}
    for line in lines:
        for tax in line["taxes"]:
            rate = tax["tax_rate_details"]["tax_rate"]
            known = taxes.setdefault(rate, {**tax, "amount": 0, "taxable_amount": 0})
            known["amount"] += tax["amount"]
            known["taxable_amount"] += tax["taxable_amount"]
        for entry in line["discount_amounts"]:
            key = entry["discount"]
            discounts[key] = discounts.get(key, 0) + entry["amount"]
    gross = sum(line["amount"] for line in lines)
    off = sum(discounts.values())
    kinds = {True: 0, False: 0}
    for tax in taxes.values():
        kinds[tax["tax_behavior"] == "inclusive"] += tax["amount"]
    total = gross - off + kinds[False]
    off_list = [{"amount": v, "discount": k} for k, v in discounts.items()]
    return {
        "amount": total,
        "discount_amount": off,
        "discount_amounts": off_list,
        "pretax_credit_amounts": [{**e, "type": "discount"} for e in off_list],
        "subtotal": gross,
        "subtotal_excluding_tax": gross - kinds[True],
        "total": total,
        "total_excluding_tax": total - kinds[True] - kinds[False],
        "total_taxes": list(taxes.values()),
    }
