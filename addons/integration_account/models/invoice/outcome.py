# Copyright 2026 Odoo Integration Suite contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl)
from odoo import api, models

from odoo.addons.integration_core.engine.errors import LockedPeriodError

# After these the object has reached its end without anything to book.
ENDS = ("before_start_date", "filtered", "not_final", "no_change")


class IntegrationOutcome(models.AbstractModel):
    """Files what the period guard held back, once the batch is settled.

    Not while it is applied: a batch that fails is rolled back and halved, and what
    waits for a person must not be lost with it.
    """

    _inherit = "integration.outcome"

    @api.model
    def _finish(self, connector, items, alone, elapsed):
        """Override of `integration_core` to list entries of locked periods."""
        woken = super()._finish(connector, items, alone, elapsed)
        documents = self.env["integration.shifted.document"]
        held = [item for item in items if isinstance(item.error, LockedPeriodError)]
        values = [row for item in held for row in self._shift_rows(item)]
        if values:
            documents._put(connector, values)._refresh_activities()
        self._drop_shifts(connector, items)
        return woken

    @api.model
    def _finish_bulk(self, connector, items, meta, elapsed):
        """Override of `integration_core`: what a page settled waits no longer."""
        failed = super()._finish_bulk(connector, items, meta, elapsed)
        self._drop_shifts(connector, items)
        return failed

    @api.model
    def _shift_rows(self, item) -> list[dict]:
        """Rows of the entries that hold this message, by what the guard found."""
        return [
            dict(values, event_id=item.event_id, object_id=item.external_id)
            for values in item.error.details.get("shifts", [])
        ]

    @api.model
    def _drop_shifts(self, connector, items) -> None:
        """Entries that waited and are not needed any more, such as of a void draft."""
        ended = {
            (item.entity, item.external_id)
            for item in items
            if item.outcome == "done"
            or (item.outcome == "skip" and item.reason in ENDS)
        }
        if ended:
            self.env["integration.shifted.document"]._drop(connector, ended)
