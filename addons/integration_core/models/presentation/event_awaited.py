# Copyright 2026 Odoo Integration Suite contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl)
from odoo import models
from odoo.exceptions import UserError

from .common import as_sentence, button, notice


class IntegrationEvent(models.Model):
    """From a message that waits for another object to what that object waits for."""

    _inherit = "integration.event"

    def _blocker(self):
        """The open `integration.exception` that this message waits for in the end, over
        other messages that wait themselves; empty where nobody has to decide."""
        self.ensure_one()
        exceptions, event, seen = self.env["integration.exception"], self, set()
        while event.state == "waiting" and event.waiting_for not in seen:
            seen.add(event.waiting_for)
            entity, _colon, external_id = (event.waiting_for or "").partition(":")
            about = [
                ("connector_id", "=", self.connector_id.id),
                ("entity", "=", entity),
                ("external_id", "=", external_id),
            ]
            found = exceptions.search([*about, ("state", "=", "open")], limit=1)
            if found:
                return found
            waits = [("direction", "=", "in"), ("state", "=", "waiting")]
            event = self.search([*about, *waits], order="id desc", limit=1)
        return exceptions

    def _notice_waiting(self) -> dict:
        """What it waits for, and who does something about that."""
        self.ensure_one()
        entity, _colon, external_id = (self.waiting_for or "").partition(":")
        words = {"name": self._object_name(entity, external_id)}
        blocker = self._blocker()
        if not blocker:
            return notice(
                "info",
                self.env._("Waits for %(name)s.", **words),
                self.env._("The message refers to something not yet received."),
                self.env._("It goes on by itself; after a while we ask a person."),
            )
        return notice(
            "warning",
            self.env._("Waits for %(name)s, and that waits for a person.", **words),
            as_sentence(blocker.message),
            self.env._("Decide that first; this message then goes on by itself."),
            button(self.env._("What it waits for…"), "action_open_blocker"),
        )

    def _object_name(self, entity: str, external_id: str) -> str:
        """An object of the other system, as people call it."""
        labels = dict(self.env["integration.entity"]._entity_selection())
        return f"{labels.get(entity, entity).lower()} {external_id}".strip()

    def action_open_blocker(self):
        """Open what somebody has to decide before this message can go on.

        :raises UserError: it is decided by now
        """
        self.ensure_one()
        blocker = self._blocker()
        if not blocker:
            raise UserError(
                self.env._("Nobody has to decide anything: it goes on by itself.")
            )
        return {
            "type": "ir.actions.act_window",
            "res_model": blocker._name,
            "res_id": blocker.id,
            "view_mode": "form",
        }
