# Copyright 2026 Odoo Integration Suite contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl)
from odoo import api, models

from odoo.addons.integration_core.engine.errors import BusinessRuleError, MappingError

from ...payments import Booking


class IntegrationEntityPayment(models.AbstractModel):
    """What speaks against a day: the start date, and a currency without a rate."""

    _inherit = "integration.entity.payment"

    # === START DATE === #

    @api.model
    def _check_start(self, connector, booking: Booking) -> None:
        """What is older than the start date was recorded in another way.

        :raises BusinessRuleError: the payment or its invoice is older, and a person
            has to look whether Odoo has the payment
        """
        start = connector.start_date
        if not start:
            return
        if self._day(connector, booking) < start and not booking.allocations:
            for item in booking.open_items:
                item.skip("before_start_date")
            return
        parts = booking.open_allocations
        if self._day(connector, booking) >= start:
            parts = [part for part in parts if self._is_old(part.invoice, start)]
        invoices = [part.invoice for part in parts]
        if invoices and not self._person_agreed(booking.open_items, invoices):
            raise self._before_start(booking, invoices[0], start)

    @api.model
    def _check_start_of_invoices(self, connector, booking: Booking) -> None:
        """Refuse to pay an older invoice with what is booked already.

        Newer versions of a system say only afterwards which invoice a payment is for.
        """
        start = connector.start_date
        for part in booking.open_allocations if start else ():
            items = [part.item, *part.others]
            if self._is_old(part.invoice, start) and not self._person_agreed(
                items, [part.invoice]
            ):
                for item in items:
                    item.fail(self._before_start(booking, part.invoice, start))

    @api.model
    def _is_old(self, invoice, start) -> bool:
        return bool(invoice.invoice_date and invoice.invoice_date < start)

    @api.model
    def _person_agreed(self, items: list, invoices: list) -> bool:
        """A person pressed Retry, and every invoice has something open."""
        return all(item.forced for item in items) and all(
            invoice.amount_residual > 0 for invoice in invoices
        )

    @api.model
    def _before_start(self, booking: Booking, invoice, start) -> BusinessRuleError:
        return BusinessRuleError(
            self.env._(
                "Payment %(key)s or its invoice %(invoice)s is older than the "
                "start date %(start)s, so it may be in Odoo already.",
                key=booking.key,
                invoice=invoice.display_name,
                start=start,
            ),
            hint=self.env._(
                "Look whether the invoice is still open. If the payment is "
                "missing, retry and it is booked; otherwise skip the message."
            ),
            details={"cause": "before_start_date"},
        )

    # === RATE === #

    @api.model
    def _check_rate(self, connector, booking: Booking, rates: dict) -> None:
        """A rate of that day or before must be there: Odoo would silently take 1.

        :param rates: (currency id, day) → whether there is one, filled here
        :raises MappingError: there is none
        """
        company = self.env.company
        currency = booking.gateway.currency_id
        # The entry of a converted payment takes the side that is in the company's
        # currency as it is.
        if company.currency_id.id in (currency.id, booking.currency.id):
            return
        day = self._day(connector, booking)
        if (currency.id, day) not in rates:
            rates[currency.id, day] = self._has_rate(currency.id, day)
        if rates[currency.id, day]:
            return
        raise MappingError(
            self.env._(
                "Payment %(key)s was not booked. Odoo has no rate of %(code)s for "
                "%(date)s.",
                key=booking.key,
                code=currency.name,
                date=day,
            ),
            hint=self.env._(
                "Enter a rate of that day or before under Accounting, Configuration, "
                "Currencies, then retry."
            ),
            path="amount.currency",
            details={"cause": f"currency:{currency.name}"},
        )

    @api.model
    def _has_rate(self, currency_id: int, day) -> bool:
        """Whether Odoo has a rate of a currency for a day, of that day or before."""
        domain = [
            ("currency_id", "=", currency_id),
            ("name", "<=", day),
            ("company_id", "in", (False, self.env.company.root_id.id)),
        ]
        return bool(self.env["res.currency.rate"].search_count(domain, limit=1))
