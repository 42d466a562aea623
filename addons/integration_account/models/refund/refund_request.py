# Copyright 2026 Odoo Integration Suite contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl)
from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError
from odoo.tools import SQL, float_compare, format_amount

from .refund import VOID_STATES

# Effect: it was handed over to be sent.
RELEASED = "refund"
ACTION = "refund"


class IntegrationRefund(models.Model):
    """A refund that a person asks for in Odoo, until it is handed over.

    Handed over means: one message in the outbox, and the effect in the ledger, in one
    transaction. From there on the send path keeps the promise that it arrives once.
    """

    _inherit = "integration.refund"

    may_request = fields.Boolean(compute="_compute_may_request")

    @api.depends_context("uid")
    def _compute_may_request(self):
        self.may_request = self._may_request()

    @api.model
    def _may_request(self) -> bool:
        """Whether the user may send money: a bookkeeper who works with messages."""
        user = self.env.user
        return self.env["integration.event"]._may_operate() and user.has_group(
            "account.group_account_invoice"
        )

    @api.model
    def _require_requester(self) -> None:
        """:raises AccessError: the user may not ask for refunds"""
        if not self._may_request():
            raise AccessError(
                self.env._(
                    "Only who may do invoicing and is an operator or manager of "
                    "Integrations may ask for a refund."
                )
            )

    # === ASKING === #

    @api.model
    def _ask(self, connector, payment, amount: float, **values):
        """Create a refund as asked for by the user, and send it or have it approved.

        :param payment: account.payment or account.move that the connector booked
        :param amount: in the currency of the payment, above zero
        :param values: further fields: reason, note, credit_note_id
        :return: the refund
        :raises UserError: nothing of this connector can take it, or it is too much
        """
        self._require_requester()
        payment.check_access("read")
        connector._require_refunds_out()
        currency = payment._integration_paid()[1]
        self._one_at_a_time(payment)
        self._check_room(payment, amount, currency)
        # sudo: core's own table.
        refund = self.sudo().create(
            {
                "connector_id": connector.id,
                "company_id": connector.company_id.id,
                "payment_model": payment._name,
                "payment_res_id": payment.id,
                "partner_id": payment.partner_id.commercial_partner_id.id,
                "amount": amount,
                "currency_id": currency.id,
                "requested_by": self.env.uid,
                "requested_at": fields.Datetime.now(),
                # Said, so that no default of the caller's says it.
                "state": "draft",
                "external_id": False,
                "released_at": False,
                "failure_reason": False,
                **values,
            }
        )
        refund = refund.with_env(self.env)
        if refund._needs_approval():
            refund._ask_second_person()
        else:
            refund._release()
        return refund

    @api.model
    def _one_at_a_time(self, payment) -> None:
        """Two people who ask for the same payment at once must see each other.

        Writing the row makes PostgreSQL refuse the second; Odoo does it again, and then
        it sees what the first one asked for.
        """
        self.env.cr.execute(
            SQL(
                "UPDATE %s SET write_date = write_date WHERE id = %s",
                SQL.identifier(payment._table),
                payment.id,
            )
        )

    @api.model
    def _check_room(self, payment, amount: float, currency) -> None:
        """:raises UserError: it is nothing, or more than what is left of the payment"""
        left = payment._integration_refundable()
        digits = currency.decimal_places
        if float_compare(amount, 0, digits) <= 0:
            raise UserError(self.env._("Enter an amount above zero."))
        if float_compare(amount, left, digits) > 0:
            raise UserError(
                self.env._(
                    "Of %(payment)s only %(left)s can still be refunded.",
                    payment=payment.display_name,
                    left=format_amount(self.env, left, currency),
                )
            )

    # === APPROVAL === #

    def _needs_approval(self) -> bool:
        """Whether a second person must agree: by the amount in company currency.

        What Odoo asked for of the same payment counts as well: many small refunds are a
        large one.
        """
        self.ensure_one()
        limit = self.sudo().connector_id.refund_approval_amount
        company = self.company_id
        if company.currency_id.is_zero(limit):
            return True  # also what is less than a cent there
        amount = self.currency_id._convert(
            self.amount + self._asked_before(),
            company.currency_id,
            company,
            fields.Date.context_today(self),
        )
        return company.currency_id.compare_amounts(amount, limit) > 0

    def _asked_before(self) -> float:
        """What people asked for of the same payment so far, in its currency."""
        # sudo: core's own table; also what the asker may not see counts.
        others = self.sudo().search(
            [
                ("payment_model", "=", self.payment_model),
                ("payment_res_id", "=", self.payment_res_id),
                ("requested_by", "!=", False),
                ("state", "not in", VOID_STATES),
                ("id", "!=", self._origin.id),
            ]
        )
        return sum(others.mapped("amount"))

    def _ask_second_person(self) -> None:
        self.ensure_one()
        self.sudo().state = "to_approve"
        shown = format_amount(self.env, self.amount, self.currency_id)
        self.env["integration.approval"]._request(
            self,
            ACTION,
            self._approved_content(),
            self.env._(
                "Refund %(amount)s of %(payment)s", amount=shown, payment=self.name
            ),
            reason=self.note or self._reason_word(),
            amount=self.amount,
            currency=self.currency_id,
            effect=self.env._(
                "%(amount)s leave the balance at %(connector)s",
                amount=shown,
                connector=self.sudo().connector_id.name,
            ),
        )

    def _approved_content(self) -> dict:
        """What a second person agrees to, in words."""
        self.ensure_one()
        return {
            "customer": self.partner_id.display_name or "",
            "payment": self.name,
            "invoice": ", ".join(self.invoice_ids.mapped("display_name")),
            "amount": format_amount(self.env, self.amount, self.currency_id),
            "credit_note": self.credit_note_id.name or "",
            "reason": self._reason_word(),
        }

    # === HANDING OVER === #

    def _release(self) -> None:
        """Hand it over to be sent: its message and its effect, in one transaction.

        :raises UserError: the flow was stopped meanwhile, or the payment is used up
        """
        self.ensure_one()
        refund = self.sudo()
        connector = refund.connector_id
        connector._require_refunds_out()
        refund._check_not_used_up()
        effects = self.env["integration.effect"]
        effects._record(
            refund.company_id,
            [
                {
                    "key": effects._key(connector, refund._own_key(), RELEASED),
                    "model": refund._name,
                    "res_id": refund.id,
                }
            ],
        )
        refund.write({"state": "approved", "released_at": fields.Datetime.now()})
        outbound = self.env["integration.outbound"]
        row = outbound._row_of(connector, "refund", refund._name, refund.id)
        # An effect: none is ever left out for a newer one.
        outbound._append([dict(row, kind="effect")])

    def _check_not_used_up(self) -> None:
        """:raises UserError: the payment is gone, or was refunded there meanwhile"""
        self.ensure_one()
        payment, currency = self._payment(), self.currency_id
        paid = payment._integration_paid()[0] if payment else 0.0
        if currency.compare_amounts(self._refunded(payment), paid) > 0:
            raise UserError(
                self.env._(
                    "Together with what was refunded meanwhile it is more than was "
                    "paid. Refuse it, or take it back."
                )
            )

    def _own_key(self) -> str:
        """Business key of a refund that has no id there yet: this very row."""
        self.ensure_one()
        database = self.env["integration.outbound"]._database()
        return f"{database}:{self._name}:{self.id}"

    # === ACTION METHODS === #

    def action_cancel(self):
        """Take back what was not handed over yet.

        :raises UserError: it is on its way already
        """
        self._require_requester()
        for refund in self:
            if refund.state not in ("draft", "to_approve"):
                raise UserError(
                    self.env._("%(name)s was handed over already.", name=refund.name)
                )
            waiting = self.env["integration.approval"].sudo()._open_for(refund, ACTION)
            if waiting:
                waiting._withdraw()
            refund.sudo().state = "canceled"
            refund._tell(self.env._("Taken back by %(user)s", user=self.env.user.name))
        return True

    def action_open_approval(self):
        """The request that waits for a second person, or how it was decided."""
        self.ensure_one()
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Approval"),
            "res_model": "integration.approval",
            "view_mode": "list,form",
            "domain": [
                ("model", "=", self._name),
                ("res_id", "=", self.id),
                ("action", "=", ACTION),
            ],
        }

    def action_open_message(self):
        """The message that takes it to the other system."""
        self.ensure_one()
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Messages"),
            "res_model": "integration.event",
            "view_mode": "list,form",
            "domain": [("model", "=", self._name), ("res_id", "=", self.id)],
        }
