# Copyright 2026 Odoo Integration Suite contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl)
from odoo import fields, models


class IntegrationReconciliationExplain(models.TransientModel):
    """Asks why differences may stay as they are."""

    _name = "integration.reconciliation.explain"
    _description = "Explain Differences"

    line_ids = fields.Many2many(
        "integration.reconciliation.line",
        "integration_reconciliation_explain_rel",
        "wizard_id",
        "line_id",
        string="Differences",
        required=True,
    )
    reason = fields.Text(
        required=True, help="Printed with your name, and part of what is signed."
    )

    def action_explain(self):
        """Keep the reason with each of them."""
        self.ensure_one()
        self.line_ids._explain(self.reason)
        return {"type": "ir.actions.act_window_close"}
