# Copyright 2026 Odoo Integration Suite contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl)
from odoo.exceptions import UserError
from odoo.service.model import call_kw
from odoo.tests import tagged

from .refund_peer import LATER, SentRefundCase


@tagged("post_install", "-at_install")
class TestAttackRefund(SentRefundCase):
    """What somebody tries who wants money to leave twice, or unseen."""

    def _press(self, wizard, context=None):
        """As a call from outside, which chooses its context."""
        found = call_kw(
            wizard.browse(), "action_refund", [wizard.ids], {"context": context or {}}
        )
        return self.env["integration.refund"].browse(found["res_id"])

    def test_a_second_press_is_the_same_refund(self):
        self._limit(1000)
        _invoice, payment = self._paid()
        wizard = self._dialog(payment, amount=40)
        first, second = self._press(wizard), self._press(wizard)
        self.assertEqual(first, second)
        self.send()
        self.assertEqual(len(self.peer.writes), 1)

    def test_a_context_decides_nothing(self):
        _invoice, payment = self._paid()
        refund = self._press(
            self._dialog(payment, amount=40),
            {
                "default_state": "succeeded",
                "default_external_id": "N77",
                "default_released_at": "2026-02-12 12:00:00",
                "default_requested_by": self.manager.id,
                "default_failure_reason": "none",
            },
        )
        self.assertEqual(
            (refund.state, refund.external_id, refund.released_at),
            ("to_approve", False, False),
        )
        self.assertEqual(refund.requested_by, self.operator)
        self.assertFalse(refund.failure_reason)

    def test_many_small_ones_are_a_large_one(self):
        """A second person is asked about what leaves of one payment together."""
        self._limit(50)
        _invoice, payment = self._paid()
        self.assertEqual(self._ask(payment, amount=40).state, "approved")
        self.assertEqual(self._ask(payment, amount=40).state, "to_approve")

    def test_less_than_a_cent_is_asked_about_as_well(self):
        rupiah = self._currency("IDR")
        rupiah.rounding = 1
        self.env["res.currency.rate"].create(
            {
                "name": "2020-01-01",
                "currency_id": rupiah.id,
                "company_id": self.connector.company_id.id,
                "inverse_company_rate": 0.00005,
            }
        )
        refund = self.env["integration.refund"].new(
            {
                "connector_id": self.connector.id,
                "company_id": self.connector.company_id.id,
                "currency_id": rupiah.id,
                "amount": 80,
            }
        )
        self.assertTrue(refund._needs_approval())

    def test_a_copied_mark_is_not_followed(self):
        """Whoever may write metadata there copies the mark of another refund."""
        _invoice, payment = self._paid()
        self._paid("pi_2", "119.00", "in_2")
        waiting = self._ask(payment, amount=30)
        self._assert_state(self._marked("re_x", "pi_1", waiting), "done")
        self.assertEqual((waiting.state, waiting.external_id), ("to_approve", False))
        self._approval(waiting).with_user(self.manager).action_approve()
        self._assert_state(self._marked("re_y", "pi_2", waiting), "done")
        self.assertFalse(waiting.external_id)
        self.assertEqual(len(self._refund_of("re_x") | self._refund_of("re_y")), 2)

    def _marked(self, external_id: str, payment: str, refund):
        record = self._about(payment, "30.00", "succeeded")
        return self._hear(
            {
                "id": external_id,
                "record": record,
                "at": "2033-05-18T03:33:20Z",
                "reference": refund._own_key(),
            }
        )

    def test_nothing_is_no_refund(self):
        self._paid()
        event = self._refund("re_0", amount="0.00", at=LATER)
        self.assertEqual(event.state, "review")
        self.assertNotIn("decimal places", event.error)
        self.assertTrue(event.hint)

    def test_rows_are_the_systems(self):
        """Nobody writes a refund, a dispute, a movement or a payout by hand."""
        _invoice, payment = self._paid()
        refund = self._ask(payment, amount=30)
        self._move("txn_1", "fee", "-5.00")
        line = self._line("txn_1")
        for record, vals in (
            (refund, {"state": "succeeded", "amount": 1}),
            (line, {"amount": 1, "state": "opening"}),
        ):
            for person in (self.operator, self.manager):
                mine = record.with_user(person)
                for method, args in (
                    ("write", [record.ids, vals]),
                    ("web_save", [record.ids, vals, {}]),
                    ("unlink", [record.ids]),
                ):
                    with self.assertRaises(UserError):
                        call_kw(mine.browse(), method, args, {})
                with self.assertRaises(UserError):
                    call_kw(mine.browse(), "create", [[vals]], {})
        with self.assertRaises(UserError):
            self.gateway_row.with_user(self.manager).write(
                {"fee_account_id": self.accounts["dispute_account_id"].id}
            )
