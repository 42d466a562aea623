# Copyright 2026 Odoo Integration Suite contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl)
import re

from odoo import api, fields, models

from ...const import ATTENTION_STATES
from .common import (
    amount_text,
    as_sentence,
    button,
    comparison,
    ledger,
    notice,
    selection_label,
)

# "addresses[0].country": which element it was does not matter to the mapping.
LIST_INDEX = re.compile(r"\[\d+\]")
LEVELS = {"review": "warning", "dead": "danger", "quarantine": "danger"}


class IntegrationEvent(models.Model):
    """What the message form shows besides the stored facts."""

    _inherit = "integration.event"

    notice = fields.Json(compute="_compute_notice")
    result = fields.Json(compute="_compute_result")
    ledger = fields.Json("Journal items", compute="_compute_result")
    amount_text = fields.Char("Amount as text", compute="_compute_amount_text")
    headers_text = fields.Text("Kept headers", compute="_compute_headers_text")
    same_object_count = fields.Integer(compute="_compute_same_counts")
    same_cause_count = fields.Integer(compute="_compute_same_counts")
    responsible_id = fields.Many2one("res.users", compute="_compute_responsible_id")
    may_operate = fields.Boolean(compute="_compute_may_operate")
    is_attention = fields.Boolean(compute="_compute_is_attention")

    # === COMPUTE METHODS === #

    @api.depends("state")
    def _compute_is_attention(self):
        for event in self:
            event.is_attention = event.state in ATTENTION_STATES

    @api.model
    def _may_operate(self) -> bool:
        """Whether the reader may retry, skip and assign."""
        user = self.env.user
        return user.has_group("integration_core.group_operator") or user.has_group(
            "integration_core.group_manager"
        )

    @api.depends_context("uid")
    def _compute_may_operate(self):
        self.may_operate = self._may_operate()

    @api.depends("exception_id")
    def _compute_responsible_id(self):
        for event in self:
            event.responsible_id = event.exception_id.user_id

    @api.depends("headers")
    def _compute_headers_text(self):
        for event in self:
            pairs = (event.headers or {}).items()
            event.headers_text = "\n".join(f"{name}: {text}" for name, text in pairs)

    @api.depends("state", "error_class", "lane")
    def _compute_same_counts(self):
        for event in self:
            event.same_object_count = (
                self.search_count(event._same_object_domain(), limit=1000)
                if event.lane
                else 0
            )
            event.same_cause_count = (
                self.env["integration.exception"].search_count(
                    event._same_cause_domain(), limit=1000
                )
                if event.state in ATTENTION_STATES
                else 0
            )

    @api.depends("log_ids")
    def _compute_result(self):
        for event in self:
            logs = event.log_ids.sorted("id")
            event.ledger = ledger(self.env, [log.diff for log in logs])
            result = comparison(
                self.env,
                [(log.model, "", log.diff) for log in logs],
                self.env._("Odoo was not changed by this message."),
            )
            # Journal items say enough about what was only booked.
            event.result = result if result["rows"] or not event.ledger else False

    @api.depends("amount", "currency_id")
    def _compute_amount_text(self):
        for event in self:
            event.amount_text = amount_text(event)

    @api.depends_context("uid")
    @api.depends("state", "error", "hint", "next_attempt", "attempts", "waiting_for")
    def _compute_notice(self):
        for event in self:
            event.notice = event._notice() if event.id else False

    # === BUSINESS METHODS === #

    def _same_object_domain(self) -> list:
        # By the indexed columns; a lane is made of the same two.
        return [
            ("connector_id", "=", self.connector_id.id),
            ("entity", "=", self.entity),
            ("external_id", "=", self.external_id),
        ]

    def _same_cause_domain(self) -> list:
        """Open exceptions of the same connector with the same problem."""
        return [
            ("connector_id", "=", self.connector_id.id),
            ("state", "=", "open"),
            ("fingerprint", "=", self.exception_id.fingerprint),
        ]

    def _notice(self) -> dict | bool:
        """What, why and next, by state; False when the message is at its end."""
        self.ensure_one()
        if self.state in LEVELS:
            return self._notice_attention()
        if self.state == "retry":
            return self._notice_retry()
        if self.state == "waiting":
            return self._notice_waiting()
        if self.state == "sending":
            return notice(
                "warning",
                self.env._("The outcome is not known: the line broke."),
                self.env._("It may have gone through at the other end."),
                self.env._("We look it up before repeating; do not repeat by hand."),
            )
        if self.state == "skipped" and self.skip_reason:
            return notice("info", selection_label(self, "skip_reason") + ".")
        return False

    def _notice_attention(self) -> dict:
        what = {
            "review": self.env._("This needs your decision. Odoo is unchanged."),
            "dead": self.env._("This failed, and nothing was booked."),
            "quarantine": self.env._("This message was set aside. Odoo is unchanged."),
        }[self.state]
        return notice(
            LEVELS[self.state],
            what,
            as_sentence(self.error),
            as_sentence(self.hint),
            *self._cause_buttons(),
        )

    def _cause_buttons(self) -> list[dict]:
        """From what stops the message to what must be changed."""
        if found := self._solution_button():
            return [found]
        if self.error_class != "mapping":
            return []
        if self._failing_line().value_map_id:
            return [button(self.env._("Open value map"), "action_open_value_map")]
        return [button(self.env._("Open mapping"), "action_open_mapping")]

    def _failing_line(self):
        """The mapping line a mapping error names, or nothing."""
        wanted = LIST_INDEX.sub("", self.error_path or "")
        lines = self._flow().mapping_id.line_ids
        return lines.filtered(lambda line: line._path() == wanted)[:1]

    def _flow(self):
        """The flow this message belongs to, or nothing."""
        return self.env["integration.flow"].search(
            [
                ("connector_id", "=", self.connector_id.id),
                ("entity", "=", self.entity),
                ("direction", "=", self.direction),
            ],
            limit=1,
        )

    def _notice_retry(self) -> dict:
        return notice(
            "info",
            self.env._(
                "Trying again at %(time)s, try %(number)s of %(most)s.",
                time=self._local_time(self.next_attempt),
                number=self.attempts + 1,
                most=self._most_attempts(),
            ),
            as_sentence(self.error),
            self.env._("Nothing to do: messages keep arriving."),
        )

    def _most_attempts(self) -> int:
        connector = self.connector_id.sudo()
        return connector._adapter()._max_attempts if connector.system else 1

    def _local_time(self, moment) -> str:
        """Clock time in the reader's own zone."""
        if not moment:
            return self.env._("once the connector works")
        return fields.Datetime.context_timestamp(self, moment).strftime("%H:%M:%S")

    # === ACTION METHODS === #

    def action_open_same_cause(self):
        """Everything open with the same problem, to be cleared in one go."""
        self.ensure_one()
        action = self.env["ir.actions.actions"]._for_xml_id(
            "integration_core.action_attention"
        )
        return dict(action, domain=self._same_cause_domain(), context={})

    def action_open_mapping(self):
        """The mapping that read this message: where most data problems end."""
        self.ensure_one()
        return {
            "type": "ir.actions.act_window",
            "res_model": "integration.mapping",
            "res_id": self._flow().mapping_id.id,
            "view_mode": "form",
        }

    def action_open_value_map(self):
        """The value map that does not know a value of this message."""
        self.ensure_one()
        return {
            "type": "ir.actions.act_window",
            "res_model": "integration.value.map",
            "res_id": self._failing_line().value_map_id.id,
            "view_mode": "form",
        }
