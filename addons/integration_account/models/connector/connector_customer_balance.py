# Copyright 2026 Odoo Integration Suite contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl)
from odoo import api, fields, models
from odoo.exceptions import ValidationError

from .connector_proposal import Proposed

# Kind of a part of a proposal.
BALANCE = "customer_balance"


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

    # === WHAT IS MISSING === #

    def _accounting_gaps(self) -> list[str]:
        """Override to ask for what credit notes and balances need."""
        gaps = super()._accounting_gaps()
        # sudo: who manages connectors needs no right to read the books.
        connector = self.sudo()
        if connector._brings("credit_note") and not connector._brings("invoice"):
            gaps.append(
                self.env._("Credit notes: add the flow Invoice, which they refer to.")
            )
        if connector.customer_balance_account_id and not self.env[
            "account.journal"
        ].sudo().search_count(
            [
                ("company_id", "=", connector.company_id.id),
                ("type", "=", "general"),
            ],
            limit=1,
        ):
            gaps.append(
                self.env._(
                    "Customer balance: create a journal for miscellaneous entries."
                )
            )
        return gaps

    # === PROPOSAL === #

    def _proposal(self, currencies):
        """Override to propose the account where credit notes may fill it."""
        parts = super()._proposal(currencies)
        if self._brings("credit_note"):
            taken = {part.code for part in parts if not part.record}
            parts.append(self._propose_balance(taken))
        return parts

    def _propose_balance(self, taken: set) -> Proposed:
        """The account as chosen, else one of its name, else a new one."""
        none = self.env["res.currency"]
        name = self.env._("%(system)s customer balances", system=self._system_name())
        kind = [("account_type", "=", "liability_current")]
        found = self.customer_balance_account_id or self._accounts(
            [*kind, ("name", "=", name), ("reconcile", "=", True)], limit=1
        )
        if found:
            return Proposed(BALANCE, none, found)
        near = self._accounts(kind, limit=1)
        code = self._account_code(near, taken)
        return Proposed(BALANCE, none, found, name, code)

    def _apply_proposal(self, parts) -> None:
        """Override to create and choose the account."""
        own = [part for part in parts if part.kind == BALANCE]
        others = [part for part in parts if part.kind != BALANCE]
        result = super()._apply_proposal(others)
        for part in own:
            self.customer_balance_account_id = self._realise(part)
        return result

    def _account_type(self, kind: str) -> tuple[str, bool]:
        """Override to add the type of the account."""
        if kind == BALANCE:
            return "liability_current", True
        return super()._account_type(kind)

    # === APPROVAL === #

    @api.model
    def _governed_fields(self):
        """Override of `integration_core`: where money is booked is approved."""
        return (*super()._governed_fields(), "customer_balance_account_id")

    def _governed_content(self) -> dict:
        """Override of `integration_core`: the approval covers where money is booked."""
        content = super()._governed_content()
        content["customer_balance_account_id"] = self.customer_balance_account_id.id
        return content
