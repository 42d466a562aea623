# Copyright 2026 Odoo Integration Suite contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl)
from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.fields import Domain

from ..bank_match import DAYS, sureness


class IntegrationSettlementBank(models.TransientModel):
    """A person says which line of a bank statement a payout is."""

    _name = "integration.settlement.bank"
    _description = "Choose the Bank Line of a Payout"

    settlement_id = fields.Many2one(
        "integration.settlement", string="Payout", required=True, readonly=True
    )
    amount = fields.Monetary(related="settlement_id.amount")
    currency_id = fields.Many2one(related="settlement_id.currency_id")
    arrival_date = fields.Date(related="settlement_id.arrival_date")
    allowed_ids = fields.Many2many(
        "account.bank.statement.line", compute="_compute_allowed_ids"
    )
    bank_line_id = fields.Many2one(
        "account.bank.statement.line",
        string="Bank line",
        required=True,
        compute="_compute_bank_line_id",
        store=True,
        precompute=True,
        readonly=False,
        domain="[('id', 'in', allowed_ids)]",
        help="Open lines of your bank statements of the same sign. Those of the same "
        "amount come first.",
    )

    @api.depends("settlement_id")
    def _compute_allowed_ids(self):
        for wizard in self:
            wizard.allowed_ids = wizard._open_lines()

    @api.depends("settlement_id")
    def _compute_bank_line_id(self):
        for wizard in self:
            fitting = wizard._fitting(wizard._open_lines())
            wizard.bank_line_id = fitting if len(fitting) == 1 else False

    def _open_lines(self):
        """Open bank lines of the same direction, around the day it should arrive."""
        payout = self.settlement_id
        sign = ("amount", ">" if payout.amount > 0 else "<", 0)
        return self.env["account.bank.statement.line"].search(
            Domain.AND(
                [payout._bank_domain(payout.company_id), [sign]],
            ),
            order="date desc, id desc",
            limit=500,
        )

    def _fitting(self, lines):
        """Those of its amount, near its day; of several the ones that name it."""
        payout = self.settlement_id
        day = payout.arrival_date or payout.date
        near = lines.filtered(
            lambda line: payout._shows(line) and abs((line.date - day).days) <= 2 * DAYS
        )
        money = (payout._monies() or [None])[0]
        named = near.filtered(lambda x: money and sureness(money, x.payment_ref or ""))
        return named or near

    def action_apply(self):
        """Reconcile the payout with the line."""
        self.ensure_one()
        payout = self.settlement_id
        payout._require_accountant()
        payout.check_access("read")
        transit = payout._transit_lines().filtered(
            lambda line: line.move_id == payout._own_movement().move_id
        )
        if len(transit) != 1:
            raise UserError(
                self.env._("There is nothing in transit of this payout to be matched.")
            )
        payout._require_same(self.bank_line_id)
        if not payout._meet(transit, self.bank_line_id):
            raise UserError(
                self.env._(
                    "This bank line cannot be used: its period is locked, or its "
                    "amount is divided already. Undo that first, or unlock the period."
                )
            )
        # Nobody writes payouts by hand; who chose is said all the same.
        payout.sudo().message_post(
            body=self.env._(
                "Bank line %(line)s was chosen.", line=self.bank_line_id.display_name
            ),
            author_id=self.env.user.partner_id.id,
        )
        return True
