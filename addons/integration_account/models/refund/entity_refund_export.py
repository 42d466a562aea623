# Copyright 2026 Odoo Integration Suite contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl)
from odoo import api, models

from ...payments import decimal_of


class IntegrationEntityRefund(models.AbstractModel):
    """Refunds that go out: those that were asked for in Odoo and may leave.

    Each leaves by one message of its own (`integration.refund._release`); no change of
    the record makes another one.
    """

    _inherit = "integration.entity.refund"

    @api.model
    def _export_keys(self) -> dict[str, frozenset]:
        """Override of `integration_core`."""
        return {
            "payment": frozenset({"payment_res_id"}),
            "amount": frozenset({"amount", "currency_id"}),
            "reason": frozenset({"reason"}),
        }

    @api.model
    def _export_watch(self) -> dict[str, frozenset]:
        """Override of `integration_core`: nothing but the release sends it."""
        return {self._record_model: frozenset()}

    @api.model
    def _export_domain(self) -> list:
        """Override of `integration_core`: released, and not there yet."""
        return [
            ("released_at", "!=", False),
            ("external_id", "=", False),
            ("state", "in", ("approved", "sent")),
        ]

    @api.model
    def _export(self, connector, records) -> dict[int, dict]:
        """Override of `integration_core`."""
        return {
            refund._origin.id: {
                "payment": {
                    "entity": "payment",
                    "record": [refund.payment_model, refund.payment_res_id],
                },
                "amount": {
                    "amount": str(decimal_of(refund.amount, refund.currency_id)),
                    "currency": refund.currency_id.name,
                },
                "status": "pending",
                "reason": refund.reason or None,
            }
            for refund in records
            if refund.connector_id == connector and not refund.external_id
        }

    @api.model
    def _export_event_type(self, deleted: bool = False) -> str:
        """Override of `integration_core`: it is asked for, never changed."""
        return "refund.requested"
