# Copyright 2026 Odoo Integration Suite contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl)
from odoo import api, fields, models
from odoo.exceptions import UserError, ValidationError

from ...engine import mapping as engine_mapping
from ...engine import strict_json, transforms
from ...engine.errors import MappingError, SchemaError

KINDS = [
    ("value", "Value"),
    ("list", "List"),
    ("reference", "Reference"),
    ("constant", "Fixed value"),
]


class IntegrationMappingLine(models.Model):
    """One field of a mapping: a source selects, a transform converts; no eval."""

    _name = "integration.mapping.line"
    _description = "Field Mapping Line"
    _order = "mapping_id, sequence, id"
    _rec_name = "target"

    mapping_id = fields.Many2one(
        "integration.mapping", required=True, index=True, ondelete="cascade"
    )
    company_id = fields.Many2one(
        related="mapping_id.company_id", store=True, index=True
    )
    parent_id = fields.Many2one(
        "integration.mapping.line",
        string="Inside",
        index=True,
        ondelete="cascade",
        domain="[('mapping_id', '=', mapping_id), ('kind', '=', 'list')]",
    )
    child_ids = fields.One2many("integration.mapping.line", "parent_id")
    sequence = fields.Integer(default=10)
    kind = fields.Selection(KINDS, required=True, default="value")
    target = fields.Char(
        required=True, help="Field of the common format; a dot goes one level down."
    )
    source = fields.Char(
        help="Where the value stands in the message (JMESPath). Inside a list the "
        "path starts at the element; root. reaches the top of the message."
    )
    transform = fields.Selection(
        selection=lambda self: transforms.transform_names(),
        help="How the value is converted.",
    )
    value_map_id = fields.Many2one(
        "integration.value.map", string="Value map", ondelete="restrict"
    )
    reference_entity = fields.Char(
        string="Refers to", help="Entity a reference points to, for example customer."
    )
    default = fields.Char(
        help="Value when the message has none. Text, or JSON such as true, 5 or null."
    )
    required = fields.Boolean(help="A message without this value is set aside.")

    @api.constrains("source", "kind", "target", "transform", "parent_id")
    def _check_line(self):
        for line in self:
            if line.parent_id and line.parent_id.mapping_id != line.mapping_id:
                raise ValidationError(
                    self.env._("A line stands inside a line of its own mapping.")
                )
            if line.kind == "list":
                continue
            try:
                engine_mapping.compile_mapping(
                    [line._as_engine_line(with_map=False)], {}
                )
            except MappingError as error:
                raise ValidationError(str(error)) from error

    # === CRUD METHODS === #

    @api.model_create_multi
    def create(self, vals_list):
        lines = super().create(vals_list)
        lines._check_draft()
        self.env.registry.clear_cache()
        return lines

    def write(self, vals):
        self._check_draft()
        result = super().write(vals)
        self._check_draft()  # nor may a line move into such a mapping
        self.env.registry.clear_cache()
        return result

    def unlink(self):
        self._check_draft()
        result = super().unlink()
        self.env.registry.clear_cache()
        return result

    def _check_draft(self) -> None:
        """:raises UserError: the mapping is approved; an upgrade runs as superuser"""
        if self.env.su:
            return
        if any(line.mapping_id.state != "draft" for line in self):
            raise UserError(
                self.env._(
                    "This version is in use and stays as it was approved. "
                    "Press New version and change that."
                )
            )

    # === BUSINESS METHODS === #

    def _as_engine_line(self, with_map: bool = True) -> engine_mapping.Line:
        self.ensure_one()
        return engine_mapping.Line(
            kind=self.kind,
            target=self.target,
            source=self.source or "",
            transform=self.transform or "",
            value_map=(self.value_map_id.code or "") if with_map else "",
            entity=self.reference_entity or "",
            default=self._default_value(),
            has_default=bool(self.default),
            required=self.required,
            children=tuple(
                child._as_engine_line(with_map) for child in self.child_ids.sorted()
            ),
            id=self.id or 0,
        )

    def _default_value(self):
        """The default as data: JSON where it is JSON, else the text itself."""
        if not self.default:
            return None
        try:
            return strict_json.loads(self.default.encode())
        except SchemaError:
            return self.default

    def _content(self) -> list:
        """What this line does, as plain data (hashed into every digest)."""
        self.ensure_one()
        return [
            self.kind,
            self.target,
            self.source or "",
            self.transform or "",
            self.value_map_id.code or "",
            self.reference_entity or "",
            self.default or "",
            self.required,
            [child._content() for child in self.child_ids.sorted()],
        ]

    def _copy_to(self, mapping, parent=None) -> dict:
        """Copy lines with what stands inside them to another mapping.

        :return: id of each line → id of its copy
        """
        copies = {}
        for line in self:
            copied = line.copy(
                {"mapping_id": mapping.id, "parent_id": parent.id if parent else False}
            )
            copies[line.id] = copied.id
            copies |= line.child_ids._copy_to(mapping, copied)
        return copies
