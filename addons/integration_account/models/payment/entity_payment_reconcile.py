# Copyright 2026 Odoo Integration Suite contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl)
from decimal import Decimal

from odoo import api, models

from odoo.addons.integration_core.engine.errors import BusinessRuleError

from ...payments import Allocation, Booking, amount_text, open_amount
from ..period.period_guard_reconciled import Reconciled
from .account_move_line import LIMITS


class IntegrationEntityPayment(models.AbstractModel):
    """Reconciles payments with their invoices, exactly by the amounts that are said."""

    _inherit = "integration.entity.payment"

    @api.model
    def _allocate(self, connector, bookings: list[Booking]) -> None:
        """Reconcile a batch with its invoices: one plan for all."""
        todo = [
            (booking, part)
            for booking in bookings
            if booking.record
            for part in booking.open_allocations
        ]
        if not todo:
            return
        lines = self._lines_of(todo)
        left = {name: open_amount(group) for name, group in lines.items()}
        plans, limits, done = [], {}, []
        for booking, part in todo:
            credit, debits = lines[booking.effect_key], lines[part.invoice.id]
            if not self._reconcilable(booking, part, credit, debits):
                continue
            part.due = left[part.invoice.id]
            part.amount = self._share(booking, part, left)
            done.append((booking, part))
            if part.amount:
                plans.append(credit | debits)
                limits[credit.id, part.invoice.id] = float(part.amount)
        self.env["account.move.line"].with_context(**{LIMITS: limits})._reconcile_plan(
            plans
        )
        self._verify_open(lines, left)
        self._look_at_dates(connector, done, lines)
        self._write_down(connector, done, left)

    @api.model
    def _share(self, booking: Booking, part: Allocation, left: dict) -> Decimal:
        """What the allocation takes; ``left`` says what stays open on either side."""
        rest, due = left[booking.effect_key], left[part.invoice.id]
        share = min(rest, due) if part.wanted is None else min(rest, due, part.wanted)
        left[booking.effect_key] -= share
        left[part.invoice.id] -= share
        return share

    # === LINES === #

    @api.model
    def _lines_of(self, todo: list[tuple]) -> dict:
        """Open lines, by key of a booking and by id of an invoice."""
        lines = {}
        for booking, part in todo:
            if booking.effect_key not in lines:
                lines[booking.effect_key] = self._credit_lines(booking.record).filtered(
                    lambda line: not line.reconciled
                )
            if part.invoice.id not in lines:
                lines[part.invoice.id] = self._open_lines(part.invoice)
        return lines

    @api.model
    def _credit_lines(self, record):
        """The line of a booking on the customer's account."""
        return self._move_of(record).line_ids.filtered(
            lambda line: line.account_id.account_type == "asset_receivable"
        )[:1]

    @api.model
    def _open_lines(self, invoice):
        """Lines of an invoice that can still be paid."""
        return invoice.line_ids.filtered(
            lambda line: (
                line.account_id.account_type == "asset_receivable"
                and not line.reconciled
            )
        )

    @api.model
    def _reconcilable(self, booking, part: Allocation, credit, debits) -> bool:
        """Refuse an entry that is not posted, or on another account."""
        if self._move_of(booking.record).state != "posted":
            part.item.fail(
                self._refusal(
                    self.env._(
                        "Payment %(key)s is not posted in Odoo (any more), so "
                        "%(invoice)s cannot be paid with it.",
                        key=booking.key,
                        invoice=part.invoice.display_name,
                    ),
                    self.env._(
                        "Post %(payment)s and retry, or skip this message.",
                        payment=booking.record.display_name,
                    ),
                    "payment_not_posted",
                )
            )
        elif credit and debits and credit.account_id != debits.account_id:
            part.item.fail(
                self._refusal(
                    self.env._(
                        "Payment %(key)s is booked on %(one)s, and %(invoice)s on "
                        "%(other)s.",
                        key=booking.key,
                        one=credit.account_id.display_name,
                        invoice=part.invoice.display_name,
                        other=debits.account_id[:1].display_name,
                    ),
                    self.env._("Move one of them to the same account, then retry."),
                    "receivable_account",
                )
            )
        return part.item.open

    # === PROOF === #

    @api.model
    def _verify_open(self, lines: dict, left: dict) -> None:
        """What is open afterwards is what was calculated.

        :raises BusinessRuleError: the whole batch is undone, and the culprit is found
        """
        for name, group in lines.items():
            if open_amount(group) != left[name]:
                raise BusinessRuleError(
                    self.env._(
                        "%(document)s would have %(found)s open afterwards, and not "
                        "%(expected)s.",
                        document=group.move_id.display_name,
                        found=amount_text(open_amount(group), group.currency_id),
                        expected=amount_text(left[name], group.currency_id),
                    ),
                    hint=self.env._("Reconcile it by hand, then skip this message."),
                )

    @api.model
    def _look_at_dates(self, connector, done: list[tuple], lines: dict) -> None:
        """What Odoo booked by itself (differences, taxes) must be in its month.

        :raises LockedPeriodError: it is not, and nobody agreed to that
        """
        allocations = []
        for booking, part in done:
            if not part.amount:
                continue
            credit = lines[booking.effect_key]
            partials = part.invoice.line_ids.matched_credit_ids.filtered(
                lambda partial, line=credit: partial.credit_move_id == line
            )
            allocations.append(
                Reconciled(
                    part.item,
                    f"{booking.key}|{part.external_id}",
                    self.env._(
                        "Payment %(key)s of %(invoice)s",
                        key=booking.key,
                        invoice=part.invoice.display_name,
                    ),
                    partials,
                )
            )
        self.env["integration.period.guard"]._reconciled(connector, allocations)

    @api.model
    def _write_down(self, connector, done: list[tuple], left: dict) -> None:
        """Enter the allocations in the ledger, and say what there is to say."""
        self.env["integration.effect"]._record(
            connector.company_id,
            [
                {
                    "key": part.key,
                    "model": "account.move",
                    "res_id": part.invoice.id,
                    "event_id": part.item.event_id,
                }
                for _booking, part in done
            ],
        )
        for booking, part in done:
            self._note_rest(part, left[booking.effect_key])
        self._log_on_invoices([entry for entry in done if entry[1].amount])
