# Copyright 2026 Odoo Integration Suite contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl)
from odoo import api, fields, models
from odoo.exceptions import ValidationError

from ...engine import mapping as engine_mapping
from ...engine.errors import MappingError


class IntegrationValueMap(models.Model):
    """A code list between a system's vocabulary and the common one.

    With a model it stands for something else: its values are objects of the system
    that are never synchronised, such as tax rates, and each of them is bound by a
    person to one Odoo record per company (``value_map_record.py``).
    """

    _name = "integration.value.map"
    _description = "Value Map"
    _order = "name, id"

    name = fields.Char(required=True)
    code = fields.Char(required=True, help="Technical name that mappings refer to.")
    note = fields.Text()
    company_id = fields.Many2one("res.company", index=True)
    active = fields.Boolean(default=True)
    system = fields.Selection(
        selection=lambda self: (
            self.env["integration.connector"]
            ._fields["system"]
            ._description_selection(self.env)
        ),
        help="System whose objects stand for records of Odoo. Empty: a code list.",
    )
    entity = fields.Char(
        help="Entity whose references this map resolves, for example tax_rate."
    )
    model = fields.Char(
        help="Technical name of the records its values stand for, for example "
        "account.tax."
    )
    fallback = fields.Char(
        string="Everything else",
        help="Common value for what no line names. Empty: such a message waits for "
        "a person.",
    )
    line_ids = fields.One2many("integration.value.map.line", "map_id", copy=True)
    line_count = fields.Integer(compute="_compute_line_count")

    _code_uniq = models.UniqueIndex(
        "(code, COALESCE(company_id, 0))", "This code is already used."
    )
    _entity_uniq = models.UniqueIndex(
        "(system, entity, COALESCE(company_id, 0)) WHERE entity IS NOT NULL AND active",
        "There is a value map for this entity of the system already.",
    )

    @api.depends("line_ids")
    def _compute_line_count(self):
        for value_map in self:
            value_map.line_count = len(value_map.line_ids)

    @api.constrains("line_ids")
    def _check_ambiguous(self):
        for value_map in self:
            try:
                value_map._compiled()
            except MappingError as error:
                raise ValidationError(str(error)) from error

    @api.constrains("system", "entity", "model")
    def _check_record_map(self):
        for value_map in self:
            given = [bool(value_map[name]) for name in ("system", "entity", "model")]
            if any(given) and not all(given):
                raise ValidationError(
                    self.env._(
                        "A map that stands for records of Odoo says all of it: which "
                        "system, which entity, which model."
                    )
                )
            if value_map.model and value_map.model not in self.env:
                raise ValidationError(
                    self.env._(
                        "There is no model “%(model)s” in Odoo.", model=value_map.model
                    )
                )

    def _compiled(self, direction: str = "in") -> engine_mapping.ValueMap:
        """The map as the mapping engine uses it.

        :param direction: ``out`` gives the value there for a common one; “everything
            else” belongs to incoming values and has no way back
        :raises engine.errors.MappingError: one value stands for two
        """
        self.ensure_one()
        built = engine_mapping.build_value_map(
            self.code,
            [
                (line.external_value, line.canonical_value)
                for line in self.line_ids
                if line.canonical_value
            ],
            direction,
        )
        return engine_mapping.ValueMap(
            name=self.code,
            to_canonical=built.to_canonical,
            fallback=self.fallback if direction == "in" and self.fallback else None,
        )

    def _version_token(self) -> str:
        """Changes whenever the map changes; part of every digest that used it."""
        self.ensure_one()
        stamps = self.line_ids.mapped("write_date") + [self.write_date]
        return f"{self.id}:{len(self.line_ids)}:{max(stamps)}"

    @api.model_create_multi
    def create(self, vals_list):
        maps = super().create(vals_list)
        self.env.registry.clear_cache()
        return maps

    def write(self, vals):
        result = super().write(vals)
        self.env.registry.clear_cache()
        return result

    def unlink(self):
        # By their own method: what was bound to them is given up.
        self.line_ids.unlink()
        result = super().unlink()
        self.env.registry.clear_cache()
        return result
