# Copyright 2026 Odoo Integration Suite contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl)
from odoo import fields, models


class IntegrationSettlementLine(models.Model):
    """What a movement of the balance was for: a refund, or a dispute."""

    _inherit = "integration.settlement.line"

    refund_id = fields.Many2one(
        "integration.refund", readonly=True, index="btree_not_null", ondelete="restrict"
    )
    dispute_id = fields.Many2one(
        "integration.dispute",
        readonly=True,
        index="btree_not_null",
        ondelete="restrict",
    )
