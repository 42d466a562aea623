# Copyright 2026 Odoo Integration Suite contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl)
from odoo import api, fields, models
from odoo.exceptions import UserError

from ..models.dry_run.dry_run import is_dry


class IntegrationValueMapTrial(models.TransientModel):
    """A choice that is only tried: within a dry run, making one binds the value."""

    _name = "integration.value.map.trial"
    _description = "Try a Value"

    line_id = fields.Many2one("integration.value.map.line", required=True)
    res_id = fields.Integer(required=True)

    @api.model_create_multi
    def create(self, vals_list):
        if not is_dry(self.env):
            raise UserError(self.env._("A choice can only be tried in a preview."))
        trials = super().create(vals_list)
        for trial in trials:
            trial.line_id.res_id = trial.res_id
        return trials


class IntegrationValueMapChoice(models.TransientModel):
    """Before a value is mapped: what would that set going?"""

    _inherit = "integration.value.map.choice"

    stopped_count = fields.Integer(
        "Messages waiting", compute="_compute_stopped_count", compute_sudo=False
    )

    @api.depends("line_id")
    def _compute_stopped_count(self):
        for choice in self:
            choice.stopped_count = len(choice.line_id._stopped_events())

    def action_preview(self):
        """Try what waits for the value with the chosen record; nothing is written."""
        self.ensure_one()
        if not self.res_id:
            raise UserError(self.env._("Choose the record first."))
        group = self.env["integration.exception.group"]
        return group._start_choice(self.line_id, self.res_id)._action_open()
