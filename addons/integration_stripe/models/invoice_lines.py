# Copyright 2026 Odoo Integration Suite contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl)
"""Lines of an invoice in one shape, without Odoo."""

import re

from odoo.addons.integration_core.engine.errors import SchemaError

from .. import shapes

#: Ten lines come with a message. The pattern cannot match inside a text: there the
#: closing quote is written \".
INCOMPLETE = re.compile(rb'"has_more"\s*:\s*true')

OLD_TAX = {"amount": int, "inclusive": bool, "taxability_reason": str}
NEW_TAX = {
    "amount": int,
    "tax_behavior": str,
    "tax_rate_details": dict,
    "taxability_reason": str,
}
LINE = {
    "id": str,
    "amount": int,
    "currency": str,
    "description": str,
    "quantity": int,
    "quantity_decimal": str,
    "period": {"start": int, "end": int},
    "discount_amounts": [{"amount": int}],
    "pretax_credit_amounts": [{"amount": int, "type": str}],
    "tax_amounts": [OLD_TAX],
    "taxes": [NEW_TAX],
    "proration": bool,
    "parent": dict,
    "pricing": {"unit_amount_decimal": str},
    "metadata": dict,
}
SHIPPING = {
    "amount_subtotal": int,
    "amount_tax": int,
    "taxes": [{"amount": int, "taxability_reason": str}],
}
#: External id of the line that stands for ``shipping_cost``.
SHIPPING_ID = "shipping"
# No tax is owed, so nobody has to say which tax of Odoo that would be. Others of amount
# zero (zero-rated, reverse charge, exempt) belong on a tax return and stay.
_NO_TAX = frozenset({"not_collecting", "not_subject_to_tax", "not_supported"})
# Why a tax that has a rate amounts to nothing (SDK ``taxability_reason``).
_REASONS = {
    "customer_exempt": "exempt",
    "product_exempt": "exempt",
    "product_exempt_holiday": "exempt",
    "reverse_charge": "reverse_charge",
    "zero_rated": "zero_rated",
}


def normal(invoice: dict, path: str) -> list[dict]:
    """Lines of an invoice of either generation.

    Each is {id, description, product, price, quantity, unit_amount, amount, discount,
    taxes, period, proration, metadata}: ids; ``quantity`` and ``unit_amount`` as text
    (decimal, the currency's own unit); amounts as :func:`shapes.money`, ``discount``
    positive; taxes as {tax_rate, amount, inclusive, reason}, the reason of one that
    amounts to nothing being ``reverse_charge``, ``exempt``, ``zero_rated`` or null.

    :param path: where the invoice stands in the message, with a dot at its end, or ''
    :raises engine.errors.SchemaError: a tax that names no tax rate
    """
    currency = invoice.get("currency")
    data = (invoice.get("lines") or {}).get("data") or ()
    lines = [
        _line(line, currency, f"{path}lines.data[{index}].")
        for index, line in enumerate(data)
    ]
    sums = _taxes(invoice, path, "total_taxes", "total_tax_amounts")
    shipping = _shipping(invoice, path, _rest(sums, lines))
    if not any(line["taxes"] for line in lines) and not shipping["taxes"]:
        _spread(sums, lines)
    if shipping["amount"] is not None:
        lines.append(shipping)
    for line in lines:
        line["discount"] = shapes.money(line["discount"] or None, currency)
        line["amount"] = shapes.money(line["amount"], currency)
        for tax in line["taxes"]:
            tax["amount"] = shapes.money(tax["amount"], currency)
    return lines


def _line(line: dict, currency: str | None, path: str) -> dict:
    """One line, amounts still in minor units; ``path`` ends with a dot."""
    parent = line.get("parent") or {}
    details = shapes.part(parent, str(parent.get("type")))
    proration = bool(line.get("proration") or details.get("proration"))
    price = line.get("price") if isinstance(line.get("price"), dict) else {}
    plan = shapes.part(line, "plan")
    named = shapes.part(line, "pricing", "price_details")
    return {
        "id": line["id"],
        "description": line.get("description"),
        "product": shapes.identifier(
            named.get("product") or price.get("product") or plan.get("product")
        ),
        "price": shapes.identifier(
            named.get("price") or line.get("price") or line.get("plan")
        ),
        "quantity": _quantity(line, path),
        # The price of a whole period says nothing of a part of one.
        "unit_amount": None if proration else _unit_amount(line, price, currency, path),
        "amount": line.get("amount"),
        "discount": _discount(line),
        "taxes": _taxes(line, path, "taxes", "tax_amounts"),
        "period": _period(line),
        "proration": proration,
        "metadata": line.get("metadata") or {},
    }


def _quantity(line: dict, path: str) -> str | None:
    """``quantity_decimal`` exists since dahlia; ``quantity`` cuts its fraction off."""
    value = line.get("quantity_decimal")
    if value is None:
        value = line.get("quantity")
    return shapes.plain_decimal(value, f"{path}quantity_decimal")


def _unit_amount(line: dict, price: dict, currency, path: str) -> str | None:
    holder = line.get("pricing") or price
    amount = holder.get("unit_amount_decimal")
    if amount is None:
        amount = holder.get("unit_amount")
    amount = shapes.exact(amount, currency, f"{path}pricing.unit_amount_decimal")
    return shapes.in_major(amount, currency)


def _discount(line: dict) -> int:
    """Discounts and billing credits. The latter's list names the discounts again."""
    credits = line.get("pretax_credit_amounts") or ()
    amounts = [*(line.get("discount_amounts") or ())]
    amounts += [c for c in credits if c.get("type") == "credit_balance_transaction"]
    return sum(entry.get("amount") or 0 for entry in amounts)


def _period(line: dict) -> dict | None:
    """Service period; a single moment is none."""
    period = line.get("period") or {}
    start, end = period.get("start"), period.get("end")
    return {"start": start, "end": end} if start != end else None


def _taxes(holder: dict, path: str, new: str, old: str) -> list[dict]:
    """Taxes of either generation, amounts in minor units."""
    name = new if holder.get(new) is not None else old
    found = []
    for index, tax in enumerate(holder.get(name) or ()):
        details = shapes.part(tax, "tax_rate_details")
        rate = shapes.identifier(
            details.get("tax_rate") or tax.get("tax_rate") or tax.get("rate")
        )
        inclusive = tax.get("inclusive") or tax.get("tax_behavior") == "inclusive"
        where = f"{path}{name}[{index}]"
        if _counts(tax, rate, where):
            found.append(
                {
                    "tax_rate": rate,
                    "amount": tax.get("amount") or 0,
                    "inclusive": bool(inclusive),
                    "reason": _reason(tax),
                }
            )
    return found


def _reason(tax: dict) -> str | None:
    """Why nothing is owed of a tax, in words that are not Stripe's."""
    return None if tax.get("amount") else _REASONS.get(tax.get("taxability_reason"))


def _counts(tax: dict, rate: str | None, path: str) -> bool:
    """Whether a tax must be told to Odoo.

    :raises engine.errors.SchemaError: it has an amount and names no tax rate
    """
    if tax.get("amount"):
        if rate:
            return True
        raise SchemaError(
            f"“{path}” is a tax without a tax rate",
            hint="Odoo cannot know which tax it is. Enter the invoice by hand.",
            path=path,
        )
    return bool(rate) and tax.get("taxability_reason") not in _NO_TAX


def _shipping(invoice: dict, path: str, rest: list[dict]) -> dict:
    """The cost of shipping as a line; its amount is always without taxes.

    What it is taxed with is in no message (``shipping_cost.taxes`` must be expanded),
    but it is what the sums have beyond the lines.

    :param rest: see :func:`_rest`
    """
    cost = invoice.get("shipping_cost") or {}
    taxes = _taxes(cost, f"{path}shipping_cost.", "taxes", "taxes")
    if not taxes and sum(tax["amount"] for tax in rest) == cost.get("amount_tax"):
        taxes = rest
    return {
        "id": SHIPPING_ID,
        "description": "Shipping",
        "product": None,
        "price": None,
        "quantity": "1",
        "unit_amount": None,
        "amount": cost.get("amount_subtotal"),
        "discount": 0,
        "taxes": [dict(tax, inclusive=False) for tax in taxes],
        "period": None,
        "proration": False,
        "metadata": {},
    }


def _rest(sums: list[dict], lines: list[dict]) -> list[dict]:
    """What the invoice's sum of each tax has beyond the lines' taxes."""
    rest = {(tax["tax_rate"], tax["inclusive"]): tax["amount"] for tax in sums}
    for line in lines:
        for tax in line["taxes"]:
            key = tax["tax_rate"], tax["inclusive"]
            rest[key] = rest.get(key, 0) - tax["amount"]
    return [
        {"tax_rate": rate, "inclusive": inclusive, "amount": amount}
        for (rate, inclusive), amount in rest.items()
        if amount
    ]


def _spread(taxes: list[dict], lines: list[dict]) -> None:
    """Give the taxes of the whole invoice to its lines, where only the sums are known.

    In proportion to the lines, to the last minor unit. Odoo compares the result with
    its own taxes, so a line that is taxed otherwise ends with a person.
    """
    bases = [(line["amount"] or 0) - line["discount"] for line in lines]
    for tax in taxes:
        for line, share in zip(lines, split(tax["amount"], bases), strict=True):
            line["taxes"].append(dict(tax, amount=share))


def split(amount: int, weights: list[int]) -> list[int]:
    """Whole shares in proportion to the weights; their sum is the amount.

    >>> split(100, [1, 1, 1])
    [33, 34, 33]
    """
    total, shares, taken, given = sum(weights), [], 0, 0
    if not total:
        return [amount, *[0] * (len(weights) - 1)] if weights else []
    for weight in weights:
        taken += weight
        # Half up, by whole numbers: every cut is at most half a unit off.
        share = (2 * amount * taken + total) // (2 * total) - given
        shares.append(share)
        given += share
    return shares
