# Copyright 2026 Odoo Integration Suite contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl)
from typing import Any, NamedTuple

from odoo import models, tools
from odoo.exceptions import UserError

from ...engine.errors import MappingError


class Plan(NamedTuple):
    """A flow as the pipeline needs it, read once per process."""

    flow_id: int
    mode: str
    trigger: str
    mapping: Any
    token: str
    condition: Any
    missing_reference: str
    wait_hours: int


class BrokenMapping:
    """Stands in for a mapping that cannot run: each message says why.

    One broken flow must not stop the other flows of its connector.
    """

    def __init__(self, error: MappingError):
        self._error = error

    def apply(self, _record):
        """:raises engine.errors.MappingError: always"""
        error = self._error
        raise MappingError(error.message, hint=error.hint, path=error.path)


class IntegrationConnector(models.Model):
    """What a connector exchanges, ready to run."""

    _inherit = "integration.connector"

    def _plans(self) -> dict:
        """Entity → :class:`Plan` of the incoming flows."""
        return self._cached_plans()[0]

    def _paused_entities(self) -> list[str]:
        """Entities whose messages wait because their flow is paused."""
        return self._cached_plans()[1]

    @tools.ormcache("self.id")
    def _cached_plans(self) -> tuple:
        plans, paused = {}, []
        for flow in self.sudo().flow_ids.filtered(lambda f: f.direction == "in"):
            if flow.mode == "paused" or not flow.mapping_id:
                paused.append(flow.entity)
            else:
                plans[flow.entity] = flow._plan(flow.mapping_id)
        return plans, paused

    def _require_active(self) -> None:
        """:raises UserError: the connector does not work now; says why"""
        for connector in self:
            if not connector._may_work():
                raise UserError(
                    self.env._(
                        "%(name)s does not work at the moment: %(reason)s",
                        name=connector.name,
                        reason=connector._standstill_reason(),
                    )
                )

    def _standstill_reason(self) -> str:
        """Why the connector does not work now, as a sentence; '' when it does."""
        self.ensure_one()
        if not self.environment_matches:
            return self.env._(
                "This database is a copy: nothing is sent or accepted until "
                "integration_environment matches."
            )
        if self.state != "active":
            states = dict(self._fields["state"]._description_selection(self.env))
            return self.state_reason or states[self.state]
        return ""
