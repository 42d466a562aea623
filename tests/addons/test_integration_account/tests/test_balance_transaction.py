# Copyright 2026 Odoo Integration Suite contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl)
from odoo.exceptions import UserError
from odoo.tests import tagged

from odoo.addons.integration_account.categories import OTHER_SIDE
from odoo.addons.integration_account.models.settlement.settlement_line import CATEGORIES

from .settlement_common import SettlementCase

# What is not about a payment: category, amount → the other side and what it gets.
SIMPLE = {
    "fee": ("-5.00", "Gateway fees", 5),
    "tax": ("-0.95", "Tax on fees", 0.95),
    "network_cost": ("-1.10", "Gateway fees", 1.1),
    "payout": ("-100.00", "Payouts in transit", 100),
    "payout_reversal": ("100.00", "Payouts in transit", -100),
    "hold": ("-30.00", "Reserves", 30),
    "release": ("30.00", "Reserves", -30),
    "topup": ("50.00", "Payouts in transit", -50),
    "topup_reversal": ("-50.00", "Payouts in transit", 50),
}


@tagged("post_install", "-at_install")
class TestBalanceTransaction(SettlementCase):
    """What each kind of movement books, once, gross and fee apart."""

    def test_every_category_has_a_place(self):
        self.assertEqual([name for name, _label in CATEGORIES], list(OTHER_SIDE))
        schema = self.env.ref("integration_account.schema_balance_transaction_v1")
        names = schema._document()["properties"]["category"]["enum"]
        self.assertEqual(names, list(OTHER_SIDE))

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
        days = str(line.date), str(line.available_on)
        self.assertEqual(days, ("2026-02-12", "2026-02-19"))
        payment = self._payments()
        tie = line.payment_model, line.payment_res_id
        self.assertEqual(tie, ("account.payment", payment.id))
        self.assertEqual(line.partner_id, self.partner)
        self.assertEqual(
            self._booked("txn_pi_1"),
            [("Clearing EUR", -3.75), ("Gateway fees", 3.15), ("Tax on fees", 0.6)],
        )
        move = line.move_id
        self.assertEqual((move.state, move.ref), ("posted", "txn_pi_1"))
        self.assertEqual(str(move.date), "2026-02-12")
        self.assertEqual(move.journal_id, self.gateway)
        self.assertEqual(self._clearing_balance(), 115.25)
        clearing = line._clearing_lines()
        self.assertEqual(sorted(clearing.mapped("balance")), [-3.75, 119])
        log = self._logs(event)
        self.assertEqual(log.operation, "post")
        self.assertEqual(len(log.diff["ledger"]["rows"]), 3)

    def test_a_charge_without_a_fee_needs_no_entry(self):
        event = self._charged(fee="0.00")
        self._assert_state(event, "done")
        line = self._line("txn_pi_1")
        self.assertEqual((line.state, line.move_id.id), ("booked", False))
        self.assertIn("there is no fee", self._logs(event).message)
        self.assertEqual(line._clearing_lines().mapped("balance"), [119])

    def test_movements_that_are_about_no_payment(self):
        for number, (category, (amount, _name, _sum)) in enumerate(SIMPLE.items()):
            self._queue_move(f"txn_{number}", category, amount)
        self._drain()
        for number, (category, (amount, name, given)) in enumerate(SIMPLE.items()):
            with self.subTest(category):
                line = self._line(f"txn_{number}")
                self.assertEqual((line.category, line.state), (category, "booked"))
                self.assertEqual(
                    self._booked(f"txn_{number}"),
                    sorted([("Clearing EUR", float(amount)), (name, given)]),
                )
                self.assertEqual(
                    line._clearing_lines().mapped("balance"), [float(amount)]
                )

    def test_a_tax_goes_with_the_fees_where_no_account_was_chosen(self):
        self.connector._set_state("draft", "")
        self.gateway_row.fee_tax_account_id = False
        self.connector._set_state("active", "")
        self._move("txn_1", "tax", "-0.95")
        self.assertIn(("Gateway fees", 0.95), self._booked("txn_1"))

    def test_what_goes_back_to_a_customer_stands_on_its_account(self):
        self._charged()
        receivable = self.partner.property_account_receivable_id
        self.assertEqual(self._on(receivable), -119)
        amounts = (
            ("refund", "-40.00", 40),
            ("refund_failure", "40.00", -40),
            ("charge_failure", "-119.00", 119),
        )
        for category, amount, given in amounts:
            with self.subTest(category):
                event = self._move(f"txn_{category}", category, amount, payment="pi_1")
                self._assert_state(event, "done")
                move = self._line(f"txn_{category}").move_id
                line = move.line_ids.filtered(
                    lambda line: line.account_id == receivable
                )
                self.assertEqual(line.balance, given)
                self.assertEqual(move.line_ids.partner_id, self.partner)
        self.assertEqual(self._on(receivable), 0)
        self.assertEqual(self._clearing_balance(), -3.75)

    def test_a_dispute_withholds_and_gives_back(self):
        self._charged()
        self._move("txn_d", "dispute", "-119.00", "20.00", payment="pi_1")
        self.assertEqual(
            self._booked("txn_d"),
            [
                ("Clearing EUR", -119),
                ("Clearing EUR", -20),
                ("Disputes", 119),
                ("Gateway fees", 20),
            ],
        )
        self._move("txn_r", "dispute_reversal", "119.00", "-20.00", payment="pi_1")
        self.assertEqual(self._on(self.accounts["dispute_account_id"]), 0)
        self.assertEqual(self._clearing_balance(), 115.25)
        self.assertEqual(self._on(self.fees), 3.75)

    # === ONCE === #

    def test_the_same_again_books_nothing(self):
        self._charged()
        before = self._gateway_moves()
        record = {"payment": "pi_1", "available_on": "2026-02-20"}
        again = self._move("txn_pi_1", "charge", "119.00", "3.75", at=200, **record)
        self._assert_state(again, "done")
        self.assertEqual(self._gateway_moves(), before)
        self.assertEqual(str(self._line("txn_pi_1").available_on), "2026-02-20")
        self.assertEqual(len(self._effects("txn_pi_1")), 1)

    def test_another_amount_of_a_known_one_is_for_a_person(self):
        self._charged()
        before = self._gateway_moves()
        event = self._move(
            "txn_pi_1", "charge", "119.00", "4.00", at=200, payment="pi_1"
        )
        self._assert_state(event, "review")
        self.assertIn("was taken in with 3.75 EUR", event.error)
        self.assertEqual(self._gateway_moves(), before)

    def test_an_expected_row_is_filled(self):
        row = (
            self.env["integration.settlement.line"]
            .sudo()
            .create(
                {
                    "connector_id": self.connector.id,
                    "company_id": self.company.id,
                    "external_id": "txn_1",
                }
            )
        )
        self.assertEqual(row.state, "expected")
        self._move("txn_1", "payout", "-100.00", source="po_1")
        self.assertEqual((row.state, row.amount), ("booked", -100))
        self.assertEqual(row.source, "po_1")
        self.assertEqual(self._line("txn_1"), row)

    def test_two_connectors_to_one_account_book_it_once(self):
        self.connector.account_ref = "acct_1"
        self._move("txn_1", "fee", "-5.00")
        before = self._gateway_moves()
        other = self._connector("Twin", self.company)
        other.write({"account_ref": "acct_1", "drain_count": 1})
        mapping = self.flows["balance_transaction"].mapping_id
        self._flow("balance_transaction", mapping, other)
        other._set_state("active", "")
        record = self._moved("fee", "-5.00")
        event = self._feed(
            "txn_1", record, entity="balance_transaction", connector=other
        )
        self._assert_state(event, "done")
        self.assertEqual(self._gateway_moves(), before)
        self.assertEqual(event.res_id, self._line("txn_1").id)
        record = self._moved("fee", "-6.00")
        event = self._feed(
            "txn_1", record, 200, entity="balance_transaction", connector=other
        )
        self._assert_state(event, "review")
        self.assertIn("taken in with -5.00 EUR", event.error)

    def test_people_cannot_change_what_the_gateway_said(self):
        self._charged()
        line = self._line("txn_pi_1").with_user(self.operator)
        self.assertEqual(line.fee, 3.75)
        with self.assertRaises(UserError):
            line.with_user(self.manager).write({"fee": 1})

    # === BEFORE THE START === #

    def test_what_is_older_than_the_start_is_in_the_opening_balance(self):
        self.connector._set_state("draft", "")
        self.connector.start_date = "2026-02-12"
        self.connector._set_state("active", "")
        old = {"occurred_at": "2026-02-11T22:00:00Z"}
        event = self._move("txn_1", "refund", "-9.00", payment="pi_gone", **old)
        self._assert_state(event, "done")
        line = self._line("txn_1")
        self.assertEqual((line.state, line.net), ("opening", -9))
        self.assertFalse(line.move_id)
        self.assertFalse(line._clearing_lines())
        self.assertIn("opening balance", self._logs(event).message)
        again = self._move("txn_1", "refund", "-9.00", at=200, description="x", **old)
        self._assert_state(again, "done")
        self.assertFalse(self._gateway_moves())
        event = self._move("txn_2", "refund", "-9.00", payment="pi_gone")
        self._assert_state(event, "waiting")

    # === COMPARE ONLY === #

    def test_compare_only_writes_nothing(self):
        self._pay("pi_1", "pi_1", "119.00")
        before = self._gateway_moves()
        self.flows["balance_transaction"].mode = "shadow"
        event = self._move("txn_1", "charge", "119.00", "3.75", payment="pi_1")
        self._assert_state(event, "skipped", "shadow")
        rows = self._logs(event).diff["ledger"]["rows"]
        self.assertEqual([row["debit"] for row in rows], ["3.75", ""])
        self.assertFalse(self._line("txn_1"))
        self.assertEqual(self._gateway_moves(), before)
        self.assertFalse(self._effects("txn_1"))
