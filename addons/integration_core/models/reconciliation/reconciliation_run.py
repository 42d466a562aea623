# Copyright 2026 Odoo Integration Suite contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl)
import time
from collections import defaultdict

from odoo import api, fields, models

from odoo.addons.queue_job.exception import RetryableJobError

from ...engine.errors import (
    AuthenticationError,
    IntegrationError,
    NotOfferedError,
    RateLimitedError,
    TransientError,
    UnknownOutcomeError,
)
from ...engine.masking import masked_logger
from ...engine.reconcile import Comparison, Entry, Variance, compare
from ...transaction import checkpoint

_logger = masked_logger(__name__)

BUDGET = 20.0  # seconds one job works before it hands over to the next
RETRY_AFTER = 30  # seconds, where the peer does not say
LOCKED_FOR = 2  # seconds until a job that found another one at work looks again
RUN_LOCK = 0x0D00E
# More differences than this are not a list for people but a wrong account.
MOST_LINES = 10_000


class IntegrationReconciliation(models.Model):
    """How a run is worked on: check after check, each one a transaction of its own."""

    _inherit = "integration.reconciliation"

    # === JOB === #

    def _enqueue(self, seconds: int = 0) -> None:
        """A job for each run; one that waits for its time already is brought forward.

        :param seconds: earliest start from now
        """
        if not seconds:
            self._bring_forward()
        for run in self.sudo():
            run.with_delay(
                priority=20,
                eta=seconds or None,
                max_retries=0,
                channel=run.connector_id._channel(),
                identity_key=f"integration.reconciliation:{run.id}",
                description=run.display_name,
            )._job_run()

    def _bring_forward(self) -> None:
        self.env["queue.job"].flush_model(["state", "eta"])
        self.env.cr.execute(
            "UPDATE queue_job SET eta = NULL WHERE state = 'pending' "
            "AND eta IS NOT NULL AND identity_key = ANY(%s)",
            ([f"integration.reconciliation:{run.id}" for run in self],),
        )

    def _job_run(self) -> str:
        """Job: compare check after check until all are done or the time is up.

        :raises RetryableJobError: another job works on this run, or the peer does not
            answer just now
        """
        self.ensure_one()
        run = self.sudo().with_context(integration_reconciling=True)
        if not run._lock_run():
            raise RetryableJobError(
                "another job works on it", seconds=LOCKED_FOR, ignore_retry=True
            )
        try:
            return run._work()
        finally:
            self.env.cr.rollback()
            run._unlock_run()

    def _lock_run(self) -> bool:
        """A lock of the session: a run that was started again has two jobs."""
        self.env.cr.execute("SELECT pg_try_advisory_lock(%s, %s)", (RUN_LOCK, self.id))
        return self.env.cr.fetchone()[0]

    def _unlock_run(self) -> None:
        self.env.cr.execute("SELECT pg_advisory_unlock(%s, %s)", (RUN_LOCK, self.id))

    def _work(self) -> str:
        run, deadline = self, time.monotonic() + BUDGET
        while run.state == "running":
            reason = run.connector_id._standstill_reason()
            if reason:
                run._fail(reason)
                break
            if not run._take_check():
                run._end()
                break
            checkpoint(self.env)
            drain = self.env["integration.drain"]
            if time.monotonic() > deadline or not drain._take_in_changes(
                run.connector_id
            ):
                run._enqueue()
                break
        checkpoint(self.env)
        return f"{run.state}, {run.open_count} open"

    def _job_run_failed(self, exc_name="", exc_message="", exc_info=""):
        """Queue job: the run broke; a person is told, the next one starts afresh."""
        for run in self.sudo().filtered(lambda r: r.state == "running"):
            _logger.error("Reconciliation %s: job failed: %s", run.id, exc_name)
            run._fail(self.env._("Something unexpected happened."))

    def _compare_all(self) -> None:
        """All checks at once, in the caller's transaction: for tests and dry runs."""
        for run in self.sudo():
            while run.state == "running" and run._take_check():
                pass
            if run.state == "running":
                run._end()

    def _take_check(self) -> bool:
        """Do the next check that is not done.

        :return: whether there was one
        :raises RetryableJobError: the peer does not answer just now
        """
        self.ensure_one()
        done = (self.done_checks or {}) | (self.failed_checks or {})
        checks = sorted(self._checks(), key=lambda c: bool(c._after))
        check = next((c for c in checks if c._check not in done), None)
        if check is None:
            return False
        turn = self.turn
        try:
            remark = self._do(check, turn)
        except (TransientError, RateLimitedError, UnknownOutcomeError) as error:
            self.message = self.connector_id._explain(error)
            self._pause()
            raise RetryableJobError(
                str(error),
                seconds=int(error.retry_after or RETRY_AFTER),
                ignore_retry=True,
            ) from error
        except AuthenticationError as error:
            self.connector_id._suspend(self.connector_id._explain(error))
            self._fail(self.connector_id._explain(error))
            return False
        except NotOfferedError as error:
            remark = self._leave_out(check, error)
        except IntegrationError as error:
            # It says nothing about the others: they are done, and this one is named.
            self._leave_failed(check, error, turn)
            return True
        if remark is None:
            return True  # started again meanwhile: nothing of it was written
        self.write(
            {
                "done_checks": dict(self.done_checks or {}, **{check._check: remark}),
                "message": False,
            }
        )
        return True

    # === ONE CHECK === #

    def _do(self, check, turn: int) -> str | None:
        """Read both sides, compare, and write down what came out.

        :param turn: the start that this belongs to
        :return: a remark for people, '' for none; None where the run was started again
            while both sides were read
        """
        there = check._there(self)
        here = check._here(self)
        here = here + check._known(self, _without(there, here))
        there, here = check._align(self, there, here)
        by_key = {entry.key: entry for entry in there}
        on_its_way = check._on_its_way(self, by_key) if there else set()
        on_its_way |= check._pending_there(self, _without(here, there))
        comparison = compare(
            there,
            here,
            self.date_from,
            self.date_to,
            tolerance=self.connector_id._tolerance(check._check),
            on_its_way=on_its_way,
        )
        check._adjust(self, comparison)
        self._pause()
        if self.turn != turn:
            return None
        if len(comparison.variances) > MOST_LINES:
            self._drop_results(check)
            raise IntegrationError(
                self.env._(
                    "%(check)s: %(count)s differences.",
                    check=check._label(),
                    count=len(comparison.variances),
                ),
                hint=self.env._("Is this the right account, and was it ever loaded?"),
            )
        self._write_totals(check, comparison)
        self._write_lines(check, comparison.variances)
        return ""

    def _leave_out(self, check, error) -> str:
        """The peer does not offer what the check needs: no result, and it says so."""
        self._drop_results(check)
        return self.connector_id._explain(error)

    def _leave_failed(self, check, error, turn: int) -> None:
        """What stood in the way of a check; nothing where it was started again."""
        self._pause()
        if self.turn == turn:
            why = {check._check: self.connector_id._explain(error)}
            self.write({"failed_checks": (self.failed_checks or {}) | why})

    def _drop_results(self, check) -> None:
        self.total_ids.filtered(lambda t: t.check_name == check._check).unlink()
        self._close_lines(
            self.line_ids.filtered(
                lambda line: line.check_name == check._check and line.state != "closed"
            )
        )

    def _write_totals(self, check, comparison: Comparison) -> None:
        """Replace the totals of a check: one row a currency, one of zeros if none."""
        self.total_ids.filtered(lambda t: t.check_name == check._check).unlink()
        currencies = self.env["integration.pipeline"]._currencies()
        rows = []
        for currency, total in sorted(comparison.totals.items()):
            rows.append(
                {
                    "run_id": self.id,
                    "check_name": check._check,
                    "rank": check._rank,
                    "currency_id": currencies.get(currency),
                    "count_there": total.count_there,
                    "count_here": total.count_here,
                    # float at the last moment: that is what a field of Odoo takes.
                    "sum_there": float(total.sum_there),
                    "sum_here": float(total.sum_here),
                    "difference": float(total.difference),
                    "tolerated": float(total.tolerated),
                    "elsewhere": float(check._elsewhere(self, currency)),
                    "matched": comparison.matched,
                }
            )
        if not rows:
            rows = [
                {"run_id": self.id, "check_name": check._check, "rank": check._rank}
            ]
        self.env["integration.reconciliation.total"].sudo().create(rows)

    # === LINES === #

    def _write_lines(self, check, variances: list[Variance]) -> None:
        """Bring the lines of a check up to date; what is gone is closed.

        A line is known again by key, kind and its place among those of the same key.
        """
        lines = self.line_ids.filtered(lambda line: line.check_name == check._check)
        known = defaultdict(list)
        for line in lines.sorted("id"):
            known[line.key, line.kind].append(line)
        fresh = []
        for variance in variances:
            values = self._line_values(check, variance)
            waiting = known.get((variance.key, variance.kind))
            if waiting:
                waiting.pop(0)._bring_up_to_date(values)
            else:
                fresh.append(values)
        gone = [line.id for rest in known.values() for line in rest]
        self._close_lines(lines.browse(gone).filtered(lambda x: x.state != "closed"))
        created = self.env["integration.reconciliation.line"].sudo().create(fresh)
        created._take_over_explanations()

    def _close_lines(self, lines) -> None:
        if lines:
            lines.sudo().write({"state": "closed", "closed_at": fields.Datetime.now()})

    def _line_values(self, check, variance: Variance) -> dict:
        there, here = variance.there, variance.here
        record = here or there
        currency = self.env["integration.pipeline"]._currencies().get(variance.currency)
        values = {
            "run_id": self.id,
            "check_name": check._check,
            "entity": check._entity,
            "kind": variance.kind,
            "key": variance.key,
            "title": record.title or variance.key,
            "external_id": next(
                (e.external_id for e in (there, here) if e and e.external_id), False
            ),
            "currency_id": currency,
            "difference": float(variance.difference),
            "day": record.day,
            "model": record.model or False,
            "res_id": record.res_id,
            "user_id": check._owner(self.connector_id).id,
        }
        for side, entry in (("there", there), ("here", here)):
            values |= self._side_values(side, entry, variance.currency)
        return values

    @api.model
    def _side_values(self, side: str, entry: Entry | None, currency: str) -> dict:
        """What one side says, in the fields of a line: its amount only if that is in
        the currency of the line."""
        amounts = (None, None)
        if entry and entry.currency == currency:
            amounts = (entry.amount, entry.fee)
        return {
            f"has_{side}": entry is not None,
            f"day_{side}": entry.day if entry else False,
            f"amount_{side}": float(amounts[0] or 0),
            f"fee_{side}": float(amounts[1] or 0),
            f"note_{side}": (entry.note or False) if entry else False,
        }


def _without(side: list[Entry], other: list[Entry]) -> list[Entry]:
    """What one side has and, by its key, the other has not."""
    keys = {entry.key for entry in other}
    return [entry for entry in side if entry.key not in keys]
