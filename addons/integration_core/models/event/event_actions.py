# Copyright 2026 Odoo Integration Suite contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl)
from odoo import fields, models
from odoo.exceptions import AccessError, UserError

from ...const import ATTENTION_STATES


class IntegrationEvent(models.Model):
    """What people may do with a message."""

    _inherit = "integration.event"

    def write(self, vals):
        if not self.env.su:
            raise AccessError(
                self.env._("Messages are changed with their buttons only.")
            )
        return super().write(vals)

    def action_retry(self):
        """Put messages that wait for a person back into the queue."""
        self._require_operator()
        events = self.filtered(
            lambda e: e.state in (*ATTENTION_STATES, "waiting", "retry")
        )
        if not events:
            raise UserError(
                self.env._("Only a message that waits or failed can be retried.")
            )
        events.sudo().write(
            {
                "state": "pending",
                "attempts": 0,
                "forced": True,
                "waiting_for": False,
                "next_attempt": False,
                "error_class": False,
                "error": False,
                "error_path": False,
                "hint": False,
            }
        )
        self.env["integration.exception"]._close(
            events.ids, self.env._("Retried by %(user)s", user=self.env.user.name)
        )
        said = self.env._("Retried by a person")
        for connector, group in events.sudo().grouped("connector_id").items():
            rows = [event._log_row("replay", said) for event in group]
            self.env["integration.job.log"]._append(
                connector, [dict(row, actor_id=self.env.uid) for row in rows]
            )
        self.connector_id.sudo()._wake_all(together=True)
        return True

    def action_skip(self):
        """Open the dialog that asks for the reason."""
        self._require_operator()
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Skip %(count)s message(s)", count=len(self)),
            "res_model": "integration.skip",
            "view_mode": "form",
            "target": "new",
            "context": {"default_event_ids": [fields.Command.set(self.ids)]},
        }

    def _skip_with_reason(self, reason: str) -> None:
        """End messages without applying them.

        :raises UserError: no reason, or one of them is at an end already
        """
        self._require_operator()
        if not (reason or "").strip():
            raise UserError(self.env._("Say why: the reason is kept in the sync log."))
        if any(e.state not in (*ATTENTION_STATES, "waiting", "retry") for e in self):
            raise UserError(
                self.env._("Only a message that waits or failed can be skipped.")
            )
        self._finish_by_person(self, "cancelled", "skip", reason.strip())
        self.connector_id.sudo()._wake_all(together=True)

    def action_assign_to_me(self):
        """Take care of these messages."""
        self.exception_id.action_assign_to_me()
        return True

    def action_assign(self):
        """Ask who shall take care of these messages.

        :raises UserError: none of them waits for a person
        """
        if not self.exception_id:
            raise UserError(self.env._("Only what needs attention can be assigned."))
        return self.exception_id.action_assign()

    def action_open_document(self):
        """Open the Odoo record the message led to."""
        self.ensure_one()
        return {
            "type": "ir.actions.act_window",
            "res_model": self.model,
            "res_id": self.res_id,
            "view_mode": "form",
        }

    def action_same_object(self):
        """All messages about the same object."""
        self.ensure_one()
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Messages about %(id)s", id=self.external_id),
            "res_model": self._name,
            "view_mode": "list,form",
            "domain": [
                ("connector_id", "=", self.connector_id.id),
                ("lane", "=", self.lane),
            ],
        }

    def action_open_remote(self):
        """Open the object in the other system's own screens."""
        self.ensure_one()
        url = (
            self.connector_id.sudo()
            ._adapter()
            ._remote_url(self.connector_id, self.entity, self.external_id)
        )
        if not url:
            raise UserError(self.env._("This system has no page for the object."))
        return {"type": "ir.actions.act_url", "url": url, "target": "new"}

    def action_reveal(self):
        """Open the dialog that shows the content unmasked, for a logged reason."""
        self.ensure_one()
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Show the content"),
            "res_model": "integration.reveal",
            "view_mode": "form",
            "target": "new",
            "context": {"default_event_id": self.id},
        }

    def _require_operator(self) -> None:
        """:raises AccessError: neither operator nor manager"""
        user = self.env.user
        if not self.env.su and not (
            user.has_group("integration_core.group_operator")
            or user.has_group("integration_core.group_manager")
        ):
            raise AccessError(self.env._("Only operators of Integrations may do this."))
