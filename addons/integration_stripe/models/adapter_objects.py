# Copyright 2026 Odoo Integration Suite contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl)
import math
from email.utils import parsedate_to_datetime
from urllib.parse import quote

from odoo import api, models

from odoo.addons.integration_core.engine import versions
from odoo.addons.integration_core.engine.errors import SchemaError
from odoo.addons.integration_core.messages import Page, Source

from .. import const

ADDRESS = dict.fromkeys(
    ("line1", "line2", "city", "state", "postal_code", "country"), str
)
TAX_ID = {"type": str, "value": str, "country": str, "verification": {"status": str}}
#: What a mapping may rely on, by type; null is allowed everywhere. A list of one type
#: stands for a list of such values. Everything else is passed on as it comes.
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
_TYPE_NAMES = {str: "text", dict: "an object", bool: "yes or no", list: "a list"}


class IntegrationAdapterStripe(models.AbstractModel):
    """Objects: one normal form for all API versions, reading one, reading all."""

    _inherit = "integration.adapter.stripe"

    # === NORMAL FORM === #

    @api.model
    def _normal(self, entity: str, record, path: str = "") -> dict:
        """An object in the shape that mappings select from.

        Stripe's own fields, with these differences:

        * ``name``: name, else business_name, else individual_name (the latter two
          exist since 2025-09-30.clover);
        * ``is_company``: true with a business name, false with only an individual
          name; absent where Stripe does not know, as in older versions;
        * ``tax_ids``: list of {type, value, country, status}, only where they were
          read; a snapshot never holds them.

        :param path: where the record stands in the message, for error texts
        :raises engine.errors.SchemaError: a field is not of its documented type
        """
        return getattr(self, f"_normal_{entity}")(record, path)

    @api.model
    def _normal_customer(self, record, path: str) -> dict:
        _check(record, CUSTOMER, path)
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
        path = f"{const.PATHS[entity]}/{quote(external_id, safe='')}"
        with self._client(connector) as client:
            response = client.request(
                "GET", path, params={"expand[]": const.EXPAND[entity]}
            )
            record = response.json()
            _check([record], [{"id": str}])
            self._complete(client, [record])
        return self._read_source(entity, record, _read_at(response))

    @api.model
    def _read_source(self, entity: str, record: dict, version: str) -> Source:
        if record.get("deleted") is True:
            return Source(record=record, version=version, deleted=True)
        return Source(record=self._normal(entity, record), version=version)

    @api.model
    def _page(self, connector, entity: str, cursor: str, limit: int) -> Page:
        """One page, newest first; the cursor is the last id of the page before."""
        params = {
            "limit": min(limit, const.PAGE_SIZE),
            "expand[]": f"data.{const.EXPAND[entity]}",
        }
        with self._client(connector) as client:
            response, data, more = self._list(client, entity, params, cursor)
            self._complete(client, data)
        return Page(
            records=[(record["id"], record) for record in data],
            cursor=data[-1]["id"] if data and more else "",
            version=_read_at(response),
        )

    @api.model
    def _page_source(self, connector, entity: str, record: dict, page: Page) -> Source:
        return self._read_source(entity, record, page.version)

    @api.model
    def _count(self, connector, entity: str) -> int:
        """Stripe's lists have no total: pages are read and counted.

        :return: -1 beyond :data:`const.MAX_COUNT_PAGES` pages
        """
        total, cursor = 0, ""
        with self._client(connector) as client:
            for _page in range(const.MAX_COUNT_PAGES):
                _response, data, more = self._list(
                    client, entity, {"limit": const.PAGE_SIZE}, cursor
                )
                total += len(data)
                if not more or not data:
                    return total
                cursor = data[-1]["id"]
        return -1

    @api.model
    def _list(self, client, entity: str, params: dict, cursor: str) -> tuple:
        """(response, records, whether there are more) of one page."""
        if cursor:
            params = dict(params, starting_after=cursor)
        response = client.request("GET", const.PATHS[entity], params=params)
        answer = response.json()
        _check(answer, {"data": [{"id": str}], "has_more": bool})
        return response, answer.get("data") or [], answer.get("has_more")

    @api.model
    def _complete(self, client, records: list[dict]) -> None:
        """Read the rest of nested lists: ten entries come with the object."""
        for record in records:
            tax_ids = record.get("tax_ids")
            if not isinstance(tax_ids, dict) or not tax_ids.get("has_more"):
                continue
            path = f"/v1/customers/{quote(record['id'], safe='')}/tax_ids"
            data = list(tax_ids["data"])
            while data and tax_ids["has_more"]:
                params = {"limit": const.PAGE_SIZE, "starting_after": data[-1]["id"]}
                tax_ids = client.request("GET", path, params=params).json()
                _check(tax_ids, {"data": [{"id": str}], "has_more": bool})
                data += tax_ids["data"]
            record["tax_ids"] = dict(tax_ids, data=data)


def _read_at(response) -> str:
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


def _check(value, kind, path: str = "") -> None:
    """Compare a value with a table of types such as :data:`CUSTOMER`.

    Null is allowed but for the whole, elements of lists, and an id.

    :raises engine.errors.SchemaError: names the path of the first that differs
    """
    if value is None and path and not path.endswith(("]", ".id")):
        return
    plain = kind if isinstance(kind, type) else type(kind)
    if not isinstance(value, plain):
        raise SchemaError(
            f"“{path or 'the object'}” is not {_TYPE_NAMES[plain]}", path=path
        )
    if isinstance(kind, dict):
        for key, inner in kind.items():
            _check(value.get(key), inner, f"{path}.{key}" if path else key)
    elif isinstance(kind, list):
        for index, element in enumerate(value):
            _check(element, kind[0], f"{path}[{index}]")
