# Copyright 2026 Odoo Integration Suite contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl)
from odoo import api, models

from ...invoice_draft import StatusChange
from ...messages import GuardRequest
from ..period.period_guard_reconciled import Reconciled
from .entity_invoice_balance import BALANCE_EFFECTS


class IntegrationEntityInvoice(models.AbstractModel):
    """Void, although something is settled: by what was never money.

    The customer's balance gets back what it gave, and credit notes of a void invoice
    take back nothing any more. Both are reversed with it, so that document, credit
    notes and balance add up to nothing on every account. Money that was received is
    for a person.
    """

    _inherit = "integration.entity.invoice"

    @api.model
    def _undoable(self, connector, change: StatusChange):
        """Entries that a void undoes with the document: account.move records."""
        keys = [self._effect_key(connector, change.item, e) for e in BALANCE_EFFECTS]
        effects = self.env["integration.effect"]._happened(keys)
        entries = self.env["account.move"].browse(e.res_id for e in effects.values())
        return entries.exists() | self._credit_notes_of(change.move)

    @api.model
    def _credit_notes_of(self, move):
        """Credit notes of the other system that only lower this document."""
        notes = move.reversal_move_ids.filtered(
            lambda x: x.state == "posted" and not x.amount_residual
        )
        links = self._note_links(notes)
        return notes.filtered(
            lambda note: note.id in links and self._settling(note) == move
        )

    @api.model
    def _note_links(self, notes) -> dict:
        """id of a credit note → its integration.external.id record."""
        # sudo: core's own tables.
        links = self.env["integration.external.id"].sudo()
        found = links.search(
            [
                ("entity", "=", "credit_note"),
                ("model", "=", "account.move"),
                ("res_id", "in", notes.ids),
                ("role", "in", (False, "")),
            ]
        )
        return {link.res_id: link for link in found}

    @api.model
    def _settled_by(self, change: StatusChange) -> bool:
        """Whether nothing but what is undone has settled the document."""
        undone = self.env["account.move"].union(*change.undo)
        return self._settling(change.move) <= undone

    @api.model
    def _settling(self, move):
        """The entries that a document is reconciled with on the customer's account.

        There only: tax due on payment is reconciled too, with entries of Odoo's own
        that go with the reconciliation.
        """
        lines = move.line_ids.filtered(
            lambda line: line.account_id.account_type == "asset_receivable"
        )
        others = (
            lines.matched_credit_ids.credit_move_id
            | lines.matched_debit_ids.debit_move_id
        ) - lines
        return others.move_id

    @api.model
    def _ask_for_undo(self, connector, changes: list[StatusChange]) -> None:
        """Ask the period guard for the day of what is undone."""
        requests = []
        for change in changes:
            for entry in change.undo:
                change.undo[entry] = GuardRequest(
                    item=change.item,
                    journal=entry.journal_id,
                    wanted=max(change.date, entry.date),
                    has_tax=bool(entry._affect_tax_report()),
                    amount=change.record["total"],
                    model="account.move",
                    move_type="out_invoice" if entry.is_invoice() else "entry",
                    kind="reverse",
                    key=f"{change.item.external_id}|{entry.id}",
                    title=self._named(change.number),
                )
                requests.append(change.undo[entry])
        if requests:
            self.env["integration.period.guard"]._check(connector, requests)

    @api.model
    def _undo(self, connector, changes: list[StatusChange]) -> None:
        """Reverse what had settled the documents, so that they are open again.

        :raises engine.errors.LockedPeriodError: Odoo would take back in another month
            what it booked by itself; everything of the batch is undone
        """
        requests, notes = [], self.env["account.move"]
        for change in changes:
            for entry, request in change.undo.items():
                self._unreconcile(connector, change, entry)
                values = {
                    "date": request.date,
                    "ref": self.env._("%(number)s void", number=change.number),
                    "journal_id": entry.journal_id.id,
                }
                if entry.is_invoice():
                    values |= {
                        "invoice_date": request.wanted,
                        "invoice_date_due": request.wanted,
                        "invoice_payment_term_id": False,
                        "payment_reference": False,
                        "invoice_currency_rate": entry.invoice_currency_rate,
                    }
                    notes |= entry
                reversal = entry._reverse_moves([values], cancel=True)
                request.res_id = reversal.id
                requests.append(request)
        if requests:
            self.env["integration.period.guard"]._booked(connector, requests)
        self._record_undone(connector, notes)

    @api.model
    def _unreconcile(self, connector, change: StatusChange, entry) -> None:
        """Undo what an entry is reconciled with; see :meth:`_undo`."""
        lines = entry.line_ids
        undone = Reconciled(
            change.item,
            f"{change.item.external_id}|undo|{entry.id}",
            self._named(change.number),
            lines.matched_debit_ids | lines.matched_credit_ids,
        )
        self.env["integration.period.guard"]._take_back(connector, [undone])

    @api.model
    def _record_undone(self, connector, notes) -> None:
        """A credit note that went with its invoice is not reversed a second time."""
        effects = self.env["integration.effect"]
        effects._record(
            connector.company_id,
            [
                {
                    "key": effects._key(connector, link.external_id, "void"),
                    "model": "account.move",
                    "res_id": link_to.reversal_move_ids[:1].id,
                    "event_id": False,
                }
                for link_to in notes
                for link in [self._note_links(notes)[link_to.id]]
            ],
        )
