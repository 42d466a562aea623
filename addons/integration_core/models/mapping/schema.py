# Copyright 2026 Odoo Integration Suite contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl)
import json

from odoo import api, fields, models, tools
from odoo.exceptions import UserError
from odoo.tools.misc import file_open

from ...engine import schema as engine_schema
from ...engine.errors import SchemaError


class IntegrationSchema(models.Model):
    """One version of a canonical entity's data format.

    The JSON Schema itself is the file ``<module>/schemas/<entity>.v<n>.json``; this
    row says which versions exist and which of them is in use.
    """

    _name = "integration.schema"
    _description = "Data Format"
    _order = "entity, version desc"
    _rec_name = "entity"

    entity = fields.Char(required=True, index=True)
    version = fields.Integer(required=True, default=1)
    module = fields.Char(required=True, help="Addon that ships the schema file.")
    state = fields.Selection(
        [("draft", "Draft"), ("live", "In use"), ("sunset", "Ending")],
        default="draft",
        required=True,
    )
    sunset_date = fields.Date(help="After this day the version is no longer accepted.")
    company_id = fields.Many2one("res.company", index=True)
    source = fields.Text(compute="_compute_source", string="JSON Schema")
    field_table = fields.Json(compute="_compute_source")

    _entity_version_uniq = models.UniqueIndex(
        "(entity, version)", "This version of the data format exists already."
    )
    _live_uniq = models.UniqueIndex(
        "(entity) WHERE state = 'live'",
        "Another version of this data format is in use already.",
    )

    @api.depends("entity", "version", "module")
    def _compute_display_name(self):
        for schema in self:
            schema.display_name = f"{schema.entity} {schema.version}"

    @api.depends("entity", "version", "module")
    def _compute_source(self):
        for schema in self:
            document = schema._document() if schema.entity and schema.module else {}
            schema.source = json.dumps(document, indent=2, ensure_ascii=False)
            required = document.get("required", [])
            schema.field_table = [
                {
                    "field": name,
                    "type": spec.get("type") or ("choice" if "enum" in spec else ""),
                    "required": name in required,
                    "meaning": spec.get("description", ""),
                }
                for name, spec in document.get("properties", {}).items()
            ]

    def _document(self) -> dict:
        """The JSON Schema as Python data.

        :raises UserError: the addon does not ship the file
        """
        self.ensure_one()
        path = f"{self.module}/schemas/{self.entity}.v{self.version}.json"
        try:
            with file_open(path) as handle:
                return json.load(handle)
        except FileNotFoundError as error:
            raise UserError(
                self.env._("The file %(path)s is missing.", path=path)
            ) from error

    @api.model
    def _live_version(self, entity: str) -> int:
        """Version in use for an entity, 0 where no format is defined."""
        return self._validators().get(entity, (0, None))[0]

    @api.model
    def _check(self, entity: str, canonical: dict) -> None:
        """Check one canonical record against the format in use.

        What follows an ending version is taken until its day.

        :raises engine.errors.SchemaError: names the failing path
        """
        _version, validator = self._validators().get(entity, (0, None))
        if not validator:
            return
        try:
            validator.check(canonical)
        except SchemaError:
            if not self._fits_ending(entity, canonical):
                raise

    @api.model
    def _fits_ending(self, entity: str, canonical: dict) -> bool:
        """Whether a version that ends later than today takes this record."""
        today = fields.Date.context_today(self)
        return any(
            not validator.errors(canonical)
            for last_day, validator in self._ending().get(entity, ())
            if last_day >= today
        )

    @tools.ormcache()
    def _ending(self) -> dict:
        """Entity → list of (last day, validator) of its ending versions."""
        found = {}
        ending = self.sudo().search(
            [("state", "=", "sunset"), ("sunset_date", "!=", False)],
            order="version desc",
        )
        for schema in ending:
            validator = engine_schema.compile_schema(schema._document())
            found.setdefault(schema.entity, []).append((schema.sunset_date, validator))
        return found

    @tools.ormcache("entity")
    def _live_document(self, entity: str) -> dict | None:
        """JSON Schema in use for an entity, None where no format is defined.

        Shared by the whole process: nobody may change it.
        """
        live = self.sudo().search(
            [("entity", "=", entity), ("state", "=", "live")],
            order="version desc",
            limit=1,
        )
        return live._document() if live else None

    @tools.ormcache()
    def _validators(self) -> dict:
        """Entity → (version, validator), compiled once per process."""
        found = {}
        live = self.sudo().search([("state", "=", "live")], order="version")
        for schema in live:
            validator = engine_schema.compile_schema(schema._document())
            found[schema.entity] = (schema.version, validator)
        return found

    # === CRUD METHODS === #

    @api.model_create_multi
    def create(self, vals_list):
        if self.env.context.get("install_mode"):
            vals_list = [self._fit_shipped(dict(vals)) for vals in vals_list]
        schemas = super().create(vals_list)
        self.env.registry.clear_cache()
        return schemas

    @api.model
    def _fit_shipped(self, vals: dict) -> dict:
        """A version that an addon brings: the first is in use, a later one waits for
        its approval as a draft."""
        live = [("entity", "=", vals.get("entity")), ("state", "=", "live")]
        if self.search_count(live, limit=1):
            vals["state"] = "draft"
        return vals

    def write(self, vals):
        if self.env.context.get("install_mode"):
            # An update of the addon does not undo what people decided.
            vals = {k: v for k, v in vals.items() if k not in ("state", "sunset_date")}
        result = super().write(vals)
        self.env.registry.clear_cache()
        return result
