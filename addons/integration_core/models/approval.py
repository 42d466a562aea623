# Copyright 2026 Odoo Integration Suite contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl)
from datetime import timedelta

from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError

LIFETIME = timedelta(days=14)


class IntegrationApproval(models.Model):
    """A second person's yes or no to one action on one record, as it was then.

    A model that wants approvals implements ``_content_hash()``,
    ``_approval_granted(approval)`` and ``_approval_refused(approval)``.
    """

    _name = "integration.approval"
    _description = "Approval"
    _order = "id desc"

    name = fields.Char(required=True, readonly=True)
    model = fields.Char(required=True, readonly=True, index=True)
    res_id = fields.Many2oneReference(
        model_field="model", required=True, readonly=True, index=True, string="Record"
    )
    action = fields.Char(required=True, readonly=True)
    content = fields.Json(readonly=True)
    content_hash = fields.Char(required=True, readonly=True)
    company_id = fields.Many2one(
        "res.company", required=True, index=True, readonly=True
    )
    requester_id = fields.Many2one("res.users", required=True, readonly=True)
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
    expires_at = fields.Datetime(required=True, readonly=True)
    may_decide = fields.Boolean(compute="_compute_may_decide")

    _open_uniq = models.UniqueIndex(
        "(model, res_id, action) WHERE state = 'requested'",
        "This already waits for approval.",
    )

    @api.depends_context("uid")
    @api.depends("state", "requester_id")
    def _compute_may_decide(self):
        manager = self.env.user.has_group("integration_core.group_manager")
        for approval in self:
            approval.may_decide = (
                manager
                and approval.state == "requested"
                and approval.requester_id != self.env.user
            )

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
        if not self.env.su and (
            set(vals) - {"decision_reason"} or not all(a.may_decide for a in self)
        ):
            raise AccessError(
                self.env._("An approval is decided with Approve or Refuse only.")
            )
        return super().write(vals)

    # === ACTION METHODS === #

    def action_approve(self):
        """Approve. The requester cannot; what changed since cannot be approved."""
        for approval in self:
            approval._check_decision()
            record = approval._record()
            if record._content_hash() != approval.content_hash:
                raise UserError(
                    self.env._(
                        "%(name)s was changed after it was submitted, so this request "
                        "no longer says what would happen. Ask %(user)s to withdraw "
                        "and submit it again.",
                        name=record.display_name,
                        user=approval.requester_id.name,
                    )
                )
            approval._decide("approved")
            record._approval_granted(approval)
        return True

    def action_refuse(self):
        """Refuse; a reason is required."""
        for approval in self:
            approval._check_decision()
            if not approval.decision_reason:
                raise UserError(self.env._("Say why in the field Reason first."))
            approval._decide("refused")
            approval._record()._approval_refused(approval)
        return True

    # === BUSINESS METHODS === #

    @api.model
    def _request(self, record, action: str, content: dict, name: str):
        """Ask for approval of an action on a record as it is now."""
        record.ensure_one()
        return self.sudo().create(
            {
                "name": name,
                "model": record._name,
                "res_id": record.id,
                "action": action,
                "content": content,
                "content_hash": record._content_hash(),
                "company_id": (record.company_id or self.env.company).id,
                "requester_id": self.env.uid,
                "expires_at": fields.Datetime.now() + LIFETIME,
            }
        )

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

    def _record(self):
        """The record to act on, with the rights of the person who decides."""
        self.ensure_one()
        return self.env[self.model].browse(self.res_id).exists()

    def _check_decision(self) -> None:
        """:raises UserError: not open, expired, own request, or no manager"""
        self.ensure_one()
        if self.state != "requested":
            raise UserError(self.env._("This request is already decided."))
        if self.expires_at < fields.Datetime.now():
            raise UserError(
                self.env._("This request has expired. Ask for it to be sent again.")
            )
        if self.requester_id == self.env.user:
            raise UserError(self.env._("A second person must approve."))
        if not self.env.user.has_group("integration_core.group_manager"):
            raise UserError(self.env._("Only a manager of Integrations may decide."))

    def _decide(self, state: str) -> None:
        self.sudo().write(
            {
                "state": state,
                "approver_id": self.env.uid,
                "decided_at": fields.Datetime.now(),
            }
        )

    def _withdraw(self) -> None:
        self.sudo().write({"state": "withdrawn", "decided_at": fields.Datetime.now()})
