# Copyright 2026 Odoo Integration Suite contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl)
from collections import Counter
from decimal import Decimal

from odoo import api, models

from odoo.addons.integration_core.engine.errors import BusinessRuleError

from ... import ledger
from ...invoice_draft import StatusChange
from ...messages import GuardRequest
from ..period.period_guard_reconciled import Reconciled


class IntegrationEntityInvoice(models.AbstractModel):
    """Void: a draft is cancelled, a posted document reversed by a credit note."""

    _inherit = "integration.entity.invoice"

    # Type of the document in Odoo that reverses one of this entity.
    _reversal_type = "out_refund"

    @api.model
    def _when_void(self, connector, change: StatusChange, done: dict) -> str:
        """What a void document needs.

        :raises engine.errors.BusinessRuleError: it was paid or written off before
        """
        move = change.move
        if move.state == "cancel" or done["void"] or self._is_reversed(move):
            return ""
        if move.state == "draft":
            return "_void_drafts"
        change.date = max(self._day(connector, change, "voided_at"), move.invoice_date)
        if move.currency_id.compare_amounts(move.amount_residual, move.amount_total):
            change.undo = dict.fromkeys(self._undoable(connector, change))
            if not self._settled_by(change):
                raise self._void_but_settled(change)
        return "_void"

    @api.model
    def _is_reversed(self, move) -> bool:
        """Whether a person has reversed it in Odoo."""
        return move.payment_state == "reversed"

    @api.model
    def _day(self, connector, change: StatusChange, name: str):
        """Day of a change in the company's time zone; that of the message if unsaid."""
        instant = change.record.get(name)
        if not instant and change.item.occurred_at:
            instant = f"{change.item.occurred_at:%Y-%m-%dT%H:%M:%S}Z"
        day = connector._document_date(instant)
        return day or (change.move and change.move.invoice_date)

    @api.model
    def _void_but_settled(self, change: StatusChange) -> BusinessRuleError:
        move = change.move
        places = move.currency_id.decimal_places
        settled = move.amount_total - move.amount_residual
        return BusinessRuleError(
            self.env._(
                "%(document)s is void in the system, and Odoo has settled %(amount)s "
                "of it. Nothing was reversed.",
                document=self._named(change.number),
                amount=f"{settled:.{places}f} {move.currency_id.name}",
            ),
            hint=self.env._(
                "Look at the payments of %(name)s. Take off what does not belong "
                "there, or refund it, then retry.",
                name=move.name,
            ),
            path="status",
            details={"cause": "void_but_settled"},
        )

    # === DRAFTS === #

    @api.model
    def _void_drafts(self, connector, changes: list[StatusChange]) -> None:
        """Cancel documents that were never posted."""
        moves = self.env["account.move"].union(*(c.move for c in changes))
        before = {c.move: self._state(c.move, "state") for c in changes}
        moves.button_cancel()
        for change in changes:
            after = self._state(change.move, "state")
            change.item.operation = "update"
            change.item.diff = {"state": [before[change.move], after]}

    # === POSTED DOCUMENTS === #

    @api.model
    def _void(self, connector, changes: list[StatusChange]) -> None:
        """Reverse documents on the day they were voided, and reconcile both.

        :raises engine.errors.BusinessRuleError: Odoo's credit note leaves something
            over; everything of the batch is undone
        """
        self._ask_for(connector, changes, "reverse", self._reversal_type)
        self._ask_for_undo(connector, changes)
        changes = [change for change in changes if change.item.open]
        if not changes:
            return
        self._undo(connector, changes)
        moves = self.env["account.move"].union(*(c.move for c in changes))
        refunds = moves._reverse_moves(
            [self._reversal_values(change) for change in changes], cancel=True
        )
        for change, refund in zip(changes, refunds, strict=True):
            change.entry = refund
            self._verify_reversal(change)
        self._settle(connector, changes, "void")
        for change in changes:
            change.item.operation = "reverse"
            change.item.diff = self._entry_diff(change, self.env._("Not Paid"))

    @api.model
    def _ask_for(self, connector, changes, kind: str, move_type: str, journal=None):
        """Ask the period guard for the date of the entries of these changes."""
        for change in changes:
            change.request = GuardRequest(
                item=change.item,
                journal=journal or change.move.journal_id,
                wanted=change.date,
                has_tax=kind == "reverse" and bool(change.move._affect_tax_report()),
                amount=change.record["total"],
                model="account.move",
                move_type=move_type,
                kind=kind,
                title=self._named(change.number),
            )
        self.env["integration.period.guard"]._check(
            connector, [change.request for change in changes]
        )

    @api.model
    def _reversal_values(self, change: StatusChange) -> dict:
        """What the credit note has that its invoice has not.

        The rate is that of the invoice: a void invoice earned nothing, no exchange
        difference either. Where the peer gives the numbers, the credit note gets one
        that the peer will not use.
        """
        move = change.move
        values = {
            "journal_id": move.journal_id.id,
            "date": change.request.date,
            "invoice_date": change.date,
            "invoice_date_due": change.date,
            "invoice_payment_term_id": False,
            "ref": self.env._("%(number)s void", number=change.number),
            "payment_reference": False,
            "invoice_origin": change.item.external_id,
            "invoice_user_id": move.invoice_user_id.id,
            "invoice_currency_rate": move.invoice_currency_rate,
        }
        if move.name == change.record.get("number"):
            values["name"] = f"R{move.name}"
        return values

    @api.model
    def _verify_reversal(self, change: StatusChange) -> None:
        """:raises engine.errors.BusinessRuleError: some account is left with a sum"""
        move, refund = change.move, change.entry
        places = move.company_currency_id.decimal_places
        left: Counter = Counter()
        for line in (move | refund).line_ids:
            left[line.account_id] += Decimal(f"{line.balance:.{places}f}")
        open_amount = not move.currency_id.is_zero(move.amount_residual)
        if refund.state != "posted" or open_amount or any(left.values()):
            raise BusinessRuleError(
                self.env._(
                    "The reversal of %(document)s would not undo it exactly.",
                    document=self._named(change.number),
                ),
                hint=self.env._(
                    "Reverse %(name)s in Odoo by hand, then retry.", name=move.name
                ),
            )

    @api.model
    def _settle(self, connector, changes: list[StatusChange], effect: str) -> None:
        """Write down that entries were booked: guard, ledger of effects, chatter."""
        for change in changes:
            change.request.res_id = change.entry.id
            change.item.bindings.append(
                {
                    "entity": self._entity,
                    "external_id": change.item.external_id,
                    "role": effect,
                    "model": "account.move",
                    "res_id": change.entry.id,
                }
            )
        guard = self.env["integration.period.guard"]
        guard._booked(connector, [change.request for change in changes])
        guard._reconciled(
            connector, [self._reconciled(change, effect) for change in changes]
        )
        self.env["integration.effect"]._record(
            connector.company_id,
            [
                {
                    "key": self._effect_key(connector, change.item, effect),
                    "model": "account.move",
                    "res_id": change.entry.id,
                    "event_id": change.item.event_id or False,
                }
                for change in changes
            ],
        )
        self._tell_change(connector, changes, effect)

    @api.model
    def _reconciled(self, change: StatusChange, effect: str) -> Reconciled:
        """What was reconciled: Odoo may have booked tax due on payment by it."""
        lines = change.entry.line_ids
        return Reconciled(
            change.item,
            f"{change.item.external_id}|{effect}",
            change.number,
            lines.matched_debit_ids | lines.matched_credit_ids,
        )

    @api.model
    def _tell_change(self, connector, changes, effect: str) -> None:
        """A note on the document, and one on the entry that undoes it."""
        bodies = {}
        for change in changes:
            link = self._link_to(connector, change.record, change.item.external_id)
            words = {
                "system": connector.name,
                "link": link,
                "date": change.date,
                "entry": change.entry.name if change.entry else "",
            }
            body = {
                "void": self.env._(
                    "Void in %(system)s since %(date)s (%(link)s): reversed by "
                    "%(entry)s.",
                    **words,
                ),
                "write_off": self.env._(
                    "Uncollectible in %(system)s since %(date)s (%(link)s): written "
                    "off by %(entry)s.",
                    **words,
                ),
                "uncollectible": self.env._(
                    "Uncollectible in %(system)s since %(date)s (%(link)s). Nothing "
                    "was booked.",
                    **words,
                ),
            }[effect]
            bodies[change.move.id] = body
            if change.entry:
                note = change.request.note
                bodies[change.entry.id] = self._lines(body, note) if note else body
        self.env["account.move"].browse(bodies)._message_log_batch(bodies)

    @api.model
    def _entry_diff(self, change: StatusChange, before: str) -> dict:
        """What the sync log shows: the state of the document, and the entry."""
        after = self._state(change.move, "payment_state")
        return {
            "payment_state": [before, after],
            "ledger": ledger.of(change.entry),
        }
