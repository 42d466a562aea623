# Copyright 2026 Odoo Integration Suite contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl)
"""Features, what products have of them, and what customers may use.

SDK ``entitlements/_feature.py``, ``_active_entitlement.py``,
``_active_entitlement_summary.py``, ``_product_feature.py``, 16.1.0. Stripe's guide
(docs.stripe.com/billing/entitlements) says that a subscription of a product grants its
features, and that one which exists already gets what is attached later with its next
period; here, with its next change. Which status still grants is a choice of ours but
for ``paused``: users report that a trial which ends so keeps what it granted, without
any event.
"""

from . import stripe_params as params
from .stripe_errors import ApiError, bad_parameter
from .stripe_render import clone
from .stripe_resources import LIST, READ, Call, Resource, nested_list, register

GRANTING = ("trialing", "active", "past_due", "paused")
_FEATURE = {**READ, "metadata": params.Metadata(), "name": params.Str(80)}
_NEW_FEATURE = {
    **_FEATURE,
    "lookup_key": params.Str(80, required=True),
    "name": params.Str(80, required=True),
}
_FEATURES = {
    **LIST,
    **READ,
    "archived": params.Bool(),
    "lookup_key": params.Str(),
}
_ACTIVE = {**LIST, **READ, "customer": params.Str(required=True)}
_ATTACH = {**READ, "entitlement_feature": params.Str(required=True)}


@register
class Features(Resource):
    name = "features"
    kind = "entitlements.feature"
    prefix = "feat_test_61"
    id_length = 26
    scope = "entitlement"
    routes = [
        ("POST", "/v1/entitlements/features", "create"),
        ("GET", "/v1/entitlements/features", "listing"),
        ("GET", "/v1/entitlements/features/{id}", "retrieve"),
        ("POST", "/v1/entitlements/features/{id}", "update"),
    ]

    def create(self, call: Call) -> dict:
        values = params.read(call.params, _NEW_FEATURE)
        for obj in self.objects.values():
            if obj["active"] and obj["lookup_key"] == values["lookup_key"]:
                raise ApiError(400, "A feature with this lookup_key exists already.")
        obj = {
            "id": self.new_id(),
            "object": "entitlements.feature",
            "active": True,
            "livemode": self.sim.livemode,
            "lookup_key": values["lookup_key"],
            "metadata": params.Metadata.merge({}, values.get("metadata")),
            "name": values["name"],
        }
        return self.view(self.store(obj), call)

    def update(self, call: Call, id: str) -> dict:  # noqa: A002 - named in the URL
        fields = {**_FEATURE, "active": params.Bool()}
        values = params.read(call.params, fields)
        obj = self.get(id)
        for name in ("active", "name"):
            if values.get(name) is not None:
                obj[name] = values[name]
        if "metadata" in values:
            obj["metadata"] = params.Metadata.merge(obj["metadata"], values["metadata"])
        return self.view(obj, call)

    def listing(self, call: Call) -> dict:
        values = params.read(call.params, _FEATURES)
        archived, key = values.get("archived") or False, values.get("lookup_key")

        def keep(obj):
            return obj["active"] != archived and key in (None, obj["lookup_key"])

        return self.page(call, "/v1/entitlements/features", values, keep)


@register
class ProductFeatures(Resource):
    """Kept beside: ``_product``."""

    name = "product_features"
    kind = "product_feature"
    prefix = "prodft_1"
    id_length = 23
    scope = "product"
    routes = [
        ("POST", "/v1/products/{product}/features", "create"),
        ("GET", "/v1/products/{product}/features", "listing"),
        ("GET", "/v1/products/{product}/features/{id}", "retrieve_of"),
        ("DELETE", "/v1/products/{product}/features/{id}", "delete"),
    ]

    def of(self, product: str) -> list[str]:
        """Ids of the features of a product."""
        return [
            obj["entitlement_feature"]["id"]
            for obj in self.objects.values()
            if obj["_product"] == product
        ]

    def create(self, call: Call, product: str) -> dict:
        values = params.read(call.params, _ATTACH)
        self.sim.resources["products"].get(product)
        feature = values["entitlement_feature"]
        found = self.sim.resources["features"].get(feature, "entitlement_feature", 400)
        if not found["active"]:
            raise bad_parameter("The feature is archived.", "entitlement_feature")
        obj = {
            "id": self.new_id(),
            "object": "product_feature",
            "entitlement_feature": clone(found),
            "livemode": self.sim.livemode,
            "_product": product,
        }
        return self.view(self.store(obj), call)

    def listing(self, call: Call, product: str) -> dict:
        values = params.read(call.params, {**LIST, **READ})
        self.sim.resources["products"].get(product)
        url = f"/v1/products/{product}/features"
        return self.page(call, url, values, lambda obj: obj["_product"] == product)

    def retrieve_of(self, call: Call, product: str, id: str) -> dict:  # noqa: A002
        params.read(call.params, READ)
        self.sim.resources["products"].get(product)
        return self.view(self.get(id), call)

    def delete(self, call: Call, product: str, id: str) -> dict:  # noqa: A002
        self.sim.resources["products"].get(product)
        self.get(id)
        return dict(self.drop(id))


@register
class ActiveEntitlements(Resource):
    """Kept beside: ``_customer``."""

    name = "active_entitlements"
    kind = "entitlements.active_entitlement"
    prefix = "ent_test_61"
    id_length = 26
    scope = "entitlement"
    routes = [
        ("GET", "/v1/entitlements/active_entitlements", "listing"),
        ("GET", "/v1/entitlements/active_entitlements/{id}", "retrieve"),
    ]
    expandable = {"feature": "@features"}

    def of(self, customer: str) -> list[dict]:
        return [obj for obj in self.objects.values() if obj["_customer"] == customer]

    def listing(self, call: Call) -> dict:
        values = params.read(call.params, _ACTIVE)
        customer = values["customer"]
        self.sim.resources["customers"].get(customer, "customer", 400)
        url = "/v1/entitlements/active_entitlements"
        return self.page(call, url, values, lambda obj: obj["_customer"] == customer)

    def refresh(self, customer: str, call: Call) -> None:
        """Bring a customer's set to what the subscriptions grant; tell of a change."""
        if not self.sim.resources["features"].objects:
            return
        wanted = self._wanted(customer)
        before = self.of(customer)
        if wanted == {obj["feature"] for obj in before}:
            return
        old = self._summary(customer)
        for obj in before:
            if obj["feature"] not in wanted:
                self.drop(obj["id"])
        known = {obj["feature"] for obj in before}
        for feature in sorted(wanted - known):
            self.store(self._entitlement(customer, feature))
        self.sim.emit(
            "entitlements.active_entitlement_summary.updated",
            self._summary(customer),
            call,
            before=old,
        )

    def _wanted(self, customer: str) -> set[str]:
        """Features of all products that the customer has."""
        subscriptions = self.sim.resources["subscriptions"].objects.values()
        items = self.sim.resources["subscription_items"]
        features = self.sim.resources["product_features"]
        return {
            feature
            for obj in subscriptions
            if obj["customer"] == customer and obj["status"] in GRANTING
            for item in items.of(obj["id"])
            for feature in features.of(item["price"]["product"])
        }

    def _entitlement(self, customer: str, feature: str) -> dict:
        key = self.sim.resources["features"].get(feature)["lookup_key"]
        return {
            "id": self.new_id(),
            "object": "entitlements.active_entitlement",
            "feature": feature,
            "livemode": self.sim.livemode,
            "lookup_key": key,
            "_customer": customer,
        }

    def _summary(self, customer: str) -> dict:
        """What the event holds; it has no id, and shows ten entitlements at most."""
        url = f"/v1/customer/{customer}/entitlements"
        return {
            "object": "entitlements.active_entitlement_summary",
            "customer": customer,
            "entitlements": nested_list(url, self.of(customer)),
            "livemode": self.sim.livemode,
        }


class EntitlementActs:
    """Part of ``StripeSimulator``: what tests let happen with features."""

    def create_feature(self, lookup_key: str, name: str, *products: str) -> dict:
        """A feature, and the products that have it.

        :param products: their ids
        """
        path = "/v1/entitlements/features"
        made = self.act("POST", path, lookup_key=lookup_key, name=name)
        for product in products:
            self.act(
                "POST",
                f"/v1/products/{product}/features",
                entitlement_feature=made["id"],
            )
        return made

    def entitlements(self, customer: str) -> list[str]:
        """Keys of what a customer may use, sorted: the oracle."""
        with self.lock:
            rows = self.resources["active_entitlements"].of(customer)
            return sorted(obj["lookup_key"] for obj in rows)
