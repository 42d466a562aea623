# Copyright 2026 Odoo Integration Suite contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl)
from odoo import models


class ProductTemplate(models.Model):
    """What all variants of a product share, and systems know of the variants."""

    _name = "product.template"
    _inherit = ["product.template", "integration.governed"]

    def _governed_targets(self, name: str):
        """Override of `integration_core`: its variants are what systems know."""
        return self.with_context(active_test=False).product_variant_ids
