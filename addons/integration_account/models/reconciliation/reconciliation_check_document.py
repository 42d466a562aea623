# Copyright 2026 Odoo Integration Suite contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl)
from odoo import api, models

from odoo.addons.integration_core.engine.reconcile import Entry
from odoo.addons.integration_core.models.reconciliation.reconciliation_check import Fix


class IntegrationReconciliationDocuments(models.AbstractModel):
    """What the checks of invoices and credit notes have in common."""

    _name = "integration.reconciliation.documents"
    _inherit = "integration.reconciliation.check"
    _description = "Check of Documents"

    # Sign of the total of each kind of document.
    _signs = {"out_invoice": 1, "out_refund": -1}

    @api.model
    def _there(self, run):
        return [
            self._entry_of(run, control, key=control.external_id, title=control.key)
            for control in self._controls(run, self._entity)
        ]

    @api.model
    def _here(self, run):
        domain = [
            ("move_type", "in", list(self._signs)),
            ("company_id", "=", run.company_id.id),
            ("state", "=", "posted"),
            ("invoice_date", ">=", run.date_from),
            ("invoice_date", "<=", run.date_to),
        ]
        moves = self.env["account.move"].search(domain)
        links = self._links(
            run,
            self._entity,
            [("model", "=", "account.move"), ("res_id", "in", moves.ids)],
        )
        return self._entries(links)

    @api.model
    def _known(self, run, there):
        links = self._links(
            run, self._entity, [("external_id", "in", [entry.key for entry in there])]
        )
        return self._entries(links)

    @api.model
    def _entries(self, links: dict) -> list[Entry]:
        """:param links: external id → (model, id)"""
        moves = self.env["account.move"].browse(
            {res_id for model, res_id in links.values() if model == "account.move"}
        )
        found = {move.id: move for move in moves.exists() if move.state == "posted"}
        own_days = self._own_days(moves.browse(found))
        entries = []
        for external_id, (_model, res_id) in links.items():
            move = found.get(res_id)
            if not move:
                continue
            sign = self._signs.get(move.move_type, 1)
            entries.append(
                Entry(
                    key=external_id,
                    amount=sign * self._money(move.amount_total, move.currency_id),
                    currency=move.currency_id.name,
                    day=move.invoice_date or move.date,
                    title=move.display_name,
                    model="account.move",
                    res_id=move.id,
                    own_day=own_days.get(move.id),
                    external_id=external_id,
                    note=move.ref or "",
                )
            )
        return entries

    @api.model
    def _own_days(self, records) -> dict:
        """Record id → its own day, of those that were booked on another one."""
        rows = self.env["integration.shifted.document"].sudo()
        found = rows.search(
            [
                ("model", "=", records._name),
                ("res_id", "in", records.ids),
                ("state", "=", "booked"),
            ]
        )
        return {row.res_id: row.wanted_date for row in found}

    @api.model
    def _align(self, run, there, here):
        """What became void before Odoo ever saw it is in no books."""
        known = {entry.key for entry in here}
        return [e for e in there if e.note != "void" or e.key in known], here

    @api.model
    def _fixes(self, line):
        fixes = super()._fixes(line)
        if line.kind == "missing_here" and line._linked_record():
            fixes.insert(0, Fix("open_linked", self.env._("Post it…")))
        return fixes


class IntegrationReconciliationCheckInvoice(models.AbstractModel):
    """Final invoices of the peer against posted ones."""

    _name = "integration.reconciliation.check.invoice"
    _inherit = "integration.reconciliation.documents"
    _description = "Invoices"

    _check = "invoice"
    _entity = "invoice"
    _entities = ("invoice",)
    _rank = 40

    @api.model
    def _label(self):
        return self.env._("Invoices")


class IntegrationReconciliationCheckCreditNote(models.AbstractModel):
    """Credit notes of the peer against posted ones."""

    _name = "integration.reconciliation.check.credit_note"
    _inherit = "integration.reconciliation.documents"
    _description = "Credit Notes"

    _check = "credit_note"
    _entity = "credit_note"
    _entities = ("credit_note",)
    _rank = 50
    _signs = {"out_refund": 1}

    @api.model
    def _label(self):
        return self.env._("Credit notes")


class IntegrationReconciliationLine(models.Model):
    _inherit = "integration.reconciliation.line"

    def _linked_record(self):
        """The Odoo record its object is bound to, posted or not; None if there is
        none."""
        self.ensure_one()
        link = self.env["integration.external.id"].search(
            [
                ("connector_id", "=", self.connector_id.id),
                ("entity", "=", self.entity),
                ("external_id", "=", self.external_id),
                ("role", "=", ""),
            ],
            limit=1,
        )
        return self.env[link.model].browse(link.res_id).exists() if link else None

    def action_open_linked(self):
        """Open the draft that waits to be posted."""
        self.ensure_one()
        record = self._linked_record()
        if not record:
            return self.action_open_document()
        return {
            "type": "ir.actions.act_window",
            "res_model": record._name,
            "res_id": record.id,
            "view_mode": "form",
        }
