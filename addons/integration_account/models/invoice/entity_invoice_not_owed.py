# Copyright 2026 Odoo Integration Suite contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl)
from decimal import Decimal

from odoo import api, models

from odoo.addons.integration_core.engine import totals
from odoo.addons.integration_core.engine.errors import BusinessRuleError

from ...invoice_draft import InvoiceDraft

# Base by which is seen whether a tax amounts to nothing.
PROBE = Decimal(1000)


class IntegrationEntityInvoice(models.AbstractModel):
    """A tax that is not owed: reverse charge, an exempt customer.

    A system keeps the rate on the line and says why it amounts to nothing. In Odoo
    that is another tax, with tags of its own for the tax return: the one that the
    customer's fiscal position puts in the place of the mapped one. It is never guessed.
    """

    _inherit = "integration.entity.invoice"

    @api.model
    def _not_owed(self, draft: InvoiceDraft, tax: totals.Tax, record):
        """What stands in Odoo for a tax that amounts to nothing; may be empty.

        :param record: the account.tax that the rate is mapped to
        :return: account.tax records
        :raises engine.errors.BusinessRuleError: no fiscal position says it
        """
        if self._is_nothing(draft, record):
            return record
        position = self._position_for_taxes(draft)
        found = position.map_tax(record) if position else record
        if found != record and self._is_nothing(draft, found):
            return found
        raise self._no_position(draft, tax, record, position)

    @api.model
    def _is_nothing(self, draft: InvoiceDraft, taxes) -> bool:
        """Whether taxes add up to nothing: of zero per cent, charged and taken back."""
        units = (self.env["product.product"], Decimal(1))
        parts = self._compute(draft, list(taxes), PROBE, units)
        return not sum((part["amount"] for part in parts), totals.ZERO)

    @api.model
    def _position_for_taxes(self, draft: InvoiceDraft):
        """The fiscal position of the customer, whatever is done about accounts."""
        return draft.fiscal_position or self.env[
            "account.fiscal.position"
        ]._get_fiscal_position(draft.partner)

    @api.model
    def _no_position(self, draft, tax: totals.Tax, record, position):
        """The error for a tax that Odoo would charge and the system does not."""
        words = {
            "tax": record.display_name,
            "reason": {
                "reverse_charge": self.env._("reverse charge"),
                "exempt": self.env._("exempt"),
                "zero_rated": self.env._("zero-rated"),
            }.get(tax.reason, tax.reason),
            "customer": draft.partner.display_name,
            "position": position.display_name if position else "",
        }
        if position:
            why = self.env._(
                "The system charges no %(tax)s (%(reason)s), and the fiscal position "
                "%(position)s of %(customer)s puts no tax of nothing in its place.",
                **words,
            )
        else:
            why = self.env._(
                "The system charges no %(tax)s (%(reason)s), and %(customer)s has no "
                "fiscal position in Odoo.",
                **words,
            )
        return BusinessRuleError(
            self._refusal(draft, why),
            hint=self.env._(
                "Under Accounting > Configuration > Fiscal Positions, let the "
                "customer's position replace %(tax)s by the tax for it; check country "
                "and tax ID of %(customer)s, then retry.",
                **words,
            ),
            path="lines",
            details={"cause": f"fiscal_position:{record.id}"},
        )
