# Copyright 2026 Odoo Integration Suite contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl)
from odoo import api, models

from .exception_group import MOST
from .exception_group_line import can_be_tried


class IntegrationExceptionGroup(models.Model):
    """What would pass if a value stood for a record."""

    _inherit = "integration.exception.group"

    def _drafts(self) -> dict | None:
        """What is made before the messages are tried, and not kept either."""
        if not self.choice_line_id:
            return None
        draft = {"line_id": self.choice_line_id.id, "res_id": self.choice_res_id}
        return {"integration.value.map.trial": [draft]}

    @api.model
    def _start_choice(self, line, res_id: int):
        """Try what a value stops, as if the value stood for a record.

        :param line: `integration.value.map.line`
        :raises AccessError: who asks may not decide about values
        :raises UserError: no message waits for the value
        """
        line.check_access("write")
        name = self.env._(
            "“%(value)s” is %(record)s",
            value=line.note or line.external_value,
            record=line._name_of(res_id),
        )
        values = {"name": name, "choice_line_id": line.id, "choice_res_id": res_id}
        return self._start_events(line._stopped_events(), values)


class IntegrationValueMapLine(models.Model):
    """Messages that wait for a value."""

    _inherit = "integration.value.map.line"

    def _stopped_events(self):
        """Messages that a record for this value would set going."""
        self.ensure_one()
        connectors = self._connectors()
        events = self.env["integration.event"]
        exceptions = self.env["integration.exception"].search(
            [
                ("connector_id", "in", connectors.ids),
                ("state", "=", "open"),
                ("cause", "in", self._causes()),
            ],
            limit=MOST,
        )
        waiting = events.search(
            [
                ("connector_id", "in", connectors.ids),
                ("state", "=", "waiting"),
                ("waiting_for", "=", f"{self.map_id.entity}:{self.external_value}"),
            ],
            limit=MOST,
        )
        return (exceptions.event_id | waiting).filtered(can_be_tried)
