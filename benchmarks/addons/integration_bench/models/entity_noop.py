# Copyright 2026 Odoo Integration Suite contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl)
from odoo import api, models

from odoo.addons.integration_core.messages import Item


class IntegrationEntityBenchNoop(models.AbstractModel):
    """An entity without a record: what remains is the hub's own work."""

    _name = "integration.entity.bench_noop"
    _inherit = "integration.entity"
    _description = "Entity: nothing"
    _entity = "bench_noop"
    _entity_label = "Nothing"

    @api.model
    def _apply(self, connector, items: list[Item]) -> None:
        for item in items:
            item.operation = "none"
