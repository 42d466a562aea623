# Copyright 2026 Odoo Integration Suite contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl)
from odoo import api, models
from odoo.tools import format_date
from odoo.tools.misc import format_amount


class AccountBankStatementLine(models.Model):
    """A bank statement came in: it may hold what is in transit."""

    _inherit = "account.bank.statement.line"

    @api.model_create_multi
    def create(self, vals_list):
        lines = super().create(vals_list)
        # sudo: whoever imports statements need not know of connectors.
        waiting = (
            self.env["integration.settlement"]
            .sudo()
            .search_count(
                [
                    ("tie_state", "!=", "bank"),
                    ("company_id", "in", lines.company_id.ids),
                ],
                limit=1,
            )
        )
        if waiting:
            self.env.ref("integration_account.cron_payouts")._trigger()
        return lines

    @api.depends_context("integration_bank_text", "lang")
    def _compute_display_name(self):
        """Override of `account`: where people choose a line, what the bank wrote."""
        if not self.env.context.get("integration_bank_text"):
            return super()._compute_display_name()
        for line in self:
            line.display_name = self.env._(
                "%(date)s · %(amount)s · %(text)s",
                date=format_date(self.env, line.date),
                amount=format_amount(self.env, line.amount, line.currency_id),
                text=line.payment_ref or line.name,
            )
        return None
