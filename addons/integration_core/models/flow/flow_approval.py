# Copyright 2026 Odoo Integration Suite contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl)
from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError

from ...engine import canonical

GO_LIVE = "go_live"
AT_WORK = ("active", "paused")


class IntegrationFlow(models.Model):
    """A flow of a connector at work changes Odoo once a second person agreed.

    While the connector is in set-up or suspended, its own approval covers which flows
    are live. Compare only and pause are free at all times, and so is going on after a
    pause, as long as the flow is what it was when it went live.
    """

    _inherit = "integration.flow"

    live_hash = fields.Char(
        readonly=True,
        copy=False,
        help="What the flow was when a second person agreed to its being live.",
    )
    live_request_id = fields.Many2one(
        "integration.approval", compute="_compute_live_request", string="Asked for"
    )
    may_approve_live = fields.Boolean(compute="_compute_live_request")

    @api.depends_context("uid")
    @api.depends("mode")
    def _compute_live_request(self):
        requests = self._live_requests()
        for flow in self:
            found = requests.filtered(lambda r, flow=flow: flow.id in _flow_ids(r))[:1]
            # sudo: everybody who sees the flow may know that it waits.
            flow.live_request_id = found
            flow.may_approve_live = found.sudo(False).may_decide

    # === CRUD METHODS === #

    @api.model_create_multi
    def create(self, vals_list):
        if not self.env.su and any("live_hash" in vals for vals in vals_list):
            raise AccessError(self.env._("Who agreed to a flow is not set by hand."))
        return super().create(self._with_own_defaults(vals_list, {"live_hash"}))

    def write(self, vals):
        # Below the view on purpose: RPC and import meet the same rule.
        if not self.env.su:
            if "live_hash" in vals:
                raise AccessError(
                    self.env._("Who agreed to a flow is not set by hand.")
                )
            if vals.get("mode") == "live" and self._needs_approval():
                raise AccessError(
                    self.env._(
                        "The connector is at work: press Set live, and a second "
                        "person approves it."
                    )
                )
            # Fewer deletions are always possible.
            more = "domain" in vals or vals.get("send_deletions")
            if more and any(f.mode == "live" for f in self):
                self._check_governed()
        if vals.get("mode") == "shadow":
            # Somebody took a step back: it needs a new yes.
            vals = dict(vals, live_hash=False)
        return super().write(vals)

    # === ACTION METHODS === #

    def action_go_live(self):
        """Override to ask a second person where the connector is at work.

        :raises UserError: the connector is in set-up, or this waits already
        """
        self.check_access("write")
        ask = self._needs_approval()
        super(IntegrationFlow, self - ask).action_go_live()
        if not ask:
            return True
        for connector in ask.connector_id:
            ask.filtered(lambda f, c=connector: f.connector_id == c)._ask_live()
        return self.env["integration.connector"]._notify(
            self.env._("A second person must approve: it waits under Approvals.")
        )

    def action_approve_live(self):
        """Approve what is asked for these flows (a second person only)."""
        requests = self._live_requests().sudo(False)
        if not requests:
            raise UserError(self.env._("Nothing waits for approval here."))
        return requests.action_approve()

    # === BUSINESS METHODS === #

    def _needs_approval(self):
        """Which of these flows may not be set live by one person alone."""
        return self.filtered(
            lambda f: (
                f.mode != "live"
                and f.connector_id.state in AT_WORK
                and not f._may_go_on()
            )
        )

    def _may_go_on(self) -> bool:
        """Whether the flow only paused and is what was agreed to."""
        return self.mode == "paused" and self.sudo().live_hash == self._live_hash()

    def _live_content(self) -> dict:
        """What a second person agrees to when this flow goes live, as plain data."""
        self.ensure_one()
        return {
            "flow": self.id,
            "entity": self.entity,
            "direction": self.direction,
            "trigger": self.trigger,
            "mapping": self.mapping_id.id,
            "filter": self.filter or "",
            "domain": self.domain or "",
        }

    def _live_shown(self) -> dict:
        """What the second person is shown, kept as it was when it was asked for."""
        shown = {
            "mode": self.mode,
            "mapping_name": self.mapping_id.display_name,
            "reach": self.reach_text if self.domain else "",
        }
        return self._live_content() | shown

    def _live_hash(self) -> str:
        return canonical.digest(self._live_content())

    def _live_requests(self):
        """Open requests that would set one of these flows live (with sudo)."""
        found = (
            self.env["integration.approval"]
            .sudo()
            .search([("action", "=", GO_LIVE), ("state", "=", "requested")])
        )
        wanted = set(self.ids)
        return found.filtered(lambda request: wanted & _flow_ids(request))

    def _ask_live(self) -> None:
        """Ask for these flows of one connector in one request."""
        if self._live_requests():
            raise UserError(self.env._("This already waits for approval."))
        self._check_ready()
        connector = self.connector_id
        self.env["integration.approval"]._request(
            self if len(self) == 1 else connector,
            GO_LIVE,
            {"flow_ids": self.ids, "flows": [flow._live_shown() for flow in self]},
            self.env._(
                "Set live: %(connector)s, %(flows)s",
                connector=connector.name,
                flows=self._entity_labels(),
            ),
            effect=self._live_effect(),
        )

    def _check_ready(self) -> None:
        """:raises UserError: a flow has no mapping"""
        for flow in self.filtered(lambda f: not f.mapping_id):
            raise UserError(
                self.env._("Flow %(flow)s: choose a mapping.", flow=flow.display_name)
            )

    def _entity_labels(self) -> str:
        return ", ".join(flow._entity_label() for flow in self)

    def _entity_label(self) -> str:
        """What moves, and whereto where it leaves Odoo."""
        self.ensure_one()
        label = dict(self._selection_entity()).get(self.entity, self.entity)
        if self.direction == "in":
            return label
        systems = self.env["integration.connector"]._fields["system"]
        words = dict(systems._description_selection(self.env))
        system = self.connector_id.sudo().system
        return self.env._(
            "%(what)s to %(system)s", what=label, system=words.get(system, system)
        )

    def _live_effect(self) -> str:
        """What is different from then on, in one sentence."""
        incoming = self.filtered(lambda f: f.direction == "in")
        words = []
        if incoming:
            words.append(
                self.env._("%(flows)s: changes Odoo", flows=incoming._entity_labels())
            )
        if outgoing := self - incoming:
            words.append(
                self.env._(
                    "%(flows)s: changes the other system",
                    flows=outgoing._entity_labels(),
                )
            )
        return "; ".join(words)

    def _set_mode(self, mode: str) -> None:
        """Override: the guard of :meth:`write` is for people, not for the buttons."""
        flows = self.sudo() if mode == "live" else self
        result = super(IntegrationFlow, flows)._set_mode(mode)
        if mode == "live":
            self.filtered(lambda f: f.connector_id.state in AT_WORK)._note_agreed()
        return result

    def _note_agreed(self) -> None:
        """Remember what these live flows were when a second person agreed to them."""
        for flow in self.sudo().filtered(lambda f: f.mode == "live"):
            flow.live_hash = flow._live_hash()


class IntegrationApprovalGoLive(models.AbstractModel):
    """Approval of flows that go live: one flow, or several of one connector."""

    _name = "integration.approval.go_live"
    _inherit = "integration.approval.handler"
    _description = "Approval: set flows live"

    @api.model
    def _flows(self, content: dict):
        return self.env["integration.flow"].browse(content["flow_ids"]).exists()

    @api.model
    def _content_hash(self, record, content: dict) -> str:
        """Override of `integration.approval.handler`: the flows as they are now."""
        return canonical.digest([f._live_content() for f in self._flows(content)])

    @api.model
    def _granted(self, record, approval) -> None:
        """Override of `integration.approval.handler` to set them live."""
        flows = self._flows(approval.content)
        for connector in flows.connector_id:
            if connector.state not in AT_WORK:
                raise UserError(
                    self.env._(
                        "%(name)s is not at work any more. When it is submitted "
                        "again, its approval covers the flows too.",
                        name=connector.name,
                    )
                )
        flows._set_mode("live")

    @api.model
    def _refused(self, record, approval) -> None:
        """Override of `integration.approval.handler`: they stay as they are."""

    @api.model
    def _still_wanted(self, record, approval) -> bool:
        """Override of `integration.approval.handler`."""
        return any(f.mode != "live" for f in self._flows(approval.content))

    @api.model
    def _content_table(self, approval) -> dict:
        """Override of `integration.approval.handler`: a row a flow."""
        flows = self.env["integration.flow"]
        entities = dict(flows._selection_entity())
        modes = dict(flows._fields["mode"]._description_selection(self.env))
        rows = [
            {
                "key": str(flow["flow"]),
                "label": entities.get(flow["entity"], flow["entity"]),
                "cells": {
                    "mapping": flow["mapping_name"],
                    "condition": self._condition(flow),
                    "before": modes[flow["mode"]],
                    "after": modes["live"],
                },
                "status": "same",
            }
            for flow in approval.content["flows"]
        ]
        return {
            "plain": True,
            "hide_blank": True,
            "first": self.env._("What moves"),
            "columns": [
                {"key": "mapping", "label": self.env._("Mapping")},
                {"key": "condition", "label": self.env._("Only where")},
                {"key": "before", "label": self.env._("Before")},
                {"key": "after", "label": self.env._("After")},
            ],
            "rows": rows,
            "empty": self.env._("No flows."),
        }

    @api.model
    def _condition(self, flow: dict) -> str:
        """What a flow lets through; of records, how many that were when it was asked.

        :param flow: what ``_live_shown`` gave
        """
        condition = flow["filter"] or flow["domain"]
        if not flow.get("reach"):
            return condition
        return self.env._(
            "%(reach)s Condition: %(condition)s",
            reach=flow["reach"],
            condition=condition,
        )


def _flow_ids(request) -> set:
    return set((request.content or {}).get("flow_ids") or [])
