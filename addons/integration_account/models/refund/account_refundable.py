# Copyright 2026 Odoo Integration Suite contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl)
from odoo import api, fields, models
from odoo.exceptions import UserError


class IntegrationRefundable(models.AbstractModel):
    """Payments, and documents that payments pay: what can be given back of them.

    A payment is an account.payment, or the journal entry of converted money.
    """

    _name = "integration.refundable"
    _description = "What can be refunded"

    integration_refund_count = fields.Integer(
        compute="_compute_integration_refunds", string="Refunds"
    )
    integration_dispute_count = fields.Integer(
        compute="_compute_integration_refunds", string="Disputes"
    )
    integration_may_refund = fields.Boolean(compute="_compute_integration_may_refund")

    # === HOOKS === #

    def _integration_payments(self) -> list:
        """Payments of connected systems behind a record, each once."""
        raise NotImplementedError

    def _integration_paid(self) -> tuple:
        """(amount, currency) of a payment, as the payer paid it."""
        raise NotImplementedError

    # === A PAYMENT === #

    def _integration_connector(self):
        """The connector that this payment came through; empty: none."""
        self.ensure_one()
        # sudo: core's own table.
        links = self.env["integration.external.id"].sudo()
        found = links.search(
            [
                ("entity", "=", "payment"),
                ("model", "=", self._name),
                ("res_id", "=", self.id),
                ("primary", "=", True),
            ],
            limit=1,
        )
        return found.connector_id.with_env(self.env)

    def _integration_refundable(self) -> float:
        """What of this payment can still be given back, in its own currency."""
        amount, currency = self._integration_paid()
        if not currency:
            return 0.0
        left = amount - self.env["integration.refund"]._refunded(self)
        return max(currency.round(left), 0.0)

    # === WHAT IS THERE === #

    def _compute_integration_refunds(self):
        for record in self:
            about = record._integration_about()
            for name, model in (
                ("integration_refund_count", "integration.refund"),
                ("integration_dispute_count", "integration.dispute"),
            ):
                documents = self.env[model]
                reads = about and documents.has_access("read")
                record[name] = documents.search_count(about) if reads else 0

    def _integration_about(self) -> list:
        """Domain of refunds and disputes of the payments behind it; []: none."""
        payments = self._integration_payments() if self.id else []
        if not payments:
            return []
        return [
            "|",
            *_about("account.payment", payments),
            *_about("account.move", payments),
        ]

    @api.depends_context("uid")
    def _compute_integration_may_refund(self):
        may = self.env["integration.refund"]._may_request()
        for record in self:
            record.integration_may_refund = bool(
                may and record.id and record._integration_offers()
            )

    def _integration_offers(self) -> list[tuple]:
        """(connector, payment, what is left of it) that can be refunded by Odoo."""
        self.ensure_one()
        offers = []
        for payment in self._integration_payments():
            connector = payment._integration_connector()
            left = payment._integration_refundable() if connector else 0
            if left and connector._sends_refunds():
                offers.append((connector, payment, left))
        return offers

    # === ACTION METHODS === #

    def action_integration_refund(self):
        """Open the dialog that asks what is to be refunded."""
        self.ensure_one()
        self.env["integration.refund"]._require_requester()
        if not self._integration_offers():
            raise UserError(
                self.env._(
                    "Nothing of it can be refunded from here: no payment of a "
                    "connected system that takes refunds has something left."
                )
            )
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Refund"),
            "res_model": "integration.refund.request",
            "view_mode": "form",
            "target": "new",
            "context": {
                "default_source_model": self._name,
                "default_source_id": self.id,
            },
        }

    def action_open_integration_refunds(self):
        """Refunds of the payments behind this record."""
        return self._open_documents("integration.refund", self.env._("Refunds"))

    def action_open_integration_disputes(self):
        """Disputes of the payments behind this record."""
        return self._open_documents("integration.dispute", self.env._("Disputes"))

    def _open_documents(self, model: str, title: str) -> dict:
        self.ensure_one()
        found = self.env[model].search(
            self._integration_about() or [("id", "=", False)]
        )
        action = {
            "type": "ir.actions.act_window",
            "name": title,
            "res_model": model,
            "view_mode": "list,kanban,form",
            "domain": [("id", "in", found.ids)],
        }
        if len(found) == 1:
            action |= {"view_mode": "form", "res_id": found.id}
        return action


class AccountPayment(models.Model):
    _name = "account.payment"
    _inherit = ["account.payment", "integration.refundable"]

    def _integration_payments(self) -> list:
        """Override of `integration.refundable`: itself."""
        return list(self)

    def _integration_paid(self) -> tuple:
        """Override of `integration.refundable`."""
        self.ensure_one()
        return self.amount, self.currency_id


class AccountMove(models.Model):
    _name = "account.move"
    _inherit = ["account.move", "integration.refundable"]

    def _integration_payments(self) -> list:
        """Override of `integration.refundable`: what paid the invoice, also that of
        the invoice a credit note reverses; an entry of converted money is itself."""
        documents = (self | self.reversed_entry_id).filtered("move_type")
        entries = self.filtered(lambda move: move.move_type == "entry")
        items = _receivable(documents.filtered(lambda move: move.is_sale_document()))
        moves = entries | (
            items.matched_credit_ids.credit_move_id
            | items.matched_debit_ids.debit_move_id
        ).move_id.filtered(lambda move: move.move_type == "entry")
        payments = [move.origin_payment_id or move for move in moves]
        return list(dict.fromkeys(p for p in payments if p._integration_connector()))

    def _integration_paid(self) -> tuple:
        """Override of `integration.refundable`: of an entry of converted money."""
        self.ensure_one()
        items = _receivable(self)
        return -sum(items.mapped("amount_currency")), items.currency_id[:1]


def _receivable(moves):
    """Journal items on customers' accounts."""
    return moves.line_ids.filtered(
        lambda item: item.account_id.account_type == "asset_receivable"
    )


def _about(model: str, payments: list) -> list:
    """Domain of documents about payments of one model."""
    ids = [payment.id for payment in payments if payment._name == model]
    return ["&", ("payment_model", "=", model), ("payment_res_id", "in", ids)]
