# Copyright 2026 Odoo Integration Suite contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl)
from odoo import api, models
from odoo.exceptions import UserError

from odoo.addons.integration_core.engine import canonical

WHAT = ("connector_id", "payment_res_id", "partner_id", "currency_id", "credit_note_id")


class IntegrationApprovalRefund(models.AbstractModel):
    """Approval of a refund that Odoo asks the other system for."""

    _name = "integration.approval.refund"
    _inherit = "integration.approval.handler"
    _description = "Approval: refund"

    @api.model
    def _content_hash(self, record, content: dict) -> str:
        """Override: payment, amount and currency of the refund as it is now."""
        # sudo: core's own table; whoever decides need not see the books.
        refund = record.sudo()
        parts = [
            refund._fields[n].convert_to_read(refund[n], refund, False) for n in WHAT
        ]
        amount = refund.currency_id.decimal_places
        return canonical.digest(
            [refund.payment_model, f"{refund.amount:.{amount}f}", *parts]
        )

    @api.model
    def _granted(self, record, approval) -> None:
        """Override: hand it over to be sent."""
        if record.sudo().state != "to_approve":
            raise UserError(self.env._("This refund no longer waits for approval."))
        record._release()
        record._tell(self.env._("Approved by %(user)s", user=self.env.user.name))

    @api.model
    def _refused(self, record, approval) -> None:
        """Override: it does not happen."""
        refund = record.sudo()
        if refund.state != "to_approve":
            return
        refund.write(
            {
                "state": "canceled" if approval.state == "withdrawn" else "refused",
                "failure_reason": approval.decision_reason or False,
            }
        )

    @api.model
    def _still_wanted(self, record, approval) -> bool:
        """Override: taken back otherwise."""
        return bool(record) and record.sudo().state == "to_approve"

    @api.model
    def _content_table(self, approval) -> dict:
        """Override: the refund in words."""
        words = {
            "customer": self.env._("Customer"),
            "payment": self.env._("Payment"),
            "invoice": self.env._("Invoice"),
            "amount": self.env._("Amount"),
            "credit_note": self.env._("Credit note"),
            "reason": self.env._("Reason"),
        }
        content = approval.content or {}
        return {
            "plain": True,
            "first": self.env._("Refund"),
            "columns": [{"key": "value", "label": self.env._("What is asked")}],
            "rows": [
                {"key": key, "label": word, "cells": {"value": content.get(key) or "–"}}
                for key, word in words.items()
            ],
            "empty": "",
            "note": self.env._(
                "Nothing is sent before you agree. The system then sends the money "
                "back the way it came."
            ),
        }
