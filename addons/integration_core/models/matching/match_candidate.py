# Copyright 2026 Odoo Integration Suite contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl)
from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError


class IntegrationMatchCandidate(models.Model):
    """One record that could be meant, and how far it agrees at this moment."""

    _name = "integration.match.candidate"
    _description = "Candidate"
    _order = "review_id, sequence, id"
    _log_access = False

    review_id = fields.Many2one(
        "integration.match.review",
        required=True,
        readonly=True,
        index=True,
        ondelete="cascade",
    )
    company_id = fields.Many2one(related="review_id.company_id", store=True, index=True)
    sequence = fields.Integer(readonly=True)
    model = fields.Char(related="review_id.model")
    res_id = fields.Many2oneReference(
        model_field="model", required=True, readonly=True, string="Record"
    )
    state = fields.Selection(related="review_id.state")
    record_name = fields.Char("Name", compute="_compute_of_record")
    agrees = fields.Char(compute="_compute_of_record", string="Agrees in")
    may_link = fields.Boolean(compute="_compute_of_record")
    why_not = fields.Char(compute="_compute_of_record", string="Not proved")
    may_confirm = fields.Boolean(compute="_compute_of_record")

    @api.depends_context("uid")
    @api.depends("res_id", "review_id.incoming", "review_id.money")
    def _compute_of_record(self):
        manager = self.env.user.has_group("integration_core.group_manager")
        for candidate in self:
            record = candidate._record()
            marks = candidate.review_id._marks(record) if record else {}
            agreeing = [key for key, mark in marks.items() if mark == "same"]
            candidate.record_name = (
                record.display_name if record else self.env._("(deleted)")
            )
            labels = candidate.review_id._labels()
            candidate.agrees = ", ".join(labels[key] for key in agreeing)
            proved = candidate.review_id._is_proved(agreeing)
            candidate.may_link = bool(record) and proved
            candidate.why_not = "" if proved else candidate._why_not()
            candidate.may_confirm = bool(record) and not proved and manager

    def _record(self):
        """The record, if it is there and the reader may see it; else an empty one."""
        self.ensure_one()
        model = self.env[self.review_id.model].with_context(active_test=False)
        return model.search([("id", "=", self.res_id)])

    def _why_not(self) -> str:
        return self.env._(
            "No verified key agrees, such as a tax number, and money moves. A manager "
            "may link it with a reason."
        )

    # === ACTION METHODS === #

    def action_link(self):
        """This is the record that is meant; asks a manager how it was verified."""
        self.env["integration.event"]._require_operator()
        unproved = self.filtered(lambda c: not c.may_link)
        if not unproved:
            for candidate in self:
                candidate.review_id._decide("link", candidate.res_id)
            return True
        if any(not c._record() for c in unproved):
            raise UserError(self.env._("The record was deleted or is not visible."))
        if not self.env.user.has_group("integration_core.group_manager"):
            raise AccessError(unproved[0].why_not)
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Link %(count)s record(s)", count=len(self)),
            "res_model": "integration.match.confirm",
            "view_mode": "form",
            "target": "new",
            "context": {"default_candidate_ids": [fields.Command.set(self.ids)]},
        }

    def action_open_record(self):
        """Open the record."""
        self.ensure_one()
        return {
            "type": "ir.actions.act_window",
            "res_model": self.review_id.model,
            "res_id": self.res_id,
            "view_mode": "form",
        }
