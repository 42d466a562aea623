# Copyright 2026 Odoo Integration Suite contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl)
from odoo import api, fields, models
from odoo.exceptions import ValidationError

from ...categories import OTHER_ACCOUNTS

# What an approval of a connector covers of its accounting defaults.
ACCOUNT_FIELDS = (
    "sale_journal_id",
    "default_product_id",
    "fiscal_position_policy",
    "fiscal_position_id",
    "posting_policy",
    "move_name_policy",
    "negative_policy",
    "uncollectible_policy",
    "bad_debt_account_id",
)


class IntegrationConnector(models.Model):
    """Odoo's side of the money: journals, accounts, and what is done with documents."""

    _inherit = "integration.connector"

    sale_journal_id = fields.Many2one(
        "account.journal",
        string="Sales journal",
        check_company=True,
        domain="[('type', '=', 'sale')]",
        help="Invoices of this connector are booked here, and no others, so that their "
        "numbers have no gaps of somebody else's making.",
    )
    gateway_journal_ids = fields.One2many(
        "integration.gateway.journal", "connector_id", string="Gateway journals"
    )
    default_product_id = fields.Many2one(
        "product.product",
        string="Default product",
        check_company=True,
        help="Used for lines that name no product. Empty: the journal's income "
        "account.",
    )
    fiscal_position_policy = fields.Selection(
        [
            ("partner", "As Odoo finds it for the customer"),
            ("fixed", "Always the same"),
            ("none", "None"),
        ],
        string="Fiscal position",
        required=True,
        default="none",
        help="It decides about income accounts only: taxes are those of the document.",
    )
    fiscal_position_id = fields.Many2one(
        "account.fiscal.position", string="Fixed fiscal position", check_company=True
    )
    posting_policy = fields.Selection(
        [("post", "Post"), ("draft", "Leave as draft")],
        string="Invoices",
        required=True,
        default="post",
        help="Draft: an accountant posts them; payments wait until then.",
    )
    move_name_policy = fields.Selection(
        [
            ("ref", "Odoo's number, theirs as reference"),
            ("name", "Their number is the number in Odoo"),
        ],
        string="Invoice number",
        required=True,
        default="ref",
    )
    negative_policy = fields.Selection(
        [("review", "Ask a person"), ("refund", "Book as credit note")],
        string="Invoices below zero",
        required=True,
        default="review",
    )
    uncollectible_policy = fields.Selection(
        [("note", "Only note it"), ("write_off", "Write off as bad debt")],
        string="Uncollectible invoices",
        required=True,
        default="note",
        help="Whether the tax can be claimed back differs by country; therefore the "
        "default leaves the entry to the accountant.",
    )
    bad_debt_account_id = fields.Many2one(
        "account.account", string="Bad debt account", check_company=True
    )

    @api.constrains("sale_journal_id", "company_id")
    def _check_sale_journal_company(self):
        for connector in self:
            journal = connector.sale_journal_id
            if journal and journal.company_id != connector.company_id:
                raise ValidationError(
                    self.env._(
                        "%(journal)s belongs to %(other)s, and %(name)s works for "
                        "%(company)s. Choose a sales journal of that company.",
                        journal=journal.display_name,
                        other=journal.company_id.name,
                        name=connector.name,
                        company=connector.company_id.name,
                    )
                )

    @api.model
    def _service_user_groups(self):
        """Override of `integration_core`: invoices, and the products on them."""
        return (
            super()._service_user_groups()
            | self.env.ref("account.group_account_invoice")
            | self.env.ref("product.group_product_manager")
        )

    @api.model
    def _governed_fields(self):
        """Override of `integration_core`: what is approved is where money is booked."""
        return (*super()._governed_fields(), *ACCOUNT_FIELDS, "gateway_journal_ids")

    def _governed_content(self) -> dict:
        """Override of `integration_core`: the approval covers where money is booked."""
        content = super()._governed_content()
        for name in ACCOUNT_FIELDS:
            content[name] = self._fields[name].convert_to_read(self[name], self, False)
        content["gateway_journals"] = sorted(
            [
                row.currency_id.name,
                row.journal_id.id,
                row.clearing_account_id.id,
                row.fee_account_id.id,
                *(row[name].id for name in OTHER_ACCOUNTS),
            ]
            for row in self.gateway_journal_ids
        )
        return content

    def _gateway_journal(self, currency):
        """Gateway journal of a settlement currency; empty where there is none.

        :param currency: res.currency record
        """
        self.ensure_one()
        return self.gateway_journal_ids.filtered(lambda r: r.currency_id == currency)[
            :1
        ]

    def _document_date(self, instant: str | None):
        """Calendar day of a canonical instant where the company is.

        :param instant: RFC 3339 UTC, or None
        :return: datetime.date, or None
        """
        self.ensure_one()
        if not instant:
            return None
        moment = fields.Datetime.to_datetime(instant[:19].replace("T", " "))
        return fields.Datetime.context_timestamp(
            self.with_context(tz=self._time_zone()), moment
        ).date()

    def _time_zone(self) -> str:
        """Where the company is, as far as days of documents go."""
        return self.company_id.sudo().partner_id.tz or self.service_user_id.tz or "UTC"
