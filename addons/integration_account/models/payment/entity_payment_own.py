# Copyright 2026 Odoo Integration Suite contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl)
from odoo import api, models

PAID = ("paid", "in_payment")


class IntegrationEntityPayment(models.AbstractModel):
    """Payments that Odoo itself told the system of."""

    _inherit = "integration.entity.payment"

    @api.model
    def _schedule(self, connector, invoices, bodies: dict) -> None:
        """Override: no task where the payment is registered already.

        An invoice that was paid in Odoo is marked as paid elsewhere in the system, so
        that nobody pays it twice; the system then tells us so.
        """
        open_ones = invoices.filtered(lambda move: move.payment_state not in PAID)
        return super()._schedule(connector, open_ones, bodies)
