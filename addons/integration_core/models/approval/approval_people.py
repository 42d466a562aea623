# Copyright 2026 Odoo Integration Suite contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl)
import logging

from markupsafe import Markup

from odoo import api, fields, models
from odoo.exceptions import UserError

_logger = logging.getLogger(__name__)

# More people than this are not asked one by one; all see it in their list.
MOST_ASKED = 20


class IntegrationApproval(models.Model):
    """Who is asked, who is told, and what happens when nobody answers."""

    _inherit = "integration.approval"

    def _approvers(self):
        """Who may decide this request: managers of its company, but not its makers."""
        self.ensure_one()
        group = self.env.ref("integration_core.group_manager").sudo()
        managers = group.all_user_ids.filtered(
            lambda user: user.active and self.company_id in user.company_ids
        )
        return managers - self._barred()

    def _ask_approvers(self) -> None:
        """Plan an activity for each person who may decide; it goes when one did."""
        for approval in self.sudo():
            for user in approval._approvers()[:MOST_ASKED]:
                approval.activity_schedule(
                    "mail.mail_activity_data_todo",
                    date_deadline=fields.Date.context_today(approval),
                    summary=self.env._("Approve or refuse"),
                    note=approval.effect or "",
                    user_id=user.id,
                )

    def _tell_requester(self) -> None:
        """Tell who asked how it ended."""
        words = dict(self._fields["state"]._description_selection(self.env))
        for approval in self.sudo():
            requester = approval.requester_id
            if not requester.active or requester == self.env.user:
                continue
            approval.message_notify(
                partner_ids=requester.partner_id.ids,
                subject=f"{words[approval.state]}: {approval.name}",
                body=Markup("<p>%s</p><p>%s</p>")
                % (
                    self.env._(
                        "%(name)s: %(state)s",
                        name=approval.name,
                        state=words[approval.state].lower(),
                    ),
                    approval.decision_reason or "",
                ),
            )

    @api.model
    def _cron_expire(self) -> None:
        """End what nobody decided in time, and what no longer waits for anything."""
        now = fields.Datetime.now()
        for approval in self.sudo().search([("state", "=", "requested")]):
            record = approval._record()
            expired = approval.expires_at < now
            if not expired and approval._handler()._still_wanted(record, approval):
                continue
            try:
                # One that cannot be ended must not keep the others waiting.
                with self.env.cr.savepoint():
                    approval._lapse(expired)
            except UserError as error:
                _logger.warning("Approval %s cannot end: %s", approval.id, error)

    def _lapse(self, expired: bool) -> None:
        """End one request that nobody decided."""
        self.decision_reason = (
            self.env._("Nobody decided in time.")
            if expired
            else self.env._("It no longer waits for a decision.")
        )
        self._end("expired" if expired else "withdrawn")
        self._handler()._refused(self._record(), self)
        self._tell_requester()
