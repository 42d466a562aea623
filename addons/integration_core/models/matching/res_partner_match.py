# Copyright 2026 Odoo Integration Suite contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl)
from odoo import models

from .entity_match_search import match_index


class ResPartner(models.Model):
    """Partners are found by normalised keys, however many there are."""

    _inherit = "res.partner"

    _integration_vat_idx = match_index("vat", "vat")
    _integration_email_idx = match_index("email_normalized", "email")
    _integration_phone_idx = match_index("phone", "phone")
    _integration_ref_idx = match_index("ref", "reference")
