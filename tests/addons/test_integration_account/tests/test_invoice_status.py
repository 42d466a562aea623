# Copyright 2026 Odoo Integration Suite contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl)
from odoo.tests import tagged

from .invoice_common import InvoiceCase


@tagged("post_install", "-at_install")
class TestInvoiceStatus(InvoiceCase):
    """What becomes of a document that is booked."""

    def _record(self, status="open", **values):
        lines = [
            self._line("2.50", "0.48"),
            self._line("119.00", "17.10", "txr_19i", True, discount="11.90"),
        ]
        return self._invoice(*lines, status=status, **values)

    def _pay(self, move, amount=None):
        self.env["account.payment.register"].with_context(
            active_model="account.move", active_ids=move.ids
        ).create({"amount": amount or move.amount_total})._create_payments()

    def _effect(self, effect):
        key = self.env["integration.effect"]._key(self.connector, "in_1", effect)
        return self.env["integration.effect"]._happened([key]).get(key)

    # === VOID === #

    def test_void_reverses_on_its_day(self):
        move = self._booked(self._record())
        event = self._bring(
            self._record("void", voided_at="2026-03-31T23:30:00Z"), at=200
        )
        self.assertEqual(event.state, "done", event.error)
        refund = move.reversal_move_ids
        self.assertEqual((refund.move_type, refund.state), ("out_refund", "posted"))
        self.assertEqual(
            (str(refund.date), str(refund.invoice_date)), ("2026-03-31",) * 2
        )
        self.assertEqual(refund.amount_untaxed, move.amount_untaxed)
        self.assertEqual(refund.amount_tax, move.amount_tax)
        self.assertEqual(move.payment_state, "reversed")
        self.assertFalse(move.amount_residual)
        log = self._logs(event)
        self.assertEqual((log.operation, log.res_id), ("reverse", move.id))
        self.assertEqual(log.diff["payment_state"], ["Not Paid", "Reversed"])
        self.assertEqual(log.diff["ledger"]["total"], "0.00")
        self.assertEqual(self._effect("void").res_id, refund.id)
        self.assertEqual(self._link("in_1", "invoice", role="void").res_id, refund.id)
        self.assertIn(refund.name, "".join(move.message_ids.mapped("body")))
        self.assertFalse(refund.message_follower_ids)

    def test_void_happens_once(self):
        move = self._booked(self._record())
        self._bring(self._record("void", voided_at="2026-03-01T00:00:00Z"), at=200)
        event = self._bring(
            self._record("void", voided_at="2026-03-01T00:00:00Z", note="x"), at=300
        )
        self.assertEqual(event.state, "done", event.error)
        self.assertEqual(len(move.reversal_move_ids), 1)

    def test_void_in_another_currency_leaves_nothing(self):
        lines = [self._line(f"{n}.37", currency="USD") for n in range(1, 8)]
        record = self._invoice(*lines, currency="USD")
        move = self._booked(record)
        self.env["res.currency.rate"].create(
            {
                "currency_id": self._currency("USD").id,
                "company_id": self.company.id,
                "name": "2026-03-01",
                "inverse_company_rate": 0.7,
            }
        )
        self._bring(
            record | {"status": "void", "voided_at": "2026-03-02T00:00:00Z"}, at=200
        )
        self.assertEqual(move.payment_state, "reversed")
        entries = move | move.reversal_move_ids
        sales = entries.line_ids.filtered(lambda x: x.account_id == self.income)
        self.assertAlmostEqual(sum(sales.mapped("balance")), 0, places=6)

    def test_void_where_their_number_is_the_number(self):
        self.connector.move_name_policy = "name"
        move = self._booked(self._record())
        self._bring(self._record("void"), at=200)
        self.assertEqual(move.reversal_move_ids.name, "RR-1")
        self._booked(self._record(number="R-2"), "in_2")

    def test_void_of_a_draft_cancels_it(self):
        self.connector.posting_policy = "draft"
        self._bring(self._record())
        event = self._bring(self._record("void"), at=200)
        self.assertEqual(event.state, "done", event.error)
        self.assertEqual(self._move().state, "cancel")
        self.assertEqual(self._logs(event).diff, {"state": ["Draft", "Cancelled"]})

    def test_void_of_what_is_paid_is_for_a_person(self):
        move = self._booked(self._record())
        self._pay(move, 50.0)
        event = self._bring(self._record("void"), at=200)
        self.assertEqual((event.state, event.error_class), ("review", "business_rule"))
        self.assertIn("Odoo has settled 50.00 EUR of it", event.error)
        self.assertTrue(event.hint)
        self.assertFalse(move.reversal_move_ids)
        self.assertEqual(move.payment_state, "partial")

    def test_void_of_what_a_person_reversed_is_nothing(self):
        move = self._booked(self._record())
        move._reverse_moves(cancel=True)
        event = self._bring(self._record("void"), at=200)
        self.assertEqual(event.state, "done", event.error)
        self.assertEqual(len(move.reversal_move_ids), 1)

    def test_void_into_a_locked_period(self):
        move = self._booked(self._record())
        self.company.fiscalyear_lock_date = "2026-03-31"
        event = self._bring(
            self._record("void", voided_at="2026-03-02T00:00:00Z"), at=200
        )
        self.assertEqual((event.state, event.error_class), ("review", "locked_period"))
        self.assertFalse(move.reversal_move_ids)

    def test_void_of_a_credit_note(self):
        self.connector.negative_policy = "refund"
        record = self._invoice(self._line("-100.00", "-19.00"))
        self._bring(record)
        move = self._move()
        event = self._bring(record | {"status": "void"}, at=200)
        self.assertEqual(event.state, "done", event.error)
        self.assertFalse(move.amount_residual)

    def test_open_again_after_void_is_for_a_person(self):
        move = self._booked(self._record())
        self._bring(self._record("void"), at=200)
        event = self._bring(self._record("paid"), at=300)
        self.assertEqual((event.state, event.error_class), ("review", "business_rule"))
        refund = move.reversal_move_ids
        self.assertIn(refund.name, event.error)
        refund.line_ids.remove_move_reconcile()
        refund._reverse_moves(cancel=True)
        event.action_retry()
        self._drain()
        event.invalidate_recordset()
        self.assertEqual(event.state, "done", event.error)

    # === DELETED === #

    def test_deleted_there(self):
        self._booked(self._record())
        event = self._bring({}, at=200, deleted=True)
        self.assertEqual((event.state, event.error_class), ("review", "business_rule"))
        self.assertEqual(self._move().state, "posted")
        self.connector.posting_policy = "draft"
        self._bring(self._record(number="R-2"), "in_2")
        event = self._bring({}, "in_2", at=200, deleted=True)
        self.assertEqual(event.state, "done", event.error)
        self.assertEqual(self._move("in_2").state, "cancel")
        event = self._bring({}, "in_3", deleted=True)
        self.assertEqual(event.state, "skipped")

    # === UNCOLLECTIBLE === #

    def test_uncollectible_is_noted_once(self):
        move = self._booked(self._record())
        for at in (200, 300):
            event = self._bring(
                self._record(
                    "uncollectible",
                    uncollectible_at="2026-05-01T00:00:00Z",
                    note=str(at),
                ),
                at=at,
            )
            self.assertEqual(event.state, "done", event.error)
        notes = [m for m in move.message_ids if "Uncollectible in Demo" in m.body]
        self.assertEqual(len(notes), 1)
        self.assertEqual(move.amount_residual, move.amount_total)

    def _write_off_policy(self):
        self.bad_debt = self._account("650900", "Bad debt", "expense")
        self.connector.write(
            {
                "uncollectible_policy": "write_off",
                "bad_debt_account_id": self.bad_debt.id,
            }
        )

    def test_uncollectible_is_written_off(self):
        self._write_off_policy()
        move = self._booked(self._record())
        self._pay(move, 20.0)
        event = self._bring(
            self._record("uncollectible", uncollectible_at="2026-05-01T00:00:00Z"),
            at=200,
        )
        self.assertEqual(event.state, "done", event.error)
        self.assertFalse(move.amount_residual)
        entry = self.env["account.move"].browse(self._effect("write_off").res_id)
        self.assertEqual((entry.state, str(entry.date)), ("posted", "2026-05-01"))
        debit = entry.line_ids.filtered(lambda x: x.account_id == self.bad_debt)
        self.assertEqual(debit.balance, move.amount_total - 20)
        log = self._logs(event)
        self.assertEqual(log.operation, "reconcile")
        self.assertEqual(len(log.diff["ledger"]["rows"]), 2)
        again = self._bring(self._record("uncollectible", note="x"), at=300)
        self.assertEqual(again.state, "done", again.error)
        self.assertEqual(entry.line_ids.move_id, entry)

    def test_a_write_off_in_another_currency(self):
        self._write_off_policy()
        record = self._invoice(self._line("100.00", currency="USD"), currency="USD")
        move = self._booked(record)
        self._bring(record | {"status": "uncollectible"}, at=200)
        self.assertFalse(move.amount_residual)
        entry = self.env["account.move"].browse(self._effect("write_off").res_id)
        self.assertEqual(sorted(entry.line_ids.mapped("balance")), [-90.0, 90.0])

    # === UNCOLLECTIBLE WHEN IT IS FIRST SEEN === #

    def _lost(self):
        return self._record("uncollectible", uncollectible_at="2026-05-01T00:00:00Z")

    def test_first_seen_uncollectible_is_booked_and_noted(self):
        move = self._booked(self._lost())
        self.assertEqual(move.amount_residual, move.amount_total)
        self.assertIn("Uncollectible in Demo", "".join(move.message_ids.mapped("body")))
        event = self._bring(self._lost() | {"note": "x"}, at=200)
        self.assertEqual(event.state, "done", event.error)
        notes = [m for m in move.message_ids if "Uncollectible in Demo" in m.body]
        self.assertEqual(len(notes), 1)

    def test_first_seen_uncollectible_is_written_off(self):
        self._write_off_policy()
        event = self._bring(self._lost())
        self.assertEqual(event.state, "done", event.error)
        move = self._move()
        self.assertEqual((move.state, move.amount_residual), ("posted", 0))
        entry = self.env["account.move"].browse(self._effect("write_off").res_id)
        self.assertEqual(str(entry.date), "2026-05-01")
        log = self._logs(event)
        self.assertEqual((log.operation, log.res_id), ("post", move.id))
        rows = len(move.line_ids) + len(entry.line_ids)
        self.assertEqual(len(log.diff["ledger"]["rows"]), rows)
        self.assertEqual(log.diff["amount_total"], [None, "110.08 EUR"])

    def test_first_seen_uncollectible_is_not_left_half_done(self):
        self.connector.uncollectible_policy = "write_off"
        event = self._bring(self._lost())
        self.assertNothingBooked(event, "review", "business_rule")
        self._write_off_policy()
        self.company.fiscalyear_lock_date = "2026-05-31"
        self.sales.integration_period_policy = "note"
        event = self._bring(self._lost(), "in_2")
        self.assertNothingBooked(event, "review", "locked_period")

    def test_a_linked_document_is_written_off_too(self):
        self._write_off_policy()
        move = self._booked(self._record())
        link = self._link("in_1", "invoice").with_user(self.manager)
        link._unlink_with_reason("test")
        event = self._bring(self._lost(), at=200)
        self.assertEqual(event.state, "done", event.error)
        self.assertEqual(self._logs(event).operation, "link")
        self.assertFalse(move.amount_residual)

    def test_paid_after_the_write_off_is_for_a_person(self):
        self._write_off_policy()
        self._booked(self._record())
        self._bring(self._record("uncollectible"), at=200)
        event = self._bring(self._record("paid"), at=300)
        self.assertEqual((event.state, event.error_class), ("review", "business_rule"))
        entry = self.env["account.move"].browse(self._effect("write_off").res_id)
        self.assertIn(f"Reverse {entry.name}", event.hint)

    def test_void_after_the_write_off_is_for_a_person(self):
        self._write_off_policy()
        self._booked(self._record())
        self._bring(self._record("uncollectible"), at=200)
        event = self._bring(self._record("void"), at=300)
        self.assertEqual((event.state, event.error_class), ("review", "business_rule"))

    def test_no_bad_debt_account(self):
        self.connector.uncollectible_policy = "write_off"
        move = self._booked(self._record())
        event = self._bring(self._record("uncollectible"), at=200)
        self.assertEqual((event.state, event.error_class), ("review", "business_rule"))
        self.assertIn("no bad debt account", event.error)
        self.assertEqual(move.amount_residual, move.amount_total)

    # === OTHER CHANGES === #

    def test_other_amounts_after_posting_are_for_a_person(self):
        move = self._booked(self._record())
        changed = self._invoice(self._line("100.00", "19.00"))
        event = self._bring(changed, at=200)
        self.assertEqual((event.state, event.error_class), ("review", "business_rule"))
        self.assertIn(f"with {move.amount_total:.2f} EUR", event.error)
        self.assertIn("the system now says 119.00 EUR (tax 19.00)", event.error)
        self.assertExact(move, self._record())

    def test_another_due_date_is_said_once(self):
        self._booked(self._record(due_at="2026-03-01T12:00:00Z"))
        event = self._bring(self._record(due_at="2026-04-01T12:00:00Z"), at=200)
        self.assertIn("due on 2026-04-01 in the system", self._logs(event).message)
        event = self._bring(
            self._record(due_at="2026-04-01T12:00:00Z", note="x"), at=300
        )
        self.assertFalse(self._logs(event))

    def test_compare_only_foresees_the_change(self):
        move = self._booked(self._record())
        self.flows["invoice"].mode = "shadow"
        event = self._bring(self._record("void"), at=200)
        self.assertEqual(event.skip_reason, "shadow")
        self.assertEqual(
            self._logs(event).diff, {"payment_state": ["Not Paid", "Reversed"]}
        )
        self.assertFalse(move.reversal_move_ids)
