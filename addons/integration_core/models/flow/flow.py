# Copyright 2026 Odoo Integration Suite contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl)
from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError, ValidationError

from ...const import DIRECTIONS
from ...engine import mapping as engine_mapping
from ...engine.errors import MappingError

# What `connector._plans` is made of.
PLAN_FIELDS = {
    "connector_id",
    "entity",
    "direction",
    "mode",
    "trigger",
    "mapping_id",
    "filter",
    "missing_reference",
    "wait_hours",
}
# What the approval of a connector covers of its flows.
GOVERNED_FIELDS = {"connector_id", "entity", "direction", "mapping_id", "filter"}
# Written by a load alone.
PROGRESS_FIELDS = {
    "load_state",
    "load_total",
    "load_done",
    "load_failed",
    "load_cursor",
    "load_message",
    "last_load_at",
    "watermark",
}
MODES = [("live", "Live"), ("shadow", "Compare only"), ("paused", "Paused")]


class IntegrationFlow(models.Model):
    """One entity in one direction on one connector."""

    _name = "integration.flow"
    _description = "Flow"
    _order = "connector_id, priority, entity, direction"

    connector_id = fields.Many2one(
        "integration.connector", required=True, index=True, ondelete="cascade"
    )
    company_id = fields.Many2one(
        related="connector_id.company_id", store=True, index=True
    )
    system = fields.Selection(related="connector_id.system", store=True)
    entity = fields.Selection(
        selection="_selection_entity",
        required=True,
        help="What moves: an entity of the common format.",
    )
    direction = fields.Selection(DIRECTIONS, required=True, default="in")
    trigger = fields.Selection(
        [
            ("event", "When a message arrives"),
            ("schedule", "On a schedule"),
            ("both", "Both"),
        ],
        required=True,
        default="event",
        help="On a schedule: everything is read at the interval, and only what differs "
        "changes Odoo; messages that arrive in between are left aside. Of lists that "
        "only grow, such as a system's ledger, only what is new is read.",
    )
    mode = fields.Selection(
        MODES,
        required=True,
        default="shadow",
        help="Compare only: Odoo is not changed, the sync log shows what would have "
        "been. Paused: messages wait.",
    )
    mapping_id = fields.Many2one(
        "integration.mapping",
        domain="[('system', '=', system), ('entity', '=', entity),"
        " ('direction', '=', direction), ('state', '=', 'approved')]",
    )
    domain = fields.Char(help="Which Odoo records go out.")
    filter = fields.Char(
        help="Condition on the received record (JMESPath), for example livemode. "
        "Empty: everything."
    )
    missing_reference = fields.Selection(
        [
            ("fetch", "Fetch it from the system"),
            ("wait", "Wait until it arrives"),
            ("review", "Ask a person"),
        ],
        required=True,
        default="fetch",
        string="When a reference is unknown",
    )
    wait_hours = fields.Integer(
        default=24,
        help="How long a message waits for a reference before a person is asked.",
    )
    interval_minutes = fields.Integer(string="Interval (minutes)", default=60)
    watermark = fields.Json(string="Read up to", readonly=True)
    batch_size = fields.Integer(default=100)
    priority = fields.Integer(default=10)
    slo_seconds = fields.Integer(
        string="Service level (seconds)",
        default=60,
        help="How old the oldest waiting message may be.",
    )

    _flow_uniq = models.UniqueIndex(
        "(connector_id, entity, direction)",
        "This connector already has a flow for this entity and direction.",
    )
    _batch_size_range = models.Constraint(
        "CHECK (batch_size BETWEEN 1 AND 1000)",
        "The batch size must be between 1 and 1000.",
    )

    @api.model
    def _selection_entity(self):
        """Every entity an installed addon knows: models ``integration.entity.*``."""
        return self.env["integration.entity"]._entity_selection()

    @api.depends("entity", "direction", "connector_id.name")
    def _compute_display_name(self):
        labels = dict(self._selection_entity())
        for flow in self:
            arrow = "→" if flow.direction == "in" else "←"
            flow.display_name = (
                f"{flow.connector_id.name or ''} {arrow} "
                f"{labels.get(flow.entity, flow.entity or '')}"
            ).strip()

    @api.constrains("filter")
    def _check_filter(self):
        for flow in self.filtered("filter"):
            try:
                engine_mapping.compile_condition(flow.filter)
            except MappingError as error:
                raise ValidationError(flow._filter_problem(error)) from error

    @api.constrains("mapping_id", "connector_id", "entity", "direction")
    def _check_mapping(self):
        for flow in self.sudo().filtered("mapping_id"):
            mapping, company = flow.mapping_id, flow.connector_id.company_id
            fits = (mapping.system, mapping.entity, mapping.direction) == (
                flow.connector_id.system,
                flow.entity,
                flow.direction,
            )
            if not fits or mapping.state == "draft" or mapping.company_id - company:
                raise ValidationError(
                    self.env._(
                        "%(mapping)s cannot be used by %(flow)s: choose a mapping of "
                        "the same system and kind that is in use.",
                        mapping=mapping.display_name,
                        flow=flow.display_name,
                    )
                )

    @api.onchange("entity", "direction", "connector_id")
    def _onchange_entity(self):
        for flow in self:
            flow.mapping_id = flow._standard_mapping()

    def _standard_mapping(self):
        """Newest approved mapping for this flow, or nothing."""
        return self.env["integration.mapping"].search(
            [
                ("system", "=", self.connector_id.system),
                ("entity", "=", self.entity),
                ("direction", "=", self.direction),
                ("state", "=", "approved"),
                ("company_id", "in", [False, self.connector_id.company_id.id]),
            ],
            order="company_id, version desc",
            limit=1,
        )

    # === CRUD METHODS === #

    @api.model_create_multi
    def create(self, vals_list):
        flows = super().create(vals_list)
        flows._check_governed()
        for flow in flows.filtered(lambda f: not f.mapping_id):
            flow.mapping_id = flow._standard_mapping()
        self.env.registry.clear_cache()
        return flows

    def write(self, vals):
        if not self.env.su and PROGRESS_FIELDS & vals.keys():
            raise AccessError(self.env._("A load writes down its progress itself."))
        if GOVERNED_FIELDS & vals.keys():
            self._check_governed()
        result = super().write(vals)
        if "connector_id" in vals:
            self._check_governed()
        # The progress of a load is written with every page: no reason to empty the
        # caches of all workers.
        if PLAN_FIELDS & vals.keys():
            self.env.registry.clear_cache()
        return result

    def unlink(self):
        result = super().unlink()
        self.env.registry.clear_cache()
        return result

    @api.ondelete(at_uninstall=False)
    def _unlink_except_at_work(self):
        self._check_governed()

    def _check_governed(self) -> None:
        """Refuse what would change a connector at work behind its approval's back.

        :raises UserError: naming the connector
        """
        if self.env.su:
            return
        for connector in self.connector_id:
            if connector.state in ("active", "paused"):
                raise UserError(
                    self.env._(
                        "%(name)s is at work, and its approval covers what it "
                        "exchanges. Suspend it first, change it, then submit it again.",
                        name=connector.name,
                    )
                )

    # === ACTION METHODS === #

    def action_go_live(self):
        """Let the flows change Odoo."""
        if any(flow.connector_id.state in ("draft", "review") for flow in self):
            raise UserError(
                self.env._("Activate the connector first, then set its flows live.")
            )
        self._set_mode("live")
        return True

    def action_shadow(self):
        """Only compare: Odoo is not changed any more."""
        self._set_mode("shadow")
        return True

    def action_pause(self):
        """Let messages of these flows wait."""
        self._set_mode("paused")
        return True

    def _set_mode(self, mode: str) -> None:
        for flow in self.filtered(lambda f: f.mode != mode):
            old = flow.mode
            flow.mode = mode
            flow.connector_id._log(
                "configure",
                self.env._(
                    "Flow %(flow)s: %(old)s → %(new)s",
                    flow=flow.display_name,
                    old=dict(MODES)[old],
                    new=dict(MODES)[mode],
                ),
                diff={"mode": [old, mode]},
                actor_id=self.env.uid,
            )
        if mode != "paused":
            self.connector_id._wake_all(together=True)
