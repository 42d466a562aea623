# Copyright 2026 Odoo Integration Suite contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl)
"""What tests let happen with credit notes and balances of customers."""

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from .stripe import StripeSimulator


class CreditActs:
    """Part of ``StripeSimulator``; amounts are integers in minor units."""

    @property
    def credit_notes(self: "StripeSimulator") -> dict[str, dict]:
        """id -> object as stored, newest shape (live: do not write)."""
        return self.resources["credit_notes"].objects

    def credit_invoice(
        self: "StripeSimulator",
        invoice_id: str,
        amounts: dict[str, int] | None = None,
        custom: list[dict] | None = None,
        refund: int | None = None,
        balance: int | None = None,
        outside: int | None = None,
        rest: str | None = None,
        at: int | None = None,
        **values,
    ) -> dict:
        """Take back an invoice, or a part of it.

        :param amounts: line of the invoice -> amount (before taxes); neither these
            nor ``custom``: all that is left
        :param custom: lines that are no lines of the invoice: ``unit_amount``,
            ``quantity``, ``description``, ``tax_rates``
        :param refund: what is paid back by a new refund; ``balance``: what goes to the
            customer's balance; ``outside``: what was settled otherwise
        :param rest: ``refund``, ``balance`` or ``outside``: all that does not lower
            what is due goes there
        :raises ApiError: when the parts are not the whole
        """
        lines = [
            {"type": "invoice_line_item", "invoice_line_item": key, "amount": amount}
            for key, amount in (amounts or {}).items()
        ]
        lines += [{"type": "custom_line_item", **line} for line in custom or ()]
        parts = {"refund": refund, "balance": balance, "outside": outside}
        names = {
            "refund": "refund_amount",
            "balance": "credit_amount",
            "outside": "out_of_band_amount",
        }
        if rest:
            parts[rest] = self._beyond_due(invoice_id, lines)
        values |= {names[key]: amount for key, amount in parts.items() if amount}
        if lines:
            values["lines"] = lines
        return self.act("POST", "/v1/credit_notes", at=at, invoice=invoice_id, **values)

    def _beyond_due(self: "StripeSimulator", invoice_id: str, lines: list) -> int:
        """What of a credit note does not lower what is due."""
        from .stripe_credit_lines import CreditLines, sums_of

        with self.lock:
            invoice = self.resources["invoices"].get(invoice_id)
            notes = self.resources["credit_notes"].of(invoice_id)
            made = CreditLines(self, invoice, notes).read(lines)
            paid = invoice["status"] == "paid"
            due = 0 if paid else invoice["amount_remaining"]
            return max(sums_of(made)["total"] - due, 0)

    def void_credit_note(self, credit_note_id: str, at: int | None = None) -> dict:
        return self.act("POST", f"/v1/credit_notes/{credit_note_id}/void", at=at)

    def adjust_balance(
        self, customer_id: str, amount: int, currency: str = "eur"
    ) -> dict:
        """Give a customer credit (negative) or debt by hand."""
        path = f"/v1/customers/{customer_id}/balance_transactions"
        return self.act("POST", path, amount=amount, currency=currency)
