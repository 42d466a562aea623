# Copyright 2026 Odoo Integration Suite contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl)
from odoo import models

from ..period.shifted_document import OPEN_STATES


class IntegrationEvent(models.Model):
    """A message that a person skips takes its entry off the list of shifted ones."""

    _inherit = "integration.event"

    def _finish_by_person(self, events, state, operation, reason):
        """Override of `integration_core` to say that nothing is to be booked."""
        result = super()._finish_by_person(events, state, operation, reason)
        rows = (
            self.env["integration.shifted.document"]
            .sudo()
            .search([("event_id", "in", events.ids), ("state", "in", OPEN_STATES)])
        )
        if rows:
            rows.state = "dropped"
            rows._refresh_activities()
        return result
