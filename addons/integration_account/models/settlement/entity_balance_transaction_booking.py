# Copyright 2026 Odoo Integration Suite contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl)
from collections import defaultdict
from decimal import Decimal

from odoo import api, models
from odoo.fields import Command

from odoo.addons.integration_core.engine.errors import BusinessRuleError

from ... import categories, statistics
from ...movements import Leg, Movement
from ...payments import amount_text, decimal_of

LABEL_LENGTH = 200


class IntegrationEntityBalanceTransaction(models.AbstractModel):
    """Writes the entries: one for each movement, gross amount and fee as two legs."""

    _inherit = "integration.entity.balance_transaction"

    # === LEGS === #

    @api.model
    def _legs(self, movement: Movement) -> list[Leg]:
        """Journal items of a movement; none where there is nothing to book.

        :raises BusinessRuleError: an account was not chosen
        """
        legs = []
        if movement.other_side and movement.amount:
            legs += self._gross_legs(movement)
        if accounts := movement.account_of_fees():
            legs += self._fee_legs(movement, accounts)
        return legs

    @api.model
    def _gross_legs(self, movement: Movement) -> list[Leg]:
        """Clearing account against the other side, in the currency of either."""
        label = self._label_of(movement)
        balance = self._balance(movement)
        amount, currency = movement.amount, movement.currency
        if movement.side == categories.RECEIVABLE and movement.payment:
            amount, currency = movement.original, movement.original_currency
        clearing = movement.gateway.clearing_account_id.with_env(self.env)
        return [
            Leg(clearing, label, movement.amount, movement.currency, balance),
            Leg(movement.other_side, label, -amount, currency, -balance),
        ]

    @api.model
    def _fee_legs(self, movement: Movement, accounts: dict) -> list[Leg]:
        """What the gateway kept, by account; never netted with the gross amount."""
        texts = {part.account: part.description for part in movement.fees}
        currency = movement.currency
        legs, total = [], Decimal(0)
        for name, amount in accounts.items():
            label = texts[name] or self.env._("Fee of %(id)s", id=movement.external_id)
            balance = self._in_company_currency(movement, amount)
            total += balance
            account = self._account(movement, name)
            legs.append(Leg(account, label[:LABEL_LENGTH], amount, currency, balance))
        label = self.env._("Fee of %(id)s", id=movement.external_id)
        clearing = movement.gateway.clearing_account_id.with_env(self.env)
        if movement.fee or total:
            legs.append(Leg(clearing, label, -movement.fee, currency, -total))
        return legs

    @api.model
    def _label_of(self, movement: Movement) -> str:
        """Kind and the system's own words; its id, the reference, where it has none."""
        text = (movement.item.canonical.get("description") or "").strip()
        if not text:
            return self._title(movement)
        return f"{self._kind_label(movement)}: {text}"[:LABEL_LENGTH]

    @api.model
    def _balance(self, movement: Movement) -> Decimal:
        """Gross amount in the company's currency: exact where either side is in it."""
        company = self.env.company.currency_id
        if movement.side == categories.RECEIVABLE and movement.payment:
            if movement.original_currency.id == company.id:
                return movement.original
        return self._in_company_currency(movement, movement.amount)

    @api.model
    def _in_company_currency(self, movement: Movement, amount: Decimal) -> Decimal:
        """An amount of the balance at the rate of its day, as Odoo converts it."""
        company = self.env.company
        if movement.currency.id == company.currency_id.id:
            return amount
        value = movement.currency._convert(
            float(amount), company.currency_id, company, movement.day
        )
        return decimal_of(value, company.currency_id)

    # === ENTRIES === #

    @api.model
    def _book(self, connector, movements: list[Movement]) -> None:
        """Book a batch: one creation and one posting for all."""
        movements = [m for m in movements if m.legs]
        if not movements:
            return
        moves = self.env["account.move"].create(
            [self._entry_values(movement) for movement in movements]
        )
        statistics.refresh(self.env.cr)
        moves.action_post()
        for movement, move in zip(movements, moves, strict=True):
            movement.move = move
            movement.request.res_id = move.id
        self._verify(movements)
        self.env["integration.period.guard"]._booked(
            connector, [movement.request for movement in movements]
        )

    @api.model
    def _entry_values(self, movement: Movement) -> dict:
        partner = movement.partner.id if movement.partner else False
        return {
            "move_type": "entry",
            "journal_id": movement.request.journal.id,
            "date": movement.request.date,
            "ref": movement.external_id,
            "partner_id": partner,
            "line_ids": [
                Command.create(
                    {
                        "account_id": leg.account.id,
                        "name": leg.label,
                        "partner_id": partner,
                        "currency_id": leg.currency.id,
                        # float at the last moment: that is what Odoo's fields take.
                        "amount_currency": float(leg.amount),
                        "balance": float(leg.balance),
                    }
                )
                for leg in movement.legs
            ],
        }

    # === PROOF === #

    @api.model
    def _verify(self, movements: list[Movement]) -> None:
        """What stands on the clearing account is what the balance moved by.

        :raises BusinessRuleError: the whole batch is undone, and this one is found
        """
        for movement in movements:
            clearing = movement.gateway.clearing_account_id.id
            booked: dict = defaultdict(Decimal)
            for line in movement.move.line_ids:
                if line.account_id.id == clearing:
                    booked[line.currency_id] += decimal_of(
                        line.amount_currency, line.currency_id
                    )
            wanted = -movement.fee if movement.other_side is None else movement.net
            found = booked.get(movement.currency.with_env(self.env), Decimal(0))
            posted = movement.move.state == "posted"
            if posted and found == wanted and len(booked) <= 1:
                continue
            raise BusinessRuleError(
                self.env._(
                    "Balance transaction %(id)s would be booked with %(found)s on the "
                    "clearing account, and not %(wanted)s.",
                    id=movement.external_id,
                    found=amount_text(found, movement.currency),
                    wanted=amount_text(wanted, movement.currency),
                ),
                hint=self.env._(
                    "A setting or another addon of this Odoo changes entries of the "
                    "journal %(journal)s. Look there, then retry.",
                    journal=movement.request.journal.name,
                ),
                details={"cause": "amounts_changed"},
            )
