# Copyright 2026 Odoo Integration Suite contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl)
import uuid
from typing import Any, NamedTuple

from odoo import models, tools

from ..inbound.drain import lock_key
from ..outbound.send import ACTIVE_LOCK


class OutPlan(NamedTuple):
    """An outgoing flow as the drain needs it, read once per process.

    :param domain: which records go out
    :param partial: the mapping for an object that is there: no line is required
    :param nothing: what the mapping makes of a record that says nothing: constants
    :param withheld: canonical keys that must not leave
    :param custom: Odoo fields that the mapping reads from the object ``custom``
    :param deletions: whether deleting a linked record deletes the object
    """

    mode: str
    mapping: Any
    partial: Any
    domain: list
    nothing: dict
    withheld: frozenset
    wait_hours: int
    deletions: bool
    custom: frozenset


class IntegrationConnector(models.Model):
    """What a connector sends, and how its send drains are woken."""

    _inherit = "integration.connector"

    # === PLANS === #

    def _out_plans(self) -> dict:
        """Entity → :class:`OutPlan` of the outgoing flows."""
        return self._cached_out_plans()[0]

    def _paused_out(self) -> list[str]:
        """Entities whose outgoing messages wait because their flow is paused."""
        return self._cached_out_plans()[1]

    @tools.ormcache("self.id")
    def _cached_out_plans(self) -> tuple:
        plans, paused = {}, []
        for flow in self.sudo().flow_ids.filtered(lambda f: f.direction == "out"):
            if flow.mode == "paused" or not flow.mapping_id:
                paused.append(flow.entity)
            else:
                plans[flow.entity] = flow._out_plan(flow.mapping_id)
        return plans, paused

    def _sends(self) -> bool:
        """Whether a flow of the connector goes out."""
        plans, paused = self._cached_out_plans()
        return bool(plans or paused)

    # === WAKING === #

    def _send_key(self, drain: int) -> str:
        """identity_key of the wake-up job of one send drain."""
        return f"integration.send:{self.id}:{drain}"

    def _wake_send(self, drain: int, together: bool = False) -> None:
        """Enqueue the job of one send drain; see :meth:`_wake`."""
        key = self._send_key(drain)
        self.sudo().with_delay(
            priority=6,
            max_retries=0,
            channel=self._channel(),
            identity_key=f"{key}:{uuid.uuid4().hex}" if together else key,
            description=self.env._("%(name)s: sending", name=self.name),
        )._job_send_drain(drain)

    def _wake_asleep(self) -> None:
        """Wake the send drains that nobody is going to run, after a commit."""
        for connector in self.filtered(lambda c: c._may_work()):
            for drain in range(connector.drain_count):
                self.env.cr.execute(
                    "SELECT integration_awake(%s, %s, %s)",
                    (
                        ACTIVE_LOCK,
                        lock_key(connector.id, drain),
                        connector._send_key(drain),
                    ),
                )
                if not self.env.cr.fetchone()[0]:
                    connector._wake_send(drain)

    def _wake_all(self, together: bool = False) -> None:
        """Override to wake the send drains of connectors that send something."""
        drains = self.env["integration.send"]
        for connector in self.filtered(lambda c: c._sends() and c._may_work()):
            for drain in range(connector.drain_count):
                if drains._ready(connector, drain, 1):
                    connector._wake_send(drain, together)
        return super()._wake_all(together)

    def _job_send_drain(self, drain: int) -> str:
        """Job: send this connector's ready messages until none is left."""
        self.ensure_one()
        return self.env["integration.send"]._run(self.sudo(), drain)
