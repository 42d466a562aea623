# Copyright 2026 Odoo Integration Suite contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl)
from collections import defaultdict
from decimal import Decimal

from markupsafe import Markup

from odoo import api, models

from odoo.addons.integration_core.messages import Item

from ... import ledger
from ...payments import Allocation, Booking, amount_text
from .entity_payment_choice import SETTLEMENT


class IntegrationEntityPayment(models.AbstractModel):
    """What was done, for the pipeline and for people."""

    _inherit = "integration.entity.payment"

    # === FOR THE PIPELINE === #

    @api.model
    def _finish(self, connector, bookings: list[Booking]) -> None:
        """Fill the items, bind the keys, complete the ledger of effects."""
        bookings = [b for b in bookings if b.record and b.open_items]
        self._complete_ledger(connector, bookings)
        for booking in bookings:
            name = booking.record.display_name
            for item in booking.open_items:
                item.model, item.res_id = booking.record._name, booking.record.id
                item.alias = item.external_id != booking.key or booking.linked
                item.document_name = name
                self._say(booking, item)
            if not booking.known:
                self._bind_key(booking)

    @api.model
    def _complete_ledger(self, connector, bookings: list[Booking]) -> None:
        """Say what the claimed effects made; enter those that were found in Odoo."""
        effects = self.env["integration.effect"]
        rows = [
            {
                "key": booking.effect_key,
                "model": booking.record._name,
                "res_id": booking.record.id,
                "event_id": booking.open_items[0].event_id,
            }
            for booking in bookings
            if not booking.known
        ]
        claimed = {booking.effect_key for booking in bookings if booking.claimed}
        if claimed:
            effects._fulfil([row for row in rows if row["key"] in claimed])
        found = [row for row in rows if row["key"] not in claimed]
        if found:
            effects._record(connector.company_id, found)

    @api.model
    def _bind_key(self, booking: Booking) -> None:
        """Bind what others may wait for: the key, and the converted amount.

        A binding, because it also wakes (by the sweeper) who went to wait at the very
        moment of the booking.
        """
        first = booking.open_items[0]
        row = {
            "entity": self._entity,
            "model": booking.record._name,
            "res_id": booking.record.id,
        }
        if all(item.external_id != booking.key for item in booking.open_items):
            # Found under another id: that one stands for the record already.
            primary = not booking.linked
            first.bindings.append(dict(row, external_id=booking.key, primary=primary))
        if booking.claimed and not booking.converted:
            # Not converted after all: somebody added a journal for its currency.
            first.arrived.append(f"{SETTLEMENT}:{booking.key}")
        elif booking.claimed:
            first.bindings.append(
                dict(
                    row,
                    entity=SETTLEMENT,
                    external_id=booking.key,
                    primary=False,
                )
            )

    # === FOR PEOPLE === #

    @api.model
    def _say(self, booking: Booking, item: Item) -> None:
        """Operation, difference and notes of one message."""
        parts = [part for part in booking.open_allocations if part.item is item]
        if item is booking.lead:
            item.operation = "post"
            item.diff["ledger"] = ledger.of(self._move_of(booking.record))
        elif any(part.amount for part in parts):
            item.operation = "reconcile"
        elif not booking.known and not booking.claimed:
            item.operation = "link"
        else:
            item.operation = "none"
        for part in parts:
            item.diff |= self._due_pair(part)
        if item is booking.lead or not booking.lead:
            item.notes += booking.notes

    @api.model
    def _due_pair(self, part: Allocation) -> dict:
        """What was and is open on an invoice, for the comparison."""
        currency = part.invoice.currency_id
        label = self.env._("Open on %(invoice)s", invoice=part.invoice.display_name)
        amounts = (part.due, part.due - part.amount)
        return {label: [amount_text(amount, currency) for amount in amounts]}

    @api.model
    def _note_rest(self, part: Allocation, rest: Decimal) -> None:
        """Say so when an invoice could not take all that was meant for it.

        :param rest: what is left of the payment
        """
        currency = part.invoice.currency_id
        values = {
            "amount": amount_text(part.amount, currency),
            "rest": amount_text(rest, currency),
            "due": amount_text(part.due, currency),
            "invoice": part.invoice.display_name,
        }
        if part.wanted is not None and part.amount == part.wanted:
            return
        if rest:
            part.item.notes.append(
                self.env._(
                    "%(invoice)s had %(due)s open; %(rest)s of the payment stay as "
                    "credit of the customer.",
                    **values,
                )
            )
        elif part.wanted is not None:
            part.item.notes.append(
                self.env._(
                    "Only %(amount)s could be reconciled with %(invoice)s: the rest "
                    "of the payment is used.",
                    **values,
                )
            )

    @api.model
    def _log_on_invoices(self, done: list[tuple]) -> None:
        """A note with a link in the chatter of each invoice; nobody is mailed."""
        notes = defaultdict(list)
        for booking, part in done:
            notes[part.invoice.id].append(self._paid_note(booking, part))
        if notes:
            breaks = Markup("<br/>")
            self.env["account.move"].browse(notes)._message_log_batch(
                bodies={id_: breaks.join(texts) for id_, texts in notes.items()}
            )

    @api.model
    def _paid_note(self, booking: Booking, part: Allocation) -> Markup:
        method = booking.fact("method")
        values = {
            "amount": amount_text(part.amount, part.invoice.currency_id),
            "method": (method or "").replace("_", " "),
            "key": booking.key,
            "link": booking.record._get_html_link(),
        }
        if method:
            text = self.env._(
                "Paid %(amount)s by %(method)s, %(key)s: %(link)s", **values
            )
        else:
            text = self.env._("Paid %(amount)s, %(key)s: %(link)s", **values)
        moved = booking.request.note if booking.request else ""
        return Markup("%s<br/>%s") % (text, moved) if moved else text

    # === COMPARE ONLY === #

    @api.model
    def _describe_plan(self, booking: Booking) -> None:
        """What would be booked, as a ledger of planned lines."""
        for item in booking.open_items:
            item.operation = "none"
            if booking.record:
                item.model, item.res_id = booking.record._name, booking.record.id
                item.document_name = booking.record.display_name
            elif item is booking.lead:
                item.operation = "post"
                item.document_name = self._memo(booking)
                item.diff["ledger"] = self._planned_ledger(booking)
                item.notes += booking.notes
        for part in booking.open_allocations:
            part.item.diff[part.invoice.display_name] = [
                None,
                f"{part.wanted or booking.amount} {part.invoice.currency_id.name}",
            ]

    @api.model
    def _planned_ledger(self, booking: Booking) -> dict:
        gateway, partner, label = booking.gateway, booking.partner, self._memo(booking)
        clearing = gateway.clearing_account_id.with_env(self.env)
        receivable = self._receivable(booking)
        return ledger.table(
            [
                ledger.Entry(
                    clearing, label, partner, booking.settled, gateway.currency_id
                ),
                ledger.Entry(
                    receivable, label, partner, -booking.amount, booking.currency
                ),
            ]
        )
