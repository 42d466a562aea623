# Copyright 2026 Odoo Integration Suite contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl)
from odoo import api, fields, models
from odoo.tools import format_date
from odoo.tools.misc import format_amount

from ..reconciliation.reconciliation import OPEN

# Of what is said about a difference, the first rows can be equal or not.
COMPARED_ROWS = 3


class IntegrationReconciliation(models.Model):
    """What the screens of a comparison show: both sides, the tie-out, what is next."""

    _inherit = "integration.reconciliation"

    sides = fields.Json("Both sides", compute="_compute_sides")
    notice = fields.Json(compute="_compute_notice")
    tie_label = fields.Char("Compared", compute="_compute_tie")
    tie_there = fields.Char("There", compute="_compute_tie")
    tie_here = fields.Char("In Odoo", compute="_compute_tie")
    tie_difference = fields.Char("Difference", compute="_compute_tie")
    tie_differs = fields.Boolean(compute="_compute_tie")
    system_name = fields.Char(compute="_compute_system_name")

    # === COMPUTE METHODS === #

    def _compute_system_name(self):
        names = dict(
            self.env["integration.connector"]
            ._fields["system"]
            ._description_selection(self.env)
        )
        for run in self:
            run.system_name = names.get(run.connector_id.system, "")

    @api.depends("total_ids.difference", "total_ids.rank")
    def _compute_tie(self):
        """The first check of each run, a figure for each currency."""
        for run in self:
            first = run.total_ids.filtered("currency_id").sorted("rank")
            rows = first.filtered(lambda t, top=first[:1]: t.rank == top.rank)
            run.tie_label = rows[:1].label or False
            run.tie_there = _amounts(rows, "sum_there")
            run.tie_here = _amounts(rows, "sum_here")
            run.tie_difference = _amounts(rows, "difference")
            run.tie_differs = any(
                not row.currency_id.is_zero(row.difference) for row in rows
            )

    @api.depends("total_ids", "done_checks", "failed_checks", "state")
    def _compute_sides(self):
        for run in self:
            run.sides = run._sides()

    def _sides(self) -> dict:
        """Control totals of all checks, both sides next to each other."""
        self.ensure_one()
        there = self.system_name or self.env._("There")
        rows = [row for total in self.total_ids for row in total._rows()]
        rows += self._rows_of_checks(self.done_checks, "missing")
        rows += self._rows_of_checks(self.failed_checks, "problem")
        return {
            "hide_blank": True,
            "first": self.env._("What"),
            "columns": [
                {"key": "count_there", "label": there, "align": "end"},
                {"key": "sum_there", "label": self.env._("Sum"), "align": "end"},
                {"key": "count_here", "label": self.env._("Odoo"), "align": "end"},
                {"key": "sum_here", "label": self.env._("Sum"), "align": "end"},
                {
                    "key": "difference",
                    "label": self.env._("Difference"),
                    "align": "end",
                },
                {"key": "note", "label": self.env._("Result")},
            ],
            "rows": rows,
            "empty": self.env._("Nothing was compared yet."),
        }

    def _rows_of_checks(self, remarks: dict | None, status: str) -> list[dict]:
        """Rows of checks without a result, each with what is said of it."""
        checks = self.env["integration.reconciliation.check"]
        return [
            {
                "key": f"out:{name}",
                "label": checks._label_of(name),
                "status": status,
                "cells": {"note": remark},
            }
            for name, remark in (remarks or {}).items()
            if remark
        ]

    @api.depends("state", "open_count", "message", "changed_text")
    def _compute_notice(self):
        for run in self:
            run.notice = run._notice() or False

    def _notice(self) -> dict:
        """What, why and next, by the state."""
        self.ensure_one()
        if self.state == "failed":
            return self._note(
                "danger",
                self.env._("Not everything could be compared.")
                if self.done_checks
                else self.env._("Both sides could not be compared."),
                self.message,
                self.env._("It is tried again tonight, or now with Compare again."),
            )
        if self.state == "running":
            return self._note(
                "info",
                self.env._("Both sides are being read."),
                self.message,
                self.env._("This page shows the result as soon as it is there."),
            )
        if self.state == "signed" and self.changed_text:
            return self._note(
                "danger",
                self.env._("The books of these days changed after they were signed."),
                self.changed_text,
                self.env._(
                    "What was signed is kept. Look at the sync log, then compare the "
                    "days again as a new revision."
                ),
            )
        if self.state == "signed":
            return self._note(
                "success",
                self.env._(
                    "%(name)s signed this on %(day)s.",
                    name=self.signed_by.name,
                    day=format_date(self.env, self.signed_at),
                ),
                "",
                "",
            )
        if self.open_count:
            return self._note(
                "warning",
                self.env._("One difference is open.")
                if self.open_count == 1
                else self.env._(
                    "%(count)s differences are open.", count=self.open_count
                ),
                "",
                self.env._("Fix or explain each of them below, then it can be signed."),
            )
        return {}

    def _note(self, kind: str, what: str, why: str, following: str) -> dict:
        """Value of the widget ``integration_notice``."""
        return {
            "level": kind,
            "what": what,
            "why": why or "",
            "next": following,
        }

    # === ACTION METHODS === #

    def action_open_lines(self):
        """All differences of this comparison, as a list."""
        self.ensure_one()
        action = self.env["ir.actions.actions"]._for_xml_id(
            "integration_core.action_reconciliation_line"
        )
        return dict(action, domain=[("run_id", "=", self.id)], context={})

    def action_open_days(self):
        """Comparisons of the single days of a period."""
        self.ensure_one()
        action = self.env["ir.actions.actions"]._for_xml_id(
            "integration_core.action_reconciliation"
        )
        days = self._compared_days(self.connector_id, self.date_from, self.date_to)
        return dict(action, domain=[("id", "in", days.ids)], context={})

    def action_open_log(self):
        """What the sync log has of this comparison."""
        self.ensure_one()
        action = self.env["ir.actions.actions"]._for_xml_id(
            "integration_core.action_job_log"
        )
        domain = [("correlation_id", "=", self.correlation_id)]
        return dict(action, domain=domain, context={})


class IntegrationReconciliationTotal(models.Model):
    _inherit = "integration.reconciliation.total"

    def _rows(self) -> list[dict]:
        """A total as a row of the comparison of both sides."""
        self.ensure_one()
        cells = {
            "count_there": str(self.count_there),
            "count_here": str(self.count_here),
        }
        if self.currency_id:
            for name in ("sum_there", "sum_here", "difference"):
                cells[name] = format_amount(self.env, self[name], self.currency_id)
        cells["note"] = self._result()
        label = self.label
        if self.currency_id:
            label = f"{label}, {self.currency_id.name}"
        return [
            {
                "key": f"{self.check_name}:{self.currency_id.name}",
                "label": label,
                "cells": cells,
                "status": "same" if self._agrees() else "problem",
            }
        ]

    def _agrees(self) -> bool:
        """Whether nothing is left to explain."""
        if self.count_here != self.count_there:
            return False
        currency = self.currency_id
        return not currency or currency.is_zero(self.difference)

    def _result(self) -> str:
        """In a word, what the row says."""
        currency = self.currency_id
        if self._agrees():
            return self.env._("equal")
        if currency and not currency.is_zero(self.elsewhere):
            rest = self.difference - self.elsewhere - self.tolerated
            if currency.is_zero(rest):
                return self.env._("all of it named below")
            return self.env._(
                "%(amount)s unexplained",
                amount=format_amount(self.env, rest, currency),
            )
        if currency and not currency.is_zero(self.tolerated):
            return self.env._("within the tolerance")
        return self.env._("differs")


class IntegrationReconciliationLine(models.Model):
    """A difference in words."""

    _inherit = "integration.reconciliation.line"

    sides = fields.Json("Both sides", compute="_compute_sides")
    # The web client does not know the signs of currencies that are not active.
    difference_text = fields.Char("Difference as text", compute="_compute_texts")
    there_text = fields.Char("There as text", compute="_compute_texts")
    here_text = fields.Char("Here as text", compute="_compute_texts")
    story = fields.Char("What it means", compute="_compute_story")

    @api.depends("difference", "amount_there", "amount_here", "currency_id")
    def _compute_texts(self):
        for line in self:
            line.there_text = line._sum("amount", "there")
            line.here_text = line._sum("amount")
            line.difference_text = (
                format_amount(self.env, line.difference, line.currency_id)
                if line.currency_id
                else ""
            )

    @api.depends("kind", "has_there", "has_here")
    def _compute_story(self):
        for line in self:
            line.story = line._story()

    def _story(self) -> str:
        """One sentence for each kind of difference."""
        self.ensure_one()
        there = self.run_id.system_name
        if self.kind == "timing" and not self.has_here:
            return self.env._("%(system)s has it; here it is on its way.", system=there)
        if self.kind == "timing" and not self.has_there:
            return self.env._(
                "Odoo has it; %(system)s counts it on another day, or later.",
                system=there,
            )
        texts = {
            "timing": self.env._("Both have it, on different days."),
            "fee": self.env._("The amount agrees, the fee does not."),
            "exchange": self.env._(
                "The amount agrees before it was converted, and not after."
            ),
            "missing_here": self.env._(
                "%(system)s has it, Odoo does not.", system=there
            ),
            "missing_there": self.env._(
                "Odoo has it, %(system)s does not.", system=there
            ),
            "duplicate": self.env._("One side has it twice."),
            "amount": self.env._("Both have it, with different amounts."),
        }
        return texts[self.kind]

    def _compute_sides(self):
        for line in self:
            line.sides = line._sides()

    def _sides(self) -> dict:
        """Both sides of one difference, a row for each thing that is said."""
        self.ensure_one()
        rows = [
            (self.env._("Amount"), self._sum("amount", "there"), self._sum("amount")),
            (self.env._("Fee"), self._sum("fee", "there"), self._sum("fee")),
            (self.env._("Day"), self._day("there"), self._day("here")),
            (self._note_label(), self.note_there or "", self.note_here or ""),
        ]
        both = self.has_there and self.has_here
        return {
            "plain": True,
            "first": self.env._("What"),
            "columns": [
                {"key": "there", "label": self.run_id.system_name or ""},
                {"key": "here", "label": "Odoo"},
            ],
            "rows": [
                {
                    "key": str(number),
                    "label": label,
                    "cells": {"there": there, "here": here},
                    "marks": {"here": "same" if there == here else "changed"}
                    if both and number < COMPARED_ROWS
                    else {},
                }
                for number, (label, there, here) in enumerate(rows)
                if there or here
            ],
        }

    def _note_label(self) -> str:
        check = self.env["integration.reconciliation.check"]._for(self.check_name)
        return check._note_label() if check is not None else self.env._("Remark")

    def _sum(self, name: str, side: str = "here") -> str:
        if not self[f"has_{side}"] or not self.currency_id:
            return ""
        if name == "fee" and not (self.fee_there or self.fee_here):
            return ""
        return format_amount(self.env, self[f"{name}_{side}"], self.currency_id)

    def _day(self, side: str) -> str:
        day = self[f"day_{side}"]
        return format_date(self.env, day) if day else ""

    def _is_open(self) -> bool:
        self.ensure_one()
        return self.state in OPEN


def _amounts(totals, name: str) -> str:
    """A sum of several currencies, one after the other."""
    return " · ".join(
        format_amount(total.env, total[name], total.currency_id) for total in totals
    )
