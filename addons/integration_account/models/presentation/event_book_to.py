# Copyright 2026 Odoo Integration Suite contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl)
from odoo import fields, models

from odoo.addons.integration_core.const import ATTENTION_STATES
from odoo.addons.integration_core.models.presentation.common import button


class IntegrationEvent(models.Model):
    """Where the problems of balance transactions are solved."""

    _inherit = "integration.event"

    def _solutions(self) -> dict:
        """Override of `integration_core` to add what stops balance transactions."""
        connector = (self.env._("Open connector"), self._solve_connector)
        document = (self.env._("Open document"), self._solve_document)
        payment = (self.env._("Open payment"), self._solve_payment_of_movement)
        return super()._solutions() | {
            "book_to": (self.env._("Book to…"), self._solve_book_to),
            "gateway_account": connector,
            "movement_of_other_company": connector,
            "movement_changed": document,
            "payment_elsewhere": payment,
            "payment_not_posted": payment,
            "receivable_account": payment,
            "settlement_differs": payment,
        }

    def _cause_buttons(self) -> list[dict]:
        """Override of `integration_core`: a movement whose payment never comes may be
        booked to an account by an accountant."""
        buttons = super()._cause_buttons()
        if (
            self.entity == "balance_transaction"
            and self.state in ATTENTION_STATES
            and self.error_class == "missing_reference"
            and self.env["integration.book.to"]._may_decide()
        ):
            buttons.append(button(self.env._("Book to…"), "action_book_to"))
        return buttons

    def _solve_book_to(self, _category: str):
        return self.action_book_to()

    def action_book_to(self):
        """Ask an accountant where the money of these movements goes.

        :raises AccessError: the user is no accountant, or may not work on messages
        """
        self.env["integration.book.to"]._require_accountant()
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Book to an account"),
            "res_model": "integration.book.to",
            "view_mode": "form",
            "target": "new",
            "context": {"default_event_ids": [fields.Command.set(self.ids)]},
        }

    def _solve_payment_of_movement(self, payment: str):
        """:param payment: ``<model>,<id>``; empty for a payment's own message"""
        model, _comma, res_id = payment.partition(",")
        if not res_id:
            return self._solve_document(payment)
        return self._open_record(self.env[model].browse(int(res_id)).exists())
