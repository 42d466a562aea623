# Copyright 2026 Odoo Integration Suite contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl)
from odoo import api, models


class IntegrationEntityContact(models.AbstractModel):
    """Persons at a customer on their way out."""

    _inherit = "integration.entity.contact"

    @api.model
    def _export_keys(self) -> dict[str, frozenset]:
        """Override of `integration.entity.partner`."""
        return super()._export_keys() | {
            "job_title": frozenset({"function"}),
            "customer": frozenset({"parent_id"}),
        }

    @api.model
    def _export_domain(self) -> list:
        """Override of `integration.entity`: somebody who works at a customer."""
        return [*self._match_domain(), ("parent_id", "!=", False)]

    @api.model
    def _export_owner(self, records) -> dict[int, int]:
        """Override of `integration.entity`: addresses are none of ours."""
        return {
            record.id: record.id
            for record in records
            if record.parent_id and record.type == "contact" and not record.is_company
        }

    @api.model
    def _export(self, connector, records) -> dict[int, dict]:
        """Override of `integration.entity`."""
        return {
            record._origin.id: dict(
                self._export_plain(record),
                job_title=record.function or None,
                customer=self._export_customer(record),
            )
            for record in records
        }

    @api.model
    def _export_customer(self, record) -> dict:
        """The customer the person belongs to: the topmost record."""
        customer = record.parent_id
        while customer.parent_id:
            customer = customer.parent_id
        return {"entity": "customer", "record": ["res.partner", customer._origin.id]}
