# Copyright 2026 Odoo Integration Suite contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl)
from datetime import datetime

from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.fields import Command

from odoo.addons.integration_core.engine.errors import IntegrationError

# Older than any system that is connected here.
BEGINNING = datetime(2000, 1, 1)
PAGE_SIZE = 100
# A person waits in front of the screen: beyond this it is "more than".
MOST_PAGES = 50


class IntegrationHistoryLoad(models.TransientModel):
    """What the system has from before the start date, counted before it is loaded.

    Nothing of it is booked: documents are linked to what Odoo has of them, movements
    of the balance are part of the opening balance.
    """

    _name = "integration.history.load"
    _description = "Load History"

    connector_id = fields.Many2one("integration.connector", required=True)
    start_date = fields.Date(related="connector_id.start_date")
    line_ids = fields.One2many("integration.history.load.line", "wizard_id")

    @api.model
    def default_get(self, names):
        values = super().default_get(names)
        connector = self.env["integration.connector"].browse(
            values.get("connector_id") or self.env.context.get("default_connector_id")
        )
        if connector and "line_ids" in names:
            values["line_ids"] = [
                Command.create({"flow_id": flow.id})
                for flow in connector.flow_ids.sorted("id")
                if flow.direction == "in" and flow.mode == "live" and flow.mapping_id
            ]
        return values

    def action_count(self):
        """Count what is there and what is linked here; nothing is changed."""
        self.ensure_one()
        self.env["integration.event"]._require_operator()
        self._require_own()
        for line in self.line_ids:
            line._count()
        return self._reopen()

    def action_load(self):
        """Load the chosen kinds of objects, from the beginning."""
        self.ensure_one()
        self._require_own()
        self.connector_id._require_active()
        lines = self.line_ids.filtered("chosen")
        if not lines:
            raise UserError(self.env._("Choose what is to be loaded."))
        if any(not line.counted for line in lines):
            raise UserError(self.env._("Count first: then you see how much it is."))
        for flow in lines.flow_id:
            if flow.load_state not in ("running", "stopping"):
                flow.sudo().load_cursor = False
                flow.action_load()
        return self.connector_id.action_open_flows()

    def _require_own(self) -> None:
        """:raises AccessError: a connector of another company
        :raises UserError: a flow of another connector
        """
        self.connector_id.check_access("read")
        if self.line_ids.flow_id.connector_id - self.connector_id:
            raise UserError(self.env._("These flows belong to another connector."))

    def _reopen(self) -> dict:
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Load history"),
            "res_model": self._name,
            "res_id": self.id,
            "view_mode": "form",
            "target": "new",
        }


class IntegrationHistoryLoadLine(models.TransientModel):
    """One kind of object from before the start date."""

    _name = "integration.history.load.line"
    _description = "History of a Flow"

    wizard_id = fields.Many2one(
        "integration.history.load", required=True, ondelete="cascade"
    )
    flow_id = fields.Many2one("integration.flow", required=True, readonly=True)
    chosen = fields.Boolean("Load", default=True)
    counted = fields.Boolean(readonly=True)
    count_text = fields.Char("There, older", readonly=True)
    linked = fields.Integer("Linked here", readonly=True)
    note = fields.Char(readonly=True)

    def _count(self) -> None:
        """Count what the system has before the start date, or at all."""
        self.ensure_one()
        connector = self.wizard_id.connector_id.sudo()
        adapter, entity = connector._adapter(), self.flow_id.entity
        values = {"counted": True, "linked": self.flow_id.load_linked, "note": False}
        try:
            if entity in adapter._can_control and connector.start_date:
                values["count_text"] = self._count_older(connector, entity)
            else:
                total = adapter._count(connector, entity)
                values["count_text"] = str(total) if total >= 0 else "?"
                values["note"] = self.env._("All of them, whenever they were made.")
        except IntegrationError as error:
            values["note"] = connector._explain(error)
        self.write(values)

    @api.model
    def _count_older(self, connector, entity: str) -> str:
        count, cursor = 0, ""
        for _page in range(MOST_PAGES):
            page = connector._adapter()._control(
                connector,
                entity,
                BEGINNING,
                connector._start_instant(),
                cursor,
                PAGE_SIZE,
            )
            count, cursor = count + len(page.records), page.cursor
            if not cursor:
                return str(count)
        return self.env._("more than %(count)s", count=count)
