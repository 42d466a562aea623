# Copyright 2026 Odoo Integration Suite contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl)
from odoo import api, fields, models
from odoo.exceptions import UserError

from ...const import ERROR_CLASS_LABELS, EVENT_STATES, FAMILIES
from ...engine.fingerprint import fingerprint, generalise


class IntegrationException(models.Model):
    """One message that waits for a person, and who takes care of it.

    The event keeps its machine state; what people do about it stands here.
    """

    _name = "integration.exception"
    _description = "Needs Attention"
    # mail.thread: an activity planned for somebody tells them through it.
    _inherit = ["mail.thread", "mail.activity.mixin"]
    _order = "opened_at desc, id desc"
    _rec_name = "message"

    event_id = fields.Many2one(
        "integration.event",
        required=True,
        readonly=True,
        index=True,
        ondelete="cascade",
    )
    connector_id = fields.Many2one(
        "integration.connector", required=True, readonly=True, index=True
    )
    company_id = fields.Many2one(
        "res.company", required=True, readonly=True, index=True
    )
    entity = fields.Char(readonly=True)
    external_id = fields.Char(readonly=True, string="Object there")
    event_state = fields.Selection(EVENT_STATES, readonly=True, string="Message state")
    error_class = fields.Selection(ERROR_CLASS_LABELS, readonly=True, index=True)
    family = fields.Selection(FAMILIES, readonly=True)
    message = fields.Char(readonly=True, required=True, string="Problem")
    path = fields.Char(readonly=True, string="Field")
    cause = fields.Char(
        readonly=True,
        index="btree_not_null",
        help="What several messages have in common that stops them.",
    )
    problem = fields.Char(
        "Problem in general",
        compute="_compute_fingerprint",
        store=True,
        precompute=True,
        help="The problem without the particulars of one message.",
    )
    fingerprint = fields.Char(
        compute="_compute_fingerprint",
        store=True,
        precompute=True,
        help="Equal where one and the same act of a person helps.",
    )
    hint = fields.Char(readonly=True, string="What to do")
    amount = fields.Monetary(readonly=True, string="Amount blocked")
    currency_id = fields.Many2one("res.currency", readonly=True)
    user_id = fields.Many2one(
        "res.users", string="Responsible", index=True, help="Who takes care of it."
    )
    state = fields.Selection(
        [("open", "Open"), ("resolved", "Resolved")],
        default="open",
        required=True,
        readonly=True,
        index=True,
    )
    opened_at = fields.Datetime(readonly=True, required=True)
    resolved_at = fields.Datetime(readonly=True)
    resolved_by = fields.Many2one("res.users", readonly=True)
    resolution = fields.Char(readonly=True)

    _event_open_uniq = models.UniqueIndex("(event_id) WHERE state = 'open'")
    _same_cause = models.Index("(connector_id, fingerprint) WHERE state = 'open'")

    @api.depends("error_class", "entity", "external_id", "cause", "path", "message")
    def _compute_fingerprint(self):
        for exception in self:
            problem = generalise(exception.message, (exception.external_id,))
            exception.problem = problem
            exception.fingerprint = fingerprint(
                exception.error_class or "",
                exception.entity or "",
                cause=exception.cause or "",
                path=exception.path or "",
                problem=problem,
            )

    def write(self, vals):
        allowed = {"user_id", "activity_ids", "message_follower_ids"}
        if not self.env.su and set(vals) - allowed:
            raise UserError(self.env._("Use the buttons: Retry, Skip or Assign to me."))
        if vals.get("user_id") and not self.env.su:
            self._check_responsible(self.env["res.users"].browse(vals["user_id"]))
        return super().write(vals)

    # === ACTION METHODS === #

    def action_retry(self):
        """Put the messages back to work."""
        return self.event_id.action_retry()

    def action_skip(self):
        """Ask for a reason, then skip the messages."""
        return self.event_id.action_skip()

    def action_assign_to_me(self):
        """Take care of these messages."""
        self.write({"user_id": self.env.uid})
        return True

    def action_assign(self):
        """Ask who shall take care of these messages."""
        self.env["integration.event"]._require_operator()
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Assign %(count)s message(s)", count=len(self)),
            "res_model": "integration.assign",
            "view_mode": "form",
            "target": "new",
            "context": {"default_exception_ids": [fields.Command.set(self.ids)]},
        }

    def action_open_event(self):
        """Open the message itself."""
        self.ensure_one()
        return self.event_id.related_action_open_event()

    # === BUSINESS METHODS === #

    @api.model
    def _open(self, rows: list[dict]) -> None:
        """Open one exception an event; an open one of the same event is refreshed.

        :param rows: values of this model, with ``event_id``
        """
        if not rows:
            return
        sudo = self.sudo().with_context(tracking_disable=True)
        known = {
            exception.event_id.id: exception
            for exception in sudo.search(
                [
                    ("event_id", "in", [row["event_id"] for row in rows]),
                    ("state", "=", "open"),
                ]
            )
        }
        charge = self._charge([row["event_id"] for row in rows])
        now = fields.Datetime.now()
        fresh = []
        for row in rows:
            event_id = row["event_id"]
            if event_id in known:
                # Who takes care of it goes on doing so.
                known[event_id].write({k: v for k, v in row.items() if k != "user_id"})
                continue
            fresh.append({**row, "opened_at": now, **charge.get(event_id, {})})
        sudo.create(fresh)

    @api.model
    def _close(self, event_ids: list[int], resolution: str) -> None:
        """Resolve what is open for these events."""
        exceptions = self.sudo().search(
            [("event_id", "in", event_ids), ("state", "=", "open")]
        )
        if not exceptions:
            return
        # Whose turn it was need not be told any more.
        exceptions.activity_ids.unlink()
        exceptions.write(
            {
                "state": "resolved",
                "resolution": resolution,
                "resolved_at": fields.Datetime.now(),
                "resolved_by": self.env.uid,
            }
        )
