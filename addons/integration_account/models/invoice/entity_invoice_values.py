# Copyright 2026 Odoo Integration Suite contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl)
from odoo import api, models
from odoo.fields import Command
from odoo.tools import plaintext2html

from odoo.addons.integration_core.engine import totals
from odoo.addons.integration_core.engine.errors import BusinessRuleError, MappingError

from ...invoice_draft import InvoiceDraft
from ...payments import money_text

# Lines that a message about wrong sums names one by one.
LINES_SHOWN = 8


class IntegrationEntityInvoice(models.AbstractModel):
    """What the document is worth, whose it is, and how it is booked."""

    _inherit = "integration.entity.invoice"

    # === AMOUNTS === #

    @api.model
    def _weigh(self, draft: InvoiceDraft, connector) -> None:
        """Read the amounts; refuse a document that contradicts itself.

        :raises engine.errors.BusinessRuleError: its sums are wrong, or it is below
            zero and a person is to decide
        :raises engine.errors.MappingError: amounts of several currencies
        """
        amounts = totals.read(draft.record)
        differences = amounts.differences()
        if differences:
            raise self._wrong_sums(draft, amounts, differences)
        if amounts.total < 0:
            if connector.negative_policy != "refund":
                raise self._below_zero(draft)
            amounts, draft.refund = amounts.turned(), True
        draft.amounts = amounts
        if not draft.date:
            raise BusinessRuleError(
                self._refusal(draft, self.env._("It does not say when it was issued.")),
                hint=self.env._(
                    "Have the object read again from its linked record, or enter the "
                    "invoice by hand with the reference %(number)s and retry.",
                    number=draft.number,
                ),
            )

    @api.model
    def _wrong_sums(self, draft, amounts, differences) -> BusinessRuleError:
        """The error for sums that contradict each other, line by line."""
        names = {
            "untaxed": self.env._("The lines add up to %(found)s before taxes"),
            "tax": self.env._("The taxes of the lines add up to %(found)s"),
            "total": self.env._("Net amount and taxes add up to %(found)s"),
        }
        said = [
            ", ".join(
                (
                    names[d.what] % {"found": f"{d.found} {amounts.currency}"},
                    self.env._(
                        "the invoice says %(stated)s (%(difference)s)",
                        stated=d.stated,
                        difference=f"{d.stated - d.found:+f}",
                    ),
                )
            )
            for d in differences
        ]
        lines = [
            self.env._(
                "line %(number)s: %(net)s, tax %(tax)s",
                number=line.number,
                net=line.untaxed,
                tax=line.tax,
            )
            for line in amounts.lines[:LINES_SHOWN]
        ]
        more = len(amounts.lines) - len(lines)
        if more > 0:
            lines.append(self.env._("%(count)s more lines", count=more))
        why = "; ".join(said) + "."
        if lines:
            why = f"{why} {self.env._('By line:')} {'; '.join(lines)}."
        return BusinessRuleError(
            self._refusal(draft, why),
            hint=self.env._(
                "The message contradicts itself. Check the mapping of the flow "
                "Invoice, and the document in the other system; then retry."
            ),
            path="lines",
            details={
                "cause": "wrong_sums",
                "differences": [
                    [d.what, str(d.stated), str(d.found)] for d in differences
                ],
            },
        )

    @api.model
    def _below_zero(self, draft: InvoiceDraft) -> BusinessRuleError:
        return BusinessRuleError(
            self._refusal(
                draft,
                self.env._(
                    "Its total is %(total)s, below zero.",
                    total=money_text(draft.record["total"]),
                ),
            ),
            hint=self.env._(
                "Let the connector book such invoices as credit notes (Accounting, "
                "Invoices below zero) and retry, or enter it by hand with the "
                "reference %(number)s and skip the message.",
                number=draft.number,
            ),
            path="total",
            details={"cause": "negative_invoice"},
        )

    # === WHAT IS AROUND IT === #

    @api.model
    def _surround(self, connector, drafts: list[InvoiceDraft]) -> None:
        """Journal, currency, customer and fiscal position, a query for all."""
        drafts = [draft for draft in drafts if draft.remaining]
        if not drafts:
            return
        journal = connector.sale_journal_id.with_env(self.env)
        currencies = self._currencies({d.record["currency"] for d in drafts})
        partners = self._referred(drafts, "customer")
        rates: dict = {}
        positions: dict = {}
        for draft in drafts:
            draft.journal = journal
            draft.currency = currencies.get(draft.record["currency"])
            draft.partner = self._partner(draft, partners)
        self._each(drafts, self._check_journal)
        self._each(drafts, self._check_currency, rates)
        self._each(drafts, self._check_partner)
        self._each(drafts, self._set_position, connector, positions)

    @api.model
    def _partner(self, draft: InvoiceDraft, partners: dict):
        """Who owes it; None where the linked customer is gone.

        :param partners: (model, id) → res.partner of the batch
        """
        return self._record_for(draft, draft.record["customer"], partners)

    @api.model
    def _currencies(self, codes: set) -> dict:
        """ISO code → currency, active or not."""
        currencies = self.env["res.currency"].with_context(active_test=False)
        return {c.name: c for c in currencies.search([("name", "in", list(codes))])}

    @api.model
    def _referred(self, drafts, entity: str) -> dict:
        """(model, id) → existing record, of all references to an entity in a batch."""
        wanted: dict[str, set] = {}
        for draft in drafts:
            for (name, _external_id), (model, res_id) in draft.item.references.items():
                if name == entity:
                    wanted.setdefault(model, set()).add(res_id)
        return {
            (model, record.id): record
            for model, ids in wanted.items()
            for record in self.env[model].browse(ids).exists()
        }

    @api.model
    def _record_for(self, draft: InvoiceDraft, reference: dict | None, records: dict):
        """The record a canonical reference stands for, or None."""
        if not reference:
            return None
        key = (reference["entity"], reference["external_id"])
        return records.get(draft.item.references.get(key))

    @api.model
    def _check_journal(self, draft: InvoiceDraft) -> None:
        if not draft.journal:
            raise BusinessRuleError(
                self._refusal(draft, self.env._("The connector has no sales journal.")),
                hint=self.env._(
                    "Choose one on the connector (Accounting, Propose), then retry."
                ),
                details={"cause": "no_sale_journal"},
            )

    @api.model
    def _check_currency(self, draft: InvoiceDraft, rates: dict) -> None:
        """:raises engine.errors.MappingError: Odoo cannot hold these amounts exactly"""
        code, currency = draft.record["currency"], draft.currency
        if currency is None:
            raise self._currency_error(
                draft,
                self.env._("Odoo knows no currency %(code)s.", code=code),
                self.env._(
                    "Create it under Accounting > Configuration > Currencies with its "
                    "rates, then retry."
                ),
            )
        if not currency.active:
            raise self._currency_error(
                draft,
                self.env._("The currency %(code)s is not active in Odoo.", code=code),
                self.env._(
                    "Activate it under Accounting > Configuration > Currencies, then "
                    "retry."
                ),
            )
        odd = [a for a in draft.amounts.amounts() if not totals.fits(a, draft.unit)]
        if odd:
            raise self._currency_error(
                draft,
                self.env._(
                    "Odoo rounds %(code)s to %(unit)s and cannot keep %(amount)s.",
                    code=code,
                    unit=f"{draft.unit:f}",
                    amount=odd[0],
                ),
                self.env._(
                    "Set the rounding factor of the currency to that of the other "
                    "system, then retry."
                ),
            )
        self._check_rate(draft, rates)

    @api.model
    def _check_rate(self, draft: InvoiceDraft, rates: dict) -> None:
        """A rate of that day or before must be there: Odoo would silently take 1."""
        currency, company = draft.currency, self.env.company
        if currency == company.currency_id:
            return
        key = (currency.id, draft.date)
        if key not in rates:
            rates[key] = self.env["res.currency.rate"].search_count(
                [
                    ("currency_id", "=", currency.id),
                    ("name", "<=", draft.date),
                    ("company_id", "in", (False, company.root_id.id)),
                ],
                limit=1,
            )
        if not rates[key]:
            raise self._currency_error(
                draft,
                self.env._(
                    "Odoo has no rate of %(code)s for %(date)s.",
                    code=currency.name,
                    date=draft.date,
                ),
                self.env._(
                    "Enter a rate of that day or before under Accounting > "
                    "Configuration > Currencies, then retry."
                ),
            )

    @api.model
    def _currency_error(self, draft: InvoiceDraft, why: str, hint: str) -> MappingError:
        return MappingError(
            self._refusal(draft, why),
            hint=hint,
            path="currency",
            details={"cause": f"currency:{draft.record['currency']}"},
        )

    @api.model
    def _check_partner(self, draft: InvoiceDraft) -> None:
        """A customer that was deleted stops it, an archived one is only noted."""
        if draft.partner is None:
            raise BusinessRuleError(
                self._refusal(
                    draft, self.env._("The linked customer was deleted in Odoo.")
                ),
                hint=self.env._(
                    "Give up the link of the customer under Linked Records, have the "
                    "customer sent again, then retry."
                ),
                path="customer",
            )
        if not draft.partner.active:
            draft.item.notes.append(
                self.env._(
                    "The customer %(name)s is archived; booked all the same.",
                    name=draft.partner.display_name,
                )
            )

    @api.model
    def _set_position(self, draft: InvoiceDraft, connector, positions: dict) -> None:
        """Fiscal position by the connector's policy; it maps accounts, never taxes."""
        model = self.env["account.fiscal.position"]
        policy = connector.fiscal_position_policy
        if policy == "fixed":
            draft.fiscal_position = connector.fiscal_position_id.with_env(self.env)
        elif policy == "partner":
            if draft.partner not in positions:
                positions[draft.partner] = model._get_fiscal_position(draft.partner)
            draft.fiscal_position = positions[draft.partner]
        else:
            draft.fiscal_position = model

    # === VALUES OF THE MOVE === #

    @api.model
    def _move_values(self, connector, draft: InvoiceDraft) -> dict:
        """Values of one account.move; no default of Odoo may add money or mail."""
        partner, number = draft.partner, draft.record.get("number")
        values = self._custom_values(draft.item) | {
            "move_type": draft.move_type,
            "journal_id": draft.journal.id,
            "partner_id": partner.id,
            "currency_id": draft.currency.id,
            "invoice_date": draft.date,
            "date": draft.request.date if draft.request else draft.date,
            "invoice_date_due": max(draft.due or draft.date, draft.date),
            "invoice_payment_term_id": False,
            "fiscal_position_id": draft.fiscal_position.id,
            "ref": number or False,
            "payment_reference": draft.number,
            "invoice_origin": draft.item.external_id,
            "invoice_user_id": self._salesperson(partner).id,
            "invoice_line_ids": [
                Command.create(self._line_values(draft, line, sequence))
                for sequence, line in enumerate(draft.lines, start=1)
            ],
        }
        if draft.record.get("note"):
            values["narration"] = plaintext2html(draft.record["note"])
        if connector.move_name_policy == "name" and number:
            values["name"] = number
        return values

    @api.model
    def _salesperson(self, partner):
        """Who looks after the customer; never the technical user."""
        return partner.user_id or partner.commercial_partner_id.user_id
