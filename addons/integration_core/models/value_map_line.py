# Copyright 2026 Odoo Integration Suite contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl)
from odoo import api, fields, models


class IntegrationValueMapLine(models.Model):
    _name = "integration.value.map.line"
    _description = "Value Map Line"
    _order = "map_id, external_value, id"

    map_id = fields.Many2one(
        "integration.value.map", required=True, index=True, ondelete="cascade"
    )
    company_id = fields.Many2one(related="map_id.company_id", store=True, index=True)
    external_value = fields.Char(required=True, string="Value there")
    canonical_value = fields.Char(required=True, string="Common value")
    note = fields.Char()

    _external_uniq = models.UniqueIndex(
        "(map_id, external_value)", "This value is already in the map."
    )

    @api.model_create_multi
    def create(self, vals_list):
        lines = super().create(vals_list)
        self.env.registry.clear_cache()
        return lines

    def write(self, vals):
        result = super().write(vals)
        self.env.registry.clear_cache()
        return result

    def unlink(self):
        result = super().unlink()
        self.env.registry.clear_cache()
        return result
