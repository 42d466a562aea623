# Copyright 2026 Odoo Integration Suite contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl)
from odoo import api, models

from ...messages import Item
from .entity_match import IdentityKey


class IntegrationEntityCustomer(models.AbstractModel):
    """By what customers are told apart."""

    _inherit = "integration.entity.customer"

    @api.model
    def _identity_keys(self) -> dict[str, IdentityKey]:
        """Override of `integration.entity.partner`: numbers and places."""
        word = self.env._
        return {
            "vat": IdentityKey(word("Tax number"), "vat", "vat", verified=True),
            "reference": IdentityKey(word("Reference"), "ref", verified=True),
            **super()._identity_keys(),
            "domain": IdentityKey(word("Website"), "website", "domain", hint=True),
            "postal_code": IdentityKey(word("Postal code"), "zip", hint=True),
            "city": IdentityKey(word("City"), "city", "name", hint=True),
        }

    @api.model
    def _identity_country(self, item: Item) -> str:
        """Override of `integration.entity.upsert`: that of the main address."""
        main = self._address(item, "main") or {}
        return main.get("country") or self.env.company.country_id.code or ""

    @api.model
    def _match_domain(self) -> list:
        """Override of `integration.entity.upsert`: top level, own company."""
        return [
            ("parent_id", "=", False),
            ("user_ids", "=", False),
            ("company_id", "in", [False, *self.env.companies.ids]),
        ]
