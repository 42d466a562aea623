# Copyright 2026 Odoo Integration Suite contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl)
from odoo import api, models

from ...invoice_draft import InvoiceDraft


class IntegrationEntityCreditNote(models.AbstractModel):
    """A credit note of another system, posted against its invoice.

    It takes the way of an invoice: the same check of its sums, the same lines and
    taxes, the same guard, the same booking in one batch. Its own are the invoice that
    it takes back (``entity_credit_note_origin``), what becomes of its amount once it
    is posted (``entity_credit_note_settle``), its end (``entity_credit_note_void``).
    Odoo makes one by itself for money that was paid back without one
    (``entity_credit_note_refund``).
    """

    _name = "integration.entity.credit_note"
    _inherit = "integration.entity.invoice"
    _description = "Entity: credit note"
    _entity = "credit_note"
    _entity_label = "Credit note"
    # After the invoices of the same batch, and before its payments: what it takes off
    # an invoice is not open any more for a payment that states no amount.
    _rank = 50
    _optional_references = frozenset({"customer", "product", "price"})

    @api.model
    def _named(self, number: str) -> str:
        """Override of `integration.entity.invoice`."""
        return self.env._("Credit note %(number)s", number=number)

    @api.model
    def _conclude(self, connector, drafts: list[InvoiceDraft]) -> None:
        """Override of `integration.entity.invoice`: where its amount goes."""
        self._settle_credit(connector, drafts)

    @api.model
    def _plan_giving_up(self, connector, drafts: list[InvoiceDraft]) -> None:
        """Override of `integration.entity.invoice`: it is never uncollectible."""

    @api.model
    def _by_reference(self, connector, drafts: list[InvoiceDraft]) -> None:
        """Override of `integration.entity.invoice`: Odoo sends no credit notes."""

    @api.model
    def _create_for_refund(self, refund):
        """Book a credit note for money that was paid back without one.

        It has the mix of accounts and taxes of the invoice that the payment pays, and
        exactly the amount of the refund. It is dated today, as it is made today.

        :param refund: integration.refund record
        :return: the posted account.move; the same one again if it was made before
        :raises engine.errors.BusinessRuleError: the payment pays no invoice, or less
            is left of it than was paid back
        :raises engine.errors.LockedPeriodError: today is locked
        """
        return self._book_for_refund(refund)
