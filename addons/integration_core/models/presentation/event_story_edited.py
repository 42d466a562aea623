# Copyright 2026 Odoo Integration Suite contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl)
from odoo import api, fields, models

from ...const import ATTENTION_STATES
from .common import as_sentence, button, comparison, ledger, notice, step


class IntegrationEvent(models.Model):
    """What the message form says of a message that a person edited."""

    _inherit = "integration.event"

    may_edit = fields.Boolean(compute="_compute_may_edit")
    edited_copy_id = fields.Many2one(
        "integration.event", compute="_compute_edited_copy_id", string="Edited copy"
    )

    @api.depends_context("uid")
    @api.depends("state", "unapproved", "direction")
    def _compute_may_edit(self):
        operates = self._may_operate()
        for event in self:
            event.may_edit = (
                operates
                and event.direction == "in"
                and event.state in ATTENTION_STATES
                and not event.unapproved
            )

    @api.depends("state")
    def _compute_edited_copy_id(self):
        copies = self.search(
            [("causation_id", "in", self.ids), ("edited_by_id", "!=", False)]
        )
        newest = {copy.replay_of_id.id: copy for copy in copies.sorted("id")}
        for event in self:
            event.edited_copy_id = newest.get(event.id, False)

    # === ACTION METHODS === #

    def action_open_edited(self):
        """Open the edited copy of this message, or the message this is a copy of."""
        self.ensure_one()
        other = self.edited_copy_id or self.replay_of_id
        return other.related_action_open_event()

    # === BUSINESS METHODS === #

    def _solutions(self) -> dict:
        """Override to lead to the request that an edited message waits for."""
        label = self.env._("Open the request")
        return dict(super()._solutions(), approval=(label, self._solve_approval))

    def _solve_approval(self, rest: str):
        return {
            "type": "ir.actions.act_window",
            "res_model": "integration.approval",
            "res_id": int(rest),
            "view_mode": "form",
        }

    def _notice(self) -> dict | bool:
        """Override to say that it waits for a second person, or was replaced."""
        if self.unapproved and self.state == "review":
            return notice(
                "warning",
                self.env._("A second person must approve this edited message."),
                as_sentence(self.error),
                self.env._("Odoo is unchanged until then."),
                *filter(None, [self._solution_button()]),
            )
        if self.state == "cancelled" and self.edited_copy_id:
            return notice(
                "info",
                self.env._("Replaced by an edited copy."),
                self.env._("This one stays as it was received."),
                "",
                button(self.env._("Open the copy"), "action_open_edited"),
            )
        return super()._notice()

    def _halted_at(self) -> str:
        """Override: nothing has begun while it waits for a second person."""
        if self.unapproved and self.state == "review":
            return self._stations()[0]
        return super()._halted_at()

    def _story_proof(self) -> dict:
        """Override: the proof belongs to what was received, not to an edited copy."""
        if not self.edited_by_id:
            return super()._story_proof()
        return step(
            "proof",
            self.env._("Edited"),
            self.env._(
                "%(user)s corrected the content of a message that was received.",
                user=self.edited_by_id.sudo().name,
            ),
            "done",
            button=button(self.env._("As received"), "action_open_edited"),
        )


class IntegrationApproval(models.Model):
    """What an edited message would do, as the dry run saw it when it was asked for."""

    _inherit = "integration.approval"

    preview_table = fields.Json("What would happen", compute="_compute_preview")
    preview_ledger = fields.Json("Journal items", compute="_compute_preview")

    @api.depends("content")
    def _compute_preview(self):
        for approval in self:
            preview = (approval.content or {}).get("preview") or {}
            diff = preview.get("diff") or {}
            table = comparison(
                self.env,
                [(preview.get("model"), "", diff)],
                self.env._("Odoo would not be changed."),
                self.env._("As it was when it was asked for. Nothing was written."),
            )
            approval.preview_table = table if table["rows"] else False
            approval.preview_ledger = ledger(self.env, [diff])
