# Copyright 2026 Odoo Integration Suite contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl)
from odoo import api, models

from odoo.addons.integration_account.invoice_draft import InvoiceDraft
from odoo.addons.integration_core.messages import Item


class IntegrationEntityInvoice(models.AbstractModel):
    """An invoice knows its subscription, whichever of the two comes first."""

    _inherit = "integration.entity.invoice"

    @api.model
    def _apply(self, connector, items: list[Item]) -> None:
        """Override of `integration_account`: one look-up for the batch."""
        refs = {i.canonical["subscription"] for i in items if _names_one(i)}
        if not refs:
            return super()._apply(connector, items)
        subscriptions = self.env["integration.subscription"]
        rows = subscriptions.with_context(active_test=False).search(
            [("connector_id", "=", connector.id), ("external_id", "in", list(refs))]
        )
        known = {row.external_id: row.id for row in rows}
        ready = self.with_context(integration_subscriptions=known)
        super(IntegrationEntityInvoice, ready)._apply(connector, items)
        self._link_subscriptions([i for i in items if _names_one(i)], known)

    @api.model
    def _move_values(self, connector, draft: InvoiceDraft) -> dict:
        """Override of `integration_account`."""
        values = super()._move_values(connector, draft)
        ref = draft.record.get("subscription")
        if ref:
            known = self.env.context.get("integration_subscriptions") or {}
            values["integration_subscription_ref"] = ref
            values["integration_subscription_id"] = known.get(ref, False)
        return values

    @api.model
    def _link_subscriptions(self, items: list[Item], known: dict) -> None:
        """Documents that were here already; new ones have it from the beginning."""
        wanted = {
            item.res_id: item.canonical["subscription"]
            for item in items
            if item.res_id and item.outcome != "fail"
        }
        moves = self.env["account.move"].browse(wanted).exists()
        for ref in set(wanted.values()):
            values = {
                "integration_subscription_ref": ref,
                "integration_subscription_id": known.get(ref, False),
            }
            own = moves.filtered(
                lambda m, ref=ref, values=values: (
                    wanted[m.id] == ref
                    and (
                        m.integration_subscription_ref != ref
                        or m.integration_subscription_id.id
                        != values["integration_subscription_id"]
                    )
                )
            )
            if own:
                own.write(values)


def _names_one(item: Item) -> bool:
    return bool(item.canonical.get("subscription"))
