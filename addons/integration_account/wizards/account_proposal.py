# Copyright 2026 Odoo Integration Suite contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl)
from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.fields import Command

from ..models.connector.connector_proposal import Proposed


class IntegrationAccountProposal(models.TransientModel):
    """Shows which journals and accounts will be created, before they are."""

    _name = "integration.account.proposal"
    _description = "Proposal of Journals and Accounts"

    connector_id = fields.Many2one("integration.connector", required=True)
    currency_ids = fields.Many2many(
        "res.currency",
        string="Settlement currencies",
        compute="_compute_currency_ids",
        store=True,
        readonly=False,
        help="The currencies of the balances that the money arrives in.",
    )
    line_ids = fields.One2many(
        "integration.account.proposal.line",
        "proposal_id",
        compute="_compute_line_ids",
        store=True,
        readonly=False,
    )
    missing_count = fields.Integer(compute="_compute_missing_count")

    @api.depends("connector_id")
    def _compute_currency_ids(self):
        for proposal in self:
            connector = proposal.connector_id
            proposal.currency_ids = (
                connector.gateway_journal_ids.currency_id
                or connector.company_id.currency_id
            )

    @api.depends("connector_id", "currency_ids")
    def _compute_line_ids(self):
        for proposal in self:
            parts = proposal.connector_id._proposal(
                # Of a form that is not saved yet: the currencies themselves.
                proposal.currency_ids._origin.sorted("name")
            )
            proposal.line_ids = [
                Command.clear(),
                *(Command.create(self._line_values(part)) for part in parts),
            ]

    @api.model
    def _line_values(self, part: Proposed) -> dict:
        method = part.kind == "method"
        record = part.record
        return {
            "kind": part.kind,
            "currency_id": part.currency.id,
            "outcome": self._outcome(part),
            "name": record.display_name if record else part.name,
            "code": False if method else record.code if record else part.code,
        }

    @api.depends("line_ids.outcome")
    def _compute_missing_count(self):
        for proposal in self:
            lines = proposal.line_ids.filtered(lambda line: line.outcome != "exists")
            proposal.missing_count = len(lines)

    def action_apply(self):
        """Create what is missing and set the connector's defaults.

        :raises UserError: a name or code is empty, or things changed since they were
            shown
        """
        self.ensure_one()
        parts = self.connector_id._proposal(self.currency_ids.sorted("name"))
        lines = {(line.kind, line.currency_id): line for line in self.line_ids}
        shown = {key: line.outcome for key, line in lines.items()}
        if shown != {(p.kind, p.currency): self._outcome(p) for p in parts}:
            raise UserError(
                self.env._(
                    "Journals or accounts changed since this was shown. Close the "
                    "dialog and press Propose again."
                )
            )
        self.connector_id._apply_proposal(
            [self._edited(part, lines[part.kind, part.currency]) for part in parts]
        )
        return {"type": "ir.actions.act_window_close"}

    @api.model
    def _edited(self, part: Proposed, line) -> Proposed:
        """A part with the name and code that the person chose."""
        if self._outcome(part) != "create":
            return part
        name, code = (line.name or "").strip(), (line.code or "").strip()
        if not name or not code:
            raise UserError(
                self.env._("Everything that is created needs a name and a code.")
            )
        return part._replace(name=name, code=code)

    @api.model
    def _outcome(self, part: Proposed) -> str:
        if part.record:
            return "exists"
        return "set" if part.kind == "method" else "create"
