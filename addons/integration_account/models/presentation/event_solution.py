# Copyright 2026 Odoo Integration Suite contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl)
from odoo import models


class IntegrationEvent(models.Model):
    """Where the problems of documents and payments are solved."""

    _inherit = "integration.event"

    def _solutions(self) -> dict:
        """Override of `integration_core` to add what stops documents."""
        connector = (self.env._("Open connector"), self._solve_connector)
        currency = (self.env._("Open currency"), self._solve_currency)
        journal = (self.env._("Open journal"), self._solve_journal)
        document = (self.env._("Open document"), self._solve_document)
        return super()._solutions() | {
            "before_start_date": connector,
            "gateway_journal": connector,
            "chargeback_account": connector,
            "negative_invoice": connector,
            "no_sale_journal": connector,
            "write_off_setup": connector,
            "currency": currency,
            "currency_digits": currency,
            "no_account": journal,
            "payment_method": journal,
            "amounts_changed": document,
            "owed_again": document,
            "payment_amount_changed": document,
            "refund_amount_changed": document,
            "dispute_amount_changed": document,
            "payment_failed_after_booking": document,
            "void_but_settled": document,
            "locked_period": (self.env._("Decide…"), self._solve_locked_period),
            "tax": (self.env._("Open tax"), self._solve_tax),
            "wrong_sums": (self.env._("Open there"), self._solve_there),
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

    def _solve_journal(self, journal_id: str):
        return self._open_record(self.env["account.journal"].browse(int(journal_id)))

    def _solve_tax(self, tax: str):
        """:param tax: id of the tax, or the system's key of one that was deleted"""
        if tax.isdigit():
            return self._open_record(self.env["account.tax"].browse(int(tax)).exists())
        maps = self.env["integration.value.map"]
        return self._open_record(maps._map_of(self.connector_id, "tax_rate"))

    def _solve_document(self, _rest: str):
        """The document this object is linked to, or the links where it has none."""
        link = self.env["integration.external.id"].search(
            [
                ("connector_id", "=", self.connector_id.id),
                ("entity", "=", self.entity),
                ("external_id", "=", self.external_id),
                ("role", "=", ""),
            ],
            limit=1,
        )
        return link.action_open_record() if link else self._open_record(link)

    def _solve_there(self, _rest: str):
        return self.action_open_remote()

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
