# Copyright 2026 Odoo Integration Suite contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl)
from decimal import Decimal

from odoo import api, models

from odoo.addons.integration_core.engine.reconcile import Entry

POSTED = ("in_process", "paid")


class IntegrationReconciliationCheckPayment(models.AbstractModel):
    """Payments that succeeded at the peer against those in the books.

    In the currency of the payer, by the key that the ledger of effects has.
    """

    _name = "integration.reconciliation.check.payment"
    _inherit = "integration.reconciliation.documents"
    _description = "Payments"

    _check = "payment"
    _entity = "payment"
    _entities = ("payment",)
    _rank = 30

    @api.model
    def _label(self):
        return self.env._("Payments")

    @api.model
    def _there(self, run):
        return [
            self._entry_of(run, control)
            for control in self._controls(run, self._entity)
            if control.status in ("", "succeeded")
        ]

    @api.model
    def _here(self, run):
        journals = run.connector_id.sudo().gateway_journal_ids.journal_id
        domain = [
            ("journal_id", "in", journals.ids),
            ("date", ">=", run.date_from),
            ("date", "<=", run.date_to),
        ]
        payments = self.env["account.payment"].search(
            [*domain, ("state", "in", POSTED)]
        )
        moves = self.env["account.move"].search(
            [*domain, ("state", "=", "posted"), ("origin_payment_id", "=", False)]
        )
        return self._paid(run, self._effects_of(payments) | self._effects_of(moves))

    @api.model
    def _known(self, run, there):
        effects = self.env["integration.effect"]
        keys = [effects._key(run.connector_id, e.key, "pay") for e in there]
        return self._paid(run, effects._happened(keys) if keys else {})

    @api.model
    def _effects_of(self, records) -> dict:
        """Key → effect of the payments among these records."""
        if not records:
            return {}
        found = (
            self.env["integration.effect"]
            .sudo()
            .search(
                [
                    ("model", "=", records._name),
                    ("res_id", "in", records.ids),
                    ("key", "=like", "%|pay"),
                ]
            )
        )
        return {effect.key: effect for effect in found}

    @api.model
    def _paid(self, run, effects: dict) -> list[Entry]:
        """:param effects: key in the ledger → integration.effect record"""
        prefix = self.env["integration.effect"]._key(run.connector_id, "", "")
        prefix = prefix.rsplit("|", 2)[0] + "|"
        entries = []
        for model in ("account.payment", "account.move"):
            mine = {k: e.res_id for k, e in effects.items() if e.model == model}
            records = self.env[model].browse(mine.values()).exists()
            found = {record.id: record for record in records}
            own_days = self._own_days(records)
            for key, res_id in mine.items():
                record = found.get(res_id)
                if record and key.startswith(prefix) and self._is_booked(record):
                    name = key.removeprefix(prefix).rsplit("|", 1)[0]
                    entries.append(self._entry_paid(name, record, own_days))
        return entries

    @api.model
    def _is_booked(self, record) -> bool:
        states = POSTED if record._name == "account.payment" else ("posted",)
        return record.state in states

    @api.model
    def _entry_paid(self, key: str, record, own_days: dict) -> Entry:
        currency, amount = self._amount_of(record)
        return Entry(
            key=key,
            amount=amount,
            currency=currency.name,
            day=record.date,
            title=record.display_name,
            model=record._name,
            res_id=record.id,
            own_day=own_days.get(record.id),
            note=(record.memo if record._name == "account.payment" else record.ref)
            or "",
        )

    @api.model
    def _amount_of(self, record) -> tuple:
        """(currency, amount) in the payer's currency; of an entry, its receivable."""
        if record._name == "account.payment":
            return record.currency_id, self._money(record.amount, record.currency_id)
        lines = record.line_ids.filtered(
            lambda line: line.account_id.account_type == "asset_receivable"
        )
        currency = lines[:1].currency_id or record.currency_id
        amount = sum(
            (self._money(line.amount_currency, currency) for line in lines), Decimal(0)
        )
        return currency, -amount

    @api.model
    def _align(self, run, there, here):
        return there, here

    @api.model
    def _pending_there(self, run, here):
        """The gateway lists a payment with its movement, which may come hours later."""
        movements = self.env["integration.reconciliation.check.balance_transaction"]
        if not movements._applies(run.connector_id):
            return set()
        rows = self.env["integration.settlement.line"].sudo()
        found = rows.search(
            [
                ("connector_id", "=", run.connector_id.id),
                ("payment_res_id", "in", [entry.res_id for entry in here]),
            ]
        )
        known = {(row.payment_model, row.payment_res_id) for row in found}
        return {e.key for e in here if (e.model, e.res_id) not in known}
