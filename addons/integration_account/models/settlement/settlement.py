# Copyright 2026 Odoo Integration Suite contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl)
from odoo import api, fields, models
from odoo.exceptions import UserError

# What the gateway says about a payout.
STATES = [
    ("pending", "Pending"),
    ("in_transit", "On its way"),
    ("paid", "Paid"),
    ("failed", "Failed"),
    ("canceled", "Cancelled"),
]
# The money came back, or never left.
ENDED = ("failed", "canceled")
# What Odoo makes of it.
TIE_STATES = [
    ("waiting", "Waits for transactions"),
    ("open", "Does not add up"),
    ("tied", "Tied out"),
    ("bank", "In the bank"),
    ("failed", "Money returned"),
]
PROBLEMS = [
    ("missing", "Some of its transactions do not come"),
    ("sum", "The transactions come to another amount"),
    ("residual", "The clearing account does not come to zero"),
    ("account", "The transactions stand on different accounts"),
    ("pool", "The clearing account holds less than was paid out"),
    ("locked", "The exchange difference falls into a locked period"),
    ("start", "Some of its transactions are older than the books"),
]
# No line "created", nobody subscribed: a batch may bring a hundred of them.
QUIET = {"tracking_disable": True, "mail_create_nosubscribe": True}


class IntegrationSettlement(models.Model):
    """One payout of a payment gateway: money that left its balance for the bank.

    The payout itself books nothing: its balance transaction does, like every movement
    of the clearing account. The payout says which transactions the money is made of;
    together they come to 0.00 on the clearing account (`settlement_tie`), and what is
    in transit meets the line of the bank statement (`settlement_bank`).

    Rows are written by the system only; people read, match and comment.
    """

    _name = "integration.settlement"
    _description = "Payout"
    _inherit = ["mail.thread", "mail.activity.mixin", "integration.linked"]
    # Whoever reads the list may comment on it; nobody writes it.
    _mail_post_access = "read"
    _order = "date desc, id desc"
    _rec_names_search = ["name", "external_id", "reference"]

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
    external_id = fields.Char(required=True, readonly=True, string="Payout there")
    name = fields.Char(required=True, readonly=True, string="Payout")
    # No sum: a list may hold several currencies.
    amount = fields.Monetary(
        required=True,
        readonly=True,
        aggregator=None,
        help="What goes to the bank. Below zero: taken from the bank.",
    )
    currency_id = fields.Many2one(
        "res.currency", required=True, readonly=True, ondelete="restrict"
    )
    amount_company = fields.Monetary(
        currency_field="company_currency_id",
        readonly=True,
        string="Amount in company currency",
        help="At the rate of its day, for graphs over several currencies.",
    )
    company_currency_id = fields.Many2one(
        related="company_id.currency_id", string="Company currency"
    )
    state = fields.Selection(
        STATES, required=True, readonly=True, index=True, string="State there"
    )
    date = fields.Date(
        required=True, readonly=True, help="The day it left the gateway's balance."
    )
    arrival_date = fields.Date(
        readonly=True, string="Expected", help="When the bank should have it."
    )
    automatic = fields.Boolean(
        readonly=True,
        help="Made by the gateway's schedule: then it says which transactions it is "
        "made of. For one made by hand nobody can say.",
    )
    method = fields.Selection(
        [("standard", "Standard"), ("instant", "Instant")],
        readonly=True,
        default="standard",
    )
    complete = fields.Boolean(
        readonly=True,
        string="List is final",
        help="The gateway says that it named every transaction of this payout.",
    )
    reference = fields.Char(
        readonly=True, string="Trace", help="The reference the bank should show."
    )
    descriptor = fields.Char(
        readonly=True, string="Bank text", help="The text the bank should show."
    )
    failure_reason = fields.Char(readonly=True)

    # What its transactions come to, without the payout's own.
    total_gross = fields.Monetary(readonly=True, aggregator=None, string="Gross")
    total_fee = fields.Monetary(readonly=True, aggregator=None, string="Fees")
    total_net = fields.Monetary(readonly=True, aggregator=None, string="Net")
    difference = fields.Monetary(
        readonly=True,
        aggregator=None,
        help="What was paid out, less what its transactions come to.",
    )
    count_expected = fields.Integer(readonly=True, string="Transactions missing")
    count_booked = fields.Integer(readonly=True, string="Transactions booked")
    clearing_residual = fields.Monetary(
        readonly=True,
        aggregator=None,
        string="Open on clearing",
        help="What is left of its transactions on the clearing account.",
    )
    tie_state = fields.Selection(
        TIE_STATES,
        required=True,
        readonly=True,
        default="waiting",
        index=True,
        string="Tie-out",
    )
    problem = fields.Selection(PROBLEMS, readonly=True)
    bank_line_id = fields.Many2one(
        "account.bank.statement.line",
        string="Bank line",
        readonly=True,
        index="btree_not_null",
        ondelete="set null",
    )

    _external_uniq = models.UniqueIndex(
        "(connector_id, external_id)", "This payout is here already."
    )
    # What a bank line is looked up for, and what the nightly run goes through.
    _unmatched = models.Index("(connector_id, currency_id) WHERE bank_line_id IS NULL")

    # === CRUD METHODS === #

    @api.model_create_multi
    def create(self, vals_list):
        self._require_system()
        return super().create(vals_list)

    def write(self, vals):
        if any(not name.startswith(("activity_", "message_")) for name in vals):
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
                    "A payout is what the gateway said. It is changed there, not here."
                )
            )

    # === BUSINESS METHODS === #

    @api.model
    def _lines_arrived(self, lines) -> None:
        """Balance transactions were booked: tie out the payouts they belong to.

        :param lines: integration.settlement.line records, just booked, in one batch
        """

    def _tie(self) -> None:
        """Bring totals and state up to date; reconcile what comes to 0.00.

        Repeatable: what is reconciled stays so.
        """

    def _match_bank(self) -> None:
        """Reconcile money in transit with the one bank line that fits."""
