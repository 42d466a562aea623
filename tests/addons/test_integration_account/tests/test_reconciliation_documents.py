# Copyright 2026 Odoo Integration Suite contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl)
from datetime import date, datetime
from unittest.mock import patch

from odoo.tests import tagged

from .reconciliation_common import DAY, ReconciliationCase

ISSUED = date(2026, 2, 10)
ISSUED_AT = datetime(2026, 2, 10, 12)


@tagged("post_install", "-at_install")
class TestReconciliationDocuments(ReconciliationCase):
    """Invoices, refunds, disputes, payouts and converted money on both sides."""

    # === DOCUMENTS === #

    def test_invoices_both_ways(self):
        for name in ("in_same", "in_other", "in_void"):
            self._invoice(name, 100.0)
        self._invoice("in_ours", 70.0)
        draft = self._invoice("in_draft", 80.0, post=False)
        for name, amount, status in (
            ("in_same", "100.00", "open"),
            ("in_other", "100.01", "paid"),
            ("in_void", "100.00", "void"),
            ("in_never", "55.00", "void"),
            ("in_new", "60.00", "open"),
            ("in_draft", "80.00", "open"),
        ):
            self.ledger.add(
                "invoice", name, amount, at=ISSUED_AT, status=status, key=f"R-{name}"
            )
        run = self._compare(ISSUED)
        self.assertEqual(
            self._named(run),
            [
                ("invoice", "amount", "in_other", -0.01),
                ("invoice", "missing_here", "in_draft", -80.00),
                ("invoice", "missing_here", "in_new", -60.00),
                ("invoice", "missing_there", "in_ours", 70.00),
            ],
        )
        self.assertEqual(self._total(run, "invoice"), (5, 440.01, 4, 370.00))
        # The draft is what has to be posted.
        line = run.line_ids.filtered(lambda x: x.key == "in_draft")
        self.assertEqual(line.fix_label, "Post it…")
        self.assertEqual(line.action_fix()["res_id"], draft.id)

    def test_refunds_and_disputes_both_ways(self):
        self._both_charged()
        at = datetime(2026, 2, 13, 9)
        money = {"payment": {"entity": "payment", "external_id": "pi_1"}}
        for entity, name, amount, status in (
            ("refund", "re_1", "20.00", "succeeded"),
            ("refund", "re_failed", "30.00", "failed"),
            ("dispute", "dp_1", "40.00", "needs_response"),
        ):
            record = dict(
                money,
                amount=self._money(amount),
                status=status,
                created_at="2026-02-13T09:00:00Z",
            )
            self._assert_state(self._feed(name, record, entity=entity), "done")
            self.ledger.add(entity, name, amount, at=at, status=status)
        run = self._compare(at.date())
        self.assertEqual(self._named(run), [])
        self.assertEqual(self._total(run, "refund"), (1, 20.00, 1, 20.00))
        self.assertEqual(self._total(run, "dispute"), (1, 40.00, 1, 40.00))
        # It failed after all, there only; and a dispute of another amount.
        self.ledger.drop("refund", "re_1")
        self.ledger.drop("dispute", "dp_1")
        self.ledger.add("dispute", "dp_1", "41.00", at=at)
        self._compare(again=run)
        self.assertEqual(
            self._named(run),
            [
                ("dispute", "amount", "dp_1", -1.00),
                ("refund", "missing_there", "re_1", 20.00),
            ],
        )

    # === PAYOUTS === #

    def _paid_out_on_both_sides(self, **values):
        self._both_charged()
        at = datetime(2026, 2, 20, 6)
        self.ledger.add("payout", "po_1", "115.25", at=at, status="in_transit")
        payout = self._payout(names=["txn_pi_1"], **values)
        self.ledger.add(
            "balance_transaction",
            "txn_po_1",
            "-115.25",
            at=at,
            status="payout",
            source="po_1",
        )
        self._left()
        return self._fresh(payout)

    def test_a_payout_and_what_it_is_made_of(self):
        payout = self._paid_out_on_both_sides()
        run = self._compare(payout.date)
        self.assertEqual(self._named(run), [])
        self.assertEqual(self._total(run, "payout"), (1, 115.25, 1, 115.25))
        self.assertEqual(self._total(run, "payout_sum"), (1, 115.25, 1, 115.25))
        self.assertEqual(self._total(run, "balance"), (1, 0.00, 1, 0.00))
        # One of its transactions does not belong to it after all.
        payout.sudo().line_ids.filtered(
            lambda x: x.category == "charge"
        ).settlement_id = False
        payout._tie()
        self._compare(again=run)
        self.assertEqual(self._named(run), [("payout_sum", "amount", "po_1", -115.25)])

    def test_a_payout_whose_transactions_are_still_read(self):
        self.ledger.add(
            "payout", "po_1", "115.25", at=datetime(2026, 2, 20, 6), status="paid"
        )
        payout = self._payout(names=["txn_pi_1"])
        run = self._compare(payout.date)
        self.assertEqual(self._named(run), [("payout_sum", "timing", "po_1", -115.25)])

    def test_a_payout_that_the_bank_does_not_show(self):
        """Five days after its expected day, 23 February, it is late."""
        payout = self._paid_out_on_both_sides()
        late = date(2026, 2, 28)
        self.assertEqual(self._compare(late).state, "balanced", "no statements yet")
        self._shown(5.0, "SOMETHING ELSE")
        run = self._compare(again=self._compare(late))
        self.assertEqual(
            self._named(run), [("payout_bank", "missing_here", "po_1", -115.25)]
        )
        line = run.line_ids
        self.assertEqual(line.fix_label, "Match…")
        # The manager keeps no books: whoever does is asked first.
        self.assertEqual(line.user_id, self.manager)
        books = self.env.ref("account.group_account_user")
        self.manager.group_ids -= books
        self.connector.sudo().user_id = self.accountant
        line.sudo().unlink()
        self._compare(again=run)
        line = run.line_ids
        self.assertEqual(line.user_id, self.accountant)
        self.assertEqual(line.with_user(self.operator).fix_label, "Open payout")
        self.assertIn("accounting right", line.story)
        row = line.sides["rows"][-1]
        self.assertEqual(row["label"], "Bank")
        self.assertIn("expected on", row["cells"]["there"])
        self._shown(115.25)
        self._look_after()
        self.assertTrue(self._fresh(payout).bank_line_id)
        self._compare(again=run)
        self.assertEqual((run.state, self._named(run)), ("balanced", []))

    # === CONVERTED MONEY === #

    def test_converted_money_and_its_exchange(self):
        """100.00 USD became 90.00 EUR; in the books it became 90.50."""
        original = {"amount": "100.00", "currency": "USD"}
        self.ledger.add("payment", "pi_1", "100.00", "USD", status="succeeded")
        self.ledger.add(
            "balance_transaction",
            "txn_pi_1",
            "90.00",
            fee="2.00",
            status="charge",
            source="pi_1",
            original=original,
        )
        settled = {"settlement": self._money("90.00")}
        event = self._pay(
            "pi_1",
            "pi_1",
            "100.00",
            currency="USD",
            paid_at="2026-02-12T12:00:00Z",
            **settled,
        )
        self._assert_state(event, "done")
        event = self._move(
            "txn_pi_1",
            "charge",
            "90.00",
            "2.00",
            payment="pi_1",
            original=original,
            exchange_rate="0.9",
        )
        self._assert_state(event, "done")
        run = self._compare()
        self.assertEqual(self._named(run), [])
        self.assertEqual(self._total(run, "payment", "USD"), (1, 100.00, 1, 100.00))
        entry = self._record_of("pi_1", "payment")
        entry.button_draft()
        for item in entry.line_ids:
            sign = 1 if item.account_id == self.clearing else -1
            values = {"balance": sign * 90.5}
            if sign > 0:
                values["amount_currency"] = 90.5
            item.with_context(check_move_validity=False).write(values)
        entry.action_post()
        self._compare(again=run)
        self.assertEqual(
            self._named(run), [("balance_transaction", "exchange", "txn_pi_1", 0.50)]
        )

    def test_two_currencies_of_the_balance_are_two_totals(self):
        self.connector._set_state("draft", "")
        self._gateway_in("USD")
        self.connector._set_state("active", "")
        self._both_charged()
        self.ledger.add("balance_transaction", "txn_usd", "-4.00", "USD", status="fee")
        event = self._move("txn_usd", "fee", "-4.00", currency="USD")
        self._assert_state(event, "done")
        run = self._compare()
        self.assertEqual(self._named(run), [])
        self.assertEqual(self._total(run, "balance"), (1, 115.25, 1, 115.25))
        self.assertEqual(self._total(run, "balance", "USD"), (1, -4.00, 1, -4.00))

    # === LIMITS === #

    def test_before_the_start_nothing_is_compared(self):
        self.connector.sudo().start_date = DAY.replace(day=20)
        self._there_charged()
        self.assertEqual(self._named(self._compare()), [])

    def test_what_the_system_cannot_tell_is_said(self):
        self.startPatcher(self._cannot_balance())
        self._both_charged()
        run = self._compare()
        self.assertEqual((run.state, self._named(run)), ("balanced", []))
        self.assertIn("does not say", run.done_checks["balance"])
        self.assertIn("out:balance", [row["key"] for row in run.sides["rows"]])
        self.assertEqual(run.tie_label, "Movements of the balance")

    def _cannot_balance(self):
        return patch.object(self.adapter, "_can_balance", False)

    def test_only_what_is_exchanged_is_compared(self):
        self.connector._set_state("draft", "")
        self.flows["dispute"].mode = "shadow"
        self.connector._set_state("active", "")
        self.ledger.add("dispute", "dp_1", "40.00")
        run = self._compare()
        self.assertNotIn("dispute", run.done_checks)
        self.assertEqual(self._named(run), [])
