# Copyright 2026 Odoo Integration Suite contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl)
import math
from email.utils import parsedate_to_datetime
from urllib.parse import quote

from odoo import api, models

from odoo.addons.integration_core.engine import versions
from odoo.addons.integration_core.engine.errors import SchemaError
from odoo.addons.integration_core.messages import Page, Source

from .. import const, forms, shapes

ADDRESS = dict.fromkeys(
    ("line1", "line2", "city", "state", "postal_code", "country"), str
)
TAX_ID = {"type": str, "value": str, "country": str, "verification": {"status": str}}
#: What a mapping may rely on, by type, see :func:`shapes.check`. Everything else is
#: passed on as it comes.
CUSTOMER = {
    "name": str,
    "business_name": str,
    "individual_name": str,
    "email": str,
    "phone": str,
    "description": str,
    "address": ADDRESS,
    "shipping": {"name": str, "phone": str, "address": ADDRESS},
    "preferred_locales": [str],
    "metadata": dict,
    "livemode": bool,
    "tax_ids": {"data": [TAX_ID]},
}
LIST = {"data": [{"id": str}], "has_more": bool}
#: Beginning of a cursor that leaves out what was made before a moment.
SINCE = "since:"


class IntegrationAdapterStripe(models.AbstractModel):
    """Objects: one normal form for all API versions, reading one, reading all.

    Those of money are in rooms of their own: products, invoices, payments.
    """

    _inherit = "integration.adapter.stripe"

    # === NORMAL FORM === #

    @api.model
    def _normal(self, entity: str, record, path: str = "") -> dict:
        """An object in the shape that mappings select from.

        Stripe's own fields, with the differences that the method of each entity names.

        :param path: where the record stands in the message, for error texts
        :raises engine.errors.SchemaError: a field is not of its documented type
        """
        return getattr(self, f"_normal_{entity}")(record, path)

    @api.model
    def _normal_customer(self, record, path: str) -> dict:
        """Stripe's fields with these differences:

        * ``name``: name, else business_name, else individual_name (the latter two
          exist since 2025-09-30.clover);
        * ``is_company``: true with a business name, false with only an individual
          name; absent where Stripe does not know, as in older versions;
        * ``tax_ids``: list of {type, value, country, status}, only where they were
          read; a snapshot never holds them.
        """
        shapes.check(record, CUSTOMER, path)
        normal = dict(record)
        business, person = record.get("business_name"), record.get("individual_name")
        if "name" in record or business or person:
            normal["name"] = record.get("name") or business or person
        if business or person:
            normal["is_company"] = bool(business)
        normal.pop("tax_ids", None)
        if "tax_ids" in record:
            normal["tax_ids"] = [
                {
                    "type": tax_id.get("type"),
                    "value": tax_id.get("value"),
                    "country": tax_id.get("country"),
                    "status": (tax_id.get("verification") or {}).get("status"),
                }
                for tax_id in (record["tax_ids"] or {}).get("data", ())
            ]
        return normal

    # === READING === #

    @api.model
    def _fetch(self, connector, entity: str, external_id: str) -> Source:
        """Read one object. A deleted one comes as ``deleted: true``.

        404 is an error and no deletion: it means another account or mode, and to
        archive on it would empty Odoo after a mistaken key.

        :raises engine.errors.IntegrationError: by its class
        """
        if entity not in const.PATHS:
            raise self._cannot()
        with self._client(connector) as client:
            if entity == "payment":
                return self._read_payment(client, external_id)
            record, version = self._read(client, const.PATHS[entity][0], external_id)
            self._check_mode(connector.environment, record.get("livemode"), "livemode")
            self._complete(client, entity, [record])
        return self._read_source(entity, record, version)

    @api.model
    def _read(self, client, path: str, external_id: str) -> tuple[dict, str]:
        """(object, how new it is at least) of one id, with what must be expanded."""
        params = {"expand[]": const.EXPAND[path]} if path in const.EXPAND else {}
        response = client.request(
            "GET", f"{path}/{quote(external_id, safe='')}", params=params
        )
        record = response.json()
        shapes.check([record], [{"id": str}])
        return record, read_at(response)

    @api.model
    def _read_source(self, entity: str, record: dict, version: str) -> Source:
        if record.get("deleted") is True:
            return Source(record=record, version=version, deleted=True)
        return Source(
            record=self._normal(entity, record),
            version=version,
            deleted=self._is_nothing(entity, record),
            reference=forms.mark_of(record),
        )

    @api.model
    def _page(self, connector, entity: str, cursor: str, limit: int) -> Page:
        """One page, newest first. The cursor is the last id of the page before; where
        an entity has several lists, with the number of the list: ``1|inpay_…``; where
        only what is new is read, with since when: ``since:1790000000|txn_…``."""
        paths = self._lists(connector, entity)
        number, last, since = _place(cursor)
        path = paths[number]
        params = {"limit": min(limit, const.PAGE_SIZE), **since}
        if path in const.EXPAND:
            params["expand[]"] = f"data.{const.EXPAND[path]}"
        with self._client(connector) as client:
            response, data, more = self._list(client, path, params, last)
            self._complete(client, entity, data)
        following = ""
        if data and more:
            head, mark, _last = cursor.rpartition("|")
            following = f"{head}{mark}{data[-1]['id']}"
        elif number + 1 < len(paths):
            following = f"{number + 1}|"
        return Page(
            records=[(record["id"], record) for record in data],
            cursor=following,
            version=read_at(response),
        )

    @api.model
    def _page_source(self, connector, entity: str, record: dict, page: Page) -> Source:
        self._check_mode(connector.environment, record.get("livemode"), "livemode")
        return self._read_source(entity, record, page.version)

    @api.model
    def _count(self, connector, entity: str) -> int:
        """Stripe's lists have no total: pages are read and counted.

        :return: -1 beyond :data:`const.MAX_COUNT_PAGES` pages
        """
        total, pages = 0, 0
        with self._client(connector) as client:
            for path in self._lists(connector, entity):
                cursor, more = "", True
                while more:
                    if pages == const.MAX_COUNT_PAGES:
                        return -1
                    pages += 1
                    _response, data, more = self._list(
                        client, path, {"limit": const.PAGE_SIZE}, cursor
                    )
                    total += len(data)
                    more = bool(more and data)
                    cursor = data[-1]["id"] if data else ""
        return total

    @api.model
    def _lists(self, connector, entity: str) -> tuple[str, ...]:
        """Paths of an entity's lists that the connector's API version has."""
        version = connector.api_version or const.API_VERSION
        paths = const.PATHS[entity]
        return paths if version >= const.INVOICE_PAYMENTS_SINCE else paths[:1]

    @api.model
    def _list(self, client, path: str, params: dict, cursor: str) -> tuple:
        """(response, records, whether there are more) of one page."""
        params = {**const.LIST_PARAMS.get(path, {}), **params}
        if cursor:
            params = dict(params, starting_after=cursor)
        response = client.request("GET", path, params=params)
        answer = response.json()
        shapes.check(answer, LIST)
        return response, answer.get("data") or [], answer.get("has_more")

    @api.model
    def _all_pages(self, client, path: str, params: dict, data=()) -> list[dict]:
        """All objects of a list.

        :param data: what is known of it already, the first of it
        """
        data, more = list(data), True
        while more:
            cursor = data[-1]["id"] if data else ""
            _response, page, more = self._list(
                client, path, dict(params, limit=const.PAGE_SIZE), cursor
            )
            data += page
            more = more and page
        return data

    @api.model
    def _complete(self, client, entity: str, records: list[dict]) -> None:
        """Read the rest of nested lists: ten entries come with the object."""
        complete = getattr(self, f"_complete_{entity}", None)
        for record in records:
            if complete and record.get("deleted") is not True:
                complete(client, record)

    @api.model
    def _complete_customer(self, client, record: dict) -> None:
        path = f"/v1/customers/{quote(record['id'], safe='')}/tax_ids"
        self._complete_list(client, record, "tax_ids", path)

    @api.model
    def _complete_list(
        self, client, record: dict, name: str, path: str, **params
    ) -> None:
        """Read what comes after the entries of ``record[name]``.

        :param params: what narrows the list at ``path`` down to them
        """
        nested = record.get(name)
        shapes.check({name: nested}, {name: LIST})
        if not nested or not nested.get("has_more") or not nested.get("data"):
            return
        data = self._all_pages(client, path, params, nested["data"])
        record[name] = dict(nested, data=data, has_more=False)


def _place(cursor: str) -> tuple[int, str, dict]:
    """(number of the list, last id, what narrows the list) of a page's cursor."""
    head, mark, last = cursor.partition("|")
    if head.startswith(SINCE):
        return 0, last, {"created[gte]": int(head.removeprefix(SINCE))}
    return (int(head), last, {}) if mark else (0, cursor, {})


def read_at(response) -> str:
    """How new an answer is at least, by Stripe's own clock.

    Its Date header (whole seconds) says when it was sent; the object was read up to the
    duration of the exchange before. A later time would make an update that happened in
    between look old.
    """
    try:
        sent = parsedate_to_datetime(response.headers.get("date") or "").timestamp()
    except (TypeError, ValueError):
        raise SchemaError("the answer does not say when it was given") from None
    return versions.from_unix(math.floor(sent - (response.duration_ms + 1) / 1000))
