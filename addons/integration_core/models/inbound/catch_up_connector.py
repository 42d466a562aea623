# Copyright 2026 Odoo Integration Suite contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl)
from datetime import datetime, timedelta

from odoo import api, fields, models
from odoo.exceptions import UserError

from ...engine.masking import masked_logger
from ...messages import PAGE, POLL

_logger = masked_logger(__name__)

# A run begins this much before the end of the one before. A peer may show a message
# late, its clock may differ from ours, and the one that was lost may be older than the
# last that arrived.
OVERLAP = timedelta(minutes=10)
# The schedule leaves the newest messages alone: they may still be on their way, and
# would be counted as missed. A person who asks gets all of them.
GRACE = timedelta(minutes=1)


class IntegrationConnector(models.Model):
    """When a connector looks for messages that did not arrive."""

    _inherit = "integration.connector"

    catch_up_minutes = fields.Integer(
        string="Look every (minutes)",
        default=60,
        help="How often the system is asked for messages that did not arrive. "
        "0: only when somebody presses the button.",
    )
    catch_up_until = fields.Datetime(
        string="Complete up to",
        readonly=True,
        copy=False,
        help="Every message the system made until then is known to be here.",
    )
    catch_up_ids = fields.One2many("integration.catch.up", "connector_id")
    can_catch_up = fields.Boolean(compute="_compute_can_catch_up")
    missed_count = fields.Integer("Missed", compute="_compute_missed_count")

    _catch_up_minutes_range = models.Constraint(
        "CHECK (catch_up_minutes >= 0)",
        "The minutes between two looks for missed messages must be 0 or more.",
    )

    # === COMPUTE METHODS === #

    @api.depends("system")
    def _compute_can_catch_up(self):
        for connector in self:
            connector.can_catch_up = bool(
                connector.system and connector._adapter()._missed_days
            )

    @api.depends("catch_up_ids.missed")
    def _compute_missed_count(self):
        groups = self.env["integration.catch.up"]._read_group(
            [("connector_id", "in", self.ids)], ["connector_id"], ["missed:sum"]
        )
        counts = {connector.id: missed for connector, missed in groups}
        for connector in self:
            connector.missed_count = counts.get(connector.id, 0)

    # === ACTION METHODS === #

    def action_catch_up(self):
        """Look now for messages that did not arrive, and open the run.

        :raises UserError: without rights, standing still, running already, or the
            system keeps no messages
        """
        self.ensure_one()
        user = self.env.user
        if not self.env.su and not (
            user.has_group("integration_core.group_operator")
            or user.has_group("integration_core.group_manager")
        ):
            raise UserError(self.env._("Only operators of Integrations may do this."))
        if not self.can_catch_up:
            raise UserError(
                self.env._(
                    "This system does not keep its messages. Load the connector's "
                    "flows instead: that reads every object."
                )
            )
        self._require_active()
        if self._running_catch_up():
            raise UserError(self.env._("This connector is catching up already."))
        run = self.sudo()._start_catch_up(user)
        return {
            "type": "ir.actions.act_window",
            "res_model": run._name,
            "res_id": run.id,
            "view_mode": "form",
        }

    def action_open_catch_ups(self):
        """What this connector looked for and found."""
        return self._open("action_catch_up")

    # === BUSINESS METHODS === #

    def _set_state(self, state: str, reason: str) -> None:
        """Override: nothing can be missed before the connector was first active."""
        result = super()._set_state(state, reason)
        if state == "active":
            for connector in self.filtered(lambda c: not c.catch_up_until):
                connector.sudo().catch_up_until = (
                    connector._first_message_at() or fields.Datetime.now()
                )
        return result

    def _message_entities(self) -> frozenset:
        """Entities whose messages the connector's flows take, now or after a pause."""
        self.ensure_one()
        flows = self.sudo().flow_ids.filtered(
            lambda flow: flow.direction == "in" and flow.trigger != "schedule"
        )
        return frozenset(flows.mapped("entity"))

    def _first_message_at(self) -> datetime | None:
        """When the peer made the first of its messages that arrived here."""
        self.ensure_one()
        self.env.cr.execute(
            """
            SELECT occurred_at FROM integration_event
             WHERE connector_id = %s AND direction = 'in' AND occurred_at IS NOT NULL
               AND split_part(source_type, '.', 1) NOT IN %s
             ORDER BY id LIMIT 1
            """,
            (self.id, (POLL, PAGE)),
        )
        row = self.env.cr.fetchone()
        return row and row[0]

    def _running_catch_up(self):
        return self.env["integration.catch.up"].search(
            [("connector_id", "=", self.id), ("state", "=", "running")], limit=1
        )

    def _start_catch_up(self, user=None):
        """Start a run from the watermark.

        Beyond what the peer keeps, its messages are not enough: then every object is
        read as well.

        :param user: who asks; None for the schedule
        :return: the new `integration.catch.up`
        """
        self.ensure_one()
        now = fields.Datetime.now()
        horizon = now - timedelta(days=self._adapter()._missed_days)
        known = self.catch_up_until or self._first_message_at()
        since = known and known - OVERLAP
        run = self.env["integration.catch.up"].create(
            {
                "connector_id": self.id,
                "user_id": user and user.id,
                "since": max(since or horizon, horizon),
                "until": now if user else now - GRACE,
            }
        )
        if not since or since < horizon:
            run.note = self._read_everything(horizon)
        run._enqueue()
        return run

    def _read_everything(self, horizon: datetime) -> str:
        """Start the load of each incoming flow that has not been read since then.

        :return: what was done, as sentences
        """
        flows = self.flow_ids.filtered(
            lambda flow: (
                flow.direction == "in" and flow.mode != "paused" and flow.mapping_id
            )
        )
        recent = flows.filtered(
            lambda flow: (
                flow.load_state in ("running", "done")
                and flow.last_load_at
                and flow.last_load_at >= horizon
            )
        )
        # From the beginning, also where a load was stopped on its way.
        (flows - recent).write({"load_cursor": False})
        (flows - recent)._start_load()
        labels = dict(flows._selection_entity())
        reason = self.env._(
            "What was missed may be older than the %(days)s days for which the system "
            "keeps its messages.",
            days=self._adapter()._missed_days,
        )
        if flows == recent:
            result = self.env._("Every object was read since then.")
        else:
            result = self.env._(
                "So every object is read as well: %(entities)s.",
                entities=", ".join(labels[flow.entity] for flow in flows - recent),
            )
        return f"{reason} {result}"

    def _is_catch_up_due(self) -> bool:
        """Whether the schedule asks for a run now."""
        self.ensure_one()
        if not (self.catch_up_minutes and self.can_catch_up and self._may_work()):
            return False
        if self._running_catch_up():
            return False
        last = self.env["integration.catch.up"].search(
            [("connector_id", "=", self.id)], limit=1
        )
        if not last or last.state == "stopped":
            return True
        interval = timedelta(minutes=self.catch_up_minutes)
        return last.started_at + interval <= fields.Datetime.now()

    @api.model
    def _cron_catch_up(self):
        """Cron: go on with runs that lost their job, start those that are due."""
        self.env["integration.catch.up"]._restart_dead()
        connectors = self.search([("state", "=", "active")])
        for index, connector in enumerate(connectors, start=1):
            try:
                if connector._is_catch_up_due():
                    connector._start_catch_up()
                self.env.flush_all()
            except Exception:
                # What breaks for one, or a person who was quicker, stops no other.
                _logger.exception("Connector %s: no catch-up", connector.id)
                self.env.cr.rollback()
                self.env.invalidate_all(flush=False)
            self.env["ir.cron"]._commit_progress(1, remaining=len(connectors) - index)
