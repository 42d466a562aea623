# Copyright 2026 Odoo Integration Suite contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl)
from odoo import models


class BasePartnerMergeAutomaticWizard(models.TransientModel):
    _inherit = "base.partner.merge.automatic.wizard"

    def _update_reference_fields(self, src_partners, dst_partner):
        """Override of `base` to carry the links to other systems along.

        Where the surviving partner already stands for an object of the same system,
        the carried link becomes an alias: both objects lead to it.
        """
        result = super()._update_reference_fields(src_partners, dst_partner)
        self.env["integration.external.id"]._carry_over(src_partners, dst_partner)
        return result
