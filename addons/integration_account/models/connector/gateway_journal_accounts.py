# Copyright 2026 Odoo Integration Suite contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl)
from odoo import api, fields, models
from odoo.exceptions import ValidationError

from ... import categories

# What stands on them is matched against each other, to the last cent.
RECONCILED = (categories.DISPUTES, categories.TRANSIT)


class IntegrationGatewayJournal(models.Model):
    """The other sides of the clearing account, for what is not a payment.

    All are optional: a gateway that never held anything back needs no account for it.
    What is needed and missing is said before activation, and by the movement itself.
    """

    _inherit = "integration.gateway.journal"

    fee_tax_account_id = fields.Many2one(
        "account.account",
        ondelete="restrict",
        check_company=True,
        string="Tax on fees account",
        help="Tax that the gateway states on its fees. Empty: with the fees.",
    )
    dispute_account_id = fields.Many2one(
        "account.account",
        ondelete="restrict",
        check_company=True,
        string="Disputes account",
        help="Money that is held back while a customer disputes a payment.",
    )
    chargeback_account_id = fields.Many2one(
        "account.account",
        ondelete="restrict",
        check_company=True,
        string="Chargeback losses account",
        help="Where a lost dispute ends.",
    )
    transit_account_id = fields.Many2one(
        "account.account",
        ondelete="restrict",
        check_company=True,
        string="Payouts in transit account",
        help="Money on its way to the bank, until the bank statement shows it.",
    )
    reserve_account_id = fields.Many2one(
        "account.account",
        ondelete="restrict",
        check_company=True,
        string="Reserves account",
        help="Money that the gateway holds back for a while.",
    )
    adjustment_account_id = fields.Many2one(
        "account.account",
        ondelete="restrict",
        check_company=True,
        string="Adjustments account",
        help="Where corrections by the gateway go. Empty: a person is asked each time.",
    )

    @api.constrains("dispute_account_id", "transit_account_id")
    def _check_reconciled_accounts(self):
        for row in self:
            for name in RECONCILED:
                account = row[name]
                if account and not account.reconcile:
                    raise ValidationError(
                        self.env._(
                            "%(account)s must allow reconciliation to serve as "
                            "%(purpose)s.",
                            account=account.display_name,
                            purpose=self._fields[name]._description_string(self.env),
                        )
                    )

    @api.constrains("clearing_account_id", *categories.OTHER_ACCOUNTS)
    def _check_accounts_differ(self):
        for row in self:
            for name in categories.OTHER_ACCOUNTS:
                if row[name] and row[name] == row.clearing_account_id:
                    raise ValidationError(
                        self.env._(
                            "%(account)s is the clearing account. It cannot be its own "
                            "other side as %(purpose)s.",
                            account=row[name].display_name,
                            purpose=self._fields[name]._description_string(self.env),
                        )
                    )

    def _account(self, name: str):
        """The account of a purpose, or what may stand in for it; may be empty.

        :param name: a field name of `categories`
        """
        self.ensure_one()
        found = self[name]
        if not found and name in categories.SUBSTITUTES:
            found = self[categories.SUBSTITUTES[name]]
        return found
