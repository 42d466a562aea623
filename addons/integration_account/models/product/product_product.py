# Copyright 2026 Odoo Integration Suite contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl)
from odoo import models

from odoo.addons.integration_core.models.matching.entity_match_search import match_index


class ProductProduct(models.Model):
    """A variant is what other systems know as a product."""

    _name = "product.product"
    _inherit = ["product.product", "integration.linked", "integration.tracked"]

    # Matching by internal reference compares it without spaces around it.
    _integration_default_code_idx = match_index("default_code", "exact")
