# Copyright 2026 Odoo Integration Suite contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl)
from odoo.tests import tagged

from .refund_common import RefundCase

CLOSED_AT = "2026-03-02T10:00:00Z"


@tagged("post_install", "-at_install")
class TestDispute(RefundCase):
    """What a dispute does to the books: withheld, given back, or lost."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.withheld = cls.accounts["dispute_account_id"]
        cls.losses = cls.accounts["chargeback_account_id"]

    def _withdrawn(self, amount="-119.00", fee="15.00", **kw):
        name = kw.pop("name", "txn_dp")
        return self._move(
            name,
            kw.pop("category", "dispute"),
            amount,
            fee,
            payment="pi_1",
            dispute="dp_1",
            **kw,
        )

    def _reinstated(self, amount="119.00", fee="0.00", **kw):
        return self._withdrawn(
            amount, fee, name="txn_back", category="dispute_reversal", **kw
        )

    def _books(self) -> tuple:
        """Disputes account, losses, fees, customer, clearing."""
        return (
            self._on(self.withheld),
            self._on(self.losses),
            self._on(self.fees),
            self._on(self.receivable),
            self._clearing_balance(),
        )

    def test_withheld_then_won(self):
        _invoice, payment = self._paid()
        event = self._dispute("needs_response", respond_by="2026-02-25T22:59:59Z")
        self._assert_state(event, "done")
        dispute = self._dispute_of()
        self.assertEqual(dispute._payment(), payment)
        self.assertEqual((dispute.outcome, dispute.reason), ("open", "fraudulent"))
        self.assertEqual(dispute.withheld, 0)
        self._assert_state(self._withdrawn(), "done")
        self.assertEqual(dispute.withheld, 119)
        self.assertEqual(self._books(), (119, 0, 15, 0, -15))
        self._dispute("under_review", at=200)
        self._assert_state(self._dispute("won", at=300), "done")
        self.assertEqual(dispute.withheld, 119)
        self._assert_state(self._reinstated(fee="-15.00"), "done")
        self.assertEqual(self._books(), (0, 0, 0, 0, 119))
        self.assertEqual((dispute.outcome, dispute.withheld), ("won", 0))
        items = dispute._held()
        self.assertEqual(items.mapped("reconciled"), [True, True])
        self.assertFalse(dispute.loss_move_id)

    def test_lost_books_the_loss_once_whatever_comes_first(self):
        self._paid()
        self._dispute("needs_response")
        self._withdrawn()
        event = self._dispute("lost", at=200, closed_at=CLOSED_AT)
        self._assert_state(event, "done")
        dispute = self._dispute_of()
        self.assertEqual(self._books(), (0, 119, 15, 0, -15))
        loss = dispute.loss_move_id
        self.assertEqual((str(loss.date), loss.state), ("2026-03-02", "posted"))
        self.assertEqual(loss.journal_id, self.gateway)
        self.assertEqual(dispute._held().mapped("reconciled"), [True, True])
        self.assertEqual(self._effects("dp_1").mapped("model"), ["account.move"])
        # The same again, in another message.
        self._dispute("lost", at=300, closed_at=CLOSED_AT, reason="general")
        self.assertEqual(self._on(self.losses), 119)

    def test_lost_before_the_money_is_known(self):
        self._paid()
        self._dispute("lost", closed_at=CLOSED_AT)
        dispute = self._dispute_of()
        self.assertFalse(dispute.loss_move_id)
        self._assert_state(self._withdrawn(), "done")
        self.assertEqual(self._books(), (0, 119, 15, 0, -15))
        self.assertEqual(str(dispute.loss_move_id.date), "2026-03-02")

    def test_lost_and_won_after_all(self):
        self._paid()
        self._dispute("needs_response")
        self._withdrawn()
        self._dispute("lost", at=200, closed_at=CLOSED_AT)
        self._dispute("won", at=300, closed_at="2026-03-20T10:00:00Z")
        dispute = self._dispute_of()
        self.assertEqual(self._books(), (119, 0, 15, 0, -15))
        self.assertEqual(str(dispute.back_move_id.date), "2026-03-20")
        self._reinstated()
        self.assertEqual(self._books(), (0, 0, 15, 0, 104))
        self.assertEqual(set(dispute._held().mapped("reconciled")), {True})
        self._lost_once_more(dispute)

    def _lost_once_more(self, dispute):
        """Taken again, lost again, won again: each time its own entry."""
        first = dispute.loss_move_id | dispute.back_move_id
        self._withdrawn(name="txn_dp2", fee="0.00")
        self._dispute("lost", at=400, closed_at="2026-04-10T10:00:00Z")
        self.assertEqual(self._books(), (0, 119, 15, 0, -15))
        self.assertEqual((dispute.withheld, dispute.notice), (0, False))
        self.assertEqual(str(dispute.loss_move_id.date), "2026-04-10")
        self.assertFalse(dispute.back_move_id)
        self.assertLessEqual(first, dispute.move_ids)
        self._dispute("lost", at=450, reason="general")
        self.assertEqual(self._on(self.losses), 119)
        self._dispute("won", at=500, closed_at="2026-04-20T10:00:00Z")
        self.assertEqual(self._books(), (119, 0, 15, 0, -15))
        self.assertEqual(str(dispute.back_move_id.date), "2026-04-20")
        self.assertEqual(len(dispute.move_ids), 7)

    def test_a_part_came_back_before_it_was_lost(self):
        """What the bank kept is a loss; what came back can be refunded."""
        _invoice, payment = self._paid()
        self._dispute("needs_response")
        self.assertEqual(payment._integration_refundable(), 0)
        self._withdrawn()
        self._reinstated("49.00")
        self.assertEqual(payment._integration_refundable(), 0)
        self._dispute("lost", at=200, closed_at=CLOSED_AT)
        self.assertEqual(self._books(), (0, 70, 15, 0, 34))
        self.assertEqual(payment._integration_refundable(), 49)

    def test_a_part_came_back_after_it_was_lost(self):
        """Nobody says why: it is shown, and whoever keeps the books decides."""
        _invoice, payment = self._paid()
        self._dispute("needs_response")
        self._withdrawn()
        self._dispute("lost", at=200, closed_at=CLOSED_AT)
        self._reinstated("49.00")
        dispute = self._dispute_of()
        self.assertEqual(self._books(), (-49, 119, 15, 0, 34))
        self.assertEqual(dispute.notice["level"], "warning")
        self.assertIn("49.00", dispute.notice["what"])
        self.assertEqual(payment._integration_refundable(), 49)
        # Won in the end: all of the loss is taken back, the rest is to come.
        self._dispute("won", at=300, closed_at="2026-03-20T10:00:00Z")
        self.assertEqual(self._books(), (70, 0, 15, 0, 34))

    def test_an_inquiry_moves_nothing(self):
        self._paid()
        before = self._books()
        self._dispute("inquiry", respond_by="2026-02-25T22:59:59Z")
        dispute = self._dispute_of()
        task = dispute.activity_ids
        self.assertEqual(task.user_id, self.connector.user_id)
        self.assertEqual(str(task.date_deadline), "2026-02-25")
        self._dispute("inquiry", at=150, respond_by="2026-02-27T22:59:59Z")
        self.assertEqual(str(dispute.activity_ids.date_deadline), "2026-02-27")
        self._dispute("inquiry_closed", at=200)
        self.assertEqual((dispute.outcome, dispute.withheld), ("none", 0))
        self.assertFalse(dispute.activity_ids)
        self.assertEqual(self._books(), before)

    def test_a_loss_without_an_account_names_what_is_missing(self):
        self.connector._set_state("draft", "")
        self.gateway_row.chargeback_account_id = False
        self.connector._set_state("active", "")
        self._paid()
        self._dispute("needs_response")
        self._withdrawn()
        event = self._dispute("lost", at=200, closed_at=CLOSED_AT)
        self._assert_state(event, "review")
        self.assertIn("chargeback losses", event.error)
        self.assertIn("Propose", event.hint)
        dispute = self._dispute_of()
        self.assertFalse(dispute.loss_move_id)
        self.assertEqual(self._on(self.withheld), 119)
        self.gateway_row.sudo().chargeback_account_id = self.losses
        event.with_user(self.operator).action_retry()
        self._drain()
        self._assert_state(event, "done")
        self.assertEqual(self._books(), (0, 119, 15, 0, -15))

    def test_a_loss_of_a_locked_period_waits(self):
        self._paid()
        self._dispute("needs_response")
        self._withdrawn()
        self.company.fiscalyear_lock_date = "2026-03-31"
        event = self._dispute("lost", at=200, closed_at=CLOSED_AT)
        self._assert_state(event, "review")
        self.assertEqual(event.error_class, "locked_period")
        row = self.env["integration.shifted.document"].search(
            [("entity", "=", "dispute")]
        )
        self.assertEqual((row.external_id, row.state), ("dp_1", "waiting"))
        self.assertFalse(self._dispute_of().loss_move_id)
        self.company.fiscalyear_lock_date = False
        event.with_user(self.operator).action_retry()
        self._drain()
        self._assert_state(event, "done")
        self.assertEqual(str(self._dispute_of().loss_move_id.date), "2026-03-02")

    def _disputed_in_dollars(self):
        self._paid(amount="100.00", currency="USD", settlement=self._money("91.00"))
        self._dispute("needs_response", amount="100.00", currency="USD")
        self._withdrawn("-88.00", original=self._money("-100.00", "USD"))
        dispute = self._dispute_of()
        self.assertEqual(dispute.withheld, 88)
        return dispute

    def test_converted_money_is_lost_at_the_rate_of_the_day(self):
        dispute = self._disputed_in_dollars()
        self._dispute("lost", at=200, amount="100.00", currency="USD")
        self.assertEqual((self._on(self.losses), dispute.withheld), (88, 0))

    def test_converted_money_comes_back_at_another_rate(self):
        dispute = self._disputed_in_dollars()
        self._reinstated("86.50", original=self._money("100.00", "USD"))
        # Not decided yet: nobody knows whether this is all.
        self.assertEqual(dispute.withheld, 1.5)
        self._dispute(
            "won", at=200, amount="100.00", currency="USD", closed_at=CLOSED_AT
        )
        self.assertEqual((dispute.withheld, self._on(self.withheld)), (0, 0))
        move = dispute.difference_move_id
        account = self.company.expense_currency_exchange_account_id
        self.assertEqual(move.line_ids.account_id, account | self.withheld)
        self.assertEqual(self._on(self.losses), 0)
        self.assertEqual(set(dispute._held().mapped("reconciled")), {True})

    def test_the_rate_was_better(self):
        dispute = self._disputed_in_dollars()
        self._dispute("won", at=200, amount="100.00", currency="USD")
        self._reinstated("88.75", original=self._money("100.00", "USD"))
        account = self.company.income_currency_exchange_account_id
        item = dispute.difference_move_id.line_ids - dispute._held()
        self.assertEqual((item.account_id, item.balance), (account, -0.75))

    def test_a_difference_in_a_locked_month_is_asked_for(self):
        """Held in dollars: 100 left at 0.90 and came back at 0.80."""
        self.connector._set_state("draft", "")
        self._gateway_in("USD")
        self.connector._set_state("active", "")
        dollar = self._currency("USD")
        self.env["res.currency.rate"].create(
            {
                "currency_id": dollar.id,
                "company_id": self.company.id,
                "name": "2026-02-20",
                "inverse_company_rate": 0.8,
            }
        )
        money = {"amount": "100.00", "currency": "USD"}
        self._paid(settlement=self._money("100.00", "USD"), **money)
        self._dispute("needs_response", **money)
        self._withdrawn("-100.00", currency="USD")
        self._reinstated("100.00", currency="USD", occurred_at="2026-02-20T12:00:00Z")
        dispute = self._dispute_of()
        held = dispute._held()
        self.assertEqual(set(held.mapped("reconciled")), {True})
        self.assertEqual((dispute.withheld, self._on(self.withheld)), (0, 0))
        # Somebody undid it, and the month was closed.
        held.remove_move_reconcile()
        self.company.fiscalyear_lock_date = "2026-02-28"
        event = self._dispute("won", at=200, **money)
        self._assert_state(event, "review")
        self.assertEqual(event.error_class, "locked_period")
        self.assertEqual(set(held.mapped("reconciled")), {False})
