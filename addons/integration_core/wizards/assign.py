# Copyright 2026 Odoo Integration Suite contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl)
from odoo import api, fields, models


class IntegrationAssign(models.TransientModel):
    """Asks who takes care of messages."""

    _name = "integration.assign"
    _description = "Assign Messages"

    exception_ids = fields.Many2many(
        "integration.exception", string="Messages", required=True
    )
    exception_count = fields.Integer(compute="_compute_exception_count")
    company_ids = fields.Many2many("res.company", compute="_compute_exception_count")
    user_id = fields.Many2one(
        "res.users",
        string="To",
        help="Operators and managers of Integrations. Empty: nobody in particular.",
    )
    note = fields.Char(help="What this person should know. It is in their activity.")

    @api.depends("exception_ids")
    def _compute_exception_count(self):
        for wizard in self:
            wizard.exception_count = len(wizard.exception_ids)
            wizard.company_ids = wizard.exception_ids.company_id

    def action_assign(self):
        """Hand them over, and tell the person in one activity."""
        self.ensure_one()
        self.exception_ids._assign(self.user_id, self.note or "")
        return {"type": "ir.actions.act_window_close"}
