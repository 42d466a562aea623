# Copyright 2026 Odoo Integration Suite contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl)
from dataclasses import replace

from odoo import api, fields, models
from odoo.exceptions import UserError

from ...engine import mapping as engine_mapping
from ...engine import schema_place
from ...engine.errors import MappingError
from ...engine.expressions import compile_expression

#: Filled by the hub itself for every record.
OWN_TARGETS = frozenset({"external_id"})
CUSTOM = "custom."


class IntegrationMapping(models.Model):
    """What keeps a mapping from being used, before the first message meets it."""

    _inherit = "integration.mapping"

    problem_count = fields.Integer(compute="_compute_problems")
    problems = fields.Text(compute="_compute_problems")

    @api.depends("line_ids.problem", "line_ids.target", "entity", "direction")
    def _compute_problems(self):
        for mapping in self:
            found = mapping._problems()
            mapping.problem_count = len(found)
            mapping.problems = "\n".join(found)

    def _problems(self) -> list[str]:
        """Everything that is wrong, as sentences that name the field."""
        self.ensure_one()
        found = [
            self.env._("%(field)s: %(why)s", field=line._path(), why=line.problem)
            for line in self.line_ids
            if line.problem
        ]
        found += [
            self.env._(
                "%(field)s is required by the data format, but no line fills it.",
                field=name,
            )
            for name in self._unfilled()
        ]
        if not found:
            try:
                self._compile()
            except MappingError as error:
                found.append(str(error))
        return found

    def _unfilled(self) -> list[str]:
        """Required fields of the format that no line fills."""
        document = self._format() if self.direction == "in" else None
        if not document:
            return []
        filled = {line._path() for line in self.line_ids if line.target}
        filled |= {path.split(".")[0] for path in filled} | OWN_TARGETS
        missing = set(schema_place.required(document)) - filled
        for line in self.line_ids.filtered(
            lambda line: line.kind == "list" and line.child_ids
        ):
            path = line._path()
            missing |= {
                f"{path}.{name}"
                for name in schema_place.required(document, path)
                if f"{path}.{name}" not in filled
                and not any(p.startswith(f"{path}.{name}.") for p in filled)
            }
        return sorted(missing)

    def _format(self) -> dict | None:
        """JSON Schema of the entity that is in use, None where there is none."""
        self.ensure_one()
        if not self.entity:
            return None
        return self.env["integration.schema"]._live_document(self.entity)

    def _require_sound(self) -> None:
        """:raises UserError: names every problem"""
        for mapping in self:
            problems = mapping._problems()
            if problems:
                raise UserError(
                    self.env._(
                        "%(name)s cannot be used yet:\n%(problems)s",
                        name=mapping.display_name,
                        problems="\n".join(f"• {problem}" for problem in problems),
                    )
                )


class IntegrationMappingLine(models.Model):
    """Each line says by itself what is wrong with it, while it is typed."""

    _inherit = "integration.mapping.line"

    problem = fields.Char(compute="_compute_problem")

    @api.depends(
        "kind",
        "target",
        "source",
        "transform",
        "value_map_id",
        "value_map_id.line_ids",
        "reference_entity",
        "default",
        "required",
        "parent_id",
        "parent_id.target",
        "mapping_id.entity",
        "mapping_id.direction",
    )
    def _compute_problem(self):
        for line in self:
            line.problem = line._find_problem() if line.target else False

    def _find_problem(self) -> str | bool:
        """One sentence, or False; the first that stands in the way."""
        try:
            own = replace(self._as_engine_line(with_map=False), children=())
            engine_mapping.compile_mapping([own], {})
        except MappingError as error:
            return str(error)
        return (
            self._value_map_problem()
            or self._entity_problem()
            or (
                self._target_problem()
                if self.mapping_id.direction == "in"
                else self._source_problem()
            )
        )

    def _value_map_problem(self) -> str | bool:
        if not self.value_map_id:
            return False
        try:
            self.value_map_id._compiled(self.mapping_id.direction or "in")
        except MappingError as error:
            return str(error)
        return False

    def _entity_problem(self) -> str | bool:
        """A reference must point to something that is known."""
        if self.kind != "reference" or self.mapping_id.direction == "out":
            return False
        known = dict(self.env["integration.entity"]._entity_selection())
        known |= {
            value_map.entity: value_map.name
            for value_map in self.env["integration.value.map"].search(
                [("entity", "!=", False)]
            )
        }
        if self.reference_entity in known:
            return False
        return self.env._(
            "There is no “%(entity)s” to refer to.", entity=self.reference_entity
        )

    def _target_problem(self) -> str | bool:
        """The place in the common format must be there, and be for mappings."""
        path = self._path()
        if path in OWN_TARGETS:
            return self.env._("The hub fills %(field)s by itself.", field=path)
        document = self.mapping_id._format()
        if not document:
            return False
        if path.startswith(CUSTOM):
            return self._custom_problem(path.removeprefix(CUSTOM))
        schema = schema_place.find(document, path)
        if schema is None:
            return self.env._(
                "There is no field %(field)s in the format of %(entity)s.",
                field=path,
                entity=self.mapping_id.entity,
            )
        return self._shape_problem(schema)

    def _shape_problem(self, schema: dict) -> str | bool:
        """A list goes where the format has a list, and nowhere else."""
        types = schema.get("type")
        types = {types} if isinstance(types, str) else set(types or ())
        if self.kind == "list" and types and "array" not in types:
            return self.env._("The format has no list here.")
        if self.kind != "list" and self.child_ids:
            return self.env._("Only a list has lines inside it.")
        if self.kind == "reference" and types and "object" not in types:
            return self.env._("The format has no reference to another record here.")
        return False

    def _custom_problem(self, name: str) -> str | bool:
        """A field of Odoo must be there and may be filled from a message."""
        entity = self.env["integration.entity"]._for(self.mapping_id.entity)
        if entity is None or not entity._record_model:
            return False
        field = self.env[entity._record_model]._fields.get(name)
        if field is None:
            return self.env._(
                "%(record)s has no field “%(field)s” in Odoo.",
                record=self.env["ir.model"]._get(entity._record_model).name,
                field=name,
            )
        if not entity._custom_allowed(field):
            return self.env._(
                "%(field)s cannot be filled from a message: it is computed, protected, "
                "or of a kind that needs a line of its own.",
                field=field._description_string(self.env),
            )
        return False

    def _source_problem(self) -> str | bool:
        """Outgoing: what is read must be in the common format."""
        document = self.mapping_id._format()
        source = (self.source or "").removeprefix("root.")
        if not document or self.kind == "constant" or not source:
            return False
        if self.parent_id and not (self.source or "").startswith("root."):
            return False  # an element of whatever the list selects
        _select, key = compile_expression(source, self.target)
        if key and schema_place.find(document, key) is None:
            return self.env._(
                "There is no field %(field)s in the format of %(entity)s.",
                field=key,
                entity=self.mapping_id.entity,
            )
        return False
