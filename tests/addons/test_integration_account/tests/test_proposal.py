# Copyright 2026 Odoo Integration Suite contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl)
from odoo.exceptions import AccessError, UserError
from odoo.fields import Command
from odoo.tests import Form, new_test_user, tagged

from .common import AccountCase

TITLE = "Peer pay"


@tagged("post_install", "-at_install")
class TestProposal(AccountCase):
    """Journals and accounts are proposed, shown, and only then created."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.chief = new_test_user(
            cls.env,
            login="proposal_chief",
            groups="integration_core.group_manager,account.group_account_manager",
            company_id=cls.company.id,
            company_ids=[(6, 0, cls.company.ids)],
        )
        # Two connectors of one system: then everything is named after the connector.
        cls.new = cls._connector(TITLE)
        cls.euro, cls.dollar = cls._currency("EUR"), cls._currency("USD")

    def _dialog(self, *currencies, user=None):
        action = self.new.with_user(user or self.chief).action_propose_accounting()
        form = Form(
            self.env[action["res_model"]]
            .with_user(user or self.chief)
            .with_context(**action["context"])
        )
        for currency in currencies:
            form.currency_ids.add(currency)
        return form

    def _outcomes(self, proposal) -> dict:
        return {
            (line.kind, line.currency_id.name or ""): line.outcome
            for line in proposal.line_ids
        }

    def _counts(self) -> tuple:
        return (
            self.env["account.journal"]
            .with_context(active_test=False)
            .search_count([]),
            self.env["account.account"]
            .with_context(active_test=False)
            .search_count([]),
        )

    def test_it_shows_before_it_creates(self):
        before = self._counts()
        proposal = self._dialog().save()
        self.assertEqual(
            self._outcomes(proposal),
            {
                ("sale_journal", ""): "create",
                ("fee", ""): "create",
                ("gateway_journal", "EUR"): "create",
                ("clearing", "EUR"): "create",
                ("method", "EUR"): "set",
            },
        )
        self.assertEqual(self._counts(), before)
        self.assertFalse(self.new.sale_journal_id)

    def test_it_creates_what_is_missing(self):
        self._dialog().save().action_apply()
        journal, row = self.new.sale_journal_id, self.new.gateway_journal_ids
        self.assertEqual((journal.type, journal.code), ("sale", "PEES"))
        self.assertEqual(journal.name, "Peer pay invoices")
        self.assertEqual(journal.company_id, self.company)
        self.assertEqual(journal.default_account_id.account_type, "income")
        self.assertEqual(row.currency_id, self.euro)
        self.assertEqual((row.journal_id.type, row.journal_id.code), ("bank", "PEEUR"))
        self.assertFalse(row.journal_id.currency_id)
        clearing, fee = row.clearing_account_id, row.fee_account_id
        self.assertEqual(clearing.account_type, "asset_current")
        self.assertTrue(clearing.reconcile)
        self.assertEqual(clearing.name, "Peer pay clearing EUR")
        self.assertEqual((fee.account_type, fee.name), ("expense", "Peer pay fees"))
        methods = self.new._method_lines(row.journal_id)
        self.assertTrue(methods)
        self.assertEqual(methods.payment_account_id, clearing)

    def test_codes_are_next_to_those_of_the_chart(self):
        self._dialog().save().action_apply()
        row = self.new.gateway_journal_ids
        near = self.company.transfer_account_id.code
        self.assertGreater(row.clearing_account_id.code, near)
        self.assertEqual(row.clearing_account_id.code[:4], near[:4])
        self.assertEqual(row.fee_account_id.code[:1], "6")

    def test_twice_changes_nothing(self):
        self._dialog().save().action_apply()
        before, rows = self._counts(), self.new.gateway_journal_ids
        proposal = self._dialog().save()
        self.assertEqual(set(self._outcomes(proposal).values()), {"exists"})
        self.assertEqual(proposal.missing_count, 0)
        proposal.action_apply()
        self.assertEqual(self._counts(), before)
        self.assertEqual(self.new.gateway_journal_ids, rows)

    def test_a_further_currency_has_a_journal_of_its_own(self):
        self._dialog().save().action_apply()
        self._dialog(self.dollar).save().action_apply()
        row = self.new._gateway_journal(self.dollar)
        self.assertEqual(row.journal_id.currency_id, self.dollar)
        own = self.new._gateway_journal(self.euro)
        self.assertNotEqual(row.journal_id, own.journal_id)
        self.assertNotEqual(row.clearing_account_id, own.clearing_account_id)
        self.assertEqual(row.fee_account_id, own.fee_account_id)
        self.assertFalse(row.clearing_account_id.currency_id)

    def test_two_currencies_at_once(self):
        self._dialog(self.dollar).save().action_apply()
        self.assertEqual(len(self.new.gateway_journal_ids), 2)
        codes = self.new.gateway_journal_ids.clearing_account_id.mapped("code")
        self.assertEqual(len(set(codes)), 2)

    def test_what_fits_is_used(self):
        journal = self.env["account.journal"].create(
            {"name": "Income of Peer pay", "code": "XYZ", "type": "sale"}
        )
        bank = self.env["account.journal"].create(
            {"name": "Peer pay account", "code": "XYB", "type": "bank"}
        )
        clearing = self._account("101950", "Peer pay transit", "asset_current", True)
        fee = self._account("629150", "Charges of Peer pay", "expense")
        before = self._counts()
        proposal = self._dialog().save()
        self.assertEqual(proposal.missing_count, 1, "the payment methods")
        proposal.action_apply()
        row = self.new.gateway_journal_ids
        self.assertEqual(self._counts(), before)
        self.assertEqual(self.new.sale_journal_id, journal)
        self.assertEqual(row.journal_id, bank)
        self.assertEqual(row.clearing_account_id, clearing)
        self.assertEqual(row.fee_account_id, fee)

    def test_what_another_connector_uses_does_not_fit(self):
        self.sales.name = "Peer pay of somebody else"
        self.gateway.name = "Peer pay gateway of somebody else"
        self.clearing.name = "Peer pay clearing of somebody else"
        outcomes = self._outcomes(self._dialog().save())
        self.assertEqual(outcomes["sale_journal", ""], "create")
        self.assertEqual(outcomes["gateway_journal", "EUR"], "create")
        self.assertEqual(outcomes["clearing", "EUR"], "create")

    def test_names_and_codes_may_be_changed(self):
        form = self._dialog()
        with form.line_ids.edit(0) as line:
            self.assertEqual(line.kind, "sale_journal")
            line.name, line.code = "Shop", "SHOP"
        form.save().action_apply()
        self.assertEqual(self.new.sale_journal_id.name, "Shop")
        self.assertEqual(self.new.sale_journal_id.code, "SHOP")

    def test_a_new_journal_needs_a_name(self):
        form = self._dialog()
        with form.line_ids.edit(0) as line:
            line.name = " "
        with self.assertRaisesRegex(UserError, "needs a name and a code"):
            form.save().action_apply()

    def test_what_was_shown_is_what_is_created(self):
        proposal = self._dialog().save()
        self.env["account.journal"].create(
            {"name": "Peer pay invoices", "code": "LATE", "type": "sale"}
        )
        with self.assertRaisesRegex(UserError, "changed since this was shown"):
            proposal.action_apply()

    def test_codes_that_are_used_are_passed_over(self):
        for code in ("PEES", "PEE1"):
            self.env["account.journal"].create(
                {"name": f"Taken {code}", "code": code, "type": "general"}
            )
        self._dialog().save().action_apply()
        self.assertEqual(self.new.sale_journal_id.code, "PEE2")

    def test_one_connector_of_a_system_names_them_after_the_system(self):
        self.connector._set_state("retired", "")
        label = dict(self.new._fields["system"]._description_selection(self.env))
        self.assertEqual(self.new._system_name(), label[self.new.system])

    def test_who_may_propose(self):
        with self.assertRaisesRegex(AccessError, "accounting right"):
            self._dialog(user=self.manager)
        with self.assertRaises(UserError):
            self._dialog(user=self.operator)
        self.new._set_state("active", "")
        with self.assertRaisesRegex(UserError, "approval covers"):
            self._dialog()

    def test_a_company_without_a_chart_is_told(self):
        other = self.env["res.company"].create({"name": "Empty company"})
        self.env.user.company_ids |= other
        self.chief.company_ids |= other
        connector = self._connector("Empty", other)
        with self.assertRaisesRegex(UserError, "no chart of accounts"):
            connector.with_user(self.chief).with_context(
                allowed_company_ids=other.ids
            ).action_propose_accounting()

    def test_the_accounting_tab_keeps_what_is_there(self):
        """Opening and saving the form changes nothing."""
        self.connector._set_state("draft", "")
        before = self.connector._content_hash()
        with Form(self.connector.with_user(self.chief)) as form:
            form.region = "EU"
        self.assertEqual(self.connector._content_hash(), before)

    def test_a_row_can_be_added_by_hand(self):
        journal = self.env["account.journal"].create(
            {"name": "By hand", "code": "HAND", "type": "bank"}
        )
        self.new.with_user(self.chief).write(
            {
                "gateway_journal_ids": [
                    Command.create(
                        {
                            "currency_id": self.euro.id,
                            "journal_id": journal.id,
                            "clearing_account_id": self._account(
                                "101951", "By hand", "asset_current", True
                            ).id,
                        }
                    )
                ]
            }
        )
        self._dialog().save().action_apply()
        self.assertEqual(self.new.gateway_journal_ids.journal_id, journal)
        self.assertTrue(self.new.gateway_journal_ids.fee_account_id)

    def test_movements_need_further_accounts(self):
        mapping = self.flows["balance_transaction"].mapping_id
        self._flow("balance_transaction", mapping, self.new)
        proposal = self._dialog(self.dollar).save()
        kinds = {kind for kind, _currency in self._outcomes(proposal)}
        self.assertLessEqual(
            {"fee_tax", "dispute", "chargeback", "transit", "reserve"}, kinds
        )
        proposal.action_apply()
        rows = self.new.gateway_journal_ids
        self.assertEqual(len(rows), 2)
        self.assertEqual(len(rows.transit_account_id), 1)
        self.assertTrue(rows.transit_account_id.reconcile)
        self.assertTrue(rows.dispute_account_id.reconcile)
        self.assertEqual(rows.chargeback_account_id.account_type, "expense")
        self.assertEqual(rows.transit_account_id.name, "Peer pay payouts in transit")
        self.assertEqual(len(rows.transit_account_id | rows.reserve_account_id), 2)
        self.assertFalse(rows.adjustment_account_id)
        self.assertFalse(self.new._accounting_gaps())
        again = self._dialog().save()
        self.assertEqual(again.missing_count, 0)
        rows.transit_account_id = False
        self.assertIn("Payouts in transit account", self.new._accounting_gaps()[0])

    def test_accounts_of_a_retired_connector_are_no_clearing_accounts(self):
        """Its successor has the same name, and finds what stands for disputes."""
        mapping = self.flows["balance_transaction"].mapping_id
        self._flow("balance_transaction", mapping, self.new)
        self._dialog().save().action_apply()
        first = self.new.gateway_journal_ids
        self.new._set_state("retired", "")
        self.new.name = f"{TITLE} of before"
        second = self._connector(TITLE)
        self._flow("balance_transaction", mapping, second)
        parts = second.with_user(self.chief)._proposal(self.euro)
        second.with_user(self.chief)._apply_proposal(parts)
        row = second.gateway_journal_ids
        self.assertNotEqual(row.clearing_account_id, first.clearing_account_id)
        self.assertEqual(row.dispute_account_id, first.dispute_account_id)
        self.assertNotIn(row.clearing_account_id, first.transit_account_id)

    def test_the_approval_covers_every_account(self):
        mapping = self.flows["balance_transaction"].mapping_id
        self._flow("balance_transaction", mapping, self.new)
        self._dialog().save().action_apply()
        before = self.new._governed_content()["gateway_journals"]
        row = self.new.gateway_journal_ids
        row.reserve_account_id = row.transit_account_id
        self.assertNotEqual(self.new._governed_content()["gateway_journals"], before)
