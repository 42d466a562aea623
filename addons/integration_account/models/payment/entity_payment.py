# Copyright 2026 Odoo Integration Suite contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl)
from odoo import api, models

from odoo.addons.integration_core.engine.errors import (
    BusinessRuleError,
    MissingReferenceError,
    TransientError,
)
from odoo.addons.integration_core.messages import Item

from ...payments import Booking


class IntegrationEntityPayment(models.AbstractModel):
    """Money received: one booking for each business key, reconciled with its invoices.

    Several objects of a system speak of one payment (a charge, the share of an invoice
    in it, an invoice that says it was paid). They arrive in any order, in any lane and
    more than once; they meet in the key. The first one that knows the amount books,
    the others only add what they know: which invoice it pays.

    What is done here in order: gather what the batch says about each key, find what is
    booked already, choose how the rest is booked (`entity_payment_choice`), book it
    (`entity_payment_booking`), reconcile (`entity_payment_allocation`), say what was
    done (`entity_payment_result`).
    """

    _name = "integration.entity.payment"
    _inherit = "integration.entity"
    _description = "Entity: payment"
    _entity = "payment"
    _entity_label = "Payment"
    _record_model = "account.payment"
    # After the invoices of the same batch.
    _rank = 60
    _optional_references = frozenset({"customer"})

    @api.model
    def _document_amount(self, canonical: dict) -> dict | None:
        """Override of `integration.entity`: what was received, where it is known."""
        return canonical.get("amount")

    @api.model
    def _apply(self, connector, items: list[Item]) -> None:
        """Override of `integration.entity`: book first, then reconcile."""
        bookings, elsewhere = self._gather(connector, items)
        self._received_elsewhere(connector, elsewhere)
        self._take(connector, bookings)
        self._prepare(connector, bookings)
        fresh = [b for b in bookings if not b.record and b.open_items]
        self._check_periods(connector, fresh)
        self._book(connector, [b for b in fresh if b.open_items])
        self._allocate(connector, bookings)
        self._finish(connector, bookings)

    @api.model
    def _preview(self, connector, items: list[Item]) -> None:
        """Override of `integration.entity`: what would be booked, nothing written."""
        bookings, elsewhere = self._gather(connector, items)
        self._link_elsewhere(elsewhere)
        self._prepare(connector, bookings)
        fresh = [b for b in bookings if not b.record and b.open_items]
        self._check_periods(connector, fresh, dry=True)
        for booking in bookings:
            self._describe_plan(booking)
        for item in items:
            if item.open:
                item.skip("shadow")

    @api.model
    def _prepare(self, connector, bookings: list[Booking]) -> None:
        """Find what is booked, look at the invoices, choose how the rest is booked."""
        self._find_booked(connector, bookings)
        self._find_allocations(connector, bookings)
        self._choose(connector, bookings)

    # === WHAT THE BATCH SAYS === #

    @api.model
    def _gather(self, connector, items: list[Item]) -> tuple[list, list]:
        """One booking for each business key of what may be booked.

        :return: bookings; items of what was received outside of the system
        """
        bookings: dict[str, Booking] = {}
        elsewhere = []
        for item in items:
            if item.source.deleted:
                item.skip(
                    "no_change",
                    self.env._("Deleted there; what was booked in Odoo stays."),
                )
            elif not self._was_received(connector, item):
                self._not_received(connector, item)
            elif item.canonical.get("elsewhere"):
                elsewhere.append(item)
            else:
                key = item.canonical["key"]
                if key not in bookings:
                    effect = self.env["integration.effect"]._key(connector, key, "pay")
                    bookings[key] = Booking(key, effect)
                bookings[key].items.append(item)
        return list(bookings.values()), elsewhere

    @api.model
    def _was_received(self, connector, item: Item) -> bool:
        """Whether the money arrived, if only for a while.

        What came and went back is two movements of the balance; where they are booked,
        the payment that the first one ties to is booked as well.
        """
        if item.canonical["status"] == "succeeded":
            return True
        returned = item.canonical.get("returned")
        return bool(returned) and self._movements_come(connector)

    @api.model
    def _movements_come(self, connector) -> bool:
        """Whether the connector brings every movement of the balance."""
        return "balance_transaction" in connector._plans()

    @api.model
    def _not_received(self, connector, item: Item) -> None:
        """Nothing to book, unless this very object had said before that it succeeded.

        Another object of the key may fail for good and all: a declined first charge.
        """
        status = item.canonical["status"]
        if status == "pending" or not (item.link and item.link.version):
            item.skip("not_final")
            return
        if self._movements_come(connector):
            item.skip(
                "no_change",
                self.env._(
                    "It failed after all. The money leaves the books with its balance "
                    "transaction, which also opens the invoice again."
                ),
            )
            return
        item.fail(
            BusinessRuleError(
                self.env._(
                    "Payment %(key)s is booked in Odoo, and now it is called "
                    "%(status)s.",
                    key=item.canonical["key"],
                    status=self._status_label(status),
                ),
                hint=self.env._(
                    "No money arrived after all. Reverse the payment in Odoo, then "
                    "skip this message."
                ),
                details={"cause": "payment_failed_after_booking"},
            )
        )

    @api.model
    def _status_label(self, status: str) -> str:
        return {
            "failed": self.env._("failed"),
            "canceled": self.env._("cancelled"),
        }.get(status, status)

    # === WHAT IS BOOKED ALREADY === #

    @api.model
    def _take(self, connector, bookings: list[Booking]) -> None:
        """Leave the payments to others that another worker has in its hands now."""
        if not bookings:
            return
        ours = self.env["integration.effect"]._lock_keys(
            [booking.effect_key for booking in bookings]
        )
        for booking in bookings:
            if booking.effect_key not in ours:
                booking.fail(self._in_other_hands(booking))

    @api.model
    def _in_other_hands(self, booking: Booking) -> TransientError:
        return TransientError(
            self.env._(
                "Another worker books payment %(key)s at this moment.",
                key=booking.key,
            )
        )

    @api.model
    def _find_booked(self, connector, bookings: list[Booking]) -> None:
        """Set the record of the payments that are booked: by us, or by Odoo itself."""
        bookings = [booking for booking in bookings if booking.open_items]
        happened = self.env["integration.effect"]._happened(
            [booking.effect_key for booking in bookings]
        )
        rest = []
        for booking in bookings:
            effect = happened.get(booking.effect_key)
            if effect:
                booking.known = True
                self._set_record(connector, booking, effect)
            else:
                rest.append(booking)
        self._drop_deleted([booking for booking in bookings if booking.known])
        self._find_linked(connector, rest)
        self._find_transactions(connector, [b for b in rest if not b.record])

    @api.model
    def _set_record(self, connector, booking: Booking, effect) -> None:
        """The record an effect has made; one of another company is nobody's here."""
        if effect.company_id.id != connector.company_id.id:
            booking.fail(
                BusinessRuleError(
                    self.env._(
                        "Payment %(key)s is booked in another company, through another "
                        "connector to the same account.",
                        key=booking.key,
                    ),
                    hint=self.env._(
                        "Set the filters of the two connectors so that each payment "
                        "belongs to one of them, then skip this message."
                    ),
                    details={"cause": "payment_of_other_company"},
                )
            )
            return
        booking.record = self.env[effect.model].browse(effect.res_id)

    @api.model
    def _drop_deleted(self, bookings: list[Booking]) -> None:
        """What was booked once is never booked again, even if somebody deleted it."""
        bookings = [booking for booking in bookings if booking.open_items]
        alive = set()
        for model in {booking.record._name for booking in bookings}:
            records = [b.record for b in bookings if b.record._name == model]
            alive |= {
                (model, id_)
                for id_ in self.env[model].browse([r.id for r in records]).exists().ids
            }
        for booking in bookings:
            if (booking.record._name, booking.record.id) in alive:
                continue
            booking.record = None
            booking.fail(
                BusinessRuleError(
                    self.env._(
                        "Payment %(key)s was booked, and the entry was deleted in "
                        "Odoo. It is not booked a second time.",
                        key=booking.key,
                    ),
                    hint=self.env._(
                        "Record it by hand if it is missing, then skip this message."
                    ),
                    details={"cause": "payment_deleted"},
                )
            )

    @api.model
    def _wait_for_key(self, item: Item, booking: Booking) -> None:
        """The object does not know enough to book: it waits until another one has."""
        item.fail(
            MissingReferenceError(
                self.env._(
                    "Payment %(key)s is not booked yet.",
                    key=booking.key,
                ),
                entity=self._entity,
                external_id=booking.key,
            )
        )
