# Copyright 2026 Odoo Integration Suite contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl)
from datetime import timedelta
from unittest.mock import patch

from odoo.fields import Command
from odoo.tests import tagged

from odoo.addons.integration_core.engine.errors import PermanentError, SchemaError

from .reconciliation_common import DAY, ReconciliationCase, _method


@tagged("post_install", "-at_install")
class TestReconciliation(ReconciliationCase):
    """Both sides of the money: nothing planted, nothing found; what is planted is
    found, once, and called by its name."""

    def _entry(self, amount: float, account=None, date=DAY):
        """A manual entry on the clearing account, as people make it."""
        other = self.fees
        move = self.env["account.move"].create(
            {
                "move_type": "entry",
                "journal_id": self.gateway.id,
                "date": date,
                "ref": "By hand",
                "line_ids": [
                    Command.create(
                        {
                            "account_id": (account or self.clearing).id,
                            "name": "By hand",
                            "balance": amount,
                        }
                    ),
                    Command.create(
                        {"account_id": other.id, "name": "By hand", "balance": -amount}
                    ),
                ],
            }
        )
        move.action_post()
        return move

    # === NOTHING PLANTED === #

    def test_equal_books_are_balanced(self):
        self._both_charged()
        self._both_charged("pi_2", "50.00", "1.25")
        self._both_moved("txn_fee", "fee", "-5.00")
        self._both_moved("txn_hold", "hold", "-10.00")
        run = self._compare()
        self.assertEqual(self._named(run), [])
        self.assertEqual(run.state, "balanced")
        self.assertEqual(
            self._total(run, "balance_transaction"), (4, 149.00, 4, 149.00)
        )
        self.assertEqual(self._total(run, "payment"), (2, 169.00, 2, 169.00))
        self.assertEqual(self._total(run, "balance"), (1, 149.00, 1, 149.00))
        self.assertEqual((run.open_count, run.runs), (0, 1))
        self.assertEqual(run.tie_label, "Balance against clearing account")
        self.assertFalse(run.tie_differs)

    def test_the_balance_is_that_of_the_end_of_the_day(self):
        """What moved since then is in what is held now, and is taken off."""
        self._both_charged()
        self._both_charged("pi_2", "50.00", "1.25", at=self._later(3))
        run = self._compare()
        self.assertEqual(self._named(run), [])
        self.assertEqual(self._total(run, "balance"), (1, 115.25, 1, 115.25))

    def test_days_without_anything(self):
        run = self._compare()
        self.assertEqual((run.state, self._named(run)), ("balanced", []))

    # === PLANTED === #

    def test_a_movement_that_never_came(self):
        self._both_charged()
        self._there_charged("pi_2", "50.00", "1.25")
        self.ledger.add("balance_transaction", "txn_fee", "-5.00", status="fee")
        run = self._compare()
        self.assertEqual(
            self._named(run),
            [
                ("balance_transaction", "missing_here", "txn_fee", 5.00),
                ("balance_transaction", "missing_here", "txn_pi_2", -48.75),
                ("payment", "missing_here", "pi_2", -50.00),
            ],
        )
        self.assertEqual((run.state, run.open_count), ("differences", 3))
        # The balance differs by exactly what is named: no fourth difference.
        total = run.total_ids.filtered(lambda t: t.check_name == "balance")
        self.assertEqual((total.difference, total.elsewhere), (-43.75, -43.75))

    def test_a_fee_that_is_not_booked_yet(self):
        """The payment is here, its movement is not: only the fee is missing."""
        self._there_charged()
        self._assert_state(
            self._pay("pi_1", "pi_1", "119.00", paid_at="2026-02-12T12:00:00Z"), "done"
        )
        run = self._compare()
        self.assertEqual(
            self._named(run), [("balance_transaction", "fee", "txn_pi_1", 3.75)]
        )
        self.assertEqual(run.line_ids.fee_there, 3.75)

    def test_what_waits_for_a_decision_is_missing(self):
        self._there_charged()
        self._queue("pi_1", "pi_1", "119.00", paid_at="2026-02-12T12:00:00Z")
        event = self.env["integration.event"].search([], order="id desc", limit=1)
        event.sudo().state = "waiting"
        run = self._compare()
        line = run.line_ids.filtered(lambda x: x.check_name == "payment")
        self.assertEqual((line.kind, line.fix_key), ("timing", "open_awaited"))
        event.sudo().received_at = event.received_at - timedelta(hours=2)
        self._compare(again=run)
        line = run.line_ids.filtered(lambda x: x.check_name == "payment")[-1]
        self.assertEqual((line.kind, line.fix_key), ("missing_here", "open_awaited"))

    def test_what_waits_for_something_that_waits_for_a_decision_is_missing(self):
        """At once, also over a third message, and the button leads to the decision."""
        self._there_charged()
        odd = {"name": "Odd", "addresses": [{"type": "odd"}]}
        customer = self._feed("c_odd", odd, entity="customer")
        self.assertTrue(customer.exception_id)
        self._queue("pi_1", "pi_1", "119.00", paid_at="2026-02-12T12:00:00Z")
        events = self.env["integration.event"].sudo()
        payment = events.search([], order="id desc", limit=1)
        payment.write({"state": "waiting", "waiting_for": "customer:c_odd"})
        run = self._compare()
        line = run.line_ids.filtered(lambda x: x.check_name == "payment")
        self.assertEqual((line.kind, line.fix_key), ("missing_here", "open_awaited"))
        self.assertEqual(line.fix_label, "What it waits for…")
        self.assertEqual(line.action_fix()["res_id"], customer.exception_id.id)
        invoice = self._feed("in_1", {"number": "R-1"}, entity="invoice")
        invoice.exception_id.sudo().state = "resolved"
        invoice.sudo().write({"state": "waiting", "waiting_for": "customer:c_odd"})
        payment.waiting_for = "invoice:in_1"
        self._compare(again=run)
        self.assertEqual(line.kind, "missing_here")
        self.assertEqual(line.action_fix()["res_id"], customer.exception_id.id)
        # Decided: from then on it is a matter of time.
        customer.exception_id.sudo().state = "resolved"
        self._compare(again=run)
        kinds = run.line_ids.filtered(lambda x: x.check_name == "payment")
        self.assertEqual(kinds.mapped("kind"), ["missing_here", "timing"])
        self.assertEqual(line.state, "closed")

    def test_what_is_on_its_way_is_a_matter_of_time(self):
        self._there_charged()
        self._queue("pi_1", "pi_1", "119.00", paid_at="2026-02-12T12:00:00Z")
        self._queue_move("txn_pi_1", "charge", "119.00", "3.75", payment="pi_1")
        run = self._compare()
        self.assertEqual(
            self._named(run),
            [
                ("balance_transaction", "timing", "txn_pi_1", -115.25),
                ("payment", "timing", "pi_1", -119.00),
            ],
        )
        self._drain()
        self._compare(again=run)
        self.assertEqual((run.state, self._named(run)), ("balanced", []))
        self.assertEqual(set(run.line_ids.mapped("state")), {"closed"})

    def test_an_entry_that_somebody_undid(self):
        line = self._both_moved("txn_fee", "fee", "-5.00")
        line.move_id.button_draft()
        run = self._compare()
        self.assertEqual(
            self._named(run),
            [("balance_transaction", "missing_here", "txn_fee", 5.00)],
        )
        line.move_id.action_post()
        self._compare(again=run)
        self.assertEqual(run.state, "balanced")

    def test_an_entry_that_somebody_reversed(self):
        line = self._both_moved("txn_fee", "fee", "-5.00")
        reversal = line.move_id._reverse_moves([{"date": DAY}])
        reversal.action_post()
        run = self._compare()
        self.assertEqual(
            self._named(run),
            [
                (
                    "balance_transaction",
                    "missing_there",
                    f"account.move,{reversal.id}",
                    5.00,
                )
            ],
        )

    def test_an_amount_that_somebody_changed(self):
        line = self._both_moved("txn_hold", "hold", "-10.00")
        move = line.move_id
        move.button_draft()
        for item in move.line_ids:
            item.with_context(check_move_validity=False).balance = (
                12.0 if item.balance > 0 else -12.0
            )
        move.action_post()
        run = self._compare()
        self.assertEqual(
            self._named(run),
            [("balance_transaction", "amount", "txn_hold", -2.00)],
        )
        self.assertEqual(
            (run.line_ids.amount_there, run.line_ids.amount_here), (-10, -12)
        )

    def test_a_fee_that_somebody_changed(self):
        line = self._both_charged()
        move = line.move_id
        move.button_draft()
        for item in move.line_ids:
            item.with_context(check_move_validity=False).balance = (
                4.0 if item.balance > 0 else -4.0
            )
        move.action_post()
        run = self._compare()
        self.assertEqual(
            self._named(run), [("balance_transaction", "fee", "txn_pi_1", -0.25)]
        )

    def test_an_entry_by_hand_on_the_clearing_account(self):
        self._both_charged()
        move = self._entry(7.77)
        run = self._compare()
        self.assertEqual(
            self._named(run),
            [("balance_transaction", "missing_there", f"account.move,{move.id}", 7.77)],
        )
        self.assertEqual(
            (run.line_ids.model, run.line_ids.res_id), ("account.move", move.id)
        )

    def test_a_balance_that_nothing_explains(self):
        """Money that no movement names, and nothing in the books stands for."""
        self._both_charged()
        self.ledger.held["EUR"] += 3
        run = self._compare()
        self.assertEqual(self._named(run), [("balance", "amount", "EUR", -3.00)])

    def test_a_payment_that_is_gone_there(self):
        self._both_charged()
        self.ledger.drop("payment", "pi_1")
        run = self._compare()
        self.assertEqual(
            self._named(run), [("payment", "missing_there", "pi_1", 119.00)]
        )

    def test_a_locked_day_is_another_day_on_both_runs(self):
        """Booked two days later: two days differ, both together do not."""
        self.ledger.add("balance_transaction", "txn_fee", "-5.00", status="fee")
        self.gateway.integration_period_policy = "note"
        self.company.sudo().fiscalyear_lock_date = "2026-02-28"
        event = self._move(
            "txn_fee", "fee", "-5.00", occurred_at="2026-02-12T12:00:00Z"
        )
        self._assert_state(event, "done")
        booked = self._line("txn_fee").move_id.date
        self.assertGreater(booked, DAY)
        first = self._compare()
        self.assertEqual(
            self._named(first), [("balance_transaction", "timing", "txn_fee", 5.00)]
        )
        second = self._compare(booked)
        self.assertEqual(
            self._named(second), [("balance_transaction", "timing", "txn_fee", -5.00)]
        )
        both = self._compare(DAY, booked, "period")
        self.assertEqual(self._named(both), [])

    def test_an_entry_that_was_moved_out_of_the_days(self):
        """The days differ by it, the balance at their end does not."""
        line = self._both_moved("txn_fee", "fee", "-5.00")
        move = line.move_id
        move.button_draft()
        move.date = DAY.replace(day=9)
        move.action_post()
        run = self._compare(DAY.replace(day=11), DAY, "period")
        self.assertEqual(
            self._named(run), [("balance_transaction", "timing", "txn_fee", 5.00)]
        )

    def test_a_payment_that_the_gateway_has_not_settled_yet(self):
        """Received and booked; its movement, with the fee, is made hours later."""
        event = self._pay("pi_1", "pi_1", "119.00", paid_at="2026-02-12T12:00:00Z")
        self._assert_state(event, "done")
        move = self._payments().move_id
        run = self._compare()
        self.assertEqual(
            self._named(run),
            [
                ("balance_transaction", "timing", f"account.move,{move.id}", 119.00),
                ("payment", "timing", "pi_1", 119.00),
            ],
        )

    def test_what_an_earlier_start_has_read_is_given_up(self):
        """Started again while both sides are read: only the second start counts."""
        self._both_charged()
        run = self.connector._start_reconciliation(DAY, DAY)
        page, turns = self.ledger.page, []

        def started_again(*args):
            if not turns:
                turns.append(run.turn)
                run._compare_again()
            return page(*args)

        method = _method(started_again)
        with patch.object(self.adapter, "_control", method):
            check = next(c for c in run._checks() if c._check == "balance_transaction")
            self.assertIsNone(run.sudo()._do(check, run.turn))
        self.assertFalse(run.total_ids)
        self.assertEqual(run.turn, turns[0] + 1)
        self.assertFalse(run.done_checks)
        run._compare_all()
        self.assertEqual(run.state, "balanced")

    def test_what_the_key_may_not_read_is_not_called_equal(self):
        """A refusal ends the comparison; what was open is not gone by it. A system that
        has no such list at all leaves the check out, and says so."""
        self._both_charged()
        self.ledger.add("balance_transaction", "txn_fee", "-5.00", status="fee")
        run = self._compare()
        named = self._named(run)
        refused = PermanentError("The API key lacks the permission “Balance: read”.")
        with patch.object(self.adapter, "_control", side_effect=refused, create=True):
            self._compare(again=run)
        self.assertEqual((run.state, self._named(run)), ("failed", named))
        self.assertIn("lacks the permission", run.message)
        self.assertFalse(run.with_user(self.accountant).may_sign)
        with patch.object(self.adapter, "_can_balance", False):
            self._compare(again=run)
        self.assertEqual((run.state, self._named(run)), ("differences", named))
        self.assertIn("does not say what it holds", run.done_checks["balance"])

    def test_a_check_that_fails_does_not_hide_the_others(self):
        """One refund that cannot be read: the balance is compared all the same."""
        self._both_charged()
        self.ledger.add("balance_transaction", "txn_fee", "-5.00", status="fee")
        page, odd = self.ledger.page, SchemaError("A refund has no amount.")

        def refuses(adapter, connector, entity, *args):
            if entity == "refund":
                raise odd
            return page(adapter, connector, entity, *args)

        with patch.object(self.adapter, "_control", _method(refuses)):
            run = self._compare()
        self.assertEqual(run.state, "failed")
        self.assertEqual(run.message, "Refunds: A refund has no amount.")
        self.assertEqual(
            self._named(run),
            [("balance_transaction", "missing_here", "txn_fee", 5.00)],
        )
        self.assertEqual(self._total(run, "balance"), (1, 110.25, 1, 115.25))
        row = next(row for row in run.sides["rows"] if row["key"] == "out:refund")
        self.assertEqual(row["status"], "problem")
        self.assertFalse(run.with_user(self.accountant).may_sign)
        self.assertEqual(run.activity_ids.user_id, self.manager)
        self._compare(again=run)
        self.assertEqual((run.state, run.failed_checks), ("differences", False))

    def test_started_again_it_does_not_wait_for_its_time(self):
        run = self.connector._start_reconciliation(DAY, DAY)
        jobs = self.env["queue.job"].search([("method_name", "=", "_job_run")])
        jobs.unlink()
        run.sudo()._compare_again(60)
        job = self.env["queue.job"].search([("method_name", "=", "_job_run")])
        self.assertTrue(job.eta)
        run.sudo()._compare_again()
        job.invalidate_recordset()
        self.assertFalse(job.exists().eta)

    def test_the_cost_does_not_grow_with_the_movements(self):
        counts = []
        for number in range(2):
            for n in range(2 + 2 * number):
                self._both_charged(f"pi_{number}_{n}")
            run = self._compare()
            self.env.flush_all()
            check = self.env["integration.reconciliation.check"]._for(
                "balance_transaction"
            )
            self.env.invalidate_all()
            start = self.env.cr.sql_log_count
            check._here(run)
            counts.append(self.env.cr.sql_log_count - start)
        self.assertLessEqual(counts[1], counts[0], counts)
