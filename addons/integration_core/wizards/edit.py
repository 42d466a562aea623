# Copyright 2026 Odoo Integration Suite contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl)
from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError

from ..engine import json_text, strict_json
from ..engine.errors import IntegrationError
from ..models.presentation.common import comparison, ledger, notice


class IntegrationEdit(models.TransientModel):
    """Shows the content of a message that failed and lets a person correct it."""

    _name = "integration.edit"
    _description = "Edit and Process Again"
    # The content stands here in clear: no longer than it takes to correct it.
    _transient_max_hours = 1.0

    event_id = fields.Many2one("integration.event", required=True, readonly=True)
    # Not with sudo: whoever names the message of another company learns nothing of it.
    error = fields.Char(related="event_id.error", related_sudo=False, string="Problem")
    error_path = fields.Char(
        related="event_id.error_path", related_sudo=False, string="Where"
    )
    reason = fields.Char(help="Kept in the sync log with your name.")
    content = fields.Text()
    shown = fields.Boolean(readonly=True)
    moves_money = fields.Boolean(compute="_compute_moves_money")
    notice = fields.Json(readonly=True)
    result = fields.Json(readonly=True)
    booked = fields.Json(readonly=True)

    @api.depends("event_id")
    def _compute_moves_money(self):
        for wizard in self:
            wizard.event_id.check_access("read")
            wizard.moves_money = wizard.event_id.sudo()._moves_money()

    @api.model_create_multi
    def create(self, vals_list):
        for vals in vals_list:
            self._check_shown(vals)
        return super().create(self._with_own_defaults(vals_list, {"shown"}))

    def write(self, vals):
        self._check_shown(vals)
        return super().write(vals)

    def _check_shown(self, vals: dict) -> None:
        """:raises AccessError: who edits says that the content was shown"""
        if vals.get("shown") and not self.env.su:
            raise AccessError(self.env._("Show the content first."))

    # === ACTION METHODS === #

    def action_show(self):
        """Log who looks and why, then show the content."""
        self.ensure_one()
        self._check()
        event = self.event_id.sudo()
        self.env["integration.job.log"]._append(
            event.connector_id,
            [dict(event._log_row("reveal", self.reason), actor_id=self.env.uid)],
        )
        self.content = readable(event._read_body())
        # sudo: that somebody looked is in the log by now, and only then set.
        self.sudo().shown = True
        return self._reopen()

    def action_preview(self):
        """Say what the edited message would do. Nothing is written."""
        self.ensure_one()
        self._check()
        previews = self.event_id.sudo()._try_edited(self._body())
        self.write(self._as_shown(previews))
        return self._reopen()

    def action_apply(self):
        """Replace the message by the edited one, and open that."""
        self.ensure_one()
        self._check()
        edited = self.event_id._edit_and_replay(self._body(), self.reason)
        # It stood here in clear.
        self.content = False
        return edited[0].related_action_open_event()

    # === BUSINESS METHODS === #

    def _check(self) -> None:
        """:raises UserError: no reason, or the message is no longer to be edited"""
        self.event_id._check_editable()
        if not (self.reason or "").strip():
            raise UserError(
                self.env._("Say why you edit it: the reason is kept in the sync log.")
            )

    def _body(self) -> bytes:
        if not self.shown:
            raise UserError(self.env._("Show the content first."))
        text = self.content or ""
        if text == readable(self.event_id.sudo()._read_body()):
            raise UserError(self.env._("Nothing was changed. Press Retry instead."))
        return text.encode()

    def _as_shown(self, previews) -> dict:
        """Fields of the dialog from what the dry run says."""
        env = self.env
        return {
            "notice": self._preview_notice(previews),
            "booked": ledger(env, [p.diff for p in previews]),
            "result": comparison(
                env,
                [(p.model, "", p.diff) for p in previews],
                env._("Odoo would not be changed."),
            ),
        }

    def _preview_notice(self, previews) -> dict:
        """The outcome in one sentence, and that nothing was written."""
        kept = self.env._("Nothing was written.")
        failed = next((p for p in previews if p.error), None)
        if failed:
            error = failed.error
            return notice(
                "warning",
                self.env._("It would still not pass."),
                self._why(error),
                f"{error['hint']} {kept}".strip(),
            )
        if any(p.outcome == "fetch" for p in previews):
            return notice(
                "warning",
                self.env._("The system would be asked for the object again."),
                self.env._("What is edited here would then not count."),
                kept,
            )
        words = dict(self.env["integration.job.log"]._fields["operation"].selection)
        done = ", ".join(
            f"{words.get(p.operation, self.env._('Nothing changes'))} "
            f"{p.document_name}".strip()
            for p in previews
        )
        result = self.env._("Result: %(done)s", done=done)
        return notice("info", self.env._("It would pass."), result, kept)

    def _why(self, error: dict) -> str:
        """The problem, and the place where the sentence does not name it."""
        if error["path"] and error["path"] not in error["message"]:
            return f"{error['message']} ({error['path']})"
        return error["message"]

    def _reopen(self) -> dict:
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Edit and process again"),
            "res_model": self._name,
            "res_id": self.id,
            "view_mode": "form",
            "target": "new",
        }


def readable(body: bytes) -> str:
    """Content as people edit it: indented where it is JSON, else as it came."""
    try:
        return json_text.pretty(strict_json.loads(body))
    except IntegrationError:
        return body.decode("utf-8", "replace").replace("\0", "␀")
