# Copyright 2026 Odoo Integration Suite contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl)
from odoo import api, models


class IntegrationEntity(models.AbstractModel):
    """Whether an entity is about money."""

    _inherit = "integration.entity"

    @api.model
    def _moves_money(self) -> bool:
        """Whether applying a message of this entity may book or pay something.

        True for effects, and where the entity says what a document is worth.
        """
        base = self.env["integration.entity"]
        own = type(self)._document_amount
        return self._kind == "effect" or own is not type(base)._document_amount
