# Copyright 2026 Odoo Integration Suite contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl)
from odoo import api, fields, models

from ..engine.ownership import KEEP, TAKE


class IntegrationOwnershipChoice(models.TransientModel):
    """Asks whether Odoo's values stay or theirs are taken, this once."""

    _name = "integration.ownership.choice"
    _description = "Decide about Values"

    event_id = fields.Many2one("integration.event", required=True, readonly=True)
    compare = fields.Json(compute="_compute_compare")
    reason = fields.Char(help="Kept in the sync log with your name.")

    @api.depends("event_id")
    def _compute_compare(self):
        for choice in self:
            decisions = choice._decisions()
            entity = self.env["integration.entity"]._for(choice.event_id.entity)
            rows = []
            for decision in decisions.filtered("pair"):
                part, _dot, name = decision.field.rpartition(".")
                label = entity._label_of(name)
                odoo, theirs = map(_shown, decision.pair)
                rows.append(
                    {
                        "key": decision.field,
                        "label": f"{part}: {label}" if part else label,
                        "cells": {"odoo": odoo, "theirs": theirs},
                        "status": "changed",
                    }
                )
            system = choice.event_id.connector_id.sudo().name
            choice.compare = {
                "columns": [
                    {"key": "odoo", "label": self.env._("In Odoo")},
                    {
                        "key": "theirs",
                        "label": self.env._("From %(system)s", system=system),
                    },
                ],
                "rows": rows,
                "empty": self.env._("The message as a whole is in question."),
            }

    def _decisions(self):
        return self.env["integration.ownership.decision"].search(
            [("event_id", "=", self.event_id.id), ("verdict", "=", False)]
        )

    def action_keep(self):
        """Odoo's values stay; the rest of the message is applied."""
        return self._say(KEEP)

    def action_take(self):
        """Their values are taken, this once."""
        return self._say(TAKE)

    def _say(self, verdict: str):
        self.ensure_one()
        self._decisions()._decide(verdict, self.reason)
        self.event_id.action_retry()
        return {"type": "ir.actions.act_window_close"}


def _shown(value) -> str:
    return "" if value in (None, False) else str(value)
