# Copyright 2026 Odoo Integration Suite contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl)
from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.tools import format_date
from odoo.tools.misc import format_amount

from odoo.addons.integration_core.models.presentation.common import (
    notice,
    selection_label,
)


class IntegrationSubscription(models.Model):
    """What people see of a subscription: the sentence above it, its buttons."""

    _inherit = "integration.subscription"

    notice = fields.Json(compute="_compute_notice")
    invoice_count = fields.Integer(compute="_compute_invoice_count")

    @api.depends("name", "partner_id")
    def _compute_display_name(self):
        for subscription in self:
            partner = subscription.partner_id.name
            subscription.display_name = (
                f"{subscription.name} ({partner})" if partner else subscription.name
            )

    def _compute_invoice_count(self):
        counts = dict(
            self.env["account.move"]._read_group(
                [("integration_subscription_id", "in", self.ids)],
                ["integration_subscription_id"],
                ["__count"],
            )
        )
        for subscription in self:
            subscription.invoice_count = counts.get(subscription, 0)

    # === NOTICE === #

    @api.depends_context("uid", "lang", "tz")
    @api.depends("status", "ends_at", "next_invoice_at", "pause_invoices", "resumes_at")
    def _compute_notice(self):
        for subscription in self:
            subscription.notice = subscription._notice()

    def _notice(self):
        """What needs to be known first; False where all goes its usual way."""
        words = self._words()
        if self.status in ("canceled", "expired"):
            return False
        if self.ends_at:
            return notice(
                "warning",
                self.env._("It ends on %(end)s.", **words),
                self.cancel_reason or "",
                self.env._(
                    "No further invoice is expected. To keep the customer, the "
                    "cancellation must be taken back in %(system)s.",
                    **words,
                ),
            )
        if self.status in ("past_due", "unpaid"):
            return notice(
                "danger",
                self.env._("A payment is overdue.", **words),
                self.env._("%(system)s could not collect an invoice.", **words),
                self._open_invoices(),
            )
        if self.pause_invoices:
            return notice(
                "info",
                self.env._("Collection is paused.", **words),
                f"{words['pause']}.",
                self.env._("It goes on by itself on %(resumes)s.", **words)
                if self.resumes_at
                else self.env._(
                    "It goes on when somebody says so in %(system)s.", **words
                ),
            )
        return False

    def _open_invoices(self) -> str:
        """Which invoices are not paid, for those who may read them."""
        moves = self.env["account.move"]
        if not moves.has_access("read"):
            return ""
        unpaid = [("state", "=", "posted"), ("amount_residual", ">", 0)]
        found = moves.search([("integration_subscription_id", "=", self.id), *unpaid])
        if not found:
            return self.env._("Odoo has no open invoice of it.")
        return self.env._(
            "Open: %(invoices)s.",
            invoices=", ".join(
                f"{move.name} ({amount})"
                for move, amount in (
                    (m, format_amount(self.env, m.amount_residual, m.currency_id))
                    for m in found
                )
            ),
        )

    def _words(self) -> dict:
        def day(moment):
            return format_date(self.env, moment) if moment else ""

        return {
            "system": self.connector_id.sudo().name,
            "end": day(self.ends_at),
            "resumes": day(self.resumes_at),
            "pause": selection_label(self, "pause_invoices"),
        }

    # === ACTION METHODS === #

    def action_open_invoices(self):
        """The invoices of this subscription, for those who may read them."""
        self.ensure_one()
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Invoices of %(name)s", name=self.name),
            "res_model": "account.move",
            "view_mode": "list,form",
            "domain": [("integration_subscription_id", "=", self.id)],
            "context": {"create": False, "default_move_type": "out_invoice"},
        }

    def action_open_remote(self):
        """Open the subscription in the other system's own screens."""
        self.ensure_one()
        # sudo: only an address; accountants need no rights on connectors.
        connector = self.connector_id.sudo()
        url = connector._adapter()._remote_url(
            connector, "subscription", self.external_id
        )
        if not url:
            raise UserError(self.env._("This system has no page for the object."))
        return {"type": "ir.actions.act_url", "url": url, "target": "new"}
