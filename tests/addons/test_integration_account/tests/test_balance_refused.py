# Copyright 2026 Odoo Integration Suite contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl)
from odoo.tests import tagged

from .settlement_common import SettlementCase


@tagged("post_install", "-at_install")
class TestBalanceRefused(SettlementCase):
    """Each refusal names what, why and what next, and leaves nothing behind."""

    def _refused(self, *args, **values):
        """Feed one that must be refused, beside a sound one that must be booked."""
        number = self.env["integration.event"].search_count([])
        before = self._gateway_moves()
        bad = self._queue_move(f"txn_bad{number}", *args, **values)
        good = self._queue_move(f"txn_good{number}", "fee", "-5.00")
        self._drain()
        self._assert_state(good, "done")
        bad.invalidate_recordset()
        self.assertIn(bad.state, ("review", "quarantine"))
        self.assertFalse(self._line(bad.external_id))
        self.assertFalse(self._effects(bad.external_id))
        new = self._gateway_moves() - before
        self.assertEqual(new.mapped("ref"), [good.external_id])
        return bad

    def _cause(self, event) -> str:
        return self._exception(event).cause

    def test_a_category_nobody_knows(self):
        event = self._refused("lottery", "10.00")
        self.assertEqual((event.state, event.error_class), ("quarantine", "schema"))
        self.assertIn("category", event.error_path or event.error)

    def test_amounts_that_do_not_add_up(self):
        event = self._refused("fee", "-5.00", net=self._money("-4.99"))
        self.assertIn("-5.00 EUR less a fee of 0.00 EUR is not -4.99 EUR", event.error)
        fees = [{"kind": "processing", "amount": self._money("0.99")}]
        event = self._refused("fee", "-5.00", "1.00", fees=fees)
        self.assertIn("parts of the fee do not come to 1.00 EUR", event.error)
        event = self._refused("fee", "-5.00", net=self._money("-5.00", "USD"))
        self.assertIn("different currencies", event.error)

    def test_a_currency_without_a_journal_or_not_active(self):
        event = self._refused("fee", "-5.00", currency="USD")
        self.assertIn("no gateway journal for USD", event.error)
        event = self._refused("fee", "-5.00", currency="XPF")
        self.assertEqual(event.error_class, "mapping")
        self.assertIn("not active", event.error)

    def test_a_tenth_of_a_cent(self):
        event = self._refused("fee", "-5.001")
        self.assertIn("2 decimal places", event.error)

    def test_an_account_that_was_not_chosen(self):
        self.connector._set_state("draft", "")
        self.gateway_row.reserve_account_id = False
        self.connector._set_state("active", "")
        event = self._refused("hold", "-5.00")
        self.assertIn("Reserves account", event.error)
        self.assertIn("Propose", event.hint)

    def test_a_charge_of_another_amount_than_its_payment(self):
        self._pay("pi_1", "pi_1", "119.00")
        event = self._refused("charge", "118.99", "3.75", payment="pi_1")
        self.assertIn("119.00 EUR on the clearing account", event.error)
        self.assertIn("118.99 EUR", event.error)

    def test_a_payment_that_is_not_posted_any_more(self):
        self._pay("pi_1", "pi_1", "119.00")
        payment = self._payments()
        payment.action_draft()
        event = self._refused("charge", "119.00", "3.75", payment="pi_1")
        self.assertIn("not posted", event.error)
        payment.action_post()
        event.action_retry()
        self._drain()
        self._assert_state(event, "done")

    def test_a_payment_that_stands_elsewhere(self):
        other = self._account("101990", "Other outstanding", "asset_current", True)
        payment = self.env["account.payment"].create(
            {
                "payment_type": "inbound",
                "partner_id": self.partner.id,
                "amount": 119,
                "journal_id": self.gateway.id,
            }
        )
        payment.outstanding_account_id = other
        payment.action_post()
        self._bind("payment", "pi_9", payment)
        event = self._refused("charge", "119.00", "3.75", payment="pi_9")
        self.assertIn("Other outstanding", event.error)

    def test_a_refund_that_does_not_say_its_original_amount(self):
        self._pay(
            "ch_1",
            "pi_1",
            "100.00",
            currency="USD",
            settlement=self._money("90.50"),
        )
        event = self._refused("refund", "-45.00", payment="pi_1")
        self.assertIn("payment in USD", event.error)

    def test_a_locked_period_is_held(self):
        self.company.fiscalyear_lock_date = "2026-02-28"
        late = {"occurred_at": "2026-03-02T12:00:00Z"}
        held = self._queue_move("txn_1", "fee", "-5.00")
        good = self._queue_move("txn_2", "fee", "-5.00", **late)
        self._drain()
        self._assert_state(held, "review")
        self._assert_state(good, "done")
        self.assertEqual(held.error_class, "locked_period")
        self.assertFalse(self._line("txn_1"))
        self.company.fiscalyear_lock_date = False
        held.action_retry()
        self._drain()
        self._assert_state(held, "done")
        self.assertEqual(str(self._line("txn_1").move_id.date), "2026-02-12")

    def test_a_payment_that_comes_later(self):
        event = self._move("txn_1", "charge", "119.00", "3.75", payment="pi_1")
        self._assert_state(event, "waiting")
        self.assertEqual(event.waiting_for, "payment:pi_1")
        self._pay("pi_1", "pi_1", "119.00")
        self._drain()
        self._assert_state(event, "done")
        self.assertEqual(self._clearing_balance(), 115.25)
