# Copyright 2026 Odoo Integration Suite contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl)
from odoo import api, models

from odoo.addons.integration_core.engine.reconcile import Entry

# Nothing came of these.
VOID = ("failed", "canceled", "refused")
UNSENT = ("draft", "to_approve", "approved", "sent")


class IntegrationReconciliationMoneyDocuments(models.AbstractModel):
    """What the checks of refunds and disputes have in common."""

    _name = "integration.reconciliation.money.documents"
    _inherit = "integration.reconciliation.check"
    _description = "Check of Documents about Payments"

    _document_model = ""
    # States that do not count, on either side.
    _left_out: tuple = ()

    @api.model
    def _there(self, run):
        return [
            self._entry_of(run, control, key=control.external_id)
            for control in self._controls(run, self._entity)
            if control.status not in self._left_out
        ]

    @api.model
    def _here(self, run):
        since, until = run._days()
        return self._entries(
            run, [("requested_at", ">=", since), ("requested_at", "<", until)]
        )

    @api.model
    def _known(self, run, there):
        return self._entries(run, [("external_id", "in", [e.key for e in there])])

    @api.model
    def _entries(self, run, domain: list) -> list[Entry]:
        """Documents of the hub, with system rights."""
        documents = self.env[self._document_model].sudo()
        found = documents.search(
            [
                ("connector_id", "=", run.connector_id.id),
                ("external_id", "!=", False),
                ("state", "not in", (*self._left_out, *UNSENT)),
                *domain,
            ]
        )
        return [
            Entry(
                key=document.external_id,
                amount=self._money(document.amount, document.currency_id),
                currency=document.currency_id.name,
                day=run._day_of(document.requested_at or document.create_date),
                title=document.display_name,
                model=document._name,
                res_id=document.id,
                external_id=document.external_id,
                note=document.state,
            )
            for document in found
        ]


class IntegrationReconciliationCheckRefund(models.AbstractModel):
    """Refunds on both sides; what failed or was cancelled counts on neither."""

    _name = "integration.reconciliation.check.refund"
    _inherit = "integration.reconciliation.money.documents"
    _description = "Refunds"

    _check = "refund"
    _entity = "refund"
    _entities = ("refund",)
    _rank = 60
    _document_model = "integration.refund"
    _left_out = VOID

    @api.model
    def _label(self):
        return self.env._("Refunds")


class IntegrationReconciliationCheckDispute(models.AbstractModel):
    """Disputes on both sides, whatever came of them."""

    _name = "integration.reconciliation.check.dispute"
    _inherit = "integration.reconciliation.money.documents"
    _description = "Disputes"

    _check = "dispute"
    _entity = "dispute"
    _entities = ("dispute",)
    _rank = 70
    _document_model = "integration.dispute"

    @api.model
    def _label(self):
        return self.env._("Disputes")
