# Copyright 2026 Odoo Integration Suite contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl)
from odoo import api, fields, models
from odoo.exceptions import ValidationError


class IntegrationConnector(models.Model):
    """The account that stands for what a system keeps for its customers."""

    _inherit = "integration.connector"

    customer_balance_account_id = fields.Many2one(
        "account.account",
        string="Customer balance account",
        check_company=True,
        domain="[('account_type', '=', 'liability_current'), ('reconcile', '=', True)]",
        help="What the system keeps for a customer and takes for the next invoice: "
        "overpaid amounts, credit notes, totals too small to charge. Empty: it is only "
        "noted, and stays open on the customer's account.",
    )

    @api.constrains("customer_balance_account_id")
    def _check_customer_balance_account(self):
        for connector in self:
            account = connector.customer_balance_account_id
            if account and not account.reconcile:
                raise ValidationError(
                    self.env._(
                        "%(account)s does not allow reconciliation, which the customer "
                        "balance account needs. Allow it on the account.",
                        account=account.display_name,
                    )
                )

    @api.model
    def _governed_fields(self):
        """Override of `integration_core`: where money is booked is approved."""
        return (*super()._governed_fields(), "customer_balance_account_id")

    def _governed_content(self) -> dict:
        """Override of `integration_core`: the approval covers where money is booked."""
        content = super()._governed_content()
        content["customer_balance_account_id"] = self.customer_balance_account_id.id
        return content
