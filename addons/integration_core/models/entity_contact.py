# Copyright 2026 Odoo Integration Suite contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl)
from odoo import api, models

from ..messages import Item


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

    @api.model
    def _match_keys(self, item: Item) -> list[tuple]:
        """Override of `integration.entity.upsert`: e-mail within one customer."""
        email = (item.canonical.get("email") or "").strip().lower()
        return [("email_normalized", email)] if email else []

    @api.model
    def _match_domain(self) -> list:
        """Override of `integration.entity.upsert`."""
        return [
            ("is_company", "=", False),
            ("type", "=", "contact"),
            ("company_id", "in", [False, *self.env.companies.ids]),
        ]
