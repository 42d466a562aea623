# Copyright 2026 Odoo Integration Suite contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl)
from odoo import api, models

from odoo.addons.integration_core.engine.errors import BusinessRuleError

from ...payments import Booking


class IntegrationEntityPayment(models.AbstractModel):
    """Payments whose money a person has booked, before the payment itself arrived.

    "Book to…" puts all of it against an account that was chosen. The payment would put
    it on the clearing account a second time.
    """

    _inherit = "integration.entity.payment"

    @api.model
    def _find_booked(self, connector, bookings: list[Booking]) -> None:
        """Override of `integration.entity.payment` to refuse what a person booked."""
        result = super()._find_booked(connector, bookings)
        new = [b for b in bookings if b.open_items and not b.known and not b.record]
        names = {item.external_id: b for b in new for item in b.open_items}
        for row in self._booked_to(connector, list(names)):
            booking = names[row.source]
            booking.fail(self._was_booked_to(booking, row))
        return result

    @api.model
    def _booked_to(self, connector, external_ids: list[str]):
        """Movements of these objects that a person has chosen the account of."""
        # sudo: core's own table.
        rows = self.env["integration.settlement.line"].sudo()
        if not external_ids:
            return rows
        return rows.search(
            [
                ("connector_id", "=", connector.id),
                ("source", "in", external_ids),
                ("category", "=", "charge"),
                ("chosen_account_id", "!=", False),
                ("payment_res_id", "in", (False, 0)),
                ("move_id.state", "=", "posted"),
            ]
        )

    @api.model
    def _was_booked_to(self, booking: Booking, row) -> BusinessRuleError:
        return BusinessRuleError(
            self.env._(
                "Payment %(key)s was not booked: %(user)s had its money booked to "
                "%(account)s already (%(entry)s).",
                key=booking.key,
                user=row.chosen_by.name or "?",
                account=row.chosen_account_id.display_name,
                entry=row.move_id.name,
            ),
            hint=self.env._(
                "The money is in the books once. Reconcile the entry with the "
                "customer's invoice, or move the amount to the customer's account by "
                "a journal entry; then skip this message."
            ),
            details={"cause": f"payment_booked_to:{row.move_id.id}"},
        )
