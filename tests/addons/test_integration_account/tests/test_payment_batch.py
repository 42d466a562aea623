# Copyright 2026 Odoo Integration Suite contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl)
from odoo.tests import tagged

from .payment_common import PaymentCase


@tagged("post_install", "-at_install")
class TestPaymentBatch(PaymentCase):
    """A batch costs what Odoo's own batch costs, and a handful of statements."""

    # Statements a payment beyond those of Odoo's own create, post and reconcile.
    MARGIN = 1.0

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.gateway.inbound_payment_method_line_ids.payment_account_id = cls.clearing

    def _statements(self, work) -> int:
        self.env.flush_all()
        self.env.invalidate_all()
        before = self.env.cr.sql_log_count
        work()
        return self.env.cr.sql_log_count - before

    def _hub(self, prefix: str, count: int) -> int:
        names = [f"{prefix}{n}" for n in range(count)]
        invoices = [self._invoice(f"in_{name}", 119) for name in names]
        for name in names:
            self._queue(f"ch_{name}", f"pi_{name}", "119.00", f"in_{name}")
        statements = self._statements(self._drain)
        self.assertEqual({i.payment_state for i in invoices}, {"paid"})
        return statements

    def _odoo(self, prefix: str, count: int) -> int:
        """The same documents by Odoo alone, with the same user."""
        invoices = [self._invoice(f"in_{prefix}{n}", 119) for n in range(count)]
        work = self.connector._work_env()
        lines = work["account.move.line"]

        def book():
            with work.cr.savepoint():
                payments = work["account.payment"].create(
                    [
                        {
                            "payment_type": "inbound",
                            "partner_type": "customer",
                            "partner_id": self.partner.id,
                            "amount": 119,
                            "currency_id": self._currency("EUR").id,
                            "journal_id": self.gateway.id,
                            "date": "2026-02-11",
                            "memo": f"pi_{prefix}{n}",
                        }
                        for n in range(count)
                    ]
                )
                payments.action_post()
                lines._reconcile_plan(
                    [
                        (p.move_id.line_ids | i.with_env(work).line_ids).filtered(
                            lambda x: x.account_id.account_type == "asset_receivable"
                        )
                        for p, i in zip(payments, invoices, strict=True)
                    ]
                )

        statements = self._statements(book)
        self.assertEqual({i.payment_state for i in invoices}, {"paid"})
        return statements

    def test_statements_a_payment(self):
        self._hub("warm", 2)
        self._odoo("cold", 2)
        hub = (self._hub("h", 30) - self._hub("g", 10)) / 20
        odoo = (self._odoo("o", 30) - self._odoo("n", 10)) / 20
        self.assertLessEqual(hub, odoo + self.MARGIN)

    def test_what_is_known_costs_next_to_nothing(self):
        """Further objects of payments that are booked and reconciled."""
        self._hub("h", 20)
        for n in range(20):
            self._queue(f"in_h{n}", f"pi_h{n}", "119.00", f"in_h{n}")
        statements = self._statements(self._drain)
        self.assertLess(statements, 60)
        self.assertEqual(len(self._payments()), 20)
