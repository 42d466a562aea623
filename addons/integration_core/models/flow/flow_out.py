# Copyright 2026 Odoo Integration Suite contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl)
import ast
import re
from dataclasses import replace

from odoo import api, fields, models
from odoo.exceptions import ValidationError

from ...engine import mapping as engine_mapping
from ...engine.errors import MappingError
from ..connector.connector_out import OutPlan
from ..connector.connector_plan import BrokenMapping

# What `connector._out_plans` and the subscriptions are made of, besides PLAN_FIELDS.
OUT_FIELDS = {"domain", "send_deletions"}
# Where an outgoing line reads a further field of the record.
CUSTOM = re.compile(r"\bcustom\.([a-z][a-z0-9_]*)")


class IntegrationFlow(models.Model):
    """A flow that goes out: which records, what of them, and what of deletions."""

    _inherit = "integration.flow"

    send_deletions = fields.Boolean(
        help="A linked record that is deleted in Odoo is deleted in the other system "
        "as well. Otherwise deleting a linked record is refused."
    )

    @api.constrains("direction", "entity", "connector_id")
    def _check_out(self):
        for flow in self.filtered(lambda f: f.direction == "out"):
            entity = self.env["integration.entity"]._for(flow.entity)
            adapter = flow.connector_id.sudo()._adapter()
            if not entity._exports() or flow.entity not in adapter._can_send:
                raise ValidationError(
                    self.env._(
                        "%(entity)s cannot be sent to %(connector)s: choose another "
                        "kind of record or the direction Incoming.",
                        entity=entity._label(),
                        connector=flow.connector_id.name,
                    )
                )

    @api.constrains("domain")
    def _check_domain(self):
        for flow in self.filtered("domain"):
            flow._out_domain()

    def write(self, vals):
        result = super().write(vals)
        if OUT_FIELDS & vals.keys():
            self.env.registry.clear_cache()
        return result

    # === READY TO RUN === #

    def _out_plan(self, mapping) -> OutPlan:
        """What the send drain needs of this flow.

        :param mapping: the mapping to use; the flow's own, or one that is tried
        """
        self.ensure_one()
        compiled, _token = mapping._runnable()
        partial, nothing = compiled, {}
        if not isinstance(compiled, BrokenMapping):
            try:
                partial = mapping.sudo()._compile_partial()
                nothing = partial.apply({})
            except MappingError as error:
                compiled = partial = BrokenMapping(error)
        return OutPlan(
            mode=self.mode,
            mapping=compiled,
            partial=partial,
            domain=self._out_domain(),
            nothing=nothing,
            withheld=self._withheld_keys(),
            wait_hours=self.wait_hours,
            deletions=self.send_deletions,
            custom=self._custom_fields(),
        )

    def _out_domain(self) -> list:
        """The flow's condition on records; every value in it is written out.

        :raises ValidationError: it cannot be read, or names a field that is not there
        """
        self.ensure_one()
        if not (self.domain or "").strip():
            return []
        model = self.env["integration.entity"]._for(self.entity)._record_model
        try:
            domain = ast.literal_eval(self.domain.strip())
            self.env[model].sudo()._search(domain)
        except Exception as error:
            raise ValidationError(
                self.env._(
                    "The condition on records cannot be read: %(why)s. Write fixed "
                    "values only, for example [('is_company', '=', True)].",
                    why=error,
                )
            ) from error
        return domain

    def _custom_fields(self) -> frozenset:
        """Odoo fields that the mapping takes out of the object ``custom``."""
        self.ensure_one()
        entity = self.env["integration.entity"]._for(self.entity)
        model = self.env[entity._record_model]
        names = {
            name
            for line in self.mapping_id.sudo().line_ids
            for name in CUSTOM.findall(line.source or "")
        }
        return frozenset(
            name
            for name in names
            if name in model._fields and entity._exports_custom(model._fields[name])
        )

    def _withheld_keys(self) -> frozenset:
        """Canonical keys that do not leave Odoo by this flow."""
        return self.env["integration.entity"]._for(self.entity)._export_withheld()


class IntegrationMapping(models.Model):
    """A mapping for objects that are at the peer already."""

    _inherit = "integration.mapping"

    def _compile_partial(self) -> engine_mapping.CompiledMapping:
        """The mapping with no line required: for a part of a record.

        :raises engine.errors.MappingError: a line cannot run
        """
        self.ensure_one()
        maps = {m.code: m._compiled(self.direction) for m in self.line_ids.value_map_id}
        return engine_mapping.compile_mapping(
            [
                replace(line._as_engine_line(), required=False)
                for line in self.top_line_ids.sorted()
            ],
            maps,
        )
