# Copyright 2026 Odoo Integration Suite contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl)
from decimal import Decimal

from odoo import api, fields, models
from odoo.fields import Domain

# account.tax keeps its percentage with four digits.
PRECISION = Decimal("0.0001")


class IntegrationValueMapLine(models.Model):
    """Values that stand for taxes: a picker, proposals, and what speaks against one."""

    _inherit = "integration.value.map.line"

    tax_id = fields.Many2one(
        "account.tax",
        compute="_compute_tax_id",
        inverse="_inverse_tax_id",
        domain="[('type_tax_use', '=', 'sale'),"
        " ('company_id', 'parent_of', record_company_id)]",
        help="The tax it stands for. Only sales taxes can be chosen.",
    )

    @api.depends("model", "res_id")
    def _compute_tax_id(self):
        for line in self:
            is_tax = line.model == "account.tax"
            line.tax_id = line.res_id if is_tax and line.res_id else False

    def _inverse_tax_id(self):
        for line in self:
            line.res_id = line.tax_id.id

    @api.model
    def _propose(self) -> dict:
        """Override of `integration_core`: the one sales tax with the same percentage.

        Of several, those that are contained in the price, or not, as the system says.
        """
        found = super()._propose()
        lines = self.filtered(
            lambda x: x.model == "account.tax" and (x.seen or {}).get("percentage")
        )
        for company, group in lines.grouped("record_company_id").items():
            taxes = self._candidates(company)
            for line in group:
                fitting = taxes.filtered(line._fits)
                same = fitting.filtered(
                    lambda tax, line=line: (
                        tax.price_include == bool(line.seen.get("inclusive"))
                    )
                )
                best = same or fitting
                if len(best) == 1:
                    found[line.id] = best.id
        return found

    def _for_sending(self, connector):
        """Override of `integration_core`: the tax rate that fits best comes first.

        Several may stand for one tax: those of another account of the system, ones it
        no longer uses, ones that are contained in prices and ones that are not.
        """
        lines = super()._for_sending(connector)
        if self.map_id.model != "account.tax":
            return lines
        links = self.env["integration.external.id"]._find(
            connector, self.map_id.entity, lines.mapped("external_value")
        )
        # Only the messages of this connector's own account give a link a version.
        own = {value for (value, role), link in links.items() if link.version}
        return lines.sorted(
            lambda line: (line.external_value not in own, line._misfit(), line.id)
        )

    def _misfit(self) -> int:
        """How badly a value suits for sending its tax, from 0."""
        self.ensure_one()
        seen = self.seen or {}
        ended = seen.get("active") is False
        return 2 * ended + (bool(seen.get("inclusive")) != self.tax_id.price_include)

    @api.model
    def _candidates(self, company):
        """Sales taxes of a company that are a percentage."""
        # sudo: who edits value maps need not have rights in accounting.
        taxes = self.env["account.tax"].sudo().with_company(company)
        return taxes.search(
            Domain(taxes._check_company_domain(company))
            & Domain("type_tax_use", "=", "sale")
            & Domain("amount_type", "=", "percent")
        )

    def _fits(self, tax) -> bool:
        """Whether percentage and country of a tax are those of this value."""
        country = self.seen.get("country")
        return self._same_percentage(tax) and (
            not country or not tax.country_id or tax.country_id.code == country
        )

    def _same_percentage(self, tax) -> bool:
        wanted = Decimal(self.seen["percentage"]).quantize(PRECISION)
        return wanted == Decimal(str(tax.amount)).quantize(PRECISION)

    def _objection(self, res_id: int) -> str:
        """Override of `integration_core`: a tax of another percentage.

        Whether prices contain it does not matter: invoices are booked with the amounts
        of the system.
        """
        objection = super()._objection(res_id)
        if objection or self.model != "account.tax" or not res_id:
            return objection
        # sudo: as in _candidates.
        tax = self.env["account.tax"].sudo().browse(res_id)
        if tax.amount_type != "percent" or not (self.seen or {}).get("percentage"):
            return ""
        if self._same_percentage(tax):
            return ""
        return self.env._(
            "%(tax)s is %(own)s %%, the other system says %(theirs)s %%",
            tax=tax.display_name,
            own=f"{tax.amount:g}",
            theirs=self.seen["percentage"],
        )

    def _caution(self, res_id: int) -> str:
        """Override of `integration_core`: a tax that Odoo books as income.

        Odoo says nothing where a tax has no account: its amount goes to the account of
        the line that is taxed.
        """
        caution = super()._caution(res_id)
        if caution or self.model != "account.tax" or not res_id:
            return caution
        # sudo: as in _candidates.
        tax = self.env["account.tax"].sudo().browse(res_id)
        parts = (tax | tax.children_tax_ids).filtered("amount").repartition_line_ids
        if parts.filtered(
            lambda part: (
                part.repartition_type == "tax"
                and part.factor_percent
                and not part.account_id
            )
        ):
            return self.env._(
                "%(tax)s has no account, so Odoo books it as income: set one on it",
                tax=tax.display_name,
            )
        return ""
