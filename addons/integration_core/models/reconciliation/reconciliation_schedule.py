# Copyright 2026 Odoo Integration Suite contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl)
from datetime import timedelta
from decimal import Decimal

from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError

from ...engine.masking import masked_logger
from .reconciliation import COMPARED

_logger = masked_logger(__name__)

# A server that stood still catches up on so many days, one comparison each.
MOST_DAYS = 31
# Open comparisons are repeated once a day for so long.
REPEAT_DAYS = 35
# Signed days are looked at again for so long.
WATCHED_DAYS = 100
# Hours after midnight: what happened late in the evening is on its way by then.
GRACE_HOURS = 2


class IntegrationConnector(models.Model):
    """When a connector is compared with its peer."""

    _inherit = "integration.connector"

    reconcile_daily = fields.Boolean(
        "Compare every night",
        default=True,
        help="Both sides are compared once a day is over.",
    )
    tolerance_ids = fields.One2many(
        "integration.reconciliation.tolerance", "connector_id"
    )
    signed_seen_at = fields.Datetime(
        readonly=True,
        copy=False,
        help="When the books of signed days were last looked at.",
    )
    reconciliation_count = fields.Integer(compute="_compute_reconciliation_count")
    variance_count = fields.Integer(
        "Open differences", compute="_compute_reconciliation_count"
    )
    can_reconcile = fields.Boolean(compute="_compute_can_reconcile")

    # === COMPUTE METHODS === #

    def _compute_reconciliation_count(self):
        runs = self.env["integration.reconciliation"].sudo()
        groups = runs._read_group(
            [("connector_id", "in", self.ids)],
            ["connector_id"],
            ["__count", "open_count:sum"],
        )
        counts = {connector.id: rest for connector, *rest in groups}
        for connector in self:
            count = counts.get(connector.id) or (0, 0)
            connector.reconciliation_count, connector.variance_count = count

    @api.depends("flow_ids.mode", "flow_ids.entity")
    def _compute_can_reconcile(self):
        checks = self.env["integration.reconciliation.check"]
        for connector in self:
            connector.can_reconcile = any(
                self.env[name]._applies(connector)
                for name in checks._check_models().values()
            )

    # === ACTION METHODS === #

    def action_reconcile(self):
        """Compare yesterday now, or again, and open the comparison."""
        self.ensure_one()
        runs = self.env["integration.reconciliation"]
        runs._require_starter()
        self._require_comparable()
        day = self._business_day() - timedelta(days=1)
        run = self.sudo()._start_reconciliation(day, day, "day", self.env.user)
        return run._open_form()

    def action_open_reconciliations(self):
        """What was compared so far."""
        return self._open("action_reconciliation")

    # === BUSINESS METHODS === #

    def _time_zone(self) -> str:
        """Where the company is, as far as days of business go."""
        self.ensure_one()
        return self.company_id.sudo().partner_id.tz or self.service_user_id.tz or "UTC"

    def _business_day(self):
        """Today where the company is."""
        self.ensure_one()
        return fields.Date.context_today(self.with_context(tz=self._time_zone()))

    def _tolerance(self, check: str) -> Decimal:
        """Difference up to which a check is content."""
        self.ensure_one()
        rows = self.sudo().tolerance_ids.filtered(lambda r: r.check_name == check)
        return Decimal(f"{rows[:1].amount:.3f}")

    def _require_comparable(self) -> None:
        """:raises UserError: nothing can be compared, or the connector stands still"""
        self.ensure_one()
        self._require_active()
        if not self.can_reconcile:
            raise UserError(
                self.env._(
                    "%(name)s exchanges nothing that is compared: none of its flows "
                    "of documents or money is live.",
                    name=self.name,
                )
            )

    def _start_reconciliation(self, date_from, date_to, kind="day", user=None):
        """Compare these days, or repeat the comparison that is not signed yet.

        :param user: who asks; None for the schedule
        :return: `integration.reconciliation`
        """
        self.ensure_one()
        runs = self.env["integration.reconciliation"].sudo()
        domain = [
            ("connector_id", "=", self.id),
            ("date_from", "=", date_from),
            ("date_to", "=", date_to),
        ]
        found = runs.search(domain, order="revision desc", limit=1)
        if found and found.state != "signed":
            found._compare_again()
            return found
        found.flush_recordset(["state"])  # before a row of the same days is inserted
        run = runs.create(
            {
                "connector_id": self.id,
                "kind": kind,
                "date_from": date_from,
                "date_to": date_to,
                "revision": found.revision + 1,
                "user_id": self.user_id.id,
                "started_by": user and user.id,
            }
        )
        run._enqueue()
        return run

    def _due_days(self) -> list:
        """Days that are over and were not compared yet, the oldest first."""
        self.ensure_one()
        now = fields.Datetime.now() - timedelta(hours=GRACE_HOURS)
        yesterday = fields.Datetime.context_timestamp(
            self.with_context(tz=self._time_zone()), now
        ).date() - timedelta(days=1)
        last = self.env["integration.reconciliation"].search(
            [("connector_id", "=", self.id), ("kind", "=", "day")],
            order="date_to desc",
            limit=1,
        )
        first = last.date_to + timedelta(days=1) if last else yesterday
        first = max(first, yesterday - timedelta(days=MOST_DAYS - 1))
        first = max(first, self.start_date or first)
        days = [first + timedelta(days=n) for n in range((yesterday - first).days + 1)]
        # A certificate of one day compares the same, once the day was over.
        runs = self.env["integration.reconciliation"].search(
            [
                ("connector_id", "=", self.id),
                ("date_from", "in", days),
                ("date_to", "in", days),
            ]
        )
        done = {
            run.date_to
            for run in runs
            if run.date_from == run.date_to
            and (run.state == "running" or run.ended_at >= run._days()[1])
        }
        return [day for day in days if day not in done]

    def _reconcile_due(self) -> None:
        """Start what is due, repeat what is open, look at what is signed."""
        self.ensure_one()
        if not (self.reconcile_daily and self.can_reconcile and self._may_work()):
            return
        runs = self.env["integration.reconciliation"].sudo()
        for day in self._due_days():
            self._start_reconciliation(day, day)
        today, now = self._business_day(), fields.Datetime.now()
        a_day = timedelta(hours=20)
        runs.search(
            [
                ("connector_id", "=", self.id),
                ("state", "in", ("differences", "failed")),
                ("date_to", ">=", today - timedelta(days=REPEAT_DAYS)),
                ("ended_at", "<", now - a_day),
            ]
        )._compare_again()
        if not self.signed_seen_at or self.signed_seen_at < now - a_day:
            self.sudo().signed_seen_at = now
            runs.search(
                [
                    ("connector_id", "=", self.id),
                    ("state", "=", "signed"),
                    ("date_to", ">=", today - timedelta(days=WATCHED_DAYS)),
                ]
            )._look_for_changes()

    @api.model
    def _cron_reconcile(self):
        """Cron: go on with runs that lost their job, start those that are due."""
        self.env["integration.reconciliation"]._restart_dead()
        connectors = self.search([("state", "=", "active")])
        for index, connector in enumerate(connectors, start=1):
            try:
                connector._reconcile_due()
                self.env.flush_all()
            except Exception:
                # What breaks for one, or a person who was quicker, stops no other.
                _logger.exception("Connector %s: not compared", connector.id)
                self.env.cr.rollback()
                self.env.invalidate_all(flush=False)
            self.env["ir.cron"]._commit_progress(1, remaining=len(connectors) - index)


class IntegrationReconciliation(models.Model):
    """Starting a comparison, again and after a crash."""

    _inherit = "integration.reconciliation"

    def action_compare_again(self):
        """Compare the same days again; what people said is kept."""
        self._require_starter()
        for run in self:
            run._require_unsigned()
            run.connector_id._require_comparable()
        self.sudo()._compare_again()
        return True

    @api.model
    def _require_starter(self) -> None:
        """:raises AccessError: the user may not start comparisons"""
        user = self.env.user
        groups = ("group_operator", "group_manager", "group_auditor")
        if not self.env.su and not any(
            user.has_group(f"integration_core.{group}") for group in groups
        ):
            raise AccessError(
                self.env._("Your role in Integrations does not compare both sides.")
            )

    def _compare_again(self, seconds: int = 0) -> None:
        """Start over; the job that may be at it goes on from the first check.

        :param seconds: not before
        """
        for run in self.filtered(lambda r: r.state != "signed"):
            run.write(
                {
                    "state": "running",
                    "done_checks": {},
                    "failed_checks": {},
                    "message": False,
                    "turn": run.turn + 1,
                }
            )
            run._enqueue(seconds)

    def _open_form(self) -> dict:
        self.ensure_one()
        return {
            "type": "ir.actions.act_window",
            "res_model": self._name,
            "res_id": self.id,
            "view_mode": "form",
        }

    @api.model
    def _restart_dead(self) -> None:
        """Runs whose job is gone go on where they were."""
        self.flush_model(["state"])
        self.env.cr.execute(
            """
            SELECT r.id FROM integration_reconciliation r
             WHERE r.state = 'running'
               AND NOT EXISTS (
                   SELECT 1 FROM queue_job j
                    WHERE j.identity_key = 'integration.reconciliation:' || r.id
                      AND j.state NOT IN ('done', 'failed', 'cancelled'))
            """
        )
        self.browse([row[0] for row in self.env.cr.fetchall()])._enqueue()

    @api.model
    def _compared_days(self, connector, date_from, date_to):
        """Comparisons of single days within a period, of the newest revision each."""
        runs = self.search(
            [
                ("connector_id", "=", connector.id),
                ("kind", "=", "day"),
                ("date_from", ">=", date_from),
                ("date_to", "<=", date_to),
                ("state", "in", (*COMPARED, "signed")),
            ],
            order="date_from, revision",
        )
        return self.browse({run.date_from: run.id for run in runs}.values())
