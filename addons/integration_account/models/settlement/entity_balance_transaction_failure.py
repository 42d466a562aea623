# Copyright 2026 Odoo Integration Suite contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl)
from odoo import api, models

from ...movements import Movement
from ..payment.account_move_line import LIMITS
from ..period.period_guard_reconciled import Reconciled


class IntegrationEntityBalanceTransaction(models.AbstractModel):
    """A payment that had succeeded and failed later: its invoices are open again.

    The money was booked, and has left the balance. Both are true and both stay in the
    books; what is undone is only that the invoices were paid with it.
    """

    _inherit = "integration.entity.balance_transaction"

    @api.model
    def _reopen(self, connector, movements: list[Movement]) -> None:
        """Match what came with what left, instead of with the invoices.

        :param movements: those of a batch that are booked now
        """
        for movement in movements:
            if movement.category != "charge_failure" or not movement.payment:
                continue
            came, left = movement.receivable, self._customer_line(movement)
            invoices = self._invoices_paid(came)
            if why := self._why_not(came, left):
                self._leave(connector, movement, invoices, why)
            else:
                came.remove_move_reconcile()
                self._match(connector, movement, came | left)
                self._note_reopened(movement, invoices)

    @api.model
    def _why_not(self, came, left) -> str:
        """Why the invoices cannot be opened again without a person; '': they can."""
        if not self._is_whole(came, left):
            return self.env._("only a part of it came back")
        if came.matched_debit_ids.exchange_move_id:
            return self.env._("there was an exchange difference")
        if self._has_locked_tax(came):
            return self.env._("tax became due with it, in a period that is locked")
        return ""

    @api.model
    def _has_locked_tax(self, came) -> bool:
        """Whether Odoo would take back tax that was due on payment in another month."""
        company = self.env.company
        if not company.tax_exigibility:
            return False
        due = self.env["account.move"].search(
            [("tax_cash_basis_rec_id", "in", came.matched_debit_ids.ids)]
        )
        return any(
            company._get_violated_lock_dates(
                move.date, bool(move._affect_tax_report()), move.journal_id
            )
            for move in due
        )

    @api.model
    def _customer_line(self, movement: Movement):
        """The journal item of the failure on the customer's account."""
        return movement.move.line_ids.filtered(
            lambda line: line.account_id == movement.other_side
        )[:1]

    @api.model
    def _invoices_paid(self, came):
        """The invoices that the payment pays until now."""
        return came.matched_debit_ids.debit_move_id.move_id.filtered(
            lambda move: move.is_invoice()
        )

    @api.model
    def _is_whole(self, came, left) -> bool:
        currency = came.currency_id
        return left.currency_id == currency and currency.is_zero(
            came.amount_currency + left.amount_currency
        )

    @api.model
    def _match(self, connector, movement: Movement, lines) -> None:
        """:raises LockedPeriodError: Odoo would book a difference in another month"""
        lines.with_context(**{LIMITS: {}}).reconcile()
        self.env["integration.period.guard"]._reconciled(
            connector,
            [
                Reconciled(
                    movement.item,
                    movement.external_id,
                    self._title(movement),
                    lines.matched_debit_ids,
                )
            ],
        )

    @api.model
    def _leave(self, connector, movement: Movement, invoices, why: str) -> None:
        """Say that the invoices stay paid; a task for who may see them."""
        if not invoices:
            return
        text = self.env._(
            "The payment %(payment)s failed after all (%(id)s). The invoice stays "
            "paid, because %(why)s. Undo its reconciliation by hand, and reconcile "
            "the payment with entry %(entry)s.",
            payment=movement.payment.display_name,
            id=movement.external_id,
            why=why,
            entry=movement.move.name,
        )
        movement.notes.append(text)
        invoices._message_log_batch(bodies=dict.fromkeys(invoices.ids, text))
        person = connector.user_id
        if not person or not invoices.with_user(person).has_access("read"):
            return
        # Without the mail that Odoo sends to whom a task is given.
        for invoice in invoices.with_context(mail_activity_quick_update=True):
            invoice.activity_schedule(
                "mail.mail_activity_data_todo",
                summary=self.env._("A payment failed, and the invoice is still paid"),
                note=text,
                user_id=person.id,
            )

    @api.model
    def _note_reopened(self, movement: Movement, invoices) -> None:
        """Say so on the invoices; nobody is mailed."""
        if not invoices:
            return
        text = self.env._(
            "The payment %(payment)s failed after all (%(id)s): the invoice is open "
            "again.",
            payment=movement.payment.display_name,
            id=movement.external_id,
        )
        invoices._message_log_batch(bodies=dict.fromkeys(invoices.ids, text))
        names = ", ".join(invoices.mapped("display_name"))
        movement.notes.append(self.env._("Open again: %(names)s", names=names))
