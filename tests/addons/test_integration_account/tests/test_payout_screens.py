# Copyright 2026 Odoo Integration Suite contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl)
import json
from decimal import Decimal
from unittest.mock import patch

from odoo.exceptions import AccessError, UserError
from odoo.tests import new_test_user, tagged

from odoo.addons.integration_core.engine.errors import TransientError
from odoo.addons.integration_core.messages import Balance, Page
from odoo.addons.test_integration_core.tests.common import SYSTEM

from .payout_common import PayoutCase


@tagged("post_install", "-at_install")
class TestPayoutScreens(PayoutCase):
    """What people see of payouts: the picture, the sentence, the journal's card."""

    def _everything(self):
        """A payout with a bit of everything that adds up to 60.00."""
        tax = {"kind": "tax", "amount": self._money("0.60"), "description": "VAT"}
        part = {"kind": "processing", "amount": self._money("3.15")}
        self._charged(fee="3.75", fees=[part, tax])
        self._move("txn_r", "refund", "-40.00", payment="pi_1")
        self._move("txn_f", "fee", "-5.25", description="Billing")
        self._move("txn_h", "hold", "-20.00")
        self._move("txn_b", "release", "10.00")
        names = ["txn_pi_1", "txn_r", "txn_f", "txn_h", "txn_b"]
        payout = self._payout(amount="60.00", names=names)
        self._left(amount="-60.00")
        return self._fresh(payout)

    def test_the_picture(self):
        payout = self._everything()
        self._assert_tie(payout, "tied")
        self.assertEqual(
            payout._sums(),
            {
                "payments": Decimal("119.00"),
                "refunds": Decimal("-40.00"),
                "fees": Decimal("-9.00"),
                "reserves": Decimal("-10.00"),
            },
        )
        picture = payout.tie_bar
        self.assertIn("Came in: Payments 119.00€.", picture.replace("\xa0", ""))
        self.assertIn('payout_payments" style="width:100.000%', picture)
        self.assertIn('payout_refunds" style="width:33.613%', picture)
        self.assertNotIn("payout_difference", picture)
        cells = [
            (row["label"], row["cells"]["amount"].replace("\xa0", ""))
            for row in payout.fee_table["rows"]
        ]
        self.assertEqual(
            cells,
            [
                ("Other", "5.25€"),
                ("Processing", "3.15€"),
                ("Tax on fees", "0.60€"),
                ("Total", "9.00€"),
            ],
        )

    def test_the_picture_of_what_does_not_add_up(self):
        self._charged()
        payout = self._payout(amount="100.00", names=["txn_pi_1"])
        self._left(amount="-100.00")
        picture = self._fresh(payout).tie_bar
        self.assertIn("payout_difference", picture)
        self.assertEqual(payout.notice["level"], "danger")
        self.assertIn("differ", payout.notice["why"])
        methods = [entry["method"] for entry in payout.notice["buttons"]]
        self.assertEqual(methods, ["action_tie", "action_open_clearing"])

    def test_a_text_of_the_system_is_text(self):
        """What a system writes is shown, never taken as a part of the page."""
        self._move("txn_f", "fee", "-5.00", description="<b>Billing</b>")
        payout = self._payout(amount="-5.00", names=["txn_f"])
        self._left(amount="5.00")
        self.assertEqual(
            self._fresh(payout).fee_table["rows"][0]["cells"]["text"], "<b>Billing</b>"
        )
        self.assertNotIn("<b>", payout.tie_bar)

    def _half_read(self):
        """Of two transactions one is here."""
        self._move("txn_half", "fee", "30.00")
        return self._payout("po_half", "40.00", ["txn_half", "txn_other"])

    def test_a_sentence_for_every_state(self):
        payout = self._payout(names=["txn_pi_1"])
        self.assertIn("not here yet: 1", payout.notice["what"])
        operator = self._person("operator", "payout_reader")
        buttons = payout.with_user(operator).notice["buttons"]
        self.assertEqual([entry["method"] for entry in buttons], ["action_read"])
        self.assertIn("payout_missing", self._half_read().tie_bar)
        self._charged()
        self.assertIn(
            "movement of the payout itself", self._fresh(payout).notice["what"]
        )
        self._left()
        self.assertIn("at zero", self._fresh(payout).notice["what"])
        self._shown(115.25)
        self._look_after()
        self.assertIn("In the bank since", self._fresh(payout).notice["what"])
        self.assertIn("to the bank", payout.title)
        by_hand = self._payout("po_h", amount="40.00", names=None)
        self._left("po_h", "-40.00")
        self.assertIn("Made by hand", self._fresh(by_hand).notice["what"])
        lost = self._payout("po_f", names=None, status="failed", failure_reason="gone")
        self.assertIn("came to nothing", lost.notice["what"])
        self.assertTrue(lost.notice["why"].endswith("Gone."))
        for name in (
            "missing",
            "sum",
            "residual",
            "account",
            "pool",
            "locked",
            "start",
        ):
            payout.sudo().write({"tie_state": "open", "problem": name})
            self.assertTrue(payout.notice["why"] and payout.notice["next"], name)
        unclosed = self._payout("po_u", names=None, automatic=True, complete=False)
        self.assertIn("has not closed the list", unclosed.notice["what"])

    def test_where_its_buttons_lead(self):
        payout = self._everything()
        lines = payout.line_ids
        self.assertEqual(payout.entry_count, len(lines.move_id))
        found = {}
        for method in ("lines", "entries", "clearing"):
            action = getattr(payout, f"action_open_{method}")()
            found[method] = self.env[action["res_model"]].search(action["domain"])
        self.assertEqual(found["lines"], lines)
        self.assertEqual(found["entries"], lines.move_id)
        self.assertEqual(round(sum(found["clearing"].mapped("balance")), 2), 0)
        with self.assertRaisesRegex(UserError, "no page"):
            payout.action_open_remote()

    # === WHO SEES IT === #

    def test_accountants_without_a_role_read_payouts(self):
        payout = self._everything()
        person = new_test_user(
            self.env,
            login="payout_invoicing",
            groups="account.group_account_readonly",
            company_id=self.company.id,
            company_ids=[(6, 0, self.company.ids)],
        )
        seen = payout.with_user(person)
        # Long ago, and the bank has not shown it.
        self.assertEqual(seen.notice["level"], "warning")
        self.assertIn("should have shown", seen.notice["why"])
        self.assertTrue(seen.tie_bar)
        self.assertEqual(seen.entry_count, payout.entry_count)
        stranger = new_test_user(self.env, login="payout_stranger")
        with self.assertRaises(AccessError):
            payout.with_user(stranger).read(["name"])

    def test_an_auditor_without_the_books_sees_the_whole_form(self):
        payout = self._everything()
        self._shown(60)
        self._look_after()
        self._assert_tie(payout, "bank")
        auditor = new_test_user(
            self.env,
            login="payout_auditor",
            groups="integration_core.group_auditor",
            company_id=self.company.id,
            company_ids=[(6, 0, self.company.ids)],
        )
        seen = payout.with_user(auditor)
        view = seen.get_view(view_type="form")
        names = view["models"]["integration.settlement"]
        many = {"line_ids", "payout_line_ids"}
        spec = {name: {} for name in names if name not in many}
        spec["bank_line_id"] = {"fields": {"display_name": {}}}
        lines = view["models"]["integration.settlement.line"]
        spec |= {name: {"fields": dict.fromkeys(lines, {})} for name in many}
        self.env.invalidate_all()
        found = seen.web_read(spec)[0]
        self.assertIn("In the bank since", found["notice"]["what"])
        payout.sudo().write({"tie_state": "open", "problem": "residual"})
        self.assertNotIn("action_tie", str(seen.notice["buttons"]))
        payout.sudo().write({"tie_state": "waiting", "count_expected": 1})
        self.assertEqual(seen.notice["buttons"], [])
        self.assertEqual(len(found["line_ids"]), 6)
        self.assertTrue(found["bank_line_id"]["display_name"])

    def test_another_company_sees_nothing(self):
        payout = self._everything()
        other = self.env["res.company"].create({"name": "Elsewhere"})
        person = new_test_user(
            self.env,
            login="payout_elsewhere",
            groups="integration_core.group_auditor",
            company_id=other.id,
            company_ids=[(6, 0, other.ids)],
        )
        seen = payout.with_user(person).with_context(allowed_company_ids=other.ids)
        self.assertFalse(seen.search([]))
        with self.assertRaises(AccessError):
            seen.read(["name"])

    # === THE CARD === #

    def _card(self):
        self.env.flush_all()
        self.gateway.invalidate_recordset()
        return json.loads(self.gateway.kanban_dashboard).get("gateway")

    def _plain(self, text):
        return text.replace("\xa0", "")

    def _used_by_a_sister(self, account, amount: float):
        """Another company uses the account as well; returns that company."""
        euro = self.company.currency_id
        sister = self.env["res.company"].create(
            {"name": "Sister", "currency_id": euro.id}
        )
        self.env.user.company_ids |= sister
        env = self.env(context={"allowed_company_ids": sister.ids})
        journal, income = (
            env["account.journal"].create(
                {"name": "Sister", "code": "SIS", "type": "general"}
            ),
            env["account.account"].create(
                {"name": "Income", "code": "SIS1", "account_type": "income"}
            ),
        )
        both = [self.company.id, sister.id]
        account = account.with_context(allowed_company_ids=both)
        account.write(
            {
                "company_ids": [(4, sister.id)],
                "code_mapping_ids": [(0, 0, {"company_id": sister.id, "code": "SIS2"})],
            }
        )
        legs = [(account, amount), (income, -amount)]
        env["account.move"].create(
            {
                "journal_id": journal.id,
                "date": "2026-02-20",
                "line_ids": [
                    (0, 0, {"account_id": one.id, "balance": balance})
                    for one, balance in legs
                ],
            }
        ).action_post()
        return sister

    def _run(self):
        return self.env["integration.reconciliation"].new(
            {
                "connector_id": self.connector.id,
                "date_from": "2026-02-01",
                "date_to": "2026-02-28",
            }
        )

    def test_the_card_of_the_journal(self):
        self.assertEqual(self._plain(self._card()["clearing"]), "0.00€")
        self.assertFalse(self._card()["last"])
        self._everything()
        self._charged("pi_2", "100.00", "3.00")
        card = self._card()
        self.assertEqual(self._plain(card["clearing"]), "97.00€")
        self.assertEqual(self._plain(card["transit"]), "60.00€")
        self.assertIn("60.00€", self._plain(card["last"]))
        self.assertEqual((card["open"], card["there"]), (0, ""))
        held = [Balance("EUR", Decimal("90.00"), Decimal("7.00"))]
        adapter = self.registry[f"integration.adapter.{SYSTEM}"]
        with (
            patch.object(adapter, "_balances", lambda *args: held),
            patch.object(adapter, "_can_balance", True),
        ):
            self.connector._try_balances()
        card = self._card()
        self.assertEqual(self._plain(card["there"]), "97.00€")
        self.assertFalse(card["differs"])
        self._move("txn_x", "fee", "-1.00")
        self.assertTrue(self._card()["differs"])
        other = self.bank
        self.assertNotIn("gateway", json.loads(other.kanban_dashboard))

    def test_an_account_of_two_companies(self):
        """What another company books on it is not this gateway's."""
        self._charged("pi_2", "100.00", "3.00")
        sister = self._used_by_a_sister(self.clearing, 55)
        rows = self.gateway_row.browse([self.gateway_row.id])
        theirs = rows.new(
            {
                "connector_id": rows.connector_id.new({"company_id": sister.id}),
                "clearing_account_id": self.clearing.id,
                "currency_id": rows.currency_id.id,
            }
        )
        journals = self.gateway
        sums = journals._gateway_sums(rows | theirs)
        for row, amount in ((rows, "97.00€"), (theirs, "55.00€")):
            card = journals._gateway_card(row, sums, {})
            self.assertEqual(self._plain(card["clearing"]), amount)
        run = self._run()
        check = "integration.reconciliation.check.balance"
        (here,) = self.env[check]._here(run)
        self.assertEqual(here.amount, 97)
        check = "integration.reconciliation.check.balance_transaction"
        items = self.env[check]._clearing_items(run, [])
        self.assertEqual(items.company_id, self.company)
        for action in (journals.action_open_clearing(), run.action_open_items()):
            items = self.env["account.move.line"].search(action["domain"])
            self.assertEqual(items.company_id, self.company)

    def test_a_gateway_that_does_not_answer_leaves_the_card_alone(self):
        def fail(*_args):
            raise TransientError("no answer")

        adapter = self.registry[f"integration.adapter.{SYSTEM}"]
        with (
            patch.object(adapter, "_balances", fail),
            patch.object(adapter, "_can_balance", True),
        ):
            self.connector._try_balances()
            operator = self._person("operator", "payout_asker")
            with self.assertRaisesRegex(UserError, "no answer"):
                self.gateway.with_user(operator).action_read_gateway_balance()
        self.assertFalse(self.gateway_row.remote_at)

    def test_who_may_ask_the_gateway(self):
        held = [Balance("EUR", Decimal("5.00"), Decimal("0.00"))]
        adapter = self.registry[f"integration.adapter.{SYSTEM}"]
        operator = self._person("operator", "balance_asker")
        auditor = self._person("auditor", "balance_reader")
        rows = self.env["account.journal"]
        with patch.object(adapter, "_can_balance", False):
            self.assertFalse(rows.with_user(operator)._may_ask(self.gateway_row))
        with (
            patch.object(adapter, "_balances", lambda *args: held),
            patch.object(adapter, "_can_balance", True),
        ):
            self.assertTrue(rows.with_user(operator)._may_ask(self.gateway_row))
            self.assertFalse(rows.with_user(auditor)._may_ask(self.gateway_row))
            with self.assertRaises(AccessError):
                self.gateway.with_user(auditor).action_read_gateway_balance()
            self.gateway.with_user(operator).action_read_gateway_balance()
            self.assertEqual(self._plain(self._card()["there"]), "5.00€")
            # What moved is read as well; once it is here, the gateway is asked again.
            flow = self.flows["balance_transaction"]
            self.assertEqual(flow.load_state, "running")
            held[:] = [Balance("EUR", Decimal("7.00"), Decimal("0.00"))]
            page = Page(records=[], cursor="", version="")
            with (
                patch.object(self.env.cr, "commit"),
                patch.object(adapter, "_page", lambda *args: page),
            ):
                flow.sudo()._job_load()
            self.assertEqual(flow.load_state, "done")
            self.assertEqual(self._plain(self._card()["there"]), "7.00€")

    def test_where_the_card_leads(self):
        payout = self._everything()
        action = self.gateway.action_open_payouts()
        found = self.env[action["res_model"]].search(action["domain"])
        self.assertEqual(found, payout)
        action = self.gateway.action_open_transit()
        lines = self.env[action["res_model"]].search(action["domain"])
        self.assertEqual(lines.mapped("balance"), [60])
        action = self.gateway.action_open_clearing()
        lines = self.env[action["res_model"]].search(action["domain"])
        self.assertEqual(round(sum(lines.mapped("balance")), 2), 0)
        self.assertTrue(self._card()["may_see"])
        action = self.gateway.action_open_not_paid_out()
        self.assertEqual(action["res_model"], "integration.settlement.line")
        view = self.env["integration.settlement.line"].get_view(view_type="search")
        for name in action["context"]:
            self.assertIn(name.removeprefix("search_default_"), view["arch"])
