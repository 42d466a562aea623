# Copyright 2026 Odoo Integration Suite contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl)
from odoo import api, fields, models


class IntegrationMappingRevert(models.TransientModel):
    """Asks why a former version is used again, and shows what that changes."""

    _name = "integration.mapping.revert"
    _description = "Use a Former Version Again"

    mapping_id = fields.Many2one(
        "integration.mapping", required=True, readonly=True, ondelete="cascade"
    )
    reason = fields.Char(help="Kept in the history of the mapping with your name.")
    diff_table = fields.Json("What changes", compute="_compute_diff_table")

    @api.depends("mapping_id")
    def _compute_diff_table(self):
        for revert in self:
            mapping = revert.mapping_id
            live = mapping._siblings().filtered(lambda m: m.state == "approved")
            revert.diff_table = mapping._diff_table(live[:1])

    def action_confirm(self):
        """Put the version into use again and show it."""
        self.ensure_one()
        self.mapping_id._revert(self.reason)
        return self.mapping_id._open()
