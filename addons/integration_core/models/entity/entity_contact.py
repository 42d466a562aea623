# Copyright 2026 Odoo Integration Suite contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl)
from odoo import api, models

from ...messages import Item


class IntegrationEntityContact(models.AbstractModel):
    """A person at a customer."""

    _name = "integration.entity.contact"
    _inherit = "integration.entity.partner"
    _description = "Entity: contact"
    _entity = "contact"
    _entity_label = "Contact"
    _rank = 20

    @api.model
    def _values(self, item: Item) -> dict:
        """Override of `integration.entity.partner` to set employer and position."""
        values = super()._values(item)
        record = item.canonical
        if "job_title" in record:
            values["function"] = record["job_title"] or False
        reference = record.get("customer")
        if reference:
            key = (reference["entity"], reference["external_id"])
            values["parent_id"] = item.references[key][1]
        elif "customer" in record:
            values["parent_id"] = False
        return values

    @api.model
    def _new_values(self, item: Item) -> dict:
        """Override of `integration.entity.partner`."""
        return dict(super()._new_values(item), type="contact", is_company=False)
