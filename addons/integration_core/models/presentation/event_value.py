# Copyright 2026 Odoo Integration Suite contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl)
from odoo import models


class IntegrationEvent(models.Model):
    """From a message that fights about a value to the decision."""

    _inherit = "integration.event"

    def _solutions(self) -> dict:
        """Override of `integration.event` to decide about owned values."""
        return {
            **super()._solutions(),
            "ownership": (self.env._("Decide…"), self._solve_ownership),
        }

    def _solve_ownership(self, _rest: str) -> dict:
        self.ensure_one()
        choice = self.env["integration.ownership.choice"].create({"event_id": self.id})
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Which value counts?"),
            "res_model": choice._name,
            "res_id": choice.id,
            "view_mode": "form",
            "target": "new",
        }
