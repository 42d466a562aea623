# Copyright 2026 Odoo Integration Suite contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl)
from odoo import api, models

from ...invoice_draft import InvoiceDraft


class IntegrationEntityInvoice(models.AbstractModel):
    """Odoo's own invoices that come back: they say which document they are.

    A message about an invoice that Odoo has sent may arrive before the answer to the
    sending does. It is linked to that document and never booked a second time.
    """

    _inherit = "integration.entity.invoice"

    @api.model
    def _find_booked(self, connector, drafts: list[InvoiceDraft]) -> None:
        """Override to look first at what the invoice itself says."""
        self._by_reference(connector, [draft for draft in drafts if draft.remaining])
        return super()._find_booked(connector, drafts)

    @api.model
    def _by_reference(self, connector, drafts: list[InvoiceDraft]) -> None:
        """Link the documents that invoices name; another sum is for a person.

        A copy that somebody made of such an invoice names the document as well. It is
        another invoice: the document is linked by then.
        """
        outbound = self.env["integration.outbound"]
        named = {}
        for draft in drafts:
            model, res_id = outbound._referenced(draft.item) or ("", 0)
            if model == self._record_model:
                named[res_id] = draft
        if not named:
            return
        bound = self.env["integration.external.id"]._bound_ids(
            connector, self._entity, self._record_model, list(named)
        )
        moves = self.env[self._record_model].search(
            [
                ("id", "in", [i for i in named if i not in bound]),
                ("company_id", "=", connector.company_id.id),
                ("move_type", "=", "out_invoice"),
                ("state", "!=", "draft"),
            ]
        )
        for move in moves:
            draft = named[move.id]
            if self._same_total(draft, move):
                self._link(draft, move)
            else:
                draft.item.fail(self._other_total(draft, move))
