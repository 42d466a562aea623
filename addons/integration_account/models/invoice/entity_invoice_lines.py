# Copyright 2026 Odoo Integration Suite contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl)
from datetime import timedelta
from decimal import Decimal

from odoo import api, fields, models
from odoo.fields import Command
from odoo.tools import format_date

from odoo.addons.integration_core.engine import totals
from odoo.addons.integration_core.engine.errors import BusinessRuleError

from ...invoice_draft import DraftLine, Forced, InvoiceDraft

# A price of one unit may have that many decimals; Odoo keeps all of them.
PRICE_DIGITS = 12


class IntegrationEntityInvoice(models.AbstractModel):
    """Lines of the document, discounts as lines of their own."""

    _inherit = "integration.entity.invoice"

    @api.model
    def _build_lines(self, draft: InvoiceDraft, connector) -> None:
        """Fill ``draft.lines``: the peer's lines in its order, then the discounts."""
        taxes = self._referred([draft], "tax_rate")
        products = self._products(draft)
        digits = self.env["decimal.precision"].precision_get("Product Unit")
        language = self.with_context(lang=draft.partner.lang or self.env.lang)
        discounts: dict = {}
        for line, record in zip(
            draft.amounts.lines, draft.record.get("lines") or (), strict=True
        ):
            product = self._product(draft, connector, record, products)
            stated = self._taxes_of(draft, line.taxes, taxes)
            units = (product, self._units(record))
            forced = self._explain(draft, line, stated, units)
            built = DraftLine(
                label=language._line_label(connector, record),
                untaxed=line.untaxed,
                taxes=self.env["account.tax"].union(*stated),
                forced=forced,
                account=self._line_account(draft, product, record),
                product=product,
                external_id=record["external_id"],
            )
            if line.discount:
                self._take_discount_out(draft, line, built, stated, units, discounts)
            language._set_quantity(built, record, digits)
            draft.lines.append(built)
        draft.lines += language._discount_lines(discounts, len(draft.lines))
        if not draft.lines:
            draft.lines.append(self._nothing(draft))

    @api.model
    def _nothing(self, draft: InvoiceDraft) -> DraftLine:
        """The line of a document over nothing that has none."""
        none = self.env["product.product"]
        return DraftLine(
            label=draft.number,
            untaxed=totals.ZERO,
            taxes=self.env["account.tax"],
            forced=[],
            account=self._income_account(draft, none),
            product=none,
        )

    # === DISCOUNTS === #

    @api.model
    def _take_discount_out(
        self, draft, line, built: DraftLine, stated: dict, units, discounts: dict
    ) -> None:
        """Show the line at its full price, and collect what that is too much.

        Discounts with the same taxes and account become one line. The taxes of both
        lines add up to what the system states, so the sums stay exact.
        """
        net = {f.tax: f.amount for f in built.forced}
        full = self._gross_taxes(draft, line, stated, units)
        inclusive = self._inclusive(draft, line, stated, full)
        untaxed = line.gross - inclusive
        key = (tuple(built.taxes.ids), built.account.id)
        group = discounts.setdefault(key, {"line": built, "labels": [], "taxes": {}})
        group["labels"].append(built.label or built.product.display_name or "")
        group["untaxed"] = group.get("untaxed", totals.ZERO) + line.untaxed - untaxed
        for f in full:
            amount, base = group["taxes"].get(f.tax, (totals.ZERO, totals.ZERO))
            group["taxes"][f.tax] = (
                amount + net.get(f.tax, totals.ZERO) - f.amount,
                base + line.untaxed - untaxed,
            )
        built.untaxed, built.forced = untaxed, full

    @api.model
    def _inclusive(self, draft, line, stated, forced: list[Forced]) -> Decimal:
        """How much of the taxes the amount of the line contains."""
        kinds = {tax.inclusive for tax in line.taxes}
        if kinds <= {False}:
            return totals.ZERO
        if kinds == {True}:
            return sum((f.amount for f in forced), totals.ZERO)
        share = line.gross / line.net if line.net else totals.ZERO
        return totals.rounded(line.inclusive * share, draft.unit)

    @api.model
    def _discount_lines(self, discounts: dict, count: int) -> list[DraftLine]:
        """One line for each set of taxes and account; the label says of what."""
        lines = []
        for group in discounts.values():
            like: DraftLine = group["line"]
            lines.append(
                DraftLine(
                    label=self._discount_label(group["labels"], count),
                    untaxed=group["untaxed"],
                    taxes=like.taxes,
                    forced=[Forced(t, *a) for t, a in group["taxes"].items()],
                    account=like.account,
                    product=self.env["product.product"],
                )
            )
        return lines

    @api.model
    def _discount_label(self, labels: list[str], count: int) -> str:
        if len(labels) == count:
            return self.env._("Discount")
        if len(labels) == 1:
            return self.env._(
                "Discount on %(line)s", line=labels[0].split("\n")[0][:200]
            )
        return self.env._("Discount on %(count)s lines", count=len(labels))

    # === PRODUCT AND ACCOUNT === #

    @api.model
    def _products(self, draft: InvoiceDraft) -> dict:
        return self._referred([draft], "product") | self._referred([draft], "price")

    @api.model
    def _product(self, draft: InvoiceDraft, connector, record: dict, records: dict):
        """product.product of a line: its own, its price's, or the default one."""
        for name in ("product", "price"):
            found = self._record_for(draft, record.get(name), records)
            variant = self._variant(found)
            if variant:
                if not variant.active:
                    self._note_archived(draft, variant)
                return variant
        return connector.default_product_id.with_env(self.env)

    @api.model
    def _variant(self, record):
        """The product.product that a linked record means; None without one."""
        if record is None or record._name == "product.product":
            return record
        for name in ("product_variant_id", "product_id", "product_tmpl_id"):
            if name in record._fields and record[name]:
                return self._variant(record[name])
        return None

    @api.model
    def _note_archived(self, draft: InvoiceDraft, product) -> None:
        note = self.env._(
            "The product %(name)s is archived; booked all the same.",
            name=product.display_name,
        )
        if note not in draft.item.notes:
            draft.item.notes.append(note)

    @api.model
    def _line_account(self, draft: InvoiceDraft, product, record: dict):
        """Account that a line is booked on.

        :param record: the canonical line
        """
        return self._income_account(draft, product)

    @api.model
    def _income_account(self, draft: InvoiceDraft, product):
        """Income account of the product, else of the journal.

        :raises engine.errors.BusinessRuleError: neither has one
        """
        account = self.env["account.account"]
        if product:
            accounts = product.product_tmpl_id.get_product_accounts(
                fiscal_pos=draft.fiscal_position
            )
            account = accounts["income"]
        if not account:
            account = draft.fiscal_position.map_account(
                draft.journal.default_account_id
            )
        if not account:
            raise BusinessRuleError(
                self._refusal(
                    draft,
                    self.env._(
                        "The journal %(journal)s has no default income account.",
                        journal=draft.journal.display_name,
                    ),
                ),
                hint=self.env._(
                    "Set one under Accounting > Configuration > Journals, then retry."
                ),
                details={"cause": f"no_account:{draft.journal.id}"},
            )
        return account

    # === TEXTS === #

    @api.model
    def _line_label(self, connector, record: dict) -> str:
        """Text of a line with its service period, in the customer's language."""
        label = (record.get("description") or "").strip()
        if record.get("proration"):
            proration = self.env._("Proration")
            if proration.lower() not in label.lower():
                label = f"{proration}: {label}" if label else proration
        period = self._period(connector, record)
        return f"{label}\n{period}" if label and period else label or period

    @api.model
    def _period(self, connector, record: dict) -> str:
        """Service period as days; the end of the system is the moment it is over."""
        start, end = record.get("period_start"), record.get("period_end")
        if not start or not end or start >= end:
            return ""
        moment = fields.Datetime.to_datetime(end[:19].replace("T", " "))
        last = (moment - timedelta(seconds=1)).strftime("%Y-%m-%dT%H:%M:%SZ")
        return self.env._(
            "%(start)s to %(end)s",
            start=format_date(self.env, connector._document_date(start)),
            end=format_date(self.env, connector._document_date(last)),
        )

    @api.model
    def _units(self, record: dict) -> Decimal:
        """Units of a line as taxes count them."""
        quantity = Decimal(record.get("quantity") or 1)
        return quantity if quantity > 0 else Decimal(1)

    @api.model
    def _set_quantity(self, line: DraftLine, record: dict, digits: int) -> None:
        """Quantity and price of one where that is exact, else told in the label."""
        quantity = record.get("quantity") and Decimal(record["quantity"])
        line.quantity, _price = totals.quantity_and_price(
            line.price, quantity, digits, PRICE_DIGITS
        )
        if quantity and quantity != line.quantity:
            times = f"{quantity.normalize():f} ×"
            if not line.label.startswith(times):
                line.label = f"{times} {line.label}".strip()

    @api.model
    def _line_values(self, draft: InvoiceDraft, line: DraftLine, sequence: int) -> dict:
        """Values of one account.move.line; amounts become floats only here."""
        quantity = line.quantity or Decimal(1)
        price = float(line.price / quantity)
        values = {
            "sequence": sequence,
            "product_id": line.product.id,
            "account_id": line.account.id,
            "quantity": float(quantity),
            "price_unit": price,
            "discount": 0.0,
            "tax_ids": [Command.set(line.taxes.ids)],
            "integration_line": line.external_id or False,
            **self._result_ahead(draft, line),
        }
        if line.label or not line.product:
            values["name"] = line.label or draft.number
        if line.forced:
            values["extra_tax_data"] = {
                "currency_id": draft.currency.id,
                "price_unit": price,
                "quantity": float(quantity),
                "discount": 0.0,
                "manual_total_excluded_currency": float(line.untaxed),
                "manual_tax_amounts": {
                    str(f.tax.id): {
                        "tax_amount_currency": float(f.amount),
                        "base_amount_currency": float(f.base),
                    }
                    for f in line.forced
                },
            }
        return values

    @api.model
    def _result_ahead(self, draft: InvoiceDraft, line: DraftLine) -> dict:
        """What Odoo's taxes will make of a line, so that they find it as they want it.

        Otherwise they write each line once more, one by one: a third of the time of
        an invoice of five lines. What is not as they want it they correct. Not where
        nothing is taxed: there they would trust it without a look.
        """
        if draft.currency != self.env.company.currency_id or not any(
            one.taxes for one in draft.lines
        ):
            return {}
        amount = float(line.untaxed if draft.refund else -line.untaxed)
        side = "refund" if draft.refund else "invoice"
        tags = line.product.account_tag_ids
        for forced in line.forced:
            if forced.tax.tax_exigibility == "on_invoice":
                parts = forced.tax[f"{side}_repartition_line_ids"]
                tags |= parts.filtered(lambda x: x.repartition_type == "base").tag_ids
        return {
            "amount_currency": amount,
            "balance": amount,
            "tax_tag_ids": [Command.set(tags.ids)],
        }
