# Copyright 2026 Odoo Integration Suite contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl)
from odoo import api, fields, models

from ... import settings
from .common import button, notice


class IntegrationConnector(models.Model):
    """The one sentence above a connector that says what stops it."""

    _inherit = "integration.connector"

    notice = fields.Json(compute="_compute_notice")
    is_copy = fields.Boolean(compute="_compute_is_copy")
    open_approval_id = fields.Many2one(
        "integration.approval", compute="_compute_open_approval_id"
    )
    may_approve = fields.Boolean(compute="_compute_open_approval_id")

    @api.depends("environment_matches", "state")
    def _compute_is_copy(self):
        for connector in self:
            connector.is_copy = (
                not connector.environment_matches and connector.state != "draft"
            )

    @api.depends_context("uid")
    @api.depends("state")
    def _compute_open_approval_id(self):
        # sudo: everybody who sees the connector may know that it waits.
        approvals = self.env["integration.approval"].sudo()
        for connector in self:
            waiting = connector.state == "review"
            found = waiting and approvals._open_for(connector, "activate")
            connector.open_approval_id = found or False
            connector.may_approve = bool(found) and found.sudo(False).may_decide

    @api.depends_context("uid")
    @api.depends("state", "state_reason", "environment", "webhook_problem")
    def _compute_notice(self):
        for connector in self:
            connector.notice = connector._notice() if connector.id else False

    def _notice(self) -> dict | bool:
        """What stops this connector, the gravest first; False when nothing does."""
        self.ensure_one()
        if self.is_copy:
            return self._notice_copy()
        if self.state == "suspended":
            return self._notice_suspended()
        if self.state == "paused":
            return self._notice_paused()
        if self.state == "review":
            return self._notice_review()
        if self.webhook_problem and self.state == "active":
            return self._notice_webhook()
        return False

    def _is_manager(self) -> bool:
        return self.env.user.has_group("integration_core.group_manager")

    def _waiting_sentence(self) -> str:
        """How many messages wait: the answer to "is anything lost?"."""
        waiting = self.queue_count + self.retry_count
        if not waiting:
            return self.env._("No message waits.")
        return self.env._("Messages waiting: %(count)s. None is lost.", count=waiting)

    def _manager_buttons(self, *buttons) -> list:
        return list(buttons) if self._is_manager() else []

    def _notice_copy(self) -> dict:
        words = dict(settings.ENVIRONMENTS)
        return notice(
            "danger",
            self.env._("Nothing is sent or accepted: this is not the right server."),
            self.env._(
                "The connector belongs to the environment %(wanted)s, this server "
                "is %(actual)s. That is how a copied database stays harmless.",
                wanted=words.get(self.environment, self.environment),
                actual=words.get(
                    settings.current_environment(), settings.current_environment()
                ),
            ),
            self.env._(
                "On the right server, set integration_environment in odoo.conf."
            ),
        )

    def _notice_suspended(self) -> dict:
        return notice(
            "danger",
            self.env._("%(name)s is suspended.", name=self.name),
            self.state_reason or "",
            self.env._(
                "%(waiting)s Put right what is wrong, then submit it again.",
                waiting=self._waiting_sentence(),
            ),
            *self._manager_buttons(
                button(self.env._("Submit"), "action_submit"),
                button(self.env._("Test connection"), "action_test_connection"),
                button(self.env._("Replace key…"), "action_add_key"),
            ),
        )

    def _notice_paused(self) -> dict:
        return notice(
            "warning",
            self.env._("%(name)s is paused.", name=self.name),
            self.state_reason or "",
            self.env._(
                "Messages still arrive. %(waiting)s", waiting=self._waiting_sentence()
            ),
            *self._manager_buttons(button(self.env._("Resume"), "action_resume")),
        )

    def _notice_review(self) -> dict:
        requester = self.open_approval_id.sudo().requester_id.name or ""
        if self.may_approve:
            return notice(
                "warning",
                self.env._("%(name)s waits for your approval.", name=self.name),
                self.env._("%(user)s asked for it.", user=requester),
                self.env._("From then on its messages are worked on."),
                button(self.env._("Approve"), "action_approve"),
            )
        return notice(
            "info",
            self.env._("A second person must approve."),
            self.env._("%(user)s asked for it.", user=requester),
            self.env._("Messages are kept until then."),
        )

    def _notice_webhook(self) -> dict:
        return notice(
            "danger",
            self.env._("Messages no longer arrive."),
            self.webhook_problem,
            self.env._("Register the webhook again; what is missing is read later."),
            *self._manager_buttons(
                button(self.env._("Register again"), "action_register_webhook"),
                button(self.env._("Check now"), "action_check_webhook"),
            ),
        )
