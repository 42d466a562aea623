# Copyright 2026 Odoo Integration Suite contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl)
from odoo import models


class IntegrationEvent(models.Model):
    """A message that is given up asks nothing any more."""

    _inherit = "integration.event"

    def _skip_with_reason(self, reason: str) -> None:
        """Override of `integration.event`: who skips a message has no question left."""
        result = super()._skip_with_reason(reason)
        reviews = self.env["integration.match.review"].sudo()
        reviews.search([("event_id", "in", self.ids), ("state", "=", "open")])._close(
            "dropped"
        )
        return result
