# Copyright 2026 Odoo Integration Suite contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl)
from odoo import api, fields, models


class AccountMove(models.Model):
    """From an invoice to what takes it back, and from there to the invoice."""

    _inherit = "account.move"

    integration_reversal_count = fields.Integer(
        compute="_compute_integration_reversal_count", string="Reversals"
    )

    @api.depends("reversal_move_ids")
    def _compute_integration_reversal_count(self):
        for move in self:
            move.integration_reversal_count = len(move.reversal_move_ids)

    def action_open_reversals(self):
        """The credit notes of an invoice, or what reverses another document."""
        self.ensure_one()
        return self._open_moves(self.reversal_move_ids, self.env._("Reversals"))

    def action_open_reversed(self):
        """The document that this one takes back."""
        self.ensure_one()
        return self._open_moves(self.reversed_entry_id, self.env._("Taken back"))

    def _open_moves(self, moves, name: str) -> dict:
        action = {
            "type": "ir.actions.act_window",
            "name": name,
            "res_model": "account.move",
            "domain": [("id", "in", moves.ids)],
            "context": {"create": False},
            "view_mode": "list,form",
        }
        if len(moves) == 1:
            action.update(view_mode="form", res_id=moves.id)
        return action
