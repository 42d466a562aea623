# Copyright 2026 Odoo Integration Suite contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl)
from odoo import api, fields, models
from odoo.exceptions import UserError

# Said for every new row, as in `reconciliation.py`.
FRESH = {"currency_id": False} | dict.fromkeys(
    (
        "count_there",
        "count_here",
        "sum_there",
        "sum_here",
        "difference",
        "tolerated",
        "elsewhere",
        "matched",
    ),
    0,
)


class IntegrationReconciliationTotal(models.Model):
    """Count and sum of one check and currency on both sides of a comparison."""

    _name = "integration.reconciliation.total"
    _description = "Control Total"
    _order = "run_id desc, rank, currency_id"
    _rec_name = "check_name"

    run_id = fields.Many2one(
        "integration.reconciliation",
        required=True,
        readonly=True,
        index=True,
        ondelete="cascade",
    )
    connector_id = fields.Many2one(related="run_id.connector_id", store=True)
    company_id = fields.Many2one(related="run_id.company_id", store=True, index=True)
    date_to = fields.Date(related="run_id.date_to", store=True)
    check_name = fields.Char(required=True, readonly=True)
    label = fields.Char("What", compute="_compute_label")
    rank = fields.Integer(readonly=True)
    currency_id = fields.Many2one("res.currency", readonly=True)
    count_there = fields.Integer("There", readonly=True)
    count_here = fields.Integer("Here", readonly=True)
    # No sums over rows: they are of several things and currencies.
    sum_there = fields.Monetary("Sum there", readonly=True, aggregator=None)
    sum_here = fields.Monetary("Sum here", readonly=True, aggregator=None)
    difference = fields.Monetary(readonly=True, aggregator=None)
    tolerated = fields.Monetary(
        readonly=True, aggregator=None, help="Differences within the tolerance."
    )
    elsewhere = fields.Monetary(
        "Named elsewhere",
        readonly=True,
        aggregator=None,
        help="What single differences of other checks or earlier days explain.",
    )
    matched = fields.Integer("Equal", readonly=True)

    _one_of_a_kind = models.UniqueIndex(
        "(run_id, check_name, COALESCE(currency_id, 0))",
        "This total is there already.",
    )

    @api.depends("check_name")
    def _compute_label(self):
        checks = self.env["integration.reconciliation.check"]
        for total in self:
            total.label = checks._label_of(total.check_name)

    @api.model_create_multi
    def create(self, vals_list):
        totals = super().create([FRESH | vals for vals in vals_list])
        totals._require_system()
        return totals

    def write(self, vals):
        self._require_system()
        return super().write(vals)

    def unlink(self):
        self._require_system()
        return super().unlink()

    def _require_system(self) -> None:
        """:raises UserError: by a person, or of a comparison that is signed"""
        if not self.env.su:
            raise UserError(self.env._("Control totals are written by the system."))
        self.run_id._require_unsigned()
