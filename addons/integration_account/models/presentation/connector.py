# Copyright 2026 Odoo Integration Suite contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl)
from odoo import api, fields, models

from odoo.addons.integration_core.models.presentation.common import (
    button,
    notice,
    step,
)

from ..connector.connector_accounting import DOCUMENTS


class IntegrationConnector(models.Model):
    """The accounting step of the set-up assistant, and what else the form says."""

    _inherit = "integration.connector"

    brings_documents = fields.Boolean(compute="_compute_brings_documents")
    may_propose = fields.Boolean(compute="_compute_may_propose")

    @api.depends("flow_ids.entity", "flow_ids.direction")
    def _compute_brings_documents(self):
        for connector in self:
            connector.brings_documents = connector._brings(*DOCUMENTS)

    @api.depends_context("uid")
    @api.depends("state")
    def _compute_may_propose(self):
        accountant = self.env.user.has_group("account.group_account_manager")
        for connector in self:
            connector.may_propose = bool(
                connector.id
                and accountant
                and connector._is_manager()
                and connector.state in ("draft", "suspended")
            )

    @api.depends(
        "sale_journal_id",
        "gateway_journal_ids",
        "fiscal_position_policy",
        "fiscal_position_id",
        "uncollectible_policy",
        "bad_debt_account_id",
    )
    def _compute_setup_steps(self):
        """Override of `integration_core`: the accounting defaults are a step."""
        return super()._compute_setup_steps()

    def _domain_steps(self):
        """Override of `integration_core` to ask for journals and accounts."""
        steps = super()._domain_steps()
        if self._brings(*DOCUMENTS):
            steps.append(self._step_accounting())
        return steps

    def _step_accounting(self) -> dict:
        title = self.env._("Journals and accounts")
        gaps = self._accounting_gaps()
        if not gaps:
            return step("accounting", title, self._accounting_sentence(), "done")
        return step(
            "accounting",
            title,
            " ".join(gaps),
            "todo",
            button=(
                button(self.env._("Propose…"), "action_propose_accounting")
                if self.may_propose
                else None
            ),
        )

    def _accounting_sentence(self) -> str:
        """Where this connector books, in a few words."""
        words = []
        # sudo: names of journals may be read by whoever reads the connector.
        if journal := self.sudo().sale_journal_id:
            words.append(self.env._("Invoices: %(name)s.", name=journal.name))
        for row in self.sudo().gateway_journal_ids:
            words.append(
                self.env._(
                    "%(currency)s: %(journal)s, clearing %(account)s.",
                    currency=row.currency_id.name,
                    journal=row.journal_id.name,
                    account=row.clearing_account_id.display_name,
                )
            )
        return " ".join(words)

    def _notice(self):
        """Override of `integration_core` to name a second connector to the account."""
        found = super()._notice()
        if found or not self._brings(*DOCUMENTS):
            return found
        twins = self._account_twins().filtered(lambda c: c._brings(*DOCUMENTS))
        if not twins:
            return False
        return notice(
            "warning",
            self.env._("Another connector serves the same account."),
            self.env._(
                "%(names)s: the same payment could be meant for both. It is booked "
                "once, by whoever is first.",
                names=", ".join(twins.mapped("name")),
            ),
            self.env._("Let the filters of their flows say which objects are whose."),
        )
