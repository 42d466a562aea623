# Copyright 2026 Odoo Integration Suite contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl)
from odoo.tests import tagged

from .refund_common import RefundCase

FEW, MANY = 5, 20
# Statements of one further refund in a batch, and of its movement; Odoo's posting of
# an entry is in the second.
LIMIT, LIMIT_MOVED = 8, 16


@tagged("post_install", "-at_install")
class TestRefundBatch(RefundCase):
    """A batch of refunds costs few statements, whatever its size."""

    def _counted(self) -> int:
        self.env.flush_all()
        self.env.invalidate_all()
        before = self.env.cr.sql_log_count
        self._drain()
        return self.env.cr.sql_log_count - before

    def _refunds(self, first: int, count: int) -> tuple[int, int]:
        """Statements of so many refunds, and of their movements."""
        names = [f"{number}" for number in range(first, first + count)]
        for name in names:
            self._queue(f"pi_{name}", f"pi_{name}", "119.00")
        self._drain()
        for name in names:
            record = self._about(f"pi_{name}", "30.00", "succeeded")
            self._store(f"re_{name}", record, entity="refund")
        refunds = self._counted()
        for name in names:
            self._queue_move(
                f"txn_{name}",
                "refund",
                "-30.00",
                payment=f"pi_{name}",
                refund=f"re_{name}",
            )
        return refunds, self._counted()

    def test_statements_of_a_further_refund(self):
        self._refunds(0, 2)
        few, many = self._refunds(100, FEW), self._refunds(200, MANY)
        for name, less, more, limit in zip(
            ("refund", "movement"), few, many, (LIMIT, LIMIT_MOVED), strict=True
        ):
            each = (more - less) / (MANY - FEW)
            self.assertLess(each, limit, f"{name}: {less} for {FEW}, {more} for {MANY}")
        rows = self.env["integration.refund"].search([])
        self.assertEqual(len(rows), 2 + FEW + MANY)
        self.assertEqual(len(rows.line_ids.move_id), 2 + FEW + MANY)
