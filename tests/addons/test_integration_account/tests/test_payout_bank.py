# Copyright 2026 Odoo Integration Suite contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl)
from datetime import date
from decimal import Decimal

from odoo.exceptions import AccessError, UserError
from odoo.tests import BaseCase, new_test_user, tagged

from odoo.addons.integration_account.bank_match import Line, Money, match, sureness

from .payout_common import PayoutCase

DAY = date(2026, 2, 23)


@tagged("post_install", "-at_install")
class TestPayoutBank(PayoutCase):
    """Money in transit meets its bank line; what is doubtful is left to a person."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.transit = cls.accounts["transit_account_id"]
        cls.accountant = new_test_user(
            cls.env,
            login="payout_accountant",
            groups="account.group_account_user",
            company_id=cls.company.id,
            company_ids=[(6, 0, cls.company.ids)],
        )

    def _meets(self, payout, line, state="bank"):
        self._look_after()
        self._fresh(payout)
        self.assertEqual(payout.tie_state, state)
        self.assertEqual(payout.bank_line_id, line if state == "bank" else line[:0])

    def _lock(self, day):
        self.env.cr.execute(
            "UPDATE res_company SET fiscalyear_lock_date = %s WHERE id = %s",
            (day, self.company.id),
        )
        self.env.invalidate_all()

    def test_the_bank_line_comes_later(self):
        payout = self._tied()
        cron = self.env.ref("integration_account.cron_payouts")
        before = self.env["ir.cron.trigger"].search_count([("cron_id", "=", cron.id)])
        line = self._shown(115.25)
        triggers = self.env["ir.cron.trigger"].search([("cron_id", "=", cron.id)])
        self.assertEqual(len(triggers), before + 1)
        self._meets(payout, line)
        self.assertTrue(line.is_reconciled)
        self.assertEqual(self._on(self.transit), 0)
        self.assertEqual(self._open_on(self.transit), 0)
        self.assertIn("Payout po_1", line.move_id.message_ids[0].body)
        self.assertEqual(line.payment_ref, "DEMO SYSTEM PAYOUT")
        # The hour after nothing is left to do.
        self._meets(payout, line)

    def test_the_bank_line_is_there_first(self):
        line = self._shown(115.25)
        payout = self._tied()
        self._meets(payout, line)

    def test_another_amount_day_text_or_journal_does_not_fit(self):
        payout = self._tied()
        self._shown(115.26)
        self._shown(115.25, date="2026-03-15")
        self._shown(115.25, text="Invoice 17 of Rosa Klee")
        self._shown(115.25, journal_id=self.gateway.id)
        self._shown(-115.25)
        self._meets(payout, self.env["account.bank.statement.line"], "tied")

    def test_two_equal_payouts_and_one_line(self):
        """Nobody can tell whose it is; the reference of the transfer can."""
        first = self._tied()
        self._charged("pi_2", "119.00", "3.75")
        second = self._payout("po_2", names=["txn_pi_2"], reference="TRACE-77")
        self._left("po_2")
        line = self._shown(115.25)
        self._meets(second, line, "tied")
        self._meets(first, line, "tied")
        named = self._shown(115.25, text="SEPA credit trace 77 DEMO SYSTEM PAYOUT")
        self._meets(second, named)
        self._meets(first, line)

    def test_a_locked_bank_period_is_left_alone(self):
        payout = self._tied()
        line = self._shown(115.25)
        # Odoo itself locks no period with open bank lines; an import may bring one.
        self._lock("2026-02-28")
        self._meets(payout, line, "tied")
        self._lock(None)
        self._meets(payout, line)

    def test_a_person_chooses(self):
        payout = self._tied().with_user(self.accountant)
        line = self._shown(115.25, text="Incoming transfer")
        self._meets(payout, line, "tied")
        self.assertTrue(payout.may_match)
        action = payout.action_choose_bank_line()
        wizard = (
            self.env[action["res_model"]]
            .with_user(self.accountant)
            .with_context(**action["context"])
            .create({})
        )
        self.assertEqual(wizard.bank_line_id, line)
        self.assertIn(line, wizard.allowed_ids)
        wizard.action_apply()
        self.assertEqual(self._fresh(payout).tie_state, "bank")
        self.assertEqual(payout.bank_line_id, line)
        said = payout.sudo().message_ids.filtered(lambda x: "was chosen" in x.body)
        self.assertEqual(said.author_id, self.accountant.partner_id)
        self.assertFalse(payout.may_match)
        with self.assertRaises(UserError):
            payout.action_choose_bank_line()
        self.assertEqual(payout.action_open_bank()["res_id"], line.move_id.id)

    def test_a_person_cannot_choose_another_amount(self):
        payout = self._tied().with_user(self.accountant)
        line = self._shown(110.25)
        wizard = self.env["integration.settlement.bank"].with_user(self.accountant)
        wizard = wizard.create({"settlement_id": payout.id, "bank_line_id": line.id})
        with self.assertRaisesRegex(UserError, "the payout is"):
            wizard.action_apply()
        self.assertFalse(payout.bank_line_id)

    def test_a_converted_line_that_cannot_be_meant_is_refused(self):
        payout = self._tied().with_user(self.accountant)
        dollars = self.env["account.journal"].create(
            {
                "name": "Dollar bank",
                "code": "HBX",
                "type": "bank",
                "currency_id": self._currency("USD").id,
            }
        )
        # Nor is one that no rate explains.
        for amount in (-120, 5):
            line = self._shown(amount, journal_id=dollars.id)
            with self.assertRaises(UserError):
                payout._require_same(line)
            self.assertFalse(line.foreign_currency_id)

    def test_only_accountants_reconcile(self):
        payout = self._tied().with_user(self._person("operator", "payout_operator"))
        self.assertFalse(payout.may_match)
        with self.assertRaises(AccessError):
            payout.action_tie()
        with self.assertRaises(AccessError):
            payout.action_choose_bank_line()

    def test_what_a_person_reconciled_is_found_and_given_up_with_it(self):
        payout = self._tied()
        line = self._shown(115.25, text="Incoming transfer")
        suspense = line._seek_for_lines()[1]
        suspense.account_id = self.transit
        (suspense | payout._transit_lines()).reconcile()
        self._meets(payout, line)
        line.action_undo_reconciliation()
        payout._tie()
        self.assertEqual(payout.tie_state, "tied")
        self.assertFalse(payout.bank_line_id)


@tagged("post_install", "-at_install")
class TestBankMatch(BaseCase):
    """The decision itself, without a database of lines."""

    def _money(self, key, amount="10.00", day=DAY, **words):
        return Money(key, Decimal(amount), "EUR", day, **words)

    def _line(self, key, amount="10.00", day=DAY, text="", currency="EUR"):
        return Line(key, Decimal(amount), currency, day, text)

    def test_the_surest_text_counts(self):
        money = self._money("po", reference="T-1", descriptor="ACME", system="Gate")
        for text, grade in (
            ("sepa t1 acme", 3),
            ("AC ME payout", 2),
            ("from GATE", 1),
            ("Rosa", 0),
        ):
            self.assertEqual(sureness(money, text), grade, text)
        lines = [
            self._line(1, text="Gate"),
            self._line(2, text="ACME"),
            self._line(3, text="T-1"),
        ]
        self.assertEqual(match([money], lines).pairs, {"po": 3})
        found = match([money], lines[:1] + [self._line(4, text="Gate again")])
        self.assertEqual(found, ({}, {"po": [1, 4]}))

    def test_the_exact_day_decides_between_equals(self):
        first = self._money("a", descriptor="ACME")
        second = self._money("b", day=date(2026, 2, 25), descriptor="ACME")
        lines = [
            self._line(1, text="ACME"),
            self._line(2, text="ACME", day=date(2026, 2, 25)),
        ]
        self.assertEqual(match([first, second], lines).pairs, {"a": 1, "b": 2})
        self.assertEqual(match([first, second], lines[:1]).pairs, {})

    def test_another_currency_or_too_far_away(self):
        money = self._money("a", descriptor="ACME")
        lines = [
            self._line(1, text="ACME", currency="USD"),
            self._line(2, text="ACME", day=date(2026, 3, 1)),
        ]
        self.assertEqual(match([money], lines), ({}, {}))
