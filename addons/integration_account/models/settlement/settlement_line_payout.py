# Copyright 2026 Odoo Integration Suite contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl)
from odoo import fields, models


class IntegrationSettlementLine(models.Model):
    """Which payout a balance transaction went out with.

    Two different things: ``settlement_id`` is the payout that a movement is part of;
    ``payout_id`` is the one that a movement of category payout or payout_reversal is
    about. Money of a payout that failed is part of a later one, for example.
    """

    _inherit = "integration.settlement.line"

    settlement_id = fields.Many2one(
        "integration.settlement",
        string="Paid out with",
        readonly=True,
        index="btree_not_null",
        ondelete="restrict",
    )
    payout_id = fields.Many2one(
        "integration.settlement",
        string="Payout it moves",
        readonly=True,
        index="btree_not_null",
        ondelete="restrict",
    )


class IntegrationSettlement(models.Model):
    """What a payout is made of, and how its own money moved."""

    _inherit = "integration.settlement"

    line_ids = fields.One2many(
        "integration.settlement.line",
        "settlement_id",
        string="Transactions",
        readonly=True,
    )
    payout_line_ids = fields.One2many(
        "integration.settlement.line",
        "payout_id",
        string="Movements of the payout",
        readonly=True,
    )
