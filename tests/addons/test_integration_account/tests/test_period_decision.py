# Copyright 2026 Odoo Integration Suite contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl)
import ast

from lxml import etree

from odoo.exceptions import AccessError, UserError
from odoo.tests import tagged

from .period_common import OCTOBER, PeriodCase


@tagged("post_install", "-at_install")
class TestPeriodDecision(PeriodCase):
    """What an accountant may do with a document that waits."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.company.sudo().fiscalyear_lock_date = OCTOBER

    def test_book_sends_the_message_on(self):
        row = self._hold(self._request())
        date = row.booked_date
        self._decide(row)
        self.assertEqual((row.state, row.decided_by), ("approved", self.accountant))
        self.assertEqual(row.event_id.state, "pending")
        request = self._again()
        self.assertEqual(request.date, date)
        self.assertIn("October is reported", request.note)
        self.assertIn(self.accountant.name, request.note)
        move = self._book(request)
        self.assertEqual(move.date, date)
        self.assertEqual((row.state, row.res_id), ("booked", move.id))
        self.assertEqual(row.decided_by, self.accountant)
        self.assertEqual(row.reason, "October is reported")

    def test_a_decision_is_in_the_sync_log(self):
        row = self._hold(self._request())
        self._decide(row)
        line = self._logs(row.event_id).filtered(
            lambda log: log.operation == "override"
        )
        self.assertEqual(line.actor_id, self.accountant)
        self.assertIn("October is reported", line.message)

    def test_keep_leaves_it_waiting(self):
        row = self._hold(self._request())
        self._decide(row, "keep", "The lock is lifted tomorrow")
        self.assertEqual(row.state, "kept")
        self.assertEqual(row.event_id.state, "review")
        again = self._hold(self._request())
        self.assertEqual(again.state, "kept", "a retry does not undo the decision")
        self._decide(row)
        self.assertEqual(row.state, "approved")

    def test_many_are_decided_at_once(self):
        rows = self._hold(*(self._request(f"in_{n}") for n in range(5)))
        action = rows.with_user(self.accountant).action_book()
        wizard = (
            self.env[action["res_model"]]
            .with_user(self.accountant)
            .with_context(**action["context"])
            .create({"reason": "All reported"})
        )
        self.assertIn("Documents: 5", wizard.summary)
        self.assertIn("another month: 5", wizard.summary)
        wizard.action_decide()
        self.env.invalidate_all()
        self.assertEqual(set(rows.mapped("state")), {"approved"})
        self.assertEqual(set(rows.event_id.mapped("state")), {"pending"})

    def test_a_lifted_lock_books_on_its_own_day(self):
        row = self._hold(self._request())
        self._lock(fiscalyear_lock_date="2026-09-30")
        move = self._book(self._again())
        self.assertEqual(str(move.date), "2026-10-28")
        self.assertEqual((row.state, row.res_id), ("own", move.id))
        self.assertEqual(row.booked_date, row.wanted_date)

    def test_a_lifted_lock_is_stronger_than_a_decision(self):
        row = self._hold(self._request())
        self._decide(row)
        self._lock(fiscalyear_lock_date="2026-09-30")
        self.assertEqual(str(self._book(self._again()).date), "2026-10-28")
        self.assertEqual(row.state, "own")

    def test_a_day_that_is_locked_meanwhile_is_asked_again(self):
        row = self._hold(self._request())
        self._decide(row)
        self._lock(fiscalyear_lock_date=row.booked_date)
        again = self._hold(self._request())
        self.assertEqual(again, row)
        self.assertEqual(row.state, "waiting")
        self.assertFalse(row.decided_by)

    def test_it_needs_a_reason(self):
        row = self._hold(self._request())
        with self.assertRaisesRegex(UserError, "Say why"):
            self._decide(row, reason="  ")
        self.assertEqual(row.state, "waiting")

    def test_what_is_booked_is_not_decided_again(self):
        row = self._hold(self._request())
        self._decide(row)
        with self.assertRaisesRegex(UserError, "that waits"):
            self._decide(row)

    def test_who_may_decide(self):
        row = self._hold(self._request())
        accountant_only = self._accountant("integration_core.group_auditor", "auditing")
        for person in (self.auditor, self.operator, self.manager, accountant_only):
            with self.assertRaises(AccessError, msg=person.login):
                self._decide(row, user=person)
            self.assertFalse(row.with_user(person).may_decide)
        self.assertTrue(row.with_user(self.accountant).may_decide)
        self.assertEqual(row.state, "waiting")

    def test_nobody_writes_the_list(self):
        row = self._hold(self._request())
        for person in (self.accountant, self.manager):
            with self.assertRaisesRegex(UserError, "kept by the system"):
                row.with_user(person).write({"state": "booked"})
            with self.assertRaises(UserError):
                row.with_user(person).unlink()
        with self.assertRaises(AccessError):
            row.with_user(self.designer).read(["title"])

    def test_every_reader_can_open_the_form(self):
        row = self._hold(self._request())
        name = {"fields": {"display_name": {}}}
        specification = {
            "notice": {},
            "may_decide": {},
            "journal_id": name,
            "connector_id": name,
            "currency_id": name,
            "title": {},
        }
        for person in (self.auditor, self.operator, self.manager, self.accountant):
            (found,) = row.with_user(person).web_read(specification)
            self.assertEqual(found["title"], "Invoice in_1")
            self.assertIn("was not booked", found["notice"]["what"])

    def test_another_company_sees_nothing(self):
        row = self._hold(self._request())
        stranger = self._person("auditor", "stranger")
        other = self.env["res.company"].create({"name": "Other"})
        stranger.write({"company_ids": [(6, 0, other.ids)], "company_id": other.id})
        documents = self.env["integration.shifted.document"].with_user(stranger)
        found = documents.with_context(allowed_company_ids=other.ids).search([])
        self.assertNotIn(row.id, found.ids)


@tagged("post_install", "-at_install")
class TestPeriodList(PeriodCase):
    """What is on the list, and who is reminded."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.company.sudo().fiscalyear_lock_date = OCTOBER

    def test_one_reminder_for_each_journal_and_month(self):
        rows = self._hold(*(self._request(f"in_{n}") for n in range(3)))
        self.assertEqual(len(rows.activity_ids), 1)
        self.assertEqual(rows.activity_ids.user_id, self.connector.user_id)
        september = self._hold(self._request("in_9", "2026-09-05"))
        self.assertEqual(len(september.activity_ids), 1)

    def test_the_person_of_the_journal_is_asked(self):
        self.sales.integration_period_user_id = self.accountant
        row = self._hold(self._request())
        self.assertEqual(row.activity_ids.user_id, self.accountant)

    def test_who_cannot_open_the_list_is_not_asked(self):
        self.sales.integration_period_user_id = self.designer
        row = self._hold(self._request())
        self.assertEqual(row.activity_ids.user_id, self.connector.user_id)

    def test_the_reminder_stays_while_one_waits(self):
        rows = self._hold(*(self._request(f"in_{n}") for n in range(2)))
        self._decide(rows.filtered("activity_ids"))
        self.assertEqual(len(rows.activity_ids), 1)
        self._decide(rows.filtered(lambda row: row.state == "waiting"), "keep")
        self.assertFalse(rows.activity_ids)

    def test_a_skipped_message_needs_no_entry(self):
        row = self._hold(self._request())
        row.event_id.with_user(self.operator)._skip_with_reason("A test invoice")
        self.env.invalidate_all()
        self.assertEqual(row.state, "dropped")
        self.assertFalse(row.activity_ids)

    def test_a_document_that_became_void_needs_no_entry(self):
        row = self._hold(self._request())
        newer = self._request()
        newer.item.outcome = "done"
        self._settle(newer)
        self.assertEqual(row.state, "dropped")

    def test_an_older_message_decides_nothing(self):
        row = self._hold(self._request())
        older = self._request()
        older.item.skip("stale")
        self._settle(older)
        self.assertEqual(row.state, "waiting")

    def test_the_buttons_of_the_message(self):
        row = self._hold(self._request())
        event = row.event_id.with_user(self.accountant)
        methods = [entry["method"] for entry in event.notice["buttons"]]
        self.assertEqual(methods, ["action_book_shifted", "action_keep_shifted"])
        self.assertEqual(
            event.exception_id.action_book_shifted()["res_model"],
            "integration.period.decision",
        )
        buttons = row.event_id.with_user(self.operator).notice["buttons"]
        self.assertNotIn("action_book_shifted", [b["method"] for b in buttons])

    def test_the_sentence_of_each_state(self):
        row = self._hold(self._request())
        for state in ("waiting", "kept", "approved", "booked", "own", "dropped"):
            row.sudo().state = state
            self.assertTrue(row.notice["what"], state)

    def test_the_filter_of_this_close(self):
        row = self._hold(self._request())
        view = self.env.ref(
            "integration_account.integration_shifted_document_view_search"
        )
        node = etree.fromstring(view.arch).find(".//filter[@name='this_close']")
        domain = ast.literal_eval(node.get("domain"))
        documents = self.env["integration.shifted.document"]
        self.assertIn(row, documents.search(domain))
