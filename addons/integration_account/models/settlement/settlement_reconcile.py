# Copyright 2026 Odoo Integration Suite contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl)
from datetime import timedelta
from decimal import Decimal

from odoo import api, models

from odoo.addons.integration_core.messages import Item

from ...payments import decimal_of
from ..period.period_guard_reconciled import Reconciled
from .settlement import QUIET
from .settlement_tie import Figures

# A gateway that pays out on a schedule does so at least once in this time.
SCHEDULE = timedelta(days=31)


class IntegrationSettlement(models.Model):
    """The clearing account of a payout comes to 0.00, line by line.

    What Odoo makes of it, exchange differences, is its own affair; that none of them
    leaves its month unseen is asked before.
    """

    _inherit = "integration.settlement"

    # === AUTOMATIC: ITS LIST === #

    def _tie_list(self, figures: Figures) -> tuple[str, str]:
        """Reconcile the lines of the listed transactions with each other."""
        lines = self.line_ids._clearing_lines()
        lines = lines.filtered(lambda line: line.parent_state == "posted")
        if len(lines.account_id) > 1:
            return "open", "account"
        if figures.opening:
            return self._tie_over_start(lines, figures)
        return self._bring_to_zero(lines)

    def _tie_over_start(self, lines, figures: Figures) -> tuple[str, str]:
        """Some transactions are in the opening balance: its line stands for them."""
        if not lines:
            return "tied", ""
        open_lines = lines.filtered(lambda line: not line.reconciled)
        rest = _residual(open_lines)
        if not rest:
            return self._bring_to_zero(lines)
        opening = self._opening_lines(self.connector_id, self.currency_id)
        opening = opening.filtered(
            lambda x: x.account_id == lines.account_id and not x.reconciled
        )
        if rest + figures.opening_net or not opening:
            return "open", "start"
        if self._may_not_differ(open_lines | opening):
            return "open", "locked"
        self._reconcile(open_lines | opening)
        return ("open", "start") if _residual(open_lines) else ("tied", "")

    @api.model
    def _opening_lines(self, connector, currency):
        """Open lines of the opening balance on the clearing account.

        :param currency: res.currency of the balance
        :return: account.move.line; none while nobody confirmed an opening balance
        """
        return self.env["account.move.line"]

    def _bring_to_zero(self, lines) -> tuple[str, str]:
        """Reconcile lines that belong together, if they come to nothing."""
        open_lines = lines.filtered(lambda line: not line.reconciled)
        if not open_lines:
            return "tied", ""
        if _residual(open_lines) and not _sum(lines):
            if not self._release(lines):
                return "open", "locked"
            open_lines = lines.filtered(lambda line: not line.reconciled)
        if _residual(open_lines):
            return "open", "residual"
        if self._may_not_differ(open_lines):
            return "open", "locked"
        self._reconcile(open_lines)
        return ("open", "residual") if _residual(lines) else ("tied", "")

    # === BY HAND: THE OLDEST MONEY === #

    def _tie_by_hand(self, own) -> tuple[str, str]:
        """Settle a payout of which nobody can say what it is made of.

        A gateway that pays out on a schedule lists it with its next payout. Where there
        is no schedule, it is taken to be the money that has been there longest.
        """
        if own.state == "opening":
            return "tied", ""
        lines = own._clearing_lines()
        if own.settlement_id:
            return self._tie_of(lines)
        open_lines = lines.filtered(lambda line: not line.reconciled)
        if not open_lines:
            return "tied", ""
        if self._has_schedule():
            return "waiting", ""
        pool = self._pool(lines.account_id, -_residual(open_lines))
        if not pool:
            return "open", "pool"
        if self._may_not_differ(open_lines.union(*pool)):
            return "open", "locked"
        # The last one on its own: what is left over stays on it.
        if earlier := pool[:-1]:
            self._reconcile(open_lines.union(*earlier))
        self._reconcile(open_lines | pool[-1])
        return ("open", "pool") if _residual(open_lines) else ("tied", "")

    @api.model
    def _tie_of(self, lines) -> tuple[str, str]:
        """State of a payout by hand that an automatic one has in its list."""
        done = all(line.reconciled for line in lines)
        return ("tied" if done else "waiting"), ""

    def _has_schedule(self) -> bool:
        """Whether an automatic payout is going to list this one.

        Not where there is none, where a later one is closed and did not, or where the
        schedule seems to have ended. Should a list name it after all, it wins.
        """
        balance = [
            ("connector_id", "=", self.connector_id.id),
            ("currency_id", "=", self.currency_id.id),
        ]
        by_itself = [*balance, ("automatic", "=", True)]
        last = self.search(by_itself, order="date desc", limit=1)
        if not last:
            return False
        if last.date > self.date:
            closed = [("complete", "=", True), ("date", ">", self.date)]
            return not self.search_count([*by_itself, *closed], limit=1)
        newest = self.search(balance, order="date desc", limit=1)
        return newest.date - last.date <= SCHEDULE

    def _pool(self, account, amount: Decimal) -> list:
        """Open clearing lines by transaction, oldest first, up to an amount.

        Only of transactions that belong to no payout; the last one may be more than is
        needed, and then keeps the rest.

        :param amount: what they have to come to; below zero for money from the bank
        :return: account.move.line records of one transaction each
        """
        lines = self.env["account.move.line"]
        found, reached = [], Decimal(0)
        sign = 1 if amount > 0 else -1
        for ids in self._pool_ids(account):
            if reached * sign >= amount * sign:
                break
            group = lines.browse(ids)
            found.append(group)
            reached += _residual(group)
        return found

    def _pool_ids(self, account) -> list[list[int]]:
        """Ids of open clearing lines by transaction, the oldest available first."""
        self.env["account.move.line"].flush_model()
        self.env["integration.settlement.line"].flush_model()
        self.env.cr.execute(
            """
            WITH pool AS (
                SELECT l.*, p.move_id AS paid_by FROM integration_settlement_line l
                  LEFT JOIN account_payment p ON p.id = l.payment_res_id
                   AND l.payment_model = 'account.payment'
                 WHERE l.connector_id = %(connector)s AND l.settlement_id IS NULL
                   AND l.currency_id = %(currency)s AND l.state = 'booked'
                   AND l.category NOT IN ('payout')
            )
            SELECT array_agg(DISTINCT a.id) FROM pool
              JOIN account_move_line a ON a.move_id IN (
                   pool.move_id, pool.paid_by,
                   CASE WHEN pool.payment_model = 'account.move'
                        THEN pool.payment_res_id END)
             WHERE a.account_id = %(account)s AND a.parent_state = 'posted'
               AND a.reconciled IS NOT TRUE
             GROUP BY pool.id, pool.available_on, pool.occurred_at
             ORDER BY pool.available_on NULLS LAST, pool.occurred_at, pool.id
            """,
            {
                "connector": self.connector_id.id,
                "currency": self.currency_id.id,
                "account": account.id,
            },
        )
        return [row[0] for row in self.env.cr.fetchall()]

    def _release(self, lines) -> bool:
        """Take back what payouts by hand took of a list that is known by now.

        Nobody had said what they were made of; this list is what the gateway says. They
        are settled with other money afterwards: with that of the list that names them,
        where there is one.

        :return: whether nothing stands in the way; False where Odoo would take back an
            exchange difference of a locked period
        """
        partials = _partials(lines).filtered(lambda p: bool(_sides(p) - lines))
        rows = self.env["integration.settlement.line"].search(
            [
                ("move_id", "in", _sides(partials).move_id.ids),
                ("category", "=", "payout"),
                ("payout_id.automatic", "=", False),
            ]
        )
        guesses = partials.filtered(lambda p: bool(_sides(p).move_id & rows.move_id))
        rows = rows.filtered(lambda row: row.move_id <= _sides(guesses).move_id)
        if not guesses:
            return True
        if self._may_not_return(guesses.exchange_move_id):
            return False
        self.env["integration.period.guard"]._take_back(
            self.connector_id, [self._reconciled("release", guesses)]
        )
        # Listed ones are looked at with their list, the others with what comes next.
        listed = rows.filtered("settlement_id").payout_id
        listed._let_go("waiting", False)
        (rows.payout_id - listed)._let_go("open", "pool")
        return True

    def _let_go(self, state: str, problem: str | bool) -> None:
        self.sudo().with_context(**QUIET).write(
            {"tie_state": state, "problem": problem}
        )

    # === MONEY THAT CAME BACK === #

    def _transit_lines(self):
        """Open journal items of these payouts between clearing and bank."""
        moves = self.payout_line_ids.move_id
        accounts = self.connector_id.sudo().gateway_journal_ids.transit_account_id
        return moves.line_ids.filtered(
            lambda line: line.account_id in accounts and not line.reconciled
        )

    def _settle_return(self) -> None:
        """Out and back again, and the bank saw neither: nothing is in transit."""
        lines = self._transit_lines()
        if len(lines) > 1 and len(lines.account_id) == 1 and not _residual(lines):
            if not self._may_not_differ(lines):
                self._reconcile(lines)

    # === RECONCILING === #

    def _reconcile(self, lines) -> None:
        """Reconcile, and list what Odoo booked by itself on another day."""
        before = _partials(lines)
        lines.reconcile()
        made = self._reconciled("tie", _partials(lines) - before)
        self.env["integration.period.guard"]._reconciled(self.connector_id, [made])

    def _reconciled(self, what: str, partials) -> Reconciled:
        """What was done for this payout, or is undone, as the period guard takes it."""
        item = Item(0, "", "payout", self.external_id)
        title = self.env._("Payout %(name)s", name=self.name)
        return Reconciled(item, f"{self.external_id}|{what}", title, partials)

    def _may_not_differ(self, lines) -> bool:
        """Whether an exchange difference would fall into a locked period."""
        if lines.company_currency_id == lines.currency_id:
            return False
        journal = self.company_id.currency_exchange_journal_id
        return self._is_held(journal, max(lines.mapped("date")))

    def _may_not_return(self, differences) -> bool:
        """Whether taking back an exchange difference would need a locked period."""
        return any(self._is_held(move.journal_id, move.date) for move in differences)

    def _is_held(self, journal, day) -> bool:
        """Whether an entry of a day is locked, and its journal wants it held back."""
        if not journal or journal.integration_period_policy != "hold":
            return False
        # With the rights of the work: exceptions to locks are personal.
        company = self.company_id.with_env(self.env)
        return bool(company._get_violated_lock_dates(day, False, journal))

    def _residual_of_lines(self) -> float:
        """What is open of its transactions on the clearing account."""
        lines = (self.line_ids or self.payout_line_ids)._clearing_lines()
        return float(_residual(lines.filtered(lambda x: x.parent_state == "posted")))


def _partials(lines):
    """Reconciliations of journal items, on either side."""
    return lines.matched_debit_ids | lines.matched_credit_ids


def _sides(partials):
    """The journal items that reconciliations put together."""
    return partials.debit_move_id | partials.credit_move_id


def _residual(lines) -> Decimal:
    """What is open on lines, in their currency, with its sign."""
    return sum(
        (decimal_of(line.amount_residual_currency, line.currency_id) for line in lines),
        Decimal(0),
    )


def _sum(lines) -> Decimal:
    """What lines come to, in their currency."""
    return sum(
        (decimal_of(line.amount_currency, line.currency_id) for line in lines),
        Decimal(0),
    )
