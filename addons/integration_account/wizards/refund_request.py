# Copyright 2026 Odoo Integration Suite contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl)
from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.tools import format_amount

from ..models.refund.refund import VOID_STATES

# Reasons that gateways know; anything else stays in Odoo, as internal reason.
REASONS = [
    ("requested_by_customer", "Asked for by the customer"),
    ("duplicate", "Paid twice"),
    ("fraudulent", "Fraud"),
]


class IntegrationRefundRequest(models.TransientModel):
    """What a person wants to give back of a payment, and what for."""

    _name = "integration.refund.request"
    _description = "Ask for a Refund"
    _check_company_auto = True

    source_model = fields.Char(required=True)
    source_id = fields.Many2oneReference(model_field="source_model", required=True)
    company_id = fields.Many2one("res.company", compute="_compute_offers")
    payment_move_ids = fields.Many2many("account.move", compute="_compute_offers")
    payment_move_id = fields.Many2one(
        "account.move",
        compute="_compute_payment_move_id",
        store=True,
        precompute=True,
        readonly=False,
        required=True,
        string="Payment",
        domain="[('id', 'in', payment_move_ids)]",
    )
    connector_id = fields.Many2one("integration.connector", compute="_compute_payment")
    partner_id = fields.Many2one("res.partner", compute="_compute_payment")
    currency_id = fields.Many2one("res.currency", compute="_compute_payment")
    left = fields.Monetary(compute="_compute_payment", string="Can be refunded")
    credit_note_id = fields.Many2one(
        "account.move",
        compute="_compute_credit_note_id",
        store=True,
        precompute=True,
        readonly=False,
        check_company=True,
        domain="[('move_type', '=', 'out_refund'), ('state', '=', 'posted'),"
        " ('commercial_partner_id', '=', partner_id),"
        " ('currency_id', '=', currency_id), ('amount_residual', '>', 0)]",
        help="What the money is given back for. Without one it stays open on the "
        "customer's account, or the credit note is made by rule of the connector.",
    )
    amount = fields.Monetary(
        compute="_compute_amount",
        store=True,
        precompute=True,
        readonly=False,
        required=True,
    )
    reason = fields.Selection(REASONS, default="requested_by_customer")
    note = fields.Char(string="Internal reason")
    refund_id = fields.Many2one("integration.refund", readonly=True)
    needs_approval = fields.Boolean(compute="_compute_needs_approval")
    what_follows = fields.Char(compute="_compute_needs_approval")

    # === WHAT CAN BE REFUNDED === #

    def _offers(self) -> list[tuple]:
        """(connector, payment, what is left of it), see `integration.refundable`."""
        self.ensure_one()
        if self.source_model not in ("account.payment", "account.move"):
            return []
        source = self.env[self.source_model].browse(self.source_id).exists()
        return source._integration_offers() if source else []

    def _offer(self) -> tuple | None:
        """The offer that was chosen."""
        # In the dialog, before it is saved, records are new ones over their origin.
        chosen = self.payment_move_id._origin
        return next((o for o in self._offers() if _move_of(o[1]) == chosen), None)

    @api.depends("source_model", "source_id")
    def _compute_offers(self):
        for request in self:
            payments = [payment for _connector, payment, _left in request._offers()]
            moves = self.env["account.move"]
            for payment in payments:
                moves |= _move_of(payment)
            request.payment_move_ids = moves
            request.company_id = moves.company_id[:1]

    @api.depends("payment_move_ids")
    def _compute_payment_move_id(self):
        for request in self:
            request.payment_move_id = request.payment_move_ids[:1]._origin

    @api.depends("payment_move_id")
    def _compute_payment(self):
        for request in self:
            connector, payment, left = request._offer() or (None, None, 0.0)
            request.connector_id = connector and connector.id
            request.left = left
            request.partner_id = payment and payment.partner_id.commercial_partner_id
            request.currency_id = payment and payment._integration_paid()[1]

    @api.depends("source_model", "source_id", "currency_id")
    def _compute_credit_note_id(self):
        for request in self:
            source = self.env["account.move"]
            if request.source_model == source._name:
                source = source.browse(request.source_id).exists()
            notes = (source | source.reversal_move_ids).filtered(
                lambda move: (
                    move.move_type == "out_refund"
                    and move.state == "posted"
                    and move.amount_residual > 0
                )
            )
            request.credit_note_id = notes[:1]._origin

    @api.depends("left", "credit_note_id")
    def _compute_amount(self):
        for request in self:
            note = request.credit_note_id._origin
            open_amount = request._open_on(note) if note else request.left
            request.amount = max(min(request.left, open_amount), 0.0)

    def _of_payment(self) -> dict:
        """What a refund says of the payment that was chosen."""
        payment = (self._offer() or (None, None))[1]
        if payment is None:
            return {}
        return {"payment_model": payment._name, "payment_res_id": payment.id}

    @api.depends("amount", "payment_move_id")
    def _compute_needs_approval(self):
        for request in self:
            refund = self.env["integration.refund"].new(
                {
                    "connector_id": request.connector_id.id,
                    "company_id": request.company_id.id,
                    "currency_id": request.currency_id.id,
                    "amount": request.amount,
                    **request._of_payment(),
                }
            )
            known = request.connector_id and request.currency_id and request.company_id
            request.needs_approval = bool(known) and refund._needs_approval()
            request.what_follows = request._sentence() if known else False

    def _sentence(self) -> str:
        values = {
            "amount": format_amount(self.env, self.amount, self.currency_id),
            "connector": self.connector_id.sudo().name,
        }
        if self.needs_approval:
            return self.env._(
                "A second person is asked before %(connector)s gives %(amount)s back.",
                **values,
            )
        return self.env._("%(connector)s gives %(amount)s back at once.", **values)

    # === ACTION METHODS === #

    def action_refund(self):
        """Ask for the refund, and show it; pressed again it is the same one."""
        self.ensure_one()
        if not self.refund_id:
            self.refund_id = self._ask()
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Refund"),
            "res_model": "integration.refund",
            "res_id": self.refund_id.id,
            "view_mode": "form",
        }

    def _ask(self):
        """Ask for the refund.

        :return: integration.refund
        :raises UserError: nothing is left, or the credit note does not fit
        """
        offer = self._offer()
        if not offer:
            raise UserError(self.env._("Nothing of this payment can be refunded now."))
        self._check_credit_note()
        connector, payment, _left = offer
        return self.env["integration.refund"]._ask(
            connector,
            payment,
            self.amount,
            reason=self.reason or False,
            note=(self.note or "").strip() or False,
            credit_note_id=self.credit_note_id.id,
        )

    def _check_credit_note(self) -> None:
        """:raises UserError: the credit note is not open for as much, or another's"""
        note = self.credit_note_id
        if note and (
            note.move_type != "out_refund"
            or note.state != "posted"
            or note.commercial_partner_id != self.partner_id
            or note.currency_id != self.currency_id
        ):
            raise UserError(
                self.env._(
                    "%(note)s is no posted credit note of this customer in "
                    "%(currency)s.",
                    note=note.display_name,
                    currency=self.currency_id.name,
                )
            )
        left = self._open_on(note)
        if not note or self.currency_id.compare_amounts(self.amount, left) <= 0:
            return
        raise UserError(
            self.env._(
                "%(note)s has only %(open)s open. Refund that much, or refund the "
                "rest without a credit note.",
                note=note.display_name,
                open=format_amount(self.env, left, note.currency_id),
            )
        )

    def _open_on(self, note) -> float:
        """What is open on a credit note and not on its way already."""
        # sudo: core's own table; also what the asker may not see counts.
        refunds = self.env["integration.refund"].sudo()
        coming = refunds.search(
            [("credit_note_id", "=", note.id), ("state", "not in", VOID_STATES)]
        ).filtered(lambda refund: not refund.line_ids)
        return note.amount_residual - sum(coming.mapped("amount"))


def _move_of(payment):
    """The journal entry of an account.payment, or of converted money."""
    return payment.move_id if payment._name == "account.payment" else payment
