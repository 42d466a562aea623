# Copyright 2026 Odoo Integration Suite contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl)
from odoo import api, models, tools


class IntegrationValueMap(models.Model):
    """Maps whose values stand for records of Odoo: taxes, journals, accounts.

    What such a value is bound to is decided by a person, once for each company. The
    values themselves appear when the first message names them.
    """

    _inherit = "integration.value.map"

    @api.model
    def _map_of(self, connector, entity: str):
        """The map that resolves references to this entity; empty when there is none.

        The connector's own company goes before a map that serves every company.
        """
        map_id = self._map_id(connector.system, connector.company_id.id, entity)
        # sudo: the technical user has no rights on the hub's own tables.
        return self.sudo().browse(map_id)

    @api.model
    @tools.ormcache("system", "company_id", "entity")
    def _map_id(self, system: str, company_id: int, entity: str) -> int | None:
        maps = self.sudo().search(
            [
                ("system", "=", system),
                ("entity", "=", entity),
                ("company_id", "in", [False, company_id]),
            ]
        )
        return maps.sorted(lambda m: not m.company_id)[:1].id or None

    @api.model
    def _resolve_records(self, connector, entity: str, external_ids) -> dict:
        """What values of a system stand for in the connector's company.

        A record that was archived or deleted since is left out: a person decides anew.

        :param external_ids: the peer's ids of objects of this entity
        :return: external id → (model, res_id)
        """
        value_map = self._map_of(connector, entity)
        if not value_map:
            return {}
        lines = value_map._lines_of(connector.company_id, external_ids)._in_force()
        return {line.external_value: (value_map.model, line.res_id) for line in lines}

    def _lines_of(self, company, external_ids):
        """The lines of these values in a company, bound or not."""
        return self.env["integration.value.map.line"].search_fetch(
            [
                ("map_id", "in", self.ids),
                ("record_company_id", "=", company.id),
                ("external_value", "in", list(external_ids)),
            ],
            ["map_id", "model", "external_value", "res_id", "note", "seen"],
        )

    def _note_values(self, company, values: dict) -> dict:
        """Make sure these values stand in the map; they are bound by nobody but people.

        :param values: value → (what it is, in words; what the peer says of it, as JSON)
        :return: value → line
        """
        self.ensure_one()
        lines = {
            line.external_value: line for line in self._lines_of(company, list(values))
        }
        missing = []
        for value, (note, seen) in values.items():
            line = lines.get(value)
            if line is None:
                missing.append(
                    {
                        "map_id": self.id,
                        "record_company_id": company.id,
                        "external_value": value,
                        "note": note,
                        "seen": seen,
                    }
                )
            elif line.seen != seen:
                line.write({"note": note, "seen": seen})
        for line in self.env["integration.value.map.line"].sudo().create(missing):
            lines[line.external_value] = line
        return lines
