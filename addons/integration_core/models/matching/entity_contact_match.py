# Copyright 2026 Odoo Integration Suite contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl)
from odoo import api, models

from ...messages import Item


class IntegrationEntityContact(models.AbstractModel):
    """By what persons are told apart."""

    _inherit = "integration.entity.contact"

    @api.model
    def _match_domain(self) -> list:
        """Override of `integration.entity.upsert`: a person of the own company."""
        return [
            ("is_company", "=", False),
            ("type", "=", "contact"),
            ("company_id", "in", [False, *self.env.companies.ids]),
        ]

    @api.model
    def _duplicate_domain(self) -> list:
        """Override of `integration.entity.upsert`: the others are among customers."""
        return [*self._match_domain(), ("parent_id", "!=", False)]

    @api.model
    def _match_fits(self, item: Item, record) -> bool:
        """Override of `integration.entity.upsert`: nobody changes the employer.

        A person of another customer with the same address is somebody else.
        """
        parent_id = item.vals.get("parent_id")
        return not parent_id or record.parent_id.id in (False, parent_id)
