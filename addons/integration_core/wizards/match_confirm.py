# Copyright 2026 Odoo Integration Suite contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl)
from odoo import fields, models


class IntegrationMatchConfirm(models.TransientModel):
    """Asks a manager how it was verified who is meant, where no key proves it."""

    _name = "integration.match.confirm"
    _description = "Confirm Who Is Meant"

    candidate_ids = fields.Many2many("integration.match.candidate", required=True)
    reason = fields.Char(
        string="How was it verified?",
        required=True,
        help="Kept in the sync log with your name.",
    )

    def action_confirm(self):
        """Link the candidates; the messages go on."""
        self.ensure_one()
        for candidate in self.candidate_ids:
            candidate.review_id._decide("link", candidate.res_id, self.reason)
        return {"type": "ir.actions.act_window_close"}
