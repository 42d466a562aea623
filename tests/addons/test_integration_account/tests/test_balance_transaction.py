# Copyright 2026 Odoo Integration Suite contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl)
from odoo.tests import tagged

from .settlement_common import SettlementCase


@tagged("post_install", "-at_install")
class TestBalanceTransaction(SettlementCase):
    """What each kind of movement books, once, gross and fee apart."""

    def test_a_charge_books_its_fee_and_ties_to_its_payment(self):
        event = self._charged(
            fee="3.75",
            fees=[
                {"kind": "processing", "amount": self._money("3.15")},
                {"kind": "tax", "amount": self._money("0.60"), "description": "VAT"},
            ],
        )
        self._assert_state(event, "done")
        line = self._line("txn_pi_1")
        self.assertEqual(line.state, "booked")
        self.assertEqual((line.amount, line.fee, line.net), (119, 3.75, 115.25))
        self.assertEqual(
            (str(line.date), str(line.available_on)), ("2026-02-12", "2026-02-19")
        )
        payment = self._payments()
        self.assertEqual(
            (line.payment_model, line.payment_res_id), ("account.payment", payment.id)
        )
        self.assertEqual(line.partner_id, self.partner)
        self.assertEqual(
            self._booked("txn_pi_1"),
            [("Clearing EUR", -3.75), ("Gateway fees", 3.15), ("Tax on fees", 0.6)],
        )
        move = line.move_id
        self.assertEqual(
            (move.state, move.ref, str(move.date)), ("posted", "txn_pi_1", "2026-02-12")
        )
        self.assertEqual(move.journal_id, self.gateway)
        self.assertEqual(self._clearing_balance(), 115.25)
        clearing = line._clearing_lines()
        self.assertEqual(sorted(clearing.mapped("balance")), [-3.75, 119])
        log = self._logs(event)
        self.assertEqual(log.operation, "post")
        self.assertEqual(len(log.diff["ledger"]["rows"]), 3)
