# Copyright 2026 Odoo Integration Suite contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl)
from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError

from ...const import ATTENTION_STATES
from ...fields import LooseMany2one

# As many fit side by side on a screen.
MAX_CANDIDATES = 4
UNFINISHED = ("open", "decided")


class IntegrationMatchReview(models.Model):
    """One object of another system of which a person must say which record it is.

    The decision belongs to the object, not to a message: it is kept until a message of
    the object was applied, whichever that is.
    """

    _name = "integration.match.review"
    _description = "Matching"
    _inherit = ["mail.thread", "mail.activity.mixin"]
    _order = "money desc, id"

    connector_id = fields.Many2one(
        "integration.connector",
        required=True,
        readonly=True,
        index=True,
        ondelete="cascade",
    )
    company_id = fields.Many2one(
        related="connector_id.company_id", store=True, index=True
    )
    kind = fields.Selection(
        [("match", "Which record is it?"), ("merge", "Merged there")],
        required=True,
        readonly=True,
        default="match",
    )
    entity = fields.Char(required=True, readonly=True)
    external_id = fields.Char(required=True, readonly=True, string="Object there")
    event_id = LooseMany2one("integration.event", readonly=True, string="Message")
    model = fields.Char(required=True, readonly=True)
    key = fields.Char(readonly=True, help="By which the candidates were found.")
    reason = fields.Char(readonly=True, string="Why we ask")
    incoming = fields.Json(
        readonly=True,
        groups="integration_core.group_operator,integration_core.group_manager",
        help="What the other system says; removed once it is decided.",
    )
    money = fields.Boolean(
        "Money moves",
        readonly=True,
        help="The connector has a flow of documents or payments.",
    )
    state = fields.Selection(
        [
            ("open", "To decide"),
            ("decided", "Decided"),
            ("done", "Applied"),
            ("dropped", "No longer needed"),
        ],
        required=True,
        readonly=True,
        default="open",
        index=True,
    )
    decision = fields.Selection(
        [
            ("link", "It is the record below"),
            ("create", "It is a new one"),
            ("apart", "They stay two records"),
        ],
        readonly=True,
    )
    res_id = fields.Many2oneReference(
        model_field="model", readonly=True, string="Chosen record"
    )
    decision_reason = fields.Char(readonly=True, string="How it was verified")
    decided_by = fields.Many2one("res.users", readonly=True)
    decided_at = fields.Datetime(readonly=True)
    candidate_ids = fields.One2many(
        "integration.match.candidate", "review_id", readonly=True
    )
    candidate_total = fields.Integer(readonly=True, string="Candidates")
    user_id = fields.Many2one(
        "res.users", string="Responsible", index=True, help="Who takes care of it."
    )

    _object_uniq = models.UniqueIndex(
        "(connector_id, entity, external_id) WHERE state IN ('open', 'decided')",
        "There is such a question already.",
    )

    @api.depends("entity", "external_id")
    def _compute_display_name(self):
        labels = dict(self.env["integration.entity"]._entity_selection())
        for review in self:
            entity = labels.get(review.entity, review.entity)
            review.display_name = f"{entity} {review.external_id}"

    def write(self, vals):
        allowed = {"user_id", "activity_ids", "message_follower_ids"}
        if not self.env.su and set(vals) - allowed:
            raise UserError(
                self.env._("Use the buttons: Link to this, Create new or Merge.")
            )
        return super().write(vals)

    # === ACTION METHODS === #

    def action_create_new(self):
        """None of them: let a new record be made."""
        for review in self:
            review._decide("create")
        return True

    def action_keep_apart(self):
        """Two records that were merged there stay two here."""
        for review in self:
            review._decide("apart")
        return True

    def action_link_only(self):
        """Link each to its only candidate: for a selection of questions."""
        for review in self:
            if len(review.candidate_ids) != 1:
                raise UserError(
                    self.env._(
                        "%(name)s has several candidates: open it and choose one.",
                        name=review.display_name,
                    )
                )
        return self.candidate_ids.action_link()

    def action_merge(self):
        """Open Odoo's own dialog that makes one of the candidates."""
        self.ensure_one()
        return self.env["integration.duplicate"]._merge_action(
            self.model, self.candidate_ids.mapped("res_id")
        )

    def action_assign_to_me(self):
        """Take care of these questions."""
        self.env["integration.event"]._require_operator()
        self.write({"user_id": self.env.uid})
        return True

    def action_open_event(self):
        """Open the message that asks."""
        self.ensure_one()
        return self.event_id.related_action_open_event()

    def action_open_record(self):
        """Open the chosen record."""
        self.ensure_one()
        return {
            "type": "ir.actions.act_window",
            "res_model": self.model,
            "res_id": self.res_id,
            "view_mode": "form",
        }

    # === DECIDE === #

    def _decide(self, decision: str, res_id: int = 0, reason: str = "") -> None:
        """Keep a person's decision and let the message go on.

        :param decision: key of the field ``decision``
        :param res_id: the record that is meant
        :param reason: how it was verified, where the keys do not prove it
        :raises UserError: it is decided already, or the record is no candidate
        :raises AccessError: the keys do not prove it and the user is no manager
        """
        self.ensure_one()
        self.check_access("read")
        self.env["integration.event"]._require_operator()
        if self.state != "open":
            raise UserError(self.env._("This was decided already."))
        if decision == "link":
            self._require_link(res_id, reason)
        self.sudo().write(
            {
                "state": "done" if self.kind == "merge" else "decided",
                "decision": decision,
                "res_id": res_id or False,
                "decision_reason": (reason or "").strip() or False,
                "decided_by": self.env.uid,
                "decided_at": fields.Datetime.now(),
            }
        )
        self._log_decision()
        event = self.event_id.exists()
        if event.state in ATTENTION_STATES:
            event.action_retry()

    def _require_link(self, res_id: int, reason: str) -> None:
        """:raises UserError, AccessError: the record must not be chosen like this"""
        candidate = self.candidate_ids.filtered(lambda c: c.res_id == res_id)
        if not candidate:
            raise UserError(self.env._("Choose one of the candidates."))
        if candidate.may_link:
            return
        if not self.env.user.has_group("integration_core.group_manager"):
            raise AccessError(candidate.why_not)
        if not (reason or "").strip():
            raise UserError(
                self.env._("Say how you verified it: it is kept in the sync log.")
            )

    def _log_decision(self) -> None:
        """Who decided what, in the sync log."""
        record = self.env[self.model].browse(self.res_id or 0)
        words = {
            "link": self.env._(
                "Decided by hand: it is %(name)s.", name=record.display_name
            )
            if record
            else "",
            "create": self.env._("Decided by hand: it is a new one."),
            "apart": self.env._("Decided by hand: they stay two records."),
        }
        message = " ".join(filter(None, [words[self.decision], self.decision_reason]))
        self.env["integration.job.log"]._append(
            self.connector_id.sudo(),
            [
                {
                    "operation": "override",
                    "message": message,
                    "entity": self.entity,
                    "external_id": self.external_id,
                    "model": self.model if record else None,
                    "res_id": record.id or None,
                    "document_name": record.display_name if record else None,
                    "event_id": self.event_id.id or None,
                    "actor_id": self.env.uid,
                }
            ],
        )

    @api.model
    def _decisions(self, connector, entity: str, external_ids: list) -> dict:
        """External id → (decision, record id), of what is decided and not applied."""
        self.env.cr.execute(
            """
            SELECT external_id, decision, COALESCE(res_id, 0)
              FROM integration_match_review
             WHERE connector_id = %s AND entity = %s AND external_id = ANY(%s)
               AND state = 'decided'
            """,
            (connector.id, entity, list(external_ids)),
        )
        return {row[0]: (row[1], row[2]) for row in self.env.cr.fetchall()}

    # === OPENED AND CLOSED BY THE PIPELINE === #

    @api.model
    def _ask(self, connector, items) -> None:
        """Ask about the objects of failed messages; a known question is refreshed.

        :param items: failed with details of a ``DuplicateCandidateError`` of an entity
        """
        known = self._unfinished(connector, items)
        money = connector._moves_money()
        for item in items:
            details = item.error.details
            values = {
                "kind": "match",
                "event_id": item.event_id,
                "model": details["model"],
                "key": details["key"],
                "reason": item.error.message,
                "incoming": details["incoming"],
                "money": money,
                "state": "open",
                "decision": False,
                "res_id": False,
                "candidate_total": len(details["ids"]),
                "candidate_ids": [
                    fields.Command.clear(),
                    *(
                        fields.Command.create({"res_id": res_id, "sequence": number})
                        for number, res_id in enumerate(details["ids"][:MAX_CANDIDATES])
                    ),
                ],
            }
            review = known.get((item.entity, item.external_id))
            if review:
                review.write(values)
                continue
            values |= {
                "connector_id": connector.id,
                "entity": item.entity,
                "external_id": item.external_id,
                "user_id": connector.user_id.id,
            }
            self.sudo().with_context(tracking_disable=True).create(values)

    @api.model
    def _settle(self, connector, items) -> None:
        """Close the questions about objects that were applied."""
        for review in self._unfinished(connector, items).values():
            review._close("done" if review.decision else "dropped")

    @api.model
    def _unfinished(self, connector, items) -> dict:
        """(entity, external id) → its question, of those not at an end."""
        reviews = self.sudo().search(
            [
                ("connector_id", "=", connector.id),
                ("external_id", "in", [item.external_id for item in items]),
                ("state", "in", UNFINISHED),
            ]
        )
        wanted = {(item.entity, item.external_id) for item in items}
        found = {(review.entity, review.external_id): review for review in reviews}
        return {key: review for key, review in found.items() if key in wanted}

    def _close(self, state: str) -> None:
        """End questions; what the other system said is not kept longer than needed."""
        self.sudo().write({"state": state, "incoming": False})
