# Copyright 2026 Odoo Integration Suite contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl)
from decimal import Decimal

from odoo import api, models

from odoo.addons.integration_core.engine.errors import BusinessRuleError
from odoo.addons.integration_core.messages import Item

from ...payments import Booking, amount_text, decimal_of, money_text


class IntegrationEntityPayment(models.AbstractModel):
    """What is booked, against what the messages say now."""

    _inherit = "integration.entity.payment"

    @api.model
    def _compare(self, connector, booking: Booking) -> None:
        """Refuse messages that state another amount than the one that is booked."""
        amount, currency = self._booked_amount(booking)
        for item in booking.open_items:
            money = item.canonical.get("amount")
            if not money:
                continue
            if (Decimal(money["amount"]), money["currency"]) != (amount, currency.name):
                item.fail(self._other_amount(booking, money, amount, currency))
                continue
            self._compare_settlement(connector, booking, item)

    @api.model
    def _booked_amount(self, booking: Booking) -> tuple:
        """(amount, currency) the payer paid, by what is booked."""
        record = booking.record
        if record._name == "account.payment":
            return decimal_of(record.amount, record.currency_id), record.currency_id
        line = self._credit_lines(record)[:1]
        return decimal_of(-line.amount_currency, line.currency_id), line.currency_id

    @api.model
    def _compare_settlement(self, connector, booking: Booking, item: Item) -> None:
        """What is told late about the balance must fit what is booked."""
        settlement = item.canonical.get("settlement")
        entry = booking.record
        if not settlement or entry._name != "account.payment":
            return
        if settlement["currency"] == entry.currency_id.name:
            return
        gateway = connector._gateway_journal(entry.currency_id)
        if gateway.journal_id.id != entry.journal_id.id:
            return  # booked by Odoo's own provider, in a journal of its own
        item.fail(
            BusinessRuleError(
                self.env._(
                    "Payment %(key)s is booked in %(booked)s, and now the system says "
                    "that %(settled)s arrived.",
                    key=booking.key,
                    booked=entry.currency_id.name,
                    settled=money_text(settlement),
                ),
                hint=self.env._(
                    "The clearing account of %(booked)s is too high by this payment. "
                    "Correct the entry, then skip this message.",
                    booked=entry.currency_id.name,
                ),
                details={"cause": "settled_in_other_currency"},
            )
        )

    @api.model
    def _other_amount(self, booking, money, amount, currency) -> BusinessRuleError:
        return BusinessRuleError(
            self.env._(
                "Payment %(key)s is booked with %(booked)s, and now the system says "
                "%(amount)s.",
                key=booking.key,
                booked=amount_text(amount, currency),
                amount=money_text(money),
            ),
            hint=self.env._(
                "Nothing was changed. Look at the payment there; correct the entry in "
                "Odoo if need be, then skip this message."
            ),
            details={"cause": "payment_amount_changed"},
        )
