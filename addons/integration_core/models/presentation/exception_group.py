# Copyright 2026 Odoo Integration Suite contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl)
from collections import defaultdict
from decimal import Decimal

from odoo import api, fields, models
from odoo.tools.misc import format_amount

from ...const import OPERATIONS, SKIP_LABELS
from .common import amount_text, as_sentence, comparison, ledger, notice


class IntegrationExceptionGroup(models.Model):
    """What a group preview says above its list."""

    _inherit = "integration.exception.group"

    tried_count = fields.Integer("Tried", compute="_compute_counts")
    pass_count = fields.Integer("Would pass", compute="_compute_counts")
    unknown_count = fields.Integer("Cannot be said yet", compute="_compute_counts")
    fail_count = fields.Integer("Would stop again", compute="_compute_counts")
    waiting_count = fields.Integer("Still waiting", compute="_compute_counts")
    notice = fields.Json(compute="_compute_notice")
    may_operate = fields.Boolean(compute="_compute_may_operate")
    may_process = fields.Boolean(compute="_compute_may_operate")

    @api.depends("line_ids.outcome", "line_ids.event_id.state")
    def _compute_counts(self):
        for group in self:
            lines = group.line_ids
            outcomes = lines.mapped("outcome")
            group.tried_count = sum(bool(outcome) for outcome in outcomes)
            group.pass_count = outcomes.count("passes") + outcomes.count("nothing")
            group.unknown_count = outcomes.count("asks")
            group.fail_count = outcomes.count("fails")
            group.waiting_count = len(lines._waiting())

    @api.depends_context("uid")
    @api.depends("mapping_id", "choice_line_id")
    def _compute_may_operate(self):
        may = self.env["integration.event"]._may_operate()
        may_map = self.env["integration.value.map.line"].has_access("write")
        for group in self:
            group.may_operate = may_map if group.choice_line_id else may
            group.may_process = group.may_operate and (
                not group.mapping_id or group.sudo()._is_in_use()
            )

    @api.depends("state", "line_ids.outcome", "line_ids.event_id.state")
    def _compute_notice(self):
        for group in self:
            group.notice = group._notice()

    def _notice(self) -> dict:
        self.ensure_one()
        if self.state == "running":
            return notice(
                "info",
                self.env._(
                    "%(tried)s of %(total)s messages are tried.",
                    tried=self.tried_count,
                    total=self.total,
                ),
                self.env._("Nothing is written. It goes on if you leave this page."),
            )
        if self.state == "failed":
            return notice(
                "danger",
                self.env._("Something unexpected happened while trying."),
                self.env._("Nothing was written."),
                self.env._("Try again; if it stops again, report it."),
            )
        if self.state == "processed":
            return self._notice_processed()
        caution = self._caution()
        level = "success" if self.pass_count == self.total else "warning"
        return notice(
            "warning" if caution else level if self.pass_count else "danger",
            self._result_sentence(),
            caution or self.env._("Nothing was written."),
            self._next_sentence(),
        )

    def _caution(self) -> str:
        """What should be known of the record that is tried; '' where all is well."""
        caution = self.choice_line_id and self.choice_line_id._caution(
            self.choice_res_id
        )
        if not caution:
            return ""
        return self.env._("Nothing was written. Please check: %(what)s.", what=caution)

    def _result_sentence(self) -> str:
        text = self.env._(
            "%(count)s of %(total)s messages would pass now.",
            count=self.pass_count,
            total=self.total,
        )
        if self._booked_text():
            text += " " + self.env._("Worth %(amount)s.", amount=self._booked_text())
        if self.left_out:
            text += " " + self.env._(
                "%(count)s further messages had no room in this preview.",
                count=self.left_out,
            )
        return text

    def _next_sentence(self) -> str:
        if self.choice_line_id and self.state == "ready":
            return self.env._(
                "This was tried as if “%(value)s” stood for %(record)s. Process maps "
                "it; what still stops is listed with its problem.",
                value=self.choice_line_id.note or self.choice_line_id.external_value,
                record=self.choice_line_id._name_of(self.choice_res_id),
            )
        if self.mapping_id and not self._is_in_use():
            return self.env._(
                "This was tried with %(mapping)s, which is not in use yet.",
                mapping=self.mapping_id.display_name,
            )
        if self.fail_count:
            return self.env._(
                "Those that would stop again stay in the list with what stops them."
            )
        if self.unknown_count:
            return self.env._(
                "Those of which it cannot be said yet need something that is read from "
                "the system first."
            )
        return ""

    def _notice_processed(self) -> dict:
        states = self.line_ids.mapped("event_state")
        queued = sum(s in ("pending", "retry", "waiting", "sending") for s in states)
        what = self.env._(
            "Done: %(done)s. On their way: %(queued)s. Still waiting for a person: "
            "%(waiting)s.",
            done=sum(state in ("done", "skipped") for state in states),
            queued=queued,
            waiting=self.waiting_count,
        )
        if queued:
            return notice(
                "info", what, self.env._("Nothing to do: they are worked on now.")
            )
        return notice("warning" if self.waiting_count else "success", what)

    def _booked_text(self) -> str:
        """What the messages that pass are worth, by currency."""
        sums: dict = defaultdict(Decimal)
        for line in self.line_ids.filtered(lambda x: x.outcome == "passes"):
            if line.currency_id and line.amount:
                sums[line.currency_id] += Decimal(str(line.amount))
        return " + ".join(
            format_amount(self.env, float(total), currency)
            for currency, total in sums.items()
        )

    def action_open_waiting(self):
        """Those of the group that still wait: for a person, else for something else."""
        self.ensure_one()
        events = self.line_ids._waiting().event_id
        records, name = events.exception_id, "action_attention"
        if not records:
            records, name = events, "action_event"
        action = self.env["ir.actions.actions"]._for_xml_id(f"integration_core.{name}")
        return dict(action, domain=[("id", "in", records.ids)], context={})


class IntegrationExceptionGroupLine(models.Model):
    """What would happen with one message, in words."""

    _inherit = "integration.exception.group.line"

    external_id = fields.Char(related="event_id.external_id")
    title = fields.Char(related="event_id.name_of_object")
    event_state = fields.Selection(related="event_id.state")
    amount_text = fields.Char("Amount as text", compute="_compute_amount_text")
    comparison = fields.Json(compute="_compute_comparison")
    ledger = fields.Json("Journal items", compute="_compute_comparison")

    @api.depends("amount", "currency_id")
    def _compute_amount_text(self):
        for line in self:
            line.amount_text = amount_text(line)

    @api.depends("diff", "model")
    def _compute_comparison(self):
        for line in self:
            line.ledger = ledger(self.env, [line.diff or {}])
            result = comparison(
                self.env,
                [(line.model, "", line.diff or {})],
                self.env._("Odoo would not be changed by this message."),
            )
            line.comparison = result if result["rows"] or not line.ledger else False

    @api.model
    def _sentence(self, preview) -> str:
        """What would happen, for one preview."""
        if preview.outcome == "skip":
            return SKIP_LABELS.get(preview.reason, "")
        if preview.outcome == "fetch":
            return self.env._("The system must be asked for it first.")
        if preview.error:
            return as_sentence(preview.error["message"])
        words = dict(OPERATIONS).get(preview.operation, preview.operation)
        text = f"{words}: {preview.document_name}" if preview.document_name else words
        return ". ".join([text, *preview.notes])

    def action_open(self):
        """The message itself, with its problem."""
        self.ensure_one()
        record = self.event_id.exception_id or self.event_id
        return {
            "type": "ir.actions.act_window",
            "res_model": record._name,
            "res_id": record.id,
            "view_mode": "form",
        }
