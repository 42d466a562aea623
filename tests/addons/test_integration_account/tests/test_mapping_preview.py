# Copyright 2026 Odoo Integration Suite contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl)
import time

from odoo.addons.integration_core.engine.samples import pretty

from .invoice_common import InvoiceCase


class TestMappingPreview(InvoiceCase):
    """What a version of the invoice mapping would book, on the screen."""

    def setUp(self):
        super().setUp()
        mapping = self.connector.flow_ids.filtered(
            lambda flow: flow.entity == "invoice" and flow.direction == "in"
        ).mapping_id.with_user(self.designer)
        self.draft = mapping.browse(mapping.action_new_version()["res_id"])

    def _look(self, record):
        test = self.draft.test_ids.create(
            {
                "mapping_id": self.draft.id,
                "name": "in_9",
                "sample": pretty(record),
                "expected": "{}",
            }
        )
        dialog = (
            self.env["integration.mapping.preview"]
            .with_user(self.designer)
            .create(
                {
                    "mapping_id": self.draft.id,
                    "connector_id": self.connector.id,
                    "origin": "test",
                    "test_id": test.id,
                }
            )
        )
        # Of this process: what else the machine does is no part of it.
        started = time.thread_time()
        dialog.action_preview()
        self.seconds = time.thread_time() - started
        return dialog

    def _rows(self, table):
        return {row["label"]: row for row in table["rows"]}

    def test_invoice_with_its_journal_items(self):
        moves = self.env["account.move"].search_count([])
        record = self._invoice(self._line("100.00", "19.00"))
        dialog = self._look(record)
        self.assertEqual(dialog.notice["level"], "success", dialog.notice)
        self.assertIn("would be posted", dialog.notice["what"])
        self.assertEqual(dialog.notice["next"], "Nothing was written.")
        ledger = dialog.ledger_table["rows"]
        self.assertIn("400900 Sales of the demo system", [r["label"] for r in ledger])
        self.assertEqual(ledger[-1]["cells"]["debit"], ledger[-1]["cells"]["credit"])
        rows = self._rows(dialog.line_table)
        self.assertIn("119.00", rows["total"]["cells"]["canonical"])
        self.assertIn("fits the data format", dialog.format_table["empty"])
        self.assertEqual(self.env["account.move"].search_count([]), moves)
        self.assertLess(self.seconds, 1)

    def test_invoice_that_contradicts_itself(self):
        record = self._invoice(self._line("100.00", "19.00"))
        record["total"]["amount"] = "120.00"
        dialog = self._look(record)
        self.assertEqual(dialog.notice["level"], "danger")
        self.assertIn("not come through", dialog.notice["what"])
        self.assertFalse(dialog.ledger_table)

    def test_missing_line_of_the_mapping_is_seen(self):
        total = self.draft.line_ids.filtered(lambda line: line.target == "total")
        total.source = "sum"
        dialog = self._look(self._invoice(self._line("100.00", "19.00")))
        self.assertEqual(dialog.notice["level"], "danger")
        rows = self._rows(dialog.line_table)
        note = rows["total"]["cells"]["note"]
        self.assertTrue(note)
        self.assertIn("total", str(dialog.format_table["rows"]))
