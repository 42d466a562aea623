# Copyright 2026 Odoo Integration Suite contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl)
from odoo import fields, models
from odoo.exceptions import UserError


class IntegrationReveal(models.TransientModel):
    """Shows a message unmasked, for a reason that is logged."""

    _name = "integration.reveal"
    _description = "Show Content"
    # The content stands here in clear: no longer than it takes to read it.
    _transient_max_hours = 0.25

    event_id = fields.Many2one("integration.event", required=True)
    reason = fields.Char(help="Kept in the sync log with your name.")
    content = fields.Text(readonly=True)

    def action_reveal(self):
        """Log who looks and why, then show the content."""
        self.ensure_one()
        self.event_id._require_operator()
        self.event_id.check_access("read")
        if not (self.reason or "").strip():
            raise UserError(self.env._("Say why you need to see the content."))
        event = self.event_id.sudo()
        self.env["integration.job.log"]._append(
            event.connector_id,
            [dict(event._log_row("reveal", self.reason), actor_id=self.env.uid)],
        )
        self.content = event._read_body().decode("utf-8", "replace").replace("\0", "␀")
        return {
            "type": "ir.actions.act_window",
            "res_model": self._name,
            "res_id": self.id,
            "view_mode": "form",
            "target": "new",
        }
