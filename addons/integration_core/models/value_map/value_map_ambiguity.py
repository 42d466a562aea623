# Copyright 2026 Odoo Integration Suite contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl)
from odoo import api, fields, models
from odoo.exceptions import ValidationError

from ...const import DIRECTIONS
from ...engine.errors import MappingError


class IntegrationValueMap(models.Model):
    """A code list that says two things, either way, is marked while it is typed.

    Incoming it is refused always. Outgoing it is a fault only where an outgoing mapping
    uses it: two values there may well mean the same here.
    """

    _inherit = "integration.value.map"

    ambiguity = fields.Char(compute="_compute_ambiguity")

    @api.depends("line_ids.external_value", "line_ids.canonical_value", "model")
    def _compute_ambiguity(self):
        words = dict(self.env["integration.mapping"]._fields["direction"].selection)
        for value_map in self:
            found = [] if value_map.model else value_map._ambiguities()
            value_map.ambiguity = "\n".join(
                f"{words[direction]}: {text}" for direction, text in found
            )

    def _ambiguities(self) -> list[tuple[str, str]]:
        """(direction, what is ambiguous), the first of each direction."""
        self.ensure_one()
        found = []
        for direction, _label in DIRECTIONS:
            try:
                self._compiled(direction)
            except MappingError as error:
                found.append((direction, error.message))
        return found

    def _outgoing_mappings(self):
        """Outgoing mappings in use that translate with this map."""
        # sudo: mappings of other companies break too.
        lines = (
            self.env["integration.mapping.line"]
            .sudo()
            .search(
                [
                    ("value_map_id", "in", self.ids),
                    ("mapping_id.direction", "=", "out"),
                    ("mapping_id.state", "=", "approved"),
                ]
            )
        )
        return lines.mapping_id

    def _check_both_ways(self) -> None:
        """:raises ValidationError: a value would stand for two where it matters"""
        for value_map in self.filtered(lambda m: not m.model):
            for direction, text in value_map._ambiguities():
                users = value_map._outgoing_mappings()
                if direction == "in":
                    raise ValidationError(text)
                if users:
                    raise ValidationError(
                        self.env._(
                            "%(mapping)s sends with this value map, and then "
                            "%(problem)s.",
                            mapping=users[0].display_name,
                            problem=text,
                        )
                    )


class IntegrationValueMapLine(models.Model):
    """Also a line written by itself keeps its map clear."""

    _inherit = "integration.value.map.line"

    @api.constrains("external_value", "canonical_value", "map_id")
    def _check_unambiguous(self):
        self.map_id._check_both_ways()
