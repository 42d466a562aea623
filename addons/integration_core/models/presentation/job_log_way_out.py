# Copyright 2026 Odoo Integration Suite contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl)
from odoo import models


class IntegrationJobLog(models.Model):
    """Lines about the way out."""

    _inherit = "integration.job.log"

    def _sentence(self) -> str:
        """Override: what was changed is the object there."""
        if self.direction != "out" or not self.external_id or self.status == "error":
            return super()._sentence()
        values = {
            "document": self.document_name or self.external_id,
            "id": self.external_id,
            "connector": self.connector_id.sudo().name or "",
        }
        if self.operation == "create":
            text = self.env._("%(document)s: made in %(connector)s as %(id)s", **values)
        elif self.operation == "delete":
            text = self.env._("%(id)s was deleted in %(connector)s", **values)
        else:
            text = self.env._(
                "%(document)s: %(id)s was changed in %(connector)s", **values
            )
        return text
