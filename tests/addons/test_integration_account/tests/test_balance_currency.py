# Copyright 2026 Odoo Integration Suite contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl)
from odoo.tests import tagged

from .settlement_common import SettlementCase


@tagged("post_install", "-at_install")
class TestBalanceCurrency(SettlementCase):
    """Money that the gateway converts, and balances in other currencies (company: EUR).

    One dollar is 0.90 euro in Odoo.
    """

    def test_a_refund_of_converted_money_goes_back_at_the_rate_of_its_day(self):
        invoice = self._invoice("in_1", 100, "USD")
        self._pay(
            "ch_1",
            "pi_1",
            "100.00",
            "in_1",
            currency="USD",
            settlement=self._money("90.50"),
        )
        charge = self._move(
            "txn_1",
            "charge",
            "90.50",
            "2.90",
            payment="pi_1",
            original=self._money("100.00", "USD"),
            exchange_rate="0.905",
        )
        self._assert_state(charge, "done")
        self.assertEqual(invoice.payment_state, "paid")
        line = self._line("txn_1")
        self.assertEqual((line.original_amount, line.exchange_rate), (100, "0.905"))
        self.assertEqual(line.original_currency_id.name, "USD")
        self.assertEqual(sorted(line._clearing_lines().mapped("balance")), [-2.9, 90.5])
        refund = self._move(
            "txn_2",
            "refund",
            "-44.75",
            payment="pi_1",
            original=self._money("-50.00", "USD"),
        )
        self._assert_state(refund, "done")
        move = self._line("txn_2").move_id
        self.assertEqual(
            sorted(leg[1:] for leg in self._legs(move)),
            [(-44.75, -44.75, "EUR"), (44.75, 50, "USD")],
        )
        self.assertEqual(self._clearing_balance(), 42.85)

    def test_odoo_books_the_exchange_difference_when_both_meet(self):
        self._pay(
            "ch_1",
            "pi_1",
            "100.00",
            currency="USD",
            settlement=self._money("90.50"),
        )
        self._move(
            "txn_2",
            "refund",
            "-89.00",
            payment="pi_1",
            original=self._money("-100.00", "USD"),
        )
        receivable = self.partner.property_account_receivable_id
        lines = self.env["account.move.line"].search(
            [("account_id", "=", receivable.id), ("reconciled", "=", False)]
        )
        self.assertEqual(sum(lines.mapped("amount_currency")), 0)
        lines.reconcile()
        self.assertEqual(self._on(receivable), 0)
        difference = lines.matched_debit_ids.exchange_move_id
        self.assertEqual(max(difference.line_ids.mapped("balance")), 1.5)
        self.assertEqual(self._clearing_balance(), 1.5)

    def test_a_balance_in_dollars(self):
        gateway = self._gateway_in("USD")
        clearing = gateway.clearing_account_id
        self._charged("pi_1", "100.00", "3.20", "USD")
        line = self._line("txn_pi_1")
        self.assertEqual(
            self._legs(line.move_id),
            [
                ("Clearing USD", -2.88, -3.2, "USD"),
                ("Gateway fees", 2.88, 3.2, "USD"),
            ],
        )
        self.assertEqual(line.move_id.journal_id, gateway.journal_id)
        self.env["res.currency.rate"].create(
            {
                "currency_id": self._currency("USD").id,
                "company_id": self.company.id,
                "name": "2026-02-20",
                "inverse_company_rate": 0.95,
            }
        )
        self._move(
            "txn_po",
            "payout",
            "-96.80",
            currency="USD",
            occurred_at="2026-02-20T12:00:00Z",
        )
        lines = (line | self._line("txn_po"))._clearing_lines()
        self.assertEqual(len(lines), 3)
        self.assertEqual(round(sum(lines.mapped("amount_currency")), 2), 0)
        self.assertNotEqual(self._on(clearing), 0)
        lines.reconcile()
        self.assertEqual(lines.mapped("amount_residual_currency"), [0, 0, 0])
        self.assertEqual(self._on(clearing), 0)

    def test_money_of_the_company_converted_to_another_balance(self):
        """Paid in euro, settled in dollars: the customer's side stays exact."""
        gateway = self._gateway_in("USD")
        self.connector._set_state("draft", "")
        self.gateway_row.unlink()
        self.connector._set_state("active", "")
        invoice = self._invoice("in_1", 100)
        self._pay(
            "ch_1",
            "pi_1",
            "100.00",
            "in_1",
            settlement=self._money("108.34", "USD"),
        )
        self.assertEqual(invoice.payment_state, "paid")
        self._move(
            "txn_1",
            "charge",
            "108.34",
            "3.44",
            "USD",
            payment="pi_1",
            original=self._money("100.00"),
        )
        self._move(
            "txn_2",
            "refund",
            "-54.00",
            currency="USD",
            payment="pi_1",
            original=self._money("-50.00"),
        )
        receivable = self.partner.property_account_receivable_id
        self.assertEqual(self._on(receivable), 50)
        clearing = self.env["account.move.line"].search(
            [("account_id", "=", gateway.clearing_account_id.id)]
        )
        held = round(sum(clearing.mapped("amount_currency")), 2)
        self.assertEqual(held, 50.9)

    def test_no_rate_is_no_entry(self):
        self._gateway_in("CHF")
        self.env["res.currency.rate"].search(
            [("currency_id", "=", self._currency("CHF").id)]
        ).unlink()
        event = self._move("txn_1", "fee", "-5.00", currency="CHF")
        self._assert_state(event, "review")
        self.assertIn("no rate of CHF", event.error)
        self.assertFalse(self._gateway_moves())
