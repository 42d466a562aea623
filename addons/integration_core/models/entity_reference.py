# Copyright 2026 Odoo Integration Suite contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl)
from odoo import api, models

from ..messages import Item


class IntegrationEntityUpsert(models.AbstractModel):
    """An object that we made says which record it stands for."""

    _inherit = "integration.entity.upsert"

    @api.model
    def _match(self, connector, items: list[Item]) -> None:
        """Override: what a write of ours left in the object goes before all keys.

        The peer's message about an object we made may come before we wrote down its
        id; by its keys it might be taken for another record, or for a new one.
        """
        outbound = self.env["integration.outbound"]
        others = []
        for item in items:
            record = outbound._referenced(item)
            if record and record[0] == self._record_model:
                item.res_id, item.operation = record[1], "link"
            else:
                others.append(item)
        return super()._match(connector, others)
