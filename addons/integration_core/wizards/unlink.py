# Copyright 2026 Odoo Integration Suite contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl)
from odoo import fields, models


class IntegrationUnlink(models.TransientModel):
    """Asks why a link between two records is given up."""

    _name = "integration.unlink"
    _description = "Give Links Up"

    link_ids = fields.Many2many(
        "integration.external.id", string="Links", required=True
    )
    reason = fields.Char(required=True, help="Kept in the sync log with your name.")

    def action_unlink_links(self):
        """Give them up; the next message of the object is matched anew."""
        self.ensure_one()
        self.link_ids._unlink_with_reason(self.reason)
        return {"type": "ir.actions.act_window_close"}
