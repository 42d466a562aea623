# Copyright 2026 Odoo Integration Suite contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl)
from dataclasses import replace

from odoo import api, fields, models

from ...engine import canonical, mapping_trace, masking, strict_json
from ...engine.errors import IntegrationError, SchemaError
from .mapping_change import LINE_FIELDS

#: Longer values are cut in a cell.
MOST_TEXT = 80


class IntegrationMapping(models.Model):
    """What every line makes of one record, each by itself."""

    _inherit = "integration.mapping"

    sample_id = fields.Many2one(
        "integration.mapping.test",
        copy=False,
        ondelete="set null",
        domain="[('mapping_id', '=', id)]",
        help="The test whose record shows in Result now what each line does.",
    )

    def _sample(self) -> dict | None:
        """The record that shows what the lines do, None where there is none."""
        test = self.sample_id or self.test_ids[:1]
        if not test.sample:
            return None
        try:
            found = strict_json.loads(test.sample.encode())
        except SchemaError:
            return None
        return found if isinstance(found, dict) else None

    def _trace(self, document: dict) -> list[tuple]:
        """Run every line by itself, also those that are just being typed.

        :return: list of (line, :class:`engine.mapping_trace.Traced`), in the order of
            the lines
        """
        self.ensure_one()
        known, maps = [], {}
        for value_map in self.line_ids.value_map_id:
            try:
                compiled = value_map._compiled(self.direction or "in")
            except IntegrationError:
                continue  # the line that uses it says so
            maps[compiled.name] = compiled
        tree = self._engine_tree(known)
        return [
            (known[traced.line - 1], traced)
            for traced in mapping_trace.trace(tree, maps, document)
        ]

    def _engine_tree(self, known: list, parent=None) -> list:
        """Lines for the engine, numbered: a line being typed has no id yet.

        :param known: takes the line of each number, from 1
        """
        lines = self.line_ids.filtered(
            lambda line: (
                line.parent_id._origin == parent._origin
                if parent
                else not line.parent_id
            )
        )
        tree = []
        for line in lines.sorted(lambda line: (line.sequence, line._origin.id or 0)):
            if not line.target or not line.kind:
                continue
            known.append(line)
            number = len(known)
            inside = self._engine_tree(known, line) if line._origin else []
            own = line._engine_line_alone()
            tree.append(replace(own, id=number, children=tuple(inside)))
        return tree


class IntegrationMappingLine(models.Model):
    """What this line makes of the sample, or its problem, also while it is typed."""

    _inherit = "integration.mapping.line"

    result_now = fields.Char(compute="_compute_result_now")
    result_failed = fields.Boolean(compute="_compute_result_now")

    @api.depends(
        *LINE_FIELDS, "problem", "mapping_id.sample_id", "mapping_id.test_ids.sample"
    )
    def _compute_result_now(self):
        for line in self:
            line.result_now, line.result_failed = line.problem, bool(line.problem)
        for mapping in self.mapping_id:
            sample = mapping._sample()
            if sample is None:
                continue
            found = {}
            for line, traced in mapping._trace(sample):
                found.setdefault(line, []).append(traced)
            for line in self:
                if line in found and not line.problem:
                    line.result_now = line._result_text(found[line])
                    line.result_failed = any(one.error for one in found[line])

    def _engine_line_alone(self):
        """The line for the engine, without what stands inside it."""
        self.ensure_one()
        return replace(self._as_engine_line(), children=())

    def _result_text(self, traced: list) -> str:
        """What came out, in a few words; of a list the first elements."""
        texts = []
        for one in traced:
            if one.error:
                return self.env._("Problem: %(why)s", why=one.error.message)
            texts.append("–" if one.silent else self._shown(one.value))
        if self.kind == "list" and not traced[0].silent:
            return self.env._("%(count)s in the list", count=texts[0])
        return " · ".join(texts)

    def _shown(self, value) -> str:
        """A value of the common format for a cell; personal parts are masked."""
        return shown(masking.mask({self.target: value})[self.target])


def shown(value) -> str:
    """A value for a cell: texts as they are, the rest as JSON, cut where it is long."""
    text = value if isinstance(value, str) else canonical.dumps(value)
    return f"{text[: MOST_TEXT - 1]}…" if len(text) > MOST_TEXT else text
