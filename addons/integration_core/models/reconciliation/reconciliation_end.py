# Copyright 2026 Odoo Integration Suite contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl)
from collections import defaultdict

from odoo import fields, models

from .reconciliation import COMPARED, OPEN

ACTIVITY = "mail.mail_activity_data_todo"


class IntegrationReconciliation(models.Model):
    """How a run ends: what came out, whose turn it is."""

    _inherit = "integration.reconciliation"

    def _end(self) -> None:
        """All checks are done: say what came out and whose turn it is."""
        self.ensure_one()
        if self.failed_checks:
            self._fail(self._why_failed())
            return
        self.write(
            {
                "ended_at": fields.Datetime.now(),
                "runs": self.runs + 1,
                "message": False,
                "state": "differences",
            }
        )
        self._settle()
        self._log_end()

    def _settle(self) -> None:
        """The state that follows from the lines, and the task of whoever owns them."""
        for run in self.filtered(lambda r: r.state in COMPARED):
            lines = run.line_ids.filtered(lambda line: line.state != "closed")
            if any(line.state in OPEN for line in lines):
                state = "differences"
            else:
                state = "explained" if lines else "balanced"
            if run.state != state:
                run.state = state
            run._refresh_activity()

    def _fail(self, reason: str) -> None:
        self.write(
            {
                "state": "failed",
                "message": reason,
                "ended_at": fields.Datetime.now(),
            }
        )
        self._refresh_activity()

    def _why_failed(self) -> str:
        """What stood in the way of which checks; a reason that several share once."""
        checks = self.env["integration.reconciliation.check"]
        reasons = defaultdict(list)
        for name, why in self.failed_checks.items():
            reasons[why].append(checks._label_of(name))
        return " ".join(f"{', '.join(names)}: {why}" for why, names in reasons.items())

    def _log_end(self) -> None:
        self.connector_id._log(
            "reconcile",
            self.env._(
                "%(name)s compared: %(open)s open differences.",
                name=self.display_name,
                open=self.open_count,
            ),
            status="warning" if self.open_count else "success",
            actor_id=self.started_by.id or self.env.uid,
            correlation_id=self.correlation_id,
        )

    def _refresh_activity(self) -> None:
        """One task a run for its responsible person, as long as something is open."""
        for run in self:
            mine = run.activity_ids.filtered(lambda a: a.automated)
            wanted = run.state in ("differences", "failed") and run.user_id
            if not wanted:
                mine.sudo().unlink()
            elif not mine:
                run.activity_schedule(
                    ACTIVITY,
                    date_deadline=fields.Date.context_today(run),
                    summary=self.env._("Look at the differences"),
                    user_id=run.user_id.id,
                    automated=True,
                )
