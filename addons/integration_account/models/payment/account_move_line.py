# Copyright 2026 Odoo Integration Suite contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl)
from odoo import api, models

# Context of a reconciliation by the hub: {(id of the payment's line, id of the
# invoice): amount in the payment's currency, a positive float}.
LIMITS = "integration_reconcile_limits"


class AccountMoveLine(models.Model):
    """Reconciling a given part of a payment, and differences on the right day.

    Odoo reconciles as much as both sides have open. A payment of 100 for two invoices
    of 80 that says "60 here, 40 there" would pay 80 and 20.
    """

    _inherit = "account.move.line"

    @api.model
    def _prepare_reconciliation_amls(self, values_list, shadowed_aml_values=None):
        """Override of `account` to offer no more of a payment than its limit."""
        limits = self.env.context.get(LIMITS)
        capped = _capped(values_list, limits) if limits else None
        if not capped:
            return super()._prepare_reconciliation_amls(
                values_list, shadowed_aml_values
            )
        values, part, before = capped
        offered = [part if given is values else given for given in values_list]
        results, full = super()._prepare_reconciliation_amls(
            offered, shadowed_aml_values
        )
        # What was used of the part was used of the whole.
        for name, value in before.items():
            values[name] += part[name] - value
        full.discard(values["aml"].id)
        return results, full

    def _prepare_exchange_difference_move_vals(
        self, amounts_list, company=None, exchange_date=None, **kwargs
    ):
        """Override of `account`: the difference belongs to the day of the payment.

        Odoo takes the end of that month, or today: with numbers by year, a payment of
        February that is reconciled in November would bring a difference in November.
        """
        found = super()._prepare_exchange_difference_move_vals(
            amounts_list, company=company, exchange_date=exchange_date, **kwargs
        )
        if found and exchange_date and LIMITS in self.env.context:
            found["move_values"]["date"] = exchange_date
        return found


def _capped(values_list: list[dict], limits: dict):
    """The payment's line of the plan with no more open than its limit.

    :return: (its values, a smaller copy, the copy's residuals), or None
    """
    moves = {values["aml"].move_id.id for values in values_list}
    for values in values_list:
        line = values["aml"]
        limit = next(
            (limits[line.id, move] for move in moves if (line.id, move) in limits), None
        )
        left = -values["amount_residual_currency"]
        if limit is None or line.currency_id.compare_amounts(limit, left) >= 0:
            continue
        before = {
            "amount_residual_currency": -limit,
            "amount_residual": line.company_currency_id.round(
                values["amount_residual"] * limit / left
            ),
        }
        return values, dict(values, **before), before
    return None
