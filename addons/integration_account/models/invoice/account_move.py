# Copyright 2026 Odoo Integration Suite contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl)
from odoo import api, models


class AccountMove(models.Model):
    """Links to the objects of other systems; and drafts that a person posts later."""

    _name = "account.move"
    _inherit = ["account.move", "integration.linked", "integration.tracked"]

    def _post(self, soft=True):
        """Override of `account`: a draft of ours that changes its day is listed.

        What the hub posts itself was asked for before (`integration.period.guard`).
        """
        if self._is_posted_by_hub():
            return super()._post(soft)
        days = {move.id: move.date for move in self if move.state == "draft"}
        posted = super()._post(soft)
        moved = posted.filtered(lambda m: days.get(m.id) not in (None, False, m.date))
        if moved:
            guard = self.env["integration.period.guard"]
            guard._posted_by_person(moved, days)
        return posted

    @api.model
    def _is_posted_by_hub(self) -> bool:
        """Whether a connector's own technical user is at work.

        The context alone proves nothing: whoever calls over RPC may set it.
        """
        connector_id = self.env.context.get("integration_connector_id")
        if not isinstance(connector_id, int):
            return False
        # sudo: core's own table.
        connectors = self.env["integration.connector"].sudo()
        return bool(
            connectors.search_count(
                [
                    ("id", "=", connector_id),
                    ("service_user_id", "=", self.env.uid),
                ],
                limit=1,
            )
        )
