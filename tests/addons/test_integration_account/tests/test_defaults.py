# Copyright 2026 Odoo Integration Suite contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl)
from odoo.exceptions import UserError, ValidationError
from odoo.fields import Command
from odoo.tests import new_test_user, tagged

from odoo.addons.integration_account.hooks import post_init_hook

from .settlement_common import SettlementCase


@tagged("post_install", "-at_install")
class TestDefaults(SettlementCase):
    """What the connector knows about Odoo's side of the money."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.chief = new_test_user(
            cls.env,
            login="defaults_chief",
            groups="integration_core.group_manager,account.group_account_manager",
            company_id=cls.company.id,
            company_ids=[(6, 0, cls.company.ids)],
        )
        cls.sales.default_account_id = cls._account("400920", "Sales", "income")

    def _other_company(self):
        other = self.env["res.company"].create({"name": "Other company"})
        self.env.user.company_ids |= other
        self.chief.company_ids |= other
        env = self.env(
            context=dict(
                self.env.context, allowed_company_ids=(other | self.company).ids
            )
        )
        return other.with_env(env)

    def test_a_day_is_that_of_the_company(self):
        self.company.partner_id.tz = "America/New_York"
        day = self.connector._document_date("2026-01-01T03:00:00Z")
        self.assertEqual(str(day), "2025-12-31")

    def test_a_technical_user_from_before_gets_what_documents_need(self):
        user = self.connector.service_user_id
        invoicing = self.env.ref("account.group_account_invoice")
        user.group_ids -= invoicing
        post_init_hook(self.env)
        self.assertIn(invoicing, user.group_ids)

    def test_the_gateway_of_a_currency(self):
        row = self.connector._gateway_journal(self._currency("EUR"))
        self.assertEqual(row.journal_id, self.gateway)
        self.assertFalse(self.connector._gateway_journal(self._currency("USD")))

    # === APPROVAL COVERS THEM === #

    def test_defaults_of_a_connector_at_work_are_fixed(self):
        connector = self.connector.with_user(self.chief)
        changes = {
            "sale_journal_id": False,
            "posting_policy": "draft",
            "move_name_policy": "name",
            "negative_policy": "refund",
            "uncollectible_policy": "write_off",
            "fiscal_position_policy": "partner",
            "gateway_journal_ids": [Command.clear()],
        }
        for state in ("active", "paused"):
            self.connector._set_state(state, "")
            for name, value in changes.items():
                with self.assertRaisesRegex(UserError, "approval covers", msg=name):
                    connector.write({name: value})
        self.connector._set_state("suspended", "")
        connector.write({"posting_policy": "draft"})
        self.assertEqual(self.connector.posting_policy, "draft")

    def test_gateway_journals_of_a_connector_at_work_are_fixed(self):
        row = self.connector.gateway_journal_ids.with_user(self.chief)
        for attempt in (
            lambda: row.write({"fee_account_id": False}),
            lambda: row.unlink(),
            lambda: row.create(
                {
                    "connector_id": self.connector.id,
                    "currency_id": self._currency("USD").id,
                    "journal_id": self._dollars().id,
                    "clearing_account_id": self.clearing.id,
                }
            ),
        ):
            with self.assertRaisesRegex(UserError, "approval covers"):
                attempt()

    def _dollars(self):
        return self.env["account.journal"].create(
            {
                "name": "Gateway USD",
                "code": "GWU",
                "type": "bank",
                "currency_id": self._currency("USD").id,
            }
        )

    def test_a_change_makes_an_approval_void(self):
        before = self.connector._content_hash()
        self.connector.gateway_journal_ids.clearing_account_id = self._account(
            "101911", "Other clearing", "asset_current", True
        )
        self.assertNotEqual(self.connector._content_hash(), before)

    # === WHAT MAY BE CHOSEN === #

    def test_a_journal_of_another_company_is_refused(self):
        other = self._other_company()
        journal = other.env["account.journal"].create(
            {"name": "Foreign", "code": "FRGN", "type": "sale", "company_id": other.id}
        )
        with self.assertRaises(UserError):
            self.connector.sale_journal_id = journal

    def test_a_journal_of_the_parent_company_is_refused(self):
        """Odoo lets a branch book there; then its numbers are somebody else's."""
        branch = self.env["res.company"].create(
            {"name": "Branch", "parent_id": self.company.id}
        )
        self.env.user.company_ids |= branch
        connector = self._connector("Branch", branch)
        with self.assertRaisesRegex(ValidationError, "Choose a sales journal"):
            connector.sale_journal_id = self.sales
        with self.assertRaisesRegex(ValidationError, "Choose a journal of that"):
            connector.gateway_journal_ids = [
                Command.create(
                    {
                        "currency_id": self._currency("EUR").id,
                        "journal_id": self.gateway.id,
                        "clearing_account_id": self.clearing.id,
                    }
                )
            ]

    def test_a_clearing_account_must_reconcile(self):
        account = self._account("101912", "No clearing", "asset_current")
        with self.assertRaisesRegex(ValidationError, "must allow reconciliation"):
            self.connector.gateway_journal_ids.clearing_account_id = account

    def test_a_journal_in_another_currency_is_refused(self):
        with self.assertRaisesRegex(ValidationError, "needs a journal in EUR"):
            self.connector.gateway_journal_ids.journal_id = self._dollars()

    # === WHAT IS MISSING === #

    def test_gaps_are_named(self):
        self.assertFalse(self.connector._accounting_gaps())
        self.connector.write(
            {
                "sale_journal_id": False,
                "gateway_journal_ids": [Command.clear()],
                "fiscal_position_policy": "fixed",
                "uncollectible_policy": "write_off",
            }
        )
        self.connector.service_user_id.group_ids -= self.env.ref(
            "account.group_account_invoice"
        )
        gaps = " ".join(self.connector._activation_gaps())
        for words in (
            "Sales journal",
            "Gateway journal",
            "Fiscal position",
            "Bad debt",
            "the right Invoicing",
        ):
            self.assertIn(words, gaps)

    def test_a_sales_journal_needs_an_income_account(self):
        self.sales.default_account_id = False
        gaps = " ".join(self.connector._accounting_gaps())
        self.assertIn("no default income account", gaps)

    def test_a_manager_without_accounting_rights_sees_the_gaps(self):
        self.connector.sale_journal_id = False
        gaps = self.connector.with_user(self.manager)._accounting_gaps()
        self.assertIn("Sales journal", " ".join(gaps))

    def test_archived_journals_are_named(self):
        self.sales.active = False
        self.gateway.active = False
        gaps = " ".join(self.connector._accounting_gaps())
        self.assertIn("Sales of the demo system is archived", gaps)
        self.assertIn("Gateway EUR is archived", gaps)

    def test_nothing_is_asked_where_nothing_is_booked(self):
        connector = self._connector("Customers only")
        self.env["integration.flow"].create(
            {
                "connector_id": connector.id,
                "entity": "customer",
                "mapping_id": self.mapping.id,
            }
        )
        self.assertFalse(connector._accounting_gaps())
        keys = [entry["key"] for entry in connector._all_setup_steps()]
        self.assertNotIn("accounting", keys)

    def test_the_step_of_the_assistant(self):
        def accounting():
            steps = self.connector.with_user(self.chief)._all_setup_steps()
            return next(entry for entry in steps if entry["key"] == "accounting")

        entry = accounting()
        self.assertEqual(entry["state"], "done")
        self.assertIn("Sales of the demo system", entry["sentence"])
        self.assertIn("EUR: Gateway EUR", entry["sentence"])
        self.connector._set_state("draft", "")
        self.connector.sale_journal_id = False
        entry = accounting()
        self.assertIn(entry["state"], ("todo", "current"))
        self.assertEqual(entry["button"]["method"], "action_propose_accounting")

    def test_a_second_connector_to_the_account_is_named(self):
        self.connector.account_ref = "acct_1"
        self.assertFalse(self.connector._notice())
        twin = self._connector("Twin")
        twin.account_ref = "acct_1"
        self.assertFalse(self.connector._notice(), "it brings no documents")
        self._flow("invoice", self._plain_copy("invoice"), twin)
        notice = self.connector._notice()
        self.assertEqual(notice["level"], "warning")
        self.assertIn("Twin", notice["why"])

    def _plain_copy(self, entity):
        return self.flows[entity].mapping_id

    def test_every_role_can_open_the_form(self):
        """Also without any right of accounting: names are shown, nothing breaks."""
        view = self.env.ref("integration_core.integration_connector_view_form")
        for person in (self.manager, self.operator, self.designer, self.auditor):
            connector = self.connector.with_user(person)
            arch = connector.get_view(view.id)["arch"]
            self.assertIn("sale_journal_id", arch, person.login)
            name = {"fields": {"display_name": {}}}
            (found,) = connector.web_read(
                {
                    "sale_journal_id": name,
                    "setup_steps": {},
                    "notice": {},
                    "gateway_journal_ids": {
                        "fields": {"journal_id": name, "clearing_account_id": name}
                    },
                }
            )
            self.assertIn("Sales of the demo", found["sale_journal_id"]["display_name"])
            self.assertIn(
                "Gateway EUR",
                found["gateway_journal_ids"][0]["journal_id"]["display_name"],
            )

    # === LINKED DOCUMENTS === #

    def test_a_linked_document_is_not_deleted(self):
        move = self.env["account.move"].create(
            {"move_type": "out_invoice", "journal_id": self.sales.id}
        )
        self.env["integration.external.id"]._bind(
            self.connector,
            [
                {
                    "entity": "invoice",
                    "external_id": "in_1",
                    "model": "account.move",
                    "res_id": move.id,
                }
            ],
        )
        self.assertEqual(move.integration_link_count, 1)
        with self.assertRaisesRegex(UserError, "in_1 in Demo"):
            move.unlink()
        links = self.env["integration.external.id"].search(
            move.action_open_integrations()["domain"]
        )
        self.assertEqual(links.external_id, "in_1")
        self.assertEqual(
            move.action_open_integration_log()["res_model"], "integration.job.log"
        )
