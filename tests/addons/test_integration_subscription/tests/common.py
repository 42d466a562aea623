# Copyright 2026 Odoo Integration Suite contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl)
from odoo.addons.test_integration_account.tests.invoice_common import InvoiceCase
from odoo.addons.test_integration_core.tests.common import SYSTEM

KEYS = (
    "customer",
    "status",
    "currency",
    "description",
    "started_at",
    "ended_at",
    "trial_start",
    "trial_end",
    "period_start",
    "period_end",
    "cancel_at_period_end",
    "cancel_at",
    "canceled_at",
    "cancel_reason",
    "pause_invoices",
    "resumes_at",
    "collection",
    "days_until_due",
    "latest_invoice",
    "lines",
    "custom",
)


class SubscriptionCase(InvoiceCase):
    """A connector that brings subscriptions as canonical records."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        mapping = cls.env["integration.mapping"].create(
            {
                "name": "Plain subscription",
                "system": SYSTEM,
                "entity": "subscription",
                "version": 90,
                "line_ids": [
                    (0, 0, {"kind": "value", "target": name, "source": name})
                    for name in KEYS
                ],
            }
        )
        mapping.sudo().state = "approved"
        cls.connector._set_state("draft", "")
        cls.flows["subscription"] = cls._flow("subscription", mapping)
        cls.connector._set_state("active", "")

    def _item(self, external_id="si_1", price="20.00", **values) -> dict:
        """One canonical line."""
        return {
            "external_id": external_id,
            "product": {"entity": "product", "external_id": "prod_1"},
            "description": "Pro, monthly",
            "quantity": "1",
            "unit_price": price and self._money(price),
            "interval": "month",
            "interval_count": 1,
        } | values

    def _subscription(self, *lines, **values) -> dict:
        """A canonical subscription in its first month."""
        return {
            "customer": {"entity": "customer", "external_id": "cus_1"},
            "status": "active",
            "currency": "EUR",
            "started_at": "2026-11-01T09:00:00Z",
            "period_start": "2026-11-01T09:00:00Z",
            "period_end": "2026-12-01T09:00:00Z",
            "cancel_at_period_end": False,
            "cancel_at": None,
            "pause_invoices": None,
            "resumes_at": None,
            "collection": "automatic",
            "lines": list(lines) or [self._item()],
        } | values

    def _bring_subscription(self, record: dict, external_id="sub_1", at=100, **kw):
        """Feed a subscription that must be applied; its record."""
        event = self._feed(external_id, record, at, entity="subscription", **kw)
        self.assertEqual(event.state, "done", event.error or event.skip_reason)
        return self._mirrored(external_id)

    def _mirrored(self, external_id="sub_1"):
        """The record, with the eyes of somebody who only reads."""
        record = self._record_of(external_id, "subscription")
        record.invalidate_recordset()
        return record
