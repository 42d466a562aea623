# Copyright 2026 Odoo Integration Suite contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl)
from odoo import api, fields, models


class IntegrationException(models.Model):
    """What the form of a waiting message shows: the message's own story."""

    _inherit = "integration.exception"

    title = fields.Char(compute="_compute_title")
    is_mine = fields.Boolean(compute="_compute_is_mine")
    may_operate = fields.Boolean(compute="_compute_may_operate")
    notice = fields.Json(compute="_compute_from_event")
    story = fields.Json(compute="_compute_from_event")
    payload = fields.Text("Content", compute="_compute_from_event")
    same_cause_count = fields.Integer(compute="_compute_from_event")

    @api.depends("entity", "external_id", "connector_id")
    def _compute_title(self):
        labels = dict(self.env["integration.entity"]._entity_selection())
        for exception in self:
            exception.title = self.env._(
                "%(entity)s %(id)s from %(connector)s",
                entity=labels.get(exception.entity, self.env._("Message")),
                id=exception.external_id or "",
                connector=exception.connector_id.name or "",
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

    # === ACTION METHODS === #

    def action_open_same_cause(self):
        """Everything open with the same problem."""
        return self.event_id.action_open_same_cause()

    def action_open_mapping(self):
        """The mapping that could not read the message."""
        return self.event_id.action_open_mapping()

    def action_open_value_map(self):
        """The value map that does not know a value of the message."""
        return self.event_id.action_open_value_map()
