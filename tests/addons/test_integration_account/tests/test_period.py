# Copyright 2026 Odoo Integration Suite contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl)
from odoo import fields
from odoo.exceptions import ValidationError
from odoo.tests import tagged

from odoo.addons.integration_core.engine.errors import LockedPeriodError

from .period_common import OCTOBER, PeriodCase


@tagged("post_install", "-at_install")
class TestPeriodLocks(PeriodCase):
    """Which locks count for which entry, and the day Odoo would take."""

    def test_an_open_period_is_left_alone(self):
        request = self._check(self._request())
        self.assertTrue(request.item.open)
        self.assertEqual(str(request.date), "2026-10-28")
        self.assertEqual((request.note, request.shifted), ("", False))
        move = self._book(request)
        self.assertEqual(str(move.date), "2026-10-28")
        self.assertFalse(self._rows())

    def test_every_lock_holds_a_sale(self):
        for lock in ("fiscalyear_lock_date", "sale_lock_date", "hard_lock_date"):
            # The hard lock comes last: it can never be lifted again.
            self._lock(**{lock: OCTOBER})
            request = self._check(self._request(f"in_{lock}"))
            self.assertIsInstance(request.item.error, LockedPeriodError, lock)
            self.assertEqual(request.lock[1], lock)
            if lock != "hard_lock_date":
                self._lock(**{lock: False})

    def test_the_lock_of_purchases_is_not_about_sales(self):
        self._lock(purchase_lock_date=OCTOBER)
        self.assertTrue(self._check(self._request()).item.open)
        purchases = self.env["account.journal"].create(
            {"name": "Fees of the demo system", "code": "FDEMO", "type": "purchase"}
        )
        held = self._request("in_2", journal=purchases, move_type="in_invoice")
        self.assertFalse(self._check(held).item.open)

    def test_the_lock_of_sales_is_not_about_money(self):
        self._lock(sale_lock_date=OCTOBER)
        request = self._request(journal=self.gateway, move_type="entry")
        self.assertTrue(self._check(request).item.open)

    def test_the_tax_lock_counts_with_taxes_only(self):
        self._lock(tax_lock_date=OCTOBER)
        self.assertTrue(self._check(self._request("in_1")).item.open)
        self.assertFalse(self._check(self._request("in_2", has_tax=True)).item.open)

    def test_the_day_is_the_one_odoo_would_take(self):
        cases = [
            {},
            {"has_tax": True},
            {"move_type": "out_refund"},
            {"journal": self.gateway, "move_type": "entry"},
        ]
        self._lock(fiscalyear_lock_date="2026-09-15", tax_lock_date=OCTOBER)
        for number, case in enumerate(cases):
            for wanted in ("2026-09-10", "2026-09-20", "2026-10-31", "2026-11-01"):
                request = self._request(f"in_{number}_{wanted}", wanted, **case)
                self.sales.integration_period_policy = "note"
                self.gateway.integration_period_policy = "note"
                self._check(request)
                alone = self._post(request, explicit=False)
                self.assertEqual(alone.date, request.date, (case, wanted))
                alone.button_draft()
                alone.unlink()

    def test_a_chosen_day_is_kept_by_odoo(self):
        """Numbers exist already, so Odoo itself would take another day than before."""
        self.sales.integration_period_policy = "note"
        self._lock(fiscalyear_lock_date="2026-09-30")
        requests = [self._request(f"in_{n}", "2026-09-20") for n in range(3)]
        self._check(*requests)
        self._book(*requests)
        dates = {request.date for request in requests}
        self.assertEqual(len(dates), 1)
        moves = self.env["account.move"].browse([r.res_id for r in requests])
        self.assertEqual(set(moves.mapped("date")), dates)

    def test_a_lock_ahead_leaves_no_day(self):
        self._lock(fiscalyear_lock_date="2026-12-31")
        self.sales.integration_period_policy = "note"
        request = self._check(self._request())
        self.assertFalse(request.item.open)
        self.assertIn("no day is open", request.item.error.message)
        self._settle(request)
        row = self._rows()
        self.assertFalse(row.booked_date)
        with self.assertRaisesRegex(Exception, "cannot be booked on any day"):
            self._decide(row)

    def test_the_lock_of_a_parent_company_counts(self):
        branch = self.env["res.company"].create(
            {"name": "Branch", "parent_id": self.company.id}
        )
        self._lock(fiscalyear_lock_date=OCTOBER)
        wanted = fields.Date.to_date("2026-10-28")
        day = self.guard._open_day(
            branch, self.sales, wanted, False, "out_invoice", "account.move"
        )
        self.assertEqual(day.locks[-1][1], "fiscalyear_lock_date")

    def test_several_locks_are_looked_at_together(self):
        self._lock(sale_lock_date="2026-10-30", fiscalyear_lock_date=OCTOBER)
        request = self._check(self._request())
        self.assertEqual(request.lock[1], "fiscalyear_lock_date")
        self.assertGreater(
            request.item.error.details["shifts"][0]["booked_date"], OCTOBER
        )


@tagged("post_install", "-at_install")
class TestPeriodExceptions(PeriodCase):
    """Odoo's own exceptions from a lock are respected."""

    def _exception(self, user, until=False):
        self._lock(sale_lock_date=OCTOBER)
        self.env["account.lock_exception"].create(
            {
                "company_id": self.company.id,
                "user_id": user and user.id,
                "sale_lock_date": "2026-09-30",
                "end_datetime": until,
            }
        )
        return self._check(self._request())

    def test_one_for_the_technical_user_opens(self):
        request = self._exception(self.connector.service_user_id)
        self.assertTrue(request.item.open)
        self.assertEqual(str(self._book(request).date), "2026-10-28")

    def test_one_for_everybody_opens(self):
        self.assertTrue(self._exception(False).item.open)

    def test_one_for_somebody_else_does_not(self):
        self.assertFalse(self._exception(self.manager).item.open)

    def test_one_that_ended_does_not(self):
        # The database's own clock counts, and it is not frozen.
        request = self._exception(self.connector.service_user_id, "2020-01-01")
        self.assertFalse(request.item.open)


@tagged("post_install", "-at_install")
class TestPeriodPolicy(PeriodCase):
    """Hold, book with a note, accept for a reason."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.company.sudo().fiscalyear_lock_date = OCTOBER

    def test_hold_says_what_why_and_next(self):
        self.assertEqual(self.sales.integration_period_policy, "hold")
        error = self._check(self._request()).item.error
        self.assertRegex(error.message, r"Invoice in_1 of 10/28/2026 was not booked")
        self.assertRegex(error.message, r"11/22/2026 without telling|11/30/2026")
        self.assertIn("Global lock", error.message)
        self.assertIn("Shifted Documents", error.hint)
        self.assertEqual(
            error.details["cause"], f"locked_period:{self.sales.id}:2026-10"
        )

    def test_hold_lists_what_waits(self):
        row = self._hold(self._request())
        self.assertEqual((row.state, row.policy), ("waiting", "hold"))
        self.assertEqual((row.amount, row.currency_id.name), (100.0, "EUR"))
        self.assertEqual(str(row.wanted_date), "2026-10-28")
        self.assertEqual(str(row.lock_date), OCTOBER)
        self.assertTrue(row.other_month)
        self.assertEqual(row.event_id.state, "review")
        self.assertEqual(row.event_id.exception_id.error_class, "locked_period")

    def test_note_books_and_lists(self):
        self.sales.integration_period_policy = "note"
        request = self._check(self._request())
        self.assertIn("instead of 10/28/2026", request.note)
        self.assertIn("That is the rule of", request.note)
        move = self._book(request)
        self.assertEqual(move.date, request.date)
        self.assertEqual(str(move.invoice_date), "2026-10-28")
        row = self._rows()
        self.assertEqual((row.state, row.policy), ("booked", "note"))
        self.assertEqual((row.model, row.res_id), ("account.move", move.id))
        self.assertEqual(row.booked_date, move.date)

    def test_accept_gives_its_reason(self):
        self.sales.write(
            {
                "integration_period_policy": "accept",
                "integration_period_reason": "Reported by day of payment.",
            }
        )
        request = self._check(self._request())
        self.assertIn("Reported by day of payment.", request.note)
        self._book(request)
        self.assertEqual(self._rows().policy, "accept")

    def test_accept_needs_a_reason(self):
        for reason in (False, "  "):
            with self.assertRaisesRegex(ValidationError, "Say why"):
                self.sales.write(
                    {
                        "integration_period_policy": "accept",
                        "integration_period_reason": reason,
                    }
                )

    def test_another_day_of_the_same_month_is_listed_too(self):
        self._lock(fiscalyear_lock_date="2026-11-10")
        row = self._hold(self._request(wanted="2026-11-05"))
        self.assertFalse(row.other_month)
        self.assertEqual(row.state, "waiting")

    def test_comparing_only_holds_nothing_back(self):
        request = self._request()
        self.guard._check(self.connector, [request], dry=True)
        self.assertTrue(request.item.open)
        self.assertTrue(request.shifted)
        self.assertFalse(self._rows())

    def test_two_entries_of_one_message_wait_together(self):
        first = self._request()
        second = self._request()
        second.item, second.kind = first.item, "reverse"
        self._check(first, second)
        self._settle(first)
        self.assertEqual(self._rows().mapped("kind"), ["post", "reverse"])

    def test_a_lock_that_nobody_foresaw_stops_it(self):
        """The entity saw no tax, but the document has one."""
        self._lock(fiscalyear_lock_date=False, tax_lock_date=OCTOBER)
        request = self._check(self._request())
        self.assertTrue(request.item.open)
        request.has_tax = True
        request.res_id = self._post(request).id
        with self.assertRaises(LockedPeriodError) as caught:
            self.guard._booked(self.connector, [request])
        request.item.fail(caught.exception)
        self._settle(request)
        row = self._rows()
        self.assertTrue(row.has_tax)
        self.assertEqual((row.state, row.lock), ("waiting", "tax_lock_date"))
        # From now on it is foreseen, though the entity still says: no tax.
        self._decide(row)
        again = self._again()
        self.assertEqual(again.date, row.booked_date)

    def test_the_cost_does_not_grow_with_the_batch(self):
        requests = [self._request(f"in_{n}") for n in range(100)]
        self._statements(requests)  # fills the caches of the process
        one = self._statements(requests[:1])
        self.assertEqual(self._statements(requests), one)
        self.assertLessEqual(one, 12)

    def test_an_open_period_costs_next_to_nothing(self):
        self._lock(fiscalyear_lock_date=False)
        requests = [self._request(f"in_{n}") for n in range(100)]
        self._statements(requests)
        self.assertLessEqual(self._statements(requests), 7)

    def _statements(self, requests) -> int:
        """SQL of one look at a batch, with a cold cache of records."""
        self.env.flush_all()
        self.env.invalidate_all()
        before = self.env.cr.sql_log_count
        self.guard._check(self.connector, requests)
        return self.env.cr.sql_log_count - before
