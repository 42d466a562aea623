# Copyright 2026 Odoo Integration Suite contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl)
from freezegun import freeze_time

from odoo.tests import new_test_user, tagged

from .invoice_common import InvoiceCase

FEBRUARY = "2026-02-28"


@tagged("post_install", "-at_install")
class TestPeriodPath(InvoiceCase):
    """An invoice of a locked month on the whole path, from message to entry."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.startClassPatcher(freeze_time("2026-03-05 10:00:00"))
        cls.company.sudo().fiscalyear_lock_date = FEBRUARY
        cls.accountant = new_test_user(
            cls.env,
            login="path_accountant",
            groups="integration_core.group_operator,account.group_account_manager",
            company_id=cls.company.id,
            company_ids=[(6, 0, cls.company.ids)],
        )

    def _held(self, external_id="in_1", **values):
        record = self._invoice(self._line("100.00", "19.00"), **values)
        event = self._bring(record, external_id)
        self.assertEqual((event.state, event.error_class), ("review", "locked_period"))
        return event, self._row(external_id)

    def _row(self, external_id="in_1"):
        return self.env["integration.shifted.document"].search(
            [
                ("connector_id", "=", self.connector.id),
                ("external_id", "=", external_id),
                ("kind", "=", "post"),
            ]
        )

    def test_nothing_is_booked_and_it_is_listed(self):
        event, row = self._held()
        self.assertFalse(self._link("in_1", "invoice"))
        self.assertEqual((row.state, row.event_id), ("waiting", event))
        self.assertEqual((row.amount, row.currency_id.name), (119.0, "EUR"))
        self.assertEqual(event.exception_id.amount, 119.0)
        self.assertEqual(
            event.exception_id.cause, f"locked_period:{self.sales.id}:2026-02"
        )

    def test_decided_it_is_booked_on_the_day_that_was_shown(self):
        event, row = self._held()
        shown = row.booked_date
        row.with_user(self.accountant)._decide("book", "February is reported")
        self._drain()
        self.env.invalidate_all()
        self.assertEqual(event.state, "done", event.error)
        move = self._move()
        self.assertEqual((move.state, move.date), ("posted", shown))
        self.assertEqual(str(move.invoice_date), "2026-02-10")
        self.assertEqual((row.state, row.res_id), ("booked", move.id))
        notes = " ".join(str(message.body) for message in move.message_ids)
        self.assertIn("February is reported", notes)

    def test_a_lifted_lock_and_a_retry(self):
        event, row = self._held()
        self.company.sudo().fiscalyear_lock_date = False
        event.with_user(self.operator).action_retry()
        self._drain()
        self.env.invalidate_all()
        self.assertEqual(str(self._move().date), "2026-02-10")
        self.assertEqual(row.state, "own")

    def test_one_of_a_locked_month_does_not_stop_the_others(self):
        self._store("in_1", self._invoice(self._line("1.00", "0.19")), entity="invoice")
        open_one = self._invoice(
            self._line("2.00", "0.38"), number="R-2", issued_at="2026-03-02T12:00:00Z"
        )
        self._store("in_2", open_one, entity="invoice")
        self._drain()
        self.assertFalse(self._link("in_1", "invoice"))
        self.assertEqual(self._move("in_2").state, "posted")
        self.assertEqual(self._row("in_1").state, "waiting")
        self.assertFalse(self._row("in_2"))

    def test_void_before_it_was_booked_takes_it_off_the_list(self):
        _event, row = self._held()
        record = self._invoice(
            self._line("100.00", "19.00"),
            status="void",
            voided_at="2026-03-04T12:00:00Z",
        )
        newer = self._bring(record, at=200)
        self.env.invalidate_all()
        self.assertNotIn(newer.state, ("review", "dead", "quarantine"), newer.error)
        self.assertEqual(row.state, "dropped")

    def test_a_draft_that_a_person_posts_is_listed(self):
        self.connector.sudo().posting_policy = "draft"
        self._bring(self._invoice(self._line("100.00", "19.00")))
        move = self._move()
        self.assertEqual(move.state, "draft")
        self.assertFalse(self._row())
        move.with_user(self.accountant).action_post()
        row = self._row()
        self.assertEqual(row.state, "booked")
        self.assertEqual(
            (str(row.wanted_date), row.booked_date), ("2026-02-10", move.date)
        )
        self.assertEqual(row.decided_by, self.accountant)
        self.assertEqual(row.lock, "fiscalyear_lock_date")

    def test_nobody_hides_it_by_the_context_of_a_call(self):
        self.connector.sudo().posting_policy = "draft"
        self._bring(self._invoice(self._line("100.00", "19.00")))
        for pretended in (self.connector.id, "x"):
            move = self._move().with_user(self.accountant)
            move.with_context(integration_connector_id=pretended).action_post()
            row = self._row()
            self.assertEqual((row.state, row.decided_by), ("booked", self.accountant))
            row.sudo().unlink()
            move.button_draft()
            move.date = "2026-02-10"

    def test_what_a_person_posts_on_its_day_is_not_listed(self):
        self.connector.sudo().posting_policy = "draft"
        self._bring(
            self._invoice(
                self._line("100.00", "19.00"), issued_at="2026-03-02T12:00:00Z"
            )
        )
        self._move().with_user(self.accountant).action_post()
        self.assertFalse(self._row())

    def test_a_document_of_nobody_else_is_not_listed(self):
        move = self.env["account.move"].create(
            {
                "move_type": "out_invoice",
                "journal_id": self.sales.id,
                "partner_id": self.partner.id,
                "invoice_date": "2026-02-10",
                "invoice_line_ids": [
                    (0, 0, {"name": "x", "price_unit": 1, "tax_ids": False})
                ],
            }
        )
        count = self.env["integration.shifted.document"].search_count([])
        move.action_post()
        self.assertNotEqual(str(move.date), "2026-02-10")
        self.assertEqual(
            self.env["integration.shifted.document"].search_count([]), count
        )
