# Copyright 2026 Odoo Integration Suite contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl)
from odoo import api, fields, models
from odoo.exceptions import UserError

CATEGORIES = [
    ("charge", "Payment"),
    ("charge_failure", "Payment that failed later"),
    ("refund", "Refund"),
    ("refund_failure", "Refund that failed"),
    ("dispute", "Dispute"),
    ("dispute_reversal", "Dispute, given back"),
    ("fee", "Fee"),
    ("tax", "Tax on fees"),
    ("network_cost", "Network cost"),
    ("payout", "Payout"),
    ("payout_reversal", "Payout, came back"),
    ("hold", "Held back"),
    ("release", "Released"),
    ("topup", "Top-up"),
    ("topup_reversal", "Top-up, taken back"),
    ("adjustment", "Adjustment"),
    ("transfer", "Transfer"),
]
STATES = [
    ("expected", "Not read yet"),
    ("booked", "Booked"),
    ("opening", "In the opening balance"),
]


class IntegrationSettlementLine(models.Model):
    """One movement of the balance at a gateway: the ledger of the clearing account.

    A row stands for exactly one balance transaction of the other system, which never
    changes there; it is booked once. The gross amount of a payment is the one thing
    that another entry books (`account.payment`, or that of `entity_payment_booking`);
    everything else on the clearing account comes from a row of this table.
    """

    _name = "integration.settlement.line"
    _description = "Balance Transaction"
    _inherit = ["integration.linked"]
    _order = "occurred_at desc, id desc"
    _rec_name = "external_id"

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
    external_id = fields.Char(required=True, readonly=True, string="Object there")
    category = fields.Selection(CATEGORIES, readonly=True, index=True, string="Kind")
    amount = fields.Monetary(
        readonly=True, help="What the balance moved by, before the fee."
    )
    fee = fields.Monetary(readonly=True, help="What the gateway took of it.")
    net = fields.Monetary(readonly=True, help="Amount less fee.")
    currency_id = fields.Many2one(
        "res.currency", readonly=True, help="Currency of the balance."
    )
    original_amount = fields.Monetary(
        currency_field="original_currency_id",
        readonly=True,
        help="The amount before the gateway converted it.",
    )
    original_currency_id = fields.Many2one("res.currency", readonly=True)
    exchange_rate = fields.Char(
        readonly=True, help="One unit of the original currency in that of the balance."
    )
    occurred_at = fields.Datetime(readonly=True, string="Moved at")
    date = fields.Date(
        readonly=True, index=True, help="Its day in the time zone of the company."
    )
    available_on = fields.Date(
        readonly=True, string="May be paid out", help="From this day on."
    )
    description = fields.Char(readonly=True, string="Their words")
    source = fields.Char(
        readonly=True, index="btree_not_null", help="What it is about, there."
    )
    payout_ref = fields.Char(
        readonly=True,
        index="btree_not_null",
        string="Payout there",
        help="Of a payout's own movement: the payout.",
    )
    fees = fields.Json(readonly=True, help="Parts of the fee: kind, amount, text.")
    state = fields.Selection(
        STATES, required=True, readonly=True, default="expected", index=True
    )
    move_id = fields.Many2one(
        "account.move",
        readonly=True,
        index="btree_not_null",
        ondelete="restrict",
        string="Entry",
        help="Empty where there is nothing to book: a payment without a fee.",
    )
    partner_id = fields.Many2one("res.partner", readonly=True, string="Customer")
    payment_model = fields.Char(readonly=True)
    payment_res_id = fields.Many2oneReference(
        model_field="payment_model", readonly=True, string="Payment"
    )
    chosen_account_id = fields.Many2one(
        "account.account",
        readonly=True,
        ondelete="restrict",
        string="Book to",
        help="Where a person wants its amount to be booked.",
    )
    chosen_partner_id = fields.Many2one("res.partner", readonly=True)
    chosen_by = fields.Many2one("res.users", readonly=True)
    reason = fields.Char(readonly=True)

    _external_uniq = models.UniqueIndex(
        "(connector_id, external_id)", "This balance transaction is here already."
    )
    _payment_idx = models.Index("(payment_model, payment_res_id)")

    # === CRUD METHODS === #

    @api.model_create_multi
    def create(self, vals_list):
        self._require_system()
        return super().create(vals_list)

    def write(self, vals):
        self._require_system()
        return super().write(vals)

    def unlink(self):
        self._require_system()
        return super().unlink()

    def _require_system(self) -> None:
        """:raises UserError: a person tries to write what the gateway said"""
        if not self.env.su:
            raise UserError(
                self.env._(
                    "Balance transactions are what the gateway says. They cannot be "
                    "changed; correct the entry in the books instead."
                )
            )

    # === BUSINESS METHODS === #

    @api.model
    def _rows_of(self, connector, external_ids) -> dict:
        """External id → row, for those that are here; system rights.

        Also what another connector to the same account has brought.

        :param external_ids: iterable of the peer's ids
        """
        found = self.sudo().search(
            [
                ("connector_id", "in", connector._of_same_account().ids),
                ("external_id", "in", list(external_ids)),
            ]
        )
        return {row.external_id: row for row in found}

    def _clearing_lines(self):
        """Journal items of these movements on the clearing account of their currency.

        The legs of their own entries, and the gross leg of the payment that a charge
        ties to. Three statements, whatever the number of rows.

        :return: account.move.line records, in the environment of this recordset
        """
        moves = self.move_id.ids
        payments, entries = [], []
        for row in self:
            if row.category != "charge" or not row.payment_res_id:
                continue
            mine = payments if row.payment_model == "account.payment" else entries
            mine.append(row.payment_res_id)
        moves += self.env["account.payment"].browse(payments).move_id.ids + entries
        if not moves:
            return self.env["account.move.line"]
        gateways = self.connector_id.sudo().gateway_journal_ids
        return self.env["account.move.line"].search(
            [
                ("move_id", "in", moves),
                ("account_id", "in", gateways.clearing_account_id.ids),
                ("currency_id", "in", self.currency_id.ids),
            ]
        )
