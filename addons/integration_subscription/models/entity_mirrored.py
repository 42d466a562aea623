# Copyright 2026 Odoo Integration Suite contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl)
from odoo import api, models

from odoo.addons.integration_core.messages import Item


class IntegrationEntityMirrored(models.AbstractModel):
    """What is shown as the other system says it, in a model that nobody else writes.

    The record holds ``connector_id``, ``company_id`` and ``external_id``.
    """

    _name = "integration.entity.mirrored"
    _inherit = "integration.entity.upsert"
    _description = "Entity that is mirrored"

    @api.model
    def _new_values(self, item: Item) -> dict:
        """Override of `integration_core`."""
        return {
            "connector_id": self.env.context["integration_connector_id"],
            "company_id": self.env.company.id,
            "external_id": item.external_id,
        }

    @api.model
    def _match(self, connector, items: list[Item]) -> None:
        """Override of `integration_core`: its id there is all that identifies it.

        A link that a person gave up is made again to the same record.
        """
        rows = self.env[self._record_model].with_context(active_test=False)
        known = {
            row.external_id: row.id
            for row in rows.search(
                [
                    ("connector_id", "=", connector.id),
                    ("external_id", "in", [item.external_id for item in items]),
                ]
            )
        }
        for item in items:
            item.res_id = known.get(item.external_id, 0)
