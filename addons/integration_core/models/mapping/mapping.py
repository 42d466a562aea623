# Copyright 2026 Odoo Integration Suite contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl)
from typing import NamedTuple

from odoo import api, fields, models, tools
from odoo.exceptions import UserError

from ...const import DIRECTIONS
from ...engine import canonical
from ...engine import mapping as engine_mapping


class Compiled(NamedTuple):
    """A mapping ready to run, and what identifies exactly this translation."""

    mapping: engine_mapping.CompiledMapping
    token: str


class IntegrationMapping(models.Model):
    """One version of the translation between a system and the common format."""

    _name = "integration.mapping"
    _description = "Field Mapping"
    _inherit = ["mail.thread"]
    _order = "system, entity, direction, version desc"

    name = fields.Char(required=True)
    system = fields.Selection(
        selection=lambda self: (
            self.env["integration.connector"]
            ._fields["system"]
            ._description_selection(self.env)
        ),
        required=True,
    )
    entity = fields.Char(required=True, help="Entity of the common format.")
    direction = fields.Selection(DIRECTIONS, required=True, default="in")
    version = fields.Integer(required=True, default=1, copy=False)
    state = fields.Selection(
        [("draft", "Draft"), ("approved", "In use"), ("retired", "Retired")],
        default="draft",
        required=True,
        copy=False,
        tracking=True,
    )
    company_id = fields.Many2one("res.company", index=True)
    active = fields.Boolean(default=True)
    note = fields.Text()
    line_ids = fields.One2many("integration.mapping.line", "mapping_id", copy=False)
    top_line_ids = fields.One2many(
        "integration.mapping.line",
        "mapping_id",
        string="Lines",
        domain=[("parent_id", "=", False)],
    )
    flow_ids = fields.One2many("integration.flow", "mapping_id")
    flow_count = fields.Integer(compute="_compute_flow_count")

    _version_uniq = models.UniqueIndex(
        "(system, entity, direction, version, COALESCE(company_id, 0))",
        "This version of the mapping exists already.",
    )

    @api.depends("flow_ids")
    def _compute_flow_count(self):
        for mapping in self:
            mapping.flow_count = len(mapping.flow_ids)

    @api.depends("name", "version")
    def _compute_display_name(self):
        for mapping in self:
            mapping.display_name = f"{mapping.name} v{mapping.version}"

    # === CRUD METHODS === #

    @api.model_create_multi
    def create(self, vals_list):
        if not self.env.su and any(
            v.get("state", "draft") != "draft" for v in vals_list
        ):
            raise UserError(self.env._("A mapping begins as a draft."))
        vals_list = self._with_own_defaults(vals_list, {"state"})
        mappings = super().create(vals_list)
        self.env.registry.clear_cache()
        return mappings

    def write(self, vals):
        if not self.env.su:
            self._check_editable(vals)
        result = super().write(vals)
        self.env.registry.clear_cache()
        return result

    def _check_editable(self, vals: dict) -> None:
        """:raises UserError: an approved version is changed"""
        if "state" in vals:
            raise UserError(
                self.env._("Use the buttons of the mapping to change its state.")
            )
        content = {
            "line_ids",
            "top_line_ids",
            "system",
            "entity",
            "direction",
            "version",
            "company_id",
        }
        if content & vals.keys() and any(m.state != "draft" for m in self):
            raise UserError(
                self.env._(
                    "This version is in use and stays as it was approved. "
                    "Press New version and change that."
                )
            )

    @api.ondelete(at_uninstall=False)
    def _unlink_except_used(self):
        if not self.env.su and any(mapping.state != "draft" for mapping in self):
            raise UserError(
                self.env._("This version was in use and stays for the record.")
            )

    # === ACTION METHODS === #

    def action_new_version(self):
        """Copy this version, lines, tests and all, into a new draft and open it."""
        self.ensure_one()
        draft, _copies = self._copy_version()
        return draft._open()

    def action_check(self):
        """Say whether the mapping can run.

        :raises UserError: names every line that cannot
        """
        self._require_sound()
        return self.env["integration.connector"]._notify(
            self.env._("Every line can be read.")
        )

    # === BUSINESS METHODS === #

    def _compile(self) -> Compiled:
        """Compile the lines, without a cache.

        :raises engine.errors.MappingError: a line cannot run; names its target
        """
        self.ensure_one()
        maps = self.line_ids.value_map_id
        compiled = engine_mapping.compile_mapping(
            [line._as_engine_line() for line in self.top_line_ids.sorted()],
            {m.code: m._compiled(self.direction or "in") for m in maps},
        )
        content = [line._content() for line in self.top_line_ids.sorted()]
        token = canonical.digest(
            content, [value_map._version_token() for value_map in maps]
        )
        return Compiled(compiled, token[:16])

    @tools.ormcache("self.id")
    def _compiled(self) -> Compiled:
        """As :meth:`_compile`, once per process and version."""
        return self.sudo()._compile()
