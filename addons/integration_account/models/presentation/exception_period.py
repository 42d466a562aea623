# Copyright 2026 Odoo Integration Suite contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl)
from odoo import models


class IntegrationException(models.Model):
    """The decisions about a locked period, on the form of what waits."""

    _inherit = "integration.exception"

    def action_book_shifted(self):
        """Book the entries on the next open day."""
        return self.event_id.action_book_shifted()

    def action_keep_shifted(self):
        """Leave the entries waiting."""
        return self.event_id.action_keep_shifted()
