# Copyright 2026 Odoo Integration Suite contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl)
from datetime import timedelta

from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError

LIFETIME = timedelta(days=14)
# What was asked, of whom, by whom: fixed once and for all, for everybody.
FIXED_FIELDS = {
    "model",
    "res_id",
    "action",
    "subject",
    "content",
    "content_hash",
    "company_id",
    "requester_id",
    "amount",
    "currency_id",
}


class IntegrationApproval(models.Model):
    """A second person's yes or no to one action on one record, as it was then.

    Whoever wants one calls :meth:`_request`. What is hashed, what happens when the
    second person said yes or no, and what the screen shows is the business of the
    action's handler (`integration.approval.handler`).
    """

    _name = "integration.approval"
    _description = "Approval"
    # mail.thread: an activity planned for somebody tells them through it.
    _inherit = ["mail.thread", "mail.activity.mixin"]
    _order = "id desc"

    name = fields.Char(required=True, readonly=True)
    model = fields.Char(required=True, readonly=True, index=True)
    res_id = fields.Many2oneReference(
        model_field="model", required=True, readonly=True, index=True, string="Record"
    )
    action = fields.Char(required=True, readonly=True)
    subject = fields.Char(
        readonly=True,
        default="",
        help="Which part of the record it is about, where several may wait at a time.",
    )
    content = fields.Json(readonly=True)
    content_hash = fields.Char(required=True, readonly=True)
    reason = fields.Char(
        readonly=True, string="Why", help="What the person says who asks."
    )
    effect = fields.Char(
        readonly=True, string="What follows", help="What happens once it is approved."
    )
    amount = fields.Monetary(readonly=True)
    currency_id = fields.Many2one("res.currency", readonly=True)
    company_id = fields.Many2one(
        "res.company", required=True, index=True, readonly=True
    )
    requester_id = fields.Many2one(
        "res.users", required=True, readonly=True, string="Asked by"
    )
    approver_id = fields.Many2one("res.users", string="Decided by", readonly=True)
    state = fields.Selection(
        [
            ("requested", "Waiting"),
            ("approved", "Approved"),
            ("refused", "Refused"),
            ("withdrawn", "Withdrawn"),
            ("expired", "Expired"),
        ],
        default="requested",
        required=True,
        readonly=True,
        index=True,
    )
    decision_reason = fields.Char(string="Reason")
    decided_at = fields.Datetime(readonly=True)
    expires_at = fields.Datetime(required=True, readonly=True, string="Open until")
    may_decide = fields.Boolean(
        compute="_compute_may_decide", search="_search_may_decide"
    )
    may_withdraw = fields.Boolean(compute="_compute_may_decide")

    _open_uniq = models.UniqueIndex(
        "(model, res_id, action, COALESCE(subject, '')) WHERE state = 'requested'",
        "This already waits for approval.",
    )
    # The last line: no program of ours or anybody's may write it otherwise.
    _second_person = models.Constraint(
        "CHECK (state <> 'approved' OR (approver_id IS NOT NULL "
        "AND approver_id <> requester_id))",
        "A second person must approve.",
    )

    @api.depends_context("uid")
    @api.depends("state", "requester_id")
    def _compute_may_decide(self):
        user = self.env.user
        manager = user.has_group("integration_core.group_manager")
        for approval in self:
            is_open = approval.state == "requested"
            approval.may_decide = manager and is_open and user not in approval._barred()
            approval.may_withdraw = is_open and (
                manager or approval.requester_id == user
            )

    def _search_may_decide(self, operator, value):
        if operator != "in":
            return NotImplemented
        # Open requests are few, and who is barred is each record's own affair.
        mine = self.search([("state", "=", "requested")]).filtered("may_decide")
        return [("id", "in" if True in value else "not in", mine.ids)]

    # === CRUD METHODS === #

    @api.model_create_multi
    def create(self, vals_list):
        if not self.env.su:
            raise AccessError(
                self.env._("An approval is asked for with Submit on the record.")
            )
        return super().create(vals_list)

    def write(self, vals):
        # Below the view on purpose: RPC and import meet the same rule.
        # Only the reason is for people, and only for the one who decides: what the
        # second person is shown must be what was submitted.
        if FIXED_FIELDS & vals.keys():
            raise AccessError(
                self.env._("What was asked stays as it was. Withdraw it, ask anew.")
            )
        if not self.env.su and (
            set(vals) - {"decision_reason"} or not all(a.may_decide for a in self)
        ):
            raise AccessError(
                self.env._("An approval is decided with Approve or Refuse only.")
            )
        return super().write(vals)

    @api.ondelete(at_uninstall=False)
    def _unlink_never(self):
        raise UserError(self.env._("Approvals are kept: they say who agreed to what."))

    # === ACTION METHODS === #

    def action_approve(self):
        """Approve. The requester cannot; what changed since cannot be approved."""
        for approval in self:
            approval._check_decision()
            record, handler = approval._record(), approval._handler()
            approval._check_unchanged(record, handler)
            approval._decide("approved")
            handler._granted(record, approval)
        return True

    def action_refuse(self):
        """Refuse; a reason is required."""
        for approval in self:
            approval._check_decision()
            if not (approval.decision_reason or "").strip():
                raise UserError(self.env._("Say why in the field Reason first."))
            approval._decide("refused")
            approval._handler()._refused(approval._record(), approval)
        return True

    def action_ask_reason(self):
        """Open the dialog that asks why it is refused."""
        for approval in self:
            approval._check_decision()
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Refuse"),
            "res_model": "integration.refuse",
            "view_mode": "form",
            "target": "new",
            "context": {"default_approval_ids": [fields.Command.set(self.ids)]},
        }

    def action_withdraw(self):
        """Take a request back: its requester, or a manager.

        :raises UserError: somebody else's, or decided already
        """
        for approval in self:
            if not approval.may_withdraw:
                raise UserError(
                    self.env._(
                        "Only %(user)s or a manager of Integrations can take this "
                        "back, and only while it waits.",
                        user=approval.requester_id.name,
                    )
                )
            approval._withdraw()
        return True

    def action_open_record(self):
        """Open what the request is about."""
        self.ensure_one()
        return {
            "type": "ir.actions.act_window",
            "res_model": self.model,
            "res_id": self.res_id,
            "view_mode": "form",
        }

    # === BUSINESS METHODS === #

    @api.model
    def _request(
        self,
        record,
        action: str,
        content: dict,
        name: str,
        *,
        reason: str = "",
        amount=0.0,
        currency=None,
        effect: str = "",
        subject: str = "",
    ):
        """Ask for approval of an action on a record as it is now.

        :param record: one record; its company's managers are asked
        :param action: key of the handler, `integration.approval.<action>`; without
            one of its own the record's hooks are called
        :param content: what is approved, as plain data; never secrets
        :param name: the request as a sentence
        :param reason: why, in the words of the person who asks
        :param amount: what it is about, in ``currency`` (record), if it is money
        :param effect: what happens once it is approved, in a few words
        :param subject: part of the record; each may have a request of its own
        :return: the request; activities of those who may decide are planned
        """
        record.ensure_one()
        company = record.company_id if "company_id" in record._fields else None
        approval = self.sudo().create(
            {
                "name": name,
                "model": record._name,
                "res_id": record.id,
                "action": action,
                "subject": subject,
                "content": content,
                "content_hash": self._handler_of(action)._content_hash(record, content),
                "reason": (reason or "").strip() or False,
                "effect": effect or False,
                "amount": amount or 0.0,
                "currency_id": currency.id if currency else False,
                "company_id": (company or self.env.company).id,
                "requester_id": self.env.uid,
                "expires_at": fields.Datetime.now() + LIFETIME,
                # Said, so that no default of the caller's says it (`ir.default`).
                "state": "requested",
                "approver_id": False,
                "decided_at": False,
                "decision_reason": False,
            }
        )
        approval._ask_approvers()
        return approval.sudo(self.env.su)

    @api.model
    def _open_for(self, record, action: str):
        """The request that waits for this record and action, or nothing."""
        return self.search(
            [
                ("model", "=", record._name),
                ("res_id", "in", record.ids),
                ("action", "=", action),
                ("state", "=", "requested"),
            ]
        )

    @api.model
    def _handler_of(self, action: str):
        """The handler of an action: its own, else the one that asks the record."""
        name = f"integration.approval.{action}"
        return self.env[name if name in self.env else "integration.approval.handler"]

    def _handler(self):
        self.ensure_one()
        return self._handler_of(self.action)

    def _record(self):
        """The record to act on, with the rights of the person who decides."""
        self.ensure_one()
        return self.env[self.model].browse(self.res_id).exists()

    def _barred(self):
        """Who may not decide: the requester, and who else made what is approved."""
        self.ensure_one()
        handler, record = self.sudo()._handler(), self.sudo()._record()
        return self.sudo().requester_id | handler._barred(record, self)

    def _check_decision(self) -> None:
        """:raises UserError: not open, expired, own request, or no manager"""
        self.ensure_one()
        if self.state != "requested":
            raise UserError(self.env._("This request is already decided."))
        if self.expires_at < fields.Datetime.now():
            raise UserError(
                self.env._("This request has expired. Ask for it to be sent again.")
            )
        if self.env.user in self._barred():
            raise UserError(self.env._("A second person must approve."))
        if not self.env.user.has_group("integration_core.group_manager"):
            raise UserError(self.env._("Only a manager of Integrations may decide."))
        if self.company_id not in self.env.user.company_ids:
            raise UserError(
                self.env._("This belongs to a company you do not work for.")
            )

    def _check_unchanged(self, record, handler) -> None:
        """:raises UserError: it is gone, or no longer what was submitted"""
        if not record:
            raise UserError(
                self.env._("What this is about was deleted. Refuse it instead.")
            )
        if handler._content_hash(record, self.content) != self.content_hash:
            raise UserError(
                self.env._(
                    "%(name)s was changed after it was submitted, so this request "
                    "no longer says what would happen. Ask %(user)s to withdraw "
                    "and submit it again.",
                    # sudo: whoever decides need not see the record.
                    name=record.sudo().display_name,
                    user=self.requester_id.name,
                )
            )

    def _decide(self, state: str) -> None:
        self._end(state, approver_id=self.env.uid)
        self._tell_requester()

    def _withdraw(self) -> None:
        """End open requests without a decision; what waited for them goes back."""
        for approval in self.filtered(lambda a: a.state == "requested"):
            approval._end("withdrawn")
            approval._handler()._refused(approval._record(), approval)

    def _end(self, state: str, **values) -> None:
        """Close the request, and the activities that asked for it."""
        approval = self.sudo()
        approval.write(dict(values, state=state, decided_at=fields.Datetime.now()))
        approval.activity_ids.unlink()
