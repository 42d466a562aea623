# Copyright 2026 Odoo Integration Suite contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl)
from odoo import api, fields, models


class IntegrationValueMapChoice(models.TransientModel):
    """Values that stand for taxes: only sales taxes of the company can be chosen."""

    _inherit = "integration.value.map.choice"

    tax_id = fields.Many2one(
        "account.tax",
        compute="_compute_tax_id",
        inverse="_inverse_tax_id",
        domain="[('type_tax_use', '=', 'sale'),"
        " ('company_id', 'parent_of', company_id)]",
    )

    @api.depends("model", "res_id")
    def _compute_tax_id(self):
        for choice in self:
            is_tax = choice.model == "account.tax"
            choice.tax_id = choice.res_id if is_tax and choice.res_id else False

    @api.onchange("tax_id")
    def _inverse_tax_id(self):
        for choice in self.filtered(lambda c: c.model == "account.tax"):
            choice.res_id = choice.tax_id.id
