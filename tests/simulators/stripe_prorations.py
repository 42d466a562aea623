# Copyright 2026 Odoo Integration Suite contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl)
"""What a change in the middle of a period costs.

The unused rest of the old price is given back, the rest of the new one is charged, by
the second (docs.stripe.com/billing/subscriptions/prorations). Both are invoice items
that wait for the next invoice of the subscription.
"""

from decimal import Decimal

from . import stripe_params as params
from .stripe_errors import bad_parameter
from .stripe_intervals import day_of, share
from .stripe_items import CREATE as ITEM
from .stripe_money import price_amount, rounded
from .stripe_render import clone
from .stripe_resources import Call


class Prorations:
    """Part of ``Subscriptions``."""

    def change_items(self, obj: dict, values: dict, call: Call) -> None:
        """Change, add and remove items; what is not named stays.

        :raises ApiError: 400; then nothing was changed
        """
        items = self.sim.resources["subscription_items"]
        at = values.get("proration_date") or call.at
        if not obj["_start"] <= at <= obj["_end"]:
            raise bad_parameter("It is not in the current period.", "proration_date")
        self._check_given(obj, values["items"])
        prorate = (
            values.get("proration_behavior") != "none" and obj["status"] != "trialing"
        )
        for given in values["items"]:
            old = clone(items.get(given["id"], "items", 400)) if "id" in given else None
            if old and given.get("deleted"):
                items.drop(old["id"])
                new = None
            elif old:
                new = items.objects[old["id"]]
                items.change(new, given)
            else:
                new = items.make(obj, given, call)
            if prorate and _changes(old, new):
                self._prorate(obj, old, at, -1, call)
                self._prorate(obj, new, at, 1, call)

    def _check_given(self, obj: dict, given: list[dict]) -> None:
        """:raises ApiError: 400 for another interval or currency, for no item left"""
        own = self._items(obj)
        prices = [
            self.sim.resources["prices"].get(one["price"], "items[0][price]", 400)
            for one in given
            if one.get("price")
        ]
        self._check_prices([own[0], *({"id": None, "price": p} for p in prices)])
        gone = {one.get("id") for one in given if one.get("deleted")}
        added = [one for one in given if "id" not in one]
        if not added and gone >= {item["id"] for item in own}:
            raise bad_parameter("A subscription must have at least one item.", "items")

    def _prorate(
        self, obj: dict, item: dict | None, at: int, sign: int, call: Call
    ) -> None:
        """An invoice item over what is left of the period."""
        if item is None or "quantity" not in item or at == obj["_end"]:
            return
        whole = price_amount(self._price_of(item), Decimal(item["quantity"]))
        part = share(whole, obj["_start"], obj["_end"], at)
        name = self.sim.resources["products"].find(item["price"]["product"])["name"]
        several = f"{item['quantity']} × " if item["quantity"] != 1 else ""
        what = "Remaining time on" if sign > 0 else "Unused time on"
        values = {
            "amount": sign * rounded(part, obj["currency"]),
            "currency": obj["currency"],
            "customer": obj["customer"],
            "description": f"{what} {several}{name} after {day_of(at)}",
            "period": {"start": at, "end": obj["_end"]},
            "price": item["price"]["id"],
            "quantity": item["quantity"],
            "_proration": {
                "subscription": obj["id"],
                "subscription_item": item["id"],
                "proration": True,
                "credited": self._credited(obj, item) if sign < 0 else None,
            },
        }
        if item["tax_rates"]:
            values["tax_rates"] = [rate["id"] for rate in item["tax_rates"]]
        customer = self.sim.resources["customers"].get(obj["customer"])
        made = self.sim.resources["invoiceitems"].make(
            params.read(values, ITEM), customer, call
        )
        made["_subscription"] = obj["id"]

    def _price_of(self, item: dict) -> dict:
        """The price as stored, with its tiers."""
        return self.sim.resources["prices"].get(item["price"]["id"])

    def _credited(self, obj: dict, item: dict) -> dict | None:
        """The line that was paid for what is given back now."""
        lines = self.sim.resources["line_items"].of(obj["latest_invoice"])
        for line in lines:
            details = line["parent"].get("subscription_item_details") or {}
            if details.get("subscription_item") == item["id"]:
                return {
                    "invoice": obj["latest_invoice"],
                    "invoice_line_items": [line["id"]],
                }
        return None

    def pending_of(self, obj: dict) -> list[dict]:
        """Prorations that no invoice has yet, in the order in which they were made."""
        return [
            item
            for item in self.sim.resources["invoiceitems"].objects.values()
            if item.get("_subscription") == obj["id"] and not item["invoice"]
        ]

    def invoice_prorations(self, obj: dict, call: Call) -> None:
        """At once, instead of with the next invoice."""
        if self.pending_of(obj):
            self.bill(obj, "subscription_update", [], call)


def _changes(old: dict | None, new: dict | None) -> bool:
    """Whether what is paid for is another thing or number now."""
    if old is None or new is None:
        return True
    return (old["price"]["id"], old.get("quantity")) != (
        new["price"]["id"],
        new.get("quantity"),
    )
