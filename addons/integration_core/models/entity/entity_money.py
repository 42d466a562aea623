# Copyright 2026 Odoo Integration Suite contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl)
from odoo import api, models

from .entity import IntegrationEntity as Base


class IntegrationEntity(models.AbstractModel):
    """Which business objects are about money."""

    _inherit = "integration.entity"

    @api.model
    def _moves_money(self) -> bool:
        """Whether its messages book, or are about the amount of a document."""
        own = type(self)._document_amount
        return self._kind == "effect" or own is not Base._document_amount
