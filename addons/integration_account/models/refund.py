# Copyright 2026 Odoo Integration Suite contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl)
from odoo import api, fields, models

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
# The peer does not know of these.
OWN_STATES = ("draft", "to_approve", "approved")


class IntegrationRefund(models.Model):
    """Money that is given back of one payment, asked for here or there.

    What it does to the books are its balance transactions (``line_ids``), reconciled
    with its credit note or with what the payment had left over.
    """

    _name = "integration.refund"
    _description = "Refund"
    _inherit = ["integration.payment.document"]
    _document_entity = "refund"

    state = fields.Selection(
        STATES, required=True, readonly=True, default="draft", index=True, tracking=True
    )
    failure_reason = fields.Char(readonly=True, string="Why not")
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

    @api.depends("state", "credit_note_id")
    def _compute_needs_credit_note(self):
        for refund in self:
            refund.needs_credit_note = (
                refund.state == "succeeded" and not refund.credit_note_id
            )

    # === WHAT OTHERS CALL === #

    @api.model
    def _money_booked(self, lines) -> None:
        """Balance transactions of refunds were booked: reconcile their entries.

        Called in one batch, in the work environment of the connector; does nothing
        for what is reconciled already.

        :param lines: integration.settlement.line, those without a refund are left out
        """

    @api.model
    def _credit_note_booked(self, moves) -> None:
        """Credit notes of refunds were posted: reconcile them with what was refunded.

        :param moves: account.move of type out_refund; the refunds name them in
            ``credit_note_id``
        """
