# Copyright 2026 Odoo Integration Suite contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl)
from odoo.addons.integration_core.engine import versions
from odoo.addons.integration_core.messages import Source
from odoo.addons.integration_core.preview_messages import PreviewSource

from .invoice_common import InvoiceCase


class TestPreview(InvoiceCase):
    """Documents are booked to the last entry, shown, and not kept."""

    def _sources(self, *objects):
        return [
            PreviewSource(
                entity, external_id, source=Source(record, versions.from_unix(500))
            )
            for entity, external_id, record in objects
        ]

    def _preview(self, *objects, **kw):
        return self.env["integration.dry.run"]._preview(
            self.connector, self._sources(*objects), **kw
        )

    def _payment(self, invoice: str, amount: str) -> dict:
        """A canonical payment of one invoice."""
        return {
            "key": "pay_1",
            "status": "succeeded",
            "amount": self._money(amount),
            "customer": {"entity": "customer", "external_id": "cus_1"},
            "paid_at": "2026-02-11T12:00:00Z",
            "allocations": [
                {
                    "invoice": {"entity": "invoice", "external_id": invoice},
                    "amount": self._money(amount),
                }
            ],
        }

    def _books(self):
        """What must not change: how many entries, the numbers, what is reconciled."""
        self.env.flush_all()
        self.env.cr.execute(
            """
            SELECT (SELECT count(*) FROM account_move),
                   (SELECT sum(amount_residual) FROM account_move_line),
                   (SELECT count(*) FROM account_payment),
                   (SELECT count(*) FROM account_partial_reconcile),
                   (SELECT count(*) FROM integration_external_id),
                   (SELECT count(*) FROM integration_effect),
                   (SELECT count(*) FROM integration_job_log),
                   (SELECT count(*) FROM mail_message)
            """
        )
        return self.env.cr.fetchone()

    def test_invoice(self):
        before = self._books()
        record = self._invoice(self._line("100.00", tax="19.00"))
        [preview] = self._preview(("invoice", "in_1", record))
        self.assertEqual(preview.outcome, "done", preview.error)
        self.assertEqual((preview.operation, preview.model), ("post", "account.move"))
        self.assertFalse(preview.res_id)
        self.assertTrue(preview.document_name)
        self.assertIn("119", str(preview.diff["ledger"]))
        self.assertEqual((preview.amount, preview.currency), ("119.00", "EUR"))
        preview.as_dict()
        self.assertEqual(self._books(), before)
        move = self._booked(record)
        self.assertIn(move.name, preview.document_name)

    def test_payment_of_an_invoice_of_the_same_batch(self):
        before = self._books()
        invoice = self._invoice(self._line("100.00", tax="19.00"))
        payment = self._payment("in_1", "119.00")
        found = self._preview(
            ("payment", "pay_1", payment), ("invoice", "in_1", invoice)
        )
        self.assertEqual([p.outcome for p in found], ["done", "done"], found)
        self.assertEqual(found[0].operation, "post")
        self.assertIn("ledger", found[0].diff)
        self.assertEqual(self._books(), before)

    def test_payment_that_waits(self):
        payment = self._payment("in_9", "119.00")
        [preview] = self._preview(("payment", "pay_1", payment))
        self.assertEqual(preview.outcome, "waiting")
        self.assertIn(["invoice", "in_9"], preview.missing)

    def test_locked_period_is_told(self):
        self.company.fiscalyear_lock_date = "2026-12-31"
        record = self._invoice(self._line("100.00", tax="19.00"))
        [preview] = self._preview(("invoice", "in_1", record))
        self.assertEqual(preview.outcome, "fail")
        self.assertEqual(preview.error["class"], "locked_period")
        self.assertTrue(preview.error["hint"])

    def test_stored_message_of_a_locked_period_after_the_lock_is_gone(self):
        self.company.fiscalyear_lock_date = "2026-12-31"
        event = self._bring(self._invoice(self._line("100.00", tax="19.00")))
        self.assertEqual(event.state, "review")
        self.company.fiscalyear_lock_date = False
        before = self._books()
        [preview] = event._preview_replay()
        self.assertEqual(preview.outcome, "done", preview.error)
        self.assertEqual(self._books(), before)
        self.assertEqual(event.state, "review")
