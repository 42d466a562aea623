# Copyright 2026 Odoo Integration Suite contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl)
from odoo import models


class IntegrationConnector(models.Model):
    """Whether money moves over a connector."""

    _inherit = "integration.connector"

    def _moves_money(self) -> bool:
        """Whether it has a flow of documents or payments, in whichever mode.

        A link outlives the mode of a flow: who is bound while invoices are only
        compared gets them booked later.
        """
        self.ensure_one()
        entities = self.env["integration.entity"]
        models_of = map(entities._for, self.sudo().flow_ids.mapped("entity"))
        return any(model is not None and model._moves_money() for model in models_of)
