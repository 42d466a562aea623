# Copyright 2026 Odoo Integration Suite contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl)
import re

from odoo import api, models

from .. import shapes

PRODUCT = {
    "name": str,
    "description": str,
    "active": bool,
    "type": str,
    "shippable": bool,
    "unit_label": str,
    "url": str,
    "metadata": dict,
}
TIER = {
    "up_to": int,
    "unit_amount": int,
    "unit_amount_decimal": str,
    "flat_amount": int,
    "flat_amount_decimal": str,
}
PRICE = {
    "active": bool,
    "nickname": str,
    "currency": str,
    "unit_amount": int,
    "unit_amount_decimal": str,
    "billing_scheme": str,
    "recurring": {"interval": str, "interval_count": int, "usage_type": str},
    "tax_behavior": str,
    "tiers_mode": str,
    "tiers": [TIER],
    "transform_quantity": dict,
    "metadata": dict,
}
TAX_RATE = {
    "display_name": str,
    "description": str,
    "percentage": shapes.NUMBER,
    "rate_type": str,
    "inclusive": bool,
    "country": str,
    "state": str,
    "jurisdiction": str,
    "tax_type": str,
    "active": bool,
    "metadata": dict,
}
_TAX_INCLUSIVE = {"inclusive": True, "exclusive": False}
# A price by quantity: its message does not hold the tiers, they must be expanded.
_TIERED = re.compile(rb'"billing_scheme"\s*:\s*"tiered"')


class IntegrationAdapterStripe(models.AbstractModel):
    """Objects: products, prices and tax rates."""

    _inherit = "integration.adapter.stripe"

    @api.model
    def _lacks_price(self, item) -> bool:
        """Whether a message about a price leaves out what must be read."""
        return bool(_TIERED.search(item.body))

    @api.model
    def _normal_product(self, record, path: str) -> dict:
        """Stripe's fields, and ``kind`` (goods or service), ``sku`` from the metadata
        where it has one, because Stripe knows no article number."""
        shapes.check(record, PRODUCT, path)
        goods = record.get("type") == "good" or record.get("shippable") is True
        normal = dict(record, kind="goods" if goods else "service")
        metadata = record.get("metadata") or {}
        sku = metadata.get("sku") or metadata.get("SKU")
        if sku:
            normal["sku"] = sku
        return normal

    @api.model
    def _normal_price(self, record, path: str) -> dict:
        """Stripe's fields with these differences:

        * ``product``: its id, also where it is expanded;
        * ``amount``: money of one unit, with fractions of the minor unit; null where
          tiers say it, where the customer chooses, and where it is the price of a
          package (``transform_quantity``), none of which is the price of one unit;
        * ``interval``, ``interval_count``, ``metered`` out of ``recurring``;
        * ``tax_inclusive``: null where Stripe leaves it open;
        * ``tiers``: list of {up_to, unit_amount, flat_amount}, amounts as money; only
          where they were read.
        """
        shapes.check(record, PRICE, path)
        currency, recurring = record.get("currency"), record.get("recurring") or {}
        normal = dict(
            record,
            product=shapes.identifier(record.get("product")),
            amount=None
            if record.get("transform_quantity")
            else _unit_amount(record, "unit_amount", currency, path),
            interval=recurring.get("interval"),
            interval_count=recurring.get("interval_count"),
            metered=recurring.get("usage_type") == "metered",
            tax_inclusive=_TAX_INCLUSIVE.get(record.get("tax_behavior")),
        )
        if "tiers" in record:
            normal["tiers"] = [
                {
                    "up_to": tier.get("up_to"),
                    "unit_amount": _unit_amount(tier, "unit_amount", currency, path),
                    "flat_amount": _unit_amount(tier, "flat_amount", currency, path),
                }
                for tier in record["tiers"] or ()
            ]
        return normal

    @api.model
    def _normal_tax_rate(self, record, path: str) -> dict:
        """Stripe's fields; ``percentage`` as text, null for a tax of a fixed amount."""
        shapes.check(record, TAX_RATE, path)
        flat = record.get("rate_type") == "flat_amount"
        percentage = None if flat else record.get("percentage")
        where = shapes.at(path, "percentage")
        return dict(record, percentage=shapes.plain_decimal(percentage, where))


def _unit_amount(record: dict, name: str, currency, path: str) -> dict | None:
    """Money out of ``<name>_decimal`` or, in its place, ``<name>``."""
    amount = record.get(f"{name}_decimal")
    if amount is None:
        amount = record.get(name)
    where = shapes.at(path, f"{name}_decimal")
    return shapes.money(shapes.exact(amount, currency, where), currency)
