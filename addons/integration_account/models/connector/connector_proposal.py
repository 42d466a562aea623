# Copyright 2026 Odoo Integration Suite contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl)
from typing import Any, NamedTuple

from odoo import models
from odoo.exceptions import AccessError, UserError
from odoo.fields import Command

EXPENSES = ("expense", "expense_direct_cost", "expense_other")


class Proposed(NamedTuple):
    """One journal or account of a proposal.

    :param kind: sale_journal, gateway_journal, clearing, fee or method
    :param currency: res.currency record, empty where it is for all
    :param record: what is used; empty: to be created
    :param name: name of what will be created
    :param code: code of what will be created
    """

    kind: str
    currency: Any
    record: Any
    name: str = ""
    code: str = ""


class IntegrationConnector(models.Model):
    """Proposes the journals and accounts that a connector books in.

    What exists and fits is used; only what is missing is created, and all of it is
    shown before (`integration.account.proposal`). Doing it twice changes nothing.
    """

    _inherit = "integration.connector"

    def action_propose_accounting(self):
        """Open the dialog that lists what will be created and what exists already."""
        self.ensure_one()
        self._require_proposer()
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Journals and accounts of %(name)s", name=self.name),
            "res_model": "integration.account.proposal",
            "view_mode": "form",
            "target": "new",
            "context": {"default_connector_id": self.id},
        }

    def _require_proposer(self) -> None:
        """:raises AccessError: the user may not create journals
        :raises UserError: no manager, the connector is at work, or no chart is there
        """
        self._require_manager()
        if not self.env.user.has_group("account.group_account_manager"):
            raise AccessError(
                self.env._(
                    "Journals and accounts are created with the accounting right "
                    "Administrator. Ask somebody who has it, or choose existing ones."
                )
            )
        self._require_standstill()
        if not self._accounts([], limit=1):
            raise UserError(
                self.env._(
                    "%(company)s has no chart of accounts yet. Choose one under "
                    "Accounting › Configuration › Settings first.",
                    company=self.company_id.name,
                )
            )

    # === PLAN === #

    def _proposal(self, currencies) -> list[Proposed]:
        """What the connector would book in, for these settlement currencies.

        :param currencies: res.currency records
        """
        self.ensure_one()
        taken: set[str] = set()  # codes this proposal uses already
        parts = [self._propose_sale_journal(taken), self._propose_fee(taken)]
        for currency in currencies:
            row = self._gateway_journal(currency)
            journal = self._propose_gateway(currency, row, taken)
            clearing = self._propose_clearing(currency, row, taken)
            parts += [journal, clearing, self._propose_method(currency, journal)]
        return parts

    def _system_name(self) -> str:
        """What journals are named after: the system, or the connector if it has many.

        Two accounts of one system in one company each need journals of their own.
        """
        self.ensure_one()
        others = self.sudo().search_count(
            [
                ("system", "=", self.system),
                ("company_id", "=", self.company_id.id),
                ("id", "!=", self.id),
                ("state", "!=", "retired"),
            ],
            limit=1,
        )
        labels = dict(self._fields["system"]._description_selection(self.env))
        return self.name if others else labels.get(self.system, self.name)

    def _propose_sale_journal(self, taken: set) -> Proposed:
        currency = self.env["res.currency"]
        found = self.sale_journal_id or self._free_journals("sale")[:1]
        if found:
            return Proposed("sale_journal", currency, found)
        name = self.env._("%(system)s invoices", system=self._system_name())
        code = self._journal_code(3, "S", taken)
        return Proposed("sale_journal", currency, found, name, code)

    def _propose_gateway(self, currency, row, taken: set) -> Proposed:
        found = row.journal_id or self._free_journals("bank", currency)[:1]
        if found:
            return Proposed("gateway_journal", currency, found)
        name = f"{self._system_name()} {currency.name}"
        code = self._journal_code(2, currency.name, taken)
        return Proposed("gateway_journal", currency, found, name, code)

    def _propose_clearing(self, currency, row, taken: set) -> Proposed:
        found = row.clearing_account_id or self._free_clearing(currency)
        if found:
            return Proposed("clearing", currency, found)
        name = self.env._(
            "%(system)s clearing %(currency)s",
            system=self._system_name(),
            currency=currency.name,
        )
        near = self.company_id.transfer_account_id or self._accounts(
            [("account_type", "=", "asset_current")], limit=1
        )
        return Proposed(
            "clearing", currency, found, name, self._account_code(near, taken)
        )

    def _propose_fee(self, taken: set) -> Proposed:
        currency = self.env["res.currency"]
        rows = self.gateway_journal_ids
        named = self._named_accounts(EXPENSES) - self._other_purposes()
        found = rows.fee_account_id[:1] or named[:1]
        if found:
            return Proposed("fee", currency, found)
        name = self.env._("%(system)s fees", system=self._system_name())
        expenses = [("account_type", "in", EXPENSES)]
        near = (
            self._accounts([*expenses, ("name", "ilike", "bank")], limit=1)
            or self.company_id.expense_account_id
            or self._accounts(expenses, limit=1)
        )
        return Proposed("fee", currency, found, name, self._account_code(near, taken))

    def _propose_method(self, currency, journal: Proposed) -> Proposed:
        """The payment methods of a gateway journal book on the clearing account."""
        lines = self._method_lines(journal.record)
        done = bool(journal.record) and all(line.payment_account_id for line in lines)
        name = journal.record.display_name or journal.name
        return Proposed("method", currency, journal.record if done else lines[:0], name)

    # === WHAT FITS === #

    def _accounts(self, domain: list, limit=None):
        """Active accounts of the company, by code."""
        accounts = self.env["account.account"].with_company(self.company_id)
        return accounts.search(
            [*accounts._check_company_domain(self.company_id), *domain],
            limit=limit,
            order="code",
        )

    def _named_accounts(self, types: tuple):
        """Accounts of these types that are named after the system."""
        return self._accounts(
            [("account_type", "in", types), ("name", "ilike", self._system_name())]
        )

    def _free_clearing(self, currency):
        """A clearing account of the system that no other journal uses."""
        used = self._rows_of_others(currency).clearing_account_id
        used |= self._other_purposes()
        found = self._named_accounts(("asset_current",)).filtered(
            lambda account: (
                account.reconcile
                and account not in used
                and account.currency_id in (currency.browse(), currency)
            )
        )
        others = self.env["res.currency"].search([("id", "!=", currency.id)])
        codes = set(others.mapped("name"))
        named = found.filtered(lambda a: currency.name in a.name.split())
        unnamed = found.filtered(lambda a: not codes & set(a.name.split()))
        own = currency == self.company_id.currency_id
        return named[:1] or (unnamed[:1] if own else found.browse())

    def _other_purposes(self):
        """Accounts that are named after the system and no clearing accounts."""
        return self.env["account.account"]

    def _free_journals(self, kind: str, currency=None):
        """Journals named after the system that no other connector books in."""
        connectors = self.sudo().with_context(active_test=False)
        used = (
            connectors.search([("id", "!=", self.id)]).sale_journal_id
            if kind == "sale"
            else self._rows_of_others(currency).journal_id
        )
        found = self.env["account.journal"].search(
            [
                ("company_id", "=", self.company_id.id),
                ("type", "=", kind),
                ("name", "ilike", self._system_name()),
                ("id", "not in", used.ids),
            ]
        )
        if currency:
            found = found.filtered(
                lambda j: (j.currency_id or j.company_id.currency_id) == currency
            )
        return found

    def _rows_of_others(self, currency):
        """Gateway journals of other connectors, and of our other currencies."""
        return (
            self.env["integration.gateway.journal"]
            .sudo()
            .search(
                [
                    "|",
                    ("connector_id", "!=", self.id),
                    ("currency_id", "!=", currency.id),
                ]
            )
        )

    # === CODES === #

    def _journal_code(self, width: int, ending: str, taken: set) -> str:
        """A free code: letters of the system's name, five characters at most."""
        name = self._system_name().upper()
        letters = "".join(c for c in name if c.isascii() and c.isalnum()) or "HUB"
        first = letters[:width] + ending
        journals = self.env["account.journal"].with_context(active_test=False)
        used = taken | set(
            journals.search([("company_id", "=", self.company_id.id)]).mapped("code")
        )
        candidates = [first, *(f"{first[:3]}{number}" for number in range(1, 100))]
        code = next(code for code in candidates if code not in used)
        taken.add(code)
        return code

    def _account_code(self, near, taken: set) -> str:
        """The next free code after that of an account of the chart."""
        accounts = self.env["account.account"].with_company(self.company_id)
        start = near.with_company(self.company_id).code or "100000"
        code = accounts._search_new_account_code(start, {start, *taken})
        taken.add(code)
        return code

    @staticmethod
    def _method_lines(journal):
        return (
            journal.inbound_payment_method_line_ids
            | journal.outbound_payment_method_line_ids
        )

    # === CARRYING IT OUT === #

    def _apply_proposal(self, parts: list[Proposed]) -> None:
        """Create what is missing, and set the defaults of this connector.

        :raises UserError: see :meth:`_require_proposer`
        """
        self.ensure_one()
        self._require_proposer()
        made = {(part.kind, part.currency): self._realise(part) for part in parts}
        none = self.env["res.currency"]
        values = {"sale_journal_id": made["sale_journal", none].id}
        accounts = self._accounts_of_rows(made)
        commands = []
        for currency in {currency for kind, currency in made if kind == "clearing"}:
            row = self._gateway_journal(currency)
            clearing = made["clearing", currency]
            journal = made["gateway_journal", currency]
            empty = self._method_lines(journal).filtered(
                lambda line: not line.payment_account_id
            )
            empty.payment_account_id = clearing
            if not row:
                commands.append(
                    Command.create(
                        {
                            "currency_id": currency.id,
                            "journal_id": journal.id,
                            "clearing_account_id": clearing.id,
                            **accounts,
                        }
                    )
                )
                continue
            missing = {name: v for name, v in accounts.items() if not row[name]}
            if missing:
                commands.append(Command.update(row.id, missing))
        if commands:
            values["gateway_journal_ids"] = commands
        self.write(values)

    def _accounts_of_rows(self, made: dict) -> dict[str, int]:
        """Field of a gateway journal → account that all of them get, if they lack it.

        :param made: (kind, currency) → record
        """
        return {"fee_account_id": made["fee", self.env["res.currency"]].id}

    def _realise(self, part: Proposed):
        """The record of one part, created where there is none."""
        if part.record or part.kind == "method":
            return part.record
        if part.kind in ("sale_journal", "gateway_journal"):
            return self._create_journal(part)
        return self._create_account(part)

    def _create_journal(self, part: Proposed):
        company = self.company_id
        foreign = part.currency != company.currency_id and part.currency
        values = {
            "name": part.name,
            "code": part.code,
            "type": "bank",
            "company_id": company.id,
            "currency_id": foreign.id if foreign else False,
        }
        if part.kind == "sale_journal":
            values |= {"type": "sale", "default_account_id": self._income_account().id}
        return self.env["account.journal"].with_company(company).create(values)

    def _income_account(self):
        """Where lines without a product go: as in the company's other sales journal."""
        domain = [
            *self.env["account.journal"]._check_company_domain(self.company_id),
            ("type", "=", "sale"),
            ("default_account_id", "!=", False),
        ]
        other = self.env["account.journal"].search(domain, limit=1)
        return other.default_account_id or self._accounts(
            [("account_type", "=", "income")], limit=1
        )

    def _create_account(self, part: Proposed):
        """No currency on a clearing account: Odoo would then refuse every other one,
        also where the gateway converts."""
        kind, reconcile = self._account_type(part.kind)
        return (
            self.env["account.account"]
            .with_company(self.company_id)
            .create(
                {
                    "name": part.name,
                    "code": part.code,
                    "account_type": kind,
                    "reconcile": reconcile,
                    "company_ids": [Command.set(self.company_id.ids)],
                }
            )
        )

    def _account_type(self, kind: str) -> tuple[str, bool]:
        """(type, whether it is reconciled) of a new account."""
        return ("asset_current", True) if kind == "clearing" else ("expense", False)
