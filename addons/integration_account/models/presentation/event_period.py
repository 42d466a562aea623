# Copyright 2026 Odoo Integration Suite contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl)
from odoo import models
from odoo.tools import format_date

from odoo.addons.integration_core.models.presentation.common import button


class IntegrationEvent(models.Model):
    """The two decisions about a locked period, on the message that it holds."""

    _inherit = "integration.event"

    def _shifted_documents(self):
        """Entries of this message that wait for a decision."""
        return self.env["integration.shifted.document"].search(
            [("event_id", "in", self.ids), ("state", "in", ("waiting", "kept"))]
        )

    def _cause_buttons(self):
        """Override of `integration_core` to offer the decisions themselves."""
        rows = self.env["integration.shifted.document"]
        if self.error_class == "locked_period" and rows._may_decide():
            rows = self._shifted_documents()
        if not rows:
            return super()._cause_buttons()
        keep = button(self.env._("Keep waiting…"), "action_keep_shifted")
        if not rows[0].booked_date:
            return [keep]
        date = format_date(self.env, rows[0].booked_date)
        return [
            button(
                self.env._("Book on %(date)s with note…", date=date),
                "action_book_shifted",
            ),
            keep,
        ]

    # === ACTION METHODS === #

    def action_book_shifted(self):
        """Book the entries of these messages on the next open day."""
        return self._shifted_documents().action_book()

    def action_keep_shifted(self):
        """Leave the entries of these messages waiting."""
        return self._shifted_documents().action_keep()
