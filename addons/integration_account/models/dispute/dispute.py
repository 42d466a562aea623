# Copyright 2026 Odoo Integration Suite contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl)
from odoo import api, fields, models

from ...payments import decimal_of

STATES = [
    ("inquiry", "Inquiry"),
    ("needs_response", "Needs your answer"),
    ("under_review", "Bank decides"),
    ("won", "Won"),
    ("lost", "Lost"),
    ("inquiry_closed", "Inquiry closed"),
    ("prevented", "Prevented"),
]
# Somebody can still do something about these.
OPEN_STATES = ("inquiry", "needs_response")
# The bank has the money, or had it: it cannot be refunded as well.
TAKEN_STATES = ("needs_response", "under_review", "lost")
# Categories of what the bank takes and gives back.
MOVEMENTS = ("dispute", "dispute_reversal")
OUTCOMES = {
    "won": "won",
    "lost": "lost",
    "inquiry_closed": "none",
    "prevented": "none",
}
# Entries that the dispute itself books, beside its movements.
OWN_MOVES = ("loss_move_id", "back_move_id", "difference_move_id", "former_move_ids")


class IntegrationDispute(models.Model):
    """A payer asks their bank for a payment back.

    What is withheld and given back are its balance transactions (``line_ids``). The
    only entry of its own is the loss, when it is lost for good (`dispute_loss`).
    """

    _name = "integration.dispute"
    _description = "Dispute"
    _inherit = ["integration.payment.document"]
    _document_entity = "dispute"

    state = fields.Selection(
        STATES, required=True, readonly=True, default="needs_response", index=True
    )
    respond_by = fields.Datetime(readonly=True, string="Answer by")
    closed_at = fields.Datetime(readonly=True, string="Decided")
    outcome = fields.Selection(
        [
            ("open", "Open"),
            ("won", "Won"),
            ("lost", "Lost"),
            ("none", "No money moved"),
        ],
        compute="_compute_outcome",
        store=True,
    )
    company_currency_id = fields.Many2one(
        related="company_id.currency_id", string="Company currency"
    )
    line_ids = fields.One2many(
        "integration.settlement.line", "dispute_id", string="Movements", readonly=True
    )
    loss_move_id = fields.Many2one(
        "account.move",
        readonly=True,
        index="btree_not_null",
        ondelete="restrict",
        check_company=True,
        copy=False,
        string="Loss",
        help="The entry that books what is lost.",
    )
    back_move_id = fields.Many2one(
        "account.move",
        readonly=True,
        index="btree_not_null",
        ondelete="restrict",
        check_company=True,
        copy=False,
        string="Loss, taken back",
        help="The entry that takes a loss back, when it was won after all.",
    )
    difference_move_id = fields.Many2one(
        "account.move",
        readonly=True,
        index="btree_not_null",
        ondelete="restrict",
        check_company=True,
        copy=False,
        string="Exchange difference",
        help="The gateway gave the money back at another rate than it took it at.",
    )
    former_move_ids = fields.Many2many(
        "account.move",
        "integration_dispute_former_move_rel",
        readonly=True,
        copy=False,
        string="Earlier losses",
        help="Losses that were taken back, with what took them back, where the dispute "
        "was lost once more.",
    )
    move_ids = fields.Many2many(
        "account.move", compute="_compute_move_ids", string="Entries"
    )
    withheld = fields.Monetary(
        compute="_compute_withheld",
        store=True,
        currency_field="company_currency_id",
        help="What stands on the disputes account for it.",
    )

    _external_uniq = models.UniqueIndex(
        "(connector_id, external_id)", "This dispute is there already."
    )

    @api.depends("state")
    def _compute_outcome(self):
        for dispute in self:
            dispute.outcome = OUTCOMES.get(dispute.state, "open")

    @api.depends("line_ids.move_id", *OWN_MOVES)
    def _compute_move_ids(self):
        for dispute in self:
            dispute.move_ids = dispute.sudo().line_ids.move_id
            for name in OWN_MOVES:
                dispute.move_ids |= dispute[name]

    @api.depends(
        "line_ids.move_id.state",
        "line_ids.move_id.line_ids.amount_residual",
        *(f"{name}.state" for name in OWN_MOVES),
        *(f"{name}.line_ids.amount_residual" for name in OWN_MOVES),
    )
    def _compute_withheld(self):
        # What is open: exchange differences that Odoo booked itself are in it.
        for dispute in self:
            dispute.withheld = sum(dispute._held().mapped("amount_residual"))

    def _held(self):
        """Posted journal items of it on the disputes account."""
        self.ensure_one()
        # sudo: the connector's settings, and core's own table.
        dispute = self.sudo()
        accounts = dispute.connector_id.gateway_journal_ids.dispute_account_id.ids
        items = dispute.move_ids.line_ids.with_env(self.env)
        return items.filtered(
            lambda item: (
                item.account_id.id in accounts and item.parent_state == "posted"
            )
        )

    def _taken(self) -> float:
        """What the bank keeps of the payment for it, in the payment's currency.

        While it is open, all of it; once it is lost, what was not given back. What
        the movements do not say for certain counts as kept.
        """
        self.ensure_one()
        if self.state not in TAKEN_STATES:
            return 0.0
        # sudo: core's own table.
        lines = self.sudo().line_ids
        moves = lines.filtered(lambda line: line.category in MOVEMENTS)
        currencies = {line.original_currency_id or line.currency_id for line in moves}
        certain = (
            self.state == "lost"
            and "expected" not in lines.mapped("state")
            and "dispute" in moves.mapped("category")
            and currencies == {self.currency_id}
        )
        if not certain:
            return self.amount
        moved = sum(
            decimal_of(
                line.original_amount if line.original_currency_id else line.amount,
                self.currency_id,
            )
            for line in moves
        )
        return min(max(float(-moved), 0.0), self.amount)

    # === PEOPLE === #

    def _state_changed(self, before: str) -> None:
        """Say it in the chatter, and who has to do what by when.

        :param before: the state it had
        """
        self.ensure_one()
        if self.state != before:
            words = dict(self._fields["state"]._description_selection(self.env))
            text = f"{words[before]} → {words[self.state]}"
            self._message_log_batch(bodies={self.id: text})
        self._plan_answer()

    def _plan_answer(self) -> None:
        """A task with the deadline while evidence can be handed in; gone afterwards."""
        for dispute in self.sudo():
            mine = dispute.activity_ids.filtered(lambda a: a.automated)
            if dispute.state not in OPEN_STATES:
                mine.unlink()
            elif not mine:
                dispute._ask_for_answer()
            elif dispute.respond_by:
                mine.write({"date_deadline": dispute._answer_day()})

    def _answer_day(self):
        """The last whole day before the deadline, where the company is."""
        connector = self.connector_id
        moment = fields.Datetime.context_timestamp(
            self.with_context(tz=connector._time_zone()), self.respond_by
        )
        return moment.date()

    def _ask_for_answer(self) -> None:
        self._plan_task(
            self.env._("Answer the dispute"),
            self.env._(
                "%(name)s is disputed (%(reason)s). Hand in evidence at "
                "%(connector)s, or accept it there; without an answer it is lost.",
                name=self.name,
                reason=(self.reason or "–").replace("_", " "),
                connector=self.connector_id.name,
            ),
            self._answer_day() if self.respond_by else None,
        )
