# Copyright 2026 Odoo Integration Suite contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl)
from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.tools.misc import format_amount

from odoo.addons.integration_core.models.presentation.common import (
    notice,
    selection_label,
)


class IntegrationSettlementLine(models.Model):
    """What a balance transaction looks like to people, and what hangs on it."""

    _inherit = "integration.settlement.line"

    title = fields.Char(compute="_compute_title")
    notice = fields.Json(compute="_compute_notice")
    fee_text = fields.Char(compute="_compute_fee_text", string="Made up of")
    item_ids = fields.One2many(related="move_id.line_ids", string="Journal items")
    account_id = fields.Many2one(
        "account.account", compute="_compute_account_id", string="Booked to"
    )

    @api.depends("external_id", "category")
    @api.depends_context("lang")
    def _compute_display_name(self):
        for line in self:
            line.display_name = line.title

    @api.depends("external_id", "category")
    @api.depends_context("lang")
    def _compute_title(self):
        for line in self:
            label = selection_label(line, "category") if line.category else ""
            line.title = f"{label} {line.external_id}".strip()

    @api.depends_context("lang")
    @api.depends("fees", "currency_id")
    def _compute_fee_text(self):
        labels = {
            "processing": self.env._("processing"),
            "application": self.env._("application"),
            "tax": self.env._("tax"),
            "passthrough": self.env._("passed on"),
            "withheld_tax": self.env._("tax withheld"),
            "other": self.env._("other"),
        }
        for line in self:
            line.fee_text = ", ".join(
                self.env._(
                    "%(kind)s %(amount)s",
                    kind=part.get("description") or labels[part["kind"]],
                    amount=format_amount(
                        self.env, float(part["amount"]), line.currency_id
                    ),
                )
                for part in line.fees or []
            )

    @api.depends("move_id", "connector_id")
    def _compute_account_id(self):
        """The account on the other side of the gross amount, where there is one."""
        # sudo: where a connector books may be read by whoever reads the movement.
        clearing = self.connector_id.sudo().gateway_journal_ids.clearing_account_id
        for line in self:
            # The first leg that is not the clearing account is that of the gross
            # amount, or of the fee where that is all there is.
            items = line.move_id.sudo().line_ids.sorted("id")
            line.account_id = items.account_id.filtered(lambda a: a not in clearing)[:1]

    @api.depends_context("lang", "uid")
    @api.depends("state", "reason", "chosen_by", "move_id")
    def _compute_notice(self):
        for line in self:
            line.notice = line._notice()

    def _notice(self) -> dict | bool:
        """What there is to say above it."""
        if self.state == "expected":
            return notice(
                "info",
                self.env._("A payout names it; it was not read yet."),
                self.env._("It is asked for and filled by itself."),
            )
        if self.state == "opening":
            return notice(
                "info",
                self.env._("Older than the day from which the hub books."),
                self.env._(
                    "It is part of the opening balance of the clearing account, and "
                    "has no entry of its own."
                ),
            )
        if self.chosen_by:
            return notice(
                "info",
                self.env._(
                    "%(user)s chose where it is booked: %(account)s.",
                    user=self.chosen_by.name,
                    account=self.chosen_account_id.sudo().display_name,
                ),
                self.reason or "",
            )
        return False

    # === ACTION METHODS === #

    def action_open_entry(self):
        """Open the entry that books it."""
        self.ensure_one()
        return self._open(self.move_id)

    def action_open_payment(self):
        """Open the payment it is about."""
        self.ensure_one()
        if not self.payment_res_id:
            raise UserError(self.env._("It is about no payment."))
        return self._open(self.env[self.payment_model].browse(self.payment_res_id))

    def action_open_clearing(self):
        """Journal items of these movements on the clearing account."""
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("On the clearing account"),
            "res_model": "account.move.line",
            "view_mode": "list",
            "domain": [("id", "in", self._clearing_lines().ids)],
            "context": {"create": False},
        }

    def action_open_remote(self):
        """Open it in the other system's own screens."""
        self.ensure_one()
        url = (
            self.connector_id.sudo()
            ._adapter()
            ._remote_url(self.connector_id, "balance_transaction", self.external_id)
        )
        if not url:
            raise UserError(self.env._("This system has no page for the object."))
        return {"type": "ir.actions.act_url", "url": url, "target": "new"}

    def _open(self, record) -> dict:
        return {
            "type": "ir.actions.act_window",
            "res_model": record._name,
            "res_id": record.id,
            "view_mode": "form",
        }
