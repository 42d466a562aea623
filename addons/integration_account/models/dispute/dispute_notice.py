# Copyright 2026 Odoo Integration Suite contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl)
from odoo import api, fields, models
from odoo.tools import format_amount, format_datetime

from odoo.addons.integration_core.models.presentation.common import button, notice


class IntegrationDispute(models.Model):
    """The sentence above a dispute: what, why, next."""

    _inherit = "integration.dispute"

    notice = fields.Json(compute="_compute_notice")
    reason_text = fields.Char(compute="_compute_reason_text", string="Claim")

    @api.depends("reason")
    def _compute_reason_text(self):
        words = {
            "fraudulent": self.env._("Not made by the cardholder"),
            "duplicate": self.env._("Charged twice"),
            "product_not_received": self.env._("Not received"),
            "product_unacceptable": self.env._("Not as described"),
            "subscription_canceled": self.env._("Subscription was cancelled"),
            "credit_not_processed": self.env._("Credit was not given"),
            "unrecognized": self.env._("Not recognised"),
            "general": self.env._("No reason given"),
        }
        for dispute in self:
            reason = dispute.reason or ""
            text = reason.replace("_", " ").capitalize()
            dispute.reason_text = words.get(reason, text)

    @api.depends_context("uid", "lang", "tz")
    @api.depends("state", "respond_by", "withheld", "loss_move_id")
    def _compute_notice(self):
        for dispute in self:
            say = getattr(dispute, f"_notice_{dispute.state}", None)
            dispute.notice = say(dispute._words()) if say else False

    def _words(self) -> dict:
        company = self.company_currency_id
        return {
            "amount": format_amount(self.env, self.amount, self.currency_id),
            "withheld": format_amount(self.env, abs(self.withheld), company),
            "customer": self.partner_id.name or self.env._("The payer"),
            "claim": self.reason_text or "–",
            "until": format_datetime(self.env, self.respond_by, dt_format="short")
            if self.respond_by
            else "",
            # sudo: the connector's name may be read by whoever reads the dispute.
            "connector": self.sudo().connector_id.name,
        }

    def _answer_there(self) -> dict:
        return button(self.env._("Answer there"), "action_open_remote")

    def _notice_needs_response(self, words: dict) -> dict:
        return notice(
            "warning",
            self.env._("%(customer)s wants %(amount)s back: %(claim)s.", **words),
            self.env._("The bank has taken the money until it is decided.")
            if self.withheld
            else "",
            self.env._("Hand in evidence until %(until)s, or it is lost.", **words)
            if self.respond_by
            else self.env._("Hand in evidence, or it is lost."),
            self._answer_there(),
        )

    def _notice_inquiry(self, words: dict) -> dict:
        return notice(
            "warning",
            self.env._("%(customer)s asks about %(amount)s: %(claim)s.", **words),
            self.env._(
                "No money has moved. Without an answer it may become a dispute."
            ),
            self.env._("Answer until %(until)s.", **words) if self.respond_by else "",
            self._answer_there(),
        )

    def _notice_under_review(self, words: dict) -> dict:
        return notice(
            "info",
            self.env._("The bank decides about %(amount)s.", **words),
            self.env._("%(withheld)s are withheld until then.", **words)
            if self.withheld
            else "",
        )

    def _notice_lost(self, words: dict) -> dict | bool:
        booked = self.loss_move_id and not self.withheld
        if booked or self._is_history():
            return False
        if not self.withheld:
            return notice(
                "info",
                self.env._("Lost. Its money has not arrived in the books yet."),
                self.env._("The loss is booked as soon as it does."),
            )
        if self.withheld < 0:
            return notice(
                "warning",
                self.env._(
                    "Lost, and %(withheld)s came back after the loss was booked.",
                    **words,
                ),
                self.env._("%(connector)s does not say that it was won.", **words),
                self.env._(
                    "If it stays so, book them by hand from the disputes account to "
                    "chargeback losses."
                ),
            )
        return notice(
            "danger",
            self.env._("Lost, and %(withheld)s still stand as withheld.", **words),
            self.env._("The entry of the loss could not be made yet."),
            self.env._("Look under Needs Attention: the message says why."),
        )

    def _notice_won(self, words: dict) -> dict | bool:
        if not self.withheld:
            return False
        if self._is_history():
            return notice(
                "info",
                self.env._("Won. It was withheld before the books began."),
                self.env._("%(withheld)s stand open on the disputes account.", **words),
                self.env._("Reconcile them with your opening entry of that account."),
            )
        return notice(
            "info",
            self.env._("Won. %(withheld)s have not come back yet.", **words),
            self.env._("%(connector)s gives it back within some days.", **words),
        )
