# Copyright 2026 Odoo Integration Suite contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl)
import re

from odoo import fields, models

from .common import button, step

# What the mapping engine says about a value that no line names.
UNKNOWN = re.compile(r"^the value map “(?P<code>.+)” does not know “(?P<value>.+)”")


class IntegrationValueMap(models.Model):
    """Values that were seen but are not mapped, with a button for each."""

    _inherit = "integration.value.map"

    unmapped = fields.Json("Seen but not mapped", compute="_compute_unmapped")
    unmapped_count = fields.Integer("Not mapped", compute="_compute_unmapped")

    def _compute_unmapped(self):
        seen = self._seen_values()
        for value_map in self:
            known = set(value_map.line_ids.mapped("external_value"))
            values = seen.get(value_map.code, {})
            steps = [
                value_map._value_step(value, len(ids), value in known)
                for value, ids in sorted(values.items())
            ]
            value_map.unmapped = {"steps": steps} if steps else False
            value_map.unmapped_count = len(set(values) - known)

    def _seen_values(self) -> dict:
        """Code of a map → value → open exceptions that wait for it."""
        found = {}
        exceptions = self.env["integration.exception"].search(
            [("state", "=", "open"), ("error_class", "=", "mapping")]
        )
        for exception in exceptions:
            match = UNKNOWN.match(exception.message)
            if match:
                values = found.setdefault(match["code"], {})
                values.setdefault(match["value"], []).append(exception.id)
        return found

    def _value_step(self, value: str, count: int, mapped: bool) -> dict:
        title = f"“{value}”"
        context = {"integration_value": value}
        if not mapped:
            return step(
                value,
                title,
                self.env._("Messages waiting for it: %(count)s.", count=count),
                "blocked",
                button=button(
                    self.env._("Map now"), "action_map_value", context=context
                ),
            )
        return step(
            value,
            title,
            self.env._("Mapped now. Messages still waiting: %(count)s.", count=count),
            "current",
            button=button(
                self.env._("Process again"), "action_retry_value", context=context
            ),
        )

    # === ACTION METHODS === #

    def action_map_value(self):
        """Open the dialog that adds a line for the value in the context."""
        self.ensure_one()
        value = self.env.context.get("integration_value")
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("What does “%(value)s” mean?", value=value),
            "res_model": "integration.value.map.line",
            "view_mode": "form",
            "target": "new",
            "context": {"default_map_id": self.id, "default_external_value": value},
        }

    def action_retry_value(self):
        """Put the messages that waited for the value back to work."""
        self.ensure_one()
        value = self.env.context.get("integration_value")
        ids = self._seen_values().get(self.code, {}).get(value, [])
        return self.env["integration.exception"].browse(ids).action_retry()
