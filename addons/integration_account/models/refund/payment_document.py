# Copyright 2026 Odoo Integration Suite contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl)
from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.tools import SQL


class IntegrationPaymentDocument(models.AbstractModel):
    """What refunds and disputes have in common: they are about one payment.

    They say what a movement of the clearing account was for and book nothing on it
    themselves; the movements are `integration.settlement.line`.
    """

    _name = "integration.payment.document"
    _description = "Document about a payment"
    _inherit = ["mail.thread", "mail.activity.mixin", "integration.linked"]
    # Whoever reads it may comment on it; only the hub writes it.
    _mail_post_access = "read"
    _order = "id desc"

    # Canonical name of the entity; set by each document.
    _document_entity = ""

    name = fields.Char(compute="_compute_name", store=True)
    connector_id = fields.Many2one(
        "integration.connector",
        required=True,
        readonly=True,
        index=True,
        ondelete="restrict",
    )
    company_id = fields.Many2one(
        "res.company", required=True, readonly=True, index=True
    )
    payment_model = fields.Char(readonly=True)
    payment_res_id = fields.Many2oneReference(
        model_field="payment_model",
        readonly=True,
        index=True,
        string="Payment",
        help="The payment in Odoo, or its entry where the gateway converted it.",
    )
    invoice_ids = fields.Many2many(
        "account.move",
        compute="_compute_invoice_ids",
        string="Invoices",
        help="What the payment paid.",
    )
    partner_id = fields.Many2one(
        "res.partner", readonly=True, index=True, string="Customer"
    )
    # No sum: a list may hold several currencies.
    amount = fields.Monetary(readonly=True, aggregator=None)
    currency_id = fields.Many2one("res.currency", required=True, readonly=True)
    reason = fields.Char(readonly=True)
    external_id = fields.Char(
        readonly=True, index="btree_not_null", string="Object there", copy=False
    )
    requested_at = fields.Datetime(readonly=True, string="Opened")

    @api.depends("payment_model", "payment_res_id", "external_id")
    def _compute_name(self):
        for document in self:
            document.name = document._payment_name() or document.external_id or ""

    @api.depends("payment_model", "payment_res_id")
    def _compute_invoice_ids(self):
        """Invoices that the payments are reconciled with, read together."""
        moves = {}
        for model, group in self.grouped("payment_model").items():
            if not model:
                continue
            # sudo: who may read the refund may know which invoice it is of.
            records = self.env[model].sudo().browse(group.mapped("payment_res_id"))
            for record in records.exists():
                move = record.move_id if model == "account.payment" else record
                moves[model, record.id] = move
        for document in self:
            move = moves.get((document.payment_model, document.payment_res_id))
            paid = move.line_ids.matched_debit_ids.debit_move_id.move_id if move else ()
            document.invoice_ids = [m.id for m in paid if m.move_type == "out_invoice"]

    def _payment_name(self) -> str:
        """What people call the payment; '' where it is gone."""
        self.ensure_one()
        # sudo: who may read the refund may know which payment it is of.
        payment = self.sudo()._payment()
        # An entry is called by its number alone: its label repeats what it is of.
        entry = payment._name == "account.move"
        return (entry and payment.name) or payment.display_name or ""

    def _payment(self):
        """The account.payment, or account.move of converted money; may be empty."""
        self.ensure_one()
        model = self.payment_model or "account.payment"
        return self.env[model].browse(self.payment_res_id or ()).exists()

    def _payment_move(self):
        """The journal entry of the payment; may be empty."""
        payment = self._payment()
        return payment.move_id if payment._name == "account.payment" else payment

    def _meet_here(self) -> None:
        """Two workers that bring what belongs together must see each other.

        Movement and verdict, money and credit note: each would find the other missing,
        and nobody would put them together. Writing the row makes PostgreSQL refuse the
        second, which is then done again.
        """
        if self:
            self.env.cr.execute(
                SQL(
                    "UPDATE %s SET write_date = write_date WHERE id = ANY(%s)",
                    SQL.identifier(self._table),
                    sorted(self.ids),
                )
            )

    def _is_history(self) -> bool:
        """Whether it is older than the books: its money is in the opening balance."""
        self.ensure_one()
        opening = "opening" in self.sudo().line_ids.mapped("state")
        return opening or not self.payment_res_id

    # === ACTION METHODS === #

    def action_open_payment(self):
        """Open the payment, or the entry that books it."""
        self.ensure_one()
        if not self._payment():
            raise UserError(self.env._("The payment is not in Odoo any more."))
        return {
            "type": "ir.actions.act_window",
            "res_model": self.payment_model,
            "res_id": self.payment_res_id,
            "view_mode": "form",
        }

    def action_open_remote(self):
        """Open the object in the other system's own screens."""
        self.ensure_one()
        connector = self.connector_id.sudo()
        url = self.external_id and connector._adapter()._remote_url(
            connector, self._document_entity, self.external_id
        )
        if not url:
            raise UserError(self.env._("This system has no page for the object."))
        return {"type": "ir.actions.act_url", "url": url, "target": "new"}

    def _plan_task(self, summary: str, note: str, deadline=None) -> None:
        """A task for the person responsible for the connector, if there is one.

        :param deadline: date; None: today
        """
        for document in self.sudo():
            person = document.connector_id.user_id
            if not person or not document.with_user(person).has_access("read"):
                continue
            # Without the mail that Odoo sends to whom a task is given.
            document.with_context(mail_activity_quick_update=True).activity_schedule(
                "mail.mail_activity_data_todo",
                date_deadline=deadline or fields.Date.context_today(document),
                summary=summary,
                note=note,
                user_id=person.id,
            )
