# Copyright 2026 Odoo Integration Suite contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl)
from odoo import models


class IrHttp(models.AbstractModel):
    """Tells the web client of which models fields may be owned elsewhere."""

    _inherit = "ir.http"

    def session_info(self):
        """Override of `web`: forms of other models then ask nothing."""
        info = super().session_info()
        if self.env.user._is_internal():
            guard = self.env["integration.write.guard"]
            info["integration_governed"] = sorted(guard._guarded())
        return info
