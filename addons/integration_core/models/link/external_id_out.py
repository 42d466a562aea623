# Copyright 2026 Odoo Integration Suite contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl)
from odoo import api, models
from odoo.fields import Domain

from .external_id import Link


class IntegrationExternalId(models.Model):
    """From Odoo's records to the objects of a peer."""

    _inherit = "integration.external.id"

    @api.model
    def _links_of(self, connector, entity: str, records) -> dict:
        """Objects that records of Odoo are bound to, in one query.

        Where several objects stand for one record, the primary one.

        :param records: iterable of (model, res_id)
        :return: (model, res_id) → {role: :class:`Link`}
        """
        by_model: dict[str, set] = {}
        for model, res_id in records:
            by_model.setdefault(model, set()).add(res_id)
        found: dict = {}
        for model, ids in by_model.items():
            self.env.cr.execute(
                """
                SELECT id, external_id, role, model, res_id, version, digest, base
                  FROM integration_external_id
                 WHERE model = %s AND res_id = ANY(%s) AND connector_id = %s
                   AND entity = %s
                 ORDER BY "primary", id DESC
                """,
                (model, list(ids), connector.id, entity),
            )
            for link in map(Link._make, self.env.cr.fetchall()):
                roles = found.setdefault((link.model, link.res_id), {})
                roles[link.role] = link
        return found

    @api.model
    def _resolve_out(self, connector, references) -> dict:
        """Objects that records stand for at the peer, one query an entity.

        What is never synchronised, such as a tax, resolves through its value map; of
        several values that stand for one record the one that suits best
        (`integration.value.map.line._for_sending`).

        :param references: iterable of (entity, model, res_id)
        :return: (entity, model, res_id) → external id, for those that are known
        """
        wanted: dict[str, set] = {}
        for entity, model, res_id in references:
            wanted.setdefault(entity, set()).add((model, res_id))
        found = {}
        maps = self.env["integration.value.map"]
        for entity, records in wanted.items():
            value_map = maps._map_of(connector, entity)
            if value_map:
                known = value_map._values_of(connector, records)
            else:
                known = {
                    record: links[""].external_id
                    for record, links in self._links_of(
                        connector, entity, records
                    ).items()
                    if "" in links
                }
            found |= {(entity, *record): value for record, value in known.items()}
        return found


class IntegrationValueMap(models.Model):
    """Maps of records, read from Odoo's side."""

    _inherit = "integration.value.map"

    def _values_of(self, connector, records) -> dict:
        """Value that stands for each record in the company of a connector.

        :param records: iterable of (model, res_id)
        :return: (model, res_id) → value of the other system
        """
        self.ensure_one()
        ids = [res_id for model, res_id in records if model == self.model]
        lines = self.env["integration.value.map.line"].search(
            Domain("map_id", "=", self.id)
            & Domain("record_company_id", "=", connector.company_id.id)
            & Domain("res_id", "in", ids)
        )
        found: dict = {}
        for line in lines._for_sending(connector):
            found.setdefault((self.model, line.res_id), line.external_value)
        return found


class IntegrationValueMapLine(models.Model):
    """Which of several values a record is sent as."""

    _inherit = "integration.value.map.line"

    def _for_sending(self, connector):
        """Those that may be sent, the best of each record before its others.

        Here the oldest. A domain addon that knows better sorts them by more; all lines
        are of one map and of the company of the connector.
        """
        return self._in_force().sorted("id")
