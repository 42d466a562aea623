# Copyright 2026 Odoo Integration Suite contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl)
from odoo import api, fields, models


class IntegrationReconciliationTolerance(models.Model):
    """Up to which difference a check of a connector is content; without a row: 0."""

    _name = "integration.reconciliation.tolerance"
    _description = "Tolerance of a Check"
    _order = "connector_id, check_name"
    _rec_name = "check_name"

    connector_id = fields.Many2one(
        "integration.connector", required=True, index=True, ondelete="cascade"
    )
    company_id = fields.Many2one(
        related="connector_id.company_id", store=True, index=True
    )
    check_name = fields.Selection(
        selection="_selection_check", string="Check", required=True
    )
    amount = fields.Float(
        digits=(16, 3),
        required=True,
        help="In units of whichever currency is compared.",
    )
    reason = fields.Char(required=True, help="Why this is accepted; it is printed.")

    _one_of_a_kind = models.UniqueIndex(
        "(connector_id, check_name)", "This check has a tolerance already."
    )
    _amount_positive = models.Constraint(
        "CHECK (amount > 0)", "A tolerance is more than 0; without a row it is 0."
    )

    @api.model
    def _selection_check(self):
        checks = self.env["integration.reconciliation.check"]
        return [(name, checks._label_of(name)) for name in checks._check_models()]

    @api.model_create_multi
    def create(self, vals_list):
        rows = super().create(vals_list)
        rows._log_change()
        return rows

    def write(self, vals):
        result = super().write(vals)
        self._log_change()
        return result

    def _log_change(self) -> None:
        for row in self:
            row.connector_id._log(
                "configure",
                self.env._(
                    "Tolerance of %(check)s: %(amount)s. %(reason)s",
                    check=dict(self._selection_check()).get(row.check_name),
                    amount=row.amount,
                    reason=row.reason,
                ),
                actor_id=self.env.uid,
            )
