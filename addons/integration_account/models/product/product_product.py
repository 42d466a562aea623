# Copyright 2026 Odoo Integration Suite contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl)
from odoo import models


class ProductProduct(models.Model):
    """A variant is what other systems know as a product."""

    _name = "product.product"
    _inherit = ["product.product", "integration.linked", "integration.tracked"]
