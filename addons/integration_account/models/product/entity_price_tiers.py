# Copyright 2026 Odoo Integration Suite contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl)
from decimal import Decimal
from typing import NamedTuple

from odoo import api, models

from odoo.addons.integration_core.messages import Item


class Tier(NamedTuple):
    """Price of one unit from a quantity on; None: the system does not say one."""

    above: Decimal
    amount: Decimal | None
    flat: Decimal


class IntegrationEntityPrice(models.AbstractModel):
    """Prices by quantity: volume tiers are rules with a minimum quantity each.

    The first tier is the price's own rule; the others hang on it by their role.
    """

    _inherit = "integration.entity.price"

    @api.model
    def _tiers(self, record: dict) -> list[Tier]:
        """The tiers of a price; a plain one is a single tier, an open one has none."""
        if not record.get("tiers"):
            amount = _decimal(record.get("amount"))
            return [] if amount is None else [Tier(Decimal(0), amount, Decimal(0))]
        tiers, above = [], Decimal(0)
        for tier in record["tiers"]:
            flat = _decimal(tier.get("flat_amount")) or Decimal(0)
            tiers.append(Tier(above, _decimal(tier.get("unit_amount")), flat))
            above = Decimal(tier.get("up_to") or 0)
        return tiers

    @api.model
    def _problem(self, record: dict, tiers: list[Tier]) -> str:
        """Why a price list cannot tell this price; '' when it can."""
        if not tiers:
            return self.env._(
                "It has no fixed amount; kept for reference, Odoo does not apply it."
            )
        if any(tier.flat for tier in tiers):
            return self.env._(
                "A price list of Odoo cannot charge a flat amount for a tier; kept for "
                "reference, Odoo does not apply it."
            )
        if any(tier.amount is None for tier in tiers):
            return self.env._(
                "One of its tiers has no amount; kept for reference, Odoo does not "
                "apply it."
            )
        if record.get("tiers_mode") == "graduated" and len(tiers) > 1:
            return self.env._(
                "A price list of Odoo has one price for all units, not graduated ones; "
                "kept for reference, Odoo does not apply it."
            )
        return ""

    @api.model
    def _write_tiers(self, items: list[Item], records: dict) -> None:
        """Further tiers of each price; those that went away end."""
        new = []
        for item in items:
            wanted = self._further(item, records[item.res_id])
            for role, link in item.links.items():
                if role.startswith("tier:"):
                    self._write_tier(item, role, link, wanted.pop(role, None))
            new += [(item, role, vals) for role, vals in wanted.items()]
        made = self.env[self._record_model].create([dict(vals) for _, _, vals in new])
        for (item, role, vals), rule in zip(new, made, strict=True):
            item.bindings.append(self._tier_binding(item, role, rule.id))
            item.diff |= {
                f"{role}.{name}": pair
                for name, pair in self._creation_diff(vals).items()
                if name in ("min_quantity", "fixed_price")
            }
            if item.operation == "none":
                item.operation = "update"

    @api.model
    def _further(self, item: Item, rule) -> dict:
        """Role → values of every tier but the first."""
        if not item.canonical.get("tiers"):
            return {}
        step = Decimal(1).scaleb(
            -self.env["decimal.precision"].precision_get("Product Unit")
        )
        return {
            f"tier:{number}": {
                "pricelist_id": rule.pricelist_id.id,
                "product_id": rule.product_id.id,
                "applied_on": "0_product_variant",
                "compute_price": "fixed",
                # Above the last tier's end: the next quantity that Odoo can tell.
                "min_quantity": float(tier.above + step),
                "fixed_price": self._amount(item, tier.amount),
                "date_end": rule.date_end,
            }
            for number, tier in enumerate(self._tiers(item.canonical)[1:], 2)
        }

    @api.model
    def _write_tier(self, item: Item, role: str, link, wanted: dict | None) -> None:
        rule = self.env[self._record_model].browse(link.res_id).exists()
        if not rule:
            if wanted:
                rule = self.env[self._record_model].create(dict(wanted))
                item.bindings.append(self._tier_binding(item, role, rule.id))
            return
        if wanted is None:
            # A deleted price as well: its tiers end with it.
            wanted = {"date_end": rule.date_end or self._moment(item)}
        changes = {
            name: value
            for name, value in wanted.items()
            if self._now(rule, name) != value
        }
        if not changes:
            return
        item.diff |= {
            f"{role}.{name}": [
                self._human(name, self._now(rule, name)),
                self._human(name, value),
            ]
            for name, value in changes.items()
        }
        rule.write(changes)
        if item.operation == "none":
            item.operation = "update"

    @api.model
    def _tier_binding(self, item: Item, role: str, res_id: int) -> dict:
        return {
            "entity": item.entity,
            "external_id": item.external_id,
            "role": role,
            "model": self._record_model,
            "res_id": res_id,
            "version": item.source.version,
        }


def _decimal(money: dict | None) -> Decimal | None:
    return Decimal(money["amount"]) if money else None
