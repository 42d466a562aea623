# Copyright 2026 Odoo Integration Suite contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl)
from odoo import api, fields, models
from odoo.tools import format_date

from odoo.addons.integration_core.models.presentation.common import (
    notice,
    selection_label,
)


class IntegrationShiftedDocument(models.Model):
    """The sentence above a shifted document: what, why, next."""

    _inherit = "integration.shifted.document"

    notice = fields.Json(compute="_compute_notice")

    @api.depends_context("uid", "lang")
    @api.depends("state", "booked_date", "wanted_date", "lock", "lock_date", "reason")
    def _compute_notice(self):
        for row in self:
            row.notice = getattr(row, f"_notice_{row.state}")(row._words())

    def _words(self) -> dict:
        def day(date):
            return format_date(self.env, date) if date else ""

        return {
            "name": self.title,
            "wanted": day(self.wanted_date),
            "booked": day(self.booked_date),
            "until": day(self.lock_date),
            "lock": selection_label(self, "lock"),
            "reason": self.reason or "",
            "user": self.decided_by.name or "",
        }

    def _why(self, words: dict) -> str:
        if not self.booked_date:
            return self.env._(
                "Odoo is locked until %(until)s (%(lock)s): no day is open.", **words
            )
        if not self.lock:
            return self.env._(
                "No lock forbids its day, but Odoo would book it on %(booked)s, by the "
                "way its journal numbers.",
                **words,
            )
        return self.env._(
            "Its period is locked until %(until)s (%(lock)s); Odoo would book it on "
            "%(booked)s without telling.",
            **words,
        )

    def _notice_waiting(self, words: dict) -> dict:
        return notice(
            "warning",
            self.env._("%(name)s of %(wanted)s was not booked.", **words),
            self._why(words),
            self.env._("An accountant decides: book it with a note, or keep waiting.")
            if self.booked_date
            else self.env._("Unlock the period, then retry the message."),
        )

    def _notice_kept(self, words: dict) -> dict:
        return notice(
            "warning",
            self.env._("%(name)s of %(wanted)s keeps waiting.", **words),
            self.env._("%(user)s decided: %(reason)s", **words),
            self.env._("Unlock its period and retry the message, or book it now."),
        )

    def _notice_approved(self, words: dict) -> dict:
        return notice(
            "info",
            self.env._("%(name)s is being booked on %(booked)s.", **words),
            self.env._("%(user)s decided: %(reason)s", **words),
            self.env._("If it stays here, look at its message."),
        )

    def _notice_booked(self, words: dict) -> dict:
        return notice(
            "info",
            self.env._("Booked on %(booked)s instead of %(wanted)s.", **words),
            self.env._("The period is locked until %(until)s (%(lock)s).", **words)
            if self.lock
            else "",
            self.env._("%(user)s decided: %(reason)s", **words) if self.reason else "",
        )

    def _notice_own(self, words: dict) -> dict:
        return notice(
            "info", self.env._("Booked on its own day, %(wanted)s, after all.", **words)
        )

    def _notice_dropped(self, words: dict) -> dict:
        return notice(
            "info",
            self.env._("Nothing was booked, and nothing needs to be."),
            self.env._("Its message came to an end without this entry."),
        )
