# Copyright 2026 Odoo Integration Suite contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl)
from odoo import models

from .entity_match_search import EXPRESSIONS


def _index(column: str, normaliser: str):
    """An index on what matching compares.

    Not a partial one: PostgreSQL leaves its statistics aside, takes every value for
    one that many share, and reads the whole table for a batch.
    """
    return models.Index(f"(({EXPRESSIONS[normaliser] % column}))")


class ResPartner(models.Model):
    """Partners are found by normalised keys, however many there are."""

    _inherit = "res.partner"

    _integration_vat_idx = _index("vat", "vat")
    _integration_email_idx = _index("email_normalized", "email")
    _integration_phone_idx = _index("phone", "phone")
    _integration_ref_idx = _index("ref", "reference")
