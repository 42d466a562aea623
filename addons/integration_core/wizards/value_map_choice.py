# Copyright 2026 Odoo Integration Suite contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl)
from odoo import api, fields, models
from odoo.exceptions import UserError


class IntegrationValueMapChoice(models.TransientModel):
    """Asks which record of Odoo a value of another system stands for.

    A domain addon adds a picker of its own for its model, limited to the records that
    make sense, and fills ``res_id`` from it.
    """

    _name = "integration.value.map.choice"
    _description = "Map a Value"

    line_id = fields.Many2one(
        "integration.value.map.line", required=True, readonly=True, ondelete="cascade"
    )
    external_value = fields.Char(related="line_id.external_value")
    what = fields.Char(related="line_id.note", string="What it is")
    company_id = fields.Many2one(related="line_id.record_company_id", string="Company")
    proposal_name = fields.Char(related="line_id.proposal_name")
    model = fields.Char(related="line_id.model")
    res_id = fields.Many2oneReference(model_field="model", string="Record in Odoo")
    warning = fields.Char(compute="_compute_warning")

    @api.depends("line_id", "res_id")
    def _compute_warning(self):
        for choice in self:
            choice.warning = choice.line_id._remark(choice.res_id)

    def action_confirm(self):
        """Bind the value to the chosen record; what waits for it goes on."""
        self.ensure_one()
        if not self.res_id:
            raise UserError(
                self.env._(
                    "Choose the record that “%(value)s” stands for.",
                    value=self.external_value,
                )
            )
        self.line_id.res_id = self.res_id
        return {"type": "ir.actions.act_window_close"}
