# Copyright 2026 Odoo Integration Suite contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl)
from odoo import api, models

from odoo.addons.integration_core.messages import Item


class IntegrationEntityPayment(models.AbstractModel):
    """Payments that were received outside of the system.

    No money arrives in the gateway's balance, and nobody but the accountant knows where
    it did. Nothing is booked: the invoice gets a note, and somebody a task on it.
    """

    _inherit = "integration.entity.payment"

    @api.model
    def _received_elsewhere(self, connector, items: list[Item]) -> None:
        """Tell the accountant, once for each payment and invoice."""
        effects = self.env["integration.effect"]
        parts = {}
        for item in items:
            for allocation in item.canonical.get("allocations") or ():
                external_id = allocation["invoice"]["external_id"]
                business_key = f"{item.canonical['key']}|{external_id}"
                key = effects._key(connector, business_key, "elsewhere")
                parts.setdefault(key, (item, allocation))
        self._link_elsewhere(items)
        happened = effects._happened(list(parts))
        new = {key: part for key, part in parts.items() if key not in happened}
        if new:
            self._tell_accountant(connector, new)

    @api.model
    def _link_elsewhere(self, items: list[Item]) -> None:
        """Link the messages to their invoice; nothing else stands for the payment."""
        for item in items:
            item.operation = "none"
            item.notes.append(
                self.env._("Received outside of the system: no payment was booked.")
            )
            for allocation in (item.canonical.get("allocations") or ())[:1]:
                ref = ("invoice", allocation["invoice"]["external_id"])
                item.model, item.res_id = item.references[ref]
                item.alias = True
                invoice = self.env[item.model].browse(item.res_id)
                item.document_name = invoice.display_name

    @api.model
    def _tell_accountant(self, connector, parts: dict) -> None:
        bodies: dict[int, str] = {}
        rows = []
        for key, (item, allocation) in parts.items():
            external_id = allocation["invoice"]["external_id"]
            _model, res_id = item.references["invoice", external_id]
            bodies[res_id] = self._elsewhere_text(item, allocation)
            rows.append(
                {
                    "key": key,
                    "model": "account.move",
                    "res_id": res_id,
                    "event_id": item.event_id,
                }
            )
        invoices = self.env["account.move"].browse(bodies)
        invoices._message_log_batch(bodies=bodies)
        self._schedule(connector, invoices, bodies)
        self.env["integration.effect"]._record(connector.company_id, rows)

    @api.model
    def _elsewhere_text(self, item: Item, allocation: dict) -> str:
        money = allocation.get("amount") or item.canonical.get("amount")
        return self.env._(
            "Paid outside of the system: %(amount)s, %(key)s. Register the payment "
            "where the money arrived.",
            amount=f"{money['amount']} {money['currency']}" if money else "?",
            key=item.canonical["key"],
        )

    @api.model
    def _schedule(self, connector, invoices, bodies: dict) -> None:
        """A task for the responsible person, if that person may see invoices."""
        person = connector.user_id
        if not invoices.with_user(person).has_access("read"):
            return
        # Without the mail that Odoo sends to whom a task is given.
        for invoice in invoices.with_context(mail_activity_quick_update=True):
            invoice.activity_schedule(
                "mail.mail_activity_data_todo",
                summary=self.env._("Register a payment received elsewhere"),
                note=bodies[invoice.id],
                user_id=person.id,
            )
