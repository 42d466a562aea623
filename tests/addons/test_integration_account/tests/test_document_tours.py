# Copyright 2026 Odoo Integration Suite contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl)
from datetime import timedelta

from odoo import fields
from odoo.tests import HttpCase, new_test_user, tagged

from odoo.addons.test_integration_core.tests.common import SYSTEM

from .invoice_common import InvoiceCase

RATE = {"name": "VAT", "percentage": "7", "inclusive": False, "active": True}


@tagged("post_install", "-at_install")
class TestDocumentTours(InvoiceCase, HttpCase):
    """People and documents, in a real browser."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.chief = new_test_user(
            cls.env,
            login="tour_chief",
            groups="integration_core.group_manager,account.group_account_manager",
            company_id=cls.company.id,
            company_ids=[(6, 0, cls.company.ids)],
        )

    def _tour(self, path, name):
        self.start_tour(f"/odoo/{path}", name, login=self.chief.login)
        self.env.invalidate_all()

    def _work(self):
        """What the hub's jobs would do now."""
        for _turn in range(3):
            self._drain()
        self.env.invalidate_all()

    def test_journals_and_accounts_are_set_up(self):
        new = self._connector("Peer pay")
        for entity in ("invoice", "payment"):
            flow = self._flow(entity, self.flows[entity].mapping_id, connector=new)
            self.assertEqual(flow.connector_id, new)
        self.assertTrue(new._accounting_gaps())
        self._tour(f"integration-connectors/{new.id}", "integration_accounting_setup")
        self.assertEqual(new._accounting_gaps(), [])
        self.assertEqual(new.sale_journal_id.name, "Shop invoices")
        self.assertEqual(new.gateway_journal_ids.currency_id.name, "EUR")

    def test_a_tax_is_mapped_and_what_waited_is_booked(self):
        self.env["integration.value.map"].create(
            {
                "name": "Demo: tax rates",
                "code": "demo_tax_rate",
                "system": SYSTEM,
                "entity": "tax_rate",
                "model": "account.tax",
            }
        )
        self._tax("unused", "7 %", 7)
        line = self._line("100.00", "7.00", key="txr_7")
        events = [
            self._bring(self._invoice(line, number=f"R-{n}"), external_id=f"in_{n}")
            for n in (1, 2)
        ]
        self._feed("txr_7", RATE, entity="tax_rate")
        self._tour("integration-attention", "integration_attention_tax")
        self._work()
        self.assertEqual([event.state for event in events], ["done", "done"])
        self.assertEqual(self._move("in_1").state, "posted")
        self._tour(f"integration-messages/{events[0].id}", "integration_invoice_result")

    def test_an_entry_of_a_locked_month_is_decided(self):
        day = fields.Date.today() - timedelta(days=70)
        self.company.sudo().sale_lock_date = day + timedelta(days=2)
        record = self._invoice(
            self._line("100.00", "19.00"), issued_at=f"{day}T12:00:00Z"
        )
        event = self._bring(record)
        self.assertEqual(event.error_class, "locked_period", event.error)
        row = self.env["integration.shifted.document"].search(
            [("event_id", "=", event.id)]
        )
        self._tour("integration-shifted", "integration_shifted")
        self.assertEqual((row.state, row.decided_by), ("approved", self.chief))
        self._work()
        self.assertEqual((event.state, row.state), ("done", "booked"), event.error)
        move = self._move()
        self.assertEqual((move.state, move.date), ("posted", row.booked_date))
        self._tour(f"integration-shifted/{row.id}", "integration_shifted_booked")
