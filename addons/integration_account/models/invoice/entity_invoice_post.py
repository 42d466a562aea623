# Copyright 2026 Odoo Integration Suite contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl)
from decimal import Decimal

from markupsafe import Markup

from odoo import api, models

from odoo.addons.integration_core.engine.errors import BusinessRuleError

from ... import ledger, statistics
from ...invoice_draft import InvoiceDraft
from ...messages import GuardRequest
from ...payments import money_text


class IntegrationEntityInvoice(models.AbstractModel):
    """Booking: one create, one post, and nothing that differs by a cent."""

    _inherit = "integration.entity.invoice"

    # === ORDER OF A BATCH === #

    @api.model
    def _ask_guard(self, connector, drafts: list[InvoiceDraft], dry=False) -> None:
        """Ask for the accounting date of what will be posted."""
        if connector.posting_policy != "post":
            return
        drafts = [draft for draft in drafts if draft.remaining]
        for draft in drafts:
            draft.request = GuardRequest(
                item=draft.item,
                journal=draft.journal,
                wanted=draft.date,
                has_tax=any(line.taxes for line in draft.lines),
                amount=draft.record["total"],
                model="account.move",
                move_type=draft.move_type,
                title=self._named(draft.number),
            )
        if drafts:
            self.env["integration.period.guard"]._check(
                connector, [draft.request for draft in drafts], dry
            )

    @api.model
    def _book(self, connector, drafts: list[InvoiceDraft]) -> None:
        """Create and post what remains, in one statement each.

        :raises engine.errors.IntegrationError: Odoo made something else of a document;
            everything of the batch is undone and the culprit is found
        """
        drafts = [draft for draft in drafts if draft.remaining]
        if not drafts:
            return
        moves = self.env["account.move"].create(
            [self._move_values(connector, draft) for draft in drafts]
        )
        for draft, move in zip(drafts, moves, strict=True):
            draft.move = move
            self._created(draft)
            self._verify(draft)
        if connector.posting_policy == "post":
            statistics.refresh(self.env.cr)
            self._post(connector, drafts, moves)
        self._tell(connector, drafts)
        for draft in drafts:
            self._report(draft)

    @api.model
    def _created(self, draft: InvoiceDraft) -> None:
        """Hook: the document exists as a draft and was not looked at yet."""

    @api.model
    def _post(self, connector, drafts: list[InvoiceDraft], moves) -> None:
        moves._post(soft=False)
        for draft in drafts:
            self._verify_posted(draft)
            draft.request.res_id = draft.move.id
        self.env["integration.period.guard"]._booked(
            connector, [draft.request for draft in drafts]
        )
        self.env["integration.effect"]._record(
            connector.company_id,
            [
                {
                    "key": self._post_key(connector, draft.item),
                    "model": "account.move",
                    "res_id": draft.move.id,
                    "event_id": draft.item.event_id or False,
                }
                for draft in drafts
            ],
        )

    # === TO THE CENT === #

    @api.model
    def _verify(self, draft: InvoiceDraft) -> None:
        """:raises engine.errors.BusinessRuleError: Odoo's totals are others"""
        move, amounts = draft.move, draft.amounts
        pairs = {
            "amount_untaxed": amounts.untaxed,
            "amount_tax": amounts.tax,
            "amount_total": amounts.total,
        }
        places = draft.currency.decimal_places
        wrong = [
            self.env._(
                "%(field)s is %(own)s in Odoo and %(stated)s in the system",
                field=self._field_label(name),
                own=f"{move[name]:.{places}f}",
                stated=f"{stated:.{places}f}",
            )
            for name, stated in pairs.items()
            if Decimal(f"{move[name]:.{places}f}") != stated
        ]
        if wrong:
            raise BusinessRuleError(
                self._refusal(draft, "; ".join(wrong) + "."),
                hint=self.env._(
                    "A setting or an addon of this Odoo changes the amounts (cash "
                    "rounding, automatic lines). Mend it, then retry."
                ),
                path="total",
                details={"cause": "odoo_total"},
            )

    @api.model
    def _verify_posted(self, draft: InvoiceDraft) -> None:
        """:raises engine.errors.BusinessRuleError: posting changed it; dates are the
        guard's concern
        """
        self._verify(draft)
        move = draft.move
        if move.state != "posted":
            raise BusinessRuleError(
                self._refusal(draft, self.env._("Odoo left it as a draft.")),
                hint=self.env._("Look for rules that hold invoices back, then retry."),
            )

    # === CHATTER AND LOG === #

    @api.model
    def _tell(self, connector, drafts: list[InvoiceDraft]) -> None:
        """A note in the chatter of each document, for all in one statement."""
        bodies = {draft.move.id: self._note(connector, draft) for draft in drafts}
        self.env["account.move"].browse(bodies)._message_log_batch(bodies)

    @api.model
    def _note(self, connector, draft: InvoiceDraft) -> Markup:
        """Where the document comes from, with a link, and what is to be known."""
        link = self._link_to(connector, draft.record, draft.item.external_id)
        said = [
            self.env._(
                "Booked from %(system)s: %(link)s.", system=connector.name, link=link
            ),
            *draft.item.notes,
            draft.request.note if draft.request else "",
            *self._settled_otherwise(draft.record),
        ]
        return self._lines(*said)

    @api.model
    def _lines(self, *said) -> Markup:
        """Sentences as lines of one note."""
        return Markup("<br>").join(text for text in said if text)

    @api.model
    def _link_to(self, connector, record: dict, external_id: str) -> Markup:
        """Link to the document in the other system's screens, else its bare id."""
        url = connector._adapter()._remote_url(connector, self._entity, external_id)
        url = url or record.get("url")
        if not url:
            return Markup("%s") % external_id
        return Markup('<a href="%s" target="_blank" rel="noopener">%s</a>') % (
            url,
            external_id,
        )

    @api.model
    def _settled_otherwise(self, record: dict) -> list[str]:
        """What was paid without a payment that comes to Odoo."""
        said = []
        for name, text in (
            (
                "balance_applied",
                self.env._("%(amount)s were settled with the customer's credit there."),
            ),
            (
                "paid_elsewhere",
                self.env._("%(amount)s were paid outside of the system."),
            ),
        ):
            money = record.get(name)
            if money and Decimal(money["amount"]):
                said.append(text % {"amount": money_text(money)})
        return said

    @api.model
    def _report(self, draft: InvoiceDraft) -> None:
        """What the sync log shows of a booking."""
        item, move = draft.item, draft.move
        item.res_id = move.id
        item.operation = "post" if move.state == "posted" else "create"
        item.document_name = move.name or draft.number
        item.diff = self._booking_diff(draft, ledger.of(move))

    @api.model
    def _booking_diff(self, draft: InvoiceDraft, items: dict) -> dict:
        """Field → [before, after] of a new document, and its journal items."""
        amounts, code = draft.amounts, draft.currency.name
        places = draft.currency.decimal_places
        values = {
            "partner_id": draft.partner.display_name,
            "invoice_date": str(draft.date),
            "invoice_date_due": str(draft.due or draft.date),
            "ref": draft.record.get("number"),
            "amount_untaxed": f"{amounts.untaxed:.{places}f} {code}",
            "amount_tax": f"{amounts.tax:.{places}f} {code}",
            "amount_total": f"{amounts.total:.{places}f} {code}",
        }
        return {name: [None, value] for name, value in values.items() if value} | {
            "ledger": items
        }

    @api.model
    def _rate(self, draft: InvoiceDraft) -> float:
        """Units of the document's currency for one of the company's."""
        company = self.env.company
        return self.env["res.currency"]._get_conversion_rate(
            company.currency_id, draft.currency, company, draft.date
        )

    @api.model
    def _ledger_ahead(self, draft: InvoiceDraft) -> dict:
        """Journal items as Odoo would make them; nothing is written."""
        company, engine = self.env.company, self.env["account.tax"]
        rate = self._rate(draft)
        sign = 1 if draft.refund else -1
        base_lines = []
        for sequence, line in enumerate(draft.lines, start=1):
            values = self._line_values(draft, line, sequence)
            base_lines.append(
                engine._prepare_base_line_for_taxes_computation(
                    {
                        "price_unit": values["price_unit"],
                        "quantity": values["quantity"],
                        "tax_ids": line.taxes,
                        "product_id": line.product,
                        "partner_id": draft.partner.commercial_partner_id,
                        "account_id": line.account,
                        "currency_id": draft.currency,
                        "extra_tax_data": values.get("extra_tax_data") or {},
                    },
                    rate=rate,
                    sign=sign,
                    is_refund=draft.refund,
                )
            )
        engine._add_tax_details_in_base_lines(base_lines, company)
        engine._round_base_lines_tax_details(base_lines, company)
        engine._add_accounting_data_in_base_lines_tax_details(base_lines, company)
        result = engine._prepare_tax_lines(base_lines, company)
        return ledger.table(self._entries_ahead(draft, result))

    @api.model
    def _entries_ahead(self, draft: InvoiceDraft, result: dict) -> list[ledger.Entry]:
        """Journal items from what Odoo's tax engine computed."""
        partner = draft.partner.commercial_partner_id
        currency = self.env.company.currency_id
        entries = [
            ledger.Entry(
                base["account_id"], line.label, partner, update["balance"], currency
            )
            for line, (base, update) in zip(
                draft.lines, result["base_lines_to_update"], strict=True
            )
        ]
        accounts = self.env["account.account"]
        entries += [
            ledger.Entry(
                accounts.browse(tax["account_id"]),
                tax["name"],
                partner,
                tax["balance"],
                currency,
            )
            for tax in result["tax_lines_to_add"]
        ]
        receivable = draft.fiscal_position.map_account(
            partner.with_company(self.env.company).property_account_receivable_id
        )
        total = sum(entry.amount for entry in entries)
        owed = ledger.Entry(receivable, draft.number, partner, -total, currency)
        return [*entries, owed]
