# Copyright 2026 Odoo Integration Suite contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl)
from odoo import api, fields, models


class IntegrationMappingLine(models.Model):
    """Lines in the order people read them: what stands inside a list follows it."""

    _inherit = "integration.mapping.line"

    # Stored, because a list on a form can only be sorted by a column.
    outline = fields.Char(compute="_compute_outline", store=True, recursive=True)

    @api.depends("sequence", "parent_id.outline")
    def _compute_outline(self):
        for line in self:
            place = f"{line.sequence:06d}.{line.id or 0:08d}"
            line.outline = f"{line.parent_id.outline or ''}{place}/"

    def _path(self) -> str:
        """Dotted path of the target from the top of the common format."""
        self.ensure_one()
        if not self.parent_id:
            return self.target
        return f"{self.parent_id._path()}.{self.target}"
