# Copyright 2026 Odoo Integration Suite contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl)
from decimal import Decimal

from odoo import api, models

from odoo.addons.integration_core.engine.errors import (
    BusinessRuleError,
    TransientError,
)
from odoo.addons.integration_core.messages import Item

from ...movements import Movement
from ...payments import amount_text, decimal_of, money_text


class IntegrationEntityBalanceTransaction(models.AbstractModel):
    """The movements of the balance at a gateway: the ledger of the clearing account.

    Each is immutable there, is one row here, and is booked once: its gross amount by
    its category (`categories`), its fee by kind. The gross amount of a charge alone is
    booked by another entity, the payment, which it ties to.

    What is done here in order: read what the batch says, compare what is known, choose
    journal, accounts and day (`entity_balance_transaction_choice`), tie to payments
    (`…_payment`), book (`…_booking`), open invoices again whose payment failed
    (`…_failure`), keep the rows (`…_result`), tell refunds, disputes and payouts.
    """

    _name = "integration.entity.balance_transaction"
    _inherit = "integration.entity"
    _description = "Entity: balance transaction"
    _entity = "balance_transaction"
    _entity_label = "Balance transaction"
    _record_model = "integration.settlement.line"
    # After payments, refunds, disputes and payouts of the same batch.
    _rank = 80
    # A list that only grows: a further reading begins where the last one ended.
    _append_only = True
    _optional_references = frozenset({"refund", "dispute", "payout"})

    @api.model
    def _document_amount(self, canonical: dict) -> dict | None:
        """Override of `integration.entity`: what the balance moved by, before fees."""
        return canonical.get("amount")

    @api.model
    def _apply(self, connector, items: list[Item]) -> None:
        """Override of `integration.entity`: book a batch."""
        movements = self._gather(connector, items)
        self._take(movements)
        self._find_known(connector, movements)
        self._choose(connector, movements)
        self._check_periods(connector, [m for m in movements if m.fresh])
        self._claim_keys(connector, [m for m in movements if m.fresh])
        fresh = [m for m in movements if m.fresh]
        self._book(connector, fresh)
        self._reopen(connector, fresh)
        lines = self._write_rows(connector, movements)
        self._finish(movements)
        self._after_booking(connector, lines)

    @api.model
    def _preview(self, connector, items: list[Item]) -> None:
        """Override of `integration.entity`: what would be booked, nothing written."""
        movements = self._gather(connector, items)
        self._find_known(connector, movements)
        self._choose(connector, movements)
        self._check_periods(connector, [m for m in movements if m.fresh], dry=True)
        for movement in movements:
            if movement.open:
                self._describe_plan(movement)
                movement.item.skip("shadow")

    # === WHAT THE BATCH SAYS === #

    @api.model
    def _gather(self, connector, items: list[Item]) -> list[Movement]:
        """One movement for each message; ledgers do not forget, so none is deleted."""
        effects = self.env["integration.effect"]
        movements = []
        for item in items:
            if item.source.deleted:
                item.skip(
                    "no_change",
                    self.env._("Deleted there; what was booked in Odoo stays."),
                )
                continue
            key = effects._key(connector, item.external_id, "balance")
            movements.append(Movement(item, key))
        return movements

    # === ONE AT A TIME === #

    @api.model
    def _take(self, movements: list[Movement]) -> None:
        """Leave to others what another worker has in its hands now.

        A poll and the list of a payout may bring the same page at the same moment.
        """
        if not movements:
            return
        ours = self.env["integration.effect"]._lock_keys(
            [movement.effect_key for movement in movements]
        )
        for movement in movements:
            if movement.effect_key not in ours:
                movement.item.fail(self._in_other_hands(movement))

    @api.model
    def _claim_keys(self, connector, movements: list[Movement]) -> None:
        """Enter the effects before the work; who was a moment faster is seen here."""
        if not movements:
            return
        claimed = self.env["integration.effect"]._claim(
            connector.company_id,
            [
                {"key": movement.effect_key, "event_id": movement.item.event_id}
                for movement in movements
            ],
        )
        for movement in movements:
            if movement.effect_key not in claimed:
                movement.item.fail(self._in_other_hands(movement))

    @api.model
    def _in_other_hands(self, movement: Movement) -> TransientError:
        return TransientError(
            self.env._(
                "Another worker books balance transaction %(id)s at this moment.",
                id=movement.external_id,
            )
        )

    # === WHAT IS HERE ALREADY === #

    @api.model
    def _find_known(self, connector, movements: list[Movement]) -> None:
        """Set the row of each movement, and compare those that were taken in."""
        rows = self.env["integration.settlement.line"]._rows_of(
            connector, [m.external_id for m in movements]
        )
        for movement in movements:
            movement.row = rows.get(movement.external_id)
            movement.known = bool(movement.row and movement.row.state != "expected")
        happened = self.env["integration.effect"]._happened(
            [m.effect_key for m in movements if not m.known]
        )
        for movement in movements:
            effect = happened.get(movement.effect_key)
            if effect and movement.open:
                self._take_over(connector, movement, effect)
            if movement.known and movement.open:
                self._compare(movement)

    @api.model
    def _take_over(self, connector, movement: Movement, effect) -> None:
        """Booked through another connector to the same account."""
        if effect.company_id.id != connector.company_id.id:
            movement.item.fail(
                BusinessRuleError(
                    self.env._(
                        "Balance transaction %(id)s is booked in another company, "
                        "through another connector to the same account.",
                        id=movement.external_id,
                    ),
                    hint=self.env._(
                        "Set the filters of the two connectors so that each "
                        "transaction belongs to one of them, then skip this message."
                    ),
                    details={"cause": "movement_of_other_company"},
                )
            )
            return
        lines = self.env["integration.settlement.line"].sudo()
        movement.row, movement.known = lines.browse(effect.res_id), True

    @api.model
    def _compare(self, movement: Movement) -> None:
        """Refuse a message that tells the same transaction with another amount."""
        row, record = movement.row, movement.item.canonical
        told = {"amount": row.amount, "fee": row.fee, "net": row.net}
        for name, booked in told.items():
            money = record[name]
            kept = decimal_of(booked, row.currency_id)
            if (Decimal(money["amount"]), money["currency"]) == (
                kept,
                row.currency_id.name,
            ):
                continue
            movement.item.fail(
                BusinessRuleError(
                    self.env._(
                        "Balance transaction %(id)s was taken in with %(kept)s, and "
                        "now the system says %(told)s.",
                        id=movement.external_id,
                        kept=amount_text(kept, row.currency_id),
                        told=money_text(money),
                    ),
                    hint=self.env._(
                        "Such a transaction never changes, so the mapping has changed "
                        "or is wrong. Nothing was changed in Odoo. Look at both, then "
                        "skip this message."
                    ),
                    details={"cause": "movement_changed"},
                )
            )
            return

    # === WHAT IT CAN DO WITHOUT === #

    @api.model
    def _does_without(self, connector, item: Item, missing: list[tuple]) -> bool:
        """Override of `integration_core`: what is older than the start date refers to
        what Odoo never got; and a person may have said where to book it."""
        try:
            day = connector._document_date(item.canonical["occurred_at"])
        except (ValueError, TypeError):
            return False
        if connector.start_date and day < connector.start_date:
            return True
        rows = self.env["integration.settlement.line"]._rows_of(
            connector, [item.external_id]
        )
        row = rows.get(item.external_id)
        return bool(row and row.chosen_account_id)

    # === WHAT FOLLOWS === #

    @api.model
    def _after_booking(self, connector, lines) -> None:
        """Tell refunds, disputes and payouts that their money has moved, in one batch.

        :param lines: integration.settlement.line records that were just taken in
        """
        if not lines:
            return
        for model, method, names in (
            ("integration.refund", "_money_booked", ("refund", "refund_failure")),
            ("integration.dispute", "_money_booked", ("dispute", "dispute_reversal")),
        ):
            some = lines.filtered(lambda line, names=names: line.category in names)
            if some and model in self.env:
                getattr(self.env[model], method)(some)
        if "integration.settlement" in self.env:
            self.env["integration.settlement"]._lines_arrived(lines)
