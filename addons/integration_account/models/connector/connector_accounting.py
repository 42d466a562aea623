# Copyright 2026 Odoo Integration Suite contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl)
from odoo import models

from ... import categories

# Entities whose records are documents of Odoo's accounting, or say what they are for.
DOCUMENTS = (
    "invoice",
    "payment",
    "credit_note",
    "balance_transaction",
    "payout",
    "refund",
    "dispute",
)


class IntegrationConnector(models.Model):
    """What is missing before a connector may book."""

    _inherit = "integration.connector"

    def _brings(self, *entities: str) -> bool:
        """Whether an incoming flow of this connector brings one of these."""
        self.ensure_one()
        return any(
            flow.direction == "in" and flow.entity in entities for flow in self.flow_ids
        )

    def _activation_gaps(self):
        """Override of `integration_core` to ask for the accounting defaults."""
        return super()._activation_gaps() + self._accounting_gaps()

    def _accounting_gaps(self) -> list[str]:
        """What is missing of Odoo's side of the money: sentences, empty if nothing."""
        self.ensure_one()
        if not self._brings(*DOCUMENTS):
            return []
        # sudo: who manages connectors needs no right to read the books.
        connector = self.sudo()
        gaps = connector._gaps_of_rights()
        if self._brings("invoice"):
            gaps += connector._gaps_of_invoices()
        if self._brings("payment", "balance_transaction"):
            gaps += connector._gaps_of_payments()
        if self._brings("balance_transaction"):
            gaps += connector._gaps_of_movements()
        return gaps

    def _gaps_of_rights(self) -> list[str]:
        user = self.service_user_id
        if not user or user.has_group("account.group_account_invoice"):
            return []
        return [
            self.env._(
                "Technical user: give %(user)s the right Invoicing.", user=user.name
            )
        ]

    def _gaps_of_invoices(self) -> list[str]:
        gaps = []
        if not self.sale_journal_id:
            gaps.append(self.env._("Sales journal: choose one, or press Propose."))
        elif not self.sale_journal_id.active:
            gaps.append(
                self.env._(
                    "Sales journal: %(name)s is archived.",
                    name=self.sale_journal_id.name,
                )
            )
        elif not self.sale_journal_id.default_account_id:
            gaps.append(
                self.env._(
                    "Sales journal: %(name)s has no default income account, which "
                    "lines without a product need.",
                    name=self.sale_journal_id.name,
                )
            )
        if self.fiscal_position_policy == "fixed" and not self.fiscal_position_id:
            gaps.append(self.env._("Fiscal position: choose the one to use always."))
        if self.uncollectible_policy == "write_off" and not self.bad_debt_account_id:
            gaps.append(self.env._("Bad debt account: choose where to write off."))
        return gaps

    def _gaps_of_payments(self) -> list[str]:
        if not self.gateway_journal_ids:
            return [
                self.env._(
                    "Gateway journal: choose one for each currency the money arrives "
                    "in, or press Propose."
                )
            ]
        return [
            self.env._("Gateway journal: %(name)s is archived.", name=journal.name)
            for journal in self.gateway_journal_ids.journal_id
            if not journal.active
        ]

    def _gaps_of_movements(self) -> list[str]:
        """Accounts that every gateway comes to need, by settlement currency."""
        fields = self.env["integration.gateway.journal"]._fields
        gaps = []
        for row in self.gateway_journal_ids:
            missing = [
                fields[name]._description_string(self.env)
                for name in categories.NEEDED
                if not row[name]
            ]
            if missing:
                gaps.append(
                    self.env._(
                        "Gateway journal %(currency)s: choose %(accounts)s, or press "
                        "Propose.",
                        currency=row.currency_id.name,
                        accounts=", ".join(missing),
                    )
                )
        return gaps

    def _of_same_account(self):
        """This connector and all others of the company to the same account.

        Retired ones too: what they brought is in the books.
        """
        self.ensure_one()
        # sudo: core's own table; a technical user knows no connector but its own.
        own = self.sudo()
        if not own.account_ref:
            return own
        return own.search(
            [
                ("system", "=", own.system),
                ("account_ref", "=", own.account_ref),
                ("company_id", "=", own.company_id.id),
            ]
        )

    def _account_twins(self):
        """Other connectors to the same account of the same system."""
        self.ensure_one()
        if not self.account_ref:
            return self.browse()
        # sudo: also one of a company the reader does not see books the same payments.
        return self.sudo().search(
            [
                ("system", "=", self.system),
                ("account_ref", "=", self.account_ref),
                ("id", "!=", self.id),
                ("state", "!=", "retired"),
            ]
        )
