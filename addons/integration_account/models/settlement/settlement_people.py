# Copyright 2026 Odoo Integration Suite contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl)
from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError
from odoo.tools import format_date
from odoo.tools.misc import format_amount

from odoo.addons.integration_core.models.presentation.common import as_sentence

ACTIVITY = "mail.mail_activity_data_todo"


class IntegrationSettlement(models.Model):
    """What people do with payouts: look, tie out again, name the bank line."""

    _inherit = "integration.settlement"

    may_match = fields.Boolean(compute="_compute_may_match")
    entry_count = fields.Integer(compute="_compute_entry_count")

    @api.depends_context("uid")
    @api.depends("bank_line_id", "payout_line_ids.state")
    def _compute_may_match(self):
        allowed = self._is_accountant()
        for payout in self:
            payout.may_match = (
                allowed
                and not payout.bank_line_id
                and payout._own_movement().state == "booked"
            )

    @api.depends("line_ids.move_id", "payout_line_ids.move_id")
    def _compute_entry_count(self):
        for payout in self:
            payout.entry_count = len(payout._entries())

    def _entries(self):
        """The journal entries of its transactions, and of its own movements."""
        return (self.line_ids | self.payout_line_ids).move_id

    @api.model
    def _is_accountant(self) -> bool:
        """Whether the reader may reconcile."""
        user = self.env.user
        return user.has_group("account.group_account_user") or user.has_group(
            "account.group_account_manager"
        )

    def _require_accountant(self) -> None:
        """:raises AccessError: the user may not reconcile"""
        if not self.env.su and not self._is_accountant():
            raise AccessError(
                self.env._("Only an accountant may reconcile the money of a payout.")
            )

    # === ACTION METHODS === #

    def action_tie(self):
        """Look again: does it add up, and is it in the bank by now?"""
        self._require_accountant()
        self.check_access("read")
        self._tie()
        self._match_bank()
        return True

    def action_choose_bank_line(self):
        """Open the dialog in which a person says which bank line it is."""
        self.ensure_one()
        self._require_accountant()
        if not self.may_match:
            raise UserError(
                self.env._("There is nothing in transit of this payout to be matched.")
            )
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Choose the bank line"),
            "res_model": "integration.settlement.bank",
            "view_mode": "form",
            "target": "new",
            "context": {"default_settlement_id": self.id},
        }

    def action_read(self):
        """Read from the system what belongs to these payouts and is not here."""
        self.env["integration.event"]._require_operator()
        self.check_access("read")
        self._enqueue_reading()
        return True

    def action_open_lines(self):
        """The transactions it is made of."""
        self.ensure_one()
        return self._open(
            self.env._("Transactions"),
            "integration.settlement.line",
            [("id", "in", (self.line_ids | self.payout_line_ids).ids)],
        )

    def action_open_entries(self):
        """The journal entries of its transactions."""
        self.ensure_one()
        return self._open(
            self.env._("Journal Entries"),
            "account.move",
            [("id", "in", self._entries().ids)],
        )

    def action_open_clearing(self):
        """Its journal items on the clearing account, reconciled or open."""
        self.ensure_one()
        lines = (self.line_ids or self.payout_line_ids)._clearing_lines()
        return self._open(
            self.env._("Clearing account"),
            "account.move.line",
            [("id", "in", lines.ids)],
        )

    def action_open_bank(self):
        """The entry of the bank line it met."""
        self.ensure_one()
        return {
            "type": "ir.actions.act_window",
            "res_model": "account.move",
            "res_id": self.bank_line_id.move_id.id,
            "view_mode": "form",
        }

    def action_open_remote(self):
        """Open the payout in the other system's own screens."""
        self.ensure_one()
        connector = self.connector_id.sudo()
        url = connector._adapter()._remote_url(connector, "payout", self.external_id)
        if not url:
            raise UserError(self.env._("This system has no page for the object."))
        return {"type": "ir.actions.act_url", "url": url, "target": "new"}

    def _open(self, title: str, model: str, domain: list) -> dict:
        return {
            "type": "ir.actions.act_window",
            "name": title,
            "res_model": model,
            "view_mode": "list,form",
            "domain": domain,
        }

    # === WHAT FAILED === #

    def _tell_failures(self) -> None:
        """An activity for whoever is responsible: the bank gave the money back."""
        for payout in self:
            user = payout.connector_id.sudo().user_id
            if not user or payout.activity_ids:
                continue
            payout.sudo().activity_schedule(
                ACTIVITY,
                date_deadline=fields.Date.context_today(self),
                summary=self.env._(
                    "Payout of %(amount)s failed",
                    amount=format_amount(self.env, payout.amount, payout.currency_id),
                ),
                note=self.env._(
                    "The payout of %(date)s came to nothing. %(reason)s The amount is "
                    "back on the balance. Check the bank account in the other system.",
                    date=format_date(self.env, payout.date),
                    reason=as_sentence(payout.failure_reason),
                ),
                user_id=user.id,
            )
