# Copyright 2026 Odoo Integration Suite contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl)
from odoo import api, models

from odoo.addons.integration_core.engine.errors import MappingError
from odoo.addons.integration_core.messages import Item

# Role of the linked record that keeps a connector's price list.
ROLE = "pricelist"
# Last of all: Odoo offers the first price list to customers that have none.
SEQUENCE = 1000


class IntegrationEntityPrice(models.AbstractModel):
    """The price lists that the prices of a connector stand in.

    One for each currency and billing period, made when the first price needs it and
    found again by a linked record, so that people may rename or archive it.
    """

    _inherit = "integration.entity.price"

    @api.model
    def _price_lists(self, connector, items: list[Item]) -> dict:
        """Key of a price list → its id, for every list these prices need."""
        currencies = self.env["integration.pipeline"]._currencies()
        wanted = {}
        for item in items:
            code = item.canonical.get("currency")
            if code and code not in currencies:
                item.fail(self._unknown_currency(code))
            elif code:
                wanted[self._list_key(item.canonical)] = item.canonical
        found = self._known_lists(connector, wanted)
        missing = {key: wanted[key] for key in wanted if key not in found}
        if missing and not self.env.context.get("integration_preview"):
            found |= self._make_lists(connector, missing, currencies)
        return found

    @api.model
    def _preview(self, connector, items: list[Item]) -> None:
        """Override of `integration.entity.upsert`: no price list is made."""
        preview = self.with_context(integration_preview=True)
        return super(IntegrationEntityPrice, preview)._preview(connector, items)

    @api.model
    def _known_lists(self, connector, keys) -> dict:
        links = self.env["integration.external.id"]._find(
            connector, self._entity, list(keys)
        )
        ids = {key: link.res_id for (key, role), link in links.items() if role == ROLE}
        lists = self.env["product.pricelist"].with_context(active_test=False)
        alive = set(lists.browse(ids.values()).exists().ids)
        return {key: res_id for key, res_id in ids.items() if res_id in alive}

    @api.model
    def _make_lists(self, connector, wanted: dict, currencies: dict) -> dict:
        made = self.env["product.pricelist"].create(
            [
                {
                    "name": self._list_name(connector, record),
                    "currency_id": currencies[record["currency"]],
                    "company_id": connector.company_id.id,
                    "sequence": SEQUENCE,
                }
                for record in wanted.values()
            ]
        )
        found = dict(zip(wanted, made.ids, strict=True))
        self.env["integration.external.id"]._bind(
            connector,
            [
                {
                    "entity": self._entity,
                    "external_id": key,
                    "role": ROLE,
                    "model": "product.pricelist",
                    "res_id": res_id,
                }
                for key, res_id in found.items()
            ],
        )
        return found

    @api.model
    def _list_key(self, record: dict) -> str:
        """What a price list is for: ``EUR``, ``EUR/month``, ``EUR/3 month``."""
        if not record.get("interval"):
            return record["currency"]
        count = record.get("interval_count") or 1
        period = record["interval"] if count == 1 else f"{count} {record['interval']}"
        return f"{record['currency']}/{period}"

    @api.model
    def _list_name(self, connector, record: dict) -> str:
        """What people call it: “Demo EUR / month”."""
        name = f"{connector.name} {record['currency']}"
        interval, count = record.get("interval"), record.get("interval_count") or 1
        if not interval:
            return self.env._("%(name)s, charged once", name=name)
        one = {
            "day": self.env._("day"),
            "week": self.env._("week"),
            "month": self.env._("month"),
            "year": self.env._("year"),
        }
        several = {
            "day": self.env._("%(count)s days", count=count),
            "week": self.env._("%(count)s weeks", count=count),
            "month": self.env._("%(count)s months", count=count),
            "year": self.env._("%(count)s years", count=count),
        }
        return f"{name} / {one[interval] if count == 1 else several[interval]}"

    @api.model
    def _unknown_currency(self, code: str) -> MappingError:
        return MappingError(
            self.env._("The currency %(code)s is not known in Odoo.", code=code),
            hint=self.env._(
                "Add it under Accounting, Configuration, Currencies, then retry."
            ),
            path="currency",
            details={"cause": f"currency:{code}"},
        )
