# Copyright 2026 Odoo Integration Suite contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl)
from urllib.parse import quote

from odoo import api, models

from odoo.addons.integration_core.engine.errors import BusinessRuleError, MappingError
from odoo.addons.integration_core.messages import Outgoing

from .. import const, forms
from .adapter_write import Answer


class IntegrationAdapterStripe(models.AbstractModel):
    """Writing customers, with the tax numbers that are objects of their own."""

    _inherit = "integration.adapter.stripe"

    @api.model
    def _create_customer(self, client, outgoing: Outgoing, key: str) -> Answer:
        form = self._customer_form(client, outgoing)
        form["tax_id_data"] = self._tax_ids(outgoing) or []
        return self._post(
            client, const.PATHS["customer"][0], self._marked(form, outgoing), key
        )

    @api.model
    def _update_customer(self, client, outgoing: Outgoing, key: str) -> Answer:
        """The customer itself only where something of it changed."""
        path = self._object_path("customer", outgoing.external_id)
        wanted = self._tax_ids(outgoing)
        if wanted is not None:
            self._write_tax_ids(client, path, wanted, key)
        form = self._customer_form(client, outgoing)
        if form:
            return self._post(client, path, form, key)
        return Answer(
            *self._read(client, const.PATHS["customer"][0], outgoing.external_id)
        )

    @api.model
    def _delete_customer(self, client, outgoing: Outgoing, key: str) -> None:
        """Gone for good, with everything that was stored for payments.

        :raises engine.errors.BusinessRuleError: it has running subscriptions, which
            Stripe would end
        """
        path = self._object_path("customer", outgoing.external_id)
        record = client.request(
            "GET", path, params={"expand[]": "subscriptions"}
        ).json()
        if (record.get("subscriptions") or {}).get("data"):
            raise BusinessRuleError(
                self.env._(
                    "The customer has running subscriptions at Stripe. Deleting it "
                    "there would end them."
                ),
                hint=self.env._(
                    "End them at Stripe and retry, or skip this message: the customer "
                    "then stays at Stripe."
                ),
            )
        if record.get("deleted") is not True:
            client.request("DELETE", path, read=False)

    @api.model
    def _customer_form(self, client, outgoing: Outgoing) -> dict:
        """A mapped record as a form.

        An address that says nothing clears the one at Stripe.
        """
        form = {name: v for name, v in outgoing.record.items() if name != "tax_ids"}
        if "address" in form and forms.is_empty(form["address"]):
            form["address"] = None
        if "shipping" in form:
            form["shipping"] = self._shipping_form(client, outgoing, form["shipping"])
        return form

    @api.model
    def _shipping_form(self, client, outgoing: Outgoing, shipping) -> dict | None:
        """A delivery address needs a name at Stripe: its own, else the customer's."""
        if forms.is_empty(shipping):
            return None
        name = shipping.get("name") or outgoing.record.get("name")
        if not name and outgoing.external_id:
            path = self._object_path("customer", outgoing.external_id)
            name = client.request("GET", path).json().get("name")
        return {**shipping, "name": name, "address": shipping.get("address") or {}}

    # === TAX NUMBERS === #

    @api.model
    def _tax_ids(self, outgoing: Outgoing) -> list[dict] | None:
        """Tax numbers as Stripe wants them; None where the message is not about them.

        A country whose VAT numbers Stripe does not know is left out, and said.
        """
        if "tax_ids" not in outgoing.record:
            return None
        found = []
        for tax_id in outgoing.record["tax_ids"] or ():
            if not isinstance(tax_id, dict) or not tax_id.get("value"):
                raise MappingError(
                    self.env._("The mapping gives a tax number without its value."),
                    path="tax_ids",
                )
            kind, value = _tax_id_of(tax_id)
            if kind:
                found.append({"type": kind, "value": value})
            else:
                outgoing.notes.append(
                    self.env._(
                        "The tax number %(number)s has no kind at Stripe; left out.",
                        number=tax_id["value"],
                    )
                )
        return found

    @api.model
    def _write_tax_ids(self, client, customer: str, wanted: list, key: str) -> None:
        """Add what is missing, take away VAT numbers that are others now.

        Numbers of other kinds are the customer's own matter.
        """
        path = f"{customer}/tax_ids"
        known = self._all_pages(client, path, {})
        numbers = {(one.get("type"), one.get("value")) for one in known}
        for index, tax_id in enumerate(wanted):
            if (tax_id["type"], tax_id["value"]) not in numbers:
                self._post(client, path, tax_id, f"{key}-tax{index}")
        kept = {(one["type"], one["value"]) for one in wanted}
        for one in known:
            number = one.get("type"), one.get("value")
            if one.get("type") in const.VAT_TYPES and number not in kept:
                client.request(
                    "DELETE", f"{path}/{quote(one['id'], safe='')}", read=False
                )


def _tax_id_of(tax_id: dict) -> tuple[str, str]:
    """(Stripe's word for a VAT number, the number as Stripe writes it); ('', '') where
    Stripe has no word for that country's."""
    number = tax_id["value"]
    prefix = number[:2].upper()
    country = tax_id.get("country") or (prefix if prefix.isalpha() else "")
    if prefix in const.EU_PREFIXES:
        return "eu_vat", number
    if country in const.EU_COUNTRIES:
        return "eu_vat", f"{'EL' if country == 'GR' else country}{number}"
    kind = const.TAX_ID_TYPES.get(country, "")
    return kind, number if kind else ""
