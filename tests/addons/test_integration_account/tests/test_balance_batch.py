# Copyright 2026 Odoo Integration Suite contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl)
from odoo.tests import tagged

from .settlement_common import SettlementCase

FEW, MANY = 10, 30
# Statements of one further charge in a batch; Odoo's posting of an entry is in it.
LIMIT = 12


@tagged("post_install", "-at_install")
class TestBalanceBatch(SettlementCase):
    """A batch costs few statements, whatever its size."""

    def _charges(self, first: int, count: int) -> int:
        """Statements that a batch of charges with fees takes."""
        names = [f"pi_{number}" for number in range(first, first + count)]
        for name in names:
            self._queue(name, name, "119.00")
        self._drain()
        for name in names:
            self._queue_move(f"txn_{name}", "charge", "119.00", "3.75", payment=name)
        self.env.flush_all()
        self.env.invalidate_all()
        before = self.env.cr.sql_log_count
        self._drain()
        return self.env.cr.sql_log_count - before

    def test_statements_of_a_further_charge(self):
        self._charges(0, 2)
        few = self._charges(100, FEW)
        many = self._charges(200, MANY)
        each = (many - few) / (MANY - FEW)
        self.assertLess(each, LIMIT, f"{few} for {FEW}, {many} for {MANY}")
        lines = self.env["integration.settlement.line"].search(
            [("connector_id", "=", self.connector.id)]
        )
        self.assertEqual(len(lines), 2 + FEW + MANY)
        self.assertEqual(set(lines.mapped("state")), {"booked"})
        before = self.env.cr.sql_log_count
        clearing = lines._clearing_lines()
        self.assertLess(self.env.cr.sql_log_count - before, 8)
        self.assertEqual(len(clearing), 2 * len(lines))
        self.assertEqual(round(sum(clearing.mapped("balance")), 2), 115.25 * len(lines))
