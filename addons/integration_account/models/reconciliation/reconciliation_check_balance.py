# Copyright 2026 Odoo Integration Suite contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl)
from collections import defaultdict
from dataclasses import replace
from decimal import Decimal

from odoo import api, fields, models

from odoo.addons.integration_core.engine.errors import NotOfferedError
from odoo.addons.integration_core.engine.reconcile import Entry
from odoo.addons.integration_core.models.reconciliation.reconciliation_check import Fix

ITEMS = "balance_transaction"


class IntegrationReconciliationCheckBalance(models.AbstractModel):
    """What the gateway owes us against the clearing account, at the end of the days.

    The gateway says what it holds now; what it has moved since is taken off again.
    What single movements explain (`reconciliation_check_transaction`) is not named a
    second time: a difference of this check is what nobody has an explanation for.
    """

    _name = "integration.reconciliation.check.balance"
    _inherit = "integration.reconciliation.check"
    _description = "Balance"

    _check = "balance"
    _entities = ("balance_transaction",)
    # The headline; it is worked on last, once the movements are known (_after).
    _rank = 10
    _after = (ITEMS,)

    @api.model
    def _label(self):
        return self.env._("Balance against clearing account")

    @api.model
    def _there(self, run):
        if not run.connector_id._adapter()._can_balance:
            raise NotOfferedError(
                self.env._("This system does not say what it holds for us.")
            )
        if self._is_before_start(run):
            return []
        moved, balances = self._read(run)
        gateways = {g.currency_id.name: g for g in self._gateways(run)}
        amounts = {balance.currency: balance.total for balance in balances}
        return [
            Entry(
                key=currency,
                amount=amounts.get(currency, Decimal(0)) - moved[currency],
                currency=currency,
                day=run.date_to,
                title=self.env._("Balance in %(currency)s", currency=currency),
            )
            for currency in sorted(amounts.keys() | moved.keys() | gateways.keys())
            if currency in gateways
            or amounts.get(currency, Decimal(0)) != moved[currency]
        ]

    @api.model
    def _read(self, run) -> tuple[dict, list]:
        """(currency → what was moved since the end of the days, what is held now).

        Read again if something moved in between.
        """
        connector = run.connector_id
        for _turn in range(3):
            run._pause()
            before = connector._adapter()._balances(connector)
            moved = self._moved_since(run)
            run._pause()
            balances = connector._adapter()._balances(connector)
            if {b.currency: b.total for b in before} == {
                b.currency: b.total for b in balances
            }:
                break
        connector._note_balances(balances)
        return moved, balances

    @api.model
    def _moved_since(self, run) -> dict:
        _first, end = run._days()
        now = fields.Datetime.now()
        moved = defaultdict(Decimal)
        if end >= now:
            return moved
        # A second more: what happens just now is in the balance as well.
        until = fields.Datetime.add(now, seconds=1)
        for control in self._controls(run, ITEMS, end, until):
            net = Decimal(control.amount["amount"])
            net -= Decimal(control.fee["amount"]) if control.fee else Decimal(0)
            moved[control.amount["currency"]] += net
        return moved

    @api.model
    def _gateways(self, run):
        return run.connector_id.sudo().gateway_journal_ids

    @api.model
    def _is_before_start(self, run) -> bool:
        """Whether the hub was not in charge on any of these days."""
        start = run.connector_id.start_date
        return bool(start) and run.date_to < start

    @api.model
    def _here(self, run):
        if self._is_before_start(run):
            return []
        entries = []
        for gateway in self._gateways(run):
            currency = gateway.currency_id
            ((amount,),) = self.env["account.move.line"]._read_group(
                [
                    ("account_id", "=", gateway.clearing_account_id.id),
                    ("currency_id", "=", currency.id),
                    ("company_id", "=", run.company_id.id),
                    ("parent_state", "=", "posted"),
                    ("date", "<=", run.date_to),
                ],
                [],
                ["amount_currency:sum"],
            )
            account = gateway.clearing_account_id.with_env(self.env)
            entries.append(
                Entry(
                    key=currency.name,
                    amount=self._money(amount, currency),
                    currency=currency.name,
                    day=run.date_to,
                    title=account.display_name,
                    model="account.account",
                    res_id=account.id,
                )
            )
        return entries

    @api.model
    def _on_its_way(self, run, keys):
        return set()

    # === WHAT IS EXPLAINED ALREADY === #

    @api.model
    def _elsewhere(self, run, currency):
        """What movements that differ change of the balance at the end of the days.

        Those of this run and of the days before it; of a movement that several name,
        the last one counts.
        """
        code = self.env["res.currency"].browse(
            self.env["integration.pipeline"]._currencies().get(currency, ())
        )
        lines = self.env["integration.reconciliation.line"].sudo()
        lines = lines.search(
            [
                ("connector_id", "=", run.connector_id.id),
                ("check_name", "=", ITEMS),
                ("currency_id", "=", code.id),
                ("state", "!=", "closed"),
                "|",
                ("run_id", "=", run.id),
                "&",
                ("run_id.kind", "=", "day"),
                ("run_id.date_to", "<", run.date_from),
            ]
        )
        last = {}
        for line in lines.sorted(lambda x: (x.date, x.run_id.revision, x.run_id.id)):
            last[line.key] = line.run_id
        return sum(
            (
                self._at_end(line, run.date_to, code)
                for line in lines
                if line.run_id == last[line.key]
            ),
            Decimal(0),
        )

    @api.model
    def _at_end(self, line, day, currency) -> Decimal:
        """Here minus there of a movement, as far as it happened until a day."""
        here = there = Decimal(0)
        if line.has_here and line.day_here <= day:
            here = self._money(line.amount_here, currency)
        if line.has_there and line.day_there <= day:
            there = self._money(line.amount_there, currency)
        return here - there

    @api.model
    def _adjust(self, run, comparison):
        """What is left once single movements are taken off is the variance."""
        rest = []
        for variance in comparison.variances:
            left = variance.difference - self._elsewhere(run, variance.currency)
            if left:
                rest.append(replace(variance, kind="amount", difference=left))
        comparison.variances = rest

    @api.model
    def _fixes(self, line):
        connector = line.connector_id
        if connector.start_date and not connector.sudo().opening_ids.filtered(
            lambda o: o.state == "confirmed" and o.currency_id == line.currency_id
        ):
            return [Fix("open_opening", self.env._("Opening balance…"))]
        return [Fix("open_document", self.env._("Open account"))]


class IntegrationReconciliationLine(models.Model):
    _inherit = "integration.reconciliation.line"

    def action_open_opening(self):
        """Open the opening balances of the connector."""
        self.ensure_one()
        return self.connector_id.action_opening_balance()
