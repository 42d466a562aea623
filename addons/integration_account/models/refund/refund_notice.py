# Copyright 2026 Odoo Integration Suite contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl)
from odoo import api, fields, models
from odoo.tools import format_amount

from odoo.addons.integration_core.models.presentation.common import button, notice


class IntegrationRefund(models.Model):
    """The sentence above a refund: what, why, next."""

    _inherit = "integration.refund"

    notice = fields.Json(compute="_compute_notice")
    reason_text = fields.Char(compute="_compute_reason_text", string="Reason given")

    credit_note_text = fields.Char(
        compute="_compute_credit_note_text", string="Credit note of it"
    )

    @api.depends("credit_note_id", "needs_credit_note")
    def _compute_credit_note_text(self):
        for refund in self:
            missing = self.env._("Missing") if refund.needs_credit_note else False
            # sudo: its number may be read by whoever reads the refund.
            refund.credit_note_text = refund.sudo().credit_note_id.name or missing

    @api.depends("reason")
    def _compute_reason_text(self):
        for refund in self:
            refund.reason_text = refund._reason_word()

    def _reason_word(self) -> str:
        """The reason in words; the system's own where Odoo has none for it."""
        words = {
            "requested_by_customer": self.env._("Asked for by the customer"),
            "duplicate": self.env._("Paid twice"),
            "fraudulent": self.env._("Fraud"),
        }
        reason = self.reason or ""
        return words.get(reason, reason.replace("_", " ").capitalize())

    @api.depends_context("uid", "lang")
    @api.depends("state", "failure_reason", "needs_credit_note", "line_ids.move_id")
    def _compute_notice(self):
        for refund in self:
            say = getattr(refund, f"_notice_{refund.state}", None)
            refund.notice = say(refund._words()) if say else False

    def _words(self) -> dict:
        return {
            "amount": format_amount(self.env, self.amount, self.currency_id),
            "customer": self.partner_id.name or self.env._("the customer"),
            # sudo: the connector's name may be read by whoever reads the refund.
            "connector": self.sudo().connector_id.name,
            "why": self.failure_reason or "",
        }

    def _notice_to_approve(self, words: dict) -> dict:
        return notice(
            "info",
            self.env._("%(amount)s wait for a second person.", **words),
            self.env._("Nothing is sent before somebody else agrees.", **words),
            self.env._("A manager of Integrations approves or refuses it."),
            button(self.env._("Open approval"), "action_open_approval"),
        )

    def _notice_approved(self, words: dict) -> dict:
        message = self._message()
        if message.state == "sending":
            return notice(
                "warning",
                self.env._(
                    "%(amount)s may have gone through: the line broke.", **words
                ),
                self.env._("We look it up before anything is repeated."),
                self.env._("Do not refund it by hand."),
                button(self.env._("Open message"), "action_open_message"),
            )
        if self.failure_reason:
            return notice(
                "danger",
                self.env._("%(amount)s were not sent to %(connector)s yet.", **words),
                words["why"],
                self.env._("Retry or skip the message."),
                button(self.env._("Open message"), "action_open_message"),
            )
        return notice(
            "info",
            self.env._("%(amount)s are about to be sent to %(connector)s.", **words),
        )

    def _notice_pending(self, words: dict) -> dict:
        return notice(
            "info",
            self.env._(
                "%(connector)s has taken it; %(customer)s gets %(amount)s within some "
                "days.",
                **words,
            ),
        )

    _notice_sent = _notice_pending

    def _notice_succeeded(self, words: dict) -> dict | bool:
        if not self.needs_credit_note:
            return False
        if not self.line_ids.move_id:
            return notice(
                "info",
                self.env._("%(amount)s were refunded without a credit note.", **words),
                self.env._(
                    "The movement of the balance was not read yet: nothing is booked."
                ),
                self.env._("It is read by itself, and books the refund."),
                *self._credit_note_button(words),
            )
        return notice(
            "warning",
            self.env._("%(amount)s were refunded without a credit note.", **words),
            self.env._(
                "In the books %(customer)s owes the amount again, and income and tax "
                "are as before.",
                **words,
            ),
            self.env._("Make the credit note, or reconcile it with another one."),
            *self._credit_note_button(words),
        )

    def _credit_note_button(self, words: dict) -> list[dict]:
        """The button that makes it, for who may; it asks first, with the amount."""
        if not self._may_request():
            return []
        question = self.env._(
            "A credit note over %(amount)s for %(customer)s is posted, with the "
            "accounts and taxes of the invoice in their proportion. It can only be "
            "undone by a reversal.",
            **words,
        )
        label = self.env._("Make credit note")
        return [button(label, "action_make_credit_note", confirm=question)]

    def _notice_failed(self, words: dict) -> dict:
        return notice(
            "danger",
            self.env._("The refund failed; the money came back.", **words),
            words["why"].replace("_", " "),
            self.env._(
                "%(customer)s is still owed %(amount)s: refund it again or pay it "
                "otherwise.",
                **words,
            ),
        )

    def _notice_refused(self, words: dict) -> dict:
        return notice(
            "danger",
            self.env._("It was refused; no money moved.", **words),
            words["why"],
            self.env._("Ask for another refund, or pay it otherwise."),
        )

    def _message(self):
        """The newest message that takes it out; may be empty."""
        # sudo: its state only.
        return (
            self.env["integration.event"]
            .sudo()
            .search(
                [
                    ("direction", "=", "out"),
                    ("model", "=", self._name),
                    ("res_id", "=", self.id),
                ],
                order="id desc",
                limit=1,
            )
        )
