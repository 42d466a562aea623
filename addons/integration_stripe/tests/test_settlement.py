# Copyright 2026 Odoo Integration Suite contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl)
from odoo.tests.common import tagged

from .settling import SettlingCase


@tagged("post_install", "-at_install")
class TestSettlement(SettlingCase):
    """From Stripe's ledger to Odoo's, without the job runner: the whole path."""

    def test_flow_is_read_on_a_schedule(self):
        """No message tells of balance transactions."""
        self.assertEqual(self.movements.trigger, "schedule")
        self.assertEqual(self.movements.interval_minutes, 15)
        others = self.flows - self.movements
        self.assertEqual(set(others.mapped("trigger")), {"event"})

    def test_a_payout_ends_at_zero(self):
        """Charges, fees, a refund, a dispute that is won, and the payout of it all."""
        first, second = self.sold(10000), self.sold(5000)
        self.hear()
        self.sim.refund(first, 3000)
        dispute = self.sim.dispute(second, 2000)["id"]
        self.sim.close_dispute(dispute, "won")
        payout = self.sim.payout()
        self.sim.complete_payout(payout["id"])
        self.hear()
        self.read_movements()
        self.assertDone()
        self.assertEqual(set(self.lines()), set(self.sim.balance_transactions))
        self.assertEqual(self.cleared(), 0)
        fees = sum(one["fee"] for one in self.sim.balance_transactions.values())
        self.assertEqual(
            self.balance("fee_account_id") + self.balance("fee_tax_account_id"), fees
        )
        self.assertEqual(self.balance("transit_account_id"), payout["amount"])
        self.assertEqual(self.balance("dispute_account_id"), 0)
        settlement = self.record("payout", payout["id"])
        self.assertEqual(settlement.tie_state, "tied")
        self.assertEqual(
            set(settlement.line_ids.mapped("external_id"))
            | set(settlement.payout_line_ids.mapped("external_id")),
            {one["id"] for one in self.sim.payout_transactions(payout["id"])},
        )
        refund = self.record("refund", next(iter(self.sim.refunds)))
        self.assertEqual(refund.state, "succeeded")
        self.assertEqual(len(refund.line_ids), 1)
        self.assertEqual(self.record("dispute", dispute).state, "won")

    def test_twice_is_once(self):
        """Read again, whole: no row, no entry, and no request for what is known."""
        self.sim.refund(self.sold(10000), 3000)
        self.hear()
        self.read_movements()
        moves = self.env["account.move"].search_count([])
        logs = self.env["integration.job.log"].search_count([])
        self.read_movements(whole=True)
        self.assertEqual(self.env["account.move"].search_count([]), moves)
        self.assertEqual(self.env["integration.job.log"].search_count([]), logs)

    def test_only_what_is_new_is_asked_for(self):
        self.sold(10000)
        self.hear()
        self.read_movements()
        self.sim.clock.advance(86400)
        new = self.sold(700)
        self.hear()
        before = len(self.sim.requests)
        self.read_movements()
        asked = [
            one
            for one in self.sim.requests[before:]
            if one["path"] == "/v1/balance_transactions"
        ]
        self.assertEqual(len(asked), 1)
        self.assertIn("created", str(asked[0]))
        self.assertEqual(len(self.lines()), 2)
        self.assertTrue(self.lines(source=new))

    def test_before_their_objects(self):
        """Movements that are read first wait for nothing but what they fetch."""
        charge = self.sold(10000)
        self.sim.refund(charge, 3000)
        self.sim.dispute(charge, 2000)
        later = self.new_events()  # told afterwards, or never
        self.read_movements()
        self.assertEqual(len(self.lines()), 3)
        self.assertEqual(set(r.state for r in self.lines().values()), {"booked"})
        self.assertTrue(self.record("refund", next(iter(self.sim.refunds))))
        self.assertTrue(self.record("dispute", next(iter(self.sim.disputes))))
        self.deliver(*later)
        self.work()
        self.assertDone()
        self.assertEqual(len(self.lines()), 3)

    def test_a_debit_that_fails_after_all(self):
        """The customer owes it again, whatever is told first."""
        for first in ("messages", "movements"):
            with self.subTest(first=first):
                charge = self.sold(5000, method="sepa_debit")
                self.sim.clock.advance(60)
                self.sim.fail_charge(charge)
                if first == "messages":
                    self.hear()
                self.read_movements()
                self.hear()
                self.assertDone("not_final")
                invoice = self.record("invoice", list(self.sim.invoices)[-1])
                rows = self.lines(source=charge).values()
                self.assertEqual({row.state for row in rows}, {"booked"})
                self.assertEqual(
                    {row.category for row in rows}, {"charge", "charge_failure"}
                )
                self.assertEqual(invoice.payment_state, "not_paid")

    def test_unknown_word(self):
        """One strange movement is set aside by name; all others are booked."""
        self.sold(10000)
        self.sim.move_money(-10, "eur", "moon_fee", "moon_landing")
        self.hear()
        self.read_movements()
        self.assertEqual(len(self.lines()), 1)
        (aside,) = self.events("quarantine")
        self.assertEqual(aside.entity, "balance_transaction")
        self.assertIn("moon_landing", aside.error)
        self.assertTrue(aside.hint)

    def test_connect(self):
        """Money for another account of a platform: a person says where it goes."""
        self.sim.move_money(-500, "eur", "transfer", "transfer")
        self.read_movements()
        (waiting,) = self.events("review")
        self.assertEqual(waiting.error_class, "business_rule")
        self.assertTrue(waiting.hint)
        self.assertFalse(self.lines(state="booked"))
