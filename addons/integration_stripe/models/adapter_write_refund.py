# Copyright 2026 Odoo Integration Suite contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl)
from odoo import api, models

from odoo.addons.integration_core.engine.errors import BusinessRuleError
from odoo.addons.integration_core.messages import Outgoing

from .. import const, forms
from .adapter_write import Answer

# docs.stripe.com/api/refunds/create: it takes no other words.
REASONS = frozenset({"duplicate", "fraudulent", "requested_by_customer"})
CHARGES = frozenset({"ch", "py"})


class IntegrationAdapterStripe(models.AbstractModel):
    """Writing refunds: asked for once, never changed.

    A refund can neither be searched for by its metadata nor undone, so one whose answer
    was lost is looked for in the list of its payment's refunds, by our mark.
    """

    _inherit = "integration.adapter.stripe"

    @api.model
    def _create_refund(self, client, outgoing: Outgoing, key: str) -> Answer:
        """Ask for the refund of a part of a payment, or of all of it.

        :raises engine.errors.BusinessRuleError: another currency than it was paid in
        """
        form = self._refund_of(client, outgoing)
        form["amount"] = forms.whole(outgoing.record["amount"], "amount")
        reason = outgoing.record.get("reason")
        form["reason"] = reason if reason in REASONS else None
        path = const.PATHS["refund"][0]
        return self._post(client, path, self._marked(form, outgoing), key)

    @api.model
    def _update_refund(self, client, outgoing: Outgoing, key: str) -> Answer:
        """Nothing of a refund can be changed: what is there is the answer."""
        path = const.PATHS["refund"][0]
        return Answer(*self._read(client, path, outgoing.external_id))

    @api.model
    def _delete_refund(self, client, outgoing: Outgoing, key: str) -> None:
        """:raises engine.errors.BusinessRuleError: always"""
        raise BusinessRuleError(
            self.env._("A refund cannot be taken back at Stripe."),
            hint=self.env._("Skip this message: the refund stays at Stripe."),
        )

    @api.model
    def _refund_of(self, client, outgoing: Outgoing) -> dict:
        """The parameter that names what is given back.

        Stripe takes the amount in the currency of the payment, whatever we mean.

        :raises engine.errors.BusinessRuleError: another currency than it was paid in
        """
        payment = outgoing.record["payment"]
        found = self._read_payment(client, payment).record
        paid = (found["amount"] or {}).get("currency") or ""
        currency = outgoing.record["amount"]["currency"]
        if paid and paid.upper() != currency:
            raise BusinessRuleError(
                self.env._(
                    "The refund is in %(asked)s, and it was paid in %(paid)s.",
                    asked=currency,
                    paid=paid.upper(),
                ),
                hint=self.env._(
                    "Nothing was refunded. Ask for the refund in the currency of the "
                    "payment."
                ),
            )
        named = payment if payment.partition("_")[0] in CHARGES else found["key"]
        kind = "charge" if named.partition("_")[0] in CHARGES else "payment_intent"
        return {kind: named}

    # === LOOKING UP === #

    @api.model
    def _search_own(self, client, outgoing: Outgoing) -> list[dict]:
        """Override: Stripe has no search for refunds, their list is complete."""
        if outgoing.entity == "refund":
            return []
        return super()._search_own(client, outgoing)

    @api.model
    def _own_filter(self, client, outgoing: Outgoing) -> dict:
        """Override: the refunds of one payment."""
        if outgoing.entity == "refund":
            return self._refund_of(client, outgoing)
        return super()._own_filter(client, outgoing)
