# Copyright 2026 Odoo Integration Suite contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl)
from odoo import api, models

from ...engine.errors import SchemaError
from ...messages import Item


class IntegrationPipeline(models.AbstractModel):
    """Objects that their peer merged: the loser becomes an alias of the winner."""

    _inherit = "integration.pipeline"

    @api.model
    def _apply(self, connector, items: list[Item]) -> None:
        """Override of `integration.pipeline`: links first, then what is written."""
        for item in items:
            if item.open and item.source.merged_into:
                self._follow_merge(connector, item)
        return super()._apply(connector, items)

    @api.model
    def _follow_merge(self, connector, item: Item) -> None:
        winner = item.source.merged_into
        if winner == item.external_id:
            item.fail(
                SchemaError(self.env._("It says that it was merged into itself."))
            )
            return
        into = self.env._("It was merged into %(winner)s there.", winner=winner)
        if item.flow.mode == "shadow":
            item.skip("shadow", into)
            return
        links = self.env["integration.external.id"]
        merged = links._alias(connector, item.entity, item.external_id, winner)
        if not merged.res_id:
            item.skip("no_change", into)
            return
        item.outcome, item.operation = "done", "link"
        item.model, item.res_id = merged.model, merged.res_id
        # sudo: only the name, for the log.
        record = self.env[merged.model].sudo().browse(merged.res_id)
        item.document_name = record.display_name
        item.notes.append(into)
        if merged.taken_over:
            item.arrived.append(f"{item.entity}:{winner}")
        links._remember(connector, item)
        if merged.apart:
            reviews = self.env["integration.match.review"]
            reviews._ask_to_merge(connector, item, merged)
