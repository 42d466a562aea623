# Copyright 2026 Odoo Integration Suite contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl)
from odoo import fields, models

KINDS = [
    ("sale_journal", "Sales journal"),
    ("fee", "Fee account"),
    ("gateway_journal", "Gateway journal"),
    ("clearing", "Clearing account"),
    ("method", "Payment methods of the journal"),
    ("fee_tax", "Tax on fees account"),
    ("dispute", "Disputes account"),
    ("chargeback", "Chargeback losses account"),
    ("transit", "Payouts in transit account"),
    ("reserve", "Reserves account"),
    ("customer_balance", "Customer balance account"),
]


class IntegrationAccountProposalLine(models.TransientModel):
    """One journal or account of a proposal."""

    _name = "integration.account.proposal.line"
    _description = "Line of a Proposal of Journals and Accounts"

    proposal_id = fields.Many2one(
        "integration.account.proposal", required=True, ondelete="cascade"
    )
    kind = fields.Selection(KINDS, required=True, readonly=True, string="What for")
    currency_id = fields.Many2one("res.currency", readonly=True)
    outcome = fields.Selection(
        [
            ("create", "Will be created"),
            ("set", "Will be set to the clearing account"),
            ("exists", "Exists already"),
        ],
        required=True,
        readonly=True,
    )
    name = fields.Char()
    code = fields.Char()
