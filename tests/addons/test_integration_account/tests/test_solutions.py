# Copyright 2026 Odoo Integration Suite contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl)
from odoo.tests import tagged

from .common import AccountCase


@tagged("post_install", "-at_install")
class TestSolutions(AccountCase):
    """From what stops a document to where it is solved, in one click."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        event = cls._store(cls, "in_1", {"status": "open"}, entity="invoice")
        cls._drain(cls)
        cls.event = event
        event.invalidate_recordset()
        cls.exception = event.exception_id
        cls.operator.group_ids |= cls.env.ref("account.group_account_invoice")

    def _solve(self, cause: str) -> dict:
        self.exception.sudo().cause = cause
        self.event.invalidate_recordset()
        self.assertIn("action_solve", str(self.event.notice))
        return self.exception.with_user(self.operator).action_solve()

    def test_every_cause_leads_somewhere(self):
        tax = self.env["account.tax"].search(
            [("company_id", "=", self.company.id)], limit=1
        )
        invoice = self.env["account.move"].create({"move_type": "out_invoice"})
        places = {
            "before_start_date": ("integration.connector", self.connector.id),
            "gateway_journal:GBP": ("integration.connector", self.connector.id),
            "negative_invoice": ("integration.connector", self.connector.id),
            "no_sale_journal": ("integration.connector", self.connector.id),
            "write_off_setup": ("integration.connector", self.connector.id),
            "currency:GBP": ("res.currency", self._currency("GBP").id),
            "currency_digits:JPY": ("res.currency", self._currency("JPY").id),
            f"no_account:{self.sales.id}": ("account.journal", self.sales.id),
            f"payment_method:{self.gateway.id}": ("account.journal", self.gateway.id),
            f"tax:{tax.id}": ("account.tax", tax.id),
            "no_flow:refund": ("integration.flow", None),
            f"fiscal_position:{tax.id}": ("account.fiscal.position", False),
            "balance_setup": ("account.journal", False),
            f"invoice_draft:{invoice.id}": ("account.move", invoice.id),
            f"invoice_cancelled:{invoice.id}": ("account.move", invoice.id),
            f"credit_note_of_write_off:{invoice.id}": ("account.move", invoice.id),
        }
        for cause, (model, res_id) in places.items():
            with self.subTest(cause):
                action = self._solve(cause)
                self.assertEqual(action["res_model"], model)
                self.assertEqual(action.get("res_id"), res_id)

    def test_a_deleted_tax_leads_to_the_value_map(self):
        action = self._solve("tax:txr_gone")
        self.assertEqual(action["res_model"], "integration.value.map")

    def test_a_document_is_opened(self):
        move = self.env["account.move"].create({"move_type": "out_invoice"})
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
        for kind in ("amounts_changed", "owed_again", "void_but_settled"):
            with self.subTest(kind):
                action = self._solve(kind)
                self.assertEqual(action["res_model"], "account.move")
                self.assertEqual(action["res_id"], move.id)

    def test_what_never_came_is_looked_for_again(self):
        self._solve("missing:customer:cus_1")
        self.event.invalidate_recordset()
        self.assertEqual(self.event.state, "pending")
