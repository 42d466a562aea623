# Copyright 2026 Odoo Integration Suite contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl)
from odoo import api, models

from odoo.addons.integration_core.engine.errors import PermanentError, SchemaError
from odoo.addons.integration_core.messages import Page, Source

from .. import const, shapes
from .adapter_objects import read_at

ENTITY = "entitlement"
SUMMARY = "entitlements.active_entitlement_summary"
# What one customer may use; Stripe has no list of it without a customer.
ACTIVE = "/v1/entitlements/active_entitlements"
ENTITLEMENT = {
    "id": str,
    "object": str,
    "lookup_key": str,
    "livemode": bool,
}
SUMMARY_FIELDS = {
    "object": str,
    "customer": str,
    "livemode": bool,
    "entitlements": {"data": [ENTITLEMENT], "has_more": bool},
}
# Customers whose entitlements are read with one page of a load: a request for each.
PAGE_SIZE = 20


class IntegrationAdapterStripe(models.AbstractModel):
    """Objects: what a customer may use (docs.stripe.com/billing/entitlements).

    A message shows ten entitlements at most, without the names of their features, and
    the set has no version of its own: it is a hint, and the set is read
    (:data:`const.HINTS`). The object is the customer's: it has the customer's id.
    """

    _inherit = "integration.adapter.stripe"

    @api.model
    def _normal_entitlement(self, record, path: str) -> dict:
        """{id, customer, entitlements}: the customer's id twice, and a list of {id,
        lookup_key, feature, name}, by key; the name is None where it was not read.

        :raises engine.errors.SchemaError: another object, or a field of a wrong type
        """
        if not isinstance(record, dict) or record.get("object") != SUMMARY:
            raise SchemaError(
                self.env._("This is not a summary of entitlements of Stripe's."),
                path=shapes.at(path, "object"),
            )
        shapes.check(record, SUMMARY_FIELDS, path)
        found = [
            {
                "id": one["id"],
                "lookup_key": one.get("lookup_key"),
                "feature": shapes.identifier(one.get("feature")),
                "name": shapes.part(one, "feature").get("name"),
            }
            for one in shapes.part(record, "entitlements").get("data") or ()
        ]
        customer = record.get("customer")
        # In one order, however the list came: equal content, equal digest.
        found.sort(key=lambda one: (one["lookup_key"] or "", one["id"]))
        return {"id": customer, "customer": customer, "entitlements": found}

    # === READING === #

    @api.model
    def _fetch(self, connector, entity: str, external_id: str) -> Source:
        """Override: the set of a customer is a list, and no object with an id."""
        if entity != ENTITY:
            return super()._fetch(connector, entity, external_id)
        with self._client(connector) as client:
            record, version = self._read_set(client, external_id)
        self._check_set(connector, record)
        return Source(record=self._normal(entity, record), version=version)

    @api.model
    def _read_set(self, client, customer: str) -> tuple[dict, str]:
        """(summary with all entitlements and their features, how new it is at least).

        :raises engine.errors.IntegrationError: by its class
        """
        try:
            data, version = self._read_active(client, customer)
        except PermanentError:
            # Nothing is listed for one who was deleted, and may use nothing.
            known, version = self._read(client, const.PATHS["customer"][0], customer)
            if known.get("deleted") is not True:
                raise
            data = []
        record = {
            "object": SUMMARY,
            "customer": customer,
            "entitlements": {"data": data, "has_more": False},
        }
        return record, version

    @api.model
    def _read_active(self, client, customer: str) -> tuple[list[dict], str]:
        """(all entitlements with their features, how new they are at least)."""
        params = {"customer": customer, "expand[]": "data.feature"}
        size = {"limit": const.PAGE_SIZE}
        response, data, more = self._list(client, ACTIVE, {**params, **size}, "")
        if more and data:
            data = self._all_pages(client, ACTIVE, params, data)
        return data, read_at(response)

    @api.model
    def _check_set(self, connector, record: dict) -> None:
        """:raises engine.errors.SchemaError: something in it is of the other mode"""
        for index, one in enumerate(record["entitlements"]["data"]):
            path = f"entitlements.data[{index}].livemode"
            self._check_mode(connector.environment, one.get("livemode"), path)

    # === LOADING === #

    @api.model
    def _page(self, connector, entity: str, cursor: str, limit: int) -> Page:
        """Override: the sets of those who ever subscribed, newest subscription first.

        Who subscribed more than once may be in several pages: what did not change
        costs nothing.
        """
        if entity != ENTITY:
            return super()._page(connector, entity, cursor, limit)
        path = const.PATHS["subscription"][0]
        params = {"limit": min(limit, PAGE_SIZE)}
        with self._client(connector) as client:
            response, data, more = self._list(client, path, params, cursor)
            records = [
                (customer, self._read_set(client, customer)[0])
                for customer in self._customers(data)
            ]
        return Page(
            records=records,
            cursor=data[-1]["id"] if data and more else "",
            version=read_at(response),
        )

    @api.model
    def _page_source(self, connector, entity: str, record: dict, page: Page) -> Source:
        """Override: of the connector's mode only."""
        if entity == ENTITY:
            self._check_set(connector, record)
        return super()._page_source(connector, entity, record, page)

    @api.model
    def _count(self, connector, entity: str) -> int:
        """Override: customers who ever subscribed."""
        if entity != ENTITY:
            return super()._count(connector, entity)
        path = const.PATHS["subscription"][0]
        found, cursor, pages = set(), "", 0
        with self._client(connector) as client:
            while pages < const.MAX_COUNT_PAGES:
                pages += 1
                params = {"limit": const.PAGE_SIZE}
                _response, data, more = self._list(client, path, params, cursor)
                found.update(self._customers(data))
                if not data or not more:
                    return len(found)
                cursor = data[-1]["id"]
        return -1

    @api.model
    def _customers(self, subscriptions: list[dict]) -> list[str]:
        """Ids of the customers of subscriptions, each once."""
        ids = [shapes.identifier(one.get("customer")) for one in subscriptions]
        return list(dict.fromkeys(one for one in ids if one))
