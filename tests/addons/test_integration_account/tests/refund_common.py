# Copyright 2026 Odoo Integration Suite contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl)
from odoo.fields import Command

from .settlement_common import SettlementCase

REFUNDED_AT = "2026-02-13T09:00:00Z"


class RefundCase(SettlementCase):
    """A paid invoice, and refunds and disputes of its payment to feed."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.receivable = cls.partner.property_account_receivable_id

    def _paid(self, key="pi_1", amount="119.00", invoice="in_1", currency="EUR", **kw):
        """An invoice that is paid by a payment; returns both records."""
        document = self._invoice(invoice, float(amount), currency)
        event = self._pay(key, key, amount, invoice, currency=currency, **kw)
        self._assert_state(event, "done")
        return document, self._record_of(key, "payment")

    def _note(self, invoice, amount: float):
        """A posted credit note of an invoice, without taxes."""
        note = self.env["account.move"].create(
            {
                "move_type": "out_refund",
                "partner_id": invoice.partner_id.id,
                "journal_id": invoice.journal_id.id,
                "invoice_date": "2026-02-13",
                "currency_id": invoice.currency_id.id,
                "reversed_entry_id": invoice.id,
                "invoice_line_ids": [
                    Command.create(
                        {
                            "name": "Plan, returned",
                            "price_unit": amount,
                            "tax_ids": False,
                            "account_id": self.income.id,
                        }
                    )
                ],
            }
        )
        note.action_post()
        return note

    # === WHAT COMES === #

    def _about(self, payment: str, amount, status: str, currency="EUR", **values):
        """A canonical refund or dispute."""
        return {
            "payment": {"entity": "payment", "external_id": payment},
            "amount": self._money(amount, currency),
            "status": status,
            "reason": "requested_by_customer",
            "created_at": REFUNDED_AT,
            **values,
        }

    def _refund(self, external_id="re_1", payment="pi_1", amount="30.00", **kw):
        """Feed a refund and return its event."""
        at, status = kw.pop("at", 100), kw.pop("status", "succeeded")
        record = self._about(payment, amount, status, **kw)
        return self._feed(external_id, record, at, entity="refund")

    def _dispute(self, status: str, at: int = 100, **kw):
        """Feed the dispute ``dp_1`` of the payment ``pi_1`` and return its event."""
        values = {"payment": "pi_1", "amount": "119.00", "reason": "fraudulent"} | kw
        record = self._about(
            values.pop("payment"), values.pop("amount"), status, **values
        )
        return self._feed("dp_1", record, at, entity="dispute")

    def _refund_of(self, external_id="re_1"):
        return self.env["integration.refund"].search(
            [("external_id", "=", external_id)]
        )

    def _dispute_of(self, external_id="dp_1"):
        return self.env["integration.dispute"].search(
            [("external_id", "=", external_id)]
        )
