# Copyright 2026 Odoo Integration Suite contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl)
from odoo import api, fields, models

from odoo.addons.integration_core.messages import Item

from .dispute import OPEN_STATES


class IntegrationEntityDispute(models.AbstractModel):
    """Disputes: what is claimed, until when to answer, and how it ended.

    The money that is withheld and given back comes as balance transactions. A dispute
    books one entry by itself: the loss, when it is lost (`dispute_loss`).
    """

    _name = "integration.entity.dispute"
    _inherit = "integration.entity.refund"
    _description = "Entity: dispute"
    _entity = "dispute"
    _entity_label = "Dispute"
    _record_model = "integration.dispute"
    _rank = 66

    @api.model
    def _exports(self) -> bool:
        """Override of `integration.entity.refund`: they are made by payers only."""
        return False

    @api.model
    def _export_keys(self) -> dict[str, frozenset]:
        """Override of `integration.entity.refund`."""
        return {}

    @api.model
    def _apply(self, connector, items: list[Item]) -> None:
        """Override: rows first, then the losses of those that are lost."""
        result = super()._apply(connector, items)
        items = [item for item in items if item.open and item.res_id]
        disputes = self.env[self._record_model].browse([i.res_id for i in items])
        disputes._settle(connector, {item.res_id: item for item in items})
        return result

    @api.model
    def _asked_for(self, connector, item: Item):
        """Override: no dispute is ever asked for in Odoo."""
        return self.env[self._record_model]

    @api.model
    def _state_values(self, item: Item) -> dict:
        """Override: state, deadline, and when it was decided."""
        canonical = item.canonical
        return {
            "state": canonical["status"],
            "respond_by": self._moment(canonical.get("respond_by")),
            "closed_at": self._closed_at(item),
        }

    @api.model
    def _closed_at(self, item: Item):
        """When it was decided: as the system says, else when its message was made."""
        if item.canonical["status"] in (*OPEN_STATES, "under_review"):
            return False
        said = self._moment(item.canonical.get("closed_at"))
        moment = said or item.occurred_at or fields.Datetime.now()
        return moment.replace(microsecond=0)

    @api.model
    def _follow(self, item: Item, record) -> None:
        """Override: what was decided once keeps its day."""
        self._check_same(item, record)
        before, values = record.state, self._state_values(item)
        if before == values["state"] and record.closed_at:
            values["closed_at"] = record.closed_at
        item.diff = self._difference(record, values)
        self._fill_item(item, record, "update" if item.diff else "none")
        if item.diff:
            record.write(values)
            record._state_changed(before)

    @api.model
    def _after(self, connector, records) -> None:
        """Override: somebody has to answer."""
        records._plan_answer()
