# Copyright 2026 Odoo Integration Suite contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl)
from odoo import api, models

from odoo.addons.integration_core.engine.errors import (
    BusinessRuleError,
    IntegrationError,
)
from odoo.addons.integration_core.messages import Item

from ...payments import Allocation, Booking


class IntegrationEntityPayment(models.AbstractModel):
    """Which invoices a payment pays, and whether they can take it."""

    _inherit = "integration.entity.payment"

    # === WHAT THE MESSAGES SAY === #

    @api.model
    def _find_allocations(self, connector, bookings: list[Booking]) -> None:
        """Set the allocations of each booking that did not happen yet."""
        parts = [
            (booking, part)
            for booking in bookings
            for item in booking.open_items
            for part in self._parts_of(connector, booking, item)
        ]
        if not parts:
            return
        happened = self.env["integration.effect"]._happened(
            [part.key for _booking, part in parts]
        )
        invoices = self.env["account.move"].browse(
            {part.invoice.id for _booking, part in parts}
        )
        # One recordset, so that they are read together.
        alive = {invoice.id: invoice for invoice in invoices.exists()}
        taken: dict[str, Allocation] = {}
        for booking, part in parts:
            if not part.item.open:
                continue
            part.invoice = alive.get(part.invoice.id)
            if part.key in happened:
                self._say_if_more(booking, part)
                continue
            error = self._unpayable(booking, part)
            if error:
                part.item.fail(error)
            elif part.key not in taken:
                taken[part.key] = part
                booking.allocations.append(part)
            else:
                # Two objects speak of it; should the first one be refused, the
                # other still says it. Perhaps only this one knows how much.
                taken[part.key].others.append(part.item)
                if taken[part.key].wanted is None:
                    taken[part.key].wanted = part.wanted

    @api.model
    def _say_if_more(self, booking: Booking, part: Allocation) -> None:
        """A share of this payment was reconciled with the invoice, once and for all.

        Where a message states a share and both sides have something open, it may be a
        further one. That is for a person to see, not to be booked by a guess.
        """
        if part.wanted is None or not part.invoice or not booking.record:
            return
        credit = self._credit_lines(booking.record)
        if credit.reconciled or not self._open_lines(part.invoice):
            return
        part.item.notes.append(
            self.env._(
                "Payment %(key)s is reconciled with %(invoice)s already, and both have "
                "something open. Reconcile the rest by hand if it is meant.",
                key=booking.key,
                invoice=part.invoice.display_name,
            )
        )

    @api.model
    def _parts_of(self, connector, booking: Booking, item: Item) -> list[Allocation]:
        """Allocations of one message; none if it states an impossible amount."""
        try:
            return self._parts(connector, booking, item)
        except IntegrationError as error:
            item.fail(error)
            return []

    @api.model
    def _parts(self, connector, booking: Booking, item: Item) -> list[Allocation]:
        parts = []
        for allocation in item.canonical.get("allocations") or ():
            external_id = allocation["invoice"]["external_id"]
            _model, res_id = item.references["invoice", external_id]
            money = allocation.get("amount")
            parts.append(
                Allocation(
                    item,
                    self.env["account.move"].browse(res_id),
                    external_id,
                    self._exact(money, booking) if money else None,
                    self.env["integration.effect"]._key(
                        connector, f"{booking.key}|{external_id}", "reconcile"
                    ),
                )
            )
        return parts

    @api.model
    def _unpayable(self, booking: Booking, part: Allocation):
        """Why the invoice cannot take the payment, as an error for a person."""
        invoice = part.invoice
        if not invoice:
            return self._refusal(
                self.env._(
                    "Invoice %(invoice)s, which payment %(key)s pays, was deleted in "
                    "Odoo.",
                    invoice=part.external_id,
                    key=booking.key,
                ),
                self.env._("Let the invoice be read again, then retry."),
                "invoice_deleted",
            )
        values = {"invoice": invoice.display_name, "key": booking.key}
        if invoice.state == "draft":
            return self._refusal(
                self.env._(
                    "%(invoice)s, which payment %(key)s pays, is still a draft.",
                    **values,
                ),
                self.env._("Post it, then retry."),
                f"invoice_draft:{invoice.id}",
            )
        if invoice.state == "cancel" or invoice.payment_state == "reversed":
            return self._refusal(
                self.env._(
                    "%(invoice)s, which payment %(key)s pays, is cancelled or "
                    "reversed.",
                    **values,
                ),
                self.env._(
                    "Decide with the customer what the money is for, record it by "
                    "hand, then skip this message."
                ),
                f"invoice_cancelled:{invoice.id}",
            )
        if invoice.move_type != "out_invoice":
            return self._refusal(
                self.env._(
                    "%(invoice)s, which payment %(key)s pays, is no customer invoice.",
                    **values,
                ),
                self.env._("Record the payment by hand, then skip this message."),
                "not_an_invoice",
            )
        return self._other_currency(booking, part)

    @api.model
    def _other_currency(self, booking: Booking, part: Allocation):
        currency = self._currency_paid(booking) or part.invoice.currency_id.name
        if currency == part.invoice.currency_id.name:
            return None
        return self._refusal(
            self.env._(
                "Payment %(key)s is in %(currency)s, and %(invoice)s is in %(other)s.",
                key=booking.key,
                currency=currency,
                invoice=part.invoice.display_name,
                other=part.invoice.currency_id.name,
            ),
            self.env._("Reconcile the two by hand, then skip this message."),
            "payment_currency",
        )

    @api.model
    def _currency_paid(self, booking: Booking) -> str:
        """Code of the currency of a payment; '' where nobody says it yet."""
        if booking.record:
            return self._booked_amount(booking)[1].name
        return (booking.fact("amount") or {}).get("currency", "")

    @api.model
    def _refusal(self, message: str, hint: str, cause: str) -> BusinessRuleError:
        return BusinessRuleError(message, hint=hint, details={"cause": cause})
