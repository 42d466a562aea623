# Copyright 2026 Odoo Integration Suite contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl)
from decimal import Decimal

from odoo import api, models

from odoo.addons.integration_core.engine import totals
from odoo.addons.integration_core.engine.errors import BusinessRuleError

from ...invoice_draft import Forced, InvoiceDraft

# Binary fractions of Odoo's tax engine are cut to this before they are compared.
COMPUTED = Decimal("1e-9")


class IntegrationEntityInvoice(models.AbstractModel):
    """Taxes: Odoo's must explain the peer's amounts, then the peer's are booked.

    Odoo keeps amounts that are given for a line in ``extra_tax_data``: they count
    instead of its own in every later computation, in a credit note as well.
    """

    _inherit = "integration.entity.invoice"

    @api.model
    def _taxes_of(self, draft: InvoiceDraft, taxes: list[totals.Tax], records: dict):
        """Odoo tax → amount, of the taxes of one line.

        :param records: (model, id) → account.tax
        :raises engine.errors.BusinessRuleError: a tax is not for sales, or is gone
        """
        amounts: dict = {}
        for tax in taxes:
            record = records.get(draft.item.references.get(("tax_rate", tax.key)))
            self._check_tax(draft, tax.key, record)
            if tax.reason and not tax.amount:
                for other in self._not_owed(draft, tax, record):
                    amounts.setdefault(other, totals.ZERO)
                continue
            amounts[record] = amounts.get(record, totals.ZERO) + tax.amount
        return amounts

    @api.model
    def _check_tax(self, draft: InvoiceDraft, key: str, tax) -> None:
        if tax is None:
            why = self.env._("The tax that %(key)s is mapped to was deleted.", key=key)
        elif tax.type_tax_use == "purchase":
            why = self.env._(
                "%(key)s is mapped to %(tax)s, a tax on purchases.",
                key=key,
                tax=tax.display_name,
            )
        elif tax.country_id != self._tax_country(draft):
            why = self.env._(
                "%(key)s is mapped to %(tax)s, a tax of %(country)s.",
                key=key,
                tax=tax.display_name,
                country=tax.country_id.name,
            )
        else:
            return
        raise BusinessRuleError(
            self._refusal(draft, why),
            hint=self.env._("Map it to a tax on sales under Value Maps, then retry."),
            path="lines",
            details={"cause": f"tax:{tax.id if tax else key}"},
        )

    @api.model
    def _tax_country(self, draft: InvoiceDraft):
        """The country whose taxes Odoo allows on the document."""
        position = draft.fiscal_position
        if position.foreign_vat:
            return position.country_id
        return self.env.company.account_fiscal_country_id

    @api.model
    def _explain(self, draft: InvoiceDraft, line: totals.Line, stated: dict, units):
        """The peer's tax amounts of a line, spread over the taxes Odoo knows.

        :param stated: Odoo tax → amount of the discounted line
        :param units: (product, quantity): some taxes depend on them
        :return: list of :class:`Forced`
        :raises engine.errors.BusinessRuleError: Odoo's tax would give another amount
            than rounding can explain
        """
        computed = self._compute(draft, list(stated), line.untaxed, units)
        step = draft.amounts.step(draft.unit)
        forced = []
        for tax, amount in stated.items():
            parts = [part for part in computed if tax in (part["tax"], part["group"])]
            own = sum((part["amount"] for part in parts), totals.ZERO)
            if not totals.explained(amount, own, step):
                raise self._other_tax(draft, line, tax, amount, own)
            forced += self._force(draft, amount, parts)
        return forced

    @api.model
    def _force(self, draft: InvoiceDraft, amount: Decimal, parts: list[dict]) -> list:
        """Give the amount of one tax to it, or to the members of the group it is."""
        if any(part["reverse"] for part in parts):
            # Charged and taken back in the same entry: the sum is zero anyhow.
            return [
                Forced(p["tax"], totals.rounded(p["amount"], draft.unit), p["base"])
                for p in parts
                if not p["reverse"]
            ]
        weights = [part["amount"] for part in parts]
        return [
            Forced(part["tax"], share, part["base"])
            for part, share in zip(
                parts, totals.split(amount, weights, draft.unit), strict=True
            )
        ]

    @api.model
    def _compute(self, draft, taxes: list, base: Decimal, units, mode="excluded"):
        """What Odoo's taxes are on a base, not rounded.

        :param base: amount without taxes, or with all of them (mode ``included``)
        :return: dicts with ``tax`` (no group), ``group``, ``amount``, ``base`` and
            ``reverse`` (the counterpart of a reverse charge)
        """
        if not taxes:
            return []
        product, quantity = units
        details = (
            self.env["account.tax"]
            .union(*taxes)
            ._get_tax_details(
                price_unit=float(base / quantity),
                quantity=float(quantity),
                precision_rounding=draft.currency.rounding,
                rounding_method="round_globally",
                product=product,
                special_mode=f"total_{mode}",
            )
        )
        return [
            {
                "tax": data["tax"],
                "group": data["group"],
                "amount": totals.rounded(_decimal(data["tax_amount"]), COMPUTED),
                "base": totals.rounded(_decimal(data["base_amount"]), draft.unit),
                "reverse": data["is_reverse_charge"],
            }
            for data in details["taxes_data"]
        ]

    @api.model
    def _gross_taxes(self, draft: InvoiceDraft, line: totals.Line, stated, units):
        """Taxes of a line as if it had no discount; what is left is the discount's.

        :return: list of :class:`Forced`, in the order of :meth:`_explain`
        """
        kinds = {tax.inclusive for tax in line.taxes}
        if len(kinds) == 1:
            mode = "included" if kinds == {True} else "excluded"
            parts = self._compute(draft, list(stated), line.gross, units, mode)
        else:
            # Taxes of both kinds on one line: in proportion to the discounted line.
            share = line.gross / line.net if line.net else totals.ZERO
            parts = self._compute(draft, list(stated), line.untaxed * share, units)
        return [
            Forced(p["tax"], totals.rounded(p["amount"], draft.unit), p["base"])
            for tax in stated
            for p in parts
            if tax in (p["tax"], p["group"]) and not p["reverse"]
        ]

    @api.model
    def _other_tax(self, draft, line, tax, stated: Decimal, own: Decimal):
        """The error for a tax that gives another amount in Odoo."""
        places = draft.currency.decimal_places
        return BusinessRuleError(
            self._refusal(
                draft,
                self.env._(
                    "Odoo computes %(own)s %(currency)s, the system %(stated)s: tax "
                    "%(tax)s of line %(line)s.",
                    own=f"{own:.{places}f}",
                    stated=f"{stated:.{places}f}",
                    currency=draft.currency.name,
                    tax=tax.name,
                    line=line.number,
                ),
            ),
            hint=self.env._(
                "Check the tax that it is mapped to (Value Maps), then retry."
            ),
            path=f"lines[{line.number - 1}].taxes",
            details={"cause": f"tax:{tax.id}"},
        )


def _decimal(value: float) -> Decimal:
    return Decimal(repr(value))
