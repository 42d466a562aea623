# Copyright 2026 Odoo Integration Suite contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl)
from datetime import datetime, time, timedelta, timezone
from zoneinfo import ZoneInfo

from odoo import api, fields, models
from odoo.exceptions import UserError, ValidationError
from odoo.tools import format_date

from ...engine import trace

STATES = [
    ("running", "Running"),
    ("balanced", "Balanced"),
    ("differences", "Differences"),
    ("explained", "Explained"),
    ("failed", "Stopped by a problem"),
    ("signed", "Signed"),
]
# Both sides were compared to the end.
COMPARED = ("balanced", "differences", "explained")
# States of a line that still want somebody (`reconciliation_line.py`).
OPEN = ("open", "fixing")
KINDS = [("day", "Day"), ("period", "Period")]
# No line "created", nobody subscribed: the system writes these rows.
QUIET = {
    "tracking_disable": True,
    "mail_create_nosubscribe": True,
    "mail_create_nolog": True,
}
# Said for every new row: a default of the caller's context, or one that a person keeps
# (`ir.default`), must not come in here.
FRESH = {
    "state": "running",
    "message": False,
    "done_checks": False,
    "failed_checks": False,
    "ended_at": False,
    "runs": 0,
    "turn": 1,
    "signed_by": False,
    "signed_at": False,
    "changed_at": False,
    "changed_text": False,
}


class IntegrationReconciliation(models.Model):
    """One comparison of a connector with its peer, of a day or of a longer period.

    What is compared are checks, abstract models `integration.reconciliation.check.*`
    that read both sides. Each leaves totals (`integration.reconciliation.total`) and
    variances (`integration.reconciliation.line`); repeated, a run brings them up to
    date and keeps what people said about them. Once signed nothing of it changes.
    """

    _name = "integration.reconciliation"
    _description = "Reconciliation"
    _inherit = ["mail.thread", "mail.activity.mixin"]
    # Whoever reads it may comment on it: auditors too, who write nothing else.
    _mail_post_access = "read"
    _order = "date_to desc, id desc"

    connector_id = fields.Many2one(
        "integration.connector",
        required=True,
        readonly=True,
        index=True,
        ondelete="restrict",
    )
    company_id = fields.Many2one(
        related="connector_id.company_id", store=True, index=True
    )
    kind = fields.Selection(KINDS, required=True, readonly=True, default="day")
    date_from = fields.Date("From", required=True, readonly=True)
    date_to = fields.Date("To", required=True, readonly=True, index=True)
    revision = fields.Integer(
        required=True,
        readonly=True,
        default=1,
        help="A signed comparison is never changed: a later one of the same days is "
        "the next revision.",
    )
    state = fields.Selection(
        STATES, required=True, readonly=True, default="running", index=True
    )
    message = fields.Char("Problem", readonly=True, help="What stands in the way.")
    done_checks = fields.Json(
        readonly=True, help="Checks of this run that are finished: name → remark."
    )
    failed_checks = fields.Json(
        readonly=True,
        help="Checks of this run that could not be done: name → what stood in the way.",
    )
    user_id = fields.Many2one(
        "res.users",
        string="Responsible",
        index=True,
        help="Who takes care of the differences.",
    )
    started_by = fields.Many2one(
        "res.users",
        readonly=True,
        help="Empty: the connector's schedule started it.",
    )
    started_at = fields.Datetime(
        "Started", required=True, readonly=True, default=fields.Datetime.now
    )
    ended_at = fields.Datetime("Compared at", readonly=True)
    runs = fields.Integer("Times compared", readonly=True, default=0)
    turn = fields.Integer(
        readonly=True,
        default=1,
        help="Counts how often it was started: what an earlier start has read is "
        "given up.",
    )
    total_ids = fields.One2many(
        "integration.reconciliation.total", "run_id", readonly=True
    )
    line_ids = fields.One2many(
        "integration.reconciliation.line", "run_id", readonly=True, string="Differences"
    )
    line_count = fields.Integer(
        "Not equal", compute="_compute_counts", store=True, readonly=True
    )
    open_count = fields.Integer(
        "Open", compute="_compute_counts", store=True, readonly=True
    )
    correlation_id = fields.Char(
        "Trace",
        required=True,
        readonly=True,
        default=lambda self: trace.new_trace_id(),
    )

    _one_of_a_kind = models.UniqueIndex(
        "(connector_id, date_from, date_to) WHERE state <> 'signed'",
        "These days are being compared already.",
    )
    _days_in_order = models.Constraint(
        "CHECK (date_from <= date_to)", "The first day must not be after the last."
    )

    # === COMPUTE METHODS === #

    @api.depends("connector_id", "date_from", "date_to", "revision")
    def _compute_display_name(self):
        for run in self:
            days = format_date(self.env, run.date_from)
            if run.date_to != run.date_from:
                days = f"{days} – {format_date(self.env, run.date_to)}"
            name = f"{run.connector_id.name} {days}"
            run.display_name = f"{name} ({run.revision})" if run.revision > 1 else name

    @api.depends("line_ids.state")
    def _compute_counts(self):
        for run in self:
            run.line_count = len(run.line_ids.filtered(lambda r: r.state != "closed"))
            run.open_count = len(run.line_ids.filtered(lambda r: r.state in OPEN))

    # === CRUD METHODS === #

    @api.model_create_multi
    def create(self, vals_list):
        self._require_system()
        quiet = self.with_context(**QUIET)
        runs = super(IntegrationReconciliation, quiet).create(
            [FRESH | vals for vals in vals_list]
        )
        return runs.with_env(self.env)

    def write(self, vals):
        names = set(vals)
        if not _is_social(names):
            if names != {"user_id"}:
                self._require_system()
            self._require_unsigned()
        return super().write(vals)

    @api.ondelete(at_uninstall=False)
    def _unlink_except_kept(self):
        raise UserError(
            self.env._("Comparisons are kept. Compare the same days again instead.")
        )

    def _require_system(self) -> None:
        """:raises UserError: a person tries to write what the comparison found"""
        if not self.env.su:
            raise UserError(
                self.env._("A comparison is written by the system. Use its buttons.")
            )

    def _require_unsigned(self) -> None:
        """:raises UserError: one of them is signed; nobody changes it any more"""
        for run in self:
            if run.state == "signed":
                raise UserError(
                    self.env._(
                        "%(name)s is signed and stays as it is. Compare its days "
                        "again: that is a new revision.",
                        name=run.display_name,
                    )
                )

    # === DAYS AND CHECKS === #

    def _days(self) -> tuple:
        """(first instant, first instant after it), naive UTC.

        Days are those of the connector's company.
        """
        return (
            self._midnight(self.date_from),
            self._midnight(self.date_to + timedelta(days=1)),
        )

    def _midnight(self, day) -> datetime:
        """When a day begins where the company is, naive UTC."""
        self.ensure_one()
        zone = ZoneInfo(self.connector_id._time_zone())
        midnight = datetime.combine(day, time.min, zone)
        return midnight.astimezone(timezone.utc).replace(tzinfo=None)

    def _day_of(self, moment: datetime):
        """Calendar day of a naive UTC instant where the company is."""
        self.ensure_one()
        zone = ZoneInfo(self.connector_id._time_zone())
        return moment.replace(tzinfo=timezone.utc).astimezone(zone).date()

    def _checks(self) -> list:
        """Checks that apply, in their order, in the environment of the work."""
        self.ensure_one()
        return self.env["integration.reconciliation.check"]._all(self.connector_id)

    @api.constrains("date_to")
    def _check_is_past(self):
        for run in self:
            if run.date_to > run._day_of(fields.Datetime.now()):
                raise ValidationError(
                    self.env._("Only days that have begun can be compared.")
                )


def _is_social(names: set) -> bool:
    """Whether only chatter and activities are written."""
    return all(name.startswith(("activity_", "message_")) for name in names)
