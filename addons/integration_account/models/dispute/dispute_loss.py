# Copyright 2026 Odoo Integration Suite contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl)
from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.fields import Command

from odoo.addons.integration_core.engine.errors import BusinessRuleError
from odoo.addons.integration_core.messages import Item

from ... import ledger
from ...messages import GuardRequest
from ..period.period_guard_reconciled import Reconciled

LOSS, BACK, DIFFERENCE = "loss", "loss_back", "difference"
# Kind of the entry → field of the dispute, kind for the period guard.
ENTRIES = {
    LOSS: ("loss_move_id", "write_off"),
    BACK: ("back_move_id", "reverse"),
    DIFFERENCE: ("difference_move_id", "reconcile"),
}


class IntegrationDispute(models.Model):
    """How a dispute ends in the books: money back, or a loss.

    What stands on the disputes account meets what was given back, or the entry of the
    loss. Nothing touches the invoice: it stays paid, as the goods stay delivered.
    """

    _inherit = "integration.dispute"

    # === WHAT OTHERS CALL === #

    @api.model
    def _money_booked(self, lines) -> None:
        """Balance transactions of disputes were booked: reconcile what was withheld.

        Called in one batch, in the work environment of the connector; does nothing
        for what is reconciled already.

        :param lines: integration.settlement.line, those without a dispute are left out
        :raises engine.errors.BusinessRuleError: a loss is due, and its account missing
        :raises engine.errors.LockedPeriodError: a loss is due in a locked period, or
            Odoo would book an exchange difference in another month
        """
        disputes = lines.dispute_id
        disputes._meet_here()
        # sudo: the connector's settings.
        groups = disputes.grouped(lambda dispute: dispute.sudo().connector_id)
        for connector, group in groups.items():
            items = {
                dispute.id: Item(0, "", "dispute", dispute.external_id or "")
                for dispute in group
            }
            group._settle(connector, items)
            for item in items.values():
                if item.error:
                    raise item.error

    def _settle(self, connector, items: dict) -> None:
        """Book the losses that are due, and reconcile what belongs together.

        :param items: id of the dispute → message that it is done for; one that cannot
            be booked fails
        :raises engine.errors.LockedPeriodError: Odoo would book an exchange difference
            in another month; the batch must be given up
        """
        self._meet(connector, items)
        due = [d for d in self if d.state == "lost" and d._due()]
        regained = [d for d in self if d._is_regained()]
        uneven = [d for d in self if d._is_uneven()]
        self._book_ends(connector, due, items, LOSS)
        self._book_ends(connector, regained, items, BACK)
        self._book_ends(connector, uneven, items, DIFFERENCE)
        self._meet(connector, items)

    # === WHAT IS DUE === #

    def _due(self):
        """Journal items of withheld money that nothing answers yet."""
        self.ensure_one()
        return self._held().filtered(
            lambda item: not item.reconciled and item.balance > 0
        )

    def _is_regained(self) -> bool:
        """Whether it was won after its loss was booked."""
        self.ensure_one()
        loss, back = self.loss_move_id, self.back_move_id
        return self.state == "won" and bool(loss) and not back

    def _is_uneven(self) -> bool:
        """Whether all came back in the payer's currency, and not in the balance's.

        The gateway converts at the rate of the day, each time.
        """
        self.ensure_one()
        lines = self.sudo().line_ids
        currency = lines.original_currency_id
        return (
            self.state == "won"
            and not self.difference_move_id
            and set(lines.mapped("category")) == {"dispute", "dispute_reversal"}
            and len(currency) == 1
            and currency != lines.currency_id
            and currency.is_zero(sum(lines.mapped("original_amount")))
            and not all(self._held().mapped("reconciled"))
        )

    def _meet(self, connector, items: dict) -> None:
        """Reconcile each dispute's own items on the disputes account.

        :param items: as in :meth:`_settle`
        """
        plans = []
        for dispute in self:
            held = dispute._held().filtered(lambda item: not item.reconciled)
            for group in held.grouped(lambda i: (i.account_id, i.currency_id)).values():
                if {item.balance > 0 for item in group} == {True, False}:
                    plans.append((dispute, group, _partials(group)))
        self.env["account.move.line"]._reconcile_plan(
            [group for _d, group, _p in plans]
        )
        self.env["integration.period.guard"]._reconciled(
            connector,
            [
                Reconciled(
                    items[dispute.id],
                    f"{dispute.external_id}|meet",
                    self.env._("Dispute of %(payment)s", payment=dispute.name),
                    _partials(group) - before,
                )
                for dispute, group, before in plans
            ],
        )

    # === BOOKING === #

    def _book_ends(self, connector, disputes: list, items: dict, kind: str) -> None:
        """Book losses, or take them back: one creation and one posting for all.

        :param kind: a key of ``ENTRIES``
        """
        effects, guard = (
            self.env["integration.effect"],
            self.env["integration.period.guard"],
        )
        keys = {
            d.id: effects._key(connector, d.external_id, d._nth(kind, kind))
            for d in disputes
        }
        happened = effects._happened(list(keys.values()))
        disputes = [d for d in disputes if keys[d.id] not in happened]
        requests = {}
        for dispute in disputes:
            try:
                requests[dispute] = dispute._end_request(connector, items, kind)
            except BusinessRuleError as error:
                items[dispute.id].fail(error)
        guard._check(connector, list(requests.values()))
        requests = {d: r for d, r in requests.items() if r.item.open}
        if not requests:
            return
        moves = self.env["account.move"].create(
            [d._end_values(r, kind) for d, r in requests.items()]
        )
        moves._post(soft=False)
        for (dispute, request), move in zip(requests.items(), moves, strict=True):
            request.res_id = move.id
            dispute._keep_end(kind, move)
            request.item.operation = "post"
            request.item.diff["ledger"] = ledger.of(move)
        guard._booked(connector, list(requests.values()))
        effects._record(
            connector.company_id,
            [
                {
                    "key": keys[dispute.id],
                    "model": "account.move",
                    "res_id": request.res_id,
                    "event_id": request.item.event_id or None,
                }
                for dispute, request in requests.items()
            ],
        )

    def _nth(self, kind: str, name: str) -> str:
        """The name of an entry: another one where earlier losses were taken back.

        :param kind: a key of ``ENTRIES``
        """
        # Each of them with what took it back.
        number = len(self.former_move_ids) // 2
        if kind == LOSS and self.back_move_id:
            number += 1
        return f"{name}:{number}" if number else name

    def _keep_end(self, kind: str, move) -> None:
        """Keep an entry with the dispute; a second loss makes the first a former one.

        :param kind: a key of ``ENTRIES``
        """
        values = {ENTRIES[kind][0]: move.id}
        if kind == LOSS and self.back_move_id:
            former = self.loss_move_id | self.back_move_id
            values["former_move_ids"] = [Command.link(one.id) for one in former]
            values["back_move_id"] = False
        self.sudo().write(values)

    def _end_request(self, connector, items: dict, kind: str) -> GuardRequest:
        """The question to the period guard.

        :raises BusinessRuleError: an account is missing
        """
        held = self._end_items(kind)
        gateway = self._gateway(held)
        if not self._other_account(gateway, held, kind):
            raise self._no_account(gateway, kind)
        return GuardRequest(
            item=items[self.id],
            journal=gateway.journal_id.with_env(self.env),
            wanted=self._end_day(connector, held),
            has_tax=False,
            amount=None,
            model="account.move",
            kind=ENTRIES[kind][1],
            key=self._nth(kind, self.external_id),
            title=self.env._("Dispute of %(payment)s", payment=self.name),
        )

    def _end_items(self, kind: str):
        """Journal items on the disputes account that the entry answers."""
        if kind == LOSS:
            return self._due()
        held = self._held()
        if kind == DIFFERENCE:
            return held.filtered(lambda item: not item.reconciled)
        return held.filtered(lambda item: item.move_id == self.loss_move_id)

    def _end_day(self, connector, held):
        """The day it was decided, never before the money was withheld."""
        decided = fields.Datetime.to_string(self.closed_at or fields.Datetime.now())
        day = connector._document_date(decided.replace(" ", "T"))
        return max([day, *held.mapped("date")])

    def _gateway(self, held):
        """The gateway journal whose disputes account holds the money."""
        # sudo: the connector's settings.
        gateways = self.connector_id.sudo().gateway_journal_ids
        account, currency = held.account_id[:1], held.currency_id[:1]
        mine = gateways.filtered(lambda row: row.dispute_account_id == account)
        return (mine.filtered(lambda r: r.currency_id == currency) or mine)[:1]

    def _other_account(self, gateway, held, kind: str):
        """Where a loss ends, or the difference of two rates; may be empty."""
        if kind != DIFFERENCE:
            return gateway.chargeback_account_id.with_env(self.env)
        company = self.company_id
        if sum(held.mapped("amount_residual")) > 0:
            return company.expense_currency_exchange_account_id
        return company.income_currency_exchange_account_id

    def _no_account(self, gateway, kind: str) -> BusinessRuleError:
        if kind == DIFFERENCE:
            return BusinessRuleError(
                self.env._(
                    "The exchange difference of the dispute of %(payment)s was not "
                    "booked: the company has no account for it.",
                    payment=self.name,
                ),
                hint=self.env._(
                    "Choose the accounts for exchange differences under Accounting, "
                    "Configuration, Settings; then retry."
                ),
                details={"cause": "exchange_account"},
            )
        return BusinessRuleError(
            self.env._(
                "The lost dispute of %(payment)s was not booked: the gateway journal "
                "of %(currency)s has no account for chargeback losses.",
                payment=self.name,
                currency=gateway.currency_id.name or "?",
            ),
            hint=self.env._(
                "Choose it on the Accounting tab of the connector, or press Propose "
                "there; then retry."
            ),
            details={"cause": f"chargeback_account:{gateway.currency_id.name}"},
        )

    def _end_label(self, kind: str) -> str:
        words = {
            LOSS: self.env._("Lost dispute %(id)s", id=self.external_id),
            BACK: self.env._("Dispute won after all %(id)s", id=self.external_id),
            DIFFERENCE: self.env._(
                "Exchange difference of dispute %(id)s", id=self.external_id
            ),
        }
        return words[kind]

    def _end_values(self, request: GuardRequest, kind: str) -> dict:
        """The entry: loss, or difference, against what is withheld; or a loss back."""
        held = self._end_items(kind)
        other = self._other_account(self._gateway(held), held, kind)
        label = self._end_label(kind)
        lines = []
        for item in held:
            amount, balance = item.amount_residual_currency, item.amount_residual
            if kind == BACK:
                amount, balance = item.amount_currency, item.balance
            common = {
                "name": label,
                "partner_id": item.partner_id.id,
                "currency_id": item.currency_id.id,
                "tax_ids": [Command.clear()],
            }
            for account, sign in ((other, 1), (item.account_id, -1)):
                lines.append(
                    common
                    | {
                        "account_id": account.id,
                        "amount_currency": sign * amount,
                        "balance": sign * balance,
                    }
                )
        return {
            "move_type": "entry",
            "journal_id": request.journal.id,
            "date": request.date,
            "ref": label,
            "partner_id": self.partner_id.id,
            "line_ids": [Command.create(line) for line in lines],
        }

    # === ACTION METHODS === #

    def action_open_moves(self):
        """The entries of this dispute."""
        self.ensure_one()
        if not self.move_ids:
            raise UserError(self.env._("Nothing was booked for it yet."))
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Entries"),
            "res_model": "account.move",
            "view_mode": "list,form",
            "domain": [("id", "in", self.move_ids.ids)],
        }


def _partials(lines):
    """Reconciliations of journal items, on either side."""
    return lines.matched_debit_ids | lines.matched_credit_ids
