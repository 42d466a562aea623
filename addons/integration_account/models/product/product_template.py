# Copyright 2026 Odoo Integration Suite contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl)
from odoo import api, models


class ProductTemplate(models.Model):
    """What the variants of a product share goes out with each of them."""

    _name = "product.template"
    _inherit = ["product.template", "integration.tracked"]

    def unlink(self):
        """Override: the database takes the variants along, and tells nobody."""
        variants = self.with_context(active_test=False).product_variant_ids
        if self.pool.ready and (wanted := variants._integration_subscriptions()):
            self.env["integration.outbound"]._note_deleted(variants, wanted)
        return super().unlink()

    @api.ondelete(at_uninstall=False)
    def _unlink_except_linked_variants(self):
        """As `integration.linked` has it for a variant that is deleted by itself."""
        templates = self.with_context(active_test=False)
        templates.product_variant_ids._unlink_except_linked()
