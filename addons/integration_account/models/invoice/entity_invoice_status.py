# Copyright 2026 Odoo Integration Suite contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl)
from odoo import api, models

from odoo.addons.integration_core.engine import canonical
from odoo.addons.integration_core.engine.errors import (
    BusinessRuleError,
    IntegrationError,
)
from odoo.addons.integration_core.messages import Item

from ...invoice_draft import StatusChange
from ...payments import money_text


class IntegrationEntityInvoice(models.AbstractModel):
    """What becomes of a document that Odoo has: void, uncollectible, changed.

    A posted document is never edited. Void reverses it, uncollectible notes it or
    writes it off; other amounts, or a payment on what is void or written off, are for
    a person to decide: whether tax is due again differs by country.
    """

    _inherit = "integration.entity.invoice"

    @api.model
    def _follow(self, connector, items: list[Item]) -> None:
        """Do what the new status of known documents means."""
        changes = self._changes_of(connector, items)
        for action in ("_void_drafts", "_void", "_note_uncollectible", "_write_off"):
            group = [c for c in changes if c.action == action and c.item.open]
            if group:
                getattr(self, action)(connector, group)
        self._follow_balances(connector, changes)

    @api.model
    def _foresee(self, connector, items: list[Item]) -> None:
        """As :meth:`_follow`, nothing written."""
        words = {
            "_void_drafts": ("state", self.env._("Cancelled")),
            "_void": ("payment_state", self.env._("Reversed")),
            "_write_off": ("payment_state", self.env._("Written off")),
            "_note_uncollectible": ("payment_state", self.env._("Uncollectible")),
        }
        for change in self._changes_of(connector, items):
            if change.action:
                name, after = words[change.action]
                change.item.operation = "update"
                change.item.diff = {name: [self._state(change.move, name), after]}

    @api.model
    def _changes_of(self, connector, items: list[Item]) -> list[StatusChange]:
        """What each message means; fails those a person must decide."""
        moves = self.env["account.move"].browse(item.link.res_id for item in items)
        alive = {move.id: move for move in moves.exists()}
        effects = self.env["integration.effect"]._happened(
            [
                self._effect_key(connector, item, effect)
                for item in items
                for effect in ("void", "write_off")
            ]
        )
        changes = []
        for item in items:
            item.model, item.res_id, item.operation = (
                item.link.model,
                item.link.res_id,
                "none",
            )
            item.base = {**(item.link.base or {}), **self._stamps(item.canonical)}
            change = StatusChange(
                item,
                alive.get(item.res_id),
                item.canonical.get("number") or item.external_id,
            )
            try:
                change.action = self._action(connector, change, effects)
            except IntegrationError as error:
                item.fail(error)
            else:
                changes.append(change)
        return changes

    @api.model
    def _action(self, connector, change: StatusChange, effects: dict) -> str:
        """Name of the method that a change needs, '' for none.

        :raises engine.errors.BusinessRuleError: a person must decide
        """
        item, move = change.item, change.move
        if move is None:
            raise self._move_deleted(change)
        item.document_name = move.name or change.number
        if item.source.deleted:
            return self._when_deleted(change)
        self._check_amounts(change)
        self._note_due(connector, change)
        done = {
            effect: effects.get(self._effect_key(connector, item, effect))
            for effect in ("void", "write_off")
        }
        status = change.record["status"]
        if status == "void":
            return self._when_void(connector, change, done)
        if status == "uncollectible":
            return self._when_uncollectible(connector, change, done)
        if status in ("open", "paid"):
            self._check_still_owed(change, done)
        return ""

    @api.model
    def _effect_key(self, connector, item: Item, effect: str) -> str:
        return self.env["integration.effect"]._key(connector, item.external_id, effect)

    # === NOTHING TO DO, OR FOR A PERSON === #

    @api.model
    def _move_deleted(self, change: StatusChange) -> BusinessRuleError:
        return BusinessRuleError(
            self.env._(
                "%(document)s was deleted in Odoo.",
                document=self._named(change.number),
            ),
            hint=self.env._(
                "Skip the message if that was right. Otherwise give up its link under "
                "Linked Records and retry: it is booked again, unless it was posted "
                "before."
            ),
        )

    @api.model
    def _when_deleted(self, change: StatusChange) -> str:
        """Only drafts can be deleted there, and those are not posted here."""
        if change.move.state == "cancel":
            return ""
        if change.move.state == "draft":
            return "_void_drafts"
        raise BusinessRuleError(
            self.env._(
                "%(document)s was deleted in the system; Odoo has posted it as "
                "%(name)s and keeps it.",
                document=self._named(change.number),
                name=change.move.name,
            ),
            hint=self.env._(
                "Reverse it in Odoo with a credit note if it is void, then skip the "
                "message."
            ),
        )

    @api.model
    def _check_amounts(self, change: StatusChange) -> None:
        """:raises engine.errors.BusinessRuleError: the amounts are others now"""
        item, move, record = change.item, change.move, change.record
        known = (item.link.base or {}).get("amounts")
        sign = self._sign(move)
        same = (
            known == item.base["amounts"]
            if known
            else not move.currency_id.compare_amounts(
                sign * move.amount_total, float(record["total"]["amount"])
            )
            and move.currency_id.name == record["currency"]
        )
        if same:
            return
        places = move.currency_id.decimal_places
        raise BusinessRuleError(
            self.env._(
                "%(document)s is in Odoo with %(here)s (tax %(tax_here)s), the system "
                "now says %(there)s (tax %(tax_there)s). Nothing was changed.",
                document=self._named(change.number),
                here=f"{sign * move.amount_total:.{places}f} {move.currency_id.name}",
                tax_here=f"{sign * move.amount_tax:.{places}f}",
                there=money_text(record["total"]),
                tax_there=record["tax"]["amount"],
            ),
            hint=self.env._(
                "A posted invoice is not edited. Book the difference by a credit note "
                "or a further invoice, then skip the message."
            ),
            path="total",
            details={"cause": "amounts_changed"},
        )

    @api.model
    def _sign(self, move) -> int:
        """What turns an amount of the document in Odoo into the system's."""
        return -1 if move.move_type == "out_refund" else 1

    @api.model
    def _note_due(self, connector, change: StatusChange) -> None:
        """Another due date there: said once, because the document stays as it is."""
        due = change.record.get("due_at")
        stamp = canonical.short_hash(due)
        known = change.item.base.get("due")
        change.item.base["due"] = stamp
        if due and known and known != stamp:
            change.item.notes.append(
                self.env._(
                    "It is due on %(there)s in the system, and on %(here)s in Odoo.",
                    there=connector._document_date(due),
                    here=change.move.invoice_date_due,
                )
            )

    @api.model
    def _check_still_owed(self, change: StatusChange, done: dict) -> None:
        """:raises engine.errors.BusinessRuleError: it is paid, or owed again, and Odoo
        has undone it or written it off
        """
        effect = done["void"] or done["write_off"]
        if not effect or self._is_undone(effect):
            return
        entry = self.env["account.move"].browse(effect.res_id)
        raise BusinessRuleError(
            self.env._(
                "Invoice %(number)s is %(status)s in the system now, and Odoo has "
                "%(entry)s against it.",
                number=change.number,
                status=(
                    self.env._("paid")
                    if change.record["status"] == "paid"
                    else self.env._("open")
                ),
                entry=entry.display_name,
            ),
            hint=self.env._(
                "Reverse %(entry)s, so that the invoice is open again, reconcile its "
                "payment, then retry.",
                entry=entry.name,
            ),
            details={"cause": "owed_again"},
        )

    @api.model
    def _is_undone(self, effect) -> bool:
        """Whether a person has reversed the entry that undid the document."""
        entry = self.env["account.move"].browse(effect.res_id)
        return "posted" in entry.reversal_move_ids.mapped("state")

    @api.model
    def _state(self, move, name: str) -> str:
        """Label of a selection of the document."""
        labels = dict(move._fields[name]._description_selection(self.env))
        return labels.get(move[name], "")
