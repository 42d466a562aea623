# Copyright 2026 Odoo Integration Suite contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl)
from odoo import models

from ...engine import mapping as engine_mapping
from ...engine.errors import MappingError
from ..connector.connector_plan import BrokenMapping, Plan


class IntegrationFlow(models.Model):
    """A flow, ready to run."""

    _inherit = "integration.flow"

    def _plan(self, mapping) -> Plan:
        """What the pipeline needs of this flow, whatever its mode.

        :param mapping: the mapping to use; the flow's own, or one that is tried
        """
        compiled, token = mapping._runnable()
        try:
            condition = engine_mapping.compile_condition(self.filter or "")
        except MappingError as error:
            compiled, token = BrokenMapping(error), ""
            condition = engine_mapping.compile_condition("")
        return Plan(
            flow_id=self.id,
            mode=self.mode,
            trigger=self.trigger,
            mapping=compiled,
            token=token,
            condition=condition,
            missing_reference=self.missing_reference,
            wait_hours=self.wait_hours,
        )


class IntegrationMapping(models.Model):
    """A mapping, ready to run."""

    _inherit = "integration.mapping"

    def _runnable(self) -> tuple:
        """(mapping, token); one that cannot be compiled says so to each message.

        A draft is compiled anew: its lines may change without another version.
        """
        self.ensure_one()
        try:
            if self.state == "draft":
                return tuple(self.sudo()._compile())
            return tuple(self._compiled())
        except MappingError as error:
            return BrokenMapping(error), ""
