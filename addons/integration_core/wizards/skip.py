# Copyright 2026 Odoo Integration Suite contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl)
from odoo import fields, models


class IntegrationSkip(models.TransientModel):
    """Asks why messages are skipped."""

    _name = "integration.skip"
    _description = "Skip Messages"

    event_ids = fields.Many2many("integration.event", string="Messages", required=True)
    event_count = fields.Integer(compute="_compute_event_count")
    reason = fields.Char(required=True, help="Kept in the sync log with your name.")

    def _compute_event_count(self):
        for wizard in self:
            wizard.event_count = len(wizard.event_ids)

    def action_skip(self):
        """Skip them."""
        self.ensure_one()
        self.event_ids._skip_with_reason(self.reason)
        return {"type": "ir.actions.act_window_close"}
