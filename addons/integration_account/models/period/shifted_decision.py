# Copyright 2026 Odoo Integration Suite contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl)
from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError
from odoo.tools import format_date
from odoo.tools.date_utils import end_of, start_of

from odoo.addons.integration_core.const import ATTENTION_STATES

ACTIVITY = "mail.mail_activity_data_todo"


class IntegrationShiftedDocument(models.Model):
    """What an accountant may decide about an entry of a locked period."""

    _inherit = "integration.shifted.document"

    may_decide = fields.Boolean(compute="_compute_may_decide")

    @api.model
    def _may_decide(self) -> bool:
        """Whether the reader is an accountant and may work on messages.

        Two rights together: the first to say on which day it is booked, the second
        because the decision sends the message on.
        """
        user = self.env.user
        accountant = user.has_group("account.group_account_user") or user.has_group(
            "account.group_account_manager"
        )
        return accountant and self.env["integration.event"]._may_operate()

    @api.depends_context("uid")
    @api.depends("state")
    def _compute_may_decide(self):
        allowed = self._may_decide()
        for row in self:
            row.may_decide = allowed and row.state in ("waiting", "kept")

    # === ACTION METHODS === #

    def action_book(self):
        """Ask for the reason, then book on the next open day."""
        return self._open_decision("book", self.env._("Book on another day"))

    def action_keep(self):
        """Ask for the reason, then leave it waiting."""
        return self._open_decision("keep", self.env._("Keep waiting"))

    def _open_decision(self, decision: str, title: str) -> dict:
        self._require_decider()
        rows = self.filtered(lambda row: row.state in ("waiting", "kept"))
        if not rows:
            raise UserError(self.env._("None of these documents waits any more."))
        return {
            "type": "ir.actions.act_window",
            "name": title,
            "res_model": "integration.period.decision",
            "view_mode": "form",
            "target": "new",
            "context": {
                "default_document_ids": [fields.Command.set(rows.ids)],
                "default_decision": decision,
            },
        }

    def action_open_document(self):
        """Open what was booked."""
        self.ensure_one()
        if not self.res_id:
            raise UserError(self.env._("Nothing is booked yet."))
        return {
            "type": "ir.actions.act_window",
            "res_model": self.model,
            "res_id": self.res_id,
            "view_mode": "form",
        }

    def action_open_event(self):
        """Open the message that brought it."""
        self.ensure_one()
        if not self.event_id.exists():
            raise UserError(self.env._("Its message is no longer kept."))
        return self.event_id.related_action_open_event()

    # === BUSINESS METHODS === #

    def _require_decider(self) -> None:
        """:raises AccessError: the user may not decide about accounting periods"""
        if not self.env.su and not self._may_decide():
            raise AccessError(
                self.env._(
                    "Only an accountant who is also operator or manager of "
                    "Integrations may decide about a locked period."
                )
            )

    def _decide(self, decision: str, reason: str) -> None:
        """Book on the day shown, or leave it waiting.

        :param decision: ``book`` or ``keep``
        :raises AccessError: the user may not decide
        :raises UserError: no reason, nothing waits, or no day is open
        """
        self._require_decider()
        self.check_access("read")
        reason = (reason or "").strip()
        if not reason:
            raise UserError(
                self.env._("Say why: the reason stands in the note of the document.")
            )
        if any(row.state not in ("waiting", "kept") for row in self):
            raise UserError(self.env._("Only a document that waits can be decided."))
        closed = self.filtered(lambda row: decision == "book" and not row.booked_date)
        if closed:
            raise UserError(
                self.env._(
                    "%(name)s cannot be booked on any day: the period is locked until "
                    "%(date)s, which lies ahead. Unlock it, then retry the message.",
                    name=closed[0].title,
                    date=format_date(self.env, closed[0].lock_date),
                )
            )
        # sudo: rows of the hub; who may decide was checked above.
        self.sudo().write(
            {
                "state": "approved" if decision == "book" else "kept",
                "reason": reason,
                "decided_by": self.env.uid,
                "decided_on": fields.Datetime.now(),
            }
        )
        self._log_decision(decision)
        self.sudo()._refresh_activities()
        if decision == "book":
            self._retry_messages()

    def _log_decision(self, decision: str) -> None:
        """One line a document in the sync log, with the person and the reason."""
        for row in self.sudo():
            if decision == "book":
                text = self.env._(
                    "To be booked on %(booked)s instead of %(wanted)s: %(reason)s",
                    booked=format_date(self.env, row.booked_date),
                    wanted=format_date(self.env, row.wanted_date),
                    reason=row.reason,
                )
            else:
                text = self.env._("Keeps waiting: %(reason)s", reason=row.reason)
            row.connector_id._log(
                "override",
                text,
                entity=row.entity,
                external_id=row.object_id,
                document_name=row.title,
                event_id=row.event_id.id or None,
                amount=row.amount or None,
                currency_id=row.currency_id.id or None,
                actor_id=self.env.uid,
            )

    def _retry_messages(self) -> None:
        """Send the messages on whose entries may be booked now."""
        events = self.event_id.exists().filtered(
            lambda event: event.state in ATTENTION_STATES
        )
        if events:
            events.action_retry()

    # === ACTIVITIES === #

    def _cause(self) -> tuple:
        """What is decided together: one journal, one month."""
        self.ensure_one()
        return (
            self.connector_id.id,
            self.journal_id.id,
            start_of(self.wanted_date, "month"),
        )

    def _refresh_activities(self) -> None:
        """One activity for each journal and month in which entries wait.

        A locked month may hold up hundreds of documents; one reminder is enough.
        """
        done = self.filtered(lambda row: row.state != "waiting" and row.activity_ids)
        done.activity_ids.unlink()
        for cause in {row._cause() for row in self}:
            domain = [*self._cause_domain(*cause), ("state", "=", "waiting")]
            if self.search([*domain, ("activity_ids", "!=", False)], limit=1):
                continue
            self.search(domain, order="id", limit=1)._ask()

    @staticmethod
    def _cause_domain(connector_id: int, journal_id: int, first_day) -> list:
        return [
            ("connector_id", "=", connector_id),
            ("journal_id", "=", journal_id),
            ("wanted_date", ">=", first_day),
            ("wanted_date", "<=", end_of(first_day, "month")),
        ]

    def _ask(self) -> None:
        """An activity for whoever decides about the journal's periods."""
        people = (self.journal_id.integration_period_user_id, self.connector_id.user_id)
        # Who cannot open the list cannot decide either.
        user = next((u for u in people if u and self._is_readable_for(u)), None)
        if not user:
            return
        self.activity_schedule(
            ACTIVITY,
            date_deadline=fields.Date.context_today(self),
            summary=self.env._(
                "Locked period: decide about %(journal)s, %(month)s",
                journal=self.journal_id.display_name,
                month=format_date(self.env, self.wanted_date, date_format="MMMM y"),
            ),
            note=self.env._(
                "Documents of a locked month wait. Book them on another day with a "
                "note, keep them waiting, or unlock the month and retry."
            ),
            user_id=user.id,
        )

    def _is_readable_for(self, user) -> bool:
        return self.with_user(user).has_access("read")
