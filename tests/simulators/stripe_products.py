# Copyright 2026 Odoo Integration Suite contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl)
"""Products (SDK ``_product.py``, ``params/_product_create_params.py``, 16.1.0)."""

from . import stripe_params as params
from .stripe_errors import ApiError, bad_parameter
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

_PACKAGE = {
    name: params.Number(required=True)
    for name in ("height", "length", "weight", "width")
}
_PRODUCT = {
    "active": params.Bool(),
    "description": params.Str(40000),
    "images": params.ListOf(params.Str(required=True), most=8),
    "marketing_features": params.ListOf(
        params.Hash({"name": params.Str(80, required=True)}), most=15
    ),
    "metadata": params.Metadata(),
    "name": params.Str(250),
    "package_dimensions": params.Hash(_PACKAGE),
    "shippable": params.Bool(),
    "statement_descriptor": params.Str(22),
    "tax_code": params.Str(),
    "tax_details": params.Unsupported(),
    "unit_label": params.Str(12),
    "url": params.Str(),
    **READ,
}
_CREATE = {
    **_PRODUCT,
    "default_price_data": params.Any(),
    "id": params.Str(),
    "name": params.Str(250, required=True),
    "type": params.Str(choices=("good", "service")),
}
_UPDATE = {**_PRODUCT, "default_price": params.Str()}
_LIST = {
    **LIST,
    **READ,
    "active": params.Bool(),
    "created": params.Range(),
    "ids": params.ListOf(params.Str(required=True)),
    "shippable": params.Bool(),
    "url": params.Str(),
}
# docs.stripe.com/search, "Query fields for products".
_SEARCHED = frozenset(("active", "description", "metadata", "name", "shippable", "url"))


@register
class Products(Resource):
    name = "products"
    kind = "product"
    prefix = "prod_"
    id_length = 14
    scope = "product"
    routes = [
        ("POST", "/v1/products", "create"),
        ("GET", "/v1/products", "listing"),
        ("GET", "/v1/products/search", "search"),
        ("GET", "/v1/products/{id}", "retrieve"),
        ("POST", "/v1/products/{id}", "update"),
        ("DELETE", "/v1/products/{id}", "delete"),
    ]
    expandable = {"default_price": "@prices"}

    def create(self, call: Call) -> dict:
        values = params.read(call.params, _CREATE)
        if values.get("id") in self.objects:
            raise ApiError(
                400,
                f"Product already exists: {values['id']}",
                code="resource_already_exists",
                param="id",
            )
        price = values.pop("default_price_data", None)
        prices = self.sim.resources["prices"]
        if price is not None:
            prices.check(price, call)
        obj = self.store(self._apply(self._blank(call, values), values))
        self.sim.emit("product.created", obj, call)
        if price is not None:
            made = prices.create(call.having({**price, "product": obj["id"]}))
            obj = self._change(obj, {"default_price": made["id"]}, call)
        return self.view(obj, call)

    def hidden(self, name: str, call: Call) -> dict:
        """A product that Stripe makes by itself, for an ad-hoc price."""
        return self.store({**self._blank(call, {}), "name": name, "active": False})

    def _blank(self, call: Call, values: dict) -> dict:
        return {
            "id": values.pop("id", None) or self.new_id(),
            "object": "product",
            "active": True,
            "created": call.at,
            "default_price": None,
            "description": None,
            "images": [],
            "livemode": self.sim.livemode,
            "marketing_features": [],
            "metadata": {},
            "name": None,
            "package_dimensions": None,
            "shippable": None,
            "statement_descriptor": None,
            "tax_code": None,
            "tax_details": None,
            "type": values.pop("type", None) or "service",
            "unit_label": None,
            "updated": call.at,
            "url": None,
        }

    def _apply(self, obj: dict, values: dict) -> dict:
        obj = clone(obj)
        for name, value in values.items():
            if name == "metadata":
                value = params.Metadata.merge(obj["metadata"], value)
            elif name == "name" and not value:
                raise bad_parameter("You passed an empty string for 'name'.", "name")
            if name != "expand":
                obj[name] = value
        return obj

    def _change(self, old: dict, values: dict, call: Call) -> dict:
        new = self._apply(old, values)
        if difference(old, new):
            new["updated"] = call.at
            self.objects[old["id"]] = new
            self.sim.emit("product.updated", new, call, before=old)
        return new

    def update(self, call: Call, id: str) -> dict:  # noqa: A002 - named in the URL
        old = self.get(id)
        values = params.read(call.params, _UPDATE)
        if values.get("default_price"):
            prices = self.sim.resources["prices"]
            price = prices.get(values["default_price"], "default_price", 400)
            if price["product"] != id:
                raise bad_parameter(
                    "The price belongs to another product.", "default_price"
                )
        return self.view(self._change(old, values, call), call)

    def listing(self, call: Call) -> dict:
        values = params.read(call.params, _LIST)
        ids = values.get("ids")

        def keep(obj):
            return (
                params.Range.fits(obj["created"], values.get("created"))
                and (not ids or obj["id"] in ids)
                and all(
                    obj[name] == values[name]
                    for name in ("active", "shippable", "url")
                    if values.get(name) is not None
                )
            )

        return self.page(call, "/v1/products", values, keep)

    def search(self, call: Call) -> dict:
        values = params.read(call.params, {**SEARCH, **READ})
        return self.results(call, "/v1/products/search", values, _SEARCHED)

    def delete(self, call: Call, id: str) -> dict:  # noqa: A002
        obj = self.get(id)
        if any(
            price["product"] == id
            for price in self.sim.resources["prices"].objects.values()
        ):
            raise ApiError(
                400,
                "This product cannot be deleted because it has one or more "
                "user-created prices.",
            )
        stub = self.drop(id)
        self.sim.emit("product.deleted", obj, call)
        return dict(stub)
