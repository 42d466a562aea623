# Copyright 2026 Odoo Integration Suite contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl)
from decimal import Decimal

from odoo import api, models

from odoo.addons.integration_core.engine.errors import (
    BusinessRuleError,
    IntegrationError,
    MappingError,
)

from ... import categories
from ...messages import GuardRequest
from ...movements import Fee, Movement
from ...payments import amount_text, fits, money_text


class IntegrationEntityBalanceTransaction(models.AbstractModel):
    """How a movement is booked: amounts, day, journal, accounts."""

    _inherit = "integration.entity.balance_transaction"

    @api.model
    def _choose(self, connector, movements: list[Movement]) -> None:
        """Complete what is to be booked, or say why it cannot be."""
        for movement in movements:
            if movement.fresh:
                self._attempt(movement, self._choose_amounts, connector)
        booked = [m for m in movements if m.fresh and not m.opening]
        self._find_payments(booked)
        rates: dict = {}
        for movement in booked:
            if movement.fresh:
                self._attempt(movement, self._choose_accounts, connector, rates)

    @api.model
    def _attempt(self, movement: Movement, method, *args) -> None:
        """Run one step for one movement; its error is that of the message."""
        try:
            method(movement, *args)
        except IntegrationError as error:
            movement.item.fail(error)

    # === AMOUNTS AND DAY === #

    @api.model
    def _choose_amounts(self, movement: Movement, connector) -> None:
        record = movement.item.canonical
        movement.currency = self._currency(record["amount"]["currency"])
        movement.amount = self._exact(record["amount"], movement)
        movement.fee = self._exact(record["fee"], movement)
        movement.fees = self._fee_parts(movement)
        self._check_sums(movement)
        original = record.get("original") or record["amount"]
        movement.original_currency = self._currency(original["currency"])
        movement.original = self._exact(original, movement)
        self._check_original(movement)
        movement.day = connector._document_date(record["occurred_at"])
        start = connector.start_date
        movement.opening = bool(start and movement.day < start)

    @api.model
    def _fee_parts(self, movement: Movement) -> list[Fee]:
        """Parts of the fee; where none are stated, it is one of processing."""
        parts = [
            Fee(
                part["kind"],
                categories.FEE_KINDS[part["kind"]],
                self._exact(part["amount"], movement),
                part.get("description") or "",
            )
            for part in movement.item.canonical.get("fees") or ()
        ]
        if not parts and movement.fee:
            parts = [Fee("processing", categories.FEES, movement.fee, "")]
        return parts

    @api.model
    def _check_sums(self, movement: Movement) -> None:
        """Net is amount less fee, and the fee is the sum of its parts.

        :raises BusinessRuleError: they do not add up
        """
        record = movement.item.canonical
        moneys = [record["fee"], record["net"]]
        moneys += [part["amount"] for part in record.get("fees") or ()]
        code = movement.currency.name
        if any(money["currency"] != code for money in moneys):
            problem = self.env._("its amounts are in different currencies")
        elif Decimal(record["net"]["amount"]) != movement.net:
            problem = self.env._(
                "%(amount)s less a fee of %(fee)s is not %(net)s",
                amount=money_text(record["amount"]),
                fee=money_text(record["fee"]),
                net=money_text(record["net"]),
            )
        elif sum((part.amount for part in movement.fees), Decimal(0)) != movement.fee:
            problem = self.env._(
                "the parts of the fee do not come to %(fee)s",
                fee=money_text(record["fee"]),
            )
        else:
            return
        raise self._wrong_sums(movement, problem)

    @api.model
    def _check_original(self, movement: Movement) -> None:
        """What was paid has the sign of what moved, and is it if nothing was converted.

        :raises BusinessRuleError: it is not
        """
        amount, original = movement.amount, movement.original
        if not movement.converted and amount != original:
            problem = self.env._(
                "it moved by %(amount)s, and says of %(original)s in the same currency",
                amount=amount_text(amount, movement.currency),
                original=amount_text(original, movement.original_currency),
            )
        elif amount * original < 0:
            problem = self.env._(
                "%(amount)s cannot be what %(original)s was converted to",
                amount=amount_text(amount, movement.currency),
                original=amount_text(original, movement.original_currency),
            )
        else:
            return
        raise self._wrong_sums(movement, problem)

    @api.model
    def _wrong_sums(self, movement: Movement, problem: str) -> BusinessRuleError:
        return BusinessRuleError(
            self.env._(
                "Balance transaction %(id)s does not add up: %(problem)s.",
                id=movement.external_id,
                problem=problem,
            ),
            hint=self.env._(
                "Nothing was booked. Look at the transaction there and at the mapping, "
                "then retry."
            ),
            details={"cause": "wrong_sums"},
        )

    @api.model
    def _currency(self, code: str):
        """The active currency of an ISO 4217 code.

        :raises MappingError: Odoo does not know it, or it is not active
        """
        return self.env["integration.entity.payment"]._currency(code)

    @api.model
    def _exact(self, money: dict, movement: Movement) -> Decimal:
        """The amount as a number that Odoo can store to the last digit.

        :raises BusinessRuleError: the currency is rounded coarser in Odoo
        """
        amount = Decimal(money["amount"])
        currency = self._currency(money["currency"])
        if fits(amount, currency):
            return amount
        raise BusinessRuleError(
            self.env._(
                "Balance transaction %(id)s is %(amount)s, and %(currency)s has "
                "%(digits)s decimal places in Odoo.",
                id=movement.external_id,
                amount=money_text(money),
                currency=currency.name,
                digits=currency.decimal_places,
            ),
            hint=self.env._(
                "Correct the rounding of the currency under Accounting, "
                "Configuration, Currencies, then retry."
            ),
            details={"cause": f"currency_digits:{currency.name}"},
        )

    # === JOURNAL AND ACCOUNTS === #

    @api.model
    def _choose_accounts(self, movement: Movement, connector, rates: dict) -> None:
        movement.gateway = connector._gateway_journal(movement.currency)
        if not movement.gateway:
            raise self._no_gateway(movement)
        self._check_payment(movement)
        movement.other_side = self._other_side(movement)
        self._check_rate(connector, movement, rates)
        movement.legs = self._legs(movement)

    @api.model
    def _other_side(self, movement: Movement):
        """The account of the gross amount; None: the payment has booked it.

        :raises BusinessRuleError: nobody has said which one
        """
        chosen = movement.row and movement.row.chosen_account_id
        if chosen and (movement.side == categories.ASK or not movement.payment):
            movement.partner = movement.row.chosen_partner_id
            return chosen.with_env(self.env)
        if movement.side == categories.NONE:
            return None
        if movement.side == categories.RECEIVABLE:
            return movement.receivable.account_id
        if movement.side == categories.ASK:
            return self._default_of_adjustments(movement)
        return self._account(movement, movement.side)

    @api.model
    def _default_of_adjustments(self, movement: Movement):
        """The account that was chosen for all adjustments, or a question.

        :raises BusinessRuleError: the question
        """
        if movement.category == "adjustment":
            if account := movement.gateway.adjustment_account_id:
                return account.with_env(self.env)
        record = movement.item.canonical
        raise BusinessRuleError(
            self.env._(
                "%(amount)s moved without a document: %(what)s (%(id)s). Nobody can "
                "know which account that belongs to.",
                amount=money_text(record["amount"]),
                what=record.get("description") or movement.category,
                id=movement.external_id,
            ),
            hint=self.env._(
                "Press Book to… and choose the account. It is booked at once."
            ),
            details={"cause": f"book_to:{movement.category}"},
        )

    @api.model
    def _account(self, movement: Movement, name: str):
        """The account of the gateway journal for a purpose, in this environment.

        :param name: a field name of `categories`
        :raises BusinessRuleError: none was chosen
        """
        account = movement.gateway._account(name)
        if account:
            return account.with_env(self.env)
        field = self.env["integration.gateway.journal"]._fields[name]
        raise BusinessRuleError(
            self.env._(
                "Balance transaction %(id)s (%(amount)s) needs an account that was not "
                "chosen: %(purpose)s, for %(currency)s.",
                id=movement.external_id,
                amount=money_text(movement.item.canonical["amount"]),
                purpose=field._description_string(self.env),
                currency=movement.currency.name,
            ),
            hint=self.env._(
                "Choose it on the Accounting tab of the connector, or press Propose "
                "there; then retry."
            ),
            details={"cause": f"gateway_account:{name}"},
        )

    @api.model
    def _no_gateway(self, movement: Movement) -> BusinessRuleError:
        return BusinessRuleError(
            self.env._(
                "Balance transaction %(id)s was not booked: there is no gateway "
                "journal for %(currency)s.",
                id=movement.external_id,
                currency=movement.currency.name,
            ),
            hint=self.env._(
                "Add a journal with settlement currency %(currency)s on the Accounting "
                "tab of the connector, then retry.",
                currency=movement.currency.name,
            ),
            details={"cause": f"gateway_journal:{movement.currency.name}"},
        )

    # === RATE AND PERIOD === #

    @api.model
    def _check_rate(self, connector, movement: Movement, rates: dict) -> None:
        """A rate of that day or before must be there: Odoo would silently take 1.

        :param rates: (currency id, day) → whether there is one, filled here
        :raises MappingError: there is none
        """
        currency = movement.currency
        if currency.id == self.env.company.currency_id.id:
            return
        slot = currency.id, movement.day
        if slot not in rates:
            rates[slot] = self.env["integration.entity.payment"]._has_rate(*slot)
        if rates[slot]:
            return
        raise MappingError(
            self.env._(
                "Balance transaction %(id)s was not booked. Odoo has no rate of "
                "%(code)s for %(date)s.",
                id=movement.external_id,
                code=currency.name,
                date=movement.day,
            ),
            hint=self.env._(
                "Enter a rate of that day or before under Accounting, Configuration, "
                "Currencies, then retry."
            ),
            path="amount.currency",
            details={"cause": f"currency:{currency.name}"},
        )

    @api.model
    def _check_periods(self, connector, movements: list[Movement], dry=False) -> None:
        """Ask the period guard about those that have something to book.

        :param dry: only compare; nothing is held back then
        """
        requests = []
        for movement in movements:
            if not movement.legs:
                continue
            movement.request = GuardRequest(
                item=movement.item,
                # The work environment, not that of the connector.
                journal=movement.gateway.journal_id.with_env(self.env),
                wanted=movement.day,
                has_tax=False,
                amount=movement.item.canonical["amount"],
                model="account.move",
                title=self._title(movement),
            )
            requests.append(movement.request)
        if requests:
            self.env["integration.period.guard"]._check(connector, requests, dry=dry)
        for movement in movements:
            if movement.request and movement.request.note:
                movement.notes.append(movement.request.note)

    @api.model
    def _title(self, movement: Movement) -> str:
        """What people call it: its kind and its id."""
        return f"{self._kind_label(movement)} {movement.external_id}"

    @api.model
    def _kind_label(self, movement: Movement) -> str:
        """What people call its kind."""
        field = self.env["integration.settlement.line"]._fields["category"]
        return dict(field._description_selection(self.env))[movement.category]
