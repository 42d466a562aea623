# Copyright 2026 Odoo Integration Suite contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl)
from odoo import models


class IntegrationEvent(models.Model):
    """Where the problems of credit notes and of taxes not owed are solved."""

    _inherit = "integration.event"

    def _solutions(self) -> dict:
        """Override to lead to the invoice, the fiscal positions, the other system."""
        there = (self.env._("Open there"), self._solve_there)
        invoice = (self.env._("Open invoice"), self._solve_invoice)
        positions = (self.env._("Open fiscal positions"), self._solve_positions)
        return super()._solutions() | {
            "balance_setup": (self.env._("Open journals"), self._solve_journals),
            "credit_note_below_zero": there,
            "credit_note_of_write_off": invoice,
            "credit_note_parts": there,
            "fiscal_position": positions,
            "invoice_cancelled": invoice,
            "invoice_draft": invoice,
        }

    def _solve_invoice(self, invoice_id: str):
        return self._open_record(
            self.env["account.move"].browse(int(invoice_id)).exists()
        )

    def _solve_positions(self, _rest: str):
        return self._open_record(self.env["account.fiscal.position"])

    def _solve_journals(self, _rest: str):
        return self._open_record(self.env["account.journal"])
