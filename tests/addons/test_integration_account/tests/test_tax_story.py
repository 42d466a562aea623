# Copyright 2026 Odoo Integration Suite contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl)
from odoo.tests import tagged

from odoo.addons.test_integration_core.tests.common import SYSTEM

from .invoice_common import InvoiceCase

RATE = {"name": "VAT", "percentage": "7", "inclusive": False, "active": True}


@tagged("post_install", "-at_install")
class TestTaxStory(InvoiceCase):
    """Invoices whose tax nobody has mapped wait whole, and go on by themselves."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.map = cls.env["integration.value.map"].create(
            {
                "name": "Demo: tax rates",
                "code": "demo_tax_rate",
                "system": SYSTEM,
                "entity": "tax_rate",
                "model": "account.tax",
            }
        )
        cls.seven = cls._tax("unused", "7 %", 7)

    def _bring_two(self):
        line = self._line("100.00", "7.00", key="txr_7")
        return [
            self._bring(self._invoice(line, number=f"R-{n}"), external_id=f"in_{n}")
            for n in (1, 2)
        ]

    def _accept(self):
        self.map.line_ids.with_user(self.designer).action_accept_proposal()
        for _turn in range(3):
            self._drain()
        self.env.invalidate_all()

    def test_invoices_wait_until_their_tax_is_mapped(self):
        events = self._bring_two()
        self.assertEqual({e.waiting_for for e in events}, {"tax_rate:txr_7"})
        self.assertFalse(self._move("in_1"))
        self._feed("txr_7", RATE, entity="tax_rate")
        (step,) = self.map.unmapped["steps"]
        self.assertIn("Messages waiting for it: 2.", step["sentence"])
        self.assertIn("214.00", step["sentence"])
        self._accept()
        for number, event in enumerate(events, 1):
            self.assertEqual(event.state, "done", event.error)
            move = self._move(f"in_{number}")
            self.assertEqual((move.state, move.amount_total), ("posted", 107.0))
            self.assertEqual(move.line_ids.tax_line_id, self.seven)
        self.assertFalse(self.map.unmapped)

    def test_the_order_of_arrival_does_not_matter(self):
        self._feed("txr_7", RATE, entity="tax_rate")
        self._accept()
        events = self._bring_two()
        self.assertEqual({e.state for e in events}, {"done"})

    def test_a_wait_that_ran_out_ends_with_the_mapping_as_well(self):
        event = self._bring_two()[0]
        event.sudo().next_attempt = "2020-01-01 00:00:00"
        self.env["integration.sweeper"]._expire_waiting()
        self.env.invalidate_all()
        self.assertEqual(event.state, "review")
        self._feed("txr_7", RATE, entity="tax_rate")
        self._accept()
        self.assertEqual(event.state, "done", event.error)

    def test_the_tax_of_another_connector_of_the_company_is_the_same(self):
        """One system, one company, two connectors: mapped once."""
        second = self._connector("Second", self.company)
        self._feed("txr_7", RATE, entity="tax_rate")
        self._accept()
        found = self.env["integration.external.id"]._resolve(
            second, {("tax_rate", "txr_7")}
        )
        self.assertEqual(found, {("tax_rate", "txr_7"): ("account.tax", self.seven.id)})
