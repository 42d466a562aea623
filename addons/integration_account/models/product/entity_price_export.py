# Copyright 2026 Odoo Integration Suite contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl)
from decimal import Decimal

from odoo import api, fields, models

from .entity_price_list import ROLE

VARIANT = "0_product_variant"


class IntegrationEntityPrice(models.AbstractModel):
    """Prices that go out: rules of price lists with a fixed price for one product.

    What a discount, a formula or a quantity decides has no price of its own.
    """

    _inherit = "integration.entity.price"

    @api.model
    def _export_keys(self) -> dict[str, frozenset]:
        """Override of `integration_core`."""
        return {
            "product": frozenset({"product_id", "product_tmpl_id"}),
            "active": frozenset({"date_end"}),
            "amount": frozenset({"fixed_price"}),
            "currency": frozenset({"currency_id"}),
            "interval": frozenset({"pricelist_id"}),
            "interval_count": frozenset({"pricelist_id"}),
            "tax_inclusive": frozenset({"product_id", "product_tmpl_id"}),
        }

    @api.model
    def _export_domain(self) -> list:
        """Override of `integration_core`."""
        return [
            ("compute_price", "=", "fixed"),
            ("applied_on", "in", (VARIANT, "1_product")),
            ("min_quantity", "<=", 1),
            ("company_id", "in", [False, *self.env.companies.ids]),
        ]

    # === PRICES THAT WERE REPLACED === #

    @api.model
    def _prepare(self, connector, items) -> None:
        """Override to leave prices alone that another one replaced.

        A new amount is a new object at a system whose prices do not change; the old
        one, whose end is told afterwards, is the rule's alias and says nothing of it.
        """
        # sudo: core's own table.
        links = self.env["integration.external.id"].sudo()
        aliases = links.search(
            [
                ("id", "in", [item.link.id for item in items if item.link]),
                ("primary", "=", False),
            ]
        )
        for item in items:
            if item.link and item.link.id in aliases.ids:
                item.model, item.res_id = item.link.model, item.link.res_id
                item.skip("superseded", self.env._("Another price replaced it."))
        return super()._prepare(connector, [item for item in items if item.open])

    # === EXPORT === #

    @api.model
    def _export(self, connector, records) -> dict[int, dict]:
        """Override of `integration_core`.

        A rule for all variants of a product that has several has no single object; it
        is left out.
        """
        periods = self._export_periods(connector, records.pricelist_id)
        now, found = fields.Datetime.now(), {}
        for rule in records:
            product = self._export_product(rule)
            if not product:
                continue
            currency = rule.currency_id.name
            interval, count = periods.get(rule.pricelist_id.id, (None, None))
            found[rule._origin.id] = {
                "product": {"entity": "product", "record": [product._name, product.id]},
                "active": not rule.date_end or rule.date_end > now,
                "amount": {
                    # Its shortest text: a rule keeps fractions of a cent.
                    "amount": f"{Decimal(repr(rule.fixed_price)).normalize():f}",
                    "currency": currency,
                },
                "currency": currency,
                "interval": interval,
                "interval_count": count,
                "tax_inclusive": self._export_inclusive(product),
            }
        return found

    @api.model
    def _export_product(self, rule):
        """The one variant that a rule is for, empty where it is for several."""
        if rule.product_id:
            return rule.product_id
        template = rule.product_tmpl_id.with_context(active_test=False)
        variants = template.product_variant_ids
        return variants if len(variants) == 1 else variants[:0]

    @api.model
    def _export_inclusive(self, product) -> bool | None:
        """Whether the product's price contains its taxes; None: cannot be said."""
        taxes = product.taxes_id._filter_taxes_by_company(self.env.company)
        answers = set(taxes.mapped("price_include"))
        return answers.pop() if len(answers) == 1 else None

    @api.model
    def _export_periods(self, connector, lists) -> dict[int, tuple]:
        """Price list → (interval, count) of those that stand for a billing period.

        Those that the hub made are linked by ``EUR/3 month``; any other is for what is
        charged once.
        """
        # sudo: core's own tables.
        links = self.env["integration.external.id"].sudo()
        found = links.search(
            [
                ("connector_id", "=", connector.id),
                ("entity", "=", self._entity),
                ("role", "=", ROLE),
                ("model", "=", lists._name),
                ("res_id", "in", lists._origin.ids),
            ]
        )
        return {link.res_id: _period(link.external_id) for link in found}


def _period(key: str) -> tuple[str | None, int | None]:
    """Interval and count out of the key of a price list: ``EUR/3 month``."""
    words = key.partition("/")[2].split()
    if not words:
        return None, None
    return words[-1], int(words[0]) if len(words) > 1 else 1
