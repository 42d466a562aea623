# Copyright 2026 Odoo Integration Suite contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl)
from odoo import api, models

from ...engine import canonical

#: What a line of a code list says.
SAID = ("external_value", "canonical_value")


class IntegrationValueMapLine(models.Model):
    """A changed code changes what mappings do: it stands in their history.

    Choices of records of Odoo are logged where they are made.
    """

    _inherit = "integration.value.map.line"

    @api.model_create_multi
    def create(self, vals_list):
        lines = super().create(vals_list)
        lines._note_in_mappings([({}, line._said()) for line in lines])
        return lines

    def write(self, vals):
        before = [line._said() for line in self]
        result = super().write(vals)
        self._note_in_mappings(
            [(old, line._said()) for old, line in zip(before, self, strict=True)]
        )
        return result

    def unlink(self):
        self._note_in_mappings([(line._said(), {}) for line in self])
        return super().unlink()

    def _said(self) -> dict:
        return {name: self[name] or "" for name in SAID}

    def _note_in_mappings(self, pairs: list[tuple]) -> None:
        """Write each change into the history of the mappings that use the list."""
        changes = [
            (line, canonical.diff(before, after))
            for line, (before, after) in zip(self, pairs, strict=True)
            if not line.map_id.model
        ]
        maps = self.browse(line.id for line, said in changes if said).map_id
        if not maps:
            return
        # sudo: mappings of other companies use it too; the hub writes the history.
        lines = self.env["integration.mapping.line"].sudo()
        using = lines.search(
            [
                ("value_map_id", "in", maps.ids),
                ("mapping_id.state", "!=", "retired"),
            ]
        )
        entries = [
            (mapping, *line._history_entry(said))
            for line, said in changes
            if said
            for mapping in using.filtered(
                lambda one, of=line.map_id.id: one.value_map_id.id == of
            ).mapping_id
        ]
        using.mapping_id._note_changes(entries)

    def _history_entry(self, said: dict) -> tuple:
        """(operation, line, path, before, after) of one change; 0: no mapping line."""
        self.ensure_one()
        before = {name: pair[0] for name, pair in said.items() if pair[0]}
        after = {name: pair[1] for name, pair in said.items() if pair[1]}
        operation = "write" if before and after else "create" if after else "unlink"
        value = self.external_value if operation == "write" else ""
        path = ": ".join(filter(None, [self.map_id.name, value]))
        return operation, 0, path, before, after
