# Copyright 2026 Odoo Integration Suite contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl)
from datetime import timedelta
from unittest.mock import patch

import psycopg2

from odoo import fields
from odoo.exceptions import AccessError, UserError
from odoo.tests import tagged
from odoo.tools import mute_logger

from odoo.addons.integration_core.engine import canonical
from odoo.addons.integration_core.engine.errors import SchemaError, TransientError
from odoo.addons.queue_job.exception import RetryableJobError

from .reconciliation_common import DAY, ReconciliationCase


@tagged("post_install", "-at_install")
class TestReconciliationSign(ReconciliationCase):
    """Differences are tasks; what is signed stays, and later changes show."""

    def _differing(self):
        """A day with one difference: a fee that never came."""
        self._both_charged()
        self.ledger.add("balance_transaction", "txn_fee", "-5.00", status="fee")
        return self._compare()

    def _signed(self):
        self._both_charged()
        run = self._compare()
        run.with_user(self.accountant).action_sign()
        return run

    # === TASKS === #

    def test_each_difference_is_a_task(self):
        run = self._differing()
        line = run.line_ids
        self.assertEqual((line.state, line.user_id), ("open", self.manager))
        self.assertEqual(run.activity_ids.user_id, self.manager)
        line.with_user(self.operator).action_take()
        self.assertEqual(line.user_id, self.operator)
        with self.assertRaises(UserError):
            line.with_user(self.operator).write({"state": "closed"})
        with self.assertRaises(AccessError):
            line.with_user(self.accountant).action_explain()
        with self.assertRaises(UserError):
            line.with_user(self.operator)._explain("  ")
        line.with_user(self.operator)._explain("Booked by the tax adviser")
        self.assertEqual(
            (line.state, line.explained_by, run.state),
            ("explained", self.operator, "explained"),
        )
        self.assertFalse(run.activity_ids)
        # Compared again it stays explained, as long as it is the same.
        self._compare(again=run)
        self.assertEqual((line.state, run.state), ("explained", "explained"))
        self.ledger.drop("balance_transaction", "txn_fee")
        self.ledger.add("balance_transaction", "txn_fee", "-6.00", status="fee")
        self._compare(again=run)
        self.assertEqual((line.state, line.difference), ("open", 6))
        log = self.env["integration.job.log"].search(
            [("operation", "=", "override"), ("actor_id", "=", self.operator.id)]
        )
        self.assertIn("Booked by the tax adviser", log.message)

    def test_what_was_explained_is_not_asked_again(self):
        run = self._differing()
        run.line_ids.with_user(self.operator)._explain("Known")
        period = self._compare(DAY, DAY + timedelta(days=3), "period")
        self.assertEqual(period.state, "explained")
        self.assertEqual(period.line_ids.explained_from_id, run.line_ids)

    def test_fetching_mends_it(self):
        run = self._differing()
        line = run.line_ids
        with patch.object(self.adapter, "_can_fetch", True):
            self.assertEqual(line.fix_label, "Fetch it")
            line.with_user(self.operator).action_fix()
        self.assertEqual((line.state, line.fixed_by), ("fixing", self.operator))
        job = self.env["queue.job"].search([("method_name", "=", "_job_fetch")])
        self.assertEqual(job.model_name, line._name)
        # Not here after all: open again.
        self._compare(again=run)
        self.assertEqual(line.state, "open")
        self._assert_state(
            self._move("txn_fee", "fee", "-5.00", occurred_at="2026-02-12T12:00:00Z"),
            "done",
        )
        self._compare(again=run)
        self.assertEqual((line.state, run.state), ("closed", "balanced"))
        self.assertTrue(line.closed_at)

    # === SIGNING === #

    def test_who_may_sign(self):
        run = self._differing()
        with self.assertRaises(UserError):
            run.with_user(self.accountant).action_sign()
        worker = self._accountant("both", "operator")
        worker.group_ids |= self.env.ref("integration_core.group_auditor")
        run.line_ids.with_user(worker)._explain("I know it")
        self.assertFalse(run.with_user(worker).may_sign)
        # Who explained does not sign; who is no accountant neither.
        for person in (worker, self.operator, self.auditor):
            with self.assertRaises(AccessError):
                run.with_user(person).action_sign()
        self.assertTrue(run.with_user(self.accountant).may_sign)
        run.with_user(self.accountant).action_sign()
        self.assertEqual((run.state, run.signed_by), ("signed", self.accountant))

    def test_nobody_gets_round_the_second_person(self):
        forged = {
            "default_state": "signed",
            "default_signed_by": self.accountant.id,
            "default_runs": 3,
        }
        self.env["ir.default"].set("integration.reconciliation", "turn", 9)
        run = self.connector.with_context(**forged)._start_reconciliation(DAY, DAY)
        self.assertEqual(run.turn, 1)
        self.assertEqual((run.state, run.signed_by.id, run.runs), ("running", False, 0))
        run._compare_all()
        # Who says what is tolerated decides what is no difference.
        chief = self._accountant("chief", "manager")
        chief.group_ids |= self.env.ref("integration_core.group_auditor")
        self.env["integration.reconciliation.tolerance"].with_user(chief).create(
            {
                "connector_id": self.connector.id,
                "check_name": "payment",
                "amount": 1000000,
                "reason": "So that it agrees",
            }
        )
        self._compare(again=run)
        with self.assertRaisesRegex(AccessError, "tolerated"):
            run.with_user(chief).action_sign()
        run.with_user(self.accountant).action_sign()
        self.assertIn("So that it agrees", run.signature_ids.content)

    def test_what_is_signed_stays(self):
        run = self._differing()
        run.line_ids.with_user(self.operator)._explain("Known")
        run.with_user(self.accountant).action_sign()
        signature = run.signature_ids
        data = signature._data()
        self.assertEqual(signature.content_hash, canonical.digest(data))
        self.assertEqual(data["signer"], [self.accountant.id, self.accountant.name])
        self.assertEqual(data["lines"][0]["explanation"], "Known")
        for record, values in (
            (run, {"state": "running"}),
            (run, {"user_id": self.operator.id}),
            (run.line_ids, {"explanation": "Other"}),
            (run.total_ids, {"sum_here": 1.0}),
        ):
            with self.assertRaises(UserError):
                record.sudo().write(values)
        for records in (run, run.line_ids, run.total_ids):
            with self.assertRaises(UserError):
                records.sudo().unlink()
        for statement in (
            "UPDATE integration_reconciliation_signature SET user_name = 'x'",
            "DELETE FROM integration_reconciliation_signature",
        ):
            with (
                self.assertRaises(psycopg2.errors.InsufficientPrivilege),
                mute_logger("odoo.sql_db"),
                self.env.cr.savepoint(),
            ):
                self.env.cr.execute(statement)
        with self.assertRaises(UserError):
            run.with_user(self.operator).action_compare_again()

    def test_books_that_changed_before_signing(self):
        self._both_charged()
        run = self._compare()
        self._both_moved("txn_fee", "fee", "-5.00")
        with self.assertRaisesRegex(UserError, "Movements of the balance"):
            run.with_user(self.accountant).action_sign()

    def test_a_later_change_shows(self):
        run = self._signed()
        run._look_for_changes()
        self.assertFalse(run.changed_at)
        move = self._line("txn_pi_1").move_id
        move.button_draft()
        self.env.flush_all()
        run.with_user(self.accountant).action_check_again()
        self.assertTrue(run.changed_at)
        self.assertIn("115.25 EUR → 1, 119.00 EUR", run.changed_text)
        self.assertEqual(run.notice["level"], "danger")
        # The seal is not touched, and putting it right takes the warning away.
        self.assertEqual(run.state, "signed")
        move.action_post()
        self.env.flush_all()
        run._look_for_changes()
        self.assertFalse(run.changed_at)

    def test_a_change_that_leaves_the_sum_shows_too(self):
        self._both_moved("txn_a", "fee", "-5.00")
        self._both_moved("txn_b", "fee", "-7.00")
        run = self._compare()
        run.with_user(self.accountant).action_sign()
        for name, value in (("txn_a", 7.0), ("txn_b", 5.0)):
            move = self._line(name).move_id
            move.button_draft()
            for item in move.line_ids:
                item.with_context(check_move_validity=False).balance = (
                    value if item.balance > 0 else -value
                )
            move.action_post()
        self.env.flush_all()
        run._look_for_changes()
        self.assertIn("other documents, same sum", run.changed_text)

    def test_a_new_revision(self):
        run = self._signed()
        action = run.with_user(self.accountant).action_new_revision()
        second = run.browse(action["res_id"])
        self.assertEqual((second.revision, second.state), (2, "running"))
        second._compare_all()
        self.assertEqual(second.state, "balanced")
        self.assertEqual(run.state, "signed")

    # === ON PAPER, IN FIGURES === #

    def test_certificate_of_a_period(self):
        run = self._differing()
        line = run.line_ids
        self._assert_state(
            self._move("txn_fee", "fee", "-5.00", occurred_at="2026-02-12T12:00:00Z"),
            "done",
        )
        self._compare(again=run)
        period = self._compare(DAY, DAY + timedelta(days=6), "period")
        self.assertEqual(period.state, "balanced")
        gaps = " ".join(period._pdf_gaps())
        self.assertIn("one by one: 1 of 7", gaps)
        self.assertIn("found and are gone: 1.", gaps)
        self.assertIn(line.title, gaps)
        period.with_user(self.accountant).action_sign()
        pdf = period.with_user(self.accountant)._render_pdf()
        self.assertEqual(pdf[:5], b"%PDF-")
        self.assertGreater(len(pdf), 2000)
        action = period.with_user(self.accountant).action_print()
        self.assertIn(f"/{period.id}/pdf", action["url"])

    def test_figures_for_monitors(self):
        run = self._differing()
        text = self.env["integration.metrics"]._text()
        self.assertIn(
            f'integration_differences_open{{check="balance_transaction",'
            f'connector="{self.connector.id}",kind="missing_here"}} 1',
            text,
        )
        self.assertIn("integration_reconciliation_age_seconds", text)
        self.assertIn('integration_scrape_failed{part="reconciliation"} 0', text)
        self.assertEqual(self.connector.variance_count, run.open_count)

    # === EVERY NIGHT === #

    def test_the_schedule(self):
        self.connector.sudo().reconcile_daily = True
        runs = self.env["integration.reconciliation"]
        self.connector._reconcile_due()
        today = self.connector._business_day()
        first = runs.search([("connector_id", "=", self.connector.id)])
        yesterday = today - timedelta(days=1)
        if len(first) == 1 and first.date_to != yesterday:
            yesterday = first.date_to  # within two hours after midnight
        self.assertEqual(first.mapped("date_to"), [yesterday])
        self.connector._reconcile_due()
        self.assertEqual(runs.search([("connector_id", "=", self.connector.id)]), first)
        # What is open is compared again a day later, what was missed is made up for.
        first._compare_all()
        first.sudo().write(
            {
                "state": "differences",
                "ended_at": fields.Datetime.now() - timedelta(hours=30),
            }
        )
        self.env.cr.execute(
            "UPDATE integration_reconciliation SET date_from = %(day)s, "
            "date_to = %(day)s WHERE id = %(id)s",
            {"day": yesterday - timedelta(days=3), "id": first.id},
        )
        first.invalidate_recordset()
        self.connector._reconcile_due()
        self.assertEqual(first.state, "running")
        found = runs.search([("connector_id", "=", self.connector.id)])
        self.assertEqual(len(found), 4)
        self.connector.sudo().reconcile_daily = False
        self.env.cr.execute("DELETE FROM integration_reconciliation_total")
        self.assertEqual(len(found._compared_days(self.connector, DAY, today)), 0)

    def test_a_day_that_is_not_over(self):
        """Compared while its last day went on, a certificate is not signed; a
        certificate of one day does for that night."""
        today = self.connector._business_day()
        run = self._compare(today - timedelta(days=1), today, "period")
        self.assertEqual(run.state, "balanced")
        self.assertFalse(run.with_user(self.accountant).may_sign)
        with self.assertRaisesRegex(UserError, "was over"):
            run.with_user(self.accountant).action_sign()
        early = self._compare(today, today, "period")
        later = early._midnight(today + timedelta(days=1)) + timedelta(hours=3)
        with patch.object(fields.Datetime, "now", lambda: later):
            self.assertIn(today, self.connector._due_days())
            self._compare(again=early)
            self.assertNotIn(today, self.connector._due_days())
            self.assertTrue(early.with_user(self.accountant).may_sign)

    def test_a_run_whose_job_is_gone_goes_on(self):
        run = self.connector._start_reconciliation(DAY, DAY)
        jobs = self.env["queue.job"].search([("method_name", "=", "_job_run")])
        jobs.unlink()
        run._restart_dead()
        key = f"integration.reconciliation:{run.id}"
        found = self.env["queue.job"].search([("identity_key", "=", key)])
        self.assertEqual((len(found), found.state), (1, "pending"))
        run._restart_dead()
        self.assertEqual(
            self.env["queue.job"].search([("identity_key", "=", key)]), found
        )

    def test_a_system_that_does_not_answer(self):
        """What cannot be read now is tried again; what is refused is said."""
        run = self.connector._start_reconciliation(DAY, DAY)
        error = TransientError("No answer", retry_after=7)
        with (
            patch.object(self.adapter, "_control", _raising(error)),
            self.assertRaises(RetryableJobError) as caught,
        ):
            run.sudo()._take_check()
        self.assertEqual((caught.exception.seconds, run.state), (7, "running"))
        refused = SchemaError("Not a list", hint="Tell somebody")
        with patch.object(self.adapter, "_control", _raising(refused)):
            run._compare_all()
        self.assertEqual(run.state, "failed")
        self.assertIn("Tell somebody", run.message)
        self.assertEqual(run.activity_ids.user_id, self.manager)
        self._compare(again=run)
        self.assertEqual((run.state, run.message), ("balanced", False))
        self.assertFalse(run.activity_ids)

    def test_another_company_sees_nothing(self):
        run = self._differing()
        other = self.env["res.company"].create({"name": "Elsewhere"})
        self.auditor.write({"company_ids": [(6, 0, other.ids)], "company_id": other.id})
        auditor = run.with_user(self.auditor)
        auditor = auditor.with_context(allowed_company_ids=other.ids)
        self.assertFalse(auditor.search([("id", "=", run.id)]))
        for records in (run, run.line_ids, run.total_ids):
            with self.assertRaises(AccessError):
                auditor.env[records._name].browse(records.ids).read(["display_name"])


def _raising(error):
    def call(*_args):
        raise error

    return call
