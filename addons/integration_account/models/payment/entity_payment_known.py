# Copyright 2026 Odoo Integration Suite contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl)
from decimal import Decimal

from odoo import api, models

from odoo.addons.integration_core.engine.errors import TransientError

from ...payments import Booking, decimal_of

# Odoo makes its own payments in a job of a few minutes.
ODOO_BOOKS_SECONDS = 600


class IntegrationEntityPayment(models.AbstractModel):
    """Payments that are in Odoo already without our ledger of effects knowing.

    Linked under another id, or made by Odoo's own payment provider for the same
    gateway: a portal payment that both would book otherwise.
    """

    _inherit = "integration.entity.payment"

    @api.model
    def _find_linked(self, connector, bookings: list[Booking]) -> None:
        """Take the record that another id of the same payment is linked to."""
        names = {b.effect_key: self._names(b) for b in bookings if b.open_items}
        wanted = {("payment", name) for found in names.values() for name in found}
        if not wanted:
            return
        linked = self.env["integration.external.id"]._resolve(connector, wanted)
        for booking in bookings:
            for name in names.get(booking.effect_key, ()):
                model, res_id = linked.get(("payment", name), ("", 0))
                record = self.env[model].browse(res_id).exists() if model else None
                # An invoice is linked to what was paid on it elsewhere.
                if record and not (model == "account.move" and record.is_invoice()):
                    booking.record, booking.linked = record, True
                    break

    @api.model
    def _names(self, booking: Booking) -> list[str]:
        """Every id that may name the payment elsewhere, the key first."""
        names = [booking.key]
        for item in booking.open_items:
            names += [item.external_id, *(item.canonical.get("references") or ())]
        return list(dict.fromkeys(names))

    @api.model
    def _find_transactions(self, connector, bookings: list[Booking]) -> None:
        """Take the payment that Odoo's own provider has made, or will make.

        The module with the transactions may be installed or not; nothing else is
        known of it here.
        """
        bookings = [booking for booking in bookings if booking.open_items]
        if not bookings or "payment.transaction" not in self.env:
            return
        names = {name: b for b in bookings for name in reversed(self._names(b))}
        transactions = self.env["payment.transaction"].search(
            [
                ("provider_reference", "in", list(names)),
                ("company_id", "=", self.env.company.id),
                ("state", "in", ("done", "authorized")),
                ("operation", "not in", ("validation", "refund")),
            ],
            order="id",
        )
        found: dict[str, list] = {}
        for transaction in transactions:
            booking = names[transaction.provider_reference]
            found.setdefault(booking.effect_key, []).append(transaction)
        for booking in bookings:
            if booking.effect_key in found:
                self._take_transaction(booking, found[booking.effect_key])

    @api.model
    def _take_transaction(self, booking: Booking, transactions: list) -> None:
        """The payment of one of the transactions: of equal amount if there is one."""
        payments = [t.payment_id for t in transactions if t.payment_id]
        if not payments:
            booking.fail(self._odoo_is_slow(booking, transactions[0]))
            return
        booking.record = next(
            (p for p in payments if self._is_amount(booking, p)), payments[0]
        )
        booking.notes.append(
            self.env._(
                "Odoo's own payment provider has booked it already, in the journal "
                "%(journal)s. It was linked, and not booked again.",
                journal=booking.record.journal_id.name,
            )
        )

    @api.model
    def _is_amount(self, booking: Booking, payment) -> bool:
        money = booking.fact("amount")
        currency = payment.currency_id
        return bool(
            money
            and money["currency"] == currency.name
            and Decimal(money["amount"]) == decimal_of(payment.amount, currency)
        )

    @api.model
    def _odoo_is_slow(self, booking: Booking, transaction) -> TransientError:
        return TransientError(
            self.env._(
                "Payment %(key)s belongs to Odoo's own payment transaction "
                "%(reference)s, which has made no payment yet.",
                key=booking.key,
                reference=transaction.reference,
            ),
            hint=self.env._(
                "Odoo books it by itself. If it does not, look at the transaction "
                "under Accounting, Payment Transactions, then retry."
            ),
            retry_after=ODOO_BOOKS_SECONDS,
        )
