# Copyright 2026 Odoo Integration Suite contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl)
from odoo import api, fields, models

from ..dispute.dispute import TAKEN_STATES

STATES = [
    ("draft", "Draft"),
    ("to_approve", "Waits for approval"),
    ("approved", "Approved, to be sent"),
    ("sent", "Sent"),
    ("pending", "On its way"),
    ("succeeded", "Refunded"),
    ("failed", "Failed"),
    ("canceled", "Cancelled"),
    ("refused", "Refused"),
]
# Nothing comes of these any more: the payment may be refunded once more.
VOID_STATES = ("failed", "canceled", "refused")


class IntegrationRefund(models.Model):
    """Money that is given back of one payment, asked for here or there.

    What it does to the books are its balance transactions (``line_ids``), reconciled
    with its credit note or with what the payment had left over. Rows are written by
    the hub only; people ask, approve and comment.
    """

    _name = "integration.refund"
    _description = "Refund"
    _inherit = ["integration.payment.document"]
    _document_entity = "refund"

    state = fields.Selection(
        STATES, required=True, readonly=True, default="draft", index=True
    )
    failure_reason = fields.Char(readonly=True, string="Why not")
    note = fields.Char(
        readonly=True, string="Internal reason", help="For whoever approves it."
    )
    credit_note_id = fields.Many2one(
        "account.move",
        readonly=True,
        index="btree_not_null",
        ondelete="restrict",
        check_company=True,
        copy=False,
        help="The credit note that it pays out.",
    )
    requested_by = fields.Many2one(
        "res.users",
        readonly=True,
        string="Asked for by",
        help="Empty: it was made in the other system.",
    )
    released_at = fields.Datetime(
        readonly=True, copy=False, help="When it was handed over to be sent."
    )
    line_ids = fields.One2many(
        "integration.settlement.line", "refund_id", string="Movements", readonly=True
    )
    move_ids = fields.Many2many(
        "account.move", compute="_compute_move_ids", string="Entries"
    )
    needs_credit_note = fields.Boolean(
        compute="_compute_needs_credit_note",
        store=True,
        string="Without credit note",
        help="The money is gone and nothing in the books says what for: the customer "
        "owes it again until a credit note meets it.",
    )

    _positive = models.Constraint("CHECK (amount > 0)", "A refund is above zero.")
    _external_uniq = models.UniqueIndex(
        "(connector_id, external_id) WHERE external_id IS NOT NULL",
        "This refund is there already.",
    )

    @api.depends("line_ids.move_id")
    def _compute_move_ids(self):
        for refund in self:
            refund.move_ids = refund.sudo().line_ids.move_id

    @api.depends(
        "state",
        "credit_note_id",
        "line_ids.category",
        "line_ids.state",
        "line_ids.move_id.line_ids.reconciled",
        "payment_res_id",
    )
    def _compute_needs_credit_note(self):
        for refund in self:
            # Money that has not moved yet is open by definition; what is older than
            # the books is nobody's here.
            legs = refund._legs("refund")
            met = bool(legs) and all(leg.reconciled for leg in legs)
            met = met or refund._is_history()
            refund.needs_credit_note = (
                refund.state == "succeeded" and not refund.credit_note_id and not met
            )

    def _legs(self, category: str):
        """Journal items of its movements on the customer's account.

        :param category: refund (debits), or refund_failure (credits)
        """
        lines = self.line_ids.filtered(lambda line: line.category == category)
        return lines.move_id.line_ids.filtered(
            lambda item: item.account_id.account_type == "asset_receivable"
        )

    @api.model
    def _refunded(self, payment) -> float:
        """What of a payment is given back, asked to be, or taken back by the bank.

        :param payment: account.payment or account.move that books it
        :return: in the currency of the payment
        """
        about = [
            ("payment_model", "=", payment._name),
            ("payment_res_id", "=", payment.id),
        ]
        # sudo: core's own tables; also what the asker may not see counts.
        refunds = self.sudo().search([*about, ("state", "not in", VOID_STATES)])
        disputes = self.env["integration.dispute"].sudo()
        taken = disputes.search([*about, ("state", "in", TAKEN_STATES)])
        kept = sum(dispute._taken() for dispute in taken)
        return sum(refunds.mapped("amount")) + kept

    def _tell(self, text: str) -> None:
        """A note in the chatter of each; nobody is mailed."""
        if self:
            self._message_log_batch(bodies=dict.fromkeys(self.ids, text))
