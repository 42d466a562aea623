# Copyright 2026 Odoo Integration Suite contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl)
from decimal import Decimal

from odoo import api, models
from odoo.fields import Domain
from odoo.tools import plaintext2html

from odoo.addons.integration_core.engine import totals
from odoo.addons.integration_core.engine.errors import BusinessRuleError

from ...invoice_draft import InvoiceDraft
from ...payments import money_text

# Where the amount of a credit note goes, beside what is paid back.
PARTS = ("reduces_due", "to_balance", "outside")


class IntegrationEntityCreditNote(models.AbstractModel):
    """The invoice that is taken back: customer, rate, accounts and products of it."""

    _inherit = "integration.entity.credit_note"

    # === AMOUNTS === #

    @api.model
    def _weigh(self, draft: InvoiceDraft, connector) -> None:
        """Override of `integration.entity.invoice`: amounts are positive as they come.

        :raises engine.errors.BusinessRuleError: its sums are wrong, or it says of more
            or of less than its total where it goes
        """
        amounts = totals.read(draft.record)
        differences = amounts.differences()
        if differences:
            raise self._wrong_sums(draft, amounts, differences)
        if amounts.total < 0:
            raise BusinessRuleError(
                self._refusal(
                    draft,
                    self.env._(
                        "Its total is %(total)s, below zero.",
                        total=money_text(draft.record["total"]),
                    ),
                ),
                hint=self.env._(
                    "A credit note has positive amounts. Check the mapping of the flow "
                    "Credit note, then retry."
                ),
                path="total",
                details={"cause": "credit_note_below_zero"},
            )
        self._check_parts(draft, amounts.total)
        draft.amounts, draft.refund = amounts, True

    @api.model
    def _check_parts(self, draft: InvoiceDraft, total: Decimal) -> None:
        """:raises engine.errors.BusinessRuleError: the parts are not the whole, or one
        of them is below zero
        """
        if draft.record.get("reduces_due") is None:
            return  # the system does not say it: as much as is open
        parts = self._parts_of_total(draft.record)
        found = sum(parts.values(), totals.ZERO)
        least = min(parts.values())
        if found == total and least >= 0:
            return
        code = draft.record["currency"]
        if found == total:
            reason = self.env._(
                "A part of where its %(total)s go is below zero (%(part)s).",
                total=f"{total} {code}",
                part=f"{least} {code}",
            )
        else:
            reason = self.env._(
                "It is over %(total)s, and says of %(found)s where they go "
                "(%(difference)s).",
                total=f"{total} {code}",
                found=f"{found} {code}",
                difference=f"{total - found:+f}",
            )
        raise BusinessRuleError(
            self._refusal(draft, reason),
            hint=self.env._(
                "The message contradicts itself. Check the mapping of the flow Credit "
                "note, and the document in the other system; then retry."
            ),
            path="reduces_due",
            details={"cause": "credit_note_parts"},
        )

    @api.model
    def _parts_of_total(self, record: dict) -> dict[str, Decimal]:
        """What of the total goes where: ``reduces_due``, ``to_balance``, ``outside``
        and ``refunds``, all of them."""
        parts = {
            name: Decimal((record.get(name) or {}).get("amount") or 0) for name in PARTS
        }
        parts["refunds"] = sum(
            (Decimal(part["amount"]["amount"]) for part in record.get("refunds") or ()),
            totals.ZERO,
        )
        return parts

    # === THE INVOICE === #

    @api.model
    def _surround(self, connector, drafts: list[InvoiceDraft]) -> None:
        """Override of `integration.entity.invoice` to find the invoices first."""
        drafts = [draft for draft in drafts if draft.remaining]
        found = self._referred(drafts, "invoice")
        for draft in drafts:
            draft.origin = self._record_for(draft, draft.record["invoice"], found)
        self._each(drafts, self._check_origin, connector)
        return super()._surround(connector, drafts)

    @api.model
    def _check_origin(self, draft: InvoiceDraft, connector) -> None:
        """:raises engine.errors.BusinessRuleError: the invoice cannot be taken back"""
        origin, number = draft.origin, draft.record["invoice"]["external_id"]
        if origin is None:
            raise self._bad_origin(
                draft,
                self.env._("Its invoice %(id)s was deleted in Odoo.", id=number),
                self.env._("Let the invoice be read again, then retry."),
                "invoice_deleted",
            )
        words = {"name": origin.display_name, "code": origin.currency_id.name}
        posts = connector.posting_policy == "post"
        if origin.state == "draft" and posts:
            why = self.env._("Its invoice %(name)s is still a draft.", **words)
            hint = self.env._("Post the invoice, then retry.")
            cause = f"invoice_draft:{origin.id}"
        elif origin.state == "cancel" or origin.payment_state == "reversed":
            why = self.env._("%(name)s is cancelled or reversed already.", **words)
            hint = self.env._(
                "Nothing is left of it to take back. Skip the message if that was "
                "right; otherwise undo the reversal, then retry."
            )
            cause = f"invoice_cancelled:{origin.id}"
        elif origin.move_type != "out_invoice":
            why = self.env._("%(name)s is no customer invoice.", **words)
            hint = self.env._("Enter the credit note by hand, then skip the message.")
            cause = "not_an_invoice"
        elif origin.currency_id.name != draft.record["currency"]:
            why = self.env._(
                "It is in %(currency)s, and %(name)s is in %(code)s.",
                currency=draft.record["currency"],
                **words,
            )
            hint = self.env._("Enter the credit note by hand, then skip the message.")
            cause = "credit_note_currency"
        else:
            return
        raise self._bad_origin(draft, why, hint, cause)

    @api.model
    def _bad_origin(self, draft, why: str, hint: str, cause: str) -> BusinessRuleError:
        return BusinessRuleError(
            self._refusal(draft, why),
            hint=hint,
            path="invoice",
            details={"cause": cause},
        )

    @api.model
    def _partner(self, draft: InvoiceDraft, partners: dict):
        """Override of `integration.entity.invoice`: whoever has the invoice."""
        return draft.origin.partner_id

    # === VALUES === #

    @api.model
    def _move_values(self, connector, draft: InvoiceDraft) -> dict:
        """Override of `integration.entity.invoice`: text and rate.

        The rate is that of the invoice: what is taken back is worth what was booked.
        """
        values = super()._move_values(connector, draft)
        values.update(
            invoice_date_due=draft.date,
            invoice_user_id=draft.origin.invoice_user_id.id,
            invoice_currency_rate=draft.origin.invoice_currency_rate,
        )
        if draft.record.get("memo"):
            values["narration"] = plaintext2html(draft.record["memo"])
        return values

    @api.model
    def _rate(self, draft: InvoiceDraft) -> float:
        """Override of `integration.entity.invoice`: that of the invoice."""
        return draft.origin.invoice_currency_rate

    @api.model
    def _created(self, draft: InvoiceDraft) -> None:
        """Override of `integration.entity.invoice`: on the account of the invoice.

        The customer may have another one by now, and then the two could never meet.
        """
        account = self._owed_lines(draft.origin).account_id[:1]
        lines = self._owed_lines(draft.move)
        if account and lines.account_id != account:
            lines.account_id = account

    @api.model
    def _book(self, connector, drafts: list[InvoiceDraft]) -> None:
        """Override of `integration.entity.invoice`: linked to its invoice afterwards.

        Odoo would reconcile as much as is open at the moment of posting, and several
        credit notes of one invoice with the wrong ones.
        """
        result = super()._book(connector, drafts)
        for draft in drafts:
            if draft.move and not draft.move.reversed_entry_id and draft.origin:
                draft.move.reversed_entry_id = draft.origin
        return result

    @api.model
    def _owed_lines(self, move):
        """The lines of a document on the customer's account, open or not."""
        return move.line_ids.filtered(lambda x: x.account_type == "asset_receivable")

    # === LINES === #

    @api.model
    def _origin_line(self, draft: InvoiceDraft, record: dict):
        """The line of the invoice that a line takes back; empty where none is meant.

        By its id. Documents that were booked before ids were kept, or by hand, are
        asked for the text.
        """
        lines = draft.origin.invoice_line_ids.filtered(
            lambda line: line.display_type == "product"
        )
        wanted, text = record.get("invoice_line"), (record.get("description") or "")
        if wanted:
            found = lines.filtered(lambda line: line.integration_line == wanted)
            if found:
                return found[0]
        if text:
            found = lines.filtered(lambda line: text in (line.name or "").split("\n"))
            if found:
                return found[0]
        alike = len(lines.account_id) == 1 and len(lines.product_id) <= 1
        return lines[:1] if alike else lines[:0]

    @api.model
    def _product(self, draft: InvoiceDraft, connector, record: dict, records: dict):
        """Override of `integration.entity.invoice`: that of the line taken back."""
        line = self._origin_line(draft, record)
        return (
            line.product_id
            if line
            else super()._product(draft, connector, record, records)
        )

    @api.model
    def _line_account(self, draft: InvoiceDraft, product, record: dict):
        """Override of `integration.entity.invoice`: that of the line taken back."""
        line = self._origin_line(draft, record)
        return line.account_id or super()._line_account(draft, product, record)

    # === IS IT HERE ALREADY === #

    @api.model
    def _candidate_domain(self) -> Domain:
        """Override of `integration.entity.invoice`: credit notes, reversals too."""
        return Domain("move_type", "=", "out_refund")

    @api.model
    def _same_total(self, draft: InvoiceDraft, move) -> bool:
        """Override of `integration.entity.invoice`: both amounts are positive."""
        total = draft.record["total"]
        return move.currency_id.name == total[
            "currency"
        ] and not move.currency_id.compare_amounts(
            move.amount_total, float(total["amount"])
        )

    @api.model
    def _same_customer(self, draft: InvoiceDraft, move) -> bool:
        """Override of `integration.entity.invoice`: the customer of the invoice."""
        reference = draft.record["invoice"]
        key = (reference["entity"], reference["external_id"])
        invoice = self.env["account.move"].browse(draft.item.references[key][1])
        invoice = invoice.exists()
        return not invoice or (
            invoice.commercial_partner_id == move.commercial_partner_id
        )
