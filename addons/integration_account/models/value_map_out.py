# Copyright 2026 Odoo Integration Suite contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl)
from odoo import models


class IntegrationValueMap(models.Model):
    """Which of several values of a system a tax of Odoo is sent as."""

    _inherit = "integration.value.map"

    def _values_of(self, company, records) -> dict:
        """Override of `integration_core`: one that the system still uses, and that is
        contained in prices or not as the tax is; of several the oldest."""
        found = super()._values_of(company, records)
        if self.model != "account.tax" or not found:
            return found
        lines = self.env["integration.value.map.line"].search(
            [
                ("map_id", "=", self.id),
                ("record_company_id", "=", company.id),
                ("res_id", "in", [res_id for _model, res_id in found]),
            ]
        )
        # Best last, because the last one stays.
        for line in lines.sorted(lambda x: (x._sent_rank(), x.id), reverse=True):
            found[self.model, line.res_id] = line.external_value
        return found


class IntegrationValueMapLine(models.Model):
    _inherit = "integration.value.map.line"

    def _sent_rank(self) -> int:
        """How badly a value fits for sending its tax, from 0."""
        self.ensure_one()
        seen = self.seen or {}
        ended = seen.get("active") is False
        # sudo: who sends need not have rights in accounting.
        included = self.sudo().tax_id.price_include
        return 2 * ended + (bool(seen.get("inclusive")) != included)
