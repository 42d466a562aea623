# Copyright 2026 Odoo Integration Suite contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl)
from odoo import api, models


class IntegrationConnector(models.Model):
    """Technical users write subscriptions; people never do."""

    _inherit = "integration.connector"

    @api.model
    def _service_user_groups(self):
        """Override of `integration_core`."""
        mirror = self.env.ref("integration_subscription.group_mirror")
        return super()._service_user_groups() | mirror
