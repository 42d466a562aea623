# Copyright 2026 Odoo Integration Suite contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl)
from odoo import api, models


class IntegrationEntity(models.AbstractModel):
    """Which entities have records that are matched."""

    _inherit = "integration.entity"

    @api.model
    def _matched_selection(self) -> list[tuple]:
        """(name, label) of every entity that can be recognised by keys."""
        return [
            (entity, label)
            for entity, label in self._entity_selection()
            if getattr(self._for(entity), "_identity_keys", dict)()
        ]
