# Copyright 2026 Odoo Integration Suite contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl)
from datetime import timedelta

from odoo import api, fields, models
from odoo.tools import format_date
from odoo.tools.misc import format_amount

from odoo.addons.integration_core.models.presentation.common import (
    as_sentence,
    button,
    notice,
)

from ...bank_match import DAYS


class IntegrationSettlement(models.Model):
    """The sentence above a payout: what, why, next."""

    _inherit = "integration.settlement"

    notice = fields.Json(compute="_compute_notice")
    title = fields.Char(compute="_compute_title")
    transaction_count = fields.Integer(compute="_compute_transaction_count")

    @api.depends("line_ids", "payout_line_ids")
    def _compute_transaction_count(self):
        """As many as the button shows: also what is not read yet, and its own."""
        for payout in self:
            payout.transaction_count = len(payout.line_ids | payout.payout_line_ids)

    @api.depends_context("lang")
    @api.depends("amount", "currency_id", "arrival_date", "date", "name")
    def _compute_display_name(self):
        for payout in self:
            payout.display_name = self.env._(
                "%(amount)s of %(date)s (%(name)s)",
                amount=format_amount(self.env, payout.amount, payout.currency_id),
                date=format_date(self.env, payout.date),
                name=payout.name,
            )

    @api.depends_context("lang")
    @api.depends("amount", "currency_id", "arrival_date", "date", "state")
    def _compute_title(self):
        for payout in self:
            words = {
                "amount": format_amount(
                    self.env, abs(payout.amount), payout.currency_id
                ),
                "date": format_date(self.env, payout.arrival_date or payout.date),
            }
            if payout.amount < 0:
                payout.title = self.env._("%(amount)s from the bank, %(date)s", **words)
            else:
                payout.title = self.env._("%(amount)s to the bank, %(date)s", **words)

    @api.depends_context("uid", "lang")
    @api.depends("tie_state", "problem", "count_expected", "bank_line_id", "state")
    def _compute_notice(self):
        for payout in self:
            words = payout._words()
            if payout.tie_state == "open":
                payout.notice = payout._notice_open(words)
            else:
                payout.notice = getattr(payout, f"_notice_{payout.tie_state}")(words)

    def _words(self) -> dict:
        def money(amount):
            return format_amount(self.env, amount, self.currency_id)

        return {
            "amount": money(abs(self.amount)),
            "net": money(self.total_net),
            "difference": money(abs(self.difference)),
            "residual": money(self.clearing_residual),
            "missing": self.count_expected,
            "date": format_date(self.env, self.arrival_date or self.date),
            "reason": as_sentence(self.failure_reason),
        }

    # === BY STATE === #

    def _notice_waiting(self, words: dict) -> dict:
        if self.state in ("failed", "canceled"):
            return notice(
                "warning",
                self.env._("The payout of %(amount)s came to nothing.", **words),
                self._failure(words)
                or self.env._("The money goes back to the balance."),
                self.env._("Nothing to do: the movement back is on its way."),
            )
        if self.count_expected:
            return notice(
                "info",
                self.env._("Transactions that are not here yet: %(missing)s.", **words),
                self.env._("They are being read; those that need you are listed."),
                self.env._("If it stays so, look under To Do, Needs Attention."),
                *self._read_button(),
            )
        if self.automatic and not self.complete:
            return notice(
                "info",
                self.env._("The system has not closed the list of this payout yet."),
                "",
                self.env._("Nothing to do: it says so when it has."),
            )
        if not self._own_movement():
            return notice(
                "info",
                self.env._("The movement of the payout itself is not here yet."),
                "",
                self.env._("Nothing to do: it comes with the next reading."),
                *self._read_button(),
            )
        return notice(
            "info",
            self.env._("Made by hand; the next automatic payout lists it."),
            self.env._("Until then nobody can say which transactions it is made of."),
            self.env._("Nothing to do."),
        )

    def _notice_open(self, words: dict) -> dict:
        why, next_step = self._problem_words(words)
        return notice(
            "danger",
            self.env._("This payout does not add up."),
            why,
            next_step,
            *(
                [button(self.env._("Look again"), "action_tie")]
                if self._is_accountant()
                else []
            ),
            button(self.env._("Clearing account"), "action_open_clearing"),
        )

    def _read_button(self) -> list[dict]:
        """For those who may send messages on their way."""
        if not self.env["integration.event"]._may_operate():
            return []
        return [button(self.env._("Read now"), "action_read")]

    def _problem_words(self, words: dict) -> tuple[str, str]:
        """Why a payout is open, and what to do: by problem."""
        sentences = {
            "missing": (
                self.env._(
                    "Transactions that do not come: %(missing)s. Either they need "
                    "somebody, or the system does not give them.",
                    **words,
                ),
                self.env._(
                    "Look under To Do, Needs Attention; else compare with the system."
                ),
            ),
            "sum": (
                self.env._(
                    "Its transactions come to %(net)s and %(amount)s were paid out: "
                    "%(difference)s differ.",
                    **words,
                ),
                self.env._("Compare its list with the other system."),
            ),
            "residual": (
                self.env._(
                    "Its transactions add up, but %(residual)s stay open on the "
                    "clearing account.",
                    **words,
                ),
                self.env._(
                    "An entry was changed, reset to draft or reconciled with something "
                    "else. Put that right, then look again."
                ),
            ),
            "account": (
                self.env._("Its transactions stand on different clearing accounts."),
                self.env._(
                    "The clearing account of the gateway was changed meanwhile. Move "
                    "what is open to the new one, then look again."
                ),
            ),
            "pool": (
                self.env._(
                    "The clearing account holds less than was paid out by hand: "
                    "%(residual)s are missing.",
                    **words,
                ),
                self.env._("Look for payments or top-ups that are not booked yet."),
            ),
            "locked": (
                self.env._(
                    "Reconciling it would book an exchange difference into a locked "
                    "period."
                ),
                self.env._(
                    "Unlock the period, or let the exchange journal accept other days, "
                    "then look again."
                ),
            ),
            "start": (
                self.env._(
                    "Some of its transactions are older than the books of this "
                    "connector."
                ),
                self.env._("Confirm the opening balance, then look again."),
            ),
        }
        return sentences[self.problem]

    def _notice_tied(self, words: dict) -> dict:
        if not self._own_movement().move_id:
            return notice(
                "success",
                self.env._("Adds up; it is part of the opening balance."),
            )
        zero = self.env._("Every transaction is here; the clearing account is at zero.")
        if self._is_late():
            return notice(
                "warning",
                zero,
                self.env._(
                    "But the bank should have shown %(amount)s on %(date)s, and no "
                    "line of a bank statement fits for certain.",
                    **words,
                ),
                self.env._(
                    "Import the bank statement, or choose the line if it is there."
                ),
            )
        return notice(
            "success",
            zero,
            self.env._("The bank should show %(amount)s on %(date)s.", **words),
            self.env._("It is matched by itself when the bank statement comes in."),
        )

    def _is_late(self) -> bool:
        """Whether the bank should have shown it by now."""
        expected = self.arrival_date or self.date
        today = fields.Date.context_today(self)
        return expected + timedelta(days=DAYS) < today

    def _notice_bank(self, words: dict) -> dict:
        # sudo: only its day, for people who read no bank statements.
        line = self.sudo().bank_line_id
        return notice(
            "success",
            self.env._(
                "In the bank since %(day)s, and the clearing account is at zero.",
                day=format_date(self.env, line.date),
            ),
        )

    def _notice_failed(self, words: dict) -> dict:
        return notice(
            "warning",
            self.env._("The payout of %(amount)s came to nothing.", **words),
            self._failure(words),
            self.env._(
                "The amount is back on the balance; a later payout takes it along."
            ),
        )

    def _failure(self, words: dict) -> str:
        if not self.failure_reason:
            return ""
        return self.env._("The system says: %(reason)s", **words)
