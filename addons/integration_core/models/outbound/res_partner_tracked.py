# Copyright 2026 Odoo Integration Suite contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl)
from odoo import models


class ResPartner(models.Model):
    """Customers and contacts whose changes go out."""

    _name = "res.partner"
    _inherit = ["res.partner", "integration.tracked"]
