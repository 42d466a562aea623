# Copyright 2026 Odoo Integration Suite contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl)
"""Items of subscriptions (SDK ``_subscription_item.py``): a price and how many of it.

They are changed through their subscription.
"""

from . import stripe_params as params
from .stripe_errors import bad_parameter, missing_parameter
from .stripe_generations import plan_of
from .stripe_render import clone
from .stripe_resources import LIST, READ, Call, Resource, register


@register
class SubscriptionItems(Resource):
    name = "subscription_items"
    kind = "subscription_item"
    prefix = "si_"
    id_length = 14
    scope = "subscription"
    routes = [
        ("GET", "/v1/subscription_items", "listing"),
        ("GET", "/v1/subscription_items/{id}", "retrieve"),
    ]
    expandable = {"price.product": "@products", "plan.product": "@products"}

    def of(self, subscription: str) -> list[dict]:
        """The items of a subscription, first to last."""
        return [
            obj for obj in self.objects.values() if obj["subscription"] == subscription
        ]

    def listing(self, call: Call) -> dict:
        fields = {**LIST, **READ, "subscription": params.Str(required=True)}
        values = params.read(call.params, fields)
        self.sim.resources["subscriptions"].get(values["subscription"])
        among = [obj["id"] for obj in self.of(values["subscription"])]
        url = "/v1/subscription_items"
        return self.page(call, url, values, among=among, forward=True)

    def make(self, subscription: dict, values: dict, call: Call) -> dict:
        """Store an item from checked parameters."""
        obj = {
            "id": self.new_id(),
            "object": "subscription_item",
            "billed_until": None,
            "billing_thresholds": None,
            "created": call.at,
            "current_period_end": subscription["_end"],
            "current_period_start": subscription["_start"],
            "current_trial": None,
            "discounts": [],
            "metadata": params.Metadata.merge({}, values.get("metadata")),
            "quantity": None,
            "subscription": subscription["id"],
            "tax_rates": [],
        }
        self.change(obj, {"quantity": 1, **values})
        return self.store(obj)

    def change(self, obj: dict, values: dict) -> None:
        """Set price, quantity, taxes, in place.

        :raises ApiError: 400 for a price that is charged once
        """
        if values.get("price"):
            price = self.sim.resources["prices"].get(
                values["price"], "items[0][price]", 400
            )
            if not price["recurring"]:
                raise bad_parameter(
                    "The price specified is set to `type=one_time` but this field "
                    "only accepts prices with `type=recurring`.",
                    "items[0][price]",
                )
            obj.update(price=clone(price), plan=plan_of(price))
        elif "price" not in obj:
            raise missing_parameter("items[0][price]")
        if obj["price"]["recurring"]["usage_type"] == "metered":
            obj.pop("quantity", None)
        elif values.get("quantity") is not None:
            obj["quantity"] = values["quantity"]
        if "tax_rates" in values:
            rates = self.sim.resources["tax_rates"]
            obj["tax_rates"] = [
                clone(rates.get(rate, "tax_rates", 400)) for rate in values["tax_rates"]
            ]
        if "metadata" in values and obj["metadata"] != values["metadata"]:
            obj["metadata"] = params.Metadata.merge(obj["metadata"], values["metadata"])
