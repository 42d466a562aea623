# Copyright 2026 Odoo Integration Suite contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl)
from decimal import Decimal

from odoo import api, models

from ...engine.exposition import Family

OPEN_LINES = """
    SELECT l.connector_id, l.check_name, l.kind, c.name, count(*),
           COALESCE(sum(abs(l.difference)), 0)::text,
           EXTRACT(epoch FROM now() AT TIME ZONE 'UTC' - min(l.create_date))
      FROM integration_reconciliation_line l
      LEFT JOIN res_currency c ON c.id = l.currency_id
     WHERE l.state IN ('open', 'fixing')
     GROUP BY l.connector_id, l.check_name, l.kind, c.name
"""
RUNS = """
    SELECT r.connector_id, last.state, last.age,
           count(*) FILTER (WHERE r.state <> 'signed'),
           count(*) FILTER (WHERE r.changed_at IS NOT NULL)
      FROM integration_reconciliation r
      LEFT JOIN LATERAL (
           SELECT state,
                  EXTRACT(epoch FROM now() AT TIME ZONE 'UTC' - ended_at) AS age
             FROM integration_reconciliation
            WHERE connector_id = r.connector_id AND ended_at IS NOT NULL
            ORDER BY date_to DESC, id DESC LIMIT 1) last ON true
     GROUP BY r.connector_id, last.state, last.age
"""


class IntegrationMetrics(models.AbstractModel):
    _inherit = "integration.metrics"

    @api.model
    def _parts(self) -> dict:
        """Override: what both sides do not agree about."""
        return super()._parts() | {"reconciliation": self._reconciliation}

    @api.model
    def _reconciliation(self) -> list[Family]:
        count = Family(
            "integration_differences_open",
            "Open differences between both sides, by check and kind.",
        )
        amount = Family(
            "integration_differences_open_amount",
            "What they come to, without regard to their sign, by currency.",
        )
        oldest = Family(
            "integration_differences_oldest_seconds",
            "How long the oldest of them is known.",
        )
        ages = {}
        for connector, check, kind, currency, number, total, age in self._rows(
            OPEN_LINES
        ):
            where = {"connector": connector, "check": check, "kind": kind}
            count.add(number, **where)
            if currency:
                amount.add(Decimal(total), currency=currency, **where)
            ages[connector] = max(ages.get(connector, 0), int(age))
        for connector, age in ages.items():
            oldest.add(age, connector=connector)
        return [count, amount, oldest, *self._runs()]

    @api.model
    def _runs(self) -> list[Family]:
        last = Family(
            "integration_reconciliation_age_seconds",
            "Since both sides were compared, by what came out.",
        )
        unsigned = Family(
            "integration_reconciliations_unsigned", "Comparisons that nobody signed."
        )
        changed = Family(
            "integration_reconciliations_changed",
            "Signed comparisons whose books have changed since.",
        )
        for connector, state, age, open_runs, moved in self._rows(RUNS):
            if state:
                last.add(max(int(age), 0), connector=connector, state=state)
            unsigned.add(open_runs, connector=connector)
            changed.add(moved, connector=connector)
        return [last, unsigned, changed]
