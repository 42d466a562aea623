# Copyright 2026 Odoo Integration Suite contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl)
from odoo import api, fields, models

from .common import amount_text, comparison, ledger, selection_label


class IntegrationJobLog(models.Model):
    """One line of the sync log as a sentence and as a comparison."""

    _inherit = "integration.job.log"

    sentence = fields.Char(compute="_compute_sentence")
    comparison = fields.Json("Changed values", compute="_compute_comparison")
    ledger = fields.Json("Journal items", compute="_compute_comparison")
    amount_text = fields.Char("Amount as text", compute="_compute_amount_text")
    remark = fields.Char(compute="_compute_remark")
    may_open_document = fields.Boolean(compute="_compute_may_open_document")

    @api.depends("operation", "document_name", "message", "actor_id")
    def _compute_sentence(self):
        for log in self:
            log.sentence = log._sentence()

    def _sentence(self) -> str:
        self.ensure_one()
        # Only what was done to a document reads well as "… was …".
        if not self.document_name or self.status == "error":
            return self.message or selection_label(self, "operation")
        values = {
            "document": self.document_name,
            "operation": selection_label(self, "operation").lower(),
            "origin": self.external_id or "",
            "actor": self.actor_id.sudo().name or "",
        }
        if self.operation == "none":
            return self.env._("%(document)s: nothing had to be changed", **values)
        if not self.external_id:
            return self.env._("%(document)s: %(operation)s by %(actor)s", **values)
        return self.env._(
            "%(document)s: %(operation)s from %(origin)s by %(actor)s", **values
        )

    @api.depends("diff", "model")
    def _compute_comparison(self):
        for log in self:
            log.ledger = ledger(self.env, [log.diff])
            result = comparison(
                self.env,
                [(log.model, "", log.diff)],
                self.env._("This line changed no value."),
            )
            # Journal items say enough about what was only booked.
            log.comparison = result if result["rows"] or not log.ledger else False

    @api.depends("amount", "currency_id")
    def _compute_amount_text(self):
        for log in self:
            log.amount_text = amount_text(log)

    @api.depends("message", "document_name")
    def _compute_remark(self):
        """What the other columns do not say yet."""
        for log in self:
            log.remark = log.message if log.message != log.document_name else False

    @api.depends_context("uid")
    @api.depends("model", "res_id")
    def _compute_may_open_document(self):
        for log in self:
            record = (
                self.env[log.model].browse(log.res_id).exists()
                if log.res_id and log.model in self.env
                else None
            )
            log.may_open_document = bool(record) and record.has_access("read")

    def action_open_remote(self):
        """Open the object in the other system's own screens."""
        self.ensure_one()
        return self.event_id.action_open_remote()
