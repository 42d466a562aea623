# Copyright 2026 Odoo Integration Suite contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl)
from odoo import api, fields, models

STATES = [
    ("inquiry", "Inquiry"),
    ("needs_response", "Needs your answer"),
    ("under_review", "Bank decides"),
    ("won", "Won"),
    ("lost", "Lost"),
    ("inquiry_closed", "Inquiry closed"),
    ("prevented", "Prevented"),
]
# Somebody can still do something about these.
OPEN_STATES = ("inquiry", "needs_response")


class IntegrationDispute(models.Model):
    """A payer asks their bank for a payment back.

    What is withheld and given back are its balance transactions (``line_ids``). The
    only entry of its own is the loss, when it is lost for good.
    """

    _name = "integration.dispute"
    _description = "Dispute"
    _inherit = ["integration.payment.document"]
    _document_entity = "dispute"
    _order = "respond_by, id desc"

    state = fields.Selection(
        STATES,
        required=True,
        readonly=True,
        default="needs_response",
        index=True,
        tracking=True,
    )
    respond_by = fields.Datetime(readonly=True, string="Answer by")
    closed_at = fields.Datetime(readonly=True, string="Decided")
    outcome = fields.Selection(
        [
            ("open", "Open"),
            ("won", "Won"),
            ("lost", "Lost"),
            ("none", "No money moved"),
        ],
        compute="_compute_outcome",
        store=True,
    )
    company_currency_id = fields.Many2one(related="company_id.currency_id")
    loss_move_id = fields.Many2one(
        "account.move",
        readonly=True,
        index="btree_not_null",
        ondelete="restrict",
        check_company=True,
        copy=False,
        string="Loss",
    )

    _external_uniq = models.UniqueIndex(
        "(connector_id, external_id)", "This dispute is there already."
    )

    @api.depends("state")
    def _compute_outcome(self):
        outcomes = {"inquiry_closed": "none", "prevented": "none"}
        for dispute in self:
            outcome = outcomes.get(dispute.state, dispute.state)
            dispute.outcome = outcome if outcome in ("won", "lost", "none") else "open"

    # === WHAT OTHERS CALL === #

    @api.model
    def _money_booked(self, lines) -> None:
        """Balance transactions of disputes were booked: reconcile what was withheld.

        Called in one batch, in the work environment of the connector; does nothing
        for what is reconciled already.

        :param lines: integration.settlement.line, those without a dispute are left out
        """
