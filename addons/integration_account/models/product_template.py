# Copyright 2026 Odoo Integration Suite contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl)
from odoo import models


class ProductTemplate(models.Model):
    """What the variants of a product share goes out with each of them."""

    _name = "product.template"
    _inherit = ["product.template", "integration.tracked"]
