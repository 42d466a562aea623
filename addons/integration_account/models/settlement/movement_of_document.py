# Copyright 2026 Odoo Integration Suite contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl)
from odoo import fields, models

MODEL = "integration.settlement.line"


class IntegrationMovementOfDocument(models.AbstractModel):
    """The movements of a gateway's balance that a payment or an entry is about."""

    _name = "integration.movement.of.document"
    _description = "Document with balance transactions"

    integration_movement_count = fields.Integer(
        compute="_compute_integration_movement_count",
        groups="integration_core.group_user",
    )

    def _compute_integration_movement_count(self):
        lines = self.env[MODEL]
        counts = dict(
            lines._read_group(
                [
                    ("payment_model", "=", self._name),
                    ("payment_res_id", "in", self.ids),
                ],
                ["payment_res_id"],
                ["__count"],
            )
        )
        if self._name == "account.move":
            booked = lines._read_group(
                [("move_id", "in", self.ids)], ["move_id"], ["__count"]
            )
            for move, count in booked:
                counts[move.id] = counts.get(move.id, 0) + count
        for record in self:
            record.integration_movement_count = counts.get(record.id, 0)

    def action_open_integration_movements(self):
        """The balance transactions that are about this document, or booked by it."""
        self.ensure_one()
        domain = [("payment_model", "=", self._name), ("payment_res_id", "=", self.id)]
        if self._name == "account.move":
            domain = ["|", ("move_id", "=", self.id), "&", *domain]
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Balance Transactions"),
            "res_model": MODEL,
            "view_mode": "list,form",
            "domain": domain,
        }
