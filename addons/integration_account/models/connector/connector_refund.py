# Copyright 2026 Odoo Integration Suite contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl)
from odoo import api, fields, models
from odoo.exceptions import UserError, ValidationError

REFUND_FIELDS = (
    "refund_approval_amount",
    "refund_policy",
    "refund_credit_note_limit",
)


class IntegrationConnector(models.Model):
    """How money is given back: who must agree, and what the books say of it."""

    _inherit = "integration.connector"

    company_currency_id = fields.Many2one(
        related="company_id.currency_id", string="Company currency"
    )
    refund_approval_amount = fields.Monetary(
        currency_field="company_currency_id",
        string="Approve refunds above",
        help="A refund above this amount, in the company's currency, needs a second "
        "person before it leaves. 0: each of them does.",
    )
    refund_policy = fields.Selection(
        [
            ("open", "Leave open for the accountant"),
            ("credit_note", "Make the credit note"),
        ],
        string="Refund without credit note",
        required=True,
        default="open",
        help="What happens when money was refunded and no credit note says what for. "
        "The credit note takes the products and taxes of the invoice in proportion.",
    )
    refund_credit_note_limit = fields.Monetary(
        currency_field="company_currency_id",
        string="Credit notes up to",
        help="A larger refund is left open for the accountant. 0: no limit.",
    )

    @api.constrains("refund_approval_amount", "refund_credit_note_limit")
    def _check_refund_amounts(self):
        for connector in self:
            if (
                min(
                    connector.refund_approval_amount, connector.refund_credit_note_limit
                )
                < 0
            ):
                raise ValidationError(self.env._("An amount below zero is no limit."))

    @api.model
    def _governed_fields(self):
        """Override of `integration_core`: who must agree is what was agreed on."""
        return (*super()._governed_fields(), *REFUND_FIELDS)

    def _governed_content(self) -> dict:
        """Override of `integration_core`."""
        content = super()._governed_content()
        for name in REFUND_FIELDS:
            content[name] = self._fields[name].convert_to_read(self[name], self, False)
        return content

    def _sends_refunds(self) -> bool:
        """Whether a live flow of this connector takes refunds out."""
        self.ensure_one()
        plan = self.sudo()._out_plans().get("refund")
        working = self.sudo().state in ("active", "paused", "suspended")
        return bool(plan) and plan.mode == "live" and working

    def _require_refunds_out(self) -> None:
        """:raises UserError: no live flow of the connector takes refunds out"""
        self.ensure_one()
        if not self._sends_refunds():
            raise UserError(
                self.env._(
                    "%(connector)s takes no refunds from Odoo: it has no live flow "
                    "that sends them. Refund it there; it comes back by itself.",
                    connector=self.sudo().name,
                )
            )
