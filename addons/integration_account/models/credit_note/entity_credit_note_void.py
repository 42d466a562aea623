# Copyright 2026 Odoo Integration Suite contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl)
from decimal import Decimal

from odoo import api, models

from odoo.addons.integration_core.engine.errors import BusinessRuleError

from ...invoice_draft import InvoiceDraft, StatusChange
from ..payment.account_move_line import LIMITS
from ..period.period_guard_reconciled import Reconciled
from .entity_credit_note_settle import UNREDUCED


class IntegrationEntityCreditNote(models.AbstractModel):
    """A void credit note is reversed, and its invoice is owed again."""

    _inherit = "integration.entity.credit_note"

    _reversal_type = "out_invoice"

    @api.model
    def _sign(self, move) -> int:
        """Override of `integration.entity.invoice`: both amounts are positive."""
        return 1

    @api.model
    def _is_reversed(self, move) -> bool:
        """Override of `integration.entity.invoice`: a person has reversed it."""
        return "posted" in move.reversal_move_ids.mapped("state")

    @api.model
    def _credit_notes_of(self, move):
        """Override of `integration.entity.invoice`: it has none."""
        return self.env["account.move"]

    @api.model
    def _settled_by(self, change: StatusChange) -> bool:
        """Override of `integration.entity.invoice`: its own invoice is not money."""
        undone = self.env["account.move"].union(*change.undo)
        return self._settling(change.move) <= undone | change.move.reversed_entry_id

    @api.model
    def _undo(self, connector, changes: list[StatusChange]) -> None:
        """Override of `integration.entity.invoice`: first it lets go of its invoice."""
        for change in changes:
            self._unreconcile(connector, change, change.move)
        return super()._undo(connector, changes)

    @api.model
    def _void(self, connector, changes: list[StatusChange]) -> None:
        """Override of `integration.entity.invoice`: others may have waited for it.

        Messages come in any order: what was made, or paid, after the void may have
        found nothing open on the invoice.
        """
        result = super()._void(connector, changes)
        done = [change for change in changes if change.entry]
        moves = self.env["account.move"].union(*(change.move for change in done))
        for change in done:
            invoice = change.move.reversed_entry_id
            if invoice:
                self._apply_again(connector, change, invoice, moves)
        return result

    @api.model
    def _apply_again(self, connector, change: StatusChange, invoice, void) -> None:
        """Reconcile an invoice that is open again with what was meant for it."""
        notes = invoice.reversal_move_ids.filtered(
            lambda x: x.state == "posted" and not x.reversal_move_ids
        )
        credits = self.env["account.move.line"]
        limits = {}
        for note in notes - void:
            link = self._note_links(note).get(note.id)
            wanted = Decimal((link.base or {}).get(UNREDUCED) or 0) if link else 0
            line = self._open_items(note)[:1]
            if wanted and line:
                limits[line.id, invoice.id] = float(wanted)
                credits |= line
                link.base = {**link.base, UNREDUCED: None}
        credits |= self._rests_of(invoice)
        for line in credits:
            debits = self._open_items(invoice)
            if debits:
                (line | debits).with_context(**{LIMITS: limits}).reconcile()
        self.env["integration.period.guard"]._reconciled(
            connector,
            [
                Reconciled(
                    change.item,
                    f"{change.item.external_id}|again",
                    change.number,
                    credits.matched_debit_ids,
                )
            ],
        )

    @api.model
    def _void_but_settled(self, change: StatusChange) -> BusinessRuleError:
        """Override of `integration.entity.invoice`: it was paid back."""
        error = super()._void_but_settled(change)
        error.hint = self.env._(
            "It was paid back, or used for another invoice. Look at what %(name)s is "
            "reconciled with, take off what does not belong there, then retry.",
            name=change.move.name,
        )
        return error

    @api.model
    def _check_origin(self, draft: InvoiceDraft, connector) -> None:
        """Override to leave out what its void invoice has taken along already."""
        origin = draft.origin
        if origin and origin.payment_state == "reversed":
            effects = self.env["integration.effect"]
            external_id = draft.record["invoice"]["external_id"]
            key = effects._key(connector, external_id, "void")
            effect = effects._happened([key]).get(key)
            if effect and not self._is_undone(effect):
                draft.item.skip(
                    "no_change",
                    self.env._(
                        "Its invoice %(name)s is void and was reversed as a whole: "
                        "nothing is left to take back.",
                        name=origin.display_name,
                    ),
                )
                return
        super()._check_origin(draft, connector)
