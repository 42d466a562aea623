# Copyright 2026 Odoo Integration Suite contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl)
from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError

from .reconciliation import OPEN, QUIET, _is_social

VARIANCES = [
    ("timing", "Timing"),
    ("fee", "Fee"),
    ("exchange", "Exchange"),
    ("missing_here", "Missing in Odoo"),
    ("missing_there", "Missing there"),
    ("duplicate", "Twice"),
    ("amount", "Amount"),
]
STATES = [
    ("open", "Open"),
    ("fixing", "Being fixed"),
    ("explained", "Explained"),
    ("closed", "Gone"),
]
# Said for every new row, as in `reconciliation.py`.
FRESH = {
    "state": "open",
    "explanation": False,
    "explained_by": False,
    "explained_at": False,
    "explained_from_id": False,
    "fixed_by": False,
    "fix_note": False,
    "closed_at": False,
}


class IntegrationReconciliationLine(models.Model):
    """One difference between both sides: a task with an owner and a way to mend it."""

    _name = "integration.reconciliation.line"
    _description = "Difference"
    _inherit = ["mail.thread", "mail.activity.mixin"]
    _mail_post_access = "read"
    _order = "date desc, id"
    _rec_name = "title"

    run_id = fields.Many2one(
        "integration.reconciliation",
        string="Reconciliation",
        required=True,
        readonly=True,
        index=True,
        ondelete="cascade",
    )
    connector_id = fields.Many2one(
        related="run_id.connector_id", store=True, index=True
    )
    company_id = fields.Many2one(related="run_id.company_id", store=True, index=True)
    date = fields.Date(related="run_id.date_to", store=True, string="Compared day")
    check_name = fields.Char(required=True, readonly=True)
    check_label = fields.Char("What", compute="_compute_check_label")
    kind = fields.Selection(VARIANCES, required=True, readonly=True, index=True)
    key = fields.Char(required=True, readonly=True, help="What both sides call it.")
    title = fields.Char(readonly=True)
    external_id = fields.Char("Object there", readonly=True)
    entity = fields.Char(readonly=True)
    currency_id = fields.Many2one("res.currency", readonly=True)
    has_there = fields.Boolean(readonly=True)
    has_here = fields.Boolean(readonly=True)
    day = fields.Date(readonly=True, help="Of the object, in Odoo if it is there.")
    day_there = fields.Date("Day there", readonly=True)
    day_here = fields.Date("Day here", readonly=True)
    amount_there = fields.Monetary("There", readonly=True, aggregator=None)
    amount_here = fields.Monetary("Here", readonly=True, aggregator=None)
    fee_there = fields.Monetary(readonly=True, aggregator=None)
    fee_here = fields.Monetary(readonly=True, aggregator=None)
    # Here minus there, as far as it counts in the totals of the run.
    difference = fields.Monetary(readonly=True, aggregator=None)
    note_there = fields.Char(readonly=True)
    note_here = fields.Char(readonly=True)
    model = fields.Char(readonly=True)
    res_id = fields.Many2oneReference(
        model_field="model", readonly=True, string="Document"
    )
    state = fields.Selection(
        STATES, required=True, readonly=True, default="open", index=True
    )
    user_id = fields.Many2one(
        "res.users", string="Responsible", index=True, help="Who takes care of it."
    )
    explanation = fields.Char(readonly=True)
    explained_by = fields.Many2one("res.users", readonly=True)
    explained_at = fields.Datetime(readonly=True)
    explained_from_id = fields.Many2one(
        "integration.reconciliation.line",
        string="Explained before",
        readonly=True,
        ondelete="set null",
        index="btree_not_null",
    )
    fixed_by = fields.Many2one("res.users", "Fixed by", readonly=True)
    fix_note = fields.Char("What was done", readonly=True)
    closed_at = fields.Datetime("Gone since", readonly=True)

    _by_key = models.Index("(connector_id, check_name, key)")
    _open_lines = models.Index("(connector_id, kind) WHERE state IN ('open', 'fixing')")

    # === COMPUTE METHODS === #

    @api.depends("check_name")
    def _compute_check_label(self):
        checks = self.env["integration.reconciliation.check"]
        for line in self:
            line.check_label = checks._label_of(line.check_name)

    # === CRUD METHODS === #

    @api.model_create_multi
    def create(self, vals_list):
        quiet = self.with_context(**QUIET)
        lines = super(IntegrationReconciliationLine, quiet).create(
            [FRESH | vals for vals in vals_list]
        )
        lines._require_system()
        lines.run_id._require_unsigned()
        return lines.with_env(self.env)

    def write(self, vals):
        names = set(vals)
        if not _is_social(names):
            if names != {"user_id"}:
                self._require_system()
            self.run_id._require_unsigned()
        return super().write(vals)

    def unlink(self):
        self._require_system()
        self.run_id._require_unsigned()
        return super().unlink()

    def _require_system(self) -> None:
        """:raises UserError: a person tries to write what the comparison found"""
        if not self.env.su:
            raise UserError(
                self.env._("Differences are written by the system. Use the buttons.")
            )

    # === ACTION METHODS === #

    def action_explain(self):
        """Ask for the reason why these may stay as they are."""
        self._require_explainer()
        lines = self.filtered(lambda line: line.state in OPEN)
        if not lines:
            raise UserError(self.env._("None of these differences is open any more."))
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Explain"),
            "res_model": "integration.reconciliation.explain",
            "view_mode": "form",
            "target": "new",
            "context": {"default_line_ids": [fields.Command.set(lines.ids)]},
        }

    def action_take(self):
        """Make these differences one's own task."""
        self._require_explainer()
        self.sudo().write({"user_id": self.env.uid})
        return True

    def action_reopen(self):
        """Take an explanation back."""
        self._require_explainer()
        self._explained().sudo().write(
            {
                "state": "open",
                "explanation": False,
                "explained_by": False,
                "explained_at": False,
                "explained_from_id": False,
            }
        )
        self.run_id.sudo()._settle()
        return True

    def action_open_document(self):
        """Open what Odoo has of it."""
        self.ensure_one()
        if not self.res_id or self.model not in self.env:
            raise UserError(self.env._("Odoo has nothing of it."))
        return {
            "type": "ir.actions.act_window",
            "res_model": self.model,
            "res_id": self.res_id,
            "view_mode": "form",
        }

    def action_open_remote(self):
        """Open it in the other system."""
        self.ensure_one()
        url = self._remote_url()
        if not url:
            raise UserError(self.env._("This system has no page for it."))
        return {"type": "ir.actions.act_url", "url": url, "target": "new"}

    # === BUSINESS METHODS === #

    def _remote_url(self) -> str:
        """Page of it in the other system, or ''."""
        self.ensure_one()
        connector = self.connector_id
        if not self.external_id:
            return ""
        return connector._adapter()._remote_url(
            connector, self.entity or "", self.external_id
        )

    def _explained(self):
        return self.filtered(lambda line: line.state == "explained")

    def _require_explainer(self) -> None:
        """:raises AccessError: the user may not work on differences"""
        user = self.env.user
        if not self.env.su and not (
            user.has_group("integration_core.group_operator")
            or user.has_group("integration_core.group_manager")
        ):
            raise AccessError(
                self.env._(
                    "Only an operator or manager of Integrations may work on "
                    "differences. Who signs does not explain."
                )
            )
        self.check_access("read")

    def _explain(self, reason: str) -> None:
        """Say why these differences may stay; the reason is part of what is signed.

        :raises UserError: no reason
        :raises AccessError: the user may not work on differences
        """
        self._require_explainer()
        reason = (reason or "").strip()
        if not reason:
            raise UserError(self.env._("Say why: an accountant signs it."))
        lines = self.filtered(lambda line: line.state in OPEN)
        lines.sudo().write(
            {
                "state": "explained",
                "explanation": reason,
                "explained_by": self.env.uid,
                "explained_at": fields.Datetime.now(),
            }
        )
        for line in lines.sudo():
            line._log_act(
                "override",
                self.env._(
                    "Difference explained: %(title)s. %(reason)s",
                    title=line.title,
                    reason=reason,
                ),
            )
        lines.run_id.sudo()._settle()

    def _log_act(self, operation: str, text: str) -> None:
        """One line in the sync log about what a person did here."""
        self.ensure_one()
        self.connector_id._log(
            operation,
            text,
            entity=self.entity or None,
            external_id=self.external_id or None,
            model=self.model or None,
            res_id=self.res_id or None,
            amount=self.difference or None,
            currency_id=self.currency_id.id or None,
            actor_id=self.env.uid,
        )
