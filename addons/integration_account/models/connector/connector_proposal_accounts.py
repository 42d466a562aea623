# Copyright 2026 Odoo Integration Suite contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl)
from typing import NamedTuple

from odoo import models

from ... import categories
from .connector_proposal import Proposed


class Kind(NamedTuple):
    """One account that is proposed for every gateway journal of a connector.

    :param field: of the gateway journal
    """

    field: str
    account_type: str
    reconcile: bool


# Tax on fees is proposed as an expense: whether it can be claimed back differs by
# country, and what nobody looked at must not be claimed.
KINDS = {
    "fee_tax": Kind(categories.FEE_TAX, "expense", False),
    "dispute": Kind(categories.DISPUTES, "asset_current", True),
    "chargeback": Kind(categories.CHARGEBACKS, "expense", False),
    "transit": Kind(categories.TRANSIT, "asset_current", True),
    "reserve": Kind(categories.RESERVES, "asset_current", False),
}


class IntegrationConnector(models.Model):
    """Proposes the accounts on the other side of the clearing account."""

    _inherit = "integration.connector"

    def _proposal(self, currencies) -> list[Proposed]:
        """Override to add what movements of the balance are booked on."""
        parts = super()._proposal(currencies)
        if self._brings("balance_transaction"):
            taken = {part.code for part in parts if not part.record}
            parts += [self._propose_account(kind, taken) for kind in KINDS]
        return parts

    def _propose_account(self, kind: str, taken: set) -> Proposed:
        """The account of one purpose: as chosen, else of its name, else a new one."""
        none = self.env["res.currency"]
        name = self._account_name(kind)
        found = self.gateway_journal_ids[KINDS[kind].field][:1] or self._accounts(
            [("account_type", "=", KINDS[kind].account_type), ("name", "=", name)],
            limit=1,
        )
        if found:
            return Proposed(kind, none, found)
        near = self._near(KINDS[kind].account_type)
        return Proposed(kind, none, found, name, self._account_code(near, taken))

    def _other_purposes(self):
        """Override: those of this and of former connectors, used or left behind."""
        rows = self.env["integration.gateway.journal"].sudo()
        rows = rows.search([("company_id", "=", self.company_id.id)])
        names = [self._account_name(kind) for kind in KINDS]
        found = self._accounts([("name", "in", names)])
        for field in categories.OTHER_ACCOUNTS:
            found |= rows[field].with_env(self.env)
        return found

    def _account_name(self, kind: str) -> str:
        """What a new account is called."""
        system = self._system_name()
        return {
            "fee_tax": self.env._("%(system)s tax on fees", system=system),
            "dispute": self.env._("%(system)s disputes", system=system),
            "chargeback": self.env._("%(system)s chargeback losses", system=system),
            "transit": self.env._("%(system)s payouts in transit", system=system),
            "reserve": self.env._("%(system)s reserves", system=system),
        }[kind]

    def _near(self, account_type: str):
        """An account of the chart that a new one of this type stands next to."""
        if account_type == "asset_current":
            known = self.company_id.transfer_account_id
        else:
            known = self.gateway_journal_ids.fee_account_id[:1]
            known = known or self.company_id.expense_account_id
        return known or self._accounts([("account_type", "=", account_type)], limit=1)

    def _accounts_of_rows(self, made: dict) -> dict[str, int]:
        """Override to add the accounts of movements."""
        none = self.env["res.currency"]
        return super()._accounts_of_rows(made) | {
            kind.field: made[name, none].id
            for name, kind in KINDS.items()
            if (name, none) in made
        }

    def _account_type(self, kind: str) -> tuple[str, bool]:
        """Override to add the types of accounts of movements."""
        if found := KINDS.get(kind):
            return found.account_type, found.reconcile
        return super()._account_type(kind)
