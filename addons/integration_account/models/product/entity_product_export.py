# Copyright 2026 Odoo Integration Suite contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl)
from odoo import api, models

# Type of a product in Odoo → canonical kind; a bundle is told as what it holds.
KINDS = {"service": "service", "consu": "goods", "combo": "goods"}


class IntegrationEntityProduct(models.AbstractModel):
    """Products that go out: one object for each variant."""

    _inherit = "integration.entity.product"

    @api.model
    def _export_keys(self) -> dict[str, frozenset]:
        """Override of `integration_core`."""
        return {
            "name": frozenset({"name"}),
            "description": frozenset({"description_sale"}),
            "sku": frozenset({"default_code"}),
            "kind": frozenset({"type"}),
            "active": frozenset({"active"}),
        }

    @api.model
    def _export_domain(self) -> list:
        """Override of `integration_core`: what is sold, shared or of the company."""
        return [
            ("sale_ok", "=", True),
            ("company_id", "in", [False, *self.env.companies.ids]),
        ]

    @api.model
    def _export_watch(self) -> dict[str, frozenset]:
        """Override of `integration_core`: what variants share is the template's."""
        variant = self.env[self._record_model]._fields
        names = self._export_fields()
        return {
            self._record_model: frozenset(n for n in names if not variant[n].inherited),
            "product.template": frozenset(n for n in names if variant[n].inherited),
        }

    @api.model
    def _export_owner(self, records) -> dict:
        """Override of `integration_core`: of a template, all its variants."""
        if records._name != "product.template":
            return super()._export_owner(records)
        templates = records.with_context(active_test=False)
        return {t.id: tuple(t.product_variant_ids.ids) for t in templates}

    @api.model
    def _export(self, connector, records) -> dict[int, dict]:
        """Override of `integration_core`: the language is the technical user's."""
        return {
            product._origin.id: {
                "name": self._variant_name(product),
                "description": product.description_sale or None,
                "sku": (product.default_code or "").strip() or None,
                "kind": KINDS.get(product.type, "goods"),
                "active": product.active,
            }
            for product in records
        }

    @api.model
    def _variant_name(self, product) -> str:
        """Name, with what makes the variant another one than its siblings."""
        values = product.product_template_attribute_value_ids
        combination = values._get_combination_name()
        return f"{product.name} ({combination})" if combination else product.name
