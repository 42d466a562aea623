# Copyright 2026 Odoo Integration Suite contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl)
from odoo import api, fields, models, tools
from odoo.exceptions import AccessError

from ...fields import LooseMany2one
from .approval import LIFETIME
from .change_value import same_value

CHANGE = "change"
STATES = [
    ("waiting", "Waiting"),
    ("sent", "Sent"),
    ("accepted", "Accepted"),
    ("refused", "Refused"),
    ("superseded", "Overtaken"),
    ("expired", "Expired"),
]
# An answer may still come: late, after another one, or once a message is retried.
HOPEFUL = ("sent", "superseded", "refused")
AWAITED = [("state", "=", "approved"), ("change_state", "in", HOPEFUL)]


class IntegrationApproval(models.Model):
    """A change asked of the system that owns a field; Odoo follows when it did.

    It is an approval first; once approved, ``change_state`` follows what the owner
    makes of it.
    """

    _inherit = "integration.approval"

    change_state = fields.Selection(
        STATES,
        readonly=True,
        index="btree_not_null",
        string="State of the change",
        group_expand=True,
    )
    owner_label = fields.Char(readonly=True, string="Owner")
    connector_id = fields.Many2one("integration.connector", readonly=True)
    event_id = LooseMany2one("integration.event", readonly=True, string="Message")
    by_hand = fields.Boolean(
        readonly=True, help="No flow sends it: a person was asked to change it there."
    )
    answer = fields.Char(readonly=True, help="What became of it, in a few words.")
    may_send_again = fields.Boolean(compute="_compute_may_answer")
    may_say_done = fields.Boolean(compute="_compute_may_answer")

    @api.depends_context("uid")
    @api.depends("change_state", "by_hand", "state")
    def _compute_may_answer(self):
        operates = self.env["integration.event"]._may_operate()
        for request in self:
            agreed = operates and request.state == "approved"
            request.may_send_again = agreed and request.change_state in (
                "sent",
                "refused",
                "superseded",
                "expired",
            )
            request.may_say_done = (
                agreed and request.by_hand and request.change_state in HOPEFUL
            )

    # === ACTION METHODS === #

    def action_send_again(self):
        """Ask the owner once more: it was agreed to already.

        :raises UserError: not allowed, or the record is no longer what was agreed to
        """
        for request in self:
            if not request.may_send_again:
                raise AccessError(self.env._("This cannot be sent again."))
            handler = request._handler()
            record = request.sudo()._record()
            request._check_unchanged(record, handler)
            handler._send(record, request)
        return True

    def action_say_done(self):
        """A person says that the owner made the change by hand."""
        for request in self:
            if not request.may_say_done:
                raise AccessError(
                    self.env._("Only what was asked for by hand is answered by hand.")
                )
            request._answer(
                "accepted", self.env._("Says %(user)s", user=self.env.user.name)
            )
        return True

    # === THE ANSWER === #

    def _set_change(self, state: str, **values) -> None:
        """The one place where the state of a change moves."""
        self.sudo().write(dict(values, change_state=state))
        # Whether anybody waits for an answer is kept in a cache.
        self.env.registry.clear_cache()

    def _answer(self, state: str, answer: str) -> None:
        """What the owner made of it; whoever asked is told."""
        for request in self.filtered(lambda r: r.change_state != state):
            request._set_change(state, answer=answer)
            request.sudo().activity_ids.unlink()
            request.sudo()._tell_change()

    def _tell_change(self) -> None:
        words = dict(self._fields["change_state"]._description_selection(self.env))
        for request in self.filtered(lambda r: r.requester_id.active):
            request.message_notify(
                partner_ids=request.requester_id.partner_id.ids,
                subject=f"{words[request.change_state]}: {request.name}",
                body=request.answer or "",
            )

    @api.model
    @tools.ormcache()
    def _awaits_answers(self) -> bool:
        """Whether any change was sent and not answered; no SQL once it is known."""
        return bool(self.sudo().search_count(AWAITED, limit=1))

    @api.model
    def _note_arrived(self, connector, changed: dict) -> None:
        """The system sent something about records: is it what was asked of it?

        :param changed: (model, res_id) → names of the fields it changed
        """
        if not changed or not self._awaits_answers():
            return
        requests = self.sudo().search(
            [
                *AWAITED,
                ("connector_id", "=", connector.id),
                ("model", "in", list({model for model, _id in changed})),
                ("res_id", "in", list({res_id for _model, res_id in changed})),
            ]
        )
        for request in requests:
            names = changed.get((request.model, request.res_id))
            if names is not None:
                request._compare_answer(names)

    def _compare_answer(self, names) -> None:
        """Compare the record as it is now with what was asked for.

        :param names: fields that just arrived changed
        """
        record = self._record()
        wanted = self.content["fields"]
        if not record:
            return
        if all(same_value(record, n, one["value"]) for n, one in wanted.items()):
            self._answer(
                "accepted", self.env._("%(owner)s sent it.", owner=self.owner_label)
            )
        elif self.change_state == "sent" and any(
            n in names and not same_value(record, n, one["value"])
            for n, one in wanted.items()
        ):
            self._answer(
                "superseded",
                self.env._("%(owner)s sent another value.", owner=self.owner_label),
            )

    @api.model
    def _note_sent(self, event_ids) -> None:
        """Messages out were refused for good: whoever asked is told."""
        if not event_ids or not self._awaits_answers():
            return
        requests = self.sudo().search(
            [("event_id", "in", list(event_ids)), ("change_state", "=", "sent")]
        )
        for request in requests:
            event = request.event_id.exists()
            if event.state in ("dead", "review", "quarantine", "cancelled"):
                request._answer("refused", event.error or self.env._("Not sent."))

    @api.model
    def _cron_expire(self) -> None:
        """Override to look for answers, and to end what nobody answered."""
        result = super()._cron_expire()
        sent = self.sudo().search(AWAITED)
        for request in sent:
            request._compare_answer(())
        self._note_sent(sent.filtered("event_id").event_id.ids)
        late = fields.Datetime.now() - LIFETIME
        for request in sent.filtered(lambda r: r.change_state == "sent"):
            if request.decided_at and request.decided_at < late:
                request._answer("expired", self.env._("No answer came."))
        return result
