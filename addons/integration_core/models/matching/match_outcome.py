# Copyright 2026 Odoo Integration Suite contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl)
from odoo import api, models

from ...messages import Item


class IntegrationOutcome(models.AbstractModel):
    """Questions about who is who follow what became of the messages."""

    _inherit = "integration.outcome"

    @api.model
    def _finish(self, connector, items: list[Item], alone: bool, elapsed: int) -> bool:
        """Override of `integration.outcome` to ask, and to close what is answered."""
        woken = super()._finish(connector, items, alone, elapsed)
        doubtful = [item for item in items if _is_doubt(item)]
        if doubtful:
            self.env["integration.match.review"]._ask(connector, doubtful)
        self._settle_questions(connector, items)
        return woken

    @api.model
    def _finish_bulk(self, connector, items: list[Item], meta: dict, elapsed) -> int:
        """Override of `integration.outcome`: a failed object asks as its own event."""
        failed = super()._finish_bulk(connector, items, meta, elapsed)
        self._settle_questions(connector, items)
        return failed

    @api.model
    def _settle_questions(self, connector, items: list[Item]) -> None:
        """Close what was asked about objects that found their record now."""
        new = [item for item in items if item.outcome == "done" and item.link is None]
        if new:
            self.env["integration.match.review"]._settle(connector, new)

    @api.model
    def _summary(self, item: Item) -> list[str]:
        """Override of `integration.outcome` to say by what a record was found."""
        words = super()._summary(item)
        if item.matched and item.operation == "link":
            words.insert(0, self.env._("Found by %(key)s", key=item.matched))
        return words


def _is_doubt(item: Item) -> bool:
    """Whether it failed because several records could be meant, or one perhaps."""
    return item.outcome == "fail" and "incoming" in item.error.details
