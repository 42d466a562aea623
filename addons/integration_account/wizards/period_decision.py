# Copyright 2026 Odoo Integration Suite contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl)
from odoo import api, fields, models
from odoo.tools.misc import format_amount


class IntegrationPeriodDecision(models.TransientModel):
    """Asks why documents of a locked period are booked on another day, or wait."""

    _name = "integration.period.decision"
    _description = "Decide about a Locked Period"

    decision = fields.Selection(
        [("book", "Book on another day"), ("keep", "Keep waiting")], required=True
    )
    document_ids = fields.Many2many(
        "integration.shifted.document", string="Documents", required=True
    )
    summary = fields.Char(compute="_compute_summary")
    reason = fields.Char(
        required=True, help="Stands in the note of each document, with your name."
    )

    @api.depends("document_ids")
    def _compute_summary(self):
        for wizard in self:
            documents = wizard.document_ids
            amounts = [
                format_amount(
                    self.env, sum(documents_of_one.mapped("amount")), currency
                )
                for currency, documents_of_one in documents.grouped(
                    "currency_id"
                ).items()
                if currency
            ]
            wizard.summary = self.env._(
                "Documents: %(count)s (%(amounts)s). Of these in another month: "
                "%(moved)s.",
                count=len(documents),
                amounts=", ".join(amounts) or "–",
                moved=len(documents.filtered("other_month")),
            )

    def action_decide(self):
        """Carry the decision out."""
        self.ensure_one()
        self.document_ids._decide(self.decision, self.reason)
        return {"type": "ir.actions.act_window_close"}
