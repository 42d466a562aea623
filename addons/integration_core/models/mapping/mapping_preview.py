# Copyright 2026 Odoo Integration Suite contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl)
from odoo import api, models
from odoo.exceptions import UserError


class IntegrationMapping(models.Model):
    """Preview of a mapping on a real message."""

    _inherit = "integration.mapping"

    def action_preview(self):
        """Look at the newest message with this version; another one can be chosen."""
        self.ensure_one()
        connector = self._preview_connector()
        event = self.env["integration.event"].search(
            [
                ("connector_id", "=", connector.id),
                ("entity", "=", self.entity),
                ("direction", "=", "in"),
                ("body_size", ">", 0),
            ],
            order="id desc",
            limit=1,
        )
        dialog = self.env["integration.mapping.preview"].create(
            {
                "mapping_id": self.id,
                "connector_id": connector.id,
                "event_id": event.id,
                "origin": "event" if event else ("test" if self.test_ids else "paste"),
                "test_id": self.test_ids[:1].id,
            }
        )
        if not (event or self.test_ids) or not connector:
            return dialog._reopen()
        try:
            return dialog.action_preview()
        except UserError:
            return dialog._reopen()  # Preview in the dialog says why

    @api.model
    def _preview_connector(self):
        """A connector of this system, rather one that uses this mapping."""
        connectors = self.env["integration.connector"].search(
            [("system", "=", self.system), ("state", "!=", "retired")]
        )
        using = self.flow_ids.connector_id & connectors
        same = connectors.filtered(lambda c: self.entity in c.flow_ids.mapped("entity"))
        return (using or same or connectors)[:1]
