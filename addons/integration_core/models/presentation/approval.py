# Copyright 2026 Odoo Integration Suite contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl)
from odoo import api, fields, models

from .common import amount_text, field_label, notice


class IntegrationApproval(models.Model):
    """What exactly is approved, as a table, and what the reader can do about it."""

    _inherit = "integration.approval"

    content_table = fields.Json("What is approved", compute="_compute_content_table")
    amount_text = fields.Char("Amount as text", compute="_compute_amount_text")
    notice = fields.Json(compute="_compute_notice")

    @api.depends("amount", "currency_id")
    def _compute_amount_text(self):
        for approval in self:
            approval.amount_text = amount_text(approval)

    @api.depends_context("uid")
    @api.depends("state", "requester_id", "decision_reason", "approver_id")
    def _compute_notice(self):
        for approval in self:
            approval.notice = approval._notice() if approval.id else False

    def _notice(self) -> dict | bool:
        """Why the reader has no buttons, or how it ended."""
        self.ensure_one()
        if self.state == "requested":
            return self._notice_open()
        if self.state == "approved":
            return False
        words = {
            "refused": self.env._("Refused: nothing was done."),
            "withdrawn": self.env._("Withdrawn: nothing was done."),
            "expired": self.env._("Expired: nothing was done."),
        }
        return notice("info", words[self.state], self.decision_reason or "")

    def _notice_open(self) -> dict | bool:
        if self._is_changed():
            return notice(
                "danger",
                self.env._("This can no longer be approved."),
                self.env._("It was changed after it was submitted, or is gone."),
                self.env._(
                    "Refuse it, or ask %(user)s to withdraw it and submit it again.",
                    user=self.requester_id.sudo().name,
                ),
            )
        if self.may_decide:
            return False
        return notice(
            "info",
            self.env._("A second person must approve."),
            self.env._("%(user)s asked for it.", user=self.requester_id.sudo().name),
            self.env._("Managers of Integrations were told."),
        )

    def _is_changed(self) -> bool:
        """Whether what was submitted is not what is there now."""
        # sudo: a hash tells nothing, and the reader may not see all it is made of.
        approval = self.sudo()
        record = approval._record()
        handler = approval._handler()
        return not record or (
            handler._content_hash(record, approval.content) != approval.content_hash
        )

    @api.depends("content", "model", "action", "state")
    def _compute_content_table(self):
        for approval in self:
            table = approval.sudo()._handler()._content_table(approval.sudo())
            approval.content_table = table or approval._plain_table()

    def _plain_table(self) -> dict:
        """A row for each key of the content."""
        rows = [
            {
                "key": name,
                "label": field_label(self.env, self.model, name),
                "cells": {"value": self._content_text(name, value)},
                "status": "same",
            }
            for name, value in (self.content or {}).items()
        ]
        return {
            "columns": [{"key": "value", "label": self.env._("Setting")}],
            "rows": rows,
            "empty": self.env._("No settings."),
            "plain": True,
        }

    def _content_text(self, name: str, value) -> str:
        """A governed value in the words of the form; lists by their length."""
        if isinstance(value, list) and len(value) == 2 and isinstance(value[0], int):
            return value[1]
        if isinstance(value, list):
            return ", ".join(
                str(part[0]) if isinstance(part, list) else str(part) for part in value
            )
        if value in (None, False, ""):
            return ""
        field = (
            self.env[self.model]._fields.get(name) if self.model in self.env else None
        )
        if field is not None and field.type == "selection":
            words = dict(field._description_selection(self.env))
            return words.get(value, value)
        if field is not None and field.type == "many2one":
            # sudo: the name of what is approved is part of the request.
            record = self.env[field.comodel_name].sudo().browse(value).exists()
            return record.display_name or str(value)
        return str(value)
