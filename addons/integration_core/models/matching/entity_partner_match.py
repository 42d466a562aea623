# Copyright 2026 Odoo Integration Suite contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl)
from odoo import api, models

from ...messages import Item
from .entity_match import IdentityKey


class IntegrationEntityPartner(models.AbstractModel):
    """By what partners are told apart."""

    _inherit = "integration.entity.partner"

    @api.model
    def _identity_keys(self) -> dict[str, IdentityKey]:
        """Override of `integration.entity.upsert`."""
        return {
            "email": IdentityKey(self.env._("E-mail"), "email_normalized", "email"),
            "phone": IdentityKey(self.env._("Phone"), "phone", "phone"),
            "name": IdentityKey(self.env._("Name"), "name", "name", hint=True),
        }

    @api.model
    def _identity_value(self, item: Item, key: str, field: str):
        """Override of `integration.entity.upsert`: Odoo keeps e-mails normalised."""
        if key == "email":
            return item.canonical.get("email")
        return super()._identity_value(item, key, field)

    @api.model
    def _record_country(self, record) -> str:
        """Override of `integration.entity.upsert`."""
        return (record.country_id or self.env.company.country_id).code or ""
