# Copyright 2026 Odoo Integration Suite contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl)
from odoo.exceptions import UserError
from odoo.tests import tagged

from .payout_common import PayoutCase


@tagged("post_install", "-at_install")
class TestPayout(PayoutCase):
    """Each payout comes to 0.00 on the clearing account, in whatever order it came."""

    def test_a_payout_ties_out(self):
        payout = self._tied()
        self._assert_tie(payout, "tied")
        self.assertEqual(
            (payout.total_gross, payout.total_fee, payout.total_net),
            (119, 3.75, 115.25),
        )
        self.assertEqual((payout.difference, payout.count_booked), (0, 1))
        # The button counts what its list shows: the payout's own movement as well.
        shown = self.env["integration.settlement.line"].search_count(
            payout.action_open_lines()["domain"]
        )
        self.assertEqual((payout.transaction_count, shown), (2, 2))
        self.assertEqual(self._open_on(self.clearing), 0)
        lines = (payout.line_ids | payout.payout_line_ids)._clearing_lines()
        self.assertEqual(len(lines.full_reconcile_id), 1)
        self.assertEqual(sorted(lines.mapped("balance")), [-115.25, -3.75, 119])
        self.assertEqual(self._on(self.accounts["transit_account_id"]), 115.25)

    def test_every_order_ends_alike(self):
        """Payout first: its transactions are expected, and fill their rows later."""
        payout = self._payout(names=["txn_pi_1", "txn_fee"], amount="110.25")
        self._assert_tie(payout, "waiting")
        self.assertEqual(payout.count_expected, 2)
        rows = payout.line_ids
        self._assert_state(self._charged(), "done")
        self._move("txn_fee", "fee", "-5.00")
        self._assert_tie(payout, "waiting", False, 110.25)
        self.assertEqual((payout.count_expected, payout.count_booked), (0, 2))
        self._left(amount="-110.25")
        self._assert_tie(payout, "tied")
        self.assertEqual(payout.line_ids - payout.payout_line_ids, rows)
        # Its own transaction first, then the payout, then what it is made of.
        own = self._move("txn_po_2", "payout", "-97.00", payout="po_2")
        self._assert_state(own, "waiting")
        second = self._payout("po_2", "97.00", ["txn_pi_2"])
        self._drain()
        self._assert_state(own, "done")
        self._assert_tie(second, "waiting")
        self._charged("pi_2", "100.00", "3.00")
        self._assert_tie(second, "tied")
        self.assertEqual(self._open_on(self.clearing), 0)

    def test_the_same_payout_again_changes_nothing(self):
        payout = self._tied()
        moves = self._gateway_moves()
        record = self._paid_out(names=["txn_pi_1"], status="paid")
        self._feed("po_1", record, 200, entity="payout")
        self._assert_tie(payout, "tied")
        self.assertEqual(payout.state, "paid")
        self.assertEqual(self._gateway_moves(), moves)
        self.assertEqual(len(self._row("po_1")), 1)

    def test_what_does_not_add_up_is_not_reconciled(self):
        self._charged()
        payout = self._payout(amount="100.00", names=["txn_pi_1"])
        self._left(amount="-100.00")
        self._assert_tie(payout, "open", "sum", 15.25)
        self.assertEqual(payout.difference, -15.25)
        self.assertFalse(self._line("txn_pi_1")._clearing_lines().full_reconcile_id)

    def test_an_entry_that_was_changed_shows(self):
        """A person reversed the fee's entry: the account does not come to zero."""
        self._charged()
        self._line("txn_pi_1").move_id.button_draft()
        payout = self._payout(names=["txn_pi_1"])
        self._left()
        self._assert_tie(payout, "open", "residual", 3.75)
        self._line("txn_pi_1").move_id.action_post()
        payout.action_tie()
        self._assert_tie(payout, "tied")

    def test_a_list_that_is_told_right_later(self):
        """What it named too much is free again, and nobody waits for it."""
        self._charged()
        self._move("txn_fee", "fee", "-5.00")
        wrong = self._payout(names=["txn_pi_1", "txn_fee", "txn_ghost"])
        self._left()
        self._assert_tie(wrong, "waiting")
        other = self._paid_out("po_2", "-5.00", ["txn_fee"])
        refused = self._feed("po_2", other, 100, entity="payout")
        self._assert_state(refused, "review")
        record = self._paid_out(names=["txn_pi_1"])
        told = self._feed("po_1", record, 200, entity="payout")
        self._assert_tie(wrong, "tied")
        self.assertFalse(self._line("txn_ghost"))
        self.assertIn("txn_fee, txn_ghost", self._logs(told).message)
        refused.action_retry()
        self._drain()
        self._assert_state(refused, "done")
        self.assertEqual(self._line("txn_fee").settlement_id, self._row("po_2"))
        # An answer without any list takes nothing away.
        self._feed("po_1", self._paid_out(names=[]), 300, entity="payout")
        self._assert_tie(wrong, "tied")

    def test_a_second_connector_to_the_account(self):
        """What one brought the other finds: it is no second payout."""
        self.connector.account_ref = "acct_1"
        payout = self._payout(names=["txn_pi_1"])
        twin = self._twin("payout", "balance_transaction")
        self.env.invalidate_all()
        record = self._paid_out(names=["txn_pi_1"], status="paid")
        event = self._feed("po_1", record, 200, entity="payout", connector=twin)
        self._assert_state(event, "done")
        self.assertEqual((event.res_id, payout.state), (payout.id, "paid"))
        self._left()
        self._charged()
        self._assert_tie(payout, "tied")
        self._feed("po_1", record, 300, entity="payout", connector=twin)
        self._assert_tie(payout, "tied")
        payouts = self.env["integration.settlement"]
        self.assertEqual(payouts.search([("external_id", "=", "po_1")]), payout)
        lines = self.env["integration.settlement.line"]
        self.assertEqual(lines.search([("state", "=", "expected")]), lines)

    def test_a_list_that_is_not_final_waits(self):
        self._charged()
        payout = self._payout(names=None, automatic=True, complete=False)
        self._left()
        self._assert_tie(payout, "waiting", False, -115.25)
        record = self._paid_out(names=["txn_pi_1"])
        self._feed("po_1", record, 200, entity="payout")
        self._assert_tie(payout, "tied")

    def test_money_taken_from_the_bank(self):
        """Refunds and fees were more than was earned."""
        self._move("txn_fee", "fee", "-30.00")
        payout = self._payout(amount="-30.00", names=["txn_fee"])
        self._left(amount="30.00")
        self._assert_tie(payout, "tied")
        self._shown(-30)
        self._look_after()
        self._assert_tie(payout, "bank")
        self.assertEqual(self._on(self.accounts["transit_account_id"]), 0)

    # === FAILED, CANCELLED === #

    def test_a_failed_payout_goes_out_with_the_next_one(self):
        payout = self._tied()
        responsible = self._person("operator", "payout_responsible")
        self.connector.sudo().user_id = responsible
        record = self._paid_out(
            names=["txn_pi_1"], status="failed", failure_reason="account_closed"
        )
        self._feed("po_1", record, 200, entity="payout")
        self._assert_tie(payout, "waiting")
        self.assertIn("Account_closed.", payout.activity_ids.note)
        self._left(amount="115.25", category="payout_reversal", name="txn_back")
        self._assert_tie(payout, "failed")
        self.assertEqual(self._open_on(self.accounts["transit_account_id"]), 0)
        self.assertEqual(self._open_on(self.clearing), 115.25)
        # Its own transactions stay with it; the money that came back is the next's.
        second = self._payout("po_2", names=["txn_back"])
        self._left("po_2")
        self._assert_tie(second, "tied")
        self._assert_tie(payout, "failed")
        self.assertEqual(self._line("txn_back").settlement_id, second)
        self.assertEqual(self._line("txn_back").payout_id, payout)
        self.assertEqual(self._open_on(self.clearing), 0)
        self.assertEqual(len(payout.activity_ids), 1)

    def test_a_paid_payout_that_fails_later(self):
        """The bank gave it back: its statement shows both."""
        payout = self._tied()
        self._shown(115.25)
        self._look_after()
        self._assert_tie(payout, "bank")
        self._left(amount="115.25", category="payout_reversal", name="txn_back")
        record = self._paid_out(names=["txn_pi_1"], status="failed")
        self._feed("po_1", record, 200, entity="payout")
        self._assert_tie(payout, "failed")
        self._shown(-115.25, date="2026-02-24", text="RETURN DEMO SYSTEM PAYOUT")
        self._look_after()
        self.assertEqual(self._open_on(self.accounts["transit_account_id"]), 0)
        self.assertEqual(self._on(self.accounts["transit_account_id"]), 0)

    def test_a_payout_called_off_before_anything_moved(self):
        payout = self._payout(names=None, status="canceled")
        self._assert_tie(payout, "failed")

    # === BY HAND === #

    def test_by_hand_takes_the_oldest_money(self):
        self._charged("pi_1", "100.00", "3.00", available_on="2026-02-14")
        self._charged("pi_2", "50.00", "2.00", available_on="2026-02-15")
        self._charged("pi_3", "80.00", "2.00", available_on="2026-02-16")
        payout = self._payout(amount="120.00", names=None, method="instant")
        self._left(amount="-120.00")
        self._assert_tie(payout, "tied")
        self.assertEqual((payout.difference, payout.method), (0, "instant"))
        self.assertFalse(self._line("txn_pi_1").settlement_id)
        rest = {
            name: sum(
                self._line(name)._clearing_lines().mapped("amount_residual_currency")
            )
            for name in ("txn_pi_1", "txn_pi_2", "txn_pi_3")
        }
        self.assertEqual(rest, {"txn_pi_1": 0, "txn_pi_2": 25, "txn_pi_3": 78})

    def test_by_hand_of_more_than_is_there(self):
        self._charged()
        payout = self._payout(amount="200.00", names=None)
        self._left(amount="-200.00")
        self._assert_tie(payout, "open", "pool", -84.75)
        self._charged("pi_2", "90.00", "2.00")
        self._assert_tie(payout, "tied")

    def test_by_hand_where_a_schedule_pays_out_too(self):
        """The gateway lists it with its next payout; until then it waits."""
        self._tied("po_0")
        self._charged("pi_2", "100.00", "3.00")
        by_hand = self._payout("po_h", amount="40.00", names=None, method="instant")
        self._left("po_h", "-40.00")
        self._assert_tie(by_hand, "waiting", False, -40.0)
        second = self._payout("po_2", "57.00", ["txn_pi_2", "txn_po_h"])
        self._left("po_2", "-57.00")
        self._assert_tie(second, "tied")
        self.assertEqual(self._open_on(self.clearing), 0)
        self._assert_tie(by_hand, "tied")

    def test_by_hand_that_no_list_will_name(self):
        """The next list is closed without it; or there is no schedule any more."""
        self._tied("po_0")
        self._charged("pi_2", "100.00", "0.00")
        self._charged("pi_3", "50.00", "0.00")
        first = self._payout("po_h", amount="100.00", names=None)
        self._left("po_h", "-100.00")
        self._assert_tie(first, "waiting", False, -100.0)
        later = "2026-02-21T06:00:00Z"
        second = self._payout("po_2", "50.00", ["txn_pi_3"], created_at=later)
        self._left("po_2", "-50.00")
        self._assert_tie(second, "tied")
        self._look_after()
        self._assert_tie(first, "tied")
        self._charged("pi_4", "30.00", "0.00")
        ended = "2026-04-01T06:00:00Z"
        third = self._payout("po_x", amount="30.00", names=None, created_at=ended)
        self._left("po_x", "-30.00", occurred_at=ended)
        self._assert_tie(third, "tied")
        self.assertEqual(self._open_on(self.clearing), 0)

    def test_a_list_takes_back_what_was_taken_by_hand(self):
        """The schedule began later, and its list says what was meant."""
        self._charged("pi_1", "100.00", "3.00", available_on="2026-02-14")
        self._charged("pi_2", "50.00", "0.00", available_on="2026-02-15")
        by_hand = self._payout("po_h", amount="50.00", names=None)
        self._left("po_h", "-50.00")
        self._assert_tie(by_hand, "tied")
        second = self._payout("po_2", "97.00", ["txn_pi_1"])
        self._left("po_2", "-97.00")
        self._assert_tie(second, "tied")
        self.assertEqual(self._open_on(self.clearing), 0)

    def test_two_lists_part_what_was_taken_by_hand(self):
        """One names the payout by hand, a later one the money that it took."""
        self._charged("pi_1", "100.00", "3.00", available_on="2026-02-14")
        by_hand = self._payout("po_h", amount="50.00", names=None)
        self._left("po_h", "-50.00")
        self._assert_tie(by_hand, "tied")
        self._charged("pi_2", "80.00", "0.00", available_on="2026-02-15")
        second = self._payout("po_2", "30.00", ["txn_pi_2", "txn_po_h"])
        self._left("po_2", "-30.00")
        self._assert_tie(second, "tied")
        self._assert_tie(by_hand, "tied")
        third = self._payout("po_3", "97.00", ["txn_pi_1"])
        self._left("po_3", "-97.00")
        self._assert_tie(third, "tied")
        self._assert_tie(by_hand, "tied")
        self.assertEqual(self._open_on(self.clearing), 0)

    # === WHAT IS REFUSED === #

    def test_a_transaction_of_two_payouts(self):
        self._tied()
        record = self._paid_out("po_2", names=["txn_pi_1"])
        event = self._feed("po_2", record, entity="payout")
        self._assert_state(event, "review")
        self.assertIn("paid out with po_1 already", event.error)
        self.assertFalse(self._row("po_2"))

    def test_a_currency_that_is_not_active(self):
        record = self._paid_out(names=[], currency="CHF")
        event = self._feed("po_1", record, entity="payout")
        self._assert_state(event, "review")
        self.assertIn("CHF is not active", event.error)

    def test_an_amount_that_does_not_fit(self):
        record = self._paid_out(names=[], amount="10.005")
        event = self._feed("po_1", record, entity="payout")
        self._assert_state(event, "review")
        self.assertIn("2 decimal places", event.error)

    def test_people_do_not_write_payouts(self):
        payout = self._tied().with_user(self._person("operator", "payout_reader"))
        with self.assertRaises(UserError):
            payout.amount = 1
        payout.message_post(body="Looked at")

    def test_compare_only_writes_nothing(self):
        self.flows["payout"].sudo().mode = "shadow"
        event = self._feed("po_1", self._paid_out(names=["txn_1"]), entity="payout")
        self._assert_state(event, "skipped", "shadow")
        self.assertFalse(self._row("po_1"))
        self.assertFalse(self._line("txn_1"))
        self.assertEqual(self._logs(event).diff["amount"], [None, 115.25])
