# Copyright 2026 Odoo Integration Suite contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl)
from .invoice_common import InvoiceCase

CREDITED = "2026-02-20T12:00:00Z"
PAID_AT = "2026-02-15T12:00:00Z"


class CreditCase(InvoiceCase):
    """Invoices that are booked, payments and credit notes to feed."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.balances = cls._account(
            "211900", "Balances of customers", "liability_current", True
        )

    # === CANONICAL RECORDS === #

    def _credit(self, *lines, invoice: str = "in_1", **values) -> dict:
        """A canonical credit note whose sums follow from its lines.

        Unless something else is said, it lowers what is owed by all of it.
        """
        record = self._invoice(*lines, currency=values.pop("currency", "EUR"))
        for name in ("customer", "issued_at"):
            record.pop(name)
        record |= {
            "number": "CN-1",
            "status": "issued",
            "invoice": {"entity": "invoice", "external_id": invoice},
            "issued_at": CREDITED,
        }
        parts = ("reduces_due", "to_balance", "outside", "refunds")
        if not any(name in values for name in parts):
            values["reduces_due"] = record["total"]
        elif "reduces_due" not in values:
            values["reduces_due"] = self._money("0.00", record["currency"])
        return record | values

    def _pay(self, key: str, amount, *parts, at: int = 150, **values):
        """Feed a payment; parts are (invoice, amount)."""
        currency = values.pop("currency", "EUR")
        record = {
            "key": key,
            "status": "succeeded",
            "amount": self._money(amount, currency),
            "customer": {"entity": "customer", "external_id": "cus_1"},
            "paid_at": PAID_AT,
            "allocations": [
                {
                    "invoice": {"entity": "invoice", "external_id": invoice},
                    "amount": part and self._money(part, currency),
                }
                for invoice, part in parts
            ],
        } | values
        return self._feed(key, record, at, entity="payment")

    # === WHAT BECAME OF IT === #

    def _bring_credit(self, record: dict, external_id: str = "cn_1", at=200, **kw):
        return self._feed(external_id, record, at, entity="credit_note", **kw)

    def _credited(self, record: dict, external_id: str = "cn_1", **kw):
        """Feed a credit note that must be posted with its very amounts; its move."""
        event = self._bring_credit(record, external_id, **kw)
        self.assertEqual(event.state, "done", event.error or event.skip_reason)
        move = self._record_of(external_id, "credit_note")
        self.assertEqual((move.move_type, move.state), ("out_refund", "posted"))
        self.assertExact(move, record)
        return move

    def _last(self, external_id: str):
        """The last message about an object."""
        return self.env["integration.event"].search(
            [("external_id", "=", external_id)], order="id desc", limit=1
        )

    def _effect(self, external_id: str, name: str):
        key = self.env["integration.effect"]._key(self.connector, external_id, name)
        return self.env["integration.effect"]._happened([key]).get(key)

    def _sum(self, account) -> float:
        """Balance of an account in the company's currency."""
        lines = self.env["account.move.line"].search(
            [
                ("account_id", "=", account.id),
                ("company_id", "=", self.company.id),
                ("parent_state", "=", "posted"),
            ]
        )
        return round(sum(lines.mapped("balance")), 2)

    @property
    def receivable(self):
        return self.partner.property_account_receivable_id

    def _open_lines(self, account) -> list[float]:
        """Open items of an account, in the currency of each, without nothing."""
        lines = self.env["account.move.line"].search(
            [
                ("account_id", "=", account.id),
                ("company_id", "=", self.company.id),
                ("parent_state", "=", "posted"),
                ("reconciled", "=", False),
            ]
        )
        return sorted(round(line.amount_residual_currency, 2) for line in lines)
