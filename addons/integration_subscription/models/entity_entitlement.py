# Copyright 2026 Odoo Integration Suite contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl)
from datetime import datetime

from odoo import api, fields, models

from odoo.addons.integration_core.messages import Item


class IntegrationEntityEntitlement(models.AbstractModel):
    """What a customer may use: always the whole set, mirrored as it is there now.

    What is no longer in the set has ended and stays as history. Nothing is sent back;
    rules of data owners cannot be about it.
    """

    _name = "integration.entity.entitlement"
    _inherit = "integration.entity.mirrored"
    _description = "Entity: entitlement"
    _entity = "entitlement"
    _entity_label = "Entitlement"
    _record_model = "integration.entitlement.summary"
    # After customers and subscriptions.
    _rank = 36

    @api.model
    def _values(self, item: Item) -> dict:
        """Override of `integration_core`."""
        if "customer" not in item.canonical:  # deleted there
            return {}
        customer = item.canonical["customer"]
        key = (customer["entity"], customer["external_id"])
        return {"partner_id": item.references[key][1]}

    @api.model
    def _after(self, connector, items: list[Item], records: dict) -> None:
        """Override of `integration_core`: grant, change, end."""
        before = {
            item.external_id: records[item.res_id]._granted_text() for item in items
        }
        new = []
        for item in items:
            new += self._write_set(item, records[item.res_id])
        self.env["integration.entitlement"].create(new)
        for item in items:
            now = records[item.res_id]._granted_text()
            if now != before[item.external_id]:
                item.diff["entitlement_ids"] = [before[item.external_id], now]
                if item.operation == "none":
                    item.operation = "update"

    @api.model
    def _write_set(self, item: Item, record) -> list[dict]:
        """End what is not granted any more, write what changed.

        :return: values of what is new
        """
        at = _moment(item)
        known = {
            one.lookup_key: one
            for one in record.entitlement_ids
            if one.state == "active"
        }
        names = {one.lookup_key: one.name for one in record.entitlement_ids}
        # A feature that is named twice is granted once.
        wanted = {one["key"]: one for one in item.canonical.get("entitlements") or ()}
        new = []
        for key, one in wanted.items():
            row = known.pop(key, None)
            values = self._row_values(one, names.get(key))
            if row is None:
                new.append(dict(values, summary_id=record.id, lookup_key=key, since=at))
            elif changes := {k: v for k, v in values.items() if row[k] != v}:
                row.write(changes)
        for row in known.values():
            # A message that was late may be older than what it ends.
            row.write({"state": "ended", "ended_at": max(at, row.since)})
        return new

    @api.model
    def _row_values(self, one: dict, known_name: str | None) -> dict:
        """Values of one canonical entitlement; its name stays where none is told."""
        return {
            "name": one.get("name") or known_name or one["key"],
            "feature_ref": one.get("feature") or False,
            "external_id": one.get("external_id") or False,
        }


def _moment(item: Item) -> datetime:
    """When it was told, naive UTC: systems do not say since when it is so."""
    return (item.occurred_at or fields.Datetime.now()).replace(microsecond=0)
