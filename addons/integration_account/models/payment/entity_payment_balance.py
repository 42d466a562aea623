# Copyright 2026 Odoo Integration Suite contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl)
from odoo import api, models

from ..invoice.entity_invoice_balance import BALANCE_EFFECTS
from ..period.period_guard_reconciled import Reconciled
from .account_move_line import LIMITS


class IntegrationEntityPayment(models.AbstractModel):
    """A payment that holds more than its invoice meets what the balance asked for.

    What was overpaid, or what an earlier document had left to pay, stands open on the
    customer's account until the payment arrives.
    """

    _inherit = "integration.entity.payment"

    @api.model
    def _write_down(self, connector, done: list[tuple], left: dict) -> None:
        """Override of `integration.entity.payment` to reconcile what is too much."""
        result = super()._write_down(connector, done, left)
        if connector.customer_balance_account_id:
            self._pay_balances(connector, done)
        return result

    @api.model
    def _pay_balances(self, connector, done: list[tuple]) -> None:
        """Reconcile rests of payments with entries of balances of their invoices."""
        effects = self.env["integration.effect"]
        keys = {
            effects._key(connector, part.external_id, name): (booking, part)
            for booking, part in done
            for name in BALANCE_EFFECTS
        }
        plans, met = [], []
        for key, effect in effects._happened(list(keys)).items():
            booking, part = keys[key]
            entry = self.env["account.move"].browse(effect.res_id).exists()
            credit = self._credit_lines(booking.record)
            debits = self._open_lines(entry).filtered(
                lambda line, account=credit.account_id: (
                    line.account_id == account and line.amount_residual > 0
                )
            )
            if debits and not credit.reconciled:
                plans.append(credit | debits)
                met.append((booking, part, credit))
        lines = self.env["account.move.line"].with_context(**{LIMITS: {}})
        lines._reconcile_plan(plans)
        self.env["integration.period.guard"]._reconciled(
            connector,
            [
                Reconciled(
                    part.item,
                    f"{booking.key}|{part.external_id}|balance",
                    part.invoice.display_name,
                    credit.matched_debit_ids,
                )
                for booking, part, credit in met
            ],
        )
