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
    """A connector that brings subscriptions and entitlements as canonical records."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.connector._set_state("draft", "")
        for entity, keys in (
            ("subscription", KEYS),
            ("entitlement", ("customer", "entitlements")),
        ):
            cls.flows[entity] = cls._flow(entity, cls._mapping_of(entity, keys))
        cls.connector._set_state("active", "")

    @classmethod
    def _mapping_of(cls, entity: str, keys: tuple):
        mapping = cls.env["integration.mapping"].create(
            {
                "name": f"Plain {entity}",
                "system": SYSTEM,
                "entity": entity,
                "version": 90,
                "line_ids": [
                    (0, 0, {"kind": "value", "target": name, "source": name})
                    for name in keys
                ],
            }
        )
        mapping.sudo().state = "approved"
        return mapping

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

    def _set(self, *keys, customer="cus_1", **names) -> dict:
        """A canonical set of features; ``names``: key → name for people."""
        return {
            "customer": {"entity": "customer", "external_id": customer},
            "entitlements": [
                {
                    "key": key,
                    "name": names.get(key),
                    "feature": f"feat_{key}",
                    "external_id": f"ent_{key}",
                }
                for key in (*keys, *names)
            ],
        }

    def _tell(self, record: dict, at=100, customer="cus_1"):
        """Feed what a customer may use; the message."""
        return self._feed(customer, record, at, entity="entitlement")

    def _mirrored(self, external_id="sub_1"):
        """The record, with the eyes of somebody who only reads."""
        record = self._record_of(external_id, "subscription")
        record.invalidate_recordset()
        return record
