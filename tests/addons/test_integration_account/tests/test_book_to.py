# Copyright 2026 Odoo Integration Suite contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl)
from odoo.exceptions import AccessError, UserError
from odoo.tests import new_test_user, tagged

from .settlement_common import SettlementCase


@tagged("post_install", "-at_install")
class TestBookTo(SettlementCase):
    """Money that no document explains goes where an accountant says."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.accountant = new_test_user(
            cls.env,
            login="book_to_accountant",
            groups="integration_core.group_operator,account.group_account_user",
            company_id=cls.company.id,
            company_ids=[(6, 0, cls.company.ids)],
        )
        cls.other_income = cls._account("450910", "Corrections", "income_other")

    def _answer(self, events, account=None, user=None, **values):
        action = events.with_user(user or self.accountant).action_book_to()
        wizard = (
            self.env[action["res_model"]]
            .with_user(user or self.accountant)
            .with_context(**action["context"])
            .create(
                {
                    "account_id": (account or self.other_income).id,
                    "reason": "See their mail",
                    **values,
                }
            )
        )
        wizard.action_book()
        return wizard

    def test_an_adjustment_waits_for_an_accountant(self):
        event = self._move(
            "txn_1", "adjustment", "7.50", description="Correction of a fee"
        )
        self._assert_state(event, "review")
        self.assertIn("Correction of a fee", event.error)
        self.assertIn("Book to", event.hint)
        self.assertFalse(self._gateway_moves())
        seen = event.with_user(self.accountant)
        self.assertEqual(seen._solution_button()["label"], "Book to…")
        self.assertEqual(seen.action_solve()["res_model"], "integration.book.to")
        with self.assertRaises(AccessError):
            event.with_user(self.operator).action_book_to()
        self._answer(event)
        self._drain()
        self._assert_state(event, "done")
        self.assertEqual(
            self._booked("txn_1"), [("Clearing EUR", 7.5), ("Corrections", -7.5)]
        )
        line = self._line("txn_1")
        self.assertEqual(line.chosen_by, self.accountant)
        self.assertIn("Corrections", line.notice["what"])
        logs = self._logs(event).filtered(lambda log: log.operation == "override")
        self.assertIn("See their mail", logs.message)
        self.assertEqual(logs.actor_id, self.accountant)

    def test_several_at_once_but_not_what_is_booked(self):
        events = self._move("txn_1", "adjustment", "1.00") | self._move(
            "txn_2", "transfer", "-2.00"
        )
        wizard = self._answer(events)
        self.assertIn("Movements: 2", wizard.summary)
        self._drain()
        self.assertEqual(self._on(self.other_income), 1)
        with self.assertRaises(UserError):
            self._answer(events)

    def test_what_cannot_be_the_other_side(self):
        event = self._move("txn_1", "adjustment", "1.00")
        with self.assertRaisesRegex(UserError, "own other side"):
            self._answer(event, self.clearing)
        receivable = self.partner.property_account_receivable_id
        with self.assertRaisesRegex(UserError, "whose account"):
            self._answer(event, receivable)
        with self.assertRaisesRegex(UserError, "Say why"):
            self._answer(event, reason=" ")
        self.assertFalse(self._line("txn_1"))

    def test_a_default_for_adjustments_but_not_for_transfers(self):
        self.connector._set_state("draft", "")
        self.gateway_row.adjustment_account_id = self.other_income
        self.connector._set_state("active", "")
        self._assert_state(self._move("txn_1", "adjustment", "7.50"), "done")
        self._assert_state(self._move("txn_2", "transfer", "-7.50"), "review")
        self.assertEqual(self._on(self.other_income), -7.5)

    def test_a_payment_that_odoo_never_got(self):
        """Of a customer who paid before the start date: the person says who it is."""
        event = self._move("txn_1", "refund", "-40.00", payment="pi_old")
        self._assert_state(event, "waiting")
        event._to_review("Older than the start date.", "Look.")
        labels = [b["label"] for b in event.with_user(self.accountant)._cause_buttons()]
        self.assertIn("Book to…", labels)
        receivable = self.partner.property_account_receivable_id
        self._answer(event, receivable, partner_id=self.partner.id)
        self._drain()
        self._assert_state(event, "done")
        move = self._line("txn_1").move_id
        line = move.line_ids.filtered(lambda line: line.account_id == receivable)
        self.assertEqual((line.balance, line.partner_id), (40, self.partner))
        self.assertEqual(self._clearing_balance(), -40)

    def test_a_payment_that_comes_after_its_money_was_booked(self):
        """The money is in the books once: the payment is for a person."""
        values = {"payment": "pi_1", "source": "pi_1"}
        event = self._move("txn_1", "charge", "119.00", "3.75", **values)
        self._assert_state(event, "waiting")
        self._answer(event)
        self._drain()
        self._assert_state(event, "done")
        self.assertEqual(self._clearing_balance(), 115.25)
        paid = self._pay("pi_1", "pi_1", "119.00")
        self._assert_state(paid, "review")
        self.assertIn("Corrections", paid.error)
        self.assertEqual(self._clearing_balance(), 115.25)

    def test_a_second_charge_of_one_payment(self):
        """The payment stands for one of them; the other is booked by a person."""
        self._assert_state(self._charged("pi_1", "50.00", "1.00"), "done")
        event = self._move("txn_2", "charge", "50.00", "1.00", payment="pi_1")
        self._assert_state(event, "review")
        self.assertIn("txn_pi_1", event.error)
        self.assertEqual(self._clearing_balance(), 49)
        self._answer(event)
        self._drain()
        self._assert_state(event, "done")
        self.assertEqual(self._clearing_balance(), 98)
        self.assertEqual(self._on(self.other_income), -50)

    def test_a_charge_that_does_not_fit_its_payment(self):
        self._pay("pi_1", "pi_1", "119.00")
        event = self._move("txn_1", "charge", "19.00", "1.00", payment="pi_1")
        self._assert_state(event, "review")
        self._answer(event)
        self._drain()
        self._assert_state(event, "done")
        self.assertEqual(self._clearing_balance(), 137)
        self.assertFalse(self._line("txn_1").payment_res_id)
