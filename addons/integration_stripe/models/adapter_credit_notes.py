# Copyright 2026 Odoo Integration Suite contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl)
import re
from urllib.parse import quote

from odoo import api, models

from odoo.addons.integration_core.engine.errors import SchemaError

from .. import const, shapes
from . import invoice_lines

# As in a message; texts of people cannot match: there the quotes are escaped.
_HALVES = re.compile(rb'"pre_payment_amount"\s*:\s*\d')
_REFUNDED = re.compile(rb'"refund"\s*:\s*"')
_CREDITED = re.compile(rb'"customer_balance_transaction"\s*:\s*"')
LINE = {
    "id": str,
    "amount": int,
    "description": str,
    "quantity": int,
    "unit_amount_decimal": str,
    "discount_amounts": [{"amount": int}],
    "pretax_credit_amounts": [{"amount": int, "type": str}],
    "tax_amounts": [invoice_lines.OLD_TAX],
    "taxes": [invoice_lines.NEW_TAX],
    "invoice_line_item": str,
    "metadata": dict,
}
CREDIT_NOTE = {
    "number": str,
    "status": str,
    "type": str,
    "currency": str,
    "total": int,
    "total_excluding_tax": int,
    "pre_payment_amount": int,
    "post_payment_amount": int,
    "out_of_band_amount": int,
    "created": int,
    "effective_at": int,
    "voided_at": int,
    "reason": str,
    "memo": str,
    "pdf": str,
    "metadata": dict,
    "lines": {"data": [LINE], "has_more": bool},
    "refunds": [{"amount_refunded": int, "payment_record_refund": dict}],
    "shipping_cost": invoice_lines.SHIPPING,
    "tax_amounts": [invoice_lines.OLD_TAX],
    "total_taxes": [invoice_lines.NEW_TAX],
}


class IntegrationAdapterStripe(models.AbstractModel):
    """Objects: credit notes of both generations (before and since 2025-03-31.basil)."""

    _inherit = "integration.adapter.stripe"

    @api.model
    def _lacks_credit_note(self, item) -> bool:
        """Whether a message leaves out what must be read: lines after the tenth, or
        how much of it was refunded or credited (old generation)."""
        body = item.body
        return bool(invoice_lines.INCOMPLETE.search(body)) or _is_silent(body)

    @api.model
    def _normal_credit_note(self, record, path: str) -> dict:
        """One shape for both generations; amounts are :func:`shapes.money`, positive.

        {id, number, status, invoice, customer, currency, issued_at, voided_at, untaxed,
        tax, total, reduces_due, to_balance, outside, refunds, lines, reason, memo, url,
        metadata}: ``refunds`` a list of {refund, amount}; ``lines`` as those of an
        invoice (:func:`invoice_lines.normal`) with ``invoice_line``; times are Unix
        seconds.

        :raises engine.errors.SchemaError: a field is not of its documented type, lines
            are missing, or nothing says where its amount went
        """
        shapes.check(record, CREDIT_NOTE, path)
        prefix = f"{path}." if path else ""
        currency, total = record.get("currency"), record.get("total") or 0
        taxes = record.get("total_taxes")
        if taxes is None:
            taxes = record.get("tax_amounts") or ()
        untaxed = record.get("total_excluding_tax")
        if untaxed is None:
            untaxed = total - sum(tax.get("amount") or 0 for tax in taxes)
        parts = _parts(record, total, prefix)
        return {
            "id": record["id"],
            "number": record.get("number"),
            "status": record.get("status"),
            "invoice": shapes.identifier(record.get("invoice")),
            "customer": shapes.identifier(record.get("customer")),
            "currency": currency,
            "issued_at": record.get("effective_at") or record.get("created"),
            "voided_at": record.get("voided_at"),
            "untaxed": shapes.money(untaxed, currency),
            "tax": shapes.money(total - untaxed, currency),
            "total": shapes.money(total, currency),
            "reduces_due": shapes.money(parts["due"], currency),
            "to_balance": shapes.money(parts["balance"] or None, currency),
            "outside": shapes.money(parts["outside"] or None, currency),
            "refunds": [
                {"refund": refund, "amount": shapes.money(amount, currency)}
                for refund, amount in parts["refunds"]
            ],
            "lines": self._normal_credit_lines(record, prefix),
            "reason": record.get("reason"),
            "memo": record.get("memo"),
            "url": record.get("pdf"),
            "metadata": record.get("metadata") or {},
        }

    @api.model
    def _normal_credit_lines(self, record: dict, prefix: str) -> list[dict]:
        nested = record.get("lines") or {}
        if nested.get("has_more"):
            raise SchemaError(
                self.env._("The message holds only a part of the credit note's lines."),
                hint=self.env._("Retry: the credit note is then read whole."),
                path=f"{prefix}lines",
            )
        data = nested.get("data") or []
        alike = dict(
            record,
            total_tax_amounts=record.get("tax_amounts"),
            lines={"data": [_as_invoice_line(line) for line in data]},
        )
        lines = invoice_lines.normal(alike, prefix)
        for line, source in zip(lines, data, strict=False):
            line["invoice_line"] = source.get("invoice_line_item")
        return lines

    @api.model
    def _complete_credit_note(self, client, record: dict) -> None:
        """Read the lines after the tenth, and the refund that an old shape names."""
        base = const.PATHS["credit_note"][0]
        path = f"{base}/{quote(record['id'], safe='')}/lines"
        self._complete_list(client, record, "lines", path)
        refund = record.get("refund")
        if isinstance(refund, str) and record.get("pre_payment_amount") is None:
            path = f"{const.PATHS['refund'][0]}/{quote(refund, safe='')}"
            record["refund"] = client.request("GET", path).json()


def _is_silent(body: bytes) -> bool:
    """An old message that names a refund or a movement of the balance by its id."""
    named = _REFUNDED.search(body) or _CREDITED.search(body)
    return bool(named) and not _HALVES.search(body)


def _as_invoice_line(line: dict) -> dict:
    """A line as :mod:`invoice_lines` knows them: its price is not in an object."""
    price = line.get("unit_amount_decimal")
    return dict(line, pricing={"unit_amount_decimal": price} if price else None)


def _parts(record: dict, total: int, prefix: str) -> dict:
    """Where the amount went, in minor units: due, refunds, balance, outside.

    Since basil the two halves are stated, and each refund; what is left of the second
    one went to the customer's balance. Before, refund and movement of the balance are
    read with it, and what is left lowered what was due. (Its type says only whether
    some of it was paid by then.)

    :raises engine.errors.SchemaError: the parts are more than the whole
    """
    outside = record.get("out_of_band_amount") or 0
    if record.get("pre_payment_amount") is not None:
        due, after = record["pre_payment_amount"], record.get("post_payment_amount")
        after = total - due if after is None else after
        refunds = _refunds(record, prefix)
        balance = after - outside - sum(amount for _refund, amount in refunds)
    else:
        refunds = _old_refund(record, prefix)
        balance = -_read(record, "customer_balance_transaction", prefix)
        due = total - outside - balance - sum(amount for _refund, amount in refunds)
    if min(due, balance, outside) < 0:
        raise SchemaError(
            "more of its amount went somewhere than there was to go",
            path=f"{prefix}refunds",
        )
    return {"due": due, "refunds": refunds, "balance": balance, "outside": outside}


def _refunds(record: dict, prefix: str) -> list[tuple[str, int]]:
    found = []
    for index, entry in enumerate(record.get("refunds") or ()):
        refund = shapes.identifier(entry.get("refund"))
        if not refund:
            # Money that was only reported to Stripe: a refund of a payment record.
            details = shapes.part(entry, "payment_record_refund")
            refund = shapes.identifier(details.get("refund_group"))
        if not refund:
            path = f"{prefix}refunds[{index}]"
            raise SchemaError(f"“{path}” names no refund of Stripe's", path=path)
        found.append((refund, entry.get("amount_refunded") or 0))
    return found


def _old_refund(record: dict, prefix: str) -> list[tuple[str, int]]:
    """The one refund that an old shape names."""
    refund = shapes.identifier(record.get("refund"))
    return [(refund, _read(record, "refund", prefix))] if refund else []


def _read(record: dict, name: str, prefix: str) -> int:
    """Amount of an object that was read together with the credit note, 0 for none.

    :raises engine.errors.SchemaError: it was not read
    """
    found = record.get(name)
    if not found:
        return 0
    if not isinstance(found, dict):
        raise SchemaError(
            "the message does not say how much was refunded and how much credited",
            hint="Retry: the credit note is then read whole.",
            path=f"{prefix}{name}",
        )
    shapes.check(found, {"amount": int}, f"{prefix}{name}")
    return found.get("amount") or 0
