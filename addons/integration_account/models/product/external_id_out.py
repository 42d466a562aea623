# Copyright 2026 Odoo Integration Suite contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl)
from odoo import api, models

ENTITY, MODEL = "tax_rate", "account.tax"


class IntegrationExternalId(models.Model):
    """Which of several tax rates of a system a tax of Odoo is sent as."""

    _inherit = "integration.external.id"

    @api.model
    def _resolve_out(self, connector, references) -> dict:
        """Override of `integration_core`: the tax rate that fits best.

        Several may stand for one tax: those of another account of the system, ones it
        no longer uses, ones that are contained in prices and ones that are not.
        """
        found = super()._resolve_out(connector, references)
        taxes = {ref[2] for ref in found if ref[:2] == (ENTITY, MODEL)}
        for res_id, value in self._tax_rates_of(connector, taxes).items():
            found[ENTITY, MODEL, res_id] = value
        return found

    @api.model
    def _tax_rates_of(self, connector, tax_ids: set) -> dict[int, str]:
        """Tax → the best of its values; of several that fit as well the oldest."""
        value_map = self.env["integration.value.map"]._map_of(connector, ENTITY)
        if not tax_ids or not value_map:
            return {}
        lines = self.env["integration.value.map.line"].sudo()
        lines = lines.search(
            [
                ("map_id", "=", value_map.id),
                ("record_company_id", "=", connector.company_id.id),
                ("res_id", "in", sorted(tax_ids)),
            ],
            order="id",
        )
        links = self._find(connector, ENTITY, lines.mapped("external_value"))
        # Only the messages of this connector's own account give a link a version.
        own = {value for (value, role), link in links.items() if link.version}
        found: dict = {}
        for line in lines.sorted(
            lambda x: (x.external_value not in own, x._misfit(), x.id)
        ):
            found.setdefault(line.res_id, line.external_value)
        return found


class IntegrationValueMapLine(models.Model):
    _inherit = "integration.value.map.line"

    def _misfit(self) -> int:
        """How badly a value suits for sending its tax, from 0."""
        self.ensure_one()
        seen = self.seen or {}
        ended = seen.get("active") is False
        return 2 * ended + (bool(seen.get("inclusive")) != self.tax_id.price_include)
