# Copyright 2026 Odoo Integration Suite contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl)
from odoo import models


class ProductPricelistItem(models.Model):
    """Prices that may be owned by another system."""

    _name = "product.pricelist.item"
    _inherit = ["product.pricelist.item", "integration.governed"]
