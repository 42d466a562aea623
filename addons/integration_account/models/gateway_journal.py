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
