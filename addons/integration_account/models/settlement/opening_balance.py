# Copyright 2026 Odoo Integration Suite contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl)

from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError
from odoo.fields import Command
from odoo.tools import format_date
from odoo.tools.misc import format_amount

STATES = [
    ("draft", "To confirm"),
    ("confirmed", "Booked"),
    ("reversed", "Reversed"),
    ("dropped", "Read again"),
]
# Said for every new row: a default of the caller's context, or one that a person keeps
# (`ir.default`), must not come in here.
FRESH = {
    "state": "draft",
    "account_id": False,
    "move_id": False,
    "reversal_id": False,
    "confirmed_by": False,
    "confirmed_at": False,
}


class IntegrationOpeningBalance(models.Model):
    """What the gateway held on the day from which the hub books its movements.

    Nobody can ask a gateway what it held on a day in the past. What it holds now, less
    all that moved since, is that amount. An accountant says against which account it is
    booked, and confirms; undone it is by a reversal.
    """

    _name = "integration.opening.balance"
    _description = "Opening Balance"
    _inherit = ["mail.thread"]
    _mail_post_access = "read"
    _order = "connector_id, currency_id, id desc"
    _check_company_auto = True

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
    gateway_id = fields.Many2one(
        "integration.gateway.journal",
        required=True,
        readonly=True,
        ondelete="restrict",
        string="Gateway journal",
    )
    currency_id = fields.Many2one("res.currency", required=True, readonly=True)
    state = fields.Selection(STATES, required=True, readonly=True, default="draft")
    date = fields.Date(
        required=True,
        help="The day before the first one that the hub books, unless you say another.",
    )
    balance_there = fields.Monetary(
        "Held now", readonly=True, aggregator=None, help="Available and on its way."
    )
    moved_since = fields.Monetary(
        "Moved since then",
        readonly=True,
        aggregator=None,
        help="Everything that moved the balance since the start date, after fees.",
    )
    moved_count = fields.Integer("Movements", readonly=True)
    amount = fields.Monetary("Opening balance", readonly=True, aggregator=None)
    read_at = fields.Datetime("Read", required=True, readonly=True)
    account_id = fields.Many2one(
        "account.account",
        string="Against account",
        check_company=True,
        domain="[('active', '=', True)]",
        help="For example the account on which the gateway's balance stood until now, "
        "or that for opening balances.",
    )
    journal_id = fields.Many2one(related="gateway_id.journal_id")
    clearing_account_id = fields.Many2one(
        related="gateway_id.clearing_account_id", string="Clearing account"
    )
    move_id = fields.Many2one(
        "account.move", readonly=True, ondelete="restrict", string="Entry"
    )
    reversal_id = fields.Many2one("account.move", readonly=True, ondelete="restrict")
    confirmed_by = fields.Many2one("res.users", readonly=True)
    confirmed_at = fields.Datetime("Confirmed", readonly=True)
    may_confirm = fields.Boolean(compute="_compute_may_confirm")

    _one_at_a_time = models.UniqueIndex(
        "(connector_id, currency_id) WHERE state IN ('draft', 'confirmed')",
        "The opening balance of this currency is there already.",
    )

    # === COMPUTE METHODS === #

    @api.depends("connector_id", "currency_id", "date")
    def _compute_display_name(self):
        for opening in self:
            opening.display_name = self.env._(
                "Opening balance of %(name)s, %(currency)s",
                name=opening.connector_id.name,
                currency=opening.currency_id.name,
            )

    @api.depends_context("uid")
    @api.depends("state")
    def _compute_may_confirm(self):
        allowed = self._may_confirm()
        for opening in self:
            opening.may_confirm = allowed and opening.state == "draft"

    @api.model
    def _may_confirm(self) -> bool:
        """Whether the user is an accountant and works with Integrations."""
        return self.env["integration.shifted.document"]._may_decide()

    # === CRUD METHODS === #

    @api.model_create_multi
    def create(self, vals_list):
        self._require_system()
        quiet = self.with_context(mail_create_nolog=True)
        return super(IntegrationOpeningBalance, quiet).create(
            [FRESH | vals for vals in vals_list]
        )

    def write(self, vals):
        social = all(name.startswith(("activity_", "message_")) for name in vals)
        if not self.env.su and not social:
            if set(vals) - {"account_id", "date"}:
                self._require_system()
            self._require_accountant()
            if any(opening.state != "draft" for opening in self):
                raise UserError(
                    self.env._("It is booked: reverse it, then read it again.")
                )
        return super().write(vals)

    def unlink(self):
        self._require_system()
        return super().unlink()

    def _require_system(self) -> None:
        """:raises UserError: a person tries to write what was read"""
        if not self.env.su:
            raise UserError(
                self.env._("Opening balances are read from the gateway, not entered.")
            )

    def _require_accountant(self) -> None:
        """:raises AccessError: the user may not book opening balances"""
        if not self.env.su and not self._may_confirm():
            raise AccessError(
                self.env._(
                    "Only an accountant who is also operator or manager of "
                    "Integrations may book an opening balance."
                )
            )

    # === ACTION METHODS === #

    def action_read(self):
        """Read the figures again, as long as nothing is booked.

        :raises AccessError: the user is no operator
        :raises UserError: the gateway does not answer
        """
        self.env["integration.event"]._require_operator()
        self.check_access("read")
        for connector in self.filtered(lambda o: o.state == "draft").connector_id:
            connector._read_opening()
        return True

    def action_confirm(self):
        """Book it: clearing account against the account that was chosen.

        :raises AccessError: the user is no accountant
        :raises UserError: no account, no rate, nothing to book, or no day is open
        """
        self._require_accountant()
        for opening in self:
            opening._confirm()
        return True

    def action_reverse(self):
        """Undo it by a reversal of the same day."""
        self._require_accountant()
        for opening in self:
            opening._reverse()
        return True

    def action_open_move(self):
        """Open the entry."""
        self.ensure_one()
        if not self.move_id:
            raise UserError(self.env._("Nothing is booked yet."))
        return {
            "type": "ir.actions.act_window",
            "res_model": "account.move",
            "res_id": self.move_id.id,
            "view_mode": "form",
        }

    # === BOOKING === #

    def _confirm(self) -> None:
        self.ensure_one()
        self.check_access("read")
        if self.state != "draft":
            raise UserError(self.env._("It is not waiting to be confirmed any more."))
        if self.currency_id.is_zero(self.amount):
            raise UserError(
                self.env._("The balance was 0.00 then: there is nothing to book.")
            )
        if not self.account_id:
            raise UserError(self.env._("Choose against which account it is booked."))
        self._require_rate()
        self._require_open(self.date)
        # The person's own rights: whoever may not book entries cannot confirm.
        move = self.env["account.move"].create(self._entry_values())
        move.action_post()
        self._require_day(move, self.date)
        opening = self.sudo()
        effects = self.env["integration.effect"]
        key = effects._key(self.connector_id, f"opening:{self.id}", "post")
        effects._record(
            self.company_id, [{"key": key, "model": move._name, "res_id": move.id}]
        )
        opening.write(
            {
                "state": "confirmed",
                "move_id": move.id,
                "confirmed_by": self.env.uid,
                "confirmed_at": fields.Datetime.now(),
            }
        )
        opening._log_act("post", move)
        opening._tie_what_waited()

    def _tie_what_waited(self) -> None:
        """Payouts of older transactions waited for this line."""
        payouts = self.connector_id._work_env()["integration.settlement"]
        payouts.search(
            [
                ("connector_id", "=", self.connector_id.id),
                ("problem", "=", "start"),
                ("currency_id", "=", self.currency_id.id),
            ]
        )._tie()

    def _entry_values(self) -> dict:
        company = self.company_id
        balance = self.currency_id._convert(
            self.amount, company.currency_id, company, self.date
        )
        label = self.display_name
        sides = (
            (self.clearing_account_id, self.amount, balance),
            (self.account_id, -self.amount, -balance),
        )
        return {
            "move_type": "entry",
            "journal_id": self.gateway_id.journal_id.id,
            "company_id": company.id,
            "date": self.date,
            "ref": label,
            "line_ids": [
                Command.create(
                    {
                        "account_id": account.id,
                        "name": label,
                        "currency_id": self.currency_id.id,
                        "amount_currency": amount,
                        "balance": value,
                    }
                )
                for account, amount, value in sides
            ],
        }

    def _reverse(self) -> None:
        self.ensure_one()
        self.check_access("read")
        if self.state != "confirmed":
            raise UserError(self.env._("Only what is booked can be reversed."))
        move = self.move_id.with_env(self.env)
        clearing = move.line_ids.filtered(
            lambda line: line.account_id == self.clearing_account_id
        )
        if clearing.matched_debit_ids or clearing.matched_credit_ids:
            raise UserError(
                self.env._(
                    "It is reconciled with payouts already. Undo that first, then "
                    "reverse it."
                )
            )
        self._require_open(move.date)
        reversal = move._reverse_moves(
            [{"date": move.date, "ref": self.env._("Reversal: %(ref)s", ref=move.ref)}],
            cancel=True,
        )
        self._require_day(reversal, move.date)
        opening = self.sudo()
        opening.write({"state": "reversed", "reversal_id": reversal.id})
        opening._log_act("reverse", reversal)

    def _require_rate(self) -> None:
        """:raises UserError: none of its day or before; Odoo would take a later one"""
        company = self.company_id
        payments = self.env["integration.entity.payment"].with_company(company)
        if self.currency_id == company.currency_id or payments._has_rate(
            self.currency_id.id, self.date
        ):
            return
        raise UserError(
            self.env._(
                "Odoo has no rate of %(code)s for %(day)s. Enter one of that day or "
                "before under Accounting, Configuration, Currencies, then confirm.",
                code=self.currency_id.name,
                day=format_date(self.env, self.date),
            )
        )

    def _require_open(self, day) -> None:
        """:raises UserError: the day is locked; Odoo would take another one unseen"""
        locks = self.company_id._get_violated_lock_dates(
            day, False, self.gateway_id.journal_id
        )
        if locks:
            raise UserError(
                self.env._(
                    "%(day)s is locked until %(until)s. Lift the lock, or choose a "
                    "later day: then the books of the days between show the balance "
                    "only from that day on.",
                    day=format_date(self.env, day),
                    until=format_date(self.env, locks[-1][0]),
                )
            )

    def _require_day(self, move, day) -> None:
        if move.state != "posted" or move.date != day:
            raise UserError(
                self.env._(
                    "Odoo would book it on %(other)s instead of %(day)s, so nothing "
                    "was booked.",
                    other=format_date(self.env, move.date),
                    day=format_date(self.env, day),
                )
            )

    def _log_act(self, operation: str, move) -> None:
        self.connector_id._log(
            operation,
            self.env._(
                "%(name)s: %(amount)s",
                name=self.display_name,
                amount=format_amount(self.env, self.amount, self.currency_id),
            ),
            model=move._name,
            res_id=move.id,
            document_name=move.name,
            amount=self.amount,
            currency_id=self.currency_id.id,
            actor_id=self.env.uid,
        )
