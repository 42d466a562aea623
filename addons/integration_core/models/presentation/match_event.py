# Copyright 2026 Odoo Integration Suite contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl)
from odoo import models
from odoo.exceptions import UserError


class IntegrationEvent(models.Model):
    """From a message to the question who is meant."""

    _inherit = "integration.event"

    def _solutions(self) -> dict:
        """Override of `integration.event` to lead to the side-by-side screen."""
        return {
            **super()._solutions(),
            "match": (self.env._("Choose which one"), self._solve_match),
        }

    def _solve_match(self, _records: str):
        review = self.env["integration.match.review"].search(
            [
                ("connector_id", "=", self.connector_id.id),
                ("entity", "=", self.entity),
                ("external_id", "=", self.external_id),
                ("state", "=", "open"),
            ],
            limit=1,
        )
        if not review:
            raise UserError(self.env._("This was decided already. Press Retry."))
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Matching"),
            "res_model": review._name,
            "res_id": review.id,
            "view_mode": "form",
        }
