# Copyright 2026 Odoo Integration Suite contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl)
from odoo.tests import tagged

from .refund_common import RefundCase


@tagged("post_install", "-at_install")
class TestRefund(RefundCase):
    """Refunds that come in, and what their money meets in the books."""

    def _money_back(self, external_id="re_1", amount="-30.00", **kw):
        name = kw.pop("name", f"txn_{external_id}")
        category = kw.pop("category", "refund")
        return self._move(
            name, category, amount, payment="pi_1", refund=external_id, **kw
        )

    def test_a_refund_is_a_row_and_books_nothing(self):
        _invoice, payment = self._paid()
        before = len(self._gateway_moves())
        event = self._refund()
        self._assert_state(event, "done")
        refund = self._refund_of()
        self.assertEqual(refund.state, "succeeded")
        self.assertEqual((refund.amount, refund.currency_id.name), (30, "EUR"))
        self.assertEqual(refund._payment(), payment)
        self.assertEqual(refund.partner_id, self.partner)
        self.assertEqual(refund.name, payment.display_name)
        self.assertEqual(str(refund.requested_at), "2026-02-13 09:00:00")
        self.assertTrue(refund.needs_credit_note)
        self.assertFalse(refund.requested_by)
        self.assertEqual(len(self._gateway_moves()), before)
        # The same again is one row; another message of it only moves its state.
        self._assert_state(self._refund(at=150), "skipped", "no_change")
        self.assertEqual(len(self._refund_of()), 1)

    def test_a_second_connector_to_the_account(self):
        """What both hear of was given back once."""
        self.connector.account_ref = "acct_1"
        _invoice, payment = self._paid()
        self._refund(status="pending")
        twin = self._twin("payment", "refund", "dispute")
        heard = self._feed(
            "pi_1", self._record("pi_1", "119.00"), entity="payment", connector=twin
        )
        self._assert_state(heard, "done")
        record = self._about("pi_1", "30.00", "succeeded")
        event = self._feed("re_1", record, 200, entity="refund", connector=twin)
        self._assert_state(event, "done")
        self.assertEqual(
            (event.res_id, len(self._refund_of())), (self._refund_of().id, 1)
        )
        self.assertEqual(self._refund_of().state, "succeeded")
        self.assertEqual(payment._integration_refundable(), 89)
        self._dispute("needs_response", amount="20.00")
        record = self._about("pi_1", "20.00", "needs_response", reason="fraudulent")
        self._feed("dp_1", record, 200, entity="dispute", connector=twin)
        self.assertEqual(len(self._dispute_of()), 1)
        self.assertEqual(payment._integration_refundable(), 69)

    def test_money_first_then_the_credit_note(self):
        invoice, _payment = self._paid()
        self._refund()
        self._assert_state(self._money_back(), "done")
        refund = self._refund_of()
        legs = refund._legs("refund")
        self.assertEqual([(leg.balance, leg.reconciled) for leg in legs], [(30, False)])
        self.assertTrue(refund.needs_credit_note)
        self.assertEqual(self._clearing_balance(), 89)
        note = self._note(invoice, 30)
        self.assertEqual(note.payment_state, "not_paid")
        env = self.connector._work_env()
        env["integration.refund"]._claim_credit_notes(
            self.connector,
            [{"refund": "re_1", "move": note.with_env(env), "event_id": False}],
        )
        self.assertEqual(refund.credit_note_id, note)
        self.assertEqual(note.amount_residual, 0)
        self.assertTrue(legs.reconciled)
        self.assertFalse(refund.needs_credit_note)
        # Told twice, nothing more happens.
        env["integration.refund"]._claim_credit_notes(
            self.connector,
            [{"refund": "re_1", "move": note.with_env(env), "event_id": False}],
        )
        self.assertEqual(len(note.line_ids.matched_debit_ids), 1)

    def test_the_credit_note_first_then_the_money(self):
        invoice, _payment = self._paid()
        note = self._note(invoice, 50)
        env = self.connector._work_env()
        env["integration.refund"]._claim_credit_notes(
            self.connector, [{"refund": "re_1", "move": note, "event_id": False}]
        )
        self._refund()
        refund = self._refund_of()
        self.assertEqual(refund.credit_note_id, note)
        self.assertEqual(note.amount_residual, 50)
        self._assert_state(self._money_back(), "done")
        self.assertEqual(note.amount_residual, 20)
        self.assertFalse(refund.needs_credit_note)
        # The rest of the credit note with a second refund.
        env["integration.refund"]._claim_credit_notes(
            self.connector, [{"refund": "re_2", "move": note, "event_id": False}]
        )
        self._refund("re_2", amount="20.00")
        self._money_back("re_2", "-20.00")
        self.assertEqual(note.amount_residual, 0)

    def test_a_refund_that_fails_later_opens_the_account_again(self):
        invoice, _payment = self._paid()
        note = self._note(invoice, 30)
        env = self.connector._work_env()
        refunds = env["integration.refund"]
        refunds._claim_credit_notes(
            self.connector, [{"refund": "re_1", "move": note, "event_id": False}]
        )
        self._refund(at=100)
        self._money_back()
        event = self._refund(
            at=200, status="failed", failure_reason="expired_or_canceled_card"
        )
        self._assert_state(event, "done")
        self._assert_state(
            self._money_back(
                amount="30.00", category="refund_failure", name="txn_back"
            ),
            "done",
        )
        refund = self._refund_of()
        self.assertEqual(refund.state, "failed")
        self.assertIn("expired", refund.failure_reason)
        self.assertEqual(refund.activity_ids.user_id, self.connector.user_id)
        back = refund._legs("refund_failure")
        self.assertEqual((back.balance, back.reconciled), (-30, False))
        self.assertEqual(self._clearing_balance(), 119)
        # The next refund of the same credit note meets what came back.
        refunds._claim_credit_notes(
            self.connector, [{"refund": "re_2", "move": note, "event_id": False}]
        )
        self._refund("re_2")
        self._money_back("re_2")
        self.assertTrue(back.reconciled)
        self.assertEqual(self._on(self.receivable), 0)

    def test_a_failed_refund_without_credit_note_meets_itself(self):
        self._paid()
        self._refund(at=100)
        self._money_back()
        self._refund(at=200, status="failed")
        self._money_back(amount="30.00", category="refund_failure", name="txn_back")
        refund = self._refund_of()
        legs = refund._legs("refund") | refund._legs("refund_failure")
        self.assertEqual(legs.mapped("reconciled"), [True, True])
        self.assertFalse(refund.needs_credit_note)
        self.assertEqual(self._clearing_balance(), 119)

    def test_converted_money_goes_back_at_another_rate(self):
        invoice, payment = self._paid(
            amount="100.00", currency="USD", settlement=self._money("91.00")
        )
        self.assertEqual(payment._name, "account.move")
        self._refund(currency="USD")
        self._money_back(
            amount="-26.10", original=self._money("-30.00", "USD"), exchange_rate="0.87"
        )
        refund = self._refund_of()
        self.assertEqual(refund._payment(), payment)
        self.assertEqual(refund._legs("refund").amount_currency, 30)
        note = self._note(invoice, 30)
        env = self.connector._work_env()
        env["integration.refund"]._claim_credit_notes(
            self.connector, [{"refund": "re_1", "move": note, "event_id": False}]
        )
        self.assertEqual(note.amount_residual, 0)
        self.assertTrue(refund._legs("refund").reconciled)
        # 30 USD are 27.00 in the books; Odoo books the difference to 26.10 itself.
        exchange = note.line_ids.matched_debit_ids.exchange_move_id
        self.assertEqual(sum(exchange.line_ids.mapped("debit")), 0.9)
        self.assertEqual(self._clearing_balance(), 64.9)

    def test_another_amount_is_for_a_person(self):
        self._paid()
        self._refund(at=100)
        event = self._refund(at=200, amount="31.00")
        self._assert_state(event, "review")
        self.assertIn("31.00", event.error)
        self.assertEqual(self._refund_of().amount, 30)

    def test_what_cannot_be_a_refund(self):
        self._paid()
        for values, word in (
            ({"currency": "XOF"}, "not active"),
            ({"amount": "1.005"}, "decimal places"),
            ({"amount": "0.00"}, "decimal places"),
        ):
            event = self._refund(f"re_{word}{values}", **values)
            self._assert_state(event, "review")
            self.assertIn(word, event.error)
        # A payment that nobody knows is waited for.
        event = self._refund("re_x", payment="pi_unknown")
        self._assert_state(event, "waiting")
        self.assertFalse(self.env["integration.refund"].search([]))

    def test_what_is_older_than_the_books_is_history(self):
        self.connector._set_state("draft", "")
        self.connector.start_date = "2026-02-14"
        self.connector._set_state("active", "")
        self._assert_state(self._refund(payment="pi_old"), "done")
        refund = self._refund_of()
        self.assertFalse(refund.payment_res_id or refund.needs_credit_note)
        self.assertEqual(refund.name, "re_1")
        event = self._dispute("lost", payment="pi_old")
        self._assert_state(event, "done")
        self.assertFalse(self._dispute_of().notice)
        self._assert_state(self._money_back(), "done")
        self.assertEqual(refund.line_ids.state, "opening")
        self.assertFalse(refund.move_ids or self._gateway_moves())
