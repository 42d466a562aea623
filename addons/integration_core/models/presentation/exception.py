# Copyright 2026 Odoo Integration Suite contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl)
from odoo import api, fields, models
from odoo.tools.misc import format_amount

from .common import amount_text

# What a notice offers, and a retry follows: these process nothing again themselves.
RETRY_AFTER = {
    "action_open_mapping",
    "action_open_value_map",
    "action_preview_same_cause",
}


class IntegrationEvent(models.Model):
    """What a message is about, in words that stay whatever becomes of it."""

    _inherit = "integration.event"

    name_of_object = fields.Char("About", compute="_compute_name_of_object")

    @api.depends("entity", "external_id", "connector_id", "direction", "res_id")
    def _compute_name_of_object(self):
        labels = dict(self.env["integration.entity"]._entity_selection())
        for event in self:
            out = event.direction == "out"
            words = {
                "entity": labels.get(event.entity, self.env._("Message")),
                # What was never sent has no name there yet.
                "id": event.external_id or (out and event._document_label()) or "",
                "connector": event.connector_id.name or "",
            }
            event.name_of_object = (
                self.env._("%(entity)s %(id)s to %(connector)s", **words)
                if out
                else self.env._("%(entity)s %(id)s from %(connector)s", **words)
            )


class IntegrationException(models.Model):
    """What the form of a waiting message shows: the message's own story."""

    _inherit = "integration.exception"

    title = fields.Char(related="event_id.name_of_object")
    direction = fields.Selection(related="event_id.direction")
    amount_text = fields.Char("Blocked as text", compute="_compute_amount_text")
    age_text = fields.Char("Waits for", compute="_compute_age_text")
    solved_elsewhere = fields.Boolean(
        compute="_compute_solved_elsewhere",
        help="Trying again changes nothing: there is a choice to make first.",
    )
    is_mine = fields.Boolean(compute="_compute_is_mine")
    may_operate = fields.Boolean(compute="_compute_may_operate")
    may_edit = fields.Boolean(compute="_compute_from_event")
    unapproved = fields.Boolean(compute="_compute_from_event")
    notice = fields.Json(compute="_compute_from_event")
    story = fields.Json(compute="_compute_from_event")
    payload = fields.Text("Content", compute="_compute_from_event")
    same_cause_count = fields.Integer(compute="_compute_from_event")
    waiting_count = fields.Integer(
        "Wait for it",
        compute="_compute_waiting_count",
        help="Further messages that go on by themselves once this one is solved.",
    )

    @api.depends("amount", "currency_id", "entity", "external_id", "state")
    def _compute_amount_text(self):
        for exception in self:
            own = amount_text(exception)
            exception.amount_text = own or exception._waiting_amount_text()

    @api.depends("opened_at", "resolved_at")
    def _compute_age_text(self):
        now = fields.Datetime.now()
        for exception in self:
            began, until = exception.opened_at or now, exception.resolved_at or now
            minutes = max(int((until - began).total_seconds()) // 60, 0)
            if minutes < 60:
                exception.age_text = self.env._("%(n)s min", n=minutes)
            elif minutes < 48 * 60:
                exception.age_text = self.env._("%(n)s h", n=minutes // 60)
            else:
                exception.age_text = self.env._("%(n)s days", n=minutes // 1440)

    def _waiting_amount_text(self) -> str:
        """What is blocked with it: the amounts of what waits, by currency."""
        self.ensure_one()
        if self.state != "open":
            return ""
        sums = self.env["integration.event"]._read_group(
            [*self._waiting_domain(), ("currency_id", "!=", False)],
            ["currency_id"],
            ["amount:sum"],
        )
        return " + ".join(
            format_amount(self.env, total, currency)
            for currency, total in sums
            if total
        )

    @api.depends("entity", "external_id", "state")
    def _compute_waiting_count(self):
        events = self.env["integration.event"]
        for exception in self:
            exception.waiting_count = (
                events.search_count(exception._waiting_domain())
                if exception.state == "open"
                else 0
            )

    def _waiting_domain(self) -> list:
        """Messages that wait for the object of this one."""
        return [
            ("connector_id", "=", self.connector_id.id),
            ("state", "=", "waiting"),
            ("waiting_for", "=", f"{self.entity}:{self.external_id}"),
        ]

    @api.depends_context("uid")
    @api.depends("event_id", "state", "message")
    def _compute_solved_elsewhere(self):
        for exception in self:
            exception.solved_elsewhere = exception.state == "open" and any(
                entry["method"] not in RETRY_AFTER
                for entry in exception.event_id._cause_buttons()
            )

    @api.depends_context("uid")
    @api.depends("user_id")
    def _compute_is_mine(self):
        for exception in self:
            exception.is_mine = exception.user_id == self.env.user

    @api.depends_context("uid")
    def _compute_may_operate(self):
        self.may_operate = self.env["integration.event"]._may_operate()

    @api.depends_context("uid")
    @api.depends("event_id", "state", "user_id", "message")
    def _compute_from_event(self):
        for exception in self:
            event = exception.event_id
            exception.notice = event.notice
            exception.story = event.story
            exception.payload = event.payload
            exception.same_cause_count = event.same_cause_count
            exception.may_edit = event.may_edit
            exception.unapproved = event.unapproved

    # === ACTION METHODS === #

    def action_edit(self):
        """Correct the content of the message and process it again."""
        self.ensure_one()
        return self.event_id.action_edit()

    def action_solve(self):
        """Open the place where the cause is solved."""
        return self.event_id.action_solve()

    def action_open_same_cause(self):
        """Everything open with the same problem."""
        return self.event_id.action_open_same_cause()

    def action_preview(self):
        """Try the chosen messages together; nothing is written.

        Who comes from a mapping that is not in use yet tries them with it.

        :raises UserError: none of them waits, or they are of several companies
        """
        mapping = self.env["integration.mapping"].browse(
            self.env.context.get("integration_try_mapping")
        )
        in_use = mapping in self.connector_id.sudo().flow_ids.mapping_id
        group = self.env["integration.exception.group"]._start(
            self, None if in_use else mapping.exists()
        )
        return group._action_open()

    def action_preview_same_cause(self):
        """Try everything that waits for the same reason; nothing is written."""
        self.ensure_one()
        same = self.event_id._same_cause_domain()
        return self.env["integration.exception.group"]._start_where(same)._action_open()

    def action_open_waiting(self):
        """The messages that wait for the object of this one."""
        self.ensure_one()
        action = self.env["ir.actions.actions"]._for_xml_id(
            "integration_core.action_event"
        )
        return dict(action, domain=self._waiting_domain(), context={})

    def action_open_mapping(self):
        """The mapping that could not read the message."""
        return self.event_id.action_open_mapping()

    def action_open_value_map(self):
        """The value map that does not know a value of the message."""
        return self.event_id.action_open_value_map()
