# Copyright 2026 Odoo Integration Suite contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl)
from odoo import models


class IntegrationEvent(models.Model):
    """Where the problems of documents and payments are solved."""

    _inherit = "integration.event"

    def _solutions(self) -> dict:
        """Override of `integration_core` to add what stops documents."""
        return super()._solutions() | {
            "currency": (self.env._("Open currency"), self._solve_currency),
            "gateway_journal": (self.env._("Open connector"), self._solve_connector),
            "sale_journal": (self.env._("Open connector"), self._solve_connector),
            "locked_period": (self.env._("Decide…"), self._solve_locked_period),
            "tax": (self.env._("Open tax"), self._solve_tax),
        }

    def _solve_currency(self, code: str):
        currency = (
            self.env["res.currency"]
            .with_context(active_test=False)
            .search([("name", "=", code)], limit=1)
        )
        return self._open_record(currency)

    def _solve_connector(self, _rest: str):
        return self._open_record(self.connector_id)

    def _solve_tax(self, tax_id: str):
        return self._open_record(self.env["account.tax"].browse(int(tax_id)).exists())

    def _solve_locked_period(self, _rest: str):
        return self._open_record(
            self.env["integration.shifted.document"].search(
                [("event_id", "=", self.id)], limit=1
            )
        )

    def _open_record(self, record):
        """Action that opens one record; the list where it is no longer there."""
        return {
            "type": "ir.actions.act_window",
            "res_model": record._name,
            "res_id": record.id,
            "view_mode": "form" if record else "list",
            "views": [(False, "form" if record else "list")],
        }
