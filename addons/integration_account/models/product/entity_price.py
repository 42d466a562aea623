# Copyright 2026 Odoo Integration Suite contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl)
from datetime import datetime
from decimal import Decimal

from odoo import api, fields, models

from odoo.addons.integration_core.messages import Item

# End of a price that Odoo cannot tell: it is kept, and never applies.
NEVER = datetime(2000, 1, 1)


class IntegrationEntityPrice(models.AbstractModel):
    """What a product costs: a rule in a price list of its currency and billing period.

    One price list a connector, currency and billing period (``entity_price_list.py``);
    of volume tiers each is a rule (``entity_price_tiers.py``). A price that is no
    longer offered ends, it is never deleted. One that a price list cannot tell
    (graduated tiers, flat amounts, an amount the buyer chooses) is kept so that
    documents find it, but never applies.
    """

    _name = "integration.entity.price"
    _inherit = "integration.entity.upsert"
    _description = "Entity: price"
    _entity = "price"
    _entity_label = "Price"
    _record_model = "product.pricelist.item"
    _rank = 20

    # === VALUES === #

    @api.model
    def _prepare(self, connector, items: list[Item]) -> None:
        """Override of `integration.entity.upsert`: their price lists first."""
        lists = self._price_lists(connector, items)
        items = [item for item in items if item.open]
        ready = self.with_context(integration_price_lists=lists)
        return super(IntegrationEntityPrice, ready)._prepare(connector, items)

    @api.model
    def _values(self, item: Item) -> dict:
        """Override of `integration.entity.upsert`."""
        record = item.canonical
        if "product" not in record:  # deleted there
            return {"date_end": self._moment(item)}
        reference = record["product"]
        tiers = self._tiers(record)
        problem = self._problem(record, tiers)
        if problem:
            self._note_once(item, "untold", problem, problem)
        values = {
            "product_id": item.references[
                reference["entity"], reference["external_id"]
            ][1],
            "applied_on": "0_product_variant",
            "compute_price": "fixed",
            "min_quantity": 0.0,
            "fixed_price": self._amount(item, tiers[0].amount if tiers else None),
            "date_end": self._end(item, bool(problem)),
        }
        key = self._list_key(record)
        if key in self.env.context["integration_price_lists"]:
            values["pricelist_id"] = self.env.context["integration_price_lists"][key]
        return values

    @api.model
    def _amount(self, item: Item, amount: Decimal | None) -> float:
        """An amount as Odoo keeps it; says so when digits were lost.

        A rule's price has no fixed number of digits, so fractions of a cent stay.
        """
        value = float(amount or 0)
        kept = Decimal(repr(value))
        if amount is not None and kept != amount:
            self._note_once(
                item,
                f"digits:{amount}",
                str(amount),
                self.env._(
                    "Odoo keeps %(kept)s of the amount %(amount)s.",
                    kept=f"{kept:f}",
                    amount=f"{amount:f}",
                ),
            )
        return value

    @api.model
    def _end(self, item: Item, untold: bool):
        """When the rule ends; False: it applies from now on."""
        if untold:
            return NEVER
        if item.canonical.get("active") is False:
            return self._moment(item)
        return False

    @api.model
    def _moment(self, item: Item) -> datetime:
        return (item.occurred_at or fields.Datetime.now()).replace(microsecond=0)

    # === WRITE === #

    @api.model
    def _changes(self, item: Item, record) -> dict:
        """Override of `integration.entity.upsert`: what has ended ended when it did."""
        end = item.vals.get("date_end")
        if end and record.date_end and record.date_end <= end:
            item.vals["date_end"] = record.date_end
        changes = super()._changes(item, record)
        if "fixed_price" in changes and item.operation != "link":
            item.notes.append(
                self.env._(
                    "A price there does not change as a rule: it was %(before)s and is "
                    "%(after)s now. Replaced.",
                    before=f"{record.fixed_price:g}",
                    after=f"{changes['fixed_price']:g}",
                )
            )
        return changes

    @api.model
    def _after(self, connector, items: list[Item], records: dict) -> None:
        """Override of `integration.entity.upsert`: tiers, and what to know."""
        self._write_tiers(items, records)
        self._note_rivals(items, records)
        self._note_taxes(items, records)
        self._fill_list_price(items, records)

    @api.model
    def _running(self, items: list[Item]) -> list[Item]:
        """Prices that apply: offered, and told by a price list."""
        return [
            i for i in items if "date_end" in i.vals and i.vals["date_end"] is False
        ]

    @api.model
    def _note_rivals(self, items: list[Item], records: dict) -> None:
        """Several running prices of a product in one list: Odoo takes the newest."""
        items = self._running(items)
        own = self.env["product.pricelist.item"].browse(i.res_id for i in items)
        rules = own.search(
            [
                ("pricelist_id", "in", own.pricelist_id.ids),
                ("product_id", "in", own.product_id.ids),
                ("date_end", "=", False),
            ]
        )
        for item in items:
            rule = records[item.res_id]
            tiers = {row["res_id"] for row in item.bindings} | {
                link.res_id for link in item.links.values()
            }
            rivals = rules.filtered(
                lambda r, rule=rule, tiers=tiers: (
                    r != rule
                    and r.id not in tiers
                    and r.pricelist_id == rule.pricelist_id
                    and r.product_id == rule.product_id
                )
            )
            if rivals:
                self._note_once(
                    item,
                    "rivals",
                    rivals.ids,
                    self.env._(
                        "%(product)s has other prices in %(list)s; Odoo takes the "
                        "newest.",
                        product=rule.product_id.display_name,
                        list=rule.pricelist_id.display_name,
                    ),
                )

    @api.model
    def _note_taxes(self, items: list[Item], records: dict) -> None:
        """Whether prices contain taxes is a matter of the product's taxes in Odoo."""
        for item in items:
            included = item.canonical.get("tax_inclusive")
            if included is None:
                continue
            product = records[item.res_id].product_id
            taxes = product.taxes_id._filter_taxes_by_company(self.env.company)
            if taxes and all(t.price_include != included for t in taxes):
                self._note_once(
                    item,
                    "taxes",
                    included,
                    self.env._(
                        "Taxes are contained in the price there, in Odoo they are not."
                    )
                    if included
                    else self.env._(
                        "Taxes are contained in the price in Odoo, there they are not."
                    ),
                )

    @api.model
    def _fill_list_price(self, items: list[Item], records: dict) -> None:
        """A product without a sales price gets the one that is charged once.

        Only in the product's own currency, and never over what somebody has set.
        """
        plain = [
            item
            for item in self._running(items)
            if not item.canonical.get("interval") and not item.canonical.get("tiers")
        ]
        for item in sorted(plain, key=lambda i: i.external_id):
            rule = records[item.res_id]
            product = rule.product_id
            if (
                product.list_price
                or not rule.fixed_price
                or product.currency_id != rule.currency_id
                or product.product_variant_count > 1
            ):
                continue
            product.list_price = rule.fixed_price
            item.diff["product.list_price"] = [None, rule.fixed_price]

    # === WORDS === #

    @api.model
    def _describe(self, items: list[Item], records: dict) -> None:
        """Override of `integration.entity.upsert`: product and price list."""
        for item in items:
            rule = records[item.res_id]
            item.document_name = (
                f"{rule.product_id.display_name}: {rule.pricelist_id.name}"
            )
