# Copyright 2026 Odoo Integration Suite contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl)
from odoo.exceptions import AccessError, UserError
from odoo.service.model import call_kw
from odoo.tests import tagged

from .reconciliation_common import DAY, ReconciliationCase


@tagged("post_install", "-at_install")
class TestAttackBooks(ReconciliationCase):
    """Amounts that contradict themselves; comparisons that nobody made or signed."""

    def _refused(self, key, *args, **values):
        event = self._move(key, *args, **values)
        self.assertEqual(
            (event.state, self._exception(event).cause), ("review", "wrong_sums")
        )
        self.assertTrue(event.hint)
        self.assertFalse(self._line(key).move_id)

    def test_an_original_that_cannot_be(self):
        self._charged()
        there = {"payment": "pi_1"}
        self._refused("t1", "refund", "-10.00", original=self._money("-12.00"), **there)
        dollars = self._money("12.00", "USD")
        self._refused("t2", "refund", "-10.00", original=dollars, **there)

    def test_negative_fees_and_currencies_of_all_digits(self):
        """A fee that comes back; yen have no digits, dinars three."""
        self._move("txn_back", "fee", "0.00", "-1.25")
        self.assertEqual(
            self._booked("txn_back"), [("Clearing EUR", 1.25), (self.fees.name, -1.25)]
        )
        self.connector._set_state("draft", "")
        for code, rate in (("JPY", 160), ("KWD", 0.33)):
            gateway = self._gateway_in(code)
            self.env["res.currency.rate"].create(
                {
                    "name": "2020-01-01",
                    "currency_id": gateway.currency_id.id,
                    "company_id": self.connector.company_id.id,
                    "company_rate": rate,
                }
            )
        self.connector._set_state("active", "")
        for key, amount, fee, code in (
            ("txn_yen", "-1001", "37", "JPY"),
            ("txn_dinar", "-10.001", "0.337", "KWD"),
        ):
            event = self._move(key, "topup_reversal", amount, fee, code)
            self._assert_state(event, "done")
            line = self._line(key)
            items = line.move_id.line_ids
            self.assertAlmostEqual(sum(items.mapped("balance")), 0)
            clearing = line._clearing_lines()
            self.assertEqual(
                line.currency_id.compare_amounts(
                    sum(clearing.mapped("amount_currency")), line.net
                ),
                0,
            )
        event = self._move("txn_odd", "fee", "-10.5", currency="JPY")
        self.assertEqual(self._exception(event).cause, "currency_digits:JPY")

    def test_a_comparison_is_not_born_signed(self):
        wizard = (
            self.env["integration.reconciliation.period"]
            .with_user(self.operator)
            .create(
                {
                    "connector_id": self.connector.id,
                    "date_from": DAY,
                    "date_to": DAY,
                }
            )
        )
        context = {
            "default_state": "signed",
            "default_signed_by": self.auditor.id,
            "default_signed_at": "2026-02-13 08:00:00",
            "default_done_checks": {"balance": ""},
        }
        found = call_kw(
            wizard.browse(), "action_start", [wizard.ids], {"context": context}
        )
        run = self.env["integration.reconciliation"].browse(found["res_id"])
        self.assertEqual((run.state, run.signed_at), ("running", False))
        self.assertFalse(run.signed_by)
        self.assertFalse(run.done_checks)

    def test_nobody_signs_what_they_tolerated(self):
        self._both_charged()
        self.accountant.group_ids |= self.env.ref("integration_core.group_manager")
        self.env["integration.reconciliation.tolerance"].with_user(
            self.accountant
        ).create(
            {
                "connector_id": self.connector.id,
                "check_name": "balance_transaction",
                "amount": 1_000_000,
                "reason": "Let me",
            }
        )
        run = self._compare()
        with self.assertRaises(AccessError):
            run.with_user(self.accountant).action_sign()

    def test_who_signs_does_not_write(self):
        self._both_charged()
        run = self._compare()
        for person in (self.operator, self.manager, self.accountant):
            mine = run.with_user(person)
            for method, args in (
                ("write", [run.ids, {"state": "signed", "open_count": 0}]),
                ("web_save", [run.ids, {"signed_by": person.id}, {}]),
                ("create", [[{"connector_id": self.connector.id}]]),
                ("unlink", [run.ids]),
            ):
                with self.assertRaises(UserError):
                    call_kw(mine.browse(), method, args, {})

    def test_another_companys_payout_is_not_read(self):
        self._both_charged()
        other = self.env["res.company"].create({"name": "Other"})
        stranger = self._person("operator", "stranger")
        stranger.write({"company_ids": [(6, 0, other.ids)], "company_id": other.id})
        payout = (
            self.env["integration.settlement"]
            .sudo()
            .create(
                {
                    "connector_id": self.connector.id,
                    "company_id": self.connector.company_id.id,
                    "external_id": "po_x",
                    "name": "po_x",
                    "amount": 1,
                    "currency_id": self.connector.company_id.currency_id.id,
                    "state": "paid",
                    "date": DAY,
                }
            )
        )
        with self.assertRaises(AccessError):
            payout.with_user(stranger).action_read()
