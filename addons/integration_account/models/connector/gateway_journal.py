# Copyright 2026 Odoo Integration Suite contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl)
from odoo import api, fields, models
from odoo.exceptions import ValidationError


class IntegrationGatewayJournal(models.Model):
    """Where the money of one settlement currency of a connector is booked.

    A payment gateway keeps one balance for each currency it settles in; each of them is
    a journal with a clearing account of its own, so that its balance can be compared.
    """

    _name = "integration.gateway.journal"
    _description = "Gateway Journal"
    _order = "connector_id, currency_id"
    _check_company_auto = True

    connector_id = fields.Many2one(
        "integration.connector", required=True, index=True, ondelete="cascade"
    )
    company_id = fields.Many2one(
        related="connector_id.company_id", store=True, index=True
    )
    currency_id = fields.Many2one(
        "res.currency",
        required=True,
        ondelete="restrict",
        string="Settlement currency",
        help="The currency of the balance that the money arrives in.",
    )
    journal_id = fields.Many2one(
        "account.journal",
        required=True,
        ondelete="restrict",
        check_company=True,
        domain="[('type', 'in', ('bank', 'credit'))]",
        help="Payments are booked in this journal.",
    )
    clearing_account_id = fields.Many2one(
        "account.account",
        required=True,
        ondelete="restrict",
        check_company=True,
        help="Stands for the money at the gateway until it is paid out.",
    )
    fee_account_id = fields.Many2one(
        "account.account",
        ondelete="restrict",
        check_company=True,
        help="Where the gateway's fees are booked.",
    )

    _currency_uniq = models.UniqueIndex(
        "(connector_id, currency_id)",
        "This connector already has a journal for this settlement currency.",
    )

    # === CONSTRAINTS === #

    @api.constrains("journal_id", "connector_id")
    def _check_journal_company(self):
        for row in self:
            if row.journal_id.company_id != row.connector_id.company_id:
                raise ValidationError(
                    self.env._(
                        "%(journal)s belongs to %(other)s, and %(name)s works for "
                        "%(company)s. Choose a journal of that company.",
                        journal=row.journal_id.display_name,
                        other=row.journal_id.company_id.name,
                        name=row.connector_id.name,
                        company=row.connector_id.company_id.name,
                    )
                )

    @api.constrains("journal_id", "currency_id")
    def _check_journal_currency(self):
        for row in self:
            journal = row.journal_id
            own = journal.currency_id or journal.company_id.currency_id
            if own != row.currency_id:
                raise ValidationError(
                    self.env._(
                        "%(journal)s is in %(own)s. Money that settles in %(currency)s "
                        "needs a journal in %(currency)s.",
                        journal=journal.display_name,
                        own=own.name,
                        currency=row.currency_id.name,
                    )
                )

    @api.constrains("clearing_account_id")
    def _check_clearing_account(self):
        for row in self:
            if not row.clearing_account_id.reconcile:
                raise ValidationError(
                    self.env._(
                        "The clearing account %(account)s must allow reconciliation.",
                        account=row.clearing_account_id.display_name,
                    )
                )

    # === CRUD METHODS === #

    @api.model_create_multi
    def create(self, vals_list):
        rows = super().create(vals_list)
        rows._check_governed()
        return rows

    def write(self, vals):
        self._check_governed()
        result = super().write(vals)
        self._check_governed()
        return result

    @api.ondelete(at_uninstall=False)
    def _unlink_except_at_work(self):
        self._check_governed()

    def _check_governed(self) -> None:
        """:raises UserError: the approval of a connector at work covers its journals"""
        if not self.env.su:
            self.connector_id._require_standstill()
