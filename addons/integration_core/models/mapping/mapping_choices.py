# Copyright 2026 Odoo Integration Suite contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl)
from odoo import api, fields, models

from ...engine import schema_place
from ...engine.samples import flat, unnumbered
from .mapping_problem import OWN_TARGETS


class IntegrationMapping(models.Model):
    """What the editor suggests while a line is typed."""

    _inherit = "integration.mapping"

    target_choices = fields.Json(compute="_compute_choices")
    source_choices = fields.Json(compute="_compute_choices")

    @api.depends("entity", "direction", "sample_id", "test_ids.sample")
    def _compute_choices(self):
        for mapping in self:
            common = mapping._common_paths()
            sample = mapping._sample_paths()
            incoming = mapping.direction != "out"
            mapping.target_choices = common if incoming else []
            mapping.source_choices = sample if incoming else common or sample

    def _common_paths(self) -> list[list[str]]:
        """[path, meaning] of every field of the common format, further fields of Odoo
        included."""
        document = self._format()
        if not document:
            return []
        found = [
            [path, schema.get("description", "")]
            for path, schema in schema_place.paths(document)
            if path not in OWN_TARGETS
        ]
        choices = self.env["integration.entity"]._custom_field_choices(self.entity)
        return found + [[path, label] for path, label, _type in choices]

    def _sample_paths(self) -> list[list[str]]:
        """[path, ""] of everything that stands in the sample, without its values."""
        sample = self._sample() or {}
        paths = dict.fromkeys(unnumbered(path) for path in flat(sample) if path)
        groups = [path.rpartition(".")[0] for path in paths if "." in path]
        return [[path, ""] for path in dict.fromkeys([*paths, *groups])]
