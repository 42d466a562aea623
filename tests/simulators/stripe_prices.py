# Copyright 2026 Odoo Integration Suite contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl)
"""Prices (SDK ``_price.py``, ``params/_price_create_params.py``, 16.1.0).

What they cost never changes: a new amount is a new price.
"""

from decimal import Decimal

from . import stripe_params as params
from .stripe_errors import bad_parameter, missing_parameter
from .stripe_money import check_currency, text
from .stripe_render import clone
from .stripe_resources import (
    LIST,
    READ,
    SEARCH,
    Call,
    Resource,
    difference,
    register,
)

_BEHAVIORS = ("exclusive", "inclusive", "unspecified")
_RECURRING = {
    "interval": params.Str(choices=("day", "week", "month", "year"), required=True),
    "interval_count": params.Int(1),
    "meter": params.Str(),
    "trial_period_days": params.Int(0),
    "usage_type": params.Str(choices=("licensed", "metered")),
}
_TIER = {
    "flat_amount": params.Int(),
    "flat_amount_decimal": params.DecimalText(),
    "unit_amount": params.Int(),
    "unit_amount_decimal": params.DecimalText(),
    "up_to": params.Str(required=True),
}
_CUSTOM = {
    "enabled": params.Bool(required=True),
    "maximum": params.Int(),
    "minimum": params.Int(),
    "preset": params.Int(),
}
_TRANSFORM = {
    "divide_by": params.Int(1, required=True),
    "round": params.Str(choices=("down", "up"), required=True),
}
_UPDATE = {
    **READ,
    "active": params.Bool(),
    "lookup_key": params.Str(200),
    "metadata": params.Metadata(),
    "nickname": params.Str(),
    "tax_behavior": params.Str(choices=_BEHAVIORS),
    "transfer_lookup_key": params.Bool(),
    "currency_options": params.Unsupported(),
}
_CREATE = {
    **_UPDATE,
    "billing_scheme": params.Str(choices=("per_unit", "tiered")),
    "currency": params.Str(3, required=True),
    "custom_unit_amount": params.Hash(_CUSTOM),
    "product": params.Str(),
    "product_data": params.Any(),
    "recurring": params.Hash(_RECURRING),
    "tiers": params.ListOf(params.Hash(_TIER)),
    "tiers_mode": params.Str(choices=("graduated", "volume")),
    "transform_quantity": params.Hash(_TRANSFORM),
    "unit_amount": params.Int(0),
    "unit_amount_decimal": params.DecimalText(least=Decimal(0)),
}
_LIST = {
    **LIST,
    **READ,
    "active": params.Bool(),
    "created": params.Range(),
    "currency": params.Str(3),
    "lookup_keys": params.ListOf(params.Str(required=True), most=10),
    "product": params.Str(),
    "recurring": params.Hash(
        {
            "interval": params.Str(),
            "meter": params.Str(),
            "usage_type": params.Str(),
        }
    ),
    "type": params.Str(choices=("one_time", "recurring")),
}
# docs.stripe.com/search, "Query fields for prices".
_SEARCHED = frozenset(
    ("active", "currency", "lookup_key", "metadata", "product", "type")
)


def unit_amounts(values: dict) -> dict:
    """``unit_amount`` (None below a cent) and ``unit_amount_decimal``, from either.

    :raises ApiError: 400 when both are given
    """
    whole, exact = values.get("unit_amount"), values.get("unit_amount_decimal")
    if whole is not None and exact is not None:
        raise bad_parameter(
            "You may only specify one of unit_amount and unit_amount_decimal.",
            "unit_amount",
        )
    exact = Decimal(whole) if whole is not None else exact
    if exact is None:
        return {"unit_amount": None, "unit_amount_decimal": None}
    return {
        "unit_amount": int(exact) if exact == exact.to_integral_value() else None,
        "unit_amount_decimal": text(exact),
    }


def _tier(values: dict) -> dict:
    amounts = unit_amounts(values)
    flat = unit_amounts(
        {
            "unit_amount": values.get("flat_amount"),
            "unit_amount_decimal": values.get("flat_amount_decimal"),
        }
    )
    if values["up_to"] != "inf" and not values["up_to"].isdigit():
        raise bad_parameter("Invalid integer or inf.", "tiers[up_to]")
    return {
        "flat_amount": flat["unit_amount"],
        "flat_amount_decimal": flat["unit_amount_decimal"],
        **amounts,
        "up_to": None if values["up_to"] == "inf" else int(values["up_to"]),
    }


@register
class Prices(Resource):
    """Tiers are kept beside (``_tiers``): shown only when asked for."""

    name = "prices"
    kind = "price"
    prefix = "price_1"
    id_length = 23
    scope = "plan"
    routes = [
        ("POST", "/v1/prices", "create"),
        ("GET", "/v1/prices", "listing"),
        ("GET", "/v1/prices/search", "search"),
        ("GET", "/v1/prices/{id}", "retrieve"),
        ("POST", "/v1/prices/{id}", "update"),
    ]
    expandable = {
        "product": "@products",
        "tiers": "expand_tiers",
        "currency_options": "expand_currencies",
    }

    def create(self, call: Call) -> dict:
        values = params.read(call.params, _CREATE)
        product = self._product(values, call)
        obj = self.store(self.build(values, product, call))
        self.sim.emit("price.created", obj, call)
        return self.view(obj, call)

    def check(self, values: dict, call: Call) -> None:
        """:raises ApiError: for what no price can be made of"""
        self.build(params.read(values, _CREATE), "", call)

    def _product(self, values: dict, call: Call) -> str:
        products = self.sim.resources["products"]
        data = values.pop("product_data", None)
        if data is not None:
            return products.create(call.having(data))["id"]
        if not values.get("product"):
            raise missing_parameter("product")
        return products.get(values["product"], "product", 400)["id"]

    def build(self, values: dict, product: str, call: Call, active=True) -> dict:
        """A price from checked parameters, not yet stored.

        :raises ApiError: 400 when it says nothing or two things about the amount
        """
        scheme = values.get("billing_scheme") or "per_unit"
        amounts = unit_amounts(values)
        custom = values.get("custom_unit_amount")
        priced = amounts["unit_amount_decimal"] is not None
        if scheme == "per_unit" and priced == bool(custom):
            raise missing_parameter("unit_amount")
        if scheme == "tiered" and not (values.get("tiers") and "tiers_mode" in values):
            raise missing_parameter("tiers")
        recurring = values.get("recurring")
        return {
            "id": self.new_id(),
            "object": "price",
            "active": values.get("active", active),
            "billing_scheme": scheme,
            "created": call.at,
            "currency": check_currency(values["currency"]),
            "custom_unit_amount": custom
            and {key: custom.get(key) for key in ("maximum", "minimum", "preset")},
            "livemode": self.sim.livemode,
            "lookup_key": self._free_key(values),
            "metadata": params.Metadata.merge({}, values.get("metadata")),
            "nickname": values.get("nickname"),
            "product": product,
            "recurring": recurring
            and {
                "interval": recurring["interval"],
                "interval_count": recurring.get("interval_count") or 1,
                "meter": recurring.get("meter"),
                "trial_period_days": recurring.get("trial_period_days"),
                "usage_type": recurring.get("usage_type") or "licensed",
            },
            "tax_behavior": values.get("tax_behavior") or "unspecified",
            "tiers_mode": values.get("tiers_mode"),
            "transform_quantity": values.get("transform_quantity"),
            "type": "recurring" if recurring else "one_time",
            **amounts,
            "_tiers": [_tier(tier) for tier in values.get("tiers") or ()],
        }

    def _free_key(self, values: dict) -> str | None:
        key = values.get("lookup_key")
        if not key:
            return None
        for obj in self.objects.values():
            if obj["lookup_key"] == key:
                if not values.get("transfer_lookup_key"):
                    raise bad_parameter(
                        f"A price ({obj['id']}) already uses that lookup key.",
                        "lookup_key",
                    )
                self.objects[obj["id"]] = {**obj, "lookup_key": None}
        return key

    def update(self, call: Call, id: str) -> dict:  # noqa: A002 - named in the URL
        old = self.get(id)
        values = params.read(call.params, _UPDATE)
        new = clone(old)
        for name in ("active", "nickname", "tax_behavior"):
            if name in values:
                new[name] = values[name]
        if values.get("lookup_key") not in (None, old["lookup_key"]):
            new["lookup_key"] = self._free_key(values)
        if "metadata" in values:
            new["metadata"] = params.Metadata.merge(old["metadata"], values["metadata"])
        if old["tax_behavior"] not in ("unspecified", new["tax_behavior"]):
            raise bad_parameter("The tax behavior cannot be changed.", "tax_behavior")
        if difference(old, new):
            self.objects[id] = new
            self.sim.emit("price.updated", new, call, before=old)
        return self.view(new, call)

    def listing(self, call: Call) -> dict:
        values = params.read(call.params, _LIST)
        keys = values.get("lookup_keys")
        recurring = {k: v for k, v in (values.get("recurring") or {}).items() if v}

        def keep(obj):
            return (
                params.Range.fits(obj["created"], values.get("created"))
                and (not keys or obj["lookup_key"] in keys)
                and all(
                    (obj["recurring"] or {}).get(name) == value
                    for name, value in recurring.items()
                )
                and all(
                    obj[name] == values[name]
                    for name in ("active", "currency", "product", "type")
                    if values.get(name) is not None
                )
            )

        return self.page(call, "/v1/prices", values, keep)

    def search(self, call: Call) -> dict:
        values = params.read(call.params, {**SEARCH, **READ})
        return self.results(call, "/v1/prices/search", values, _SEARCHED)

    def expand_tiers(self, obj: dict) -> list[dict]:
        return clone(self.objects[obj["id"]]["_tiers"])

    def expand_currencies(self, obj: dict) -> dict:
        option = {
            "custom_unit_amount": obj["custom_unit_amount"],
            "tax_behavior": obj["tax_behavior"],
            "unit_amount": obj["unit_amount"],
            "unit_amount_decimal": obj["unit_amount_decimal"],
        }
        return {obj["currency"]: option}
