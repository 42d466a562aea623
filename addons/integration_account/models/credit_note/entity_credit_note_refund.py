# Copyright 2026 Odoo Integration Suite contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl)
from decimal import Decimal

from odoo import api, fields, models
from odoo.fields import Command

from odoo.addons.integration_core.engine import totals
from odoo.addons.integration_core.engine.errors import (
    BusinessRuleError,
    LockedPeriodError,
)

from ...invoice_draft import DraftLine, Forced, InvoiceDraft
from ...payments import amount_text, decimal_of


class IntegrationEntityCreditNote(models.AbstractModel):
    """A credit note that Odoo makes itself, for money that was paid back without one.

    The amount of the refund is spread over the invoice's accounts and taxes in their
    own proportion, to the last cent.
    """

    _inherit = "integration.entity.credit_note"

    @api.model
    def _book_for_refund(self, refund):
        """See :meth:`_create_for_refund`."""
        connector = refund.connector_id
        effects = self.env["integration.effect"]
        key = effects._key(connector, self._refund_key(refund), "credit_note")
        effect = effects._happened([key]).get(key)
        if effect:
            return self._made_before(refund, effect)
        draft = self._draft_for_refund(refund)
        draft.date = self._today(connector)
        self._require_open_day(connector, draft)
        draft.move = self.env["account.move"].create(self._refund_values(refund, draft))
        self._created(draft)
        self._verify(draft)
        draft.move._post(soft=False)
        self._verify_posted(draft)
        # Not before: Odoo would reconcile the two at once.
        draft.move.reversed_entry_id = draft.origin
        effects._record(
            connector.company_id,
            [{"key": key, "model": "account.move", "res_id": draft.move.id}],
        )
        return draft.move

    @api.model
    def _refund_key(self, refund) -> str:
        return refund.external_id or f"refund:{refund.id}"

    @api.model
    def _made_before(self, refund, effect):
        """What was made once is never made again, even if somebody deleted it."""
        move = self.env["account.move"].browse(effect.res_id).exists()
        if move:
            return move
        raise self._no_note(
            refund,
            self.env._("It was made before, and somebody deleted it in Odoo."),
            self.env._("Enter it by hand if it is missing."),
            "credit_note_deleted",
        )

    @api.model
    def _find_booked(self, connector, drafts: list[InvoiceDraft]) -> None:
        """Override of `integration.entity.invoice` to look at what Odoo made itself.

        A credit note of the system for a refund that has one of ours is the same one.
        """
        result = super()._find_booked(connector, drafts)
        effects, named = self.env["integration.effect"], {}
        for draft in drafts:
            for part in draft.record.get("refunds") or () if draft.remaining else ():
                key = effects._key(connector, part["refund"], "credit_note")
                named[key] = draft
        happened = effects._happened(list(named))
        moves = self.env["account.move"].browse(e.res_id for e in happened.values())
        # One of the system's may pay out the same refund in parts.
        theirs = self._note_links(moves)
        for key, effect in happened.items():
            move = moves.browse(effect.res_id).exists()
            if not move or move.id in theirs or not named[key].remaining:
                continue
            if self._same_total(named[key], move):
                self._link(named[key], move)
            else:
                named[key].item.fail(self._other_total(named[key], move))
        return result

    # === WHAT IT TAKES BACK === #

    @api.model
    def _draft_for_refund(self, refund) -> InvoiceDraft:
        """Lines and amounts of the credit note; nothing is written."""
        invoice = self._refunded_invoice(refund)
        currency = refund.currency_id
        draft = InvoiceDraft(
            item=None,
            number=self._refund_key(refund),
            refund=True,
            currency=currency,
            partner=invoice.partner_id,
            journal=invoice.journal_id,
            origin=invoice,
        )
        amount = decimal_of(refund.amount, currency)
        draft.lines = self._shares(draft, invoice, amount)
        untaxed = sum((line.untaxed for line in draft.lines), totals.ZERO)
        draft.amounts = totals.Document(
            currency.name, untaxed, amount - untaxed, amount, []
        )
        return draft

    @api.model
    def _refunded_invoice(self, refund):
        """The one invoice that the refunded payment pays.

        :raises engine.errors.BusinessRuleError: there is none, or several, or less
            is left of it
        """
        payment = self.env[refund.payment_model].browse(refund.payment_res_id).exists()
        move = payment.move_id if payment._name == "account.payment" else payment
        owed = move.line_ids.filtered(lambda x: x.account_type == "asset_receivable")
        invoices = owed.matched_debit_ids.debit_move_id.move_id.filtered(
            lambda x: x.move_type == "out_invoice"
        )
        if len(invoices) != 1:
            raise self._no_note(
                refund,
                self.env._("The payment pays no invoice in Odoo.")
                if not invoices
                else self.env._(
                    "The payment pays several invoices: %(names)s.",
                    names=", ".join(invoices.mapped("display_name")),
                ),
                self._by_hand(),
                "refund_of_no_invoice" if not invoices else "refund_of_many",
            )
        self._check_left(refund, invoices)
        return invoices

    @api.model
    def _check_left(self, refund, invoice) -> None:
        currency = invoice.currency_id
        notes = invoice.reversal_move_ids.filtered(lambda x: x.state == "posted")
        left = decimal_of(invoice.amount_total, currency) - sum(
            (decimal_of(note.amount_total, currency) for note in notes), totals.ZERO
        )
        if refund.currency_id == currency and (
            decimal_of(refund.amount, currency) <= left
        ):
            return
        raise self._no_note(
            refund,
            self.env._(
                "%(amount)s were paid back, and %(left)s of %(invoice)s are not "
                "credited yet.",
                amount=amount_text(
                    decimal_of(refund.amount, refund.currency_id), refund.currency_id
                ),
                left=amount_text(left, currency),
                invoice=invoice.display_name,
            ),
            self._by_hand(),
            "refund_beyond_invoice",
        )

    @api.model
    def _by_hand(self) -> str:
        return self.env._(
            "Enter the credit note by hand, and reconcile it with the refund on the "
            "customer's account."
        )

    @api.model
    def _no_note(self, refund, why: str, hint: str, cause: str) -> BusinessRuleError:
        return BusinessRuleError(
            self.env._(
                "No credit note was made for refund %(number)s. %(why)s",
                number=self._refund_key(refund),
                why=why,
            ),
            hint=hint,
            details={"cause": cause},
        )

    # === ITS MIX OF ACCOUNTS AND TAXES === #

    @api.model
    def _shares(self, draft: InvoiceDraft, invoice, amount: Decimal) -> list[DraftLine]:
        """Lines with the invoice's mix that add up to the amount."""
        groups = self._mix(draft, invoice)
        cells = [
            (key, tax)
            for key, group in groups.items()
            for tax in (None, *group["taxes"])
            if tax is None or not group["taxes"][tax]["reverse"]
        ]
        weights = [
            groups[key]["untaxed"]
            if tax is None
            else groups[key]["taxes"][tax]["amount"]
            for key, tax in cells
        ]
        shares = dict(
            zip(cells, totals.split(amount, weights, draft.unit), strict=True)
        )
        return [
            self._share_line(draft, invoice, key, group, shares)
            for key, group in groups.items()
        ]

    @api.model
    def _mix(self, draft: InvoiceDraft, invoice) -> dict:
        """(account, taxes) of the invoice → untaxed amount, and amount of each tax."""
        groups: dict = {}
        base_lines, _tax_lines = invoice._get_rounded_base_and_tax_lines()
        for base in base_lines:
            line = base["record"]
            key = (line.account_id, line.tax_ids)
            group = groups.setdefault(key, {"untaxed": totals.ZERO, "taxes": {}})
            details = base["tax_details"]
            untaxed = details["total_excluded_currency"] + details.get(
                "delta_total_excluded_currency", 0.0
            )
            group["untaxed"] += decimal_of(untaxed, draft.currency)
            for data in details["taxes_data"]:
                part = group["taxes"].setdefault(
                    data["tax"],
                    {
                        "amount": totals.ZERO,
                        "reverse": self._is_undone_tax(details, data),
                    },
                )
                if not data["is_reverse_charge"]:
                    tax_amount = data["tax_amount_currency"]
                    part["amount"] += decimal_of(tax_amount, draft.currency)
        return groups

    @api.model
    def _is_undone_tax(self, details: dict, data: dict) -> bool:
        """Whether a tax is charged and taken back in the same entry."""
        return any(
            other["tax"] == data["tax"] and other["is_reverse_charge"]
            for other in details["taxes_data"]
        )

    @api.model
    def _share_line(self, draft, invoice, key, group, shares: dict) -> DraftLine:
        account, taxes = key
        untaxed = shares[key, None]
        ratio = untaxed / group["untaxed"] if group["untaxed"] else totals.ZERO
        forced = []
        for tax, part in group["taxes"].items():
            amount = shares.get((key, tax))
            if amount is None:
                amount = totals.rounded(part["amount"] * ratio, draft.unit)
            forced.append(Forced(tax, amount, untaxed))
        return DraftLine(
            label=self.env._("Refund of %(invoice)s", invoice=invoice.name),
            untaxed=untaxed,
            taxes=taxes,
            forced=forced,
            account=account,
            product=self.env["product.product"],
        )

    # === BOOKING === #

    @api.model
    def _today(self, connector):
        """The day it is where the company is."""
        now = fields.Datetime.to_string(fields.Datetime.now())
        return connector._document_date(now)

    @api.model
    def _require_open_day(self, connector, draft: InvoiceDraft) -> None:
        """:raises LockedPeriodError: its day is locked; Odoo would take another one"""
        day = self.env["integration.period.guard"]._open_day(
            connector.company_id,
            draft.journal,
            draft.date,
            any(line.taxes for line in draft.lines),
            "out_refund",
            "account.move",
        )
        if not day.locks:
            return
        raise LockedPeriodError(
            self.env._(
                "%(document)s of %(date)s was not booked: its period is locked "
                "until %(until)s.",
                document=self._named(draft.number),
                date=draft.date,
                until=day.locks[-1][0],
            ),
            hint=self.env._("Unlock the period, then try again."),
        )

    @api.model
    def _refund_values(self, refund, draft: InvoiceDraft) -> dict:
        invoice = draft.origin
        return {
            "move_type": "out_refund",
            "journal_id": draft.journal.id,
            "partner_id": invoice.partner_id.id,
            "currency_id": draft.currency.id,
            "invoice_date": draft.date,
            "date": draft.date,
            "invoice_date_due": draft.date,
            "invoice_payment_term_id": False,
            "fiscal_position_id": invoice.fiscal_position_id.id,
            "ref": self._refund_key(refund),
            "payment_reference": draft.number,
            "invoice_origin": self._refund_key(refund),
            "invoice_user_id": invoice.invoice_user_id.id,
            "invoice_currency_rate": invoice.invoice_currency_rate,
            "invoice_line_ids": [
                Command.create(self._line_values(draft, line, sequence))
                for sequence, line in enumerate(draft.lines, start=1)
            ],
        }
