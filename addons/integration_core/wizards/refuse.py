# Copyright 2026 Odoo Integration Suite contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl)
from odoo import fields, models


class IntegrationRefuse(models.TransientModel):
    """Asks why requests are refused."""

    _name = "integration.refuse"
    _description = "Refuse Requests"

    approval_ids = fields.Many2many(
        "integration.approval", string="Requests", required=True
    )
    reason = fields.Char(
        required=True,
        help="The person who asked reads it; it is kept with the request.",
    )

    def action_refuse(self):
        """Refuse them."""
        self.ensure_one()
        for approval in self.approval_ids:
            approval._check_decision()
        self.approval_ids.sudo().decision_reason = self.reason.strip()
        self.approval_ids.action_refuse()
        return {"type": "ir.actions.act_window_close"}
