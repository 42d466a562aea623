# Copyright 2026 Odoo Integration Suite contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl)
from odoo import api, models

from odoo.addons.integration_core.messages import Item


class IntegrationEntityInvoice(models.AbstractModel):
    """What becomes of a document that is booked: void, uncollectible, changed."""

    _inherit = "integration.entity.invoice"

    @api.model
    def _follow(self, connector, items: list[Item]) -> None:
        for item in items:
            item.model, item.res_id = item.link.model, item.link.res_id
            item.operation = "none"
            item.base = self._stamps(item.canonical)

    @api.model
    def _foresee(self, connector, items: list[Item]) -> None:
        self._follow(connector, items)
