# Copyright 2026 Odoo Integration Suite contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl)
from odoo import api, models

from odoo.addons.integration_core.models.matching.entity_match import IdentityKey


class IntegrationEntityProduct(models.AbstractModel):
    """By what products are told apart."""

    _inherit = "integration.entity.product"

    @api.model
    def _identity_keys(self) -> dict[str, IdentityKey]:
        """Override of `integration.entity.upsert`: the reference both sides know."""
        word = self.env._
        return {
            "default_code": IdentityKey(
                word("Internal reference"), "default_code", "exact", verified=True
            ),
            "name": IdentityKey(word("Name"), "name", "name", hint=True),
        }

    @api.model
    def _match_domain(self) -> list:
        """Override of `integration.entity.upsert`: shared or of the own company."""
        return [("company_id", "in", [False, *self.env.companies.ids])]
