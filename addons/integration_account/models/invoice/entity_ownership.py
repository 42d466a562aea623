# Copyright 2026 Odoo Integration Suite contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl)
from odoo import api, models


class IntegrationEntityCustomer(models.AbstractModel):
    """A customer's life: somebody who may buy becomes somebody who does."""

    _inherit = "integration.entity.customer"

    @api.model
    def _stages(self) -> list[tuple]:
        """Override of `integration_core`: in use means one of two things."""
        return [
            ("prospect", self.env._("Prospect, no invoice yet")),
            ("customer", self.env._("Customer, has invoices")),
            ("archived", self.env._("Archived")),
        ]

    @api.model
    def _stage_of(self, record) -> str:
        """Override of `integration_core`: Odoo counts the invoices itself."""
        stage = super()._stage_of(record)
        if stage != "active":
            return stage
        return "customer" if record.customer_rank else "prospect"


class IntegrationEntityProduct(models.AbstractModel):
    """Fields of products that rules of data owners can be about."""

    _inherit = "integration.entity.product"

    _field_map = {
        "name": ("name",),
        "description": ("description_sale",),
        "sku": ("default_code",),
        "kind": ("type",),
        "active": ("active",),
    }


class IntegrationEntityPrice(models.AbstractModel):
    """Fields of prices that rules of data owners can be about."""

    _inherit = "integration.entity.price"

    _field_map = {
        "product": ("product_id",),
        "amount": ("fixed_price",),
        "tiers": ("fixed_price",),
        "currency": ("pricelist_id",),
        "active": ("date_end",),
    }


class IntegrationEntityInvoice(models.AbstractModel):
    """A document is judged as a whole: a system may bring it, or change it, or not."""

    _inherit = "integration.entity.invoice"

    _judged_by_field = False
    _field_map = {
        "number": ("ref",),
        "customer": ("partner_id",),
        "issued_at": ("invoice_date",),
        "due_at": ("invoice_date_due",),
        "note": ("narration",),
        "lines": ("invoice_line_ids",),
    }

    @api.model
    def _rule_fields(self) -> list[str]:
        """Override of `integration_core`: what Odoo notes on a document is its own."""
        return [name for names in self._field_map.values() for name in names]

    @api.model
    def _stages(self) -> list[tuple]:
        """Override of `integration_core`: the states of a document."""
        return [
            ("draft", self.env._("Draft")),
            ("posted", self.env._("Posted")),
            ("cancel", self.env._("Cancelled")),
        ]

    @api.model
    def _stage_of(self, record) -> str:
        """Override of `integration_core`."""
        return record.state or ""
