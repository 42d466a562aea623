# Copyright 2026 Odoo Integration Suite contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl)
from datetime import date
from unittest.mock import patch

from odoo.tests import tagged

from odoo.addons.integration_core.messages import Page
from odoo.addons.test_integration_core.tests.common import SYSTEM

from .payout_common import PayoutCase

ENTITY = "balance_transaction"


@tagged("post_install", "-at_install")
class TestPayoutCurrency(PayoutCase):
    """A balance in dollars in a company in euro: one dollar is 0.90, later 0.80."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.connector._set_state("draft", "")
        cls.dollars = cls._gateway_in("USD")
        cls.connector._set_state("active", "")
        cls.clearing_usd = cls.dollars.clearing_account_id
        cls.transit = cls.accounts["transit_account_id"]
        cls.bank_usd = cls.env["account.journal"].create(
            {
                "name": "Dollar bank",
                "code": "HBD",
                "type": "bank",
                "currency_id": cls._currency("USD").id,
            }
        )
        cls.env["res.currency.rate"].create(
            {
                "currency_id": cls._currency("USD").id,
                "company_id": cls.company.id,
                "name": "2026-02-20",
                "inverse_company_rate": 0.8,
            }
        )

    def _tied_dollars(self):
        self._charged("pi_1", "100.00", "3.00", "USD")
        payout = self._payout(amount="97.00", names=["txn_pi_1"], currency="USD")
        self._left(amount="-97.00", currency="USD")
        return self._fresh(payout)

    def test_the_exchange_difference_is_odoos(self):
        payout = self._tied_dollars()
        self._assert_tie(payout, "tied")
        self.assertEqual(payout.amount_company, 77.6)
        # 97 dollars came in at 0.90 and left at 0.80.
        self.assertEqual(self._on(self.clearing_usd), 0)
        self.assertEqual(self._open_on(self.clearing_usd), 0)
        lines = (payout.line_ids | payout.payout_line_ids)._clearing_lines()
        made = (lines.matched_debit_ids | lines.matched_credit_ids).exchange_move_id
        lost = made.line_ids.filtered(lambda x: x.account_id != self.clearing_usd)
        self.assertEqual(round(sum(lost.mapped("balance")), 2), 9.7)
        self._shown(97, journal_id=self.bank_usd.id)
        self._look_after()
        self._assert_tie(payout, "bank")
        self.assertEqual(self._on(self.transit), 0)

    def test_a_difference_in_a_locked_period_is_asked_for(self):
        self._charged("pi_1", "100.00", "3.00", "USD")
        payout = self._payout(amount="97.00", names=["txn_pi_1"], currency="USD")
        self._left(amount="-97.00", currency="USD")
        lines = (payout.line_ids | payout.payout_line_ids)._clearing_lines()
        lines.remove_move_reconcile()
        self.company.fiscalyear_lock_date = "2026-02-28"
        payout.action_tie()
        self._assert_tie(payout, "open", "locked")
        self.assertFalse(any(lines.mapped("reconciled")))
        self.company.currency_exchange_journal_id.integration_period_policy = "note"
        payout.action_tie()
        self._assert_tie(payout, "tied")
        shifted = self.env["integration.shifted.document"].search(
            [("entity", "=", "payout"), ("connector_id", "=", self.connector.id)]
        )
        self.assertEqual(set(shifted.mapped("state")), {"booked"})

    def test_what_was_taken_by_hand_stays_where_its_difference_is_locked(self):
        """A list would take it back, and Odoo its difference of a locked month."""
        self._charged("pi_1", "97.00", "0.00", "USD", available_on="2026-02-14")
        self._charged("pi_2", "97.00", "0.00", "USD", available_on="2026-02-15")
        by_hand = self._payout("po_h", "97.00", None, currency="USD")
        self._left("po_h", "-97.00", currency="USD")
        self._assert_tie(by_hand, "tied")
        listed = ("po_2", "97.00", ["txn_pi_1"])
        self._payout(*listed, currency="USD", complete=False)
        self._left("po_2", "-97.00", currency="USD")
        taken = (by_hand.payout_line_ids | self._line("txn_pi_1"))._clearing_lines()
        guess = taken.matched_debit_ids
        difference = guess.exchange_move_id
        self.assertTrue(difference)
        self.company.fiscalyear_lock_date = "2026-02-28"
        second = self._payout(*listed, currency="USD", at=200)
        self._assert_tie(second, "open", "locked", -97.0)
        self.assertEqual(taken.matched_debit_ids, guess)
        self.assertFalse(difference.reversal_move_ids)
        self.assertIn("locked", second.notice["why"])
        self.company.currency_exchange_journal_id.integration_period_policy = "note"
        second.action_tie()
        self._assert_tie(second, "tied")
        back = difference.reversal_move_ids
        self.assertEqual(back.date, date(2026, 3, 31))
        shifted = self.env["integration.shifted.document"].search(
            [("connector_id", "=", self.connector.id)]
        )
        self.assertIn(back.id, shifted.mapped("res_id"))

    def test_a_bank_that_converted_the_money(self):
        """The euro bank shows 78.50: a person says that it is those 97 dollars."""
        payout = self._tied_dollars()
        line = self._shown(78.5)
        self._look_after()
        self._assert_tie(payout, "tied")
        wizard = self.env["integration.settlement.bank"]
        wizard = wizard.create({"settlement_id": payout.id, "bank_line_id": line.id})
        wizard.action_apply()
        self._assert_tie(payout, "bank")
        self.assertEqual(self._on(self.transit), 0)
        self.assertTrue(line.is_reconciled)
        self.assertEqual((line.amount, line.amount_currency), (78.5, 97))
        # Compared is what the payout was, not what the bank made of it.
        check = self.env["integration.reconciliation.check.payout_bank"]
        run = self.env["integration.reconciliation"].new(
            {
                "connector_id": self.connector.id,
                "date_from": "2026-02-28",
                "date_to": "2026-02-28",
            }
        )
        (here,), (there,) = check._here(run), check._there(run)
        self.assertEqual((here.amount, here.currency), (97, "USD"))
        self.assertEqual(here.amount, there.amount)

    # === OLDER THAN THE BOOKS === #

    def test_what_is_older_than_the_books_needs_the_opening_balance(self):
        self.connector.sudo().start_date = "2026-02-18"
        self._move("txn_old", "fee", "50.00", occurred_at="2026-02-12T12:00:00Z")
        self._move("txn_new", "fee", "-10.00", occurred_at="2026-02-19T12:00:00Z")
        self.assertEqual(self._line("txn_old").state, "opening")
        payout = self._payout(amount="40.00", names=["txn_old", "txn_new"])
        self._left(amount="-40.00")
        self._assert_tie(payout, "open", "start", -50.0)
        opening = self.env["account.move"].create(
            {
                "journal_id": self.gateway.id,
                "date": "2026-02-18",
                "line_ids": [
                    (0, 0, {"account_id": self.clearing.id, "debit": 50}),
                    (0, 0, {"account_id": self.income.id, "credit": 50}),
                ],
            }
        )
        opening.action_post()
        line = opening.line_ids.filtered(lambda x: x.account_id == self.clearing)
        settlements = self.registry["integration.settlement"]
        with patch.object(settlements, "_opening_lines", lambda *args: line):
            payout.action_tie()
        self._assert_tie(payout, "tied")
        self.assertEqual(self._open_on(self.clearing), 0)

    # === READING WHAT IS MISSING === #

    def _jobs(self, payout):
        return self.env["queue.job"].search(
            [("identity_key", "=", f"integration.payout:{payout.id}")]
        )

    def test_what_is_missing_is_read_in_one_job(self):
        self._pay("pi_1", "pi_1", "119.00")
        record = self._paid_out(names=["txn_pi_1", "txn_po_1"])
        self._feed("po_1", record, entity="payout")
        payout = self._row("po_1")
        self.assertEqual(len(self._jobs(payout)), 1)
        self._feed("po_1", dict(record, status="paid"), 200, entity="payout")
        self.assertEqual(len(self._jobs(payout)), 1)
        moves = [
            ("txn_pi_1", self._moved("charge", "119.00", "3.75", payment="pi_1")),
            ("txn_po_1", self._moved("payout", "-115.25", payout="po_1")),
        ]
        pages = [
            (name, {"at": "2026-02-20T08:00:00Z", "record": move})
            for name, move in moves
        ]
        asked = []

        def page_of(_self, connector, entity, owner, owner_id, cursor, limit):
            asked.append((entity, owner, owner_id, cursor, limit))
            return Page(pages, "", "1")

        adapter = self.registry[f"integration.adapter.{SYSTEM}"]
        flow = "odoo.addons.integration_core.models.flow.flow_append"
        load = "odoo.addons.integration_core.models.flow.flow_load"
        with (
            patch.object(adapter, "_parts", frozenset({(ENTITY, "payout")})),
            patch.object(adapter, "_page_of", page_of),
            patch(f"{flow}.checkpoint", lambda env: env.flush_all()),
            patch(f"{load}.checkpoint", lambda env: env.flush_all()),
        ):
            self.assertEqual(payout._job_read(), "2 read")
            self.assertEqual(payout._job_read(), "nothing is missing")
        self.assertEqual(asked, [(ENTITY, "payout", "po_1", "", 100)])
        self._assert_tie(payout, "tied")
        self.assertEqual(payout.state, "paid")

    def test_what_does_not_come_is_said(self):
        """The system names a transaction and never gives it."""
        payout = self._payout("po_1", "30.00", ["txn_1", "txn_never"])
        self._left("po_1", "-30.00")
        self._move("txn_1", "fee", "20.00")

        def read():
            with patch.object(type(payout), "_read_transactions", lambda *args: 0):
                payout._job_read()

        read()
        self.assertEqual(self._fresh(payout).tie_state, "waiting")
        self.env.cr.execute(
            "UPDATE integration_settlement SET create_date = '2026-01-01' "
            "WHERE id = %s",
            (payout.id,),
        )
        self._fresh(payout)
        read()
        payout._tie()
        self._assert_tie(payout, "open", "missing")
        self.assertIn("do not come: 1", payout.notice["why"])
        self._move("txn_never", "fee", "10.00")
        self._assert_tie(payout, "tied")

    # === WHAT IT COSTS === #

    def test_statements_do_not_grow_with_the_transactions(self):
        """Tying out what is tied out: the hourly run over a month of payouts."""
        names = []
        for number in range(12):
            name = f"txn_{number}"
            self._queue_move(name, "fee", "10.00" if number % 2 else "-2.00")
            names.append(name)
        self._drain()
        payout = self._payout("po_1", "48.00", names)
        self._left("po_1", "-48.00")
        self._assert_tie(payout, "tied")
        self._move("txn_a", "fee", "9.00")
        small = self._payout("po_2", "9.00", ["txn_a"])
        self._left("po_2", "-9.00")
        self._assert_tie(small, "tied")

        def cost(record):
            self.env.flush_all()
            self.env.invalidate_all()
            before = self.env.cr.sql_log_count
            record._tie()
            self.env.flush_all()
            return self.env.cr.sql_log_count - before

        cost(small)
        self.assertLessEqual(cost(payout), cost(small) + 2)
