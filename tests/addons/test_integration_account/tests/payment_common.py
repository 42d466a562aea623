# Copyright 2026 Odoo Integration Suite contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl)
from odoo.fields import Command

from .common import AccountCase

PAID_AT = "2026-02-11T12:00:00Z"


class PaymentCase(AccountCase):
    """A customer, posted invoices that are linked, and payments to feed."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.partner = cls.env["res.partner"].create({"name": "Rosa Klee"})
        cls._bind("customer", "cus_1", cls.partner)
        # All messages of a test are of one batch.
        cls.connector.drain_count = 1
        cls.income = cls._account("400910", "Income", "income")

    # === WHAT IS THERE === #

    @classmethod
    def _bind(cls, entity: str, external_id: str, record):
        """Link an object to a record, as if it had come through the hub."""
        cls.env["integration.external.id"]._bind(
            cls.connector,
            [
                {
                    "entity": entity,
                    "external_id": external_id,
                    "model": record._name,
                    "res_id": record.id,
                }
            ],
        )

    def _invoice(self, external_id: str, amount: float, currency="EUR", **values):
        """An invoice without taxes; posted unless ``post`` is False."""
        post = values.pop("post", True)
        invoice = self.env["account.move"].create(
            {
                "move_type": "out_invoice",
                "partner_id": self.partner.id,
                "journal_id": self.sales.id,
                "invoice_date": "2026-02-10",
                "currency_id": self._currency(currency).id,
                "invoice_line_ids": [
                    Command.create(
                        {
                            "name": "Plan",
                            "price_unit": amount,
                            "tax_ids": False,
                            "account_id": self.income.id,
                        }
                    )
                ],
                **values,
            }
        )
        if post:
            invoice.action_post()
        self._bind("invoice", external_id, invoice)
        return invoice

    # === WHAT COMES === #

    def _record(self, key: str, amount=None, *invoices, currency="EUR", **values):
        """A canonical payment.

        :param invoices: external ids, or (external id, amount)
        """
        parts = [(i, None) if isinstance(i, str) else i for i in invoices]
        return {
            "key": key,
            "status": "succeeded",
            "amount": self._money(amount, currency) if amount is not None else None,
            "customer": {"entity": "customer", "external_id": "cus_1"},
            "paid_at": PAID_AT,
            "allocations": [
                {
                    "invoice": {"entity": "invoice", "external_id": name},
                    "amount": self._money(part, currency) if part else None,
                }
                for name, part in parts
            ],
            **values,
        }

    def _pay(self, external_id: str, *args, at: int = 100, **kw):
        """Feed one payment object and return its event."""
        return self._feed(external_id, self._record(*args, **kw), at, entity="payment")

    def _queue(self, external_id: str, *args, at: int = 100, **kw):
        """Put one payment object into the inbox; ``_drain`` works on all of them."""
        return self._store(external_id, self._record(*args, **kw), at, entity="payment")

    # === WHAT BECAME OF IT === #

    def _without_ledger(self):
        """Nothing tells in which balance money arrives: the journals have to."""
        self.flows["balance_transaction"].mode = "paused"

    def _payments(self):
        return self.env["account.payment"].search(
            [("company_id", "=", self.company.id)], order="id"
        )

    def _gateway_moves(self):
        """Every posted entry in the gateway's journals."""
        journals = self.connector.gateway_journal_ids.journal_id
        return self.env["account.move"].search(
            [("journal_id", "in", journals.ids), ("state", "=", "posted")], order="id"
        )

    def _clearing_balance(self) -> float:
        lines = self.env["account.move.line"].search(
            [("account_id", "=", self.clearing.id), ("parent_state", "=", "posted")]
        )
        return round(sum(lines.mapped("balance")), 2)

    def _effects(self, key: str):
        """Every effect that the ledger has of a business key."""
        prefix = self.env["integration.effect"]._key(self.connector, key, "")
        return self.env["integration.effect"].search([("key", "=like", f"{prefix}%")])

    def _exception(self, event):
        return self.env["integration.exception"].search([("event_id", "=", event.id)])

    def _assert_state(self, event, state: str, reason=""):
        event.invalidate_recordset()
        self.assertEqual(event.state, state, (event.error, event.hint))
        self.assertEqual(event.skip_reason or "", reason)
