# Copyright 2026 Odoo Integration Suite contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl)
from datetime import date, timedelta

from odoo.exceptions import AccessError, UserError
from odoo.tests import tagged

from .reconciliation_common import DAY, ReconciliationCase

START = DAY - timedelta(days=2)


@tagged("post_install", "-at_install")
class TestOpeningBalance(ReconciliationCase):
    """What the gateway held on the start date: read, confirmed, undone."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.connector.sudo().start_date = START
        cls.counter = cls._account("101990", "Gateway until now", "asset_current")
        cls.booker = cls._accountant("booker", "operator")

    def setUp(self):
        super().setUp()
        self.ledger.held["EUR"] += 250  # before the books begin

    def _read(self):
        self.connector.with_user(self.booker).action_opening_balance()
        return self.connector.opening_ids.filtered(lambda o: o.state == "draft")

    def _confirm(self):
        opening = self._read()
        opening.with_user(self.booker).account_id = self.counter
        opening.with_user(self.booker).action_confirm()
        return opening

    def test_read_confirm_and_tie_out(self):
        self._both_charged()
        run = self._compare()
        self.assertEqual(self._named(run), [("balance", "amount", "EUR", -250.00)])
        self.assertEqual(run.line_ids.fix_key, "open_opening")
        opening = self._confirm()
        self.assertEqual(
            (opening.balance_there, opening.moved_since, opening.amount),
            (365.25, 115.25, 250),
        )
        self.assertEqual(opening.moved_count, 1)
        self.assertEqual(
            self._legs(opening.move_id),
            [
                ("Clearing EUR", 250, 250, "EUR"),
                ("Gateway until now", -250, -250, "EUR"),
            ],
        )
        self.assertEqual(opening.move_id.date, START - timedelta(days=1))
        self.assertEqual(opening.confirmed_by, self.booker)
        self._compare(again=run)
        self.assertEqual((run.state, self._named(run)), ("balanced", []))
        # Read once more: what is booked stays, nothing is offered twice.
        self.connector.with_user(self.booker).action_opening_balance()
        self.assertEqual(self.connector.opening_ids, opening)

    def test_undone_by_a_reversal(self):
        opening = self._confirm()
        opening.with_user(self.booker).action_reverse()
        self.assertEqual(opening.state, "reversed")
        self.assertEqual(opening.reversal_id.date, opening.move_id.date)
        self.assertEqual(self._on(self.clearing), 0)
        again = self._confirm()
        self.assertNotEqual(again, opening)
        self.assertEqual(self._on(self.clearing), 250)
        # Neither the entry nor its reversal is a movement that is missing there.
        day = opening.move_id.date
        self.connector.sudo().start_date = day
        run = self._compare(day)
        checks = run.line_ids.mapped("check_name")
        self.assertNotIn("balance_transaction", checks)

    def test_who_may_confirm(self):
        opening = self._read()
        opening.with_user(self.booker).account_id = self.counter
        for person in (self.operator, self.accountant):
            with self.assertRaises(AccessError):
                opening.with_user(person).action_confirm()
        with self.assertRaises(AccessError):
            opening.with_user(self.operator).account_id = self.fees
        with self.assertRaises(UserError):
            opening.with_user(self.booker).amount = 5
        opening.with_user(self.booker).action_confirm()
        with self.assertRaises(UserError):
            opening.with_user(self.booker).account_id = self.fees
        with self.assertRaises(UserError):
            opening.with_user(self.booker).action_confirm()

    def test_nothing_is_booked_unless_all_is_well(self):
        opening = self._read()
        with self.assertRaisesRegex(UserError, "Choose against which account"):
            opening.with_user(self.booker).action_confirm()
        opening.with_user(self.booker).account_id = self.counter
        self.company.sudo().fiscalyear_lock_date = date(2026, 2, 28)
        with self.assertRaisesRegex(UserError, "is locked until"):
            opening.with_user(self.booker).action_confirm()
        self.assertFalse(opening.move_id)
        self.company.sudo().fiscalyear_lock_date = False
        self.ledger.held["EUR"] = 0
        opening = self._read()
        with self.assertRaisesRegex(UserError, "nothing to book"):
            opening.with_user(self.booker).action_confirm()
        self.assertFalse(self._gateway_moves())

    def test_a_balance_below_zero_and_another_currency(self):
        self.connector._set_state("draft", "")
        gateway = self._gateway_in("USD")
        self.connector._set_state("active", "")
        self.ledger.held["EUR"] = -40
        self.ledger.held["USD"] += 100
        openings = self._read()
        openings.with_user(self.booker).write({"account_id": self.counter.id})
        dollars = openings.filtered(lambda o: o.currency_id.name == "USD")
        day = dollars.date
        # Odoo would take the first rate that there is, or 1.
        dollars.with_user(self.booker).date = "1999-12-31"
        with self.assertRaisesRegex(UserError, "no rate of USD"):
            dollars.with_user(self.booker).action_confirm()
        dollars.with_user(self.booker).date = day
        openings.with_user(self.booker).action_confirm()
        legs = {
            opening.currency_id.name: self._legs(opening.move_id)
            for opening in openings
        }
        self.assertEqual(legs["EUR"][0], ("Clearing EUR", -40, -40, "EUR"))
        self.assertEqual(legs["USD"][0], ("Clearing USD", 90, 100, "USD"))
        self.assertEqual(gateway.clearing_account_id.name, "Clearing USD")

    def test_without_a_start_there_is_none(self):
        self.connector.sudo().start_date = False
        with self.assertRaisesRegex(UserError, "no opening balance"):
            self.connector.with_user(self.booker).action_opening_balance()
        with self.assertRaises(UserError):
            self.connector.with_user(self.auditor).action_opening_balance()

    def test_who_may_read_again(self):
        opening = self._read()
        with self.assertRaises(AccessError):
            opening.with_user(self.auditor).action_read()
        self.assertEqual(opening.state, "draft")
        opening.with_user(self.booker).action_read()
        self.assertEqual(opening.state, "dropped")

    def test_history_is_counted_before_it_is_loaded(self):
        for number in range(3):
            self.ledger.add("payment", f"pi_old{number}", "5.00", at=self._later(-30))
        self.ledger.add("payment", "pi_new", "5.00")
        action = self.connector.with_user(self.booker).action_load_history()
        wizard = (
            self.env["integration.history.load"]
            .with_user(self.booker)
            .with_context(**action["context"])
            .create({})
        )
        self.assertIn(self.flows["payment"], wizard.line_ids.flow_id)
        with self.assertRaisesRegex(UserError, "Count first"):
            wizard.action_load()
        wizard.action_count()
        line = wizard.line_ids.filtered(lambda x: x.flow_id == self.flows["payment"])
        self.assertEqual((line.count_text, line.linked), ("3", 0))
        (wizard.line_ids - line).chosen = False
        wizard.action_load()
        self.assertEqual(self.flows["payment"].load_state, "running")
        self.assertNotEqual(self.flows["refund"].load_state, "running")
