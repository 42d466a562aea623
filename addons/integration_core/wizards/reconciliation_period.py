# Copyright 2026 Odoo Integration Suite contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl)
from datetime import timedelta

from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.tools.date_utils import end_of, start_of


class IntegrationReconciliationPeriod(models.TransientModel):
    """Asks for which days the completeness is to be certified."""

    _name = "integration.reconciliation.period"
    _description = "Certificate for a Period"

    connector_id = fields.Many2one(
        "integration.connector",
        required=True,
        domain="[('state', '=', 'active')]",
        default=lambda self: self._default_connector(),
    )
    date_from = fields.Date(
        "From",
        required=True,
        default=lambda self: start_of(self._default_month(), "month"),
    )
    date_to = fields.Date(
        "To", required=True, default=lambda self: end_of(self._default_month(), "month")
    )

    @api.model
    def _default_connector(self):
        connectors = self.env["integration.connector"].search(
            [("state", "=", "active")]
        )
        able = connectors.filtered("can_reconcile")
        return able if len(able) == 1 else able[:0]

    @api.model
    def _default_month(self):
        """A day of the last month that is over."""
        return start_of(fields.Date.context_today(self), "month") - timedelta(days=1)

    def action_start(self):
        """Compare the period as a whole and open the comparison."""
        self.ensure_one()
        runs = self.env["integration.reconciliation"]
        runs._require_starter()
        self.connector_id._require_comparable()
        if self.date_from > self.date_to:
            raise UserError(self.env._("The first day must not be after the last."))
        run = self.connector_id.sudo()._start_reconciliation(
            self.date_from, self.date_to, "period", self.env.user
        )
        return run._open_form()
